"""What can be repaired is repaired by ordinary messages, each idempotent under the id of its original.

The nation only sets a repair out; the care place proves from its own facts that it asked, and the insured
place answers from what it booked. Nobody takes another's word for an amount.
"""

from __future__ import annotations

from collections.abc import Iterable

from yidi.processes.enrolment.records import PERSON
from yidi.processes.ports.deciding import (
    NATION,
    Command,
    Decision,
    Facts,
    Key,
    Moment,
    accepted,
    refused,
)
from yidi.processes.reconciliation.commands import (
    AnswerAgain,
    AskAgain,
    KeepCopy,
    Repair,
    RepairDay,
    RepairsSet,
)
from yidi.processes.reconciliation.records import (
    DIFFERENCES_OF_DAY,
    REPAIRS_OF_DAY,
    RUNS_OF_DAY,
    Difference,
    RepairSent,
)
from yidi.processes.reconciliation.refusals import DAY_NOT_COMPARED
from yidi.processes.reconciliation.views import DifferenceState, latest_differences
from yidi.processes.relay.commands import Answered, Pass, Return, ask_id
from yidi.processes.relay.records import RETURNED, Returned
from yidi.processes.reversal.records import REVERSALS
from yidi.processes.settlement.commands import BookSettlement, ReverseBooking, Settled, UndoBooking
from yidi.processes.settlement.records import ANSWERED, ASKED, SETTLEMENT, SettlementAsked
from yidi.processes.settlement.views import restated

ACCEPTED = "accepted"


def needs_differences(command: RepairDay, facts: Facts) -> Iterable[Key]:
    """Name the day's runs, differences and what was tried."""
    here, day = command.jurisdiction, command.day
    return [view.key(here, day) for view in (RUNS_OF_DAY, DIFFERENCES_OF_DAY, REPAIRS_OF_DAY)]


def repair_day(command: RepairDay, facts: Facts, moment: Moment) -> Decision:
    """Set out every repair of the day that is open and was not tried yet."""
    here, day = command.jurisdiction, command.day
    if not facts.many(RUNS_OF_DAY, here, day):
        return refused(command, DAY_NOT_COMPARED.because("day", day=day))
    tried = {(row.difference_id, row.version) for row in facts.many(REPAIRS_OF_DAY, here, day)}
    rows = latest_differences(facts.many(DIFFERENCES_OF_DAY, here, day)).values()
    due = [
        row
        for row in rows
        if row.state == DifferenceState.OPEN and (row.difference_id, row.version) not in tried
    ]
    sent = [
        RepairSent(here, row.difference_id, row.version, day, row.repair, row.care, moment.instant)
        for row in due
    ]
    messages = tuple([ask_again(row) for row in due])
    return accepted(command, RepairsSet(day=day, repairs=len(due)), *sent, messages=messages)


def ask_again(row: Difference) -> AskAgain:
    """Ask the care place to repair: it alone knows what it asked."""
    return AskAgain(
        jurisdiction=row.care,
        sender=NATION,
        msgid=f"repair/{row.difference_id}/{row.version}",
        settlement_id=row.settlement_id,
        repair=Repair(row.repair),
        copied=row.nation_total_fen is not None and row.nation_state == "booked",
    )


def needs_asked(command: AskAgain, facts: Facts) -> Iterable[Key]:
    """Name what the care place asked and whether it was answered."""
    here = command.jurisdiction
    return (ASKED.key(here, command.settlement_id), ANSWERED.key(here, command.settlement_id))


def needs_original(command: AskAgain, facts: Facts) -> Iterable[Key]:
    """Name what the question was to undo."""
    asked = facts.one(ASKED, command.jurisdiction, command.settlement_id)
    if asked is not None and asked.undoes:
        yield ASKED.key(command.jurisdiction, asked.undoes)


def needs_reversal(command: AskAgain, facts: Facts) -> Iterable[Key]:
    """Name the reversals of the original's message."""
    here = command.jurisdiction
    asked = facts.one(ASKED, here, command.settlement_id)
    if asked is not None and asked.undoes:
        original = facts.one(ASKED, here, asked.undoes)
        assert original is not None, f"{asked.undoes} is to be undone but was never asked"
        yield REVERSALS.key(here, original.institution_code, original.msgid)


def question_of(asked: SettlementAsked, facts: Facts) -> type[BookSettlement | UndoBooking]:
    """Return what kind of question was asked: to book, to cancel, or to reverse."""
    if not asked.undoes:
        return BookSettlement
    here = asked.jurisdiction
    original = facts.one(ASKED, here, asked.undoes)
    assert original is not None
    reversals = facts.many(REVERSALS, here, original.institution_code, original.msgid)
    reverses = any(row.settlement_id == asked.settlement_id for row in reversals)
    return ReverseBooking if reverses else UndoBooking


def ask_once_more(command: AskAgain, facts: Facts, moment: Moment) -> Decision:
    """Care place: ask the insured place once more, as far as own facts show that it was asked."""
    here = command.jurisdiction
    asked = facts.one(ASKED, here, command.settlement_id)
    answered = facts.one(ANSWERED, here, command.settlement_id)
    if asked is None or (answered is not None) != (command.repair is Repair.COPY_AGAIN):
        return Decision()
    about = question_of(asked, facts)
    if command.repair is Repair.UNDO_AGAIN:
        if not issubclass(about, UndoBooking):
            return Decision()
        return Decision(messages=(passed_on(here, command.msgid, undo_again(asked, about)),))
    question = AnswerAgain(
        jurisdiction=asked.insured,
        sender=here,
        msgid=command.msgid,
        care=here,
        settlement_id=asked.settlement_id,
        about=about.__name__,
        ask_msgid=ask_id(asked.institution_code, asked.msgid),
        case=asked.case_id,
        origin_sender=asked.institution_code,
        origin_msgid=asked.msgid,
        repair=command.repair,
        copied=command.copied,
    )
    return Decision(messages=(passed_on(here, command.msgid, question),))


def passed_on(sender: str, msgid: str, carried: Command) -> Pass:
    """Have the nation hand a message on without keeping anything of it."""
    return Pass(jurisdiction=NATION, sender=sender, msgid=msgid, carried=carried)


def undo_again(asked: SettlementAsked, about: type[UndoBooking]) -> UndoBooking:
    """Make the very question that was lost: its id guards against doing it twice."""
    return about(
        jurisdiction=asked.insured,
        sender=asked.jurisdiction,
        msgid=ask_id(asked.institution_code, asked.msgid),
        care=asked.jurisdiction,
        insured=asked.insured,
        origin_sender=asked.institution_code,
        origin_msgid=asked.msgid,
        case=asked.case_id,
        total_fen=asked.total_fen,
        settlement_id=asked.settlement_id,
        undoes=asked.undoes,
        visit_id=asked.visit_id,
        person_no=asked.person_no,
        because="reverse" if about is ReverseBooking else "cancel",
    )


def needs_booking(command: AnswerAgain, facts: Facts) -> Iterable[Key]:
    """Name what was booked."""
    return (SETTLEMENT.key(command.jurisdiction, command.settlement_id),)


def needs_person(command: AnswerAgain, facts: Facts) -> Iterable[Key]:
    """Name whose it is."""
    booked = facts.one(SETTLEMENT, command.jurisdiction, command.settlement_id)
    if booked is not None:
        yield PERSON.key(command.jurisdiction, booked.person_no)


def answer_again(command: AnswerAgain, facts: Facts, moment: Moment) -> Decision:
    """Insured place: send what was booked once more; what was not booked, or for another, says nothing."""
    here = command.jurisdiction
    booked = facts.one(SETTLEMENT, here, command.settlement_id)
    if booked is None or booked.care != command.care:
        return Decision()
    person = facts.one(PERSON, here, booked.person_no)
    assert person is not None, f"the person of settlement {booked.settlement_id} is unknown"
    settled = restated(booked, person)
    if command.repair is Repair.COPY_AGAIN:
        return Decision(messages=(copy_of(command, settled),))
    if command.copied:
        return Decision(messages=(passed_on(here, command.msgid, answer_of(command, settled)),))
    return Decision(messages=(return_of(command, settled),))


def reply_id(ask_msgid: str) -> str:
    """The id of the answer to a question, as relay makes it."""
    return "reply" + ask_msgid[3:]


def answer_of(command: AnswerAgain, settled: Settled) -> Answered:
    """Make the answer as the nation handed it on: whichever arrives first counts, the other is known."""
    return Answered(
        jurisdiction=command.care,
        sender=NATION,
        msgid=reply_id(command.ask_msgid),
        insured=command.jurisdiction,
        about=command.about,
        case=command.case,
        origin_sender=command.origin_sender,
        origin_msgid=command.origin_msgid,
        reply=settled,
    )


def return_of(command: AnswerAgain, settled: Settled) -> Return:
    """Make the answer as the insured place sent it: the nation copies it and hands it on, once."""
    return Return(
        jurisdiction=NATION,
        sender=command.jurisdiction,
        msgid=reply_id(command.ask_msgid),
        care=command.care,
        insured=command.jurisdiction,
        about=command.about,
        case=command.case,
        origin_sender=command.origin_sender,
        origin_msgid=command.origin_msgid,
        reply=settled,
    )


def copy_of(command: AnswerAgain, settled: Settled) -> KeepCopy:
    """Give the nation the copy it lacks."""
    return KeepCopy(
        jurisdiction=NATION,
        sender=command.jurisdiction,
        msgid=command.msgid,
        reply_msgid=reply_id(command.ask_msgid),
        case=command.case,
        about=command.about,
        care=command.care,
        **settled.copied()._asdict(),
    )


def needs_copies(command: KeepCopy, facts: Facts) -> Iterable[Key]:
    """Name the copies of the case."""
    return (RETURNED.key(command.jurisdiction, command.case),)


def keep_copy(command: KeepCopy, facts: Facts, moment: Moment) -> Decision:
    """Nation: keep the copy of what was missing, unless it is there."""
    copies = facts.many(RETURNED, command.jurisdiction, command.case)
    if any(row.settlement_id == command.settlement_id for row in copies):
        return Decision()
    row = Returned(
        command.jurisdiction,
        command.reply_msgid,
        command.case,
        command.about,
        command.care,
        command.sender,
        ACCEPTED,
        command.settlement_id,
        command.undoes,
        command.area,
        command.scheme,
        command.business_day,
        command.total_fen,
        command.fund_fen,
        command.account_fen,
        command.person_fen,
        moment.instant,
    )
    return Decision((row,))
