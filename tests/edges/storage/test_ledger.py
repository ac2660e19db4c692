"""The same trial balance from both databases, from Parquet, and from the meaning in the domain."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from yidi.domain.ledger.balance import Balance, trial_balance
from yidi.domain.ledger.entry import Line
from yidi.edges.batch.ledger import LedgerExtract, write_postings
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.engines import engine_for
from yidi.edges.storage.ledger import ledgers, prove, read_account, read_trial_balance
from yidi.edges.storage.migrate import migrate
from yidi.edges.storage.schema import gathered
from yidi.processes.settlement.records import Posting

HOME, AWAY = "610000", "330000"


def posting(entry: str, line: int, account: str, fen: int, at: str, place: str = HOME) -> Posting:
    return Posting(place, entry, line, account, AWAY, "310", fen, at[:10], at)


EARLY, LATE = "2026-01-31T10:00:00.000000Z", "2026-02-01T10:00:00.000000Z"
POSTINGS = [
    posting("B1", 0, "spent.pool.610100", 70_00, EARLY),
    posting("B1", 1, "owed_to_province", -70_00, EARLY),
    posting("B2", 0, "spent.pool.610100", -20_00, LATE),
    posting("B2", 1, "owed_to_province", 20_00, LATE),
    posting("A1", 0, "due_from_province", 9 * 10**15, LATE, AWAY),
    posting("A1", 1, "owed_to_institution", -9 * 10**15, LATE, AWAY),
]


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'facts.db'}"
    found: str = request.getfixturevalue("postgresql_database")
    return found


@pytest_asyncio.fixture
async def engine(address: str) -> AsyncIterator[Engine]:
    engine = engine_for(address, gathered())
    await engine.open()
    await migrate(engine)
    await engine.begin()
    await engine.write({Posting: POSTINGS})
    await engine.commit()
    yield engine
    await engine.close()


async def test_a_trial_balance_holds_at_any_instant(engine: Engine) -> None:
    assert await ledgers(engine) == [AWAY, HOME]
    assert await read_trial_balance(engine, HOME, EARLY) == (
        Balance("owed_to_province", AWAY, "310", 0, -70_00, 1),
        Balance("spent.pool.610100", AWAY, "310", 70_00, 0, 1),
    )
    assert await read_trial_balance(engine, HOME) == (
        Balance("owed_to_province", AWAY, "310", 20_00, -70_00, 2),
        Balance("spent.pool.610100", AWAY, "310", 70_00, -20_00, 2),
    )
    assert await read_trial_balance(engine, HOME, "2025-12-31") == ()


async def test_an_account_is_told_line_by_line(engine: Engine) -> None:
    found = await read_account(engine, HOME, "owed_to_province")
    assert [(line.entry_id, line.balance_fen) for line in found] == [("B1", -70_00), ("B2", -50_00)]
    assert await read_account(engine, AWAY, "owed_to_province") == []


async def test_postings_that_no_fact_explains_are_found(engine: Engine) -> None:
    results = {result.check.name: result for result in await prove(engine)}
    assert list(results["postings_explained"].findings) == [f"{AWAY} A1", f"{HOME} B1", f"{HOME} B2"]
    others = [result.found for name, result in results.items() if name != "postings_explained"]
    assert others == [0, 0, 0, 0]


def extract_of(folder: Path, rows: list[Posting]) -> LedgerExtract:
    half = len(rows) // 2
    for number, part in enumerate((rows[:half], rows[half:])):
        write_postings(folder / f"{number}.parquet", part)
    return LedgerExtract(sorted(folder.glob("*.parquet")))


async def test_parquet_gives_the_same_trial_balance_as_the_database(engine: Engine, tmp_path: Path) -> None:
    extract = extract_of(tmp_path, POSTINGS)
    assert extract.ledgers() == [AWAY, HOME]
    assert extract.postings() == len(POSTINGS)
    for place in (HOME, AWAY):
        for at in (EARLY, LATE):
            stated = extract.trial_balance(place, at)
            assert stated == await read_trial_balance(engine, place, at)
            assert extract.unproven(place, stated, at) == []
    extract.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[:-1],
        lambda rows: [*rows[:-1], rows[-1]._replace(debit_fen=rows[-1].debit_fen + 1)],
        lambda rows: [*rows, Balance("suspense", AWAY, "310", 0, 0, 1)],
        lambda rows: [rows[0]._replace(postings=9), *rows[1:]],
    ],
)
def test_a_stated_balance_that_is_not_the_sum_of_its_postings_is_found(
    tmp_path: Path, change: object
) -> None:
    assert callable(change)
    extract = extract_of(tmp_path, POSTINGS)
    stated = list(extract.trial_balance(HOME))
    assert len(extract.unproven(HOME, change(stated))) == 1
    extract.close()


def test_a_bad_entry_and_a_strange_account_are_found_in_an_extract(tmp_path: Path) -> None:
    extract = extract_of(tmp_path, [*POSTINGS, posting("X", 0, "cash", 5, LATE)])
    faults = extract.unproven(HOME, extract.trial_balance(HOME))
    assert faults == [f"entry {HOME} X 5", f"ledger {HOME} 5", "account cash"]
    extract.close()


LINES = st.lists(
    st.builds(
        Line,
        st.sampled_from(["fiscal_account", "suspense", "interest"]),
        st.sampled_from([HOME, AWAY]),
        st.sampled_from(["310", ""]),
        st.integers(-(10**15), 10**15).filter(bool),
    ),
    max_size=30,
)


@given(lines=LINES)
def test_the_text_means_what_the_domain_says(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Line]
) -> None:
    rows = [Posting(HOME, "e", number, *line, "2026-01-01", EARLY) for number, line in enumerate(lines)]
    extract = extract_of(tmp_path_factory.mktemp("extract"), rows)
    assert extract.trial_balance(HOME) == trial_balance(lines)
    extract.close()
