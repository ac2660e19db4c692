"""The kernel's walk, unrolled for the layers of a plan: the same source, with what the plan knows filled in.

`kernel.pay` asks of every layer which parts, counters and caps it has. A plan knows that, so its walk is
`pay` itself with these questions answered: loops over layers, parts and caps written out, decisions whose
outcome is known taken, the kernel's small functions put where they are called. Nothing is written twice:
`text_of` shows what `pay` becomes, its lines are still the kernel's in a traceback, and tests hold both
against each other. Amounts, bands and payers stay figures, so all plans of one build share one walk.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import ge, gt, lt
from types import CodeType, FunctionType
from typing import Any, TypeVar, cast

from yidi.domain.benefit import kernel
from yidi.domain.benefit.kernel import Outcome, PayRow, RoundingRow

Payer = TypeVar("Payer")
Booked = TypeVar("Booked")
Node = TypeVar("Node", bound=ast.AST)
Figures = tuple[object, ...]
Share = Callable[..., Booked]
Walk = Callable[
    [Figures, list[int], list[int], "list[Outcome | None] | None", Share[Booked], list[Booked]],
    tuple[int, int],
]
"""`kernel.pay` without its first two arguments, for which it takes their figures."""
Unrolled = tuple[Walk[Any], Figures]
Build = tuple["Build | int | str", ...]
"""How layers are built: what is known of them as integers, and a word where each figure goes."""

KEPT_WALKS = 4_096
_ORDER: dict[type[ast.cmpop], Callable[[int, int], bool]] = {ast.Lt: lt, ast.Gt: gt, ast.GtE: ge}
INLINED = (
    "found_in",
    "below_cost_caps",
    "still_due",
    "below_pay_caps",
    "count_paid",
    "count_line",
    "count_cost",
    "sort_out",
)
"""The kernel's functions that are put where they are called: no loop of theirs ends early, a `return` comes
last, and they are called with arguments of their parameters' names."""
_KERNEL = {
    each.name: each for each in ast.parse(inspect.getsource(kernel)).body if isinstance(each, ast.FunctionDef)
}
"""Read with the module, so that an upgrade under a running process cannot mix two kernels."""
_SIGNATURE = "def walk(figures, now, parts, outcomes, share, shares): pass"


def unrolled(pays: tuple[PayRow[Payer], ...], rounding: RoundingRow) -> Unrolled:
    """Return the walk of a plan's layers, and the figures to hand it."""
    figures: list[object] = []
    build = _build_of(pays, figures)
    return _walk(build, rounding), tuple(figures)


def text_of(pays: tuple[PayRow[Payer], ...], rounding: RoundingRow) -> str:
    """Return the source of a plan's walk, for those who want to read it."""
    return ast.unparse(_tree(_build_of(pays, []), rounding))


def _build_of(pays: tuple[PayRow[Payer], ...], figures: list[object]) -> Build:
    """Tell the build of layers from their figures, which are put in order."""

    def figure(word: str, value: object) -> str:
        figures.append(value)
        return word

    def caps(rows: Sequence[tuple[int, int]]) -> Build:
        return tuple((figure("amount", amount), slot) for amount, slot in rows)

    build: list[Build] = []
    for row, payer, more, only in pays:
        looks_at, standard, deductible, gross, axis, bands, cost, pay, cascades = row
        due = figure("standard", standard) if standard else 0
        line = figure("bands", bands)
        known = (looks_at, due, deductible, gross, axis, line, caps(cost), caps(pay), cascades)
        build.append((known, figure("payer", payer), more, only))
    return tuple(build)


@lru_cache(KEPT_WALKS)
def _walk(build: Build, rounding: RoundingRow) -> Walk[Any]:
    """Make the walk of a build: a function whose globals are the kernel's."""
    module = compile(_tree(build, rounding), kernel.__file__, "exec")
    (code,) = (each for each in module.co_consts if isinstance(each, CodeType))
    return cast(Walk[Any], FunctionType(code, vars(kernel)))


def _tree(build: Build, rounding: RoundingRow) -> ast.Module:
    """Write the walk of a build."""
    tree = ast.parse(_SIGNATURE)
    (walk,) = tree.body
    assert isinstance(walk, ast.FunctionDef)
    walk.body, names = written_out(build, rounding, {})
    if names:
        target = ast.Tuple([ast.Name(name, ast.Store()) for name in names], ast.Store())
        walk.body.insert(0, ast.Assign([target], ast.Name("figures", ast.Load())))
    return ast.fix_missing_locations(tree)


def written_out(
    build: Build, rounding: RoundingRow, known: dict[str, ast.expr]
) -> tuple[list[ast.stmt], list[str]]:
    """Write out what `pay` does for a build, and the names of its figures in their order.

    `known` says what else stands in the place of names of `pay`.
    """
    names: list[str] = []
    found = {"pays": _written(build, names), "rounding": _written(rounding, names), **known}
    return _Unroller(found).block(_KERNEL["pay"].body), names


def _written(item: Build | int | str, names: list[str]) -> ast.expr:
    """Write a build as an expression; every figure gets a name of its own."""
    if isinstance(item, tuple):
        return ast.Tuple([_written(each, names) for each in item], ast.Load())
    if isinstance(item, str):
        names.append(f"{item}{len(names)}")
        return ast.Name(names[-1], ast.Load())
    return ast.Constant(item)


class _Unroller:
    """Fills in what is known. `known`: expressions that stand for names that are never set again.

    The kernel's own tree stays as it is: everything that changes is made anew.
    """

    def __init__(self, known: dict[str, ast.expr]) -> None:
        self.known = known

    def block(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Unroll statements; what follows an early `continue` becomes its other branch."""
        found: list[ast.stmt] = []
        for number, each in enumerate(statements):
            if isinstance(each, ast.If) and isinstance(each.body[-1], ast.Continue):
                either = ast.If(each.test, each.body[:-1], list(statements[number + 1 :]))
                return found + self.statement(ast.copy_location(either, each))
            found += self.statement(each)
        return found

    def statement(self, statement: ast.stmt) -> list[ast.stmt]:
        """Unroll one statement."""
        match statement:
            case ast.If():
                return self._decided(statement)
            case ast.For():
                return self._written_out(statement)
            case ast.Assign([ast.Tuple() as names], ast.Name(name)) if name in self.known:
                self._know(names, self.known[name])
                return []
            case ast.Expr(ast.Constant()):
                return []  # a docstring
            case ast.Expr(ast.Call(ast.Name(name))) if name in INLINED:
                return self.block(_KERNEL[name].body)
            case ast.Assign([target], value):
                return self._assigned(statement, target, self.filled(value))
            case _:
                return [self.filled(statement)]

    def _decided(self, statement: ast.If) -> list[ast.stmt]:
        """Take a decision whose outcome is known; else unroll both branches."""
        test = self.filled(statement.test)
        outcome = _truth(test)
        if outcome is not None:
            return self.block(statement.body if outcome else statement.orelse)
        body = self.block(statement.body) or [ast.Pass()]
        return [ast.copy_location(ast.If(test, body, self.block(statement.orelse)), statement)]

    def _written_out(self, loop: ast.For) -> list[ast.stmt]:
        """Write a loop over known items out, item by item."""
        items = self.filled(loop.iter)
        assert isinstance(items, ast.Tuple), "the walk loops over what no plan knows"
        found: list[ast.stmt] = []
        for item in items.elts:
            self._know(loop.target, item)
            found += self.block(loop.body)
        return found

    def _know(self, target: ast.expr, value: ast.expr) -> None:
        """Let a name, or each of several, stand for what is known."""
        if isinstance(target, ast.Tuple):
            assert isinstance(value, ast.Tuple)
            for each, part in zip(target.elts, value.elts, strict=True):
                self._know(each, part)
        else:
            assert isinstance(target, ast.Name)
            self.known[target.id] = value

    def _assigned(self, statement: ast.stmt, target: ast.expr, value: ast.expr) -> list[ast.stmt]:
        """Assign what is filled in; a function of the kernel is put where it is called."""
        match target, value:
            case _, ast.Call(ast.Name(name)) if name in INLINED:
                *body, last = _KERNEL[name].body
                assert isinstance(last, ast.Return)
                assert last.value is not None
                return self.block(body) + self._assigned(last, target, self.filled(last.value))
            case ast.Name(left), ast.Name(right) if left == right:
                return []
        return [ast.copy_location(ast.Assign([self.filled(target)], value), statement)]

    def filled(self, node: Node) -> Node:
        """Make a statement or an expression anew, with what is known in it."""
        made: ast.AST
        match node:
            case ast.Name(name, ast.Load()):
                made = self.known.get(name, node)
            case ast.IfExp(test, body, orelse):
                outcome = _truth(self.filled(test))
                made = self._anew(node) if outcome is None else self.filled(body if outcome else orelse)
            case ast.BoolOp(ast.And(), [first, second]):
                outcome = _truth(self.filled(first))
                made = self._anew(node) if outcome is None else self.filled(second if outcome else first)
            case ast.Compare():
                made = _compared(self._anew(node))
            case _:
                made = self._anew(node)
        return cast(Node, made)

    def _anew(self, node: Node) -> Node:
        """Make a node anew, everything in it filled in."""
        fields: dict[str, Any] = {}
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                fields[name] = [self.filled(each) for each in value]
            else:
                fields[name] = self.filled(value) if isinstance(value, ast.AST) else value
        return ast.copy_location(type(node)(**fields), node)


def _compared(node: ast.Compare) -> ast.expr:
    """Compare two numbers that are known, or nothing with nothing."""
    match node:
        case ast.Compare(ast.Constant(None), [ast.IsNot()], [ast.Constant(None)]):
            return ast.Constant(False)
        case ast.Compare(ast.Constant(int(left)), [operator], [ast.Constant(int(right))]):
            return ast.Constant(_ORDER[type(operator)](left, right))
        case _:
            return node


def _truth(test: ast.expr) -> bool | None:
    """Say whether something known is true; None for what only the visit knows."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    return bool(test.elts) if isinstance(test, ast.Tuple) else None
