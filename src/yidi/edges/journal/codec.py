"""Commands and replies as JSON, for the outbox, the stored answers and other nodes.

A field typed `Ask` or `Reply` may hold any subclass: it is written with its tag (the class name) and
read by it. msgspec reads such a field only by its declared type, so a twin of the class is made in which
the field stays raw, to be read in a second step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Union

import msgspec
from msgspec import NODEFAULT, Raw, Struct

from yidi.processes.ports.deciding import Command, Reply

_encoder = msgspec.json.Encoder()
KEPT = 1_000
"""How many texts are kept for their sending; those of a batch that failed are among them until they go."""


class _Twin(Struct):
    """Marks the classes made here."""


class _Reader:
    """Reads any of a family of classes by its tag."""

    def __init__(self, classes: Sequence[type[Struct]]) -> None:
        self._raw: dict[type[Struct], tuple[type[Struct], dict[str, _Reader]]] = {}
        self._classes = classes

    def prepare(self, readers: dict[type[Struct], _Reader]) -> None:
        """Make the twins and the decoder; `readers` are those of the nested families."""
        members = [self._twin_or_self(cls, readers) for cls in self._classes]
        self._decoder = msgspec.json.Decoder(Union[tuple(members)])  # noqa: UP007 - made at run time

    def _twin_or_self(self, cls: type[Struct], readers: dict[type[Struct], _Reader]) -> type[Struct]:
        nested = {f.name: _reader_of(f.type, readers) for f in msgspec.structs.fields(cls)}
        found = {name: reader for name, reader in nested.items() if reader is not None}
        if not found:
            return cls
        fields = [
            (f.name, Raw if f.name in found else f.type, *_default(f)) for f in msgspec.structs.fields(cls)
        ]
        config = cls.__struct_config__
        twin = msgspec.defstruct(
            cls.__name__, fields, bases=(_Twin,), tag=config.tag, tag_field=config.tag_field, kw_only=True
        )
        self._raw[twin] = (cls, found)
        return twin

    def read(self, text: bytes | str) -> Any:
        """Read one; raises msgspec.DecodeError or ValidationError when it is none of the family."""
        seen = self._decoder.decode(text)
        if not isinstance(seen, _Twin):
            return seen
        cls, nested = self._raw[type(seen)]
        values = {name: getattr(seen, name) for name in seen.__struct_fields__}
        for name, reader in nested.items():
            values[name] = reader.read(bytes(values[name]))
        return cls(**values)


def _default(field: msgspec.structs.FieldInfo) -> tuple[Any, ...]:
    if field.default is not NODEFAULT:
        return (field.default,)
    if field.default_factory is not NODEFAULT:
        return (msgspec.field(default_factory=field.default_factory),)
    return ()


def _reader_of(kind: Any, readers: dict[type[Struct], _Reader]) -> _Reader | None:
    if not isinstance(kind, type) or kind.__subclasses__() == []:
        return None
    return next((reader for family, reader in readers.items() if issubclass(kind, family)), None)


def family_of(root: type[Struct]) -> list[type[Struct]]:
    """Return every subclass of a class, at any depth; of two with one name the later."""
    found: dict[str, type[Struct]] = {}
    waiting = list(root.__subclasses__())
    while waiting:
        cls = waiting.pop(0)
        found[cls.__name__] = cls
        waiting += cls.__subclasses__()
    return list(found.values())


class Codec:
    """Writes and reads commands and replies.

    Give the classes that may occur; what is not given is collected from the subclasses known by now.
    Two classes of one name cannot both be read: given ones raise ValueError.
    """

    def __init__(
        self,
        commands: Iterable[type[Command]] | None = None,
        replies: Iterable[type[Reply]] | None = None,
    ) -> None:
        families: dict[type[Struct], Sequence[type[Struct]]] = {
            Command: _distinct(commands) if commands is not None else family_of(Command),
            Reply: _distinct(replies) if replies is not None else family_of(Reply),
        }
        readers = {root: _Reader(classes) for root, classes in families.items()}
        for reader in readers.values():
            reader.prepare(readers)
        self._commands, self._replies = readers[Command], readers[Reply]
        self._kept: dict[int, tuple[Command, bytes]] = {}

    def keep(self, command: Command) -> str:
        """Write a command for the outbox, and keep its JSON until `kept` asks for it to be sent."""
        if len(self._kept) >= KEPT:
            self._kept.clear()
        content = self.encode(command)
        self._kept[id(command)] = (command, content)
        return content.decode()

    def kept(self, command: Command) -> bytes:
        """Return the JSON of a command: as kept, which happens once, else written now."""
        found = self._kept.pop(id(command), None)
        return found[1] if found is not None else self.encode(command)

    def encode(self, thing: Command | Reply) -> bytes:
        """Write one as JSON bytes."""
        return _encoder.encode(thing)

    def write(self, thing: Command | Reply) -> str:
        """Write one as JSON text."""
        return self.encode(thing).decode()

    def command(self, text: str | bytes) -> Command:
        """Read a command."""
        found: Command = self._commands.read(text)
        return found

    def reply(self, text: str | bytes) -> Reply:
        """Read a reply."""
        found: Reply = self._replies.read(text)
        return found


def _distinct(classes: Iterable[type[Struct]]) -> list[type[Struct]]:
    found: dict[str, type[Struct]] = {}
    for cls in classes:
        if found.setdefault(cls.__name__, cls) is not cls:
            raise ValueError(f"{cls.__name__} is the name of two classes: {cls} and {found[cls.__name__]}")
    return list(found.values())
