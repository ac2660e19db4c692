"""Turns the values of a sheet into the texts that are printed; every writer uses it."""

from __future__ import annotations

from yidi.domain.money import format_yuan
from yidi.edges.documents.sheet import Cell, Column, Grid, Kind

MISSING = "—"


def written(column: Column, value: Cell) -> str:
    """Write a cell: amounts in yuan with thousands and two decimals, counts with thousands."""
    if value is None:
        return MISSING
    if isinstance(value, int) and column.kind is Kind.MONEY:
        return format_yuan(value, thousands=True)
    if isinstance(value, int) and column.kind is Kind.COUNT:
        return f"{value:,}"
    return str(value)


def written_rows(grid: Grid) -> list[list[str]]:
    """Write all rows of a grid without its total."""
    return [
        [written(column, value) for column, value in zip(grid.columns, row, strict=True)] for row in grid.rows
    ]


def written_total(grid: Grid) -> list[str] | None:
    """Write the total row, if there is one."""
    if grid.total is None:
        return None
    return [written(column, value) for column, value in zip(grid.columns, grid.total, strict=True)]
