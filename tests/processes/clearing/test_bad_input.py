"""Whatever is wrong with what is handed in has its name, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from tests.processes.clearing.nation import EAST, NORTH, SOUTH, Nation
from tests.world import codes_in, refusals_in
from yidi.domain.refusal import RefusalKind
from yidi.processes.clearing import refusals as kinds
from yidi.processes.clearing.commands import (
    BuildClearing,
    CheckClearing,
    CloseYear,
    ConfirmReceipt,
    Direction,
    DisputeState,
    HandToFinance,
    PayNotice,
    PublishNotices,
    SignClearing,
    Urge,
    Way,
)
from yidi.processes.clearing.lines import TableLine
from yidi.processes.clearing.records import RECORDS, ClearingNotice, ClearingRun
from yidi.processes.ports.deciding import NATION, Reply
from yidi.processes.settlement.records import Posting


def reconciled() -> Nation:
    """September settled and reconciled, it is 21 October."""
    nation = Nation()
    nation.settle("2026-09-01", SOUTH, NORTH)
    nation.settle("2026-09-30", NORTH, SOUTH, 100_00, 0)
    nation.go_to("2026-10-21")
    nation.reconcile("2026-09")
    return nation


def signed() -> Nation:
    """The same, built, checked and signed by all."""
    nation = reconciled()
    nation.build("2026-09")
    nation.sign("2026-09")
    return nation


def published() -> Nation:
    """The same with its notices out."""
    nation = signed()
    assert refusals_in(nation.publish("2026-09")) == ()
    return nation


def refused_for(nation: Nation, reply: Reply, kind: RefusalKind, before: int) -> None:
    """Insist that a reply refuses for this reason and that no fact came of it."""
    assert codes_in(reply) == {kind.code}
    assert facts(nation) == before


def facts(nation: Nation) -> int:
    """Count the facts of clearing and the postings."""
    return sum(len(nation.world.records(kind)) for kind in (*RECORDS, Posting))


def changed(**changes: object) -> Callable[[BuildClearing], BuildClearing]:
    """Change fields of the command."""
    return lambda command: msgspec.structs.replace(command, **changes)


def doubled_lines(command: BuildClearing) -> BuildClearing:
    """Hand every line in twice."""
    return msgspec.structs.replace(command, lines=command.lines * 2)


def with_a_deduction(command: BuildClearing) -> BuildClearing:
    """Hand in a table instead of a list of settlements."""
    line = TableLine(SOUTH, NORTH, "310", "deduction", 1, 0, -5, 0)
    return msgspec.structs.replace(command, lines=(*command.lines, line))


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (changed(month="2026-10", source_month="2026-10"), kinds.MONTH_NOT_OVER),
        (changed(month="september"), kinds.MONTH_NOT_OVER),
        (changed(source_month="2026-08"), kinds.FILE_OF_ANOTHER_MONTH),
        (doubled_lines, kinds.DOUBLED_FILE),
        (with_a_deduction, kinds.DOUBLED_FILE),
        (changed(as_of="2026-09-02T00:00:00.000000Z"), kinds.OTHER_CUT_OFF),
    ],
)
def test_a_list_that_cannot_be_the_months_is_refused(
    change: Callable[[BuildClearing], BuildClearing], kind: RefusalKind
) -> None:
    nation = reconciled()
    before = facts(nation)
    refused_for(nation, nation.world.ask(change(nation.build_command("2026-09"))), kind, before)


def test_a_month_with_a_hole_is_refused_with_its_days() -> None:
    nation = Nation()
    nation.settle("2026-09-01")
    nation.go_to("2026-10-21")
    nation.reconcile("2026-09", without="2026-09-17")
    reply = nation.world.ask(nation.build_command("2026-09"))
    refused_for(nation, reply, kinds.MONTH_HAS_A_HOLE, facts(nation))
    assert "2026-09-17" in refusals_in(reply)[0].cause_zh


def test_the_list_of_the_month_before_is_refused_as_doubled() -> None:
    nation = reconciled()
    built = nation.clear("2026-09")
    nation.go_to("2026-11-21")
    nation.reconcile("2026-10")
    before = facts(nation)
    command = msgspec.structs.replace(
        nation.build_command("2026-10"), source_digest=built.items_digest, settlements=2
    )
    refused_for(nation, nation.world.ask(command), kinds.DOUBLED_FILE, before)


def test_a_later_version_counts_up_to_the_same_instant() -> None:
    nation = reconciled()
    nation.build("2026-09")
    command = msgspec.structs.replace(nation.build_command("2026-09"), as_of="2026-10-21T01:00:00.000000Z")
    refused_for(nation, nation.world.ask(command), kinds.OTHER_CUT_OFF, facts(nation))


def test_a_month_waits_until_the_one_before_is_published() -> None:
    nation = reconciled()
    nation.build("2026-09")
    nation.settle("2026-10-22")
    nation.go_to("2026-11-21")
    nation.reconcile("2026-10")
    before = facts(nation)
    refused_for(nation, nation.world.ask(nation.build_command("2026-10")), kinds.EARLIER_MONTH_OPEN, before)


def test_a_published_table_does_not_change() -> None:
    nation = published()
    nation.settle("2026-09-20", EAST, NORTH, returned="2026-09-20")
    before = facts(nation)
    refused_for(nation, nation.world.ask(nation.build_command("2026-09")), kinds.PUBLISHED_ALREADY, before)
    refused_for(nation, nation.publish("2026-09"), kinds.PUBLISHED_ALREADY, before)


def test_a_list_that_forgets_a_difference_or_what_waited_is_refused() -> None:
    nation = reconciled()
    number = nation.settle("2026-09-05")
    nation.differs(number, "2026-09-05")
    command = msgspec.structs.replace(nation.build_command("2026-09"), held=())
    before = facts(nation)
    refused_for(nation, nation.world.ask(command), kinds.WAITING_ITEM_IN_LIST, before)
    nation.clear("2026-09")
    nation.differs(number, "2026-09-05", "repaired", 2)
    nation.go_to("2026-11-21")
    nation.reconcile("2026-10")
    before = facts(nation)
    command = msgspec.structs.replace(nation.build_command("2026-10"), late=())
    refused_for(nation, nation.world.ask(command), kinds.CARRIED_ITEM_LOST, before)


def test_a_check_with_a_file_of_another_month_or_doubled_sums_is_refused() -> None:
    nation = reconciled()
    nation.build("2026-09")
    own = nation.own(NORTH, "2026-09")
    before = facts(nation)
    other = msgspec.structs.replace(own, source_month="2026-08")
    refused_for(nation, nation.world.ask(other), kinds.FILE_OF_ANOTHER_MONTH, before)
    twice = msgspec.structs.replace(own, msgid="m2", sums=own.sums * 2)
    refused_for(nation, nation.world.ask(twice), kinds.DOUBLED_FILE, before)


def test_a_province_checks_before_it_signs_and_signs_what_it_has_checked() -> None:
    nation = reconciled()
    nation.settle("2026-09-04", EAST, SOUTH)
    built = nation.build("2026-09")
    part = nation.check(SOUTH, "2026-09").lines_digest
    (run,) = [row for row in nation.world.records(ClearingRun) if row.jurisdiction == EAST]
    before = facts(nation) + 1
    for province, digest, kind in (
        (EAST, run.lines_digest, kinds.CHECK_FIRST),
        (NORTH, built.lines_digest, kinds.WRONG_DIGEST),
        (NORTH, "0" * 64, kinds.WRONG_DIGEST),
        (NORTH, part, kinds.WRONG_DIGEST),
        (SOUTH, nation.check(NORTH, "2026-09").lines_digest, kinds.WRONG_DIGEST),
    ):
        said = {"month": "2026-09", "lines_digest": digest, "signed_by": "seal"}
        refused_for(nation, nation.ask(SignClearing, province, **said), kind, before)


def test_what_differs_is_shown_and_is_not_signed() -> None:
    nation = reconciled()
    nation.build("2026-09")
    own = nation.own(NORTH, "2026-09")
    wrong = msgspec.structs.replace(own.sums[0], fund_fen=own.sums[0].fund_fen - 1)
    reply = nation.world.ask(msgspec.structs.replace(own, sums=(wrong, *own.sums[1:])))
    (difference,) = reply.differences  # type: ignore[attr-defined]
    assert (difference.direction, difference.counterpart) == (Direction.PAYABLE, SOUTH)
    assert difference.nation_due_fen - difference.own_due_fen == 1
    before = facts(nation)
    said = {"month": "2026-09", "lines_digest": reply.lines_digest, "signed_by": "seal"}  # type: ignore[attr-defined]
    refused_for(nation, nation.ask(SignClearing, NORTH, **said), kinds.CHECK_FIRST, before)


def test_nothing_is_signed_checked_published_or_urged_without_a_table() -> None:
    nation = Nation()
    sums = {"source_month": "2026-09", "sums": ()}
    sign = {"lines_digest": "", "signed_by": ""}
    for kind, here, said in (
        (CheckClearing, NORTH, sums),
        (SignClearing, NORTH, sign),
        (PublishNotices, NATION, {}),
        (Urge, NATION, {}),
    ):
        assert codes_in(nation.ask(kind, here, month="2026-09", **said)) == {kinds.NO_TABLE.code}
    assert codes_in(nation.dispute("2026-09", "s1")) == {kinds.NO_TABLE.code}
    assert codes_in(nation.ask(Urge, NATION, month="x")) == {kinds.MONTH_NOT_OVER.code}


def test_nothing_is_published_before_all_have_signed() -> None:
    nation = reconciled()
    nation.build("2026-09")
    before = facts(nation)
    reply = nation.publish("2026-09")
    refused_for(nation, reply, kinds.SIGNATURES_MISSING, before)
    assert f"{NORTH}, {SOUTH}" in refusals_in(reply)[0].cause_en


def test_only_what_is_in_the_table_can_be_disputed_and_only_once_and_never_after_signing() -> None:
    nation = reconciled()
    inside, elsewhere = "s00001", nation.settle("2026-10-02")
    nation.build("2026-09")
    assert codes_in(nation.dispute("2026-09", elsewhere)) == {kinds.NOT_IN_THIS_CLEARING.code}
    assert codes_in(nation.dispute("2026-09", "unknown")) == {kinds.NOT_IN_THIS_CLEARING.code}
    assert codes_in(nation.dispute("2026-09", inside, EAST)) == {kinds.NO_TABLE.code}
    assert codes_in(nation.dispute("2026-09", inside)) == set()
    assert codes_in(nation.dispute("2026-09", inside)) == {kinds.DISPUTED_ALREADY.code}
    nation = signed()
    before = facts(nation)
    refused_for(nation, nation.dispute("2026-09", inside), kinds.DISPUTE_AFTER_SIGNING, before)


def test_only_an_open_dispute_is_resolved_and_a_correction_is_a_reduction() -> None:
    nation = reconciled()
    nation.build("2026-09")
    dismissed = DisputeState.DISMISSED
    assert codes_in(nation.resolve("s00001", dismissed)) == {kinds.NO_OPEN_DISPUTE.code}
    nation.dispute("2026-09", "s00001")
    before = facts(nation)
    for fund_fen, account_fen in ((700_00, 50_00), (700_01, 0), (-1, 0), (0, 50_01)):
        reply = nation.resolve("s00001", DisputeState.CORRECTED, fund_fen=fund_fen, account_fen=account_fen)
        refused_for(nation, reply, kinds.CORRECTION_OUT_OF_RANGE, before)
    assert codes_in(nation.resolve("s00001", dismissed)) == set()
    assert codes_in(nation.resolve("s00001", dismissed)) == {kinds.NO_OPEN_DISPUTE.code}


def pay(nation: Nation, fen: int, payee: str = SOUTH, kind: type = PayNotice) -> Reply:
    """Have the north pay, or the south confirm, an amount."""
    here, number = (NORTH, "QS-202609-FK-140000") if kind is PayNotice else (SOUTH, "QS-202609-SK-310000")
    said = {"number": number, "counterpart": payee, "amount_fen": fen, "reference": "b1"}
    return nation.ask(kind, here, "finance", **said)


def test_a_payment_follows_its_notice_step_by_step_and_to_the_fen() -> None:
    nation = published()
    before = facts(nation)
    refused_for(nation, pay(nation, 750_00), kinds.NOT_HANDED_OVER, before)
    refused_for(nation, pay(nation, 750_00, EAST), kinds.NO_SUCH_NOTICE, before)
    refused_for(nation, nation.ask(HandToFinance, NORTH, number="QS"), kinds.NO_SUCH_NOTICE, before)
    receipt = "QS-202609-SK-140000"
    refused_for(nation, nation.ask(HandToFinance, NORTH, number=receipt), kinds.NO_SUCH_NOTICE, before)
    notice = "QS-202609-FK-140000"
    assert codes_in(nation.ask(HandToFinance, NORTH, number=notice)) == set()
    before = facts(nation)
    refused_for(nation, nation.ask(HandToFinance, NORTH, number=notice), kinds.STEP_TAKEN_ALREADY, before)
    refused_for(nation, pay(nation, 749_99), kinds.WRONG_AMOUNT, before)
    refused_for(nation, pay(nation, 750_00, NORTH, ConfirmReceipt), kinds.NOT_PAID_YET, before)
    refused_for(nation, pay(nation, 1, EAST, ConfirmReceipt), kinds.NO_SUCH_NOTICE, before)
    assert codes_in(pay(nation, 750_00)) == set()
    before = facts(nation)
    refused_for(nation, pay(nation, 750_00), kinds.STEP_TAKEN_ALREADY, before)
    refused_for(nation, pay(nation, 750_01, NORTH, ConfirmReceipt), kinds.WRONG_AMOUNT, before)
    assert codes_in(pay(nation, 750_00, NORTH, ConfirmReceipt)) == set()
    before = facts(nation)
    refused_for(nation, pay(nation, 750_00, NORTH, ConfirmReceipt), kinds.STEP_TAKEN_ALREADY, before)


def test_only_what_is_cleared_is_deducted_from_and_never_more_than_that() -> None:
    nation = reconciled()
    assert codes_in(nation.deduct("s00001", 10_00)) == {kinds.NOT_CLEARED_YET.code}
    assert codes_in(nation.deduct("unknown", 10_00)) == {kinds.NOT_IN_THIS_CLEARING.code}
    nation.clear("2026-09")
    before = facts(nation)
    for fen in (0, -1, 750_01):
        refused_for(nation, nation.deduct("s00001", fen), kinds.MORE_THAN_CLEARED, before)
    below = nation.deduct("s00001", 10_00, penalty_fen=-1)
    refused_for(nation, below, kinds.PENALTY_BELOW_ZERO, before)
    assert codes_in(nation.deduct("s00001", 700_00)) == set()
    assert codes_in(nation.deduct("s00001", 50_01)) == {kinds.MORE_THAN_CLEARED.code}


def test_a_year_that_is_not_over_or_not_cleared_is_not_closed_and_a_closed_one_is() -> None:
    nation = Nation("2025-12-01")
    nation.settle("2025-12-03", SOUTH, NORTH)
    assert codes_in(nation.ask(CloseYear, NATION, year="2025")) == {kinds.MONTH_NOT_OVER.code}
    nation.go_to("2026-01-21")
    nation.reconcile("2025-12")
    assert codes_in(nation.ask(CloseYear, NATION, year="2025")) == {kinds.YEAR_NOT_CLEARED.code}
    nation.build("2025-12")
    nation.sign("2025-12")
    nation.publish("2025-12")
    assert nation.world.records(ClearingNotice)
    assert codes_in(nation.ask(CloseYear, NATION, year="2025")) == {kinds.YEAR_NOT_CLEARED.code}
    nation.transfer("2025-12")
    late = nation.settle("2025-12-30", EAST, NORTH, returned="2026-02-02")
    assert codes_in(nation.ask(CloseYear, NATION, year="2025")) == {kinds.YEAR_NOT_CLEARED.code}
    for month, day in (("2026-01", "2026-02-24"), ("2026-02", "2026-03-23")):
        nation.go_to(day)
        nation.reconcile(month)
        assert codes_in(nation.ask(CloseYear, NATION, year="2025")) == {kinds.YEAR_NOT_CLEARED.code}
        nation.clear(month)
    assert nation.cleared()[late] == ["2026-01"]
    assert codes_in(nation.ask(CloseYear, NATION, year="2025")) == set()
    assert codes_in(nation.ask(CloseYear, NATION, year="2025")) == {kinds.YEAR_CLOSED.code}
    nation.reconcile("2025-11")
    assert codes_in(nation.world.ask(nation.build_command("2025-11"))) == {kinds.YEAR_CLOSED.code}


def test_what_comes_after_its_year_was_closed_waits_for_ever_with_what_undoes_it() -> None:
    nation = closed_year()
    straggler = nation.settle("2025-12-31", EAST, NORTH, returned="2026-03-24")
    undone = nation.settle("2026-03-25", EAST, NORTH, -700_00, -50_00, undoes=straggler)
    nation.go_to("2026-04-21")
    nation.reconcile("2026-03")
    command = nation.build_command("2026-03")
    held = [(row.settlement_id, row.cause) for row in command.held]
    assert held == [(straggler, "year_closed"), (undone, "year_closed")]
    late = msgspec.structs.replace(command.held[0], way=Way.LATE)
    forced = msgspec.structs.replace(command, late=(late,), held=command.held[1:])
    assert codes_in(nation.world.ask(forced)) == {kinds.YEAR_CLOSED.code}
    assert nation.build("2026-03").held == 2
    ledger = nation.ledger(NORTH)
    assert not [fen for (account, care, _), fen in ledger.items() if care == EAST and "owed" in account]


def closed_year() -> Nation:
    """A nation that has cleared and closed 2025."""
    nation = Nation("2025-12-01")
    nation.settle("2025-12-03", SOUTH, NORTH)
    for month, day in (("2025-12", "2026-01-21"), ("2026-01", "2026-02-24"), ("2026-02", "2026-03-23")):
        nation.go_to(day)
        nation.reconcile(month)
        nation.clear(month)
    assert codes_in(nation.ask(CloseYear, NATION, year="2025")) == set()
    return nation
