"""Every sample visit goes as told, to the fen, at every link: on both engines, folded and hop by hop."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import pytest
import yaml

from tests.journeys.nation import VISITS, Nation, codes_of, open_nation, statement_of
from yidi.domain.money import parse_yuan
from yidi.edges.demonstration.play import Played, play
from yidi.processes.relay.records import Relayed, Returned
from yidi.processes.settlement.commands import Settled
from yidi.processes.settlement.records import AccumulatorEntry, Settlement, SettlementAnswered

CASES: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "journeys" / "sample-visits.yaml").read_text("utf-8")
)
RUNS = [(engine, way) for engine in ("sqlite", "postgresql") for way in ("folded", "hop_by_hop")]
SETTLING = {"2304", "2207A"}
MONEY = {"BookSettlement", "UndoBooking", "ReverseBooking"}
TRYING = {"2303", "2206A"}
ROW_FUNDS = {"310100": "pool", "390100": "pool", "610100": "assistance", "370100": "employer_supplement"}


class Told(NamedTuple):
    """One visit after it was played: what the hospital saw, and what each link keeps."""

    played: Played
    answered: list[SettlementAnswered]
    relayed: list[Relayed]
    returned: list[Returned]
    booked: list[Settlement]
    counters: dict[str, int]


class Run(NamedTuple):
    """All visits on one node, and what its facts say about each other."""

    told: dict[str, Told]
    findings: list[str]


async def tell(nation: Nation, case: str) -> Told:
    """Play one visit and gather what every link keeps of it."""
    visit = VISITS[case]
    person = nation.people[visit.person]
    played = await play(nation.hospital(nation.institutions[visit.institution]), visit, person)
    rows = nation.node.rows
    seen = {"visit_id": played.visit_id or "none"}
    booked = await rows(Settlement, seen, ("booked_at",))
    counters: dict[str, int] = {}
    for entry in await rows(AccumulatorEntry, {"person_no": person.person_no}):
        counters[entry.counter] = counters.get(entry.counter, 0) + entry.amount
    case_id = {"case_id": booked[0].case_id if booked else "none"}
    asked = [row for row in await rows(Relayed, case_id, ("relayed_at",)) if row.question in MONEY]
    back = [row for row in await rows(Returned, case_id, ("returned_at",)) if row.question in MONEY]
    answered = await rows(SettlementAnswered, seen, ("answered_at",))
    return Told(played, answered, asked, back, booked, counters)


async def run(database: str, fold: bool) -> Run:
    """Play all visits on one node."""
    async with open_nation(database, fold=fold) as nation:
        told = {visit.case: await tell(nation, visit.case) for visit in VISITS.values()}
        return Run(told, await nation.findings())


async def fresh(server: str, name: str) -> str:
    """Make an empty PostgreSQL database."""
    connection = await asyncpg.connect(server)
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="module")
def runs(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Run]:
    """All visits, played once on each engine and each way."""
    made = {}
    for engine, way in RUNS:
        address = f"sqlite:{tmp_path_factory.mktemp('nation') / 'nation.sqlite'}"
        if engine == "postgresql":
            address = asyncio.run(fresh(postgresql_server, f"sample_visits_{way}"))
        made[engine, way] = asyncio.run(run(address, way == "folded"))
    return made


def fen(text: str) -> int:
    """Read yuan."""
    read = parse_yuan(text)
    assert read is not None
    return read


def figures(settled: Settled) -> dict[str, Any]:
    """Return the figures of a statement as the golden file names them, in fen."""
    bill = settled.totals
    return {
        "bill": [getattr(bill, f"{part}_fen") for part in CASES["local_inpatient"]["bill"]],
        "deductible": settled.deductible_fen,
        "funds": {share.fund: share.paid_fen for share in settled.shares if share.paid_fen},
        "person": settled.person_fen,
        "account": settled.account_fen,
        "cash": settled.cash_fen,
    }


def expected(case: Mapping[str, Any], sign: int = 1) -> dict[str, Any]:
    """Return the figures of a golden case, in fen; negative for what undoes it."""
    return {
        "bill": [sign * fen(amount) for amount in case["bill"].values()],
        "deductible": sign * fen(case["deductible"]),
        "funds": {fund: sign * fen(amount) for fund, amount in case["funds"].items()},
        "person": sign * fen(case["person"]),
        "account": sign * fen(case["account"]),
        "cash": sign * fen(case["cash"]),
    }


def hundredths(amount: object) -> int:
    """Read an amount of an answer."""
    return int(Decimal(str(amount)) * 100)


def at_the_counter(output: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of a statement as the hospital received it."""
    head, rows = output["setlinfo"], output["setldetail"]
    names = ("medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
    return {
        "bill": [hundredths(head[name]) for name in names],
        "deductible": hundredths(head["act_pay_dedc"]),
        "funds": {
            ROW_FUNDS[row["fund_pay_type"]]: hundredths(row["fund_payamt"])
            for row in rows
            if row["fund_pay_type"] in ROW_FUNDS
        },
        "person": hundredths(head["psn_part_amt"]),
        "account": hundredths(head["acct_pay"]),
        "cash": hundredths(head["psn_cash_pay"]),
    }


GOOD = [case for case, said in CASES.items() if "refused" not in said]
on_every_node = pytest.mark.parametrize("where", RUNS, ids=["-".join(run) for run in RUNS])


def test_every_sample_visit_has_its_figures_worked_by_hand() -> None:
    assert set(CASES) == set(VISITS)


@on_every_node
@pytest.mark.parametrize("case", GOOD)
def test_a_trial_and_the_statement_at_the_counter_say_the_figures_worked_by_hand(
    runs: dict[tuple[str, str], Run], where: tuple[str, str], case: str
) -> None:
    exchanges = runs[where].told[case].played.exchanges
    tried = [one for one in exchanges if one.number in TRYING]
    settled = [one for one in exchanges if one.number in SETTLING]
    assert len(tried) == len(settled) == 1
    assert at_the_counter(tried[0].output) == expected(CASES[case])
    if case == "unanswered_reversed":
        assert settled[0].answer is None
    else:
        assert at_the_counter(settled[0].output) == expected(CASES[case])


@on_every_node
@pytest.mark.parametrize("case", GOOD)
def test_the_care_place_keeps_the_statement_and_what_undoes_it_is_its_negative(
    runs: dict[tuple[str, str], Run], where: tuple[str, str], case: str
) -> None:
    told, said = runs[where].told[case], CASES[case]
    statements = [statement_of(row.statement) for row in told.answered]
    signs = [1, -1] if said.get("undone") else [1]
    assert [figures(one)["bill"] for one in statements] == [expected(said, sign)["bill"] for sign in signs]
    for one, sign in zip(statements, signs, strict=True):
        assert figures(one) == expected(said, sign)
        assert one.standing == said["standing"]
        assert one.totals.total_fen == one.fund_fen + one.person_fen + one.hospital_fen
        assert one.person_fen == one.account_fen + one.cash_fen


@on_every_node
@pytest.mark.parametrize("case", GOOD)
def test_hospital_care_place_nation_and_insured_place_agree(
    runs: dict[tuple[str, str], Run], where: tuple[str, str], case: str
) -> None:
    told, said = runs[where].told[case], CASES[case]
    booked = [(row.total_fen, row.fund_fen, row.account_fen, row.cash_fen) for row in told.booked]
    assert {row.jurisdiction for row in told.booked} == {said["insured"]}
    assert [(r.total_fen, r.fund_fen, r.account_fen, r.cash_fen) for r in told.answered] == booked
    signs = [1, -1] if said.get("undone") else [1]
    assert [row[0] for row in booked] == [sign * fen(said["bill"]["total"]) for sign in signs]
    if said["standing"] == "local":
        assert told.relayed == told.returned == []
        return
    shares = [(row.fund_fen, row.person_fen) for row in told.booked]
    assert [(row.fund_fen, row.person_fen) for row in told.returned] == shares
    assert len(told.relayed) == len(told.booked)
    assert told.relayed[0].total_fen == told.booked[0].total_fen


@on_every_node
@pytest.mark.parametrize("case", [case for case in GOOD if CASES[case].get("undone")])
def test_what_was_undone_leaves_every_counter_of_the_person_at_nought(
    runs: dict[tuple[str, str], Run], where: tuple[str, str], case: str
) -> None:
    counters = runs[where].told[case].counters
    assert counters
    assert set(counters.values()) == {0}


@on_every_node
def test_a_paused_person_is_refused_at_the_door_and_nothing_is_booked(
    runs: dict[tuple[str, str], Run], where: tuple[str, str]
) -> None:
    told = runs[where].told["paused_refused"]
    last = told.played.exchanges[-1]
    assert codes_of(last) == set(CASES["paused_refused"]["refused"])
    assert told.booked == told.answered == []


@on_every_node
def test_the_facts_of_the_node_prove_each_other_afterwards(
    runs: dict[tuple[str, str], Run], where: tuple[str, str]
) -> None:
    assert runs[where].findings == []


def masked(told: Told) -> str:
    """Write what the hospital was answered, without ids and times."""
    answers = [exchange.answer for exchange in told.played.exchanges]
    text = json.dumps(answers, ensure_ascii=False, sort_keys=True, default=str)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "TIME", text)
    return re.sub(r"H?\d{14,}", "ID", text)


@pytest.mark.parametrize("case", list(CASES))
def test_a_hospital_cannot_tell_the_engine_or_whether_hops_are_folded(
    runs: dict[tuple[str, str], Run], case: str
) -> None:
    assert len({masked(runs[where].told[case]) for where in RUNS}) == 1
