"""Questions that real regions answer differently have no default: a pack that leaves one open is refused."""

from __future__ import annotations

import pytest

from tests.domain.policy.shapes.inline import inline_policies
from tests.domain.policy.shapes.region import pack_of
from yidi.domain.policy import refusals
from yidi.domain.policy.terms import Counted
from yidi.domain.policy.tree import Fault

DECIDED = """
    hospital_elsewhere: {level: same, source: CASE}
    order: {funds: [pool, serious_illness], source: CASE}
    layers:
    - id: stay
      fund: pool
      care: [inpatient]
      deductible: {counted: each, rows: [{level: 3, amount: 900}, {level: [1, 2], amount: 300}]}
      ratios: {counted: each, measured: above_deductible, rows: [{bands: [[10000, 80%], [none, 90%]]}],
        adjust: [{standing: unfiled, points: -5}]}
      caps: [{on: payment, counted: yearly, counter: paid, rows: [{amount: 100000}]}]
    - id: visit
      fund: pool
      care: [outpatient]
      deductible: {counted: visit, rows: [{amount: 40}]}
      ratios: {rows: [{ratio: 50%}]}
    - {id: serious, fund: serious_illness, base: [in_scope, deductible], leaves_out: [first_self, over_cap],
      ratios: {rows: [{ratio: 60%}]}}
"""
QUESTIONS = {
    "points or factor": ("points: -5", "lower: 5%", "points less, or times 95 %"),
    "on payment or cost": ("on: payment, ", "", "what the fund pays, or the cost"),
    "from zero or above": (
        "measured: above_deductible, ",
        "",
        "from zero, deductible included, or from above",
    ),
    "stay or year": ("ratios: {counted: each, ", "ratios: {", "for each stay or visit, or over the year"),
    "what enters": ("leaves_out: [first_self, over_cap]", "leaves_out: [first_self]", "does over_cap enter"),
    "level elsewhere": ("    hospital_elsewhere: {level: same, source: CASE}\n", "", "a hospital elsewhere"),
    "per visit, day or prescription": ("counted: visit", "counted: each", "or per prescription"),
}


def faults_of(text: str) -> list[Fault]:
    """What is wrong with a region."""
    pack = pack_of(text)
    if "hospital_elsewhere" not in text:
        del pack["schemes"]["310"]["hospital_elsewhere"]
    return inline_policies(pack, "questions")[1]


def test_a_region_that_decides_everything_is_sound() -> None:
    assert faults_of(DECIDED) == []


@pytest.mark.parametrize(("old", "new", "words"), QUESTIONS.values(), ids=QUESTIONS.keys())
def test_an_open_question_is_asked_in_both_languages_with_the_choices(old: str, new: str, words: str) -> None:
    assert old in DECIDED
    (fault,) = faults_of(DECIDED.replace(old, new))
    refusal = fault.refusal
    assert refusal.code == refusals.LEFT_OPEN.code
    assert words in refusal.cause_en
    assert "？" in refusal.cause_zh
    assert ":" in refusal.remedy_en


def test_all_open_questions_are_asked_at_once() -> None:
    text = DECIDED
    for old, new, _ in QUESTIONS.values():
        text = text.replace(old, new)
    assert [fault.refusal.code for fault in faults_of(text)] == [refusals.LEFT_OPEN.code] * len(QUESTIONS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("measured: above_deductible, rows: [{bands: [[10000, 80%], [none, 90%]]}]", "rows: [{ratio: 80%}]"),
        ("ratios: {counted: each, measured: above_deductible, rows: [{bands: [[10000, 80%], [none, 90%]]}]",
         "ratios: {rows: [{ratio: 80%}]"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_matter_is_not_asked(old: str, new: str) -> None:
    assert old in DECIDED
    assert faults_of(DECIDED.replace(old, new)) == []


def test_a_part_that_is_both_in_and_out_is_no_answer() -> None:
    said = DECIDED.replace("base: [in_scope, deductible]", "base: [in_scope, deductible, over_cap]")
    (fault,) = faults_of(said)
    assert fault.refusal.code == refusals.LEFT_OPEN.code


@pytest.mark.parametrize(
    ("counted", "name"),
    [
        (Counted("each"), ""),
        (Counted("yearly", "a"), "a"),
        (Counted("daily", "a", ("institution",)), "a@{day}@{institution}"),
        (Counted("quarterly", "a", ("disease",)), "a@{quarter}@{disease}"),
    ],
)
def test_a_counter_is_named_after_what_it_runs_over(counted: Counted, name: str) -> None:
    assert counted.slot_name == name


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (("counted: yearly, counter: paid", "counted: monthly"), refusals.MISSING_KEY),
        (("counted: visit, ", "counted: visit, per: institution, "), refusals.MISSING_KEY),
        (("{rows: [{ratio: 60%}]}", "{rows: [{facts: {unheard: yes}, ratio: 60%}]}"), refusals.UNKNOWN_KEY),
        (("amount: 40}", "share: 20%, of: nothing}"), refusals.BAD_VALUE),
        (("amount: 40}", "share: 20%}"), refusals.MISSING_KEY),
        (("amount: 40}", "amount: 40, floor: 20}"), refusals.MISSING_KEY),
        (("base: [in_scope, deductible]", "base: [stent, deductible]"), refusals.BAD_VALUE),
        (("    order:", "    facts: {age: {to: 9, zh: 龄, en: age}}\n    order:"), refusals.BAD_VALUE),
        (
            ("    order:", "    facts: {b: {to: 9, answers: [a], zh: 双, en: b}}\n    order:"),
            refusals.MISSING_KEY,
        ),
        (("    order:", "    facts: {p: {percent: tcm, zh: 占, en: p}}\n    order:"), refusals.BAD_VALUE),
        (("id: visit", "id: visit\n      guarantee: {of: total, less: [nobody]}"), refusals.BAD_VALUE),
        (("    order:", "    account: {source: CASE}\n    order:"), refusals.MISSING_KEY),
    ],
)  # fmt: skip
def test_a_word_out_of_place_is_named(change: tuple[str, str], kind: refusals.RefusalKind) -> None:
    old, new = change
    assert old in DECIDED
    assert kind.code in {fault.refusal.code for fault in faults_of(DECIDED.replace(old, new))}
