"""The golden cases: published calculations and visits worked by hand, with their intermediate steps."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domain.benefit.benefit_cases import answer, cases, counter_fen, fen

_CASES = cases()
_FIGURES = {
    "funds": "fund_total_fen",
    "person": "person_total_fen",
    "account": "account_fen",
    "cash": "cash_fen",
    "deductible": "deductible_fen",
}
_KNOWN = {*_FIGURES, "shares", "steps", "counters", "completed"}


@pytest.mark.parametrize("case", _CASES, ids=[case["id"] for case in _CASES])
def test_every_stated_figure_of_the_case_is_reached_to_the_fen(case: dict[str, Any]) -> None:
    found, expect = answer(case), case["expect"]
    assert set(expect) <= _KNOWN
    assert {str(share.fund): share.paid_fen for share in found.shares} == {
        name: fen(text) for name, text in expect["shares"].items()
    }
    for name, field in _FIGURES.items():
        if name in expect:
            assert (name, getattr(found, field)) == (name, fen(expect[name]))
    results = {step.rule: step.result_fen for step in found.steps}
    for rule, text in expect.get("steps", {}).items():
        assert (rule, results.get(rule)) == (rule, fen(text))
    if "counters" in expect:
        assert dict(found.counters) == {k: counter_fen(k, v) for k, v in expect["counters"].items()}
    if "completed" in expect:
        assert found.completed_for_demonstration == (expect["completed"] == "true")


def test_no_case_has_the_id_of_another() -> None:
    ids = [case["id"] for case in _CASES]
    assert len(ids) == len(set(ids))
    assert len(ids) >= 35


def test_all_seven_packs_and_the_one_that_stands_in_have_cases() -> None:
    areas = {case["area"][:2] for case in _CASES}
    assert areas >= {"14", "51", "15", "11", "50", "42", "41"}


def test_every_step_has_words_in_both_languages_and_a_source() -> None:
    for case in _CASES:
        for step in answer(case).steps:
            assert all((step.text_zh, step.text_en, step.source_id, step.source_title)), step
