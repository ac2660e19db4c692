"""The walk of one visit, written out for how a plan is built and compiled. Needs the extra `[batch]`.

`compiled.py` walks any plan: it asks of every layer which parts, counters and caps it has. Where visits are
many that is worth answering beforehand: `yidi.domain.benefit.unrolled` writes the kernel's own `pay` out for
a build of layers, numba compiles that, and the compiled walk calls it by its address. Amounts, ratios and
bands stay figures in the tables, so that all plans of a build share one function.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
from collections.abc import Callable, Sequence
from functools import lru_cache
from textwrap import indent
from typing import Any, NamedTuple

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from yidi.domain.benefit import kernel
from yidi.domain.benefit.kernel import PARTS_OF_A_VISIT, RoundingRow
from yidi.domain.benefit.planned import Plan
from yidi.domain.benefit.situation import Fund
from yidi.domain.benefit.unrolled import Build, written_out
from yidi.edges.batch.policy.keeping import called, inlined
from yidi.edges.batch.policy.spans import INTEGER

Array = np.ndarray[Any, np.dtype[Any]]
Keep = Callable[[tuple[int, ...]], tuple[int, int]]
_PLACE = types.CPointer(INTEGER)
_SIGNATURE = INTEGER(_PLACE, _PLACE, _PLACE, types.intp, INTEGER, _PLACE)
"""Figures, the year's counters, the first head of the bill, how far the next head is, the balance of the
account, and where what each fund pays goes; returns what all funds pay. Where there is a balance, what the
person still bears of each part is put before the counters."""
TEN_THOUSAND = 10_000
FUNDS = tuple(Fund)


class Shape(NamedTuple):
    """What a walk is written for.

    `stays`: their slot, or -1; `bears`: whether a share is borne first; `alone`: only visits of persons who
    have no other, so that every counter begins with zero and nobody asks for it after.
    """

    build: Build
    rounding: RoundingRow
    stays: int
    bears: bool
    alone: bool = False


class Written(NamedTuple):
    """The shape of a plan, the figures to walk it with (of a run of bands its numbers), and its counters."""

    shape: Shape
    figures: tuple[int, ...]
    counters: int


def written(plan: Plan, slots: Sequence[int]) -> Written | None:
    """Tell the shape of a plan from its figures; `slots` are those of its counters in a book.

    None where no source decides some of its outcomes: such visits are taken back.
    """
    figures = [plan.first_bear_bp]
    if any(more > 1 for _, _, more, _ in plan.pays):
        return None

    def figure(word: str, *values: int) -> str:
        figures.extend(values)
        return f"{word}_{len(figures) - len(values)}_{len(values) // 2}_"

    def at(slot: int) -> int:
        return slots[slot] if slot >= 0 else -1

    def caps(rows: Sequence[tuple[int, int]]) -> Build:
        return tuple((figure("amount", amount), at(slot)) for amount, slot in rows)

    build: list[Build] = []
    for row, fund, more, only in plan.pays:
        looks_at, standard, deductible, gross, axis, bands, cost, pay, cascades = row
        due = figure("standard", standard) if standard else 0
        line = figure("bands", *(number for band in bands for number in band))
        known = (looks_at, due, at(deductible), gross, at(axis), line, caps(cost), caps(pay), cascades)
        build.append((known, FUNDS.index(fund), more, only))
    shape = Shape(tuple(build), plan.rounding, at(plan.stays_slot), plan.first_bear_bp > 0)
    return Written(shape, tuple(figures), max(slots, default=0) + 1)


@intrinsic
def walked(
    typing: Any, walk: Any, figures: Any, now: Any, heads: Any, rows: Any, balance: Any, paid: Any
) -> Any:
    """Call a compiled walk by its address."""

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        kinds = [context.get_value_type(kind) for kind in signature.args[1:]]
        kind = cgutils.ir.FunctionType(context.get_value_type(signature.return_type), kinds)
        return builder.call(builder.inttoptr(given[0], kind.as_pointer()), given[1:])

    return INTEGER(INTEGER, *_SIGNATURE.args), code


@intrinsic
def tenthousandth(typing: Any, amount: Any) -> Any:
    """Divide what is never below zero by ten thousand, and cut: a third of what it takes with a sign."""

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.udiv(given[0], context.get_constant(INTEGER, TEN_THOUSAND))

    return INTEGER(INTEGER), code


def _room(size: int) -> Any:
    """Make what gives a place for so many integers inside a function; they begin with zero."""

    @intrinsic
    def room(typing: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            kind = context.get_value_type(INTEGER)
            made = cgutils.alloca_once(builder, kind, size=size)
            for number in range(size):
                builder.store(kind(0), cgutils.gep_inbounds(builder, made, number))
            return made

        return _PLACE(), code

    return room


MOST_COUNTERS = 64
"""Of a province, for which visits of persons who have no other are written out."""
room_of_parts, room_of_funds, room_of_counters = map(_room, (PARTS_OF_A_VISIT, len(FUNDS), MOST_COUNTERS))


@inlined
def share(payer: Any, amount: Any, base: Any, room: Any) -> Any:
    """Keep of a layer's share what is reported."""
    return payer, amount


class _Unsigned(ast.NodeTransformer):
    """Divides by ten thousand without a sign: no amount, ratio or bias of the kernel is below zero."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Put the division without a sign in the place of one with a sign."""
        self.generic_visit(node)
        match node:
            case ast.BinOp(amount, ast.FloorDiv(), ast.Constant(divisor)) if divisor == TEN_THOUSAND:
                return ast.Call(ast.Name("tenthousandth", ast.Load()), [amount], [])
        return node


def _without_sign(function: Any) -> Any:
    """Make one of the kernel's functions anew from its source, its divisions without a sign."""
    tree = _Unsigned().visit(ast.parse("from __future__ import annotations\n" + inspect.getsource(function)))
    known = {**vars(kernel), "tenthousandth": tenthousandth}
    exec(compile(ast.fix_missing_locations(tree), kernel.__file__, "exec"), known)
    return inlined(known[function.__name__])


opened, line, exact = map(_without_sign, (kernel.opened, kernel.line, kernel.exact))
reach, take = map(_without_sign, (kernel.reach, kernel.take))
NAMES = "opened, line, exact, reach, take, share, room_of_parts, room_of_funds, room_of_counters"
_HEAD = f"""\
from yidi.domain.benefit.kernel import *
from yidi.edges.batch.policy.spans import beyond, book, pairs
from yidi.edges.batch.policy.written import {NAMES}


def walk(figures, desk, heads, rows, balance, paid_after):
    parts, shares_of_funds = room_of_parts(), room_of_funds()
    bill = heads[0], heads[rows], heads[2 * rows], heads[3 * rows], heads[4 * rows]
"""


def text_of(shape: Shape) -> str:
    """Return the source of the walk of a shape, for numba and for those who want to read it."""
    body, names = written_out(shape.build, shape.rounding, {"outcomes": ast.Constant(None)})
    assert isinstance(body[-1], ast.Return)
    parts = range(PARTS_OF_A_VISIT)
    lines = [
        f"now = {'room_of_counters()' if shape.alone else 'desk'}",
        f"{', '.join(f'parts[{n}]' for n in parts)} = opened(bill, {'figures[0]' if shape.bears else 0})",
    ]
    for name in names:
        word, at, count, _ = name.split("_")
        held = f"pairs(beyond(figures, {at}), {count})" if word == "bands" else f"figures[{at}]"
        lines.append(f"{name} = {held}")
    lines.append("shares = book(shares_of_funds)")
    lines += [ast.unparse(ast.fix_missing_locations(each)) for each in body[:-1]]
    lines += [f"now[{shape.stays}] += 1"] if shape.stays >= 0 else []
    lines += ["if balance > 0:", *(f"    desk[{n - PARTS_OF_A_VISIT}] = parts[{n}]" for n in parts)]
    lines += [f"paid_after[{n}] = shares_of_funds[{n}]" for n in range(len(FUNDS))]
    return _HEAD + indent("\n".join([*lines, "return funds", ""]), "    ")


@lru_cache(4_096)
def walk_of(shape: Shape) -> Any:
    """Compile the walk of a shape, or read it from the folder where it is kept; it has an `address`."""
    text = text_of(shape)
    return called(f"walk_{hashlib.sha256(text.encode()).hexdigest()[:16]}", text, "walk", _SIGNATURE)


class Walks:
    """Which plans of a shelf have a walk of their own, and which would be worth one."""

    def __init__(self) -> None:
        self._plans: list[Written | None] = []
        self._made: dict[Shape, Any] = {}
        self._visits = np.zeros(0, dtype=np.int64)
        self._persons = 0
        self.counting = True

    def add(self, plan: Plan, slots: Sequence[int]) -> None:
        """Add the plan of the next number."""
        self._plans.append(written(plan, slots))

    def place(self, number: int, keep: Keep) -> tuple[int, int, int]:
        """Return the addresses of a plan's own walks (0: it has none), and where their figures are kept."""
        plan = self._plans[number]
        if plan is None or plan.shape not in self._made:
            return 0, 0, 0
        alone = self._made.get(plan.shape._replace(alone=True))
        return self._made[plan.shape].address, alone.address if alone else 0, keep(plan.figures)[0]

    def count(self, combination: Array, persons: int) -> None:
        """Count visits by their combination of answers, and the persons they are of."""
        self._persons += persons
        found = np.bincount(combination[combination >= 0])
        if len(found) < len(self._visits):
            self._visits[: len(found)] += found
        else:
            found[: len(self._visits)] += self._visits
            self._visits = found

    def worth(self, choices: Sequence[Sequence[int]], least_bp: int) -> list[Shape]:
        """Return the shapes that at least this share of the visits counted take at a first stay.

        Where most visits are the only ones of their persons, also the shapes for these.
        """
        visits: dict[Shape, int] = {}
        alone = 2 * self._persons > int(self._visits.sum())
        for choice, seen in zip(choices, self._visits.tolist(), strict=False):
            plan = self._plans[choice[0]] if choice[0] >= 0 else None
            if plan is not None:
                visits[plan.shape] = visits.get(plan.shape, 0) + seen
                if alone and plan.counters <= MOST_COUNTERS:
                    one = plan.shape._replace(alone=True)
                    visits[one] = visits.get(one, 0) + seen
        least = max(int(self._visits.sum()) * least_bp // TEN_THOUSAND, 1)
        return [shape for shape, seen in visits.items() if seen >= least]

    def put(self, made: dict[Shape, Any]) -> None:
        """Put compiled walks in; they are kept as long as their addresses may be called."""
        self._made |= made
        self.counting = False
