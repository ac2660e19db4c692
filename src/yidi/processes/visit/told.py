"""What the insured place tells of the person when a visit begins: the care place knows no more than that."""

from __future__ import annotations

from msgspec import Struct, json

from yidi.processes.ports.deciding import Reply


class Holder(Struct, frozen=True, omit_defaults=True):
    """The person as registered, beside what the institution sent; codes of the dictionaries, `born` a day."""

    name: str = ""
    gender: str = ""
    ethnicity: str = ""
    born: str = ""
    person_type: str = ""
    civil_servant: bool = False


class VisitAdmitted(Reply, frozen=True, kw_only=True):
    """The insured place's yes; `standing` is how filing law treats the visit as known now."""

    standing: str
    person_type: str
    holder: Holder = Holder()


class Kept(Struct, frozen=True, omit_defaults=True):
    """How a visit's opening keeps the person: `particulars` of the change, encrypted at rest."""

    holder: Holder = Holder()


def kept(holder: Holder) -> str:
    """Write a holder as particulars; empty when nothing was told."""
    return "" if holder == Holder() else json.encode(Kept(holder)).decode()


def holder_in(particulars: str) -> Holder:
    """Read the holder from the particulars of a visit; an empty one where none was told."""
    return json.decode(particulars, type=Kept).holder if particulars else Holder()
