"""Turns plans into flat tables as visits ask for them: each plan once a province, each combination once."""

from __future__ import annotations

from math import prod
from threading import Lock
from typing import Any

import numpy as np
from msgspec.structs import replace

from yidi.domain.benefit.kernel import LayerRow
from yidi.domain.benefit.plan import Plan, answers_of, plan_for
from yidi.domain.benefit.situation import CareKind, Fund, Situation
from yidi.domain.policy.policy import Policies, Policy
from yidi.domain.refusal import Refusal
from yidi.edges.batch.policy.canon import Book, Entry, Value, classes_of
from yidi.edges.batch.policy.compiled import (
    BY_COUNTER,
    BY_COUNTER_WITH_ACCOUNT,
    COMPILED,
    NO_PLAN,
    P_WALK,
    Asked,
    Tables,
    fits,
    grown,
    no_tables,
)
from yidi.edges.batch.policy.numbering import CARE_BITS, KEY_BITS, NEW, NOWHERE, Numbers, number, put
from yidi.edges.batch.policy.visits import (
    ASKED,
    FLAGS,
    IMPOSSIBLE,
    NUMBERS,
    Lexicon,
    Visits,
    day_numbers,
    day_text,
    situation_of,
)
from yidi.edges.batch.policy.written import Walks, walk_of

Array = np.ndarray[Any, np.dtype[Any]]
FUNDS = tuple(Fund)
CHOSEN = 2
"""The columns that choose the policy, area and scheme, are the first of `ASKED`."""
assert ASKED[:CHOSEN] == ("area", "scheme")
CARE = ASKED.index("care_kind")
ROWS = (CHOSEN, CARE)
UNASKED = -2
SIGNS, ENTRY_BITS = 40, 12
"""Bits for the columns a policy does not know an answer in, and for the policy's number."""


class Shelf:
    """Compiled policies of one side of a comparison. Safe for several threads: what they read is replaced."""

    def __init__(self, policies: Policies, lexicon: Lexicon) -> None:
        self._lock = Lock()
        self._policies, self._lexicon = policies, lexicon
        days = sorted({day for each in policies.all() for day in (each.start, each.end)} | {"1970-01-01"})
        self._edges = day_numbers(days)
        self._entries: list[Entry] = []
        self._entry_of: dict[tuple[str, int], int] = {}
        self._books: dict[tuple[str, str], int] = {}
        self._book_list: list[Book] = []
        self._columns: tuple[str, ...] = ()
        self._learnt: list[int] = []
        self._cells: list[int] = [0]
        self._cells_at: dict[tuple[int, ...], int] = {}
        self._layers: list[tuple[int, ...]] = []
        self._layers_at: dict[tuple[tuple[int, ...], ...], int] = {}
        self._plans: list[tuple[int, ...]] = []
        self._plans_at: dict[tuple[int, ...], int] = {}
        self._plan_of: dict[tuple[int, int], int] = {}
        self._kept: list[Plan] = []
        self.walks = Walks()
        self._known: dict[int, int] = {}
        self._choices: list[list[int]] = []
        self._ways: list[int] = []
        self._choice_books: list[int] = []
        self._stays = max((len(each.answers.stays) - 1 for each in policies.all()), default=1)
        empty = np.full((1, 1, len(self._edges) + 1), UNASKED, dtype=np.int32)
        none = np.zeros((0, 0, 0, 0), dtype=np.int32)
        bounds = np.ones((0, 0, 0), dtype=np.int64)
        self._numbers = Numbers(
            empty, none, bounds, np.full(1 << 10, -1, np.int64), np.zeros(1 << 10, np.int32)
        )
        self.tables = no_tables(self._stays)

    def ask(self, visits: Visits) -> Asked:
        """Number every visit by its combination of answers; new combinations are compiled."""
        rows = visits.rows
        span = self._spans(visits.day)
        combination, key = np.empty(rows, dtype=np.int32), np.zeros(rows, dtype=np.int64)
        with self._lock:
            self._learn_places(visits, span)
            self._learn_words(visits.columns)
            numbers = self._numbers
        if number(numbers, visits.codes, span, ROWS, combination, key):
            with self._lock:
                self._learn(visits, combination, key)
        if self.walks.counting:
            with self._lock:
                self.walks.count(combination, len(visits.starts) - 1)
        years = self._years(visits, combination)
        return Asked(
            visits.starts, combination, years, visits.heads, visits.balance, visits.told.view(np.int8)
        )

    def kinds(self, visits: Visits, combination: Array, rows: Array) -> Array:
        """Return a number for each of these rows; rows of the same number are refused for the same reason.

        By its combination of answers; where it has none, by the answers its policy does not know; where
        there is no policy, by area, scheme and stretch of days. Bills are not looked at.
        """
        found, numbers = combination[rows].astype(np.int64), self._numbers
        lost = np.flatnonzero(found < 0)
        codes, span = visits.codes[:, rows[lost]], self._spans(visits.day)[rows[lost]]
        entry = numbers.entry[codes[0], codes[1], span].astype(np.int64)
        mixed = np.zeros(len(lost), dtype=np.int64)
        for column in range(CHOSEN, len(codes) if len(self._entries) else 0):
            unknown = numbers.classes[entry, codes[CARE], column, codes[column]] < 0
            mixed ^= unknown.astype(np.int64) << column % SIGNS
        mixed = (mixed << ENTRY_BITS) + entry
        nowhere = (codes[0].astype(np.int64) * numbers.entry.shape[1] + codes[1]) * numbers.entry.shape[2]
        found[lost] = -1 - np.where(entry < 0, 2 * (nowhere + span) + 1, 2 * mixed)
        return found

    def told(self, visits: Visits, row: int) -> list[str]:
        """Return the policy and the classes of the answers of a visit that has a combination.

        Visits of one combination tell the same; these words outlive the numbers of a run.
        """
        codes, numbers = visits.codes[:, row], self._numbers
        at = int(numbers.entry[codes[0], codes[1], self._spans(visits.day[row : row + 1])[0]])
        entry, care = self._entries[at], self._lexicon.words[ASKED[CARE]][codes[CARE]]
        made = entry.classes.get(care, entry.classes[CareKind.INPATIENT])
        classes = numbers.classes[at, codes[CARE]]
        answers = [list(made[n].numbers)[classes[n, codes[n]]] for n in range(CHOSEN, len(codes))]
        area, scheme = (self._lexicon.words[name][codes[n]] for n, name in enumerate(ASKED[:CHOSEN]))
        return [area[:2], scheme, entry.policy.pack_id, entry.policy.start, *answers]

    def _spans(self, day: Array) -> Array:
        """Return in which stretch of unchanging policies each day lies."""
        if len(day) == 0:
            return np.zeros(0, dtype=np.int32)
        low, high = int(day.min()), int(day.max())
        if high - low > len(day):
            return np.searchsorted(self._edges, day, side="right").astype(np.int32, copy=False)
        table: Array = np.searchsorted(self._edges, np.arange(low, high + 1), side="right").astype(np.int32)
        found: Array = table[day - low]
        return found

    def _years(self, visits: Visits, combination: Array) -> Array:
        """Return each visit's benefit year; what starts on the first of January is the calendar's."""
        if visits.rows == 0:
            return np.zeros(0, dtype=np.int32)
        day, low = visits.day, int(visits.day.min())
        days = np.arange(low, int(day.max()) + 1)
        year = days.astype("M8[D]").astype("M8[Y]").astype(np.int32) + 1970
        found: Array = year[day - low].astype(np.int32)
        books = list(self._books.items())
        starts = {begins for (_, begins), _ in books}
        if starts <= {"01-01"}:
            return found
        of_month = np.array([day_text(int(d))[5:] for d in days])
        of_combination = np.array([*self.tables.book, 0])
        for (_, begins), book in books:
            if begins != "01-01":
                before = (of_month < begins)[day - low]
                found -= ((of_combination[combination] == book) & before).astype(np.int32)
        return found

    def _learn_places(self, visits: Visits, span: Array) -> None:
        """Find the policy of every new area, scheme and stretch of days."""
        known = self._numbers.entry
        areas, schemes = (len(self._lexicon.words[name]) for name in ASKED[:CHOSEN])
        if known.shape[0] < areas or known.shape[1] < schemes:
            wider = np.full((areas, schemes, known.shape[2]), UNASKED, dtype=np.int32)
            wider[: known.shape[0], : known.shape[1]] = known
            self._numbers = self._numbers._replace(entry=wider)
            known = wider
        found = known[visits.codes[0], visits.codes[1], span] == UNASKED
        if not found.any():
            return
        fresh = known.copy()
        rows = np.flatnonzero(found)
        mixed = visits.codes[0, rows].astype(np.int64) * known.shape[1] + visits.codes[1, rows]
        _, at = np.unique(mixed * known.shape[2] + span[rows], return_index=True)
        for row in rows[at]:
            area, scheme = (self._lexicon.words[n][visits.codes[i, row]] for i, n in enumerate(ASKED[:2]))
            fresh[visits.codes[0, row], visits.codes[1, row], span[row]] = self._entry(
                area, scheme, day_text(int(visits.day[row])), visits.columns
            )
        self._numbers = self._numbers._replace(entry=fresh)

    def _entry(self, area: str, scheme: str, day: str, columns: tuple[str, ...]) -> int:
        policy = self._policies.find(area, scheme, day)
        if not isinstance(policy, Policy):
            return NOWHERE
        place = (area[:2], id(policy))
        if place not in self._entry_of:
            book = (area[:2], policy.terms.year_starts)
            if book not in self._books:
                self._books[book] = len(self._book_list)
                self._book_list.append(Book())
            classes = classes_of(policy, columns)
            size = max(prod(each.most for each in found[CHOSEN:]) for found in classes.values())
            self._entry_of[place] = len(self._entries)
            self._entries.append(Entry(policy, self._books[book], classes, size < 1 << KEY_BITS))
        return self._entry_of[place]

    def _learn_words(self, columns: tuple[str, ...]) -> None:
        """Put every new word and number of a column into its class under every policy."""
        self._columns = self._columns or columns
        assert columns == self._columns, "a file has the same columns throughout"
        values = [self._values(column) for column in columns]
        sizes = [len(self._entries), *map(len, values)]
        if sizes == self._learnt:
            return
        self._learnt, widest = sizes, max(sizes[1:])
        cares = self._lexicon.words[ASKED[CARE]]
        classes = np.zeros((len(self._entries), len(cares), len(columns), widest), dtype=np.int32)
        most = np.ones((len(self._entries), len(cares), len(columns)), dtype=np.int64)
        for at, entry in enumerate(self._entries):
            for column in range(CHOSEN, len(columns)):
                self._learn_column(entry, column, values[column], classes[at, :, column], most[at, :, column])
        self._numbers = self._numbers._replace(classes=classes, most=most)

    def _learn_column(
        self, entry: Entry, column: int, values: list[Value], classes: Array, most: Array
    ) -> None:
        """Put the values of a column into their classes for every kind of care; an unknown one has none."""
        rows: dict[bool, list[int]] = {}
        for at, care in enumerate(self._lexicon.words[ASKED[CARE]]):
            made = entry.classes.get(care, entry.classes[CareKind.INPATIENT])[column]
            if entry.keyed or column == CARE:
                if made.asked not in rows:
                    rows[made.asked] = [made.number(value) for value in values]
                classes[at, : len(values)] = rows[made.asked]
                most[at] = made.most if entry.keyed else 1

    def _values(self, column: str) -> list[Value]:
        if column in NUMBERS:
            return [*range(IMPOSSIBLE[column]), -1]
        if column in FLAGS:
            return [0, 1]
        return [*self._lexicon.words[column]]

    def _learn(self, visits: Visits, combination: Array, key: Array) -> None:
        """Give visits of new combinations their numbers; what no other thread compiled yet is compiled."""
        rows = np.flatnonzero(combination == NEW)
        keys, at, which = np.unique(key[rows], return_index=True, return_inverse=True)
        fresh = [
            one for one in zip(keys.tolist(), rows[at].tolist(), strict=True) if one[0] not in self._known
        ]
        for one, row in fresh:
            entry = self._entries[one >> KEY_BITS + CARE_BITS]
            choice, way = self._choice(entry, visits, row)
            self._known[one] = len(self._choices)
            self._choices.append(choice)
            self._ways.append(way)
            self._choice_books.append(entry.book)
        if fresh:
            self._publish([one for one, _ in fresh])
        combination[rows] = np.array([self._known[one] for one in keys.tolist()], dtype=np.int32)[which]

    def _publish(self, fresh: list[int]) -> None:
        """Show other threads the tables, then the numbers of the new keys that point there."""
        numbers = self._numbers
        count, size = len(self._choices), len(numbers.keys)
        old = numbers.keys >= 0
        while size < 4 * count:
            size *= 2
        hashed, values = np.full(size, -1, np.int64), np.zeros(size, np.int32)
        put(hashed, values, numbers.keys[old], numbers.values[old])
        first = count - len(fresh)
        put(hashed, values, np.array(fresh, np.int64), np.arange(first, count, dtype=np.int32))
        self.tables = self._frozen()
        self._numbers = numbers._replace(keys=hashed, values=values)

    def _choice(self, entry: Entry, visits: Visits, row: int) -> tuple[list[int], int]:
        """Return the plan of a combination for each number of stays, and who computes it."""
        if not entry.keyed or entry.policy.derives:
            return [NO_PLAN] * self._stays, BY_COUNTER
        situation = situation_of(visits, self._lexicon, row)
        found = self._by_stay(entry.policy, situation)
        plans = [each for each in found if isinstance(each, Plan)]
        if not all(map(fits, plans)):
            return [NO_PLAN] * self._stays, BY_COUNTER
        way = BY_COUNTER_WITH_ACCOUNT if entry.policy.terms.account_unknown else COMPILED
        return [self._plan(entry, each) if isinstance(each, Plan) else NO_PLAN for each in found], way

    def _by_stay(self, policy: Policy, situation: Situation) -> list[Plan | tuple[Refusal, ...]]:
        """Return what holds at the first stay, the second and so on; asked only as often as it may differ."""
        many = replace(situation, stay_number=self._stays)
        differs = answers_of(policy, many)["stay"] != answers_of(policy, situation)["stay"]
        last = min(len(policy.answers.stays) - 1, self._stays) if differs else 1
        found = [plan_for(policy, replace(situation, stay_number=stay)) for stay in range(1, last + 1)]
        return found + found[-1:] * (self._stays - last)

    def _plan(self, entry: Entry, plan: Plan) -> int:
        """Return the number of a plan with its province's slots; it is flattened when it is new."""
        place = (entry.book, id(plan))
        if place not in self._plan_of:
            self._kept.append(plan)  # its identity is its key
            flat = self._flat(plan, self._book_list[entry.book])
            self._plan_of[place] = self._plans_at.setdefault(flat, len(self._plans))
            if self._plan_of[place] == len(self._plans):
                book = self._book_list[entry.book]
                self.walks.add(plan, [book.slot(name) for name in plan.counters])
                self._plans.append(flat + self.walks.place(len(self._plans), self._run))
        return self._plan_of[place]

    def write_out(self, least_bp: int = 0) -> None:
        """Give the plans a walk of their own whose shape takes this share of the visits asked so far.

        A shape takes half a second, or none where its machine code is kept; visits are settled meanwhile.
        """
        with self._lock:
            shapes = self.walks.worth(self._choices, least_bp)
        made = {shape: walk_of(shape) for shape in shapes}
        with self._lock:
            self.walks.put(made)
            self._plans = [
                (*row[:P_WALK], *self.walks.place(n, self._run)) for n, row in enumerate(self._plans)
            ]
            self.tables = self._frozen()._replace(plans=np.array(self._plans, dtype=np.int64))

    def _flat(self, plan: Plan, book: Book) -> tuple[int, ...]:
        """Flatten a plan into a row; plans, layers and runs that are the same are kept once."""
        slots = [book.slot(name) for name in plan.counters]
        rows = tuple(
            self._layer(row, FUNDS.index(fund), more, only, slots) for row, fund, more, only in plan.pays
        )
        first = self._layers_at.setdefault(rows, len(self._layers))
        if first == len(self._layers):
            self._layers += rows
        by_tier, bias = plan.rounding
        account = self._run(plan.account_parts)
        stays = slots[plan.stays_slot] if plan.stays_slot >= 0 else -1
        unsure = int(any(more > 1 for _, _, more, _ in plan.pays))
        return (first, len(rows), by_tier, bias, plan.first_bear_bp, stays, *account, unsure)

    def _layer(self, row: LayerRow, fund: int, more: int, only: int, slots: list[int]) -> tuple[int, ...]:
        places, standard, deductible, gross, axis, bands, cost, pay, cascades = row
        cost, pay = (tuple((a, slots[s] if s >= 0 else -1) for a, s in caps) for caps in (cost, pay))
        return (
            *self._run(places),
            standard,
            slots[deductible] if deductible >= 0 else -1,
            gross,
            slots[axis] if axis >= 0 else -1,
            *self._pairs(bands),
            *self._pairs(cost),
            *self._pairs(pay),
            cascades,
            fund,
            more,
            only,
        )

    def _run(self, values: tuple[int, ...]) -> tuple[int, int]:
        first = self._cells_at.setdefault(values, len(self._cells))
        if first == len(self._cells):
            self._cells += values
        return first, len(values)

    def _pairs(self, rows: tuple[tuple[int, int], ...]) -> tuple[int, int]:
        first, count = self._run(tuple(value for row in rows for value in row))
        return first, count // 2

    def _frozen(self) -> Tables:
        """Put everything so far into arrays; what the arrays of before hold is copied from them."""
        old = self.tables
        return Tables(
            grown(old.cells, self._cells),
            grown(old.layers, self._layers),
            grown(old.plans, self._plans),
            grown(old.choice, self._choices),
            grown(old.ways, self._ways),
            grown(old.book, self._choice_books),
            np.array([len(book.slots) for book in self._book_list] or [1], dtype=np.int64),
        )
