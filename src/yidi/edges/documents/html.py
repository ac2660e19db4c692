"""Writes documents as one HTML page that needs nothing else: no script, no style sheet, no picture."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from yidi.edges.documents.days import sheet_of
from yidi.edges.documents.seals import Sealed
from yidi.edges.documents.sheet import written_day
from yidi.edges.documents.writing import written_rows, written_total


def write_html(sealed: Sealed) -> str:
    """Write a paper as an HTML page; without seal it says that it is a draft."""
    sheet = sheet_of(sealed.paper)
    return _template().render(
        sheet=sheet,
        seal=sealed.seal,
        issued=written_day(sheet.issued_on),
        tables=[(grid, written_rows(grid), written_total(grid)) for grid in sheet.grids],
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    text = files("yidi.edges.documents").joinpath("templates", "sheet.html").read_text("utf-8")
    world = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return world.from_string(text)
