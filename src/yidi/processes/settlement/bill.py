"""The bill as it travels to the insured place: a stay by 14 expense classes, outpatient lines item by item.

Beside that only the sums of the lines its catalogue marks leave the care place (notice of 2022, payment
scope; regulation 5.2 step 5): it decides what is essential or traditional, the insured place what follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from yidi.domain.money import format_yuan
from yidi.domain.policy.dimensions import CareKind
from yidi.domain.policy.known import ESSENTIAL, NEGOTIATED, SPECIAL, TCM_SERVICES
from yidi.domain.refusal import Refusal
from yidi.processes.network.records import Institution
from yidi.processes.network.views import level_of
from yidi.processes.ports.deciding import Command
from yidi.processes.relay.commands import ask_id
from yidi.processes.settlement.commands import (
    BookSettlement,
    ClaimedTotals,
    ClassTotals,
    ItemTotals,
    MarkTotals,
    Totals,
    TryBooking,
)
from yidi.processes.settlement.refusals import TOTALS_DIFFER
from yidi.processes.visit.commands import Flags
from yidi.processes.visit.records import BilledLine
from yidi.processes.visit.views import VisitNow, class_sums, line_sums

NO_FLAGS = Flags()
SPECIAL_GRADE = "1"
"""The code of hosp_lv for level 3, special."""
TCM_CHAPTER = "004"
"""How the national codes of services of traditional and ethnic medicine begin (chapter 4 of the list)."""


def totals_of(lines: Sequence[BilledLine]) -> Totals:
    """Return total and four parts of lines, in fen."""
    return Totals(*line_sums(lines))


def classes_of(lines: Sequence[BilledLine]) -> tuple[ClassTotals, ...]:
    """Return the sums of a stay's lines per national expense class, in code order (fen)."""
    return tuple([ClassTotals(str(code), Totals(*parts)) for code, parts in class_sums(lines).items()])


def items_of(lines: Sequence[BilledLine]) -> tuple[ItemTotals, ...]:
    """Return outpatient lines divided item by item (fen)."""
    return tuple(
        [
            ItemTotals(
                line.line_id,
                line.item_code,
                line.item_class,
                line.expense_class,
                line.disease_code,
                Totals(
                    line.total_fen,
                    line.full_self_fen,
                    line.over_limit_fen,
                    line.first_self_fen,
                    line.in_scope_fen,
                ),
            )
            for line in lines
        ]
    )


def traits_of(institution: Institution) -> tuple[str, ...]:
    """Return what is on record of an institution beside its level; the grade above A is one, too."""
    traits = tuple(institution.traits.split(",")) if institution.traits else ()
    return (*traits, SPECIAL) if institution.grade.lstrip("0") == SPECIAL_GRADE else traits


def marked_of(lines: Sequence[BilledLine]) -> tuple[MarkTotals, ...]:
    """Return the sums of the lines that bear a mark no expense class shows (fen); a line may bear several."""
    found: dict[str, list[BilledLine]] = {}
    for line in lines:
        if line.essential:
            found.setdefault(ESSENTIAL, []).append(line)
        if line.negotiated:
            found.setdefault(NEGOTIATED, []).append(line)
        if line.item_code.startswith(TCM_CHAPTER):
            found.setdefault(TCM_SERVICES, []).append(line)
    return tuple([MarkTotals(mark, totals_of(marked)) for mark, marked in found.items()]) if found else ()


def differences(claimed: ClaimedTotals, totals: Totals) -> list[Refusal]:
    """Refuse every figure the institution claims that its uploaded lines do not give, with both figures."""
    found: list[Refusal] = []
    for name in ClaimedTotals.__struct_fields__:
        said, uploaded = getattr(claimed, name), getattr(totals, name)
        if said is not None and said != uploaded:
            found.append(
                TOTALS_DIFFER.because(name, claimed=format_yuan(said), uploaded=format_yuan(uploaded))
            )
    return found


class Charge(NamedTuple):
    """What one settlement is about: the visit as it stands, its institution, and the lines it covers.

    `covers` counts the live lines of the batch up to which it reaches; `ended_on` is the day of the benefit,
    `settled_on` that of the settlement (empty for a claim).
    """

    now: VisitNow
    institution: Institution
    lines: Sequence[BilledLine]
    totals: Totals
    covers: int
    ended_on: str
    mid_stay: bool = False
    settled_on: str = ""


class Payer(NamedTuple):
    """How it is asked for: as a trial or not, the credential shown, the use of the account, marks said."""

    trial: bool = False
    use_account: bool = False
    batch: str = ""
    credential_kind: str = ""
    credential_no: str = ""
    certificate_no: str = ""
    person_name: str = ""
    visit_kind: str = ""
    flags: Flags = NO_FLAGS


def bill(command: Command, settlement_id: str, charge: Charge, payer: Payer) -> BookSettlement:
    """Make the question to the insured place; its `batch` names the charges within the visit."""
    now, institution = charge.now, charge.institution
    visit = now.visit
    inpatient = now.care_kind == CareKind.INPATIENT
    national_level, letter = level_of(institution.grade)
    form = TryBooking if payer.trial else BookSettlement
    return form(
        jurisdiction=visit.insured,
        sender=command.jurisdiction,
        msgid=ask_id(command.sender, command.msgid),
        care=command.jurisdiction,
        insured=visit.insured,
        origin_sender=command.sender,
        origin_msgid=command.msgid,
        case=visit.visit_id,
        total_fen=charge.totals.total_fen,
        settlement_id=settlement_id,
        visit_id=visit.visit_id,
        person_no=visit.person_no,
        scheme=visit.scheme,
        area=visit.insured_area,
        care_area=visit.care_area,
        institution_code=institution.institution_code,
        institution_name=institution.name,
        institution_character=institution.character,
        level=national_level,
        grade=letter,
        care_kind=now.care_kind,
        visit_kind=payer.visit_kind or now.visit_kind,
        disease_code=now.disease_code,
        flags=marks(now, payer.flags),
        started_on=now.started_on,
        ended_on=charge.ended_on,
        totals=charge.totals,
        classes=classes_of(charge.lines) if inpatient else (),
        items=() if inpatient else items_of(charge.lines),
        use_account=payer.use_account,
        credential_kind=payer.credential_kind,
        credential_no=payer.credential_no,
        certificate_no=payer.certificate_no,
        person_name=payer.person_name,
        batch=f"{charge.covers}" if inpatient else f"{payer.batch}#{charge.covers}",
        mid_stay=charge.mid_stay,
        settled_on=charge.settled_on,
        marked=marked_of(charge.lines),
        traits=traits_of(institution),
    )


def marks(now: VisitNow, said: Flags) -> Flags:
    """Return the marks of a visit, with what the settling message says put over them."""
    return Flags(
        admission=said.admission or now.admission,
        urgent=said.urgent or now.urgent,
        trauma=said.trauma or now.trauma,
        third_party=said.third_party or now.third_party,
        pledged=said.pledged or now.pledged,
    )
