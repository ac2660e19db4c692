"""A month of the nation under its own clock: the same seed is the same table; what goes wrong stops it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from rich.console import Console

from tests.journeys.nation import MORNING, SAMPLE
from yidi.domain.money import format_yuan
from yidi.domain.refusal import Refusal
from yidi.edges.demonstration.month import (
    MoneyDays,
    MonthClock,
    latest_month,
    money_days,
    plan_month,
)
from yidi.edges.demonstration.month_clearing import Clearing, MonthFault
from yidi.edges.demonstration.month_counters import Counters
from yidi.edges.demonstration.month_hospitals import Declared, HospitalsPaid, pay_all
from yidi.edges.demonstration.month_nation import (
    MonthPlayed,
    insist_nothing_is_open,
    play_month,
    still_owed,
)
from yidi.edges.demonstration.month_opening import Opening
from yidi.edges.demonstration.month_parts import MonthNode, plans_of
from yidi.edges.demonstration.month_show import show_month
from yidi.edges.demonstration.stage import make_keys, set_stage
from yidi.edges.packs.calendar import read_calendar
from yidi.edges.packs.money import read_money_terms
from yidi.edges.settings import Settings
from yidi.processes.clearing.months import days_of
from yidi.wiring import open_node

MONTH, FIRST = "2026-09", "2026-08-01"
TERMS = (read_calendar(), read_money_terms())


class Month(NamedTuple):
    """A node before a month."""

    node: MonthNode
    counters: Counters
    diseases: tuple[str, ...]

    async def play(self, visits: int) -> MonthPlayed:
        """Play the month, and the smaller one before it."""
        plans = plans_of(MONTH, plan_month(SAMPLE, MONTH, visits), *TERMS)
        opening = Opening(self.node.ask, self.node.rows, self.node.clock)
        opened = await opening.play(plans.earlier, plans.pairs, 1)
        self.node.clock.at(FIRST, 1)
        await set_stage(self.node.ask, SAMPLE, date.fromisoformat(FIRST), self.diseases)
        return await play_month(self.node, self.counters, plans, opened, lambda what, done: None)


@asynccontextmanager
async def open_month(folder: Path) -> AsyncIterator[Month]:
    """Open a node in the January of the month."""
    clock, keys = MonthClock(MORNING), make_keys(SAMPLE)
    clock.at("2026-01-02", 0)
    settings = Settings(database=f"sqlite:{folder / 'month.sqlite'}", keys="", port=0, sample=True)
    async with open_node(settings, keys, clock) as node:
        gateways = {place.province: node.gateway_of(place.province) for place in SAMPLE.institutions}
        counters = Counters(node.app, keys, gateways, clock)
        yield Month(MonthNode(node.ask, node.rows, settings, clock, folder / "bank"), counters, node.diseases)
        await counters.close()


def test_the_same_seed_plans_the_same_month_and_another_one_another() -> None:
    planned = plan_month(SAMPLE, MONTH, 60, seed=1)
    assert planned == plan_month(SAMPLE, MONTH, 60, seed=1)
    assert planned != plan_month(SAMPLE, MONTH, 60, seed=2)
    assert {row.day for row in planned} == set(days_of(MONTH))
    assert all(row.institution.province != row.person.insured for row in planned)


def test_the_month_played_by_default_is_the_last_that_can_be_paid_by_loaded_calendars() -> None:
    assert latest_month(date(2026, 11, 22), *TERMS) == "2026-10"
    assert latest_month(date(2026, 3, 1), *TERMS) == "2026-02"
    chosen = latest_month(date(2030, 1, 1), *TERMS)
    assert isinstance(money_days(chosen, *TERMS), MoneyDays)
    assert chosen < "2029"


def test_a_month_before_any_terms_has_no_clearing_days() -> None:
    assert isinstance(money_days("2020-01", *TERMS), Refusal)


async def play_in(folder: Path) -> MonthPlayed:
    """Play a small month and see that no province owes another anything."""
    async with open_month(folder) as month:
        played = await month.play(10)
        assert await still_owed(month.node.settings) == {}
        return played


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> MonthPlayed:
    """A small month."""
    return asyncio.run(play_in(tmp_path_factory.mktemp("month")))


async def test_two_nodes_that_play_the_same_month_sign_the_same_table(
    played: MonthPlayed, tmp_path: Path
) -> None:
    again = await play_in(tmp_path)
    assert again.cleared.built.nets == played.cleared.built.nets
    assert again.cleared.built.lines_digest == played.cleared.built.lines_digest
    assert again.visits == played.visits
    assert sum(row.payable_fen for row in again.cleared.built.nets) > 0


def test_people_are_shown_the_table_and_the_notices_of_a_province_that_pays_and_receives(
    played: MonthPlayed,
) -> None:
    console = Console(record=True, width=120, file=StringIO())
    show_month(console, played, lambda code: f"place of {code}")
    text = console.export_text()
    nets = {row.province: row for row in played.cleared.built.nets}
    for province, row in nets.items():
        amounts = [format_yuan(fen, thousands=True) for fen in (row.payable_fen, row.receivable_fen)]
        assert re.search(rf"{province} place of {province} +│ +{amounts[0]} │ +{amounts[1]} │", text)
    assert re.search(r"合计 sum .* 0\.00 │", text)
    shown = set(re.findall(r"QS-202609-[FS]K-(\d{6})", text))
    assert shown == {played.banked.province}
    assert nets[played.banked.province].receivable_fen > 0
    assert f"{len(played.cleared.transfers)} 笔" in text


def test_what_is_left_open_stops_the_month(played: MonthPlayed) -> None:
    insist_nothing_is_open(played, {})
    with pytest.raises(MonthFault, match="of 99 settlements cleared"):
        insist_nothing_is_open(played._replace(settlements=99), {})
    with pytest.raises(MonthFault, match="not the sum"):
        insist_nothing_is_open(played._replace(settled_fen=1), {})
    unpaid = played._replace(hospitals=played.hospitals._replace(owed_fen=1))
    with pytest.raises(MonthFault, match="hospitals were owed"):
        insist_nothing_is_open(unpaid, {})
    with pytest.raises(MonthFault, match="110000 owed: 5"):
        insist_nothing_is_open(played, {"110000 owed": 5})
    held = msgspec.structs.replace(played.cleared.built, held=1)
    with pytest.raises(MonthFault, match="1 held"):
        insist_nothing_is_open(played._replace(cleared=played.cleared._replace(built=held)), {})


async def test_a_hospital_whose_patients_paid_all_is_owed_and_paid_nothing(tmp_path: Path) -> None:
    async with open_month(tmp_path) as month:
        owed_nothing = Declared("610000", "H61010200001", ("D1",), 0)
        assert await pay_all(month.node.ask, MONTH, [owed_nothing]) == HospitalsPaid(0, 0, 0, 0, 0)


async def test_a_month_that_was_not_reconciled_is_not_cleared(tmp_path: Path) -> None:
    async with open_month(tmp_path) as month:
        month.node.clock.at("2026-10-21", 10)
        with pytest.raises(MonthFault, match="FUNDS-51"):
            await Clearing(month.node.ask, month.node.rows, MONTH, 2).build()


def test_what_went_wrong_the_month_before_is_put_right_in_this_one(played: MonthPlayed) -> None:
    made, before = played.corrected, played.before.built
    assert before.held == 1
    assert made.disputed
    assert (made.deducted_fen > 0, made.refunded_fen > 0) == (True, True)
    assert len({made.disputed, made.deducted, made.refunded}) == 3
    owed_fen = played.hospitals_before.owed_fen + played.hospitals.owed_fen
    cleared_fen = sum(row.payable_fen for row in (*before.nets, *played.cleared.built.nets))
    assert cleared_fen == owed_fen - made.deducted_fen - made.refunded_fen


def test_who_pays_late_is_urged_and_every_float_was_paid_before(played: MonthPlayed) -> None:
    assert {row.matter for row in played.urged} == {"pay"}
    assert len({row.province for row in played.urged}) == 1
    assert played.banked.province not in {row.province for row in played.urged}
    assert played.opened.transfers == played.opened.floats > 0
    assert sum(played.colours.values()) == played.opened.floats


def test_the_bank_of_one_province_carries_out_its_orders_and_every_line_is_matched(
    played: MonthPlayed,
) -> None:
    bank = played.banked
    assert bank.lines == bank.matched
    payable = next(row.payable_fen for row in played.cleared.built.nets if row.province == bank.province)
    assert bank.province_fen == payable > 0
    assert {name.split("-")[0] for name in bank.files} == {"pain001", "pacs009", "camt053"}
