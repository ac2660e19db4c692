"""`yidi estimate` as it is typed: side by side, which filing to make, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.edges.cli.conftest import Kept
from yidi import wiring
from yidi.edges.cli.main import app
from yidi.edges.cli.wired import Known, Wired
from yidi.edges.packs.location import packs_folder

RUN = CliRunner()
XIAN = ("--area", "610100", "--on", "2026-11-22", "--person", "retired", "--typical", "stay")


@pytest.fixture(scope="module")
def known() -> Known:
    """The packs that ship, read once."""
    return wiring.known(packs_folder())


@pytest.fixture
def parts(known: Known) -> Wired:
    """The wiring, with the packs at hand."""
    return wiring.PARTS._replace(known=lambda packs: known)


def typed(parts: Wired, *words: str) -> Result:
    """Type the command."""
    return RUN.invoke(app, ["estimate", *words], obj=parts, env={"COLUMNS": "160"})


def told(parts: Wired, *words: str) -> dict[str, Any]:
    """Type the command for its JSON."""
    found: dict[str, Any] = json.loads(typed(parts, *words, "--json").output)
    return found


def test_destinations_and_filings_stand_side_by_side_with_the_filing_to_make(parts: Wired) -> None:
    done = typed(parts, *XIAN, "--to", "330100:3A", "--to", "610100:3")
    assert done.exit_code == 0, done.output
    for words in ("5,139.50", "4,174.50", "3,209.50", "转诊备案", "a home hospital must refer you"):
        assert words in done.output, words
    assert "不用备案" in done.output
    assert "Some figures are completed for demonstration" in done.output


def test_the_json_has_every_option_with_its_benefit_to_the_fen_and_the_cheapest(parts: Wired) -> None:
    found = told(parts, *XIAN, "--to", "330100:3")
    options = found["estimate"]["options"]
    assert [each["choice"] for each in options] == ["none", "temporary", "referred", "long_term"]
    assert [each["benefit"]["person_total_fen"] for each in options] == [513950, 513950, 417450, 320950]
    assert [each["row"] for each in options] == [7, 1, 1, 1]
    assert found["cheapest"]["choice"] == "long_term"
    for each in options:
        benefit = each["benefit"]
        assert benefit["fund_total_fen"] + benefit["person_total_fen"] == 12_000_00
        assert benefit["steps"]


def test_an_area_that_does_not_settle_the_unfiled_says_that_one_must_file(parts: Wired) -> None:
    words = ("--area", "110000", "--on", "2026-11-22", "--typical", "stay", "--to", "330100:3")
    found = told(parts, *words)
    first = found["estimate"]["options"][0]
    assert "benefit" not in first or first["benefit"] is None
    assert first["refusals"][0]["code"].startswith("FILING-")
    assert any("必须先备案" in each["zh"] for each in found["advice"])


def test_an_emergency_needs_no_filing(parts: Wired) -> None:
    (option,) = told(parts, *XIAN, "--to", "330100:3", "--filing", "emergency")["estimate"]["options"]
    assert (option["standing"], option["row"]) == ("emergency", 4)


def test_what_the_year_already_holds_is_counted(parts: Wired) -> None:
    plain = told(parts, *XIAN, "--to", "610100:3")["estimate"]["options"][0]["benefit"]
    spent = ("--spent", "pool.paid=400000", "--stay", "2")
    full = told(parts, *XIAN, "--to", "610100:3", *spent)["estimate"]["options"][0]["benefit"]
    assert plain["deductible_fen"] == 650_00
    assert full["deductible_fen"] == 550_00
    assert [share["fund"] for share in full["shares"] if share["paid_fen"]] == ["large_sum"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--age", "old"), "POLICY-71"),
        (("--person", "ghost"), "POLICY-71"),
        (("--total", "-5"), "POLICY-71"),
        (("--total", "12.345"), "POLICY-71"),
        (("--total", "100", "--full-self", "200"), "FEE-42"),
        (("--total", "100", "--in-scope", "99"), "FEE-41"),
        (("--total", "99999999999999999"), "POLICY-71"),
        (("--age", "300"), "POLICY-04"),
        (("--to", "330100:4"), "POLICY-71"),
        (("--on", "2010-01-01"), "POLICY-02"),
        (("--on", "soon"), "POLICY-71"),
        (("--stay", "0"), "POLICY-71"),
        (("--spent", "pool.paid=-1"), "POLICY-71"),
        (("--spent", "pool.payed=100"), "POLICY-71"),
        (("--fact", "mood=good"), "POLICY-04"),
        (("--filing", "never"), "POLICY-71"),
        (("--typical", "feast"), "POLICY-71"),
    ],
)
def test_what_cannot_be_right_is_refused_and_never_clamped(
    parts: Wired, words: tuple[str, ...], code: str
) -> None:
    done = typed(parts, *XIAN, "--to", "330100:3", *words, "--json")
    assert done.exit_code == 1, done.output
    assert f'"{code}"' in done.output
    assert '"person_total_fen"' not in done.output


def test_places_that_do_not_exist_are_all_named_at_once(parts: Wired) -> None:
    done = typed(parts, "--area", "990000", "--typical", "stay", "--to", "999999:3", "--to", "12:3")
    assert done.exit_code == 1
    assert done.output.count("区划") >= 3


def stored(kept: Kept, parts: Wired, *words: str) -> Result:
    """Estimate a stay in Shenzhen, by the demonstration's database."""
    stay = ("--to", "440300:3A", "--typical", "stay", "--config", str(kept.config), *words)
    return typed(parts, *stay)


def test_a_stored_person_is_estimated_by_what_is_on_record(kept: Kept, parts: Wired) -> None:
    done = stored(kept, parts, "--person-no", "51160019560312000101", "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)["estimate"]
    planned = found["planned"]
    assert (planned["area"], planned["scheme"], planned["person_class"]) == ("511600", "310", "retired")
    assert planned["age"] >= 70
    assert planned["stay_number"] == 2
    assert planned["counters"]["pool.paid"] > 0
    standings = {each["choice"]: each["standing"] for each in found["options"]}
    assert standings["none"] == "long_term"
    said = stored(kept, parts, "--person-no", "51160019560312000101", "--age", "60", "--stay", "1", "--json")
    again = json.loads(said.stdout)["estimate"]["planned"]
    assert (again["age"], again["stay_number"]) == (60, 1)


def test_a_person_who_is_not_here_ends_with_one_and_nobody_at_all_is_wrong_use(
    kept: Kept, parts: Wired
) -> None:
    nobody = stored(kept, parts, "--person-no", "5")
    assert nobody.exit_code == 1
    assert "No such person on this node." in nobody.output
    assert typed(parts, "--to", "440300:3A", "--typical", "stay").exit_code == 2


def test_a_question_of_the_pack_nobody_answered_says_which_option_answers_it(parts: Wired) -> None:
    shenzhen = ("--area", "440300", "--on", "2026-11-01", "--person", "working", "--tier", "tier1")
    asked = (*shenzhen, "--typical", "serious", "--to", "330100:3A", "--filing", "referred")
    hint = "Add --fact continuous_months="
    assert typed(parts, *asked).output.count(hint) == 1
    assert hint not in typed(parts, *asked, "--fact", "continuous_months=80").output
