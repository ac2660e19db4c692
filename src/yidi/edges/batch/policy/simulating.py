"""Settles a file of visits twice, under a base and a reform, piece by piece, and adds up what differs.

A piece is some hundred thousand visits of whole persons; threads work on pieces side by side (the compiled
walk holds no lock) and their sums are added in the file's order. Every million visits the sums are kept in
a folder, where a run that was broken off goes on.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import get_ident
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
from pyarrow import parquet

from yidi.domain.policy.policy import Policies
from yidi.domain.refusal import Refusal
from yidi.edges.batch.policy import tally
from yidi.edges.batch.policy.compiled import Answered, Asked, adjudicate, room_for
from yidi.edges.batch.policy.counter import ask_persons, persons_left
from yidi.edges.batch.policy.flat import FUNDS, Shelf
from yidi.edges.batch.policy.form import cell_findings, form_findings, unreadable
from yidi.edges.batch.policy.reasons import Kind, Reasons, Refused, kinds_of
from yidi.edges.batch.policy.refusals import NOT_IN_ORDER, OTHER_RUN, UNKNOWN_WORD
from yidi.edges.batch.policy.totals import Totals, age_groups, age_labels
from yidi.edges.batch.policy.visits import (
    IMPOSSIBLE,
    KNOWN,
    Lexicon,
    Visits,
    columns_of,
    first_out_of_order,
    read_columns,
    unknown_words,
    word_columns,
)

Array = np.ndarray[Any, np.dtype[Any]]
PIECE_ROWS, KEEP_EVERY = 131_072, 1_000_000
MANY, COMMON_BP = 50_000_000, 500
"""From so many visits on, what this share of the first million takes gets a walk of its own: some seconds the
first time, then nothing, for a nanosecond or thirty a visit and side."""
PROGRESS = "progress.json"


class NotSimulated(Exception):
    """The file cannot be simulated; `refusals` say why."""

    def __init__(self, *refusals: Refusal) -> None:
        self.refusals = refusals
        super().__init__("; ".join(each.cause_en for each in refusals))


class Sides(NamedTuple):
    """What is compared."""

    base: Policies
    reform: Policies


class Kept(msgspec.Struct, frozen=True):
    """The progress of a run: what it is of, rows done, their sums, and what stands for which reason."""

    run: str
    rows: int
    groups: dict[str, dict[str, list[int]]]
    refused: dict[str, Refused]
    said: dict[str, list[str]]


class Done(NamedTuple):
    """What a piece came to: its sums with the names of their groups, and its refused visits by side."""

    first: int
    visits: Visits
    sums: tally.Grouped
    labels: list[list[str]]
    refused: list[list[Kind]]


class Simulation:
    """One comparison over one file."""

    def __init__(
        self,
        sides: Sides,
        path: Path,
        *,
        threads: int = 2,
        folder: Path | None = None,
        piece: int = PIECE_ROWS,
        many: int = MANY,
    ) -> None:
        self._sides, self._path, self._threads, self._folder, self._piece = (
            sides,
            path,
            threads,
            folder,
            piece,
        )
        self._many = many
        self._lexicon = Lexicon()
        self._rooms: dict[tuple[int, int], Answered] = {}
        self.shelves = tuple(Shelf(policies, self._lexicon) for policies in sides)
        self._reasons = tuple(
            Reasons(policies, self._lexicon, self.shelves[at], reform=bool(at))
            for at, policies in enumerate(sides)
        )
        findings = form_findings(path)
        if findings:
            raise NotSimulated(*findings)
        self._schema = parquet.read_schema(path)
        self.rows = int(parquet.read_metadata(path).num_rows)

    def run(self, progress: Callable[[int], object] = lambda rows: None) -> Totals:
        """Run, or go on where an earlier run in the same folder stopped. NotSimulated when it cannot."""
        totals, done = self._begin()
        progress(done)
        kept_at = done
        waiting: deque[Future[Done]] = deque()
        with ThreadPoolExecutor(self._threads) as pool:
            try:
                for first, table in self._pieces(done):
                    waiting.append(pool.submit(self._work, first, table))
                    while len(waiting) > self._threads:
                        done += self._take(waiting, totals, progress)
                    if done - kept_at >= KEEP_EVERY:
                        self._keep(totals, done)
                        kept_at = done
                        self._write_out()
                while waiting:
                    done += self._take(waiting, totals, progress)
            except NotSimulated:
                pool.shutdown(cancel_futures=True)
                raise
        self._keep(totals, done)
        return totals

    def _write_out(self) -> None:
        """Write out the rules that most visits take, once, where visits are many."""
        for shelf in self.shelves:
            if self.rows >= self._many and shelf.walks.counting:
                shelf.write_out(COMMON_BP)

    def _take(self, waiting: deque[Future[Done]], totals: Totals, progress: Callable[[int], object]) -> int:
        """Add the next piece in the order of the file."""
        done = waiting.popleft().result()
        totals.add(done.sums, done.labels)
        for reasons, kinds in zip(self._reasons, done.refused, strict=True):
            reasons.add(done.visits, kinds, done.first, totals.refused)
        progress(done.visits.rows)
        return done.visits.rows

    def _pieces(self, skip: int) -> Iterator[tuple[int, pa.Table]]:
        """Yield whole persons' rows with the number of the first; the person that is cut waits."""
        names, words = read_columns(self._schema), word_columns(self._schema)
        # read ahead, a file stays in memory to its end
        file = parquet.ParquetFile(self._path, read_dictionary=words, pre_buffer=False)
        groups: list[int] = []
        first = 0
        for number in range(file.num_row_groups):
            rows = file.metadata.row_group(number).num_rows
            if groups or first + rows > skip:
                groups.append(number)
            else:
                first += rows
        rest: list[pa.RecordBatch] = []
        drop, at, last = skip - first, skip, None
        for batch in self._batches(file, groups, names):
            if drop:
                batch, drop = batch.slice(drop), max(drop - len(batch), 0)
            if len(batch) == 0:
                continue
            person = batch.column("person").to_numpy(zero_copy_only=False)
            if last is not None and person[0] < last:
                raise NotSimulated(NOT_IN_ORDER.because("person", row=at + sum(map(len, rest)) + 1))
            last = person[-1]
            cut = (
                int(np.searchsorted(person, person[-1])) if (person[1:] >= person[:-1]).all() else len(person)
            )
            if cut:
                table = _table([*rest, batch.slice(0, cut)])
                yield at, table
                at, rest = at + len(table), []
            if cut < len(batch):
                rest.append(batch.slice(cut))
        if rest:
            yield at, _table(rest)

    def _batches(
        self, file: parquet.ParquetFile, groups: list[int], names: list[str]
    ) -> Iterator[pa.RecordBatch]:
        """Read some rows after the other; NotSimulated where the file is damaged."""
        try:
            yield from file.iter_batches(self._piece, row_groups=groups, columns=names)
        except (pa.ArrowException, OSError) as wrong:
            raise NotSimulated(unreadable(self._path, str(wrong))) from wrong

    def _work(self, first: int, table: pa.Table) -> Done:
        """Settle a piece twice and add it up."""
        findings = cell_findings(table, first)
        if findings:
            raise NotSimulated(*findings)
        visits = columns_of(table, self._lexicon)
        wrong = first_out_of_order(visits)
        if wrong is not None:
            raise NotSimulated(NOT_IN_ORDER.because("person", row=first + wrong + 1))
        self._check_words()
        sides, refused = [], []
        for side, (shelf, policies) in enumerate(zip(self.shelves, self._sides, strict=True)):
            asked, room = shelf.ask(visits), self._room(side, visits.rows)
            sides.append(settled(shelf, policies, visits, self._lexicon, asked, room))
            refused.append(kinds_of(shelf, visits, asked, sides[-1]))
        groups, labels = self._groups(visits)
        areas, schemes = len(labels[0]), 1
        into = tally.empty((areas * schemes, len(labels[1]), len(labels[2]), len(labels[3])))
        tally.add_up(visits.starts, groups, visits.heads, *sides, into)
        return Done(first, visits, into, labels, refused)

    def _room(self, side: int, rows: int) -> Answered:
        """Return room for one side's answers; a thread uses its own again, for fresh memory is dear."""
        key = (get_ident(), side)
        room = self._rooms.get(key)
        if room is None or len(room.state) < rows:
            room = self._rooms[key] = room_for(rows + rows // 4, len(FUNDS))
        return Answered(*(column[:rows] for column in room))

    def _check_words(self) -> None:
        found = unknown_words(self._lexicon)
        if found:
            raise NotSimulated(
                *(
                    UNKNOWN_WORD.because(
                        column, column=column, value=word, expected=", ".join(sorted(KNOWN[column]))
                    )
                    for column, word in found
                )
            )

    def _groups(self, visits: Visits) -> tuple[Array, list[list[str]]]:
        """Return every visit's group of each kind, and what the groups are called."""
        column = visits.columns.index
        area, scheme = visits.codes[column("area")], visits.codes[column("scheme")]
        areas, schemes = list(self._lexicon.words["area"]), list(self._lexicon.words["scheme"])
        groups = np.stack(
            [
                area * len(schemes) + scheme,
                visits.codes[column("level")],
                visits.codes[column("standing")],
                age_groups(visits.codes[column("age")]),
            ]
        )
        levels = [*map(str, range(IMPOSSIBLE["level"])), "?"]
        places = [f"{a} {s}" for a in areas for s in schemes]
        return groups, [places, levels, list(self._lexicon.words["standing"]), age_labels()]

    def _identity(self) -> str:
        """Say which run this is: the policies' versions and the file."""
        stat = self._path.stat()
        seen = [str(self._path.resolve()), stat.st_size, stat.st_mtime_ns]
        versions = [(p.area, p.scheme, p.start, p.version) for side in self._sides for p in side.all()]
        return hashlib.sha256(msgspec.json.encode([seen, versions])).hexdigest()

    def _begin(self) -> tuple[Totals, int]:
        """Return the sums so far."""
        kept = self._folder / PROGRESS if self._folder is not None else None
        if kept is None or not kept.exists():
            return Totals(), 0
        try:
            found = msgspec.json.decode(kept.read_bytes(), type=Kept)
        except msgspec.MsgspecError:
            found = None
        if found is None or found.run != self._identity():
            raise NotSimulated(OTHER_RUN.because("folder", folder=str(self._folder)))
        for reasons in self._reasons:
            reasons.said = dict(found.said)
        return Totals(found.groups, found.refused), found.rows

    def _keep(self, totals: Totals, rows: int) -> None:
        """Keep the sums so far, all or nothing."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        kept, fresh = self._folder / PROGRESS, self._folder / f"{PROGRESS}.new"
        said = {name: labels for reasons in self._reasons for name, labels in reasons.said.items()}
        kept_sums = Kept(self._identity(), rows, totals.groups, totals.refused, said)
        fresh.write_bytes(msgspec.json.encode(kept_sums))
        fresh.replace(kept)


def _table(batches: list[pa.RecordBatch]) -> pa.Table:
    return pa.Table.from_batches(batches)


def settled(
    shelf: Shelf,
    policies: Policies,
    visits: Visits,
    lexicon: Lexicon,
    asked: Asked | None = None,
    room: Answered | None = None,
) -> Answered:
    """Settle visits: compiled where the tables hold the rules, at the counter where they do not."""
    asked, answered = asked or shelf.ask(visits), room or room_for(visits.rows, len(FUNDS))
    adjudicate(shelf.tables, asked, answered)
    ask_persons(policies, visits, lexicon, persons_left(visits, answered), answered)
    return answered
