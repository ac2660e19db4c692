"""A refusal is a value that says what is wrong and who must do what, in Chinese and English.

Regulation section 10.9 (texts of abnormal transactions: one standard, classified, short, an
understandable cause). Kinds are declared once, in the `refusals.py` of the room they protect, and
instances are made by `kind.because(...)`. Findings are collected: one input may have many.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from yidi.domain.money import format_yuan


class RefusalClass(StrEnum):
    """Which of the ten matters the refusal belongs to."""

    IDENTITY = "identity"
    ENTITLEMENT = "entitlement"
    FILING = "filing"
    VISIT = "visit"
    FEE = "fee"
    POLICY = "policy"
    FUNDS = "funds"
    MESSAGE = "message"
    NETWORK = "network"
    SYSTEM = "system"


class Actor(StrEnum):
    """Who must act so that it works."""

    PERSON = "person"
    INSTITUTION = "institution"
    CARE_PLACE = "care_place"
    INSURED_PLACE = "insured_place"
    NATION = "nation"


class Refusal(Struct, frozen=True, omit_defaults=True):
    """One finding, ready to be read by people: code, class, actor, cause and remedy."""

    code: str
    refusal_class: RefusalClass
    actor: Actor
    cause_zh: str
    cause_en: str
    remedy_zh: str
    remedy_en: str
    heals_with_time: bool = False
    field: str = ""


class RefusalKind(Struct, frozen=True):
    """A kind of refusal. Texts are `str.format` templates over the named values given to `because`.

    `code` is stable for ever: CLASS-NN in upper case, e.g. `FILING-03`.
    """

    code: str
    refusal_class: RefusalClass
    actor: Actor
    cause_zh: str
    cause_en: str
    remedy_zh: str
    remedy_en: str
    heals_with_time: bool = False

    def because(self, field: str = "", **values: object) -> Refusal:
        """Make the finding; `field` is the domain name of the input at fault (edges translate it).

        The texts may write an amount given as `x_fen` as `{x_yuan}`: people read yuan, not fen.
        """
        given = {"field": field, **values}
        for name, value in values.items():
            if name.endswith("_fen") and isinstance(value, int):
                given[f"{name.removesuffix('_fen')}_yuan"] = format_yuan(value)
        return Refusal(
            code=self.code,
            refusal_class=self.refusal_class,
            actor=self.actor,
            cause_zh=self.cause_zh.format(**given),
            cause_en=self.cause_en.format(**given),
            remedy_zh=self.remedy_zh.format(**given),
            remedy_en=self.remedy_en.format(**given),
            heals_with_time=self.heals_with_time,
            field=field,
        )
