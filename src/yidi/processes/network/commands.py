"""What is asked of the network, by the care place's agency and by the institutions themselves."""

from __future__ import annotations

from msgspec import Struct

from yidi.processes.ports.deciding import Command, Reply


class Opening(Struct, frozen=True):
    """A service to open; `disease_code` only for the chronic service."""

    service: str
    disease_code: str = ""
    start: str = "2023-01-01"
    end: str = "9999-12-31"


class DesignateInstitution(Command, frozen=True, kw_only=True):
    """The agency designates an institution or changes it (next version). Answer: Done(institution_code).

    `kind` is fixmedins_type (1 institution, 2 pharmacy), `grade` a code of hosp_lv, `character` one of
    hospital, primary, tcm, pharmacy; `state` open or suspended or withdrawn. `traits` are words of
    `domain/policy/known.py` that other areas' rules may ask for (provincial, psychiatric, ...).
    """

    institution_code: str
    name: str
    kind: str
    grade: str
    character: str
    area: str
    start: str
    credit_code: str = ""
    state: str = "open"
    end: str = "9999-12-31"
    openings: tuple[Opening, ...] = ()
    traits: tuple[str, ...] = ()


class DescribeInstitution(Command, frozen=True, kw_only=True):
    """The agency records what a designated institution is beside its level (next version).

    `traits` are words of `domain/policy/known.py`; they replace those on record, none takes all away.
    Answer: InstitutionFound.
    """

    institution_code: str
    traits: tuple[str, ...] = ()


class ChangeOpening(Command, frozen=True, kw_only=True):
    """The agency opens or closes one service. `state` is open or closed. Answer: Done."""

    institution_code: str
    opening: Opening
    state: str


class AskInstitution(Command, frozen=True, kw_only=True):
    """Which institution is this. By code, or by its whole name when the code is empty.

    Answer: InstitutionFound.
    """

    queries = True
    institution_code: str
    name: str = ""


class InstitutionFound(Reply, frozen=True, kw_only=True):
    """The institution as it stands today."""

    institution_code: str
    name: str
    kind: str
    grade: str
    area: str
    credit_code: str
    state: str
    openings: tuple[Opening, ...]
    traits: tuple[str, ...] = ()


class OperatorSignsIn(Command, frozen=True, kw_only=True):
    """An operator of the sending institution signs in. Answer: SignedIn."""

    operator: str
    address: str = ""
    device: str = ""


class SignedIn(Reply, frozen=True, kw_only=True):
    """The sign number carried in later messages; `at` is an instant."""

    sign_no: str
    at: str


class OperatorSignsOut(Command, frozen=True, kw_only=True):
    """An operator of the sending institution signs out. Answer: SignedOut."""

    operator: str
    sign_no: str


class SignedOut(Reply, frozen=True, kw_only=True):
    """The instant of the sign-out."""

    at: str


class StoreFile(Command, frozen=True, kw_only=True):
    """The sending institution uploads a file (base64). Answer: FileStored."""

    name: str
    content: str
    size_bytes: int


class FileStored(Reply, frozen=True, kw_only=True):
    """Where the file is found again."""

    file_no: str
    name: str


class FetchFile(Command, frozen=True, kw_only=True):
    """The sending institution fetches its own file. Answer: FileFetched."""

    queries = True
    file_no: str


class FileFetched(Reply, frozen=True, kw_only=True):
    """The file's content, base64."""

    file_no: str
    name: str
    content: str


class Mapped(Struct, frozen=True):
    """One of the institution's own items and the national item it is."""

    own_code: str
    own_name: str
    item_code: str
    list_type: str
    start: str
    end: str = "9999-12-31"


class MapItems(Command, frozen=True, kw_only=True):
    """The sending institution maps its items. Answer: Done."""

    items: tuple[Mapped, ...]


class WithdrawMapping(Command, frozen=True, kw_only=True):
    """The sending institution withdraws one mapping. Answer: Done."""

    own_code: str
    item_code: str
    list_type: str = ""
