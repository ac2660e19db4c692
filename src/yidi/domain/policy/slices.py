"""Cuts a pack at every day on which one of its rows begins or ends, so that each slice is constant."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from msgspec.structs import replace

from yidi.domain.dates import FOREVER
from yidi.domain.policy.terms import Adjustment, Cap, Figure, Layer, Pack, Row, Scheme


def slices(pack: Pack, scheme: Scheme) -> Iterator[tuple[str, str, Scheme]]:
    """Yield first day, end day and the scheme as it stands in between."""
    days = {pack.start, pack.end}
    for figure in figures_of(scheme):
        dated: list[Row | Adjustment] = [*figure.rows, *figure.adjustments]
        for row in dated:
            days |= {day for day in (row.start, row.end) if pack.start < day < pack.end}
    ordered = sorted(days)
    for start, end in pairwise(ordered):
        yield start, end, _scheme_on(scheme, start) if len(ordered) > 2 else scheme


def figures_of(scheme: Scheme) -> Iterator[Figure]:
    """Yield every table of a scheme."""
    if scheme.own_share_first is not None:
        yield scheme.own_share_first
    for layer in scheme.layers:
        yield layer.ratios.table
        if layer.deductible is not None:
            yield layer.deductible.amounts
        yield from (cap.amounts for cap in layer.caps)


def _scheme_on(scheme: Scheme, day: str) -> Scheme:
    first = scheme.own_share_first
    return replace(
        scheme,
        layers=tuple(_layer_on(layer, day) for layer in scheme.layers),
        own_share_first=_figure_on(first, day) if first is not None else None,
    )


def _layer_on(layer: Layer, day: str) -> Layer:
    deductible = layer.deductible
    if deductible is not None:
        deductible = replace(deductible, amounts=_figure_on(deductible.amounts, day))
    return replace(
        layer,
        ratios=replace(layer.ratios, table=_figure_on(layer.ratios.table, day)),
        deductible=deductible,
        caps=tuple(_cap_on(cap, day) for cap in layer.caps),
    )


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
