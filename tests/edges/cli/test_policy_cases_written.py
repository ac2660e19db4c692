"""`yidi policy cases`: files and words as strangers write them, at every level; nothing is passed over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.edges.cli.conftest import typed
from tests.edges.cli.test_policy_cases import PLAIN, one, ran, why

LEVELS = {"deductible": [{"level": 3, "amount": 600}], "ratio": "80%"}
AGES = {"ratios": [{"age": "60-69", "ratio": "82%"}, {"age": "70+", "ratio": "85%"}]}
FILED = {
    "hospital_elsewhere": {"level": "same"},
    "ratios": [{"standing": "local", "ratio": "85%"}, {"standing": "referred", "ratio": "75%"}],
}
BANDED = {"deductible": 1300, "bands": [[1300, 30000, "85%"], [30000, 40000, "90%"], [40000, "none", "95%"]]}
AREA = {"policy": None, "on": "2023-06-01", "person": {"class": "working", "age": 45}}
STAY = {"visit": {"care": "inpatient", "level": 3}, "bill": 60000}


def told(file: Path) -> list[dict[str, Any]]:
    """Run a file that must give verdicts and the status 1."""
    found = typed("policy", "cases", "--json", file)
    assert found.exit_code == 1, found.output
    verdicts: list[dict[str, Any]] = json.loads(found.stdout)
    return verdicts


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no case in it"),
        (b"# nothing yet\n---\n---\n", "no case in it"),
        ("id: 医保".encode("gb18030"), "save it as UTF-8"),
        ("id: a".encode("utf-16"), "save it as UTF-8"),
        (b"id: a\npolicy:\n\tratio: 80%\n", "a tab"),
        (b"id: a\npolicy: &p {ratio: 80%}\nvisit: {<<: *p}\n", "aliases"),
        (b"id: a\nid: b\n", "twice"),
        (b"- 5\n", "a mapping of words"),
    ],
)
def test_a_file_without_a_readable_case_is_one_verdict_that_says_why(
    tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "case.yaml"
    file.write_bytes(content)
    (found,) = told(file)
    assert found["verdict"] == "differs"
    assert said in why(found)
    assert set(found) >= {"id", "verdict", "differences", "unknown_words"}


def test_a_folder_without_cases_is_wrong_use(tmp_path: Path) -> None:
    found = typed("policy", "cases", tmp_path)
    assert found.exit_code == 2
    assert "no .yaml" in " ".join(found.output.split())


def test_the_second_case_of_a_name_differs_and_a_file_named_twice_runs_once(tmp_path: Path) -> None:
    status, found = ran(tmp_path, {"id": "one", **PLAIN}, {"id": "one", **PLAIN})
    assert (status, [each["verdict"] for each in found]) == (1, ["agrees", "differs"])
    assert "is taken" in why(found[1])
    again = tmp_path / "again.yaml"
    again.write_text(json.dumps({"id": "one", **PLAIN}), "utf-8")
    (tmp_path / "cases.yaml").write_text(json.dumps({"id": "one", **PLAIN}), "utf-8")
    assert typed("policy", "cases", tmp_path).exit_code == 0  # by file and name each is found
    file = tmp_path / "once.yaml"
    file.write_text(json.dumps({"id": "two", **PLAIN}), "utf-8")
    assert len(json.loads(typed("policy", "cases", "--json", file, file).stdout)) == 1


def test_an_area_is_a_code_or_a_name_and_another_word_is_listed(tmp_path: Path) -> None:
    for word in ("110000", "北京市", "北京", "Beijing"):
        found = one(tmp_path, **AREA, **STAY, area=word, expect={"pool_paid": 52395})
        assert found["verdict"] == "agrees", (word, found)
    for word in ("Bejing", "999999", "12"):
        found = one(tmp_path, **AREA, **STAY, area=word, expect={"pool_paid": 52395})
        assert f"area: {word}" in found["unknown_words"], found


@pytest.mark.parametrize(
    "changed",
    [
        {"policy": {"deductible": None, "ratio": "80%"}},
        {"policy": {"ratio": "80%", "payment_cap": None}},
        {"person": {"age": None}},
        {"visit": {"level": None}},
        {"bill": {"in_scope": 3600, "total": None}},
        {"bill": {"lines": [{"amount": 3600, "class": None}]}},
        {"earlier": {"stays": None}},
        {"expect": {"pool_paid": None}},
    ],
)
def test_a_word_with_nothing_behind_it_is_asked_for(tmp_path: Path, changed: dict[str, Any]) -> None:
    status, found = ran(tmp_path, {"id": "one", **PLAIN, **changed})
    assert status == 1
    assert "nothing stands after" in why(found[0])


def test_strange_words_of_bands_facts_amounts_and_visits_are_listed_by_name(
    tmp_path: Path,
) -> None:
    bands = [{"from": 600, "to": "none", "ratio": "80%", "rate": 1}]
    visits = [{"visit": {"care": "outpatient", "floor": 2}, "bill": {"in_scope": 9, "tip": 1}}]
    based = {"fund": "other", "base": ["in_scope", {"first_self": "50%", "tip": "5%"}], "ratio": "80%"}
    for changed, word in (
        ({"policy": {"layers": [based]}}, "policy.layers[0].base[1].tip"),
        ({"policy": {"layers": {"pool": {"ratio": "80%"}, "colour": "red"}}}, "policy.layers.colour"),
        ({"policy": {"deductible": 600, "bands": bands}}, "policy.bands[0].rate"),
        ({"visit": {"facts": {"strange": "yes"}}}, "facts.strange"),
        ({"visit": {"amounts": {"strange": 5}}}, "amounts.strange"),
        ({"visits": visits, "bill": None}, "visits[1].floor"),
        ({"visits": visits, "bill": None}, "visits[1].bill.tip"),
    ):
        found = one(tmp_path, **changed)
        assert found["verdict"] == "unknown_words", found
        assert word in found["unknown_words"]
        assert not any("(" in each for each in found["unknown_words"])


def test_a_table_may_leave_out_what_no_visit_needs_and_a_visit_that_needs_it_is_told(tmp_path: Path) -> None:
    away = {"place": "other_province", "standing": "referred"}
    for changed, right, wrong, missing in (
        ({"policy": LEVELS, "expect": {"pool_paid": 2400}}, {"level": 3}, {"level": 2}, "level: 2"),
        ({"policy": AGES, "expect": {"pool_paid": 2952}}, {"age": 61}, {"age": 30}, "age: 0-59"),
        ({"policy": FILED, "expect": {"pool_paid": 2700}}, away, {**away, "standing": "unfiled"}, "unfiled"),
    ):
        assert one(tmp_path, **changed, visit=right)["verdict"] == "agrees", changed
        found = one(tmp_path, **changed, visit=wrong)
        assert found["verdict"] == "differs"
        assert f"{missing}: this visit needs one" in why(found)
    assert "say level" in why(one(tmp_path, policy=LEVELS))


def test_ratios_and_the_persons_share_of_each_band_are_figures(tmp_path: Path) -> None:
    expect = {"band1_self": 4305, "band2_self": 1000, "band3_self": 1000, "band3_ratio": "95%"}
    layer = {"pool.bands": [24395, 9000, 19000], "pool": {"bands": [24395, 9000, 19000]}}
    found = one(tmp_path, policy=BANDED, bill=60000, expect=expect | layer)
    assert (found["verdict"], found["figures"]) == ("agrees", 10)
    asked = one(tmp_path, policy=BANDED, bill=60000, expect={"ratio": "85%"})
    assert (asked["verdict"], "band1_ratio" in why(asked)) == ("differs", True)
    by_age = {
        "ratios": {
            "rows": [{"ratio": "75%"}],
            "adjust": [{"points": "+0.2", "per": "age"}, {"ceiling": "100%"}],
        }
    }
    found = one(tmp_path, policy=by_age, person={"age": 50}, expect={"ratio": "85%", "pool_ratio": "85%"})
    assert found["verdict"] == "agrees", found


def test_days_and_amounts_may_be_written_as_people_write_them(tmp_path: Path) -> None:
    for day in ("2023-06-01", "2023/6/1", "2023年6月1日"):
        found = one(tmp_path, **{**AREA, "on": day}, **STAY, area="110000", expect={"pool_paid": 52395})
        assert found["verdict"] == "agrees", (day, found)
    assert "must be a day" in why(one(tmp_path, **{**AREA, "on": "2023-02-30"}, **STAY, area="110000"))
    for amount in ("3,600", "3600元", "¥3600", "0.36万"):
        assert one(tmp_path, bill=amount)["verdict"] == "agrees", amount


def test_chinese_answers_are_read_where_they_can_mean_one_thing(tmp_path: Path) -> None:
    row = {"level": 3, "grade": "A", "standing": "referred", "person": "retired", "ratio": "75%"}
    policy = {"hospital_elsewhere": {"level": "same"}, "ratios": [row]}
    visit = {"care": "住院", "level": "三级甲等", "place": "跨省", "standing": "转诊"}
    said = {"policy": policy, "person": {"class": "退休", "age": "65岁"}, "visit": visit}
    assert one(tmp_path, **said, expect={"pool_paid": 2700})["verdict"] == "agrees"
    found = one(tmp_path, **{**said, "visit": {**visit, "place": "异地"}}, expect={"pool_paid": 2700})
    assert "visit.place: 异地" in found["unknown_words"]


def test_visits_counted_by_the_month_must_say_when_they_were(tmp_path: Path) -> None:
    policy = {"ratio": "80%", "payment_cap": {"amount": 300, "counted": "monthly"}}
    bill = {"care": "chronic", "bill": 300}
    silent = one(tmp_path, policy=policy, bill=None, visits=[bill, bill], expect={"pool_paid": 300})
    assert (silent["verdict"], "say when" in why(silent)) == ("differs", True)
    dated = [{**bill, "on": "2024-01"}, {**bill, "on": "2024-02"}]
    dated_found = one(tmp_path, policy=policy, bill=None, visits=dated, expect={"pool_paid": 480})
    assert dated_found["verdict"] == "agrees"


def test_what_dated_rows_leave_out_is_unknown_on_each_day(tmp_path: Path) -> None:
    rows = [
        {"level": 3, "amount": 900, "until": "2023-01-01"},
        {"level": 3, "amount": 600, "from": "2023-01-01"},
    ]
    policy = {"deductible": rows, "ratio": "80%"}
    for day, paid in (("2022-12-31", 2160), ("2023-01-01", 2400)):
        visit = {"level": 3, "on": day}
        assert one(tmp_path, policy=policy, visit=visit, expect={"pool_paid": paid})["verdict"] == "agrees"
    assert "level: 2" in why(one(tmp_path, policy=policy, visit={"level": 2, "on": "2022-12-31"}))


def test_a_cap_without_bound_leaves_nothing_to_decide(tmp_path: Path) -> None:
    more = {"fund": "assistance", "base": ["in_scope"], "ratio": "50%"}
    policy = {"layers": [{"ratio": "80%", "payment_cap": "none"}, more]}
    assert one(tmp_path, policy=policy, expect={"assistance_paid": 360})["verdict"] == "agrees"
    policy = {"layers": [{"ratio": "80%", "payment_cap": 9999}, more]}
    assert "over_cap enter the base" in why(one(tmp_path, policy=policy))


def test_a_percent_sign_in_a_name_stands_for_itself(tmp_path: Path) -> None:
    names = {"zh": "大病（60%段）", "en": "the 60% band"}
    marks = {"stent": {"zh": "支架50%", "en": "a 50% stent", "apart": "yes"}}
    layers = [
        {"ratio": "80%", "deductible": 100, "payment_cap": 500, "names": names},
        {"id": "s", "ratio": "50%", "base": ["stent"], "names": names},
        {
            "id": "l",
            "fund": "assistance",
            "base": ["over_cap"],
            "leaves_out": ["deductible"],
            "lump": 5,
            "names": names,
        },
    ]
    policy = {"marks": marks, "layers": layers}
    found = one(tmp_path, policy=policy, bill={"in_scope": 3600, "marks": {"stent": 100}}, expect={"s": 50})
    assert found["verdict"] == "agrees", found
