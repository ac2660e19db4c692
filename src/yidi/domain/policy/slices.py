"""Cuts a pack at every day on which one of its rows begins or ends, so that each slice is constant."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from msgspec.structs import replace

from yidi.domain.dates import FOREVER
from yidi.domain.policy.answers import all_figures
from yidi.domain.policy.terms import Adjustment, Cap, Figure, Layer, Pack, Row, Scheme


def slices(pack: Pack, scheme: Scheme) -> Iterator[tuple[str, str, Scheme]]:
    """Yield first day, end day and the scheme as it stands in between."""
    days = {pack.start, pack.end}
    for figure in all_figures(scheme):
        dated: list[Row | Adjustment] = [*figure.rows, *figure.adjustments]
        for row in dated:
            days |= {day for day in (row.start, row.end) if pack.start < day < pack.end}
    ordered = sorted(days)
    for start, end in pairwise(ordered):
        yield start, end, _scheme_on(scheme, start) if len(ordered) > 2 else scheme


def _scheme_on(scheme: Scheme, day: str) -> Scheme:
    return replace(
        scheme,
        layers=tuple(_layer_on(layer, day) for layer in scheme.layers),
        own_share_first=_maybe_on(scheme.own_share_first, day),
        classes=_maybe_on(scheme.classes, day),
        values={name: _figure_on(figure, day) for name, figure in scheme.values.items()},
        marks={name: replace(mark, limit=_maybe_on(mark.limit, day)) for name, mark in scheme.marks.items()},
    )


def _layer_on(layer: Layer, day: str) -> Layer:
    deductible = layer.deductible
    if deductible is not None:
        total = _cap_on(deductible.total, day) if deductible.total is not None else None
        deductible = replace(deductible, amounts=_figure_on(deductible.amounts, day), total=total)
    return replace(
        layer,
        ratios=replace(layer.ratios, table=_figure_on(layer.ratios.table, day)),
        deductible=deductible,
        caps=tuple(_cap_on(cap, day) for cap in layer.caps),
        lump=_maybe_on(layer.lump, day),
    )


def _maybe_on(figure: Figure | None, day: str) -> Figure | None:
    return _figure_on(figure, day) if figure is not None else None


def _cap_on(cap: Cap, day: str) -> Cap:
    return replace(cap, amounts=_figure_on(cap.amounts, day))


def _figure_on(figure: Figure, day: str) -> Figure:
    return replace(
        figure,
        rows=tuple(row for row in figure.rows if _covers(row, day)),
        adjustments=tuple(each for each in figure.adjustments if _covers(each, day)),
    )


def _covers(row: Row | Adjustment, day: str) -> bool:
    return row.start <= day < (row.end or FOREVER)
