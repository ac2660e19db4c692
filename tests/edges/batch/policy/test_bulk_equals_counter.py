"""The compiled walk gives what the counter gives, on every visit, accumulators carried."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import types
from pyarrow import parquet

from yidi.domain.policy.policy import Policies
from yidi.edges.batch.policy.compiled import (
    BEYOND,
    LATER,
    REFUSED,
    SETTLED,
    Answered,
    adjudicate,
    own_walks,
    room_for,
)
from yidi.edges.batch.policy.counter import ask_persons
from yidi.edges.batch.policy.flat import FUNDS, Shelf
from yidi.edges.batch.policy.keeping import called
from yidi.edges.batch.policy.population import Population, places_of, write_population
from yidi.edges.batch.policy.simulating import settled
from yidi.edges.batch.policy.visits import FACTS, HEADS, Lexicon, Visits, columns_of
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.policy import read_policies

COMPILED_AREAS = ["110000", "420100", "310000", "410100", "330100"]


@cache
def policies() -> Policies:
    return read_policies(packs_folder() / "policy")


def population(tmp_path: Path, visits: int, areas: list[str], seed: int = 5) -> pa.Table:
    places, names = places_of(policies(), areas, 2026)
    write_population(Population(visits, seed, 2026, places, names), tmp_path / "visits.parquet")
    return parquet.read_table(tmp_path / "visits.parquet")


def at_the_counter(visits: Visits, lexicon: Lexicon) -> Answered:
    answered = room_for(visits.rows, len(FUNDS))
    ask_persons(policies(), visits, lexicon, range(len(visits.starts) - 1), answered)
    return answered


def assert_same(bulk: Answered, counter: Answered) -> None:
    for name in Answered._fields:
        wrong = np.flatnonzero(
            (getattr(bulk, name) != getattr(counter, name)).reshape(len(bulk.state), -1).any(1)
        )
        assert not len(wrong), f"{name} differs on {len(wrong)} visits, first in row {wrong[0]}"


def test_bulk_equals_the_counter_on_every_visit_of_every_shipped_area(tmp_path: Path) -> None:
    lexicon = Lexicon()
    visits = columns_of(population(tmp_path, 4_000, []), lexicon)
    bulk = settled(Shelf(policies(), lexicon), policies(), visits, lexicon)
    assert_same(bulk, at_the_counter(visits, lexicon))
    assert (bulk.state == SETTLED).sum() > 1_000
    assert (bulk.state == REFUSED).any()


def test_most_visits_are_computed_by_compiled_code_and_not_by_the_counter(tmp_path: Path) -> None:
    lexicon = Lexicon()
    visits = columns_of(population(tmp_path, 2_000, ["110000", "420100"]), lexicon)
    shelf, answered = Shelf(policies(), lexicon), room_for(visits.rows, len(FUNDS))
    asked = shelf.ask(visits)
    adjudicate(shelf.tables, asked, answered)
    assert not (answered.state == LATER).any()


def test_rules_written_out_give_what_the_counter_gives(tmp_path: Path) -> None:
    lexicon = Lexicon()
    visits = columns_of(population(tmp_path, 3_000, ["110000"]), lexicon)
    shelf, counter = Shelf(policies(), lexicon), at_the_counter(visits, lexicon)
    asked = shelf.ask(visits)
    assert not own_walks(shelf.tables, asked.combination).any()
    shelf.write_out(least_bp=2_000)
    own = own_walks(shelf.tables, asked.combination)
    assert (counter.paid[own].sum(axis=1) > 0).sum() > 300
    assert (counter.account[own] > 0).sum() > 50
    assert not own.all(), "what few visits take is walked as any plan is"
    assert_same(settled(shelf, policies(), visits, lexicon), counter)


def test_rules_written_out_for_the_only_visit_of_a_person_give_what_the_counter_gives(tmp_path: Path) -> None:
    lexicon = Lexicon()
    together = columns_of(population(tmp_path, 3_000, ["110000"]), lexicon)
    visits = together._replace(person=np.arange(together.rows), starts=np.arange(together.rows + 1))
    shelf, counter = Shelf(policies(), lexicon), at_the_counter(visits, lexicon)
    asked = shelf.ask(visits)
    shelf.write_out(least_bp=2_000)
    own = own_walks(shelf.tables, asked.combination, alone=True)
    assert (counter.paid[own].sum(axis=1) > 0).sum() > 300
    assert (counter.account[own] > 0).sum() > 50
    assert_same(settled(shelf, policies(), visits, lexicon), counter)
    assert_same(settled(shelf, policies(), together, lexicon), at_the_counter(together, lexicon))


def test_visits_asked_after_rules_are_written_out_use_what_was_written(tmp_path: Path) -> None:
    lexicon = Lexicon()
    visits = columns_of(population(tmp_path, 600, ["650100"]), lexicon)
    elder = with_codes(visits, "age", np.full(visits.rows, 75, dtype=np.int32))
    shelf = Shelf(policies(), lexicon)
    shelf.ask(visits)
    shelf.write_out(least_bp=2_000)
    before = len(shelf.tables.plans)
    assert_same(settled(shelf, policies(), elder, lexicon), at_the_counter(elder, lexicon))
    assert own_walks(shelf.tables, shelf.ask(elder).combination).any()
    assert len(shelf.tables.plans) >= before


def test_a_walk_is_compiled_where_no_folder_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    text = "def walk(fen):\n    return fen + 1\n"
    made = called("walk_of_nothing", text, "walk", types.int64(types.int64))
    assert made.ctypes(41) == 42


AMOUNTS = st.one_of(
    st.integers(-2, 3), st.integers(0, 500_000), st.integers(0, 10**8), st.integers(0, 10**13)
)


@st.composite
def bills(draw: st.DrawFn) -> list[list[int]]:
    made = []
    for _ in range(draw(st.integers(1, 12))):
        parts = [draw(AMOUNTS) for _ in range(4)]
        off = draw(st.sampled_from((0, 0, 0, 0, 1)))
        made.append([sum(parts) + off, *parts])
    return made


@cache
def some_visits(area: str) -> tuple[Shelf, Lexicon, Visits]:
    import tempfile

    lexicon = Lexicon()
    with tempfile.TemporaryDirectory() as folder:
        visits = columns_of(population(Path(folder), 400, [area]), lexicon)
    return Shelf(policies(), lexicon), lexicon, visits


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(COMPILED_AREAS), bills(), st.integers(0, 380), st.booleans())
def test_any_bills_of_one_person_come_out_as_at_the_counter(
    area: str, made: list[list[int]], first: int, alone: bool
) -> None:
    shelf, lexicon, all_visits = some_visits(area)
    rows = np.minimum(np.arange(first, first + len(made)), all_visits.rows - 1)
    starts = np.array([0, len(rows)]) if alone else np.arange(len(rows) + 1)
    visits = all_visits._replace(
        person=np.zeros(len(rows), dtype=np.int64),
        starts=starts,
        day=np.sort(all_visits.day[rows]),
        codes=np.ascontiguousarray(all_visits.codes[:, rows]),
        heads=np.array(made, dtype=np.int64).T.copy(),
        balance=all_visits.balance[rows],
        institution=all_visits.institution[rows],
        told=all_visits.told[rows],
    )
    assert_same(settled(shelf, policies(), visits, lexicon), at_the_counter(visits, lexicon))


LIMIT = 10**12


@pytest.mark.parametrize(
    ("fen", "state"), [(10**12, SETTLED), (10**12 + 1, BEYOND), (2**62, BEYOND), (-1, REFUSED)]
)
def test_an_amount_beyond_what_64_bits_bear_is_refused_and_never_wraps(fen: int, state: int) -> None:
    shelf, lexicon, all_visits = some_visits("110000")
    heads = np.zeros((len(HEADS), 1), dtype=np.int64)
    heads[0] = heads[4] = fen
    visits = all_visits._replace(
        person=all_visits.person[:1],
        starts=np.array([0, 1]),
        day=all_visits.day[:1],
        codes=np.ascontiguousarray(all_visits.codes[:, :1]),
        heads=heads,
        balance=all_visits.balance[:1],
        institution=all_visits.institution[:1],
        told=all_visits.told[:1],
    )
    found = settled(shelf, policies(), visits, lexicon)
    assert found.state[0] == state
    assert state == SETTLED or not found.paid.any()


def test_the_same_seed_makes_the_same_visits_and_another_seed_others(tmp_path: Path) -> None:
    once, again = (population(tmp_path, 500, ["110000"]) for _ in range(2))
    assert once.equals(again)
    assert not once.equals(population(tmp_path, 500, ["110000"], seed=6))


def with_codes(visits: Visits, column: str, codes: np.ndarray) -> Visits:
    changed = visits.codes.copy()
    changed[visits.columns.index(column)] = codes
    return visits._replace(codes=changed)


def test_facts_nobody_tells_and_impossible_answers_come_out_as_at_the_counter(tmp_path: Path) -> None:
    lexicon, chance = Lexicon(), np.random.default_rng(3)
    visits = columns_of(population(tmp_path, 2_000, []), lexicon)
    for name in (each for each in visits.columns if each.startswith(FACTS)):
        told = visits.codes[visits.columns.index(name)]
        silent = chance.random(visits.rows) < 0.4
        visits = with_codes(visits, name, np.where(silent, lexicon.code(name, ""), told))
    for name, drawn in (("level", [0, 1, 2, 3, 9]), ("age", [5, 40, 80, 199, 200])):
        odd = chance.random(visits.rows) < 0.1
        was = visits.codes[visits.columns.index(name)]
        visits = with_codes(visits, name, np.where(odd, chance.choice(drawn, visits.rows), was))
    bulk = settled(Shelf(policies(), lexicon), policies(), visits, lexicon)
    assert_same(bulk, at_the_counter(visits, lexicon))


def test_what_only_stays_are_asked_does_not_tell_outpatients_apart(tmp_path: Path) -> None:
    lexicon = Lexicon()
    drawn = columns_of(population(tmp_path, 3_000, ["110000"]), lexicon)
    days = drawn.codes[drawn.columns.index(FACTS + "stay_days")]
    for care, apart in (("outpatient", False), ("inpatient", True)):
        alike = np.full(drawn.rows, lexicon.code("care_kind", care))
        visits = with_codes(drawn, "care_kind", alike)
        asked = Shelf(policies(), lexicon).ask(visits).combination
        flat = with_codes(visits, FACTS + "stay_days", np.full_like(days, days[0]))
        same = Shelf(policies(), lexicon).ask(flat).combination
        assert (len(np.unique(asked)) > len(np.unique(same))) is apart
