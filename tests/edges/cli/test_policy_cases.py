"""`yidi policy cases`: the published calculations agree, and the runner can fail in every way it must."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.edges.cli.conftest import typed
from yidi.edges.cases.figures import ALIASES, FUND_WORDS, LAYER_ALIASES, LAYER_FIGURES, VISIT_FIGURES

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "tests" / "cases" / "published"
SHAPES = ROOT / "tests" / "cases" / "shapes"
MANUAL = ROOT / "docs" / "reference" / "policy-cases.md"
PLAIN = {"policy": {"deductible": 600, "ratio": "80%"}, "bill": 3600, "expect": {"pool_paid": 2400}}
BANDS = [[1000, "80%"], ["none", "90%"]]
MONTHLY = {"ratio": "80%", "payment_cap": {"amount": 300, "counted": "monthly"}}
DOCTOR = {"facts": {"family_doctor": ["yes", "no"]}, "layers": [{"fund": "pool", "ratio": "80%"}]}
BY_LEVEL = [{"level": 3, "ratio": "60%"}, {"level": [1, 2], "ratio": "80%"}]


def ran(folder: Path, *cases: dict[str, Any]) -> tuple[int, list[dict[str, Any]]]:
    """Run cases as a file; returns the exit status and the verdicts."""
    file = folder / "cases.yaml"
    file.write_text(json.dumps(cases, ensure_ascii=False), "utf-8")  # JSON is YAML
    told = typed("policy", "cases", "--json", file)
    return told.exit_code, json.loads(told.stdout)


def one(folder: Path, **changed: Any) -> dict[str, Any]:
    """Run the plain case with some words changed; None takes a word away."""
    case = {"id": "one", **PLAIN, **changed}
    _, verdicts = ran(folder, {name: value for name, value in case.items() if value is not None})
    return verdicts[0]


def why(verdict: dict[str, Any]) -> str:
    """What the differences of a verdict say."""
    return " ".join(f"{each['figure']}: {each.get('why', '')}" for each in verdict["differences"])


def published() -> list[dict[str, Any]]:
    """Every published calculation as written."""
    return [
        yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
        for path in sorted(PUBLISHED.glob("*.yaml"))
    ]


@pytest.fixture(scope="module")
def verdicts() -> dict[str, dict[str, Any]]:
    """The verdict on every published calculation."""
    told = typed("policy", "cases", "--json", PUBLISHED)
    assert told.exit_code == 0, told.output
    return {each["id"]: each for each in json.loads(told.stdout)}


def test_every_published_calculation_agrees_in_every_figure(verdicts: dict[str, dict[str, Any]]) -> None:
    assert len(verdicts) == 99
    assert sorted(verdicts) == sorted(path.stem for path in PUBLISHED.glob("*.yaml"))
    assert {each["verdict"] for each in verdicts.values()} == {"agrees"}
    assert all(each["figures"] > 0 and not each["unknown_words"] for each in verdicts.values())


def test_calculations_in_other_wordings_of_leaflets_agree() -> None:
    told = typed("policy", "cases", "--json", ROOT / "tests" / "cases" / "wordings")
    found = json.loads(told.stdout)
    assert [(each["id"], each["differences"]) for each in found if each["verdict"] != "agrees"] == []
    assert len(found) >= 29


def test_the_format_carries_each_of_the_67_shapes_of_the_policy_language() -> None:
    told = typed("policy", "cases", "--json", SHAPES)
    found = json.loads(told.stdout)
    assert [(each["id"], each["differences"]) for each in found if each["verdict"] != "agrees"] == []
    assert {int(each["id"].split("-")[1]) for each in found} == set(range(1, 68))
    assert told.exit_code == 0


def test_a_wrong_published_figure_is_shown_with_what_is_right_and_why(
    verdicts: dict[str, dict[str, Any]],
) -> None:
    negative = [case["id"] for case in published() if case["use_as"] == "negative"]
    assert len(negative) == 24
    for name in negative:
        wrong = verdicts[name]["differences"]
        assert wrong, name
        assert all(each["published_is_wrong"] and each["why"] for each in wrong), name
    shown = verdicts["beijing-60000-wrong"]["differences"][0]
    assert (shown["published"], shown["computed"]) == ("55765", "52395.00")
    assert "95% on everything" in shown["why"]


def test_sound_published_calculations_show_no_wrong_figure_but_the_two_their_notes_name(
    verdicts: dict[str, dict[str, Any]],
) -> None:
    sound = [case["id"] for case in published() if case["use_as"] != "negative"]
    assert [name for name in sound if verdicts[name]["differences"]] == [
        "beijing-resident-zhangdaye",
        "chengdu-old-2-cap",
    ]


def moved(node: Any) -> Any:
    """Put every expected figure of a case off by one fen, or by a hundredth of a ratio."""
    if isinstance(node, dict):
        skipped = {"published", "why", "rounded_to"} if "right" in node else {"why", "rounded_to"}
        return {name: entry if name in skipped else moved(entry) for name, entry in node.items()}
    return str(Decimal(node) + Decimal("0.01"))


def test_every_expected_figure_put_off_by_a_fen_differs(tmp_path: Path) -> None:
    cases, figures = [], 0
    for case in published():
        visits = [{**visit, "expect": moved(visit.get("expect", {}))} for visit in case.get("visits", [])]
        cases.append(
            {**case, "expect": moved(case.get("expect", {})), **({"visits": visits} if visits else {})}
        )
    status, found = ran(tmp_path, *cases)
    assert status == 1
    for each in found:
        assert each["verdict"] == "differs", each["id"]
        assert len(each["differences"]) == each["figures"], each
        figures += each["figures"]
    assert figures > 150


def test_one_wrong_figure_among_agreeing_cases_ends_with_one(tmp_path: Path) -> None:
    good, bad = {"id": "good", **PLAIN}, {"id": "bad", **PLAIN, "expect": {"pool_paid": 2400.01}}
    assert ran(tmp_path, good)[0] == 0
    status, found = ran(tmp_path, good, bad)
    assert (status, [each["verdict"] for each in found]) == (1, ["agrees", "differs"])
    asked = {"figure": "pool_paid", "published": "2400.01", "computed": "2400.00"}
    assert found[1]["differences"] == [{**asked, "why": "", "published_is_wrong": False}]


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"polcy": {}}, "polcy"),
        ({"person": {"clas": "working"}}, "person.clas"),
        ({"person": {"class": "miner"}}, "person.class: miner"),
        ({"visit": {"care": "dental"}}, "visit.care: dental"),
        ({"visit": {"level": 4}}, "visit.level: 4"),
        ({"visit": {"floor": 2}}, "visit.floor"),
        ({"bill": {"in_scope": 3600, "tip": 1}}, "bill.tip"),
        ({"bill": {"lines": [{"amount": 3600, "colour": "red"}]}}, "bill.lines[1].colour"),
        ({"bill": {"lines": [{"amount": 3600, "mark": "stent"}]}}, "bill.marks.stent"),
        ({"bill": {"in_scope": 3600, "already_paid": {"uncle": 1}}}, "bill.already_paid.uncle"),
        ({"policy": {"deductable": 600, "ratio": "80%"}}, "policy.layers[0].deductable"),
        ({"earlier": {"large.paid": 1}}, "earlier.large.paid"),
        ({"earlier": {"pool.paid": 1}, "policy": {"ratio": "80%"}}, "earlier.pool.paid"),
        ({"earlier": {"pool.paid@2026-11x": 1}, "policy": MONTHLY}, "earlier.pool.paid@2026-11x"),
        ({"scheme": "employe"}, "scheme: employe"),
        ({"visit": {"kind": "hospitl"}}, "kind: hospitl"),
        ({"visit": {"grade": "D"}}, "grade: D"),
        ({"person": "workin"}, "person.class: workin"),
        ({"policy": DOCTOR, "person": {"family_doctor": "yess"}}, "facts.family_doctor: yess"),
        ({"use_as": "joke"}, "use_as: joke"),
        ({"source": {"isbn": "1"}}, "source.isbn"),
        ({"expect": {"pool_paid": 2400, "pool_payed": 2400}}, "expect.pool_payed"),
        ({"expect": {"pool_paid": {"value": 2400, "about": 1}}}, "expect.pool_paid.about"),
        ({"expect": {"pool_paid": {"value": 2400, "rounded_to": "ten"}}}, "expect.pool_paid.rounded_to: ten"),
    ],
)
def test_an_unknown_word_is_listed_wherever_it_stands(
    tmp_path: Path, changed: dict[str, Any], word: str
) -> None:
    status, found = ran(tmp_path, {"id": "one", **PLAIN, **changed})
    assert (status, found[0]["verdict"]) == (1, "unknown_words")
    assert word in found[0]["unknown_words"]


def with_a_strange_word(node: Any) -> Iterator[Any]:
    """Yield a case with a strange word put into each of its mappings in turn, but for names of its own."""
    if isinstance(node, dict):
        yield {**node, "strange": "1"}
        for name, entry in node.items():
            if name not in ("marks", "facts", "values", "amounts"):
                yield from ({**node, name: changed} for changed in with_a_strange_word(entry))
    elif isinstance(node, list):
        for number, entry in enumerate(node):
            for changed in with_a_strange_word(entry):
                yield [*node[:number], changed, *node[number + 1 :]]


def test_a_strange_word_in_any_mapping_of_a_published_case_is_listed(tmp_path: Path) -> None:
    chosen = [case for number, case in enumerate(published()) if number % 4 == 0]
    changed = [each for case in chosen for each in with_a_strange_word(case)]
    _, found = ran(tmp_path, *changed)
    assert len(found) > 100
    assert [each["id"] for each in found if each["verdict"] != "unknown_words"] == []
    assert all(any("strange" in word for word in each["unknown_words"]) for each in found)


def test_words_are_listed_even_when_nothing_can_be_computed(tmp_path: Path) -> None:
    found = one(tmp_path, policy={"ratio": "80"}, visit={"floor": 2}, expect={"pool_payed": 1, "band1": 2})
    assert found["verdict"] == "unknown_words"
    assert found["unknown_words"] == ["visit.floor", "expect.pool_payed"]


@pytest.mark.parametrize(
    ("changed", "question"),
    [
        ({"policy": {"ratio": "80%", "cap": 100}}, "payment_cap or cost_cap"),
        ({"policy": {"deductible": 600, "bands": BANDS}}, "measured: with_deductible"),
        ({"earlier": {"stays": 1, "pool.deductible": 1}}, "per year"),
        ({"policy": {"deductible": 1, "ratios": BY_LEVEL}}, "say level"),
        ({"policy": {"ratios": {"rows": [{"ratio": "80%"}], "adjust": [{"stay": "2+", "lower": "5%"}]}}},
         "points: -5"),
        ({"policy": {"layers": [{"ratio": "80%", "deductible": 1},
                                {"fund": "assistance", "base": ["in_scope"], "ratio": "50%"}]}},
         "deductible enter the base"),
        ({"policy": {"fund": "serious_illness", "ratio": "50%"}, "bill": {"in_scope": 9, "first_self": 1}},
         "the parts of the bill"),
        ({"visit": {"place": "other_province"}}, "say the standing"),
        ({"visit": {"standing": "referred"}}, "say the place"),
        ({"policy": {"ratio": "80"}}, "a ratio such as 85%"),
        ({"policy": None}, "one of the two"),
        ({"area": "110000"}, "one of the two"),
        ({"policy": None, "area": "110000"}, "say the day"),
        ({"policy": None, "area": "110000", "on": "2023-06-01"}, "which kind of care"),
        ({"policy": None, "area": "110000", "on": "1890-06-01", "visit": {"care": "inpatient"}}, "POLICY-02"),
        ({"bill": None}, "no bill"),
        ({"account": -1}, "below zero"),
        ({"earlier": {"stays": -1}}, "below zero"),
        ({"expect": {}}, "expects nothing"),
    ],
)  # fmt: skip
def test_a_question_left_open_is_asked_and_nothing_is_assumed(
    tmp_path: Path, changed: dict[str, Any], question: str
) -> None:
    found = one(tmp_path, **changed)
    assert found["verdict"] == "differs" or found["unknown_words"], found
    assert question in why(found), found


@pytest.mark.parametrize(
    ("bill", "said"),
    [
        ({"total": 10, "in_scope": 11}, "do not add up"),
        ({"total": "ten"}, "an amount in yuan"),
        ({"total": 1.005}, "an amount in yuan"),
        ({"in_scope": -1}, "FEE-42"),
        ({}, "says no amount"),
        ({"total": 9, "lines": [{"amount": 10}]}, "but the lines give"),
        ({"lines": [{"amount": 10, "class": "B"}]}, "must say its first_self share"),
        ({"lines": [{"amount": 10, "quantity": 2, "unit_price": 4}]}, "8.00"),
        ({"in_scope": 10, "already_paid": {"pool": 11}}, "cannot have paid more"),
    ],
)
def test_a_bill_that_cannot_be_is_refused(tmp_path: Path, bill: dict[str, Any], said: str) -> None:
    found = one(tmp_path, bill=bill)
    assert found["verdict"] == "differs"
    assert said in why(found)


def test_a_figure_called_wrong_must_be_wrong_and_say_why(tmp_path: Path) -> None:
    right = one(tmp_path, expect={"pool_paid": {"published": 2400, "right": 2400, "why": "it is"}})
    assert (right["verdict"], why(right)) == ("differs", "pool_paid: said to be wrong, but it is right")
    silent = one(tmp_path, expect={"pool_paid": {"published": 1, "right": 2400}})
    assert silent["verdict"] == "differs"
    assert "not why" in why(silent)


def test_a_published_figure_agrees_only_as_rounded_as_it_is_declared(tmp_path: Path) -> None:
    def verdict(**spec: Any) -> str:
        found = one(tmp_path, bill="3600.80", expect={"pool_paid": spec})
        return str(found["verdict"])

    assert verdict(published=2400.64) == verdict(published=2401, rounded_to="yuan") == "agrees"
    assert verdict(published=2400, rounded_to="yuan", rounded="down") == "agrees"
    assert verdict(published="2400.6", rounded_to="jiao") == "agrees"
    assert verdict(published=2401) == verdict(published=2400, rounded_to="yuan") == "differs"


def test_figures_may_be_taken_together(tmp_path: Path) -> None:
    sums = {"deductible + own_share": 1200, "in_scope - pool_paid": 1200, "pool_paid / in_scope": "66.67%"}
    assert one(tmp_path, expect=sums)["verdict"] == "agrees"
    wrong = {
        "deductible + own_share": 1200.01,
        "in_scope - pool_paid": 1201,
        "pool_paid / in_scope": "66.66%",
    }
    assert len(one(tmp_path, expect=wrong)["differences"]) == 3
    assert one(tmp_path, expect={"deductible + foo": 1})["unknown_words"] == ["expect.deductible + foo"]
    mixed = one(tmp_path, expect={"deductible + pool_paid / in_scope": 1})
    assert (mixed["verdict"], why(mixed)[-33:]) == ("differs", "added; a division has two of them")


def test_a_layer_that_is_not_for_this_person_pays_nothing(tmp_path: Path) -> None:
    poor = {"id": "poor", "fund": "assistance", "base": ["in_scope"], "when": {"category": ["poor"]}}
    policy = {"layers": [{"ratio": "80%"}, {**poor, "ratio": "50%"}]}
    expect = {"poor": 0, "poor.looked_at": 0, "assistance_paid": 0, "pool_paid": 2880}
    assert one(tmp_path, policy=policy, expect=expect)["verdict"] == "agrees"
    person = {"category": "poor"}
    assert one(tmp_path, policy=policy, person=person, expect={"poor": 360})["verdict"] == "agrees"


def test_a_file_that_is_no_yaml_differs_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("id: a\npolicy: {ratio: 80%\nbill: [", "utf-8")
    told = typed("policy", "cases", file)
    assert told.exit_code == 1
    assert "line 3" in " ".join(told.output.split())


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    assert typed("policy", "cases", tmp_path / "none.yaml").exit_code == 2


def test_every_example_of_the_manual_agrees(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", MANUAL.read_text("utf-8"), re.DOTALL)
    file = tmp_path / "manual.yaml"
    file.write_text("\n---\n".join(blocks), "utf-8")
    told = typed("policy", "cases", "--json", file)
    found = json.loads(told.stdout)
    assert [each["id"] for each in found if each["verdict"] != "agrees"] == []
    assert len(found) == sum(block.count("\nid: ") + block.startswith("id: ") for block in blocks) > 20
    assert told.exit_code == 0


def test_the_manual_lists_every_figure() -> None:
    words = {*VISIT_FIGURES, *LAYER_FIGURES, *LAYER_ALIASES, *FUND_WORDS, *ALIASES}
    text = MANUAL.read_text("utf-8")
    assert [word for word in sorted(words) if f"`{word}`" not in text] == []
