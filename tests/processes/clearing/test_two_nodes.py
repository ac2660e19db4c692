"""Two nodes on one PostgreSQL correct, release, sign and top up at once: every sum stays exact."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.processes.clearing.hospitals import Hospitals, money_handlers, undoing_of
from tests.processes.clearing.nation import NORTH, PROVINCES, SOUTH, fields
from tests.two_nodes import TwoNodes, two_nodes
from tests.world import refusals_in
from yidi.edges.storage.reading import rows
from yidi.processes.clearing.commands import AuditDeduction, SignClearing
from yidi.processes.clearing.records import ClearingAdjustment
from yidi.processes.payment.commands import ReleaseRetention
from yidi.processes.payment.records import InstitutionPaymentLine, RetentionRelease
from yidi.processes.ports.deciding import NATION
from yidi.processes.prepayment.commands import DecideTopUp
from yidi.processes.prepayment.records import PrepaymentChange, TopUp, UsageRate, UseCount


@asynccontextmanager
async def both_nodes(address: str, nation: Hospitals) -> AsyncIterator[TwoNodes]:
    """Let two nodes go on where a nation stands."""
    here = (NATION, *PROVINCES)
    async with two_nodes(address, nation.world, money_handlers(), here) as both:
        yield both


def cleared() -> Hospitals:
    """A nation whose September is settled and cleared: s00001 came to 750.00."""
    nation = Hospitals("2026-09-01")
    nation.settle("2026-09-02")
    nation.go_to("2026-10-21")
    nation.reconcile("2026-09")
    nation.clear("2026-09")
    return nation


def audit(number: int) -> AuditDeduction:
    """Deduct 100.00 from the settlement."""
    return AuditDeduction(
        jurisdiction=SOUTH, sender="agency", msgid=f"audit{number}", settlement_id="s00001",
        amount_fen=100_00, penalty_fen=0, reason="超限用药", finding="SH-1",
    )  # fmt: skip


async def test_no_more_is_deducted_than_was_settled_whoever_asks_at_once(postgresql_database: str) -> None:
    async with both_nodes(postgresql_database, cleared()) as both:
        replies = await both.at_once(*map(audit, range(12)))
        assert [refusals_in(reply) == () for reply in replies].count(True) == 7
        taken = await rows(both.engine, ClearingAdjustment, jurisdiction=SOUTH)
        assert sum(row.amount_fen for row in taken) == 700_00


async def test_what_is_undone_while_it_is_audited_comes_back_once(postgresql_database: str) -> None:
    nation = cleared()
    facts, heard = undoing_of(nation, "s00001", "2026-10-21")
    nation.world.add(*facts)
    async with both_nodes(postgresql_database, nation) as both:
        asked = [both.nodes[n % 2].ask(audit(n)) for n in range(4)]
        await asyncio.gather(*asked[:2], both.nodes[1].deliver(heard), *asked[2:])
        await both.quiet()
        for place in (SOUTH, NATION, NORTH):
            taken = await rows(both.engine, ClearingAdjustment, jurisdiction=place)
            assert sum(row.amount_fen for row in taken) == 0, place


async def test_no_more_is_released_than_was_held_back_whoever_asks_at_once(postgresql_database: str) -> None:
    nation = cleared()
    held = {"institution_code": "H1", "year": "2026", "scheme": "310"}
    nation.world.add(
        fields(InstitutionPaymentLine, jurisdiction=SOUTH, payment_id="Z1", retained_fen=50_00, **held)
    )
    release = [
        ReleaseRetention(
            jurisdiction=SOUTH, sender="agency", msgid=f"r{number}", amount_fen=20_00, reason="考核", **held
        )
        for number in range(8)
    ]
    async with both_nodes(postgresql_database, nation) as both:
        replies = await both.at_once(*release)
        assert [refusals_in(reply) == () for reply in replies].count(True) == 2
        assert sum(row.amount_fen for row in await rows(both.engine, RetentionRelease)) == 40_00


async def test_the_last_signatures_at_once_count_the_month_once(postgresql_database: str) -> None:
    nation = Hospitals("2026-09-01")
    nation.settle("2026-09-02")
    nation.settle("2026-09-03", care=NORTH, insured=SOUTH)
    nation.go_to("2026-10-21")
    nation.reconcile("2026-09")
    nation.build("2026-09")
    signing = [
        SignClearing(
            jurisdiction=place, sender="agency", msgid="sign", month="2026-09", signed_by="seal",
            lines_digest=nation.check(place, "2026-09").lines_digest,
        )
        for place in (NORTH, SOUTH)
    ]  # fmt: skip
    async with both_nodes(postgresql_database, nation) as both:
        await both.at_once(*signing)
        counted = await rows(both.engine, UseCount, jurisdiction=NATION)
        assert [(row.version, row.settlements) for row in counted] == [(1, 2)]
        assert {row.version for row in await rows(both.engine, UsageRate, jurisdiction=NATION)} == {1}


async def test_a_float_changed_from_two_nodes_at_once_is_the_sum_of_its_changes(
    postgresql_database: str,
) -> None:
    nation = cleared()
    decisions = []
    for number in range(6):
        nation.world.add(
            fields(TopUp, jurisdiction=NATION, request_no=f"T{number}", month="2026-09", insured=NORTH,
                   care=SOUTH, scheme="310", asked_fen=100_00)
        )  # fmt: skip
        decisions += [
            DecideTopUp(
                jurisdiction=NATION, sender="agency", msgid=f"{number}{again}", request_no=f"T{number}",
                approved_fen=100_00, reason="同意",
            )
            for again in "ab"
        ]  # fmt: skip
    async with both_nodes(postgresql_database, nation) as both:
        replies = await both.at_once(*decisions)
        assert [refusals_in(reply) == () for reply in replies].count(True) == 6
        changes = await rows(both.engine, PrepaymentChange, jurisdiction=NATION)
        assert sorted(row.before_fen for row in changes) == [number * 100_00 for number in range(6)]
        assert sum(row.change_fen for row in changes) == 600_00
