"""A dictionary gives the meaning of the codes of one field. Dictionaries are data of packs/national."""

from __future__ import annotations

from msgspec import Struct, field

from yidi.domain.codes.refusals import UNKNOWN_DICTIONARY_CODE
from yidi.domain.codes.shape import shown
from yidi.domain.refusal import Refusal

_NAMED = 5
"""How many expected codes a refusal lists: the text must stay readable at a counter."""


class Meaning(Struct, frozen=True):
    """What a code means. `region` is the division that added it; empty for a national code."""

    code: str
    zh: str
    en: str = ""
    region: str = ""


class Dictionary(Struct, frozen=True):
    """The codes of one field.

    `key` is the name its source gives it, `identifier` our English word where the domain uses it.
    """

    key: str
    title_zh: str
    identifier: str = ""
    title_en: str = ""
    source: str = ""
    meanings: dict[str, Meaning] = field(default_factory=dict)

    def __contains__(self, code: object) -> bool:
        return code in self.meanings

    def meaning(self, code: str) -> str:
        """Return the Chinese meaning; the code itself when it has none."""
        found = self.meanings.get(code)
        return code if found is None else found.zh

    def meaning_en(self, code: str) -> str:
        """Return the English meaning, else the Chinese one, else the code."""
        found = self.meanings.get(code)
        return code if found is None else found.en or found.zh

    def check(self, code: str, field: str = "") -> Meaning | Refusal:
        """Return the meaning, or refuse with field, value and some of the codes that were expected."""
        found = self.meanings.get(code.strip())
        if found is not None:
            return found
        listed = sorted(self.meanings.values(), key=lambda entry: (entry.region != "", entry.code))
        expected = ", ".join(f"{entry.code}={entry.zh}" for entry in listed[:_NAMED])
        return UNKNOWN_DICTIONARY_CODE.because(
            field or self.identifier or self.key,
            value=shown(code),
            dictionary=f"{self.title_zh} {self.title_en or self.identifier or self.key}",
            expected=expected,
        )


class Dictionaries:
    """All dictionaries, found by our English word or by the name their source gives them."""

    __slots__ = ("_by_name",)

    def __init__(self, dictionaries: tuple[Dictionary, ...]) -> None:
        self._by_name = {entry.key: entry for entry in dictionaries}
        for entry in dictionaries:
            if entry.identifier:
                self._by_name.setdefault(entry.identifier, entry)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> Dictionary:
        """Return the dictionary of that name; KeyError names it when there is none."""
        return self._by_name[name]

    def all(self) -> tuple[Dictionary, ...]:
        """Return every dictionary once, in the order of its key."""
        once = {entry.key: entry for entry in self._by_name.values()}
        return tuple(once[key] for key in sorted(once))
