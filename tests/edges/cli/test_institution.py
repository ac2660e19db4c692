"""`yidi institution`: what an institution is beside its level, on the database a demonstration left."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from tests.edges.cli.conftest import Kept, typed
from yidi.processes.network.refusals import DESIGNATION_INVALID, INSTITUTION_UNKNOWN


@pytest.fixture
def hospital(kept: Kept) -> tuple[str, str]:
    """A designated hospital and its province."""
    query = (
        "SELECT institution_code, jurisdiction FROM institution WHERE traits = ''"
        " ORDER BY institution_code LIMIT 1"
    )
    with closing(sqlite3.connect(kept.database.removeprefix("sqlite:"))) as connection:
        code, province = connection.execute(query).fetchone()
    return code, province


def test_traits_are_recorded_shown_and_taken_away(kept: Kept, hospital: tuple[str, str]) -> None:
    code, province = hospital
    place = (code, "--province", province, "--config", kept.config)
    told = typed("institution", "traits", *place, "--trait", "provincial", "--trait", "psychiatric")
    assert told.exit_code == 0, told.output
    assert "省级医院 a provincial hospital" in told.stdout
    shown = json.loads(typed("institution", "show", *place, "--json").stdout)
    assert (shown["institution_code"], shown["traits"]) == (code, ["provincial", "psychiatric"])
    none = typed("institution", "traits", *place, "--none")
    assert "没有登记特征。 No trait on record." in none.stdout
    assert "No trait on record" in typed("institution", "show", *place).stdout


def test_words_that_are_no_trait_are_refused_all_at_once(kept: Kept, hospital: tuple[str, str]) -> None:
    code, province = hospital
    place = (code, "--province", province, "--config", kept.config)
    told = typed("institution", "traits", *place, "--trait", "famous", "--trait", "large")
    assert told.exit_code == 1
    assert told.output.count(DESIGNATION_INVALID.code) == 2
    assert "famous" in told.output
    assert "tuberculosis" in told.output


def test_an_institution_that_is_not_designated_has_no_traits(kept: Kept, hospital: tuple[str, str]) -> None:
    place = ("H99999999999", "--province", hospital[1], "--config", kept.config)
    for words in (("show", *place), ("traits", *place, "--trait", "provincial")):
        told = typed("institution", *words)
        assert told.exit_code == 1
        assert INSTITUTION_UNKNOWN.code in told.output


def test_neither_traits_nor_none_is_wrong_use(kept: Kept, hospital: tuple[str, str]) -> None:
    code, province = hospital
    place = (code, "--province", province, "--config", kept.config)
    for more in ((), ("--none", "--trait", "provincial")):
        told = typed("institution", "traits", *place, *more)
        assert told.exit_code == 2
        assert "--none" in told.output
