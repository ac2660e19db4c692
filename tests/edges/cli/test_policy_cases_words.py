"""What an officer writes in a case: Chinese words, amounts out of range, texts cut at a comma."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.edges.cli.conftest import typed

CASE = """id: one
policy: {{deductible: 600, ratio: 80%}}
visit: {{care: inpatient}}
bill: {bill}
expect: {expect}
"""


def verdict(folder: Path, text: str) -> dict[str, Any]:
    """Run one case as written; its verdict."""
    file = folder / "case.yaml"
    file.write_text(text, "utf-8")
    found: dict[str, Any] = json.loads(typed("policy", "cases", "--json", file).stdout)[0]
    return found


def plain(folder: Path, bill: str, expect: str = "{pool_paid: 2400}") -> dict[str, Any]:
    """Run a case with this bill and expectation."""
    return verdict(folder, CASE.format(bill=bill, expect=expect))


def test_the_same_case_in_chinese_gives_the_same_figures(tmp_path: Path) -> None:
    text = """编号: one
政策: {起付标准: 600, 支付比例: 80%}
就诊: {就医类别: 住院}
账单: {总费用: 4600, 目录外: 1000}
应为: {政策范围内费用: 3600, 起付线以上: 3000, 统筹支付: 2400, 个人负担 - 自费: 1200}
"""
    found = verdict(tmp_path, text)
    assert (found["id"], found["verdict"], found["figures"]) == ("one", "agrees", 4)


def test_a_chinese_word_that_may_mean_several_things_is_listed_and_not_guessed(tmp_path: Path) -> None:
    found = plain(tmp_path, "3600", "{自付: 1200, 报销比例: 80%, pool_paid: 2400}")
    assert found["verdict"] == "unknown_words"
    assert found["unknown_words"] == ["expect.自付", "expect.报销比例"]


def test_a_cap_in_chinese_that_does_not_say_what_it_bounds_is_asked_for(tmp_path: Path) -> None:
    text = "编号: one\n政策: {报销比例: 80%, 封顶线: 1000}\n账单: 3600\n应为: {统筹支付: 1000}\n"
    found = verdict(tmp_path, text)
    assert found["verdict"] == "differs"
    assert "payment_cap or cost_cap" in found["differences"][0]["why"]


def test_a_word_said_in_both_languages_is_not_taken_twice(tmp_path: Path) -> None:
    found = plain(tmp_path, "{total: 3600, 总费用: 9999}")
    assert found["unknown_words"] == ["bill.总费用"]


@pytest.mark.parametrize(
    ("bill", "said"),
    [
        ("99999999999999999999", "is more than 99999999999999.99 yuan"),
        ("{in_scope: 10.005}", "at most two decimals"),
        ("ten", "must be an amount in yuan"),
        ("{in_scope: -5}", "is -5.00 yuan, which is not between 0 and 99999999999999.99 yuan"),
        ("{total: 100, in_scope: 200}", "they are 100.00 yuan more"),
    ],
)
def test_an_amount_that_cannot_be_is_told_in_yuan_with_its_range(
    tmp_path: Path, bill: str, said: str
) -> None:
    found = plain(tmp_path, bill)
    assert found["verdict"] == "differs"
    assert said in " ".join(each["why"] for each in found["differences"])


def test_a_text_cut_at_its_comma_is_told_as_such(tmp_path: Path) -> None:
    found = plain(tmp_path, "3600", "{pool_paid: {published: 1, right: 2400, why: twice, not once}}")
    assert "put the text in quotes" in " ".join(each["why"] for each in found["differences"])
    title = CASE.format(bill=3600, expect="{pool_paid: 2400}") + "source: {title: one, two}\n"
    assert verdict(tmp_path, title)["unknown_words"] == ["source.two"]


def test_differences_are_printed_under_the_name_of_their_case(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(CASE.format(bill=3600, expect="{pool_paid: 2401, 自付: 1}"), "utf-8")
    lines = [line.strip() for line in typed("policy", "cases", file).stdout.splitlines()]
    after = lines[next(number for number, line in enumerate(lines) if line.startswith("one  ")) :]
    assert after[1].startswith("pool_paid: 应为 expected 2401, 算得 computed 2400.00")
    assert after[2] == "不认识的词 unknown word: expect.自付"
