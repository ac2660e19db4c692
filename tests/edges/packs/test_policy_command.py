"""`yidi policy show` and `check` as they are typed, and the packs that ship."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from typer.testing import CliRunner

from yidi.domain.policy.policy import Policy, year_of
from yidi.domain.policy.show import show
from yidi.edges.cli.policy import app
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.policy import inspect_policies, read_policies

SHIPPED = packs_folder() / "policy"
RUN = CliRunner()


def test_every_shipped_pack_is_sound() -> None:
    policies, findings = inspect_policies(SHIPPED)
    assert [finding for finding in findings if not finding.warning] == []
    assert len({policy.pack_id for policy in policies.all()}) == len(list(SHIPPED.glob("*.yaml"))) - 1


def test_every_shipped_pack_answers_for_both_schemes_today() -> None:
    policies = read_policies(SHIPPED)
    for area in ("110000", "140200", "150625", "410000", "420100", "500000", "511600", "230000"):
        for scheme in ("310", "390"):
            assert isinstance(policies.find(area, scheme, "2026-11-22"), Policy), (area, scheme)


def test_the_version_of_a_pack_is_the_hash_of_its_content_not_of_its_layout(tmp_path: Path) -> None:
    for path in SHIPPED.glob("*.yaml"):
        shutil.copy(path, tmp_path / path.name)
    file = tmp_path / "140200-datong.yaml"
    before = {p.pack_id: p.version for p in read_policies(tmp_path).all()}
    file.write_text("# a comment more\n" + file.read_text("utf-8"), encoding="utf-8")
    assert {p.pack_id: p.version for p in read_policies(tmp_path).all()} == before
    file.write_text(file.read_text("utf-8").replace("amount: 100000", "amount: 100001"), encoding="utf-8")
    after = {p.pack_id: p.version for p in read_policies(tmp_path).all()}
    assert {name for name in before if before[name] != after[name]} == {"datong"}


def test_a_change_of_a_lending_pack_changes_the_version_of_the_borrower(tmp_path: Path) -> None:
    for path in SHIPPED.glob("*.yaml"):
        shutil.copy(path, tmp_path / path.name)
    before = {p.pack_id: p.version for p in read_policies(tmp_path).all()}
    lender = tmp_path / "any-demonstration.yaml"
    lender.write_text(lender.read_text("utf-8").replace("amount: 14000}", "amount: 14001}"), encoding="utf-8")
    after = {p.pack_id: p.version for p in read_policies(tmp_path).all()}
    assert before["guangan"] != after["guangan"]


def test_the_benefit_year_begins_where_the_area_says() -> None:
    policy = read_policies(SHIPPED).find("140200", "310", "2026-11-22")
    assert isinstance(policy, Policy)
    assert year_of(policy, "2026-01-01") == "2026"
    assert year_of(policy, "2026-12-31") == "2026"


def test_show_prints_every_rule_in_words_of_both_languages() -> None:
    done = RUN.invoke(app, ["show", "511600", "--on", "2026-11-22"], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    for words in (
        "1,000 元",
        "1,000 yuan",
        "四舍五入到分",
        "half up to the fen",
        "转诊备案",
        "referred",
        "66%",
        "演示补全",
        "guang-an.gov.cn",
    ):
        assert words in done.output, words


def test_show_prints_the_note_of_a_pack_and_the_schemes_of_a_collection() -> None:
    xian = RUN.invoke(app, ["show", "610100", "--on", "2026-11-22"], env={"COLUMNS": "200"})
    assert "Level 1 of employees" in xian.output
    collection = RUN.invoke(app, ["show", "990001", "--on", "2024-06-01", "--scheme", "510"])
    assert collection.exit_code == 1
    assert "ziyang" in collection.output


def test_show_names_the_schemes_of_an_area_whose_own_pack_lacks_the_one_asked_for() -> None:
    stood_in = RUN.invoke(app, ["show", "532900", "--on", "2026-11-22", "--scheme", "310"])
    assert (stood_in.exit_code, "--scheme 390" in stood_in.output) == (0, True)
    assert "--scheme 390" not in RUN.invoke(app, ["show", "532900", "--scheme", "390"]).output


def test_show_as_json_names_a_listed_source_for_every_figure() -> None:
    done = RUN.invoke(app, ["show", "110105", "--on", "2026-11-22", "--scheme", "390", "--json"])
    assert done.exit_code == 0, done.output
    shown = json.loads(done.output)
    assert (shown["pack"], shown["completed_for_demonstration"]) == ("beijing", True)
    figures = [line for line in shown["lines"] if "：" in line["section_zh"]]
    assert len(figures) > 20
    assert all(line["source"] in shown["sources"] for line in figures)


def test_show_refuses_an_unknown_day_scheme_or_span_with_status() -> None:
    assert RUN.invoke(app, ["show", "140200", "--on", "soon"]).exit_code == 2
    assert RUN.invoke(app, ["show", "140200", "--on", "2026-11-22", "--scheme", "510"]).exit_code == 1
    done = RUN.invoke(app, ["show", "140200", "--on", "2020-01-01", "--json"])
    assert done.exit_code == 1
    assert json.loads(done.output)["refusals"][0]["code"] == "POLICY-02"


def test_check_of_the_shipped_packs_finds_nothing() -> None:
    done = RUN.invoke(app, ["check"])
    assert done.exit_code == 0, done.output
    assert "0 个错误 faults" in done.output


def test_check_lists_all_findings_and_ends_with_status_one(tmp_path: Path) -> None:
    text = (SHIPPED / "any-demonstration.yaml").read_text("utf-8")
    text = text.replace("ratio: 87%", "ratio: 87.123%").replace("amount: 300}", "amount: x}")
    (tmp_path / "broken.yaml").write_text(text, encoding="utf-8")
    done = RUN.invoke(app, ["check", str(tmp_path)], env={"COLUMNS": "200"})
    assert done.exit_code == 1
    assert {"POLICY-24", "POLICY-28"} <= set(re.findall(r"POLICY-\d\d", done.output))
    listed = json.loads(RUN.invoke(app, ["check", str(tmp_path), "--json"]).output)
    assert {finding["refusal"]["code"] for finding in listed["findings"]} == {"POLICY-24", "POLICY-28"}
    assert all(finding["file"] == "broken.yaml" and finding["line"] for finding in listed["findings"])


def test_show_says_what_is_wrong_when_the_packs_are(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("pack: [", encoding="utf-8")
    done = RUN.invoke(app, ["show", "140200", "--on", "2026-11-22", "--packs", str(tmp_path)])
    assert done.exit_code == 1
    assert "POLICY-21" in done.output


def test_every_policy_can_be_shown() -> None:
    for policy in read_policies(SHIPPED).all():
        shown = show(policy)
        assert all(line.who_zh and line.who_en and line.value_zh and line.value_en for line in shown.lines)


def test_one_pack_is_checked_by_itself_with_what_it_borrows(tmp_path: Path) -> None:
    text = (SHIPPED / "441800-qingyuan.yaml").read_text("utf-8")
    own = tmp_path / "441800-qingyuan.yaml"
    own.write_text(text.replace("amount: 1200, note", "amount: twelve, note"), "utf-8")
    done = RUN.invoke(app, ["check", str(own), "--json"])
    found = json.loads(done.output)
    assert done.exit_code == 1
    assert {each["file"] for each in found["findings"]} == {own.name}
    assert "POLICY-24" in {each["refusal"]["code"] for each in found["findings"]}
    own.write_text(text, "utf-8")
    assert RUN.invoke(app, ["check", str(own)]).exit_code == 0


def test_a_day_no_pack_covers_is_told_with_the_days_it_does() -> None:
    done = RUN.invoke(app, ["show", "441800", "--on", "2020-01-01"])
    assert done.exit_code == 1
    assert "只覆盖 2023-01-01 起。" in done.stderr
    assert "only from 2023-01-01 on." in done.stderr
