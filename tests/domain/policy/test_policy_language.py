"""What the words of the pack language mean, each on a small pack of its own."""

from __future__ import annotations

import pytest

from tests.edges.packs.test_policy_faults import PACK
from yidi.domain.benefit.settle import benefit, explain
from yidi.domain.benefit.situation import (
    Benefit,
    Bill,
    CareKind,
    PersonClass,
    Place,
    Situation,
    Standing,
)
from yidi.domain.policy.answers import parse_range, settled_place
from yidi.domain.policy.assemble import assemble
from yidi.domain.policy.grammar import read_pack
from yidi.domain.policy.phrases import ratio_text, yuan_text
from yidi.domain.policy.policy import Policy, year_of
from yidi.domain.policy.tree import Reader
from yidi.edges.packs.policy import read_tree

LAYER_END = "      - {on: payment, counted: yearly, counter: pool.paid, rows: [{amount: 100000}]}\n"


def policy_with(*changes: tuple[str, str], day: str = "2026-11-22") -> Policy:
    """The sample pack with replacements, as a policy of a day."""
    text = PACK
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    reader = Reader("sample.yaml")
    root = read_tree(text, reader)
    assert root is not None
    policies, faults = assemble([read_pack(root, reader)], None)
    assert not [*reader.faults, *faults]
    found = policies.find("990100", "310", day)
    assert isinstance(found, Policy), found
    return found


def pays(
    policy: Policy, in_scope_yuan: int, earlier: dict[str, int] | None = None, **visit: object
) -> Benefit:
    """The benefit of an inpatient bill all in scope, working person, level 3, first stay, at home."""
    said: dict[str, object] = {
        "scheme": "310",
        "person_class": PersonClass.WORKING,
        "age": 40,
        "level": 3,
        "care_kind": CareKind.INPATIENT,
        "place": Place.LOCAL,
        "standing": Standing.LOCAL,
        "on": "2026-11-22",
        **visit,
    }
    bill = Bill(in_scope_yuan * 100, 0, 0, 0, in_scope_yuan * 100)
    found = benefit(policy, Situation(**said), bill, earlier or {})  # type: ignore[arg-type]
    assert isinstance(found, Benefit), found
    return found


def test_points_and_factor_are_two_ways_to_lower_a_ratio() -> None:
    away = {"place": Place.OTHER_PROVINCE, "standing": Standing.UNFILED}
    assert pays(policy_with(), 10_900, **away).fund_total_fen == 6_000_00
    factor = policy_with(("points: -20", "factor: 80%"))
    assert pays(factor, 10_900, **away).fund_total_fen == 6_400_00


def test_self_factor_lowers_what_the_person_bears() -> None:
    policy = policy_with(("points: -20}", "points: -20}\n        - {age: 70+, self_factor: 50%}"))
    assert pays(policy, 10_900, age=69).fund_total_fen == 8_000_00
    assert pays(policy, 10_900, age=70).fund_total_fen == 9_000_00


def test_adjustments_of_a_deductible_apply_in_the_order_written() -> None:
    adjust = (
        "amount: 900}\n        adjust:\n        - {stay: 2+, factor: 50%}\n        - {stay: 3+, add: -200}\n"
    )
    policy = policy_with(("amount: 900}\n", adjust + "        - {floor: 300}\n"))
    assert [pays(policy, 10_000, stay_number=n).deductible_fen for n in (1, 2, 3, 9)] == [
        900_00,
        450_00,
        300_00,
        300_00,
    ]


def test_a_yearly_deductible_at_a_higher_standard_is_topped_up() -> None:
    counted = "counted: yearly\n        counter: deductible\n        rows:\n        - {level: [1, 2]"
    policy = policy_with(("counted: each\n        rows:\n        - {level: [1, 2]", counted))
    first = pays(policy, 400, level=1)
    assert (first.deductible_fen, first.deductible_standard_fen) == (400_00, 500_00)
    year = dict(first.counters)
    assert year["deductible"] == 400_00
    second = pays(policy, 10_000, year, level=3)
    assert second.deductible_fen == 500_00
    assert second.fund_total_fen == 7_600_00


@pytest.mark.parametrize(("measured", "paid_yuan"), [("with_deductible", 840), ("above_deductible", 800)])
def test_bands_count_from_zero_or_from_above_the_deductible(measured: str, paid_yuan: int) -> None:
    policy = policy_with(
        ("measured: above_deductible", f"measured: {measured}"),
        ("{person: working, ratio: 80%}", "{person: working, bands: [[1500, 80%], [none, 90%]]}"),
    )
    # 1,900 in scope, 900 deductible: from zero 600 @80% + 400 @90% = 840; from above 1,000 @80% = 800
    assert pays(policy, 1_900).fund_total_fen == paid_yuan * 100


def test_bands_may_count_over_the_year() -> None:
    policy = policy_with(
        ("counted: each\n        measured", "counted: yearly\n        counter: above\n        measured"),
        ("{person: working, ratio: 80%}", "{person: working, bands: [[1500, 80%], [none, 90%]]}"),
    )
    first = pays(policy, 1_900)
    assert (first.fund_total_fen, dict(first.counters)["above"]) == (800_00, 1_000_00)
    # the year stands at 1,000: 500 more at 80%, then 500 at 90%
    assert pays(policy, 1_900, dict(first.counters)).fund_total_fen == 850_00


def test_a_cap_on_cost_and_a_cap_on_payment_differ() -> None:
    payment = policy_with(("amount: 100000", "amount: 10000"))
    cost = policy_with(("on: payment", "on: cost"), ("amount: 100000", "amount: 10000"))
    assert pays(payment, 20_900).fund_total_fen == 10_000_00
    # of 20,900 only 10,000 are looked at; 900 are deductible
    assert pays(cost, 20_900).fund_total_fen == 7_280_00


def test_the_lowest_of_several_caps_binds_and_each_is_counted() -> None:
    visit_cap = LAYER_END + "      - {on: payment, counted: each, rows: [{amount: 300}]}\n"
    policy = policy_with((LAYER_END, visit_cap))
    found = pays(policy, 10_900, {"pool.paid": 0})
    assert (found.fund_total_fen, dict(found.counters)["pool.paid"]) == (300_00, 300_00)
    nearly = pays(policy, 10_900, {"pool.paid": 99_900_00})
    assert nearly.fund_total_fen == 100_00


@pytest.mark.parametrize(("fen_below", "room_fen"), [(1, 1), (0, 0)])
def test_one_fen_on_each_side_of_the_cap(fen_below: int, room_fen: int) -> None:
    policy = policy_with(("points: -20}", "points: -20}\n        - {level: 3, self_factor: 0%}"))
    found = pays(policy, 100_900, {"pool.paid": 0})
    assert found.shares[0].room_fen == 0
    bill = Bill(100_900_00 - fen_below, 0, 0, 0, 100_900_00 - fen_below)
    situation = Situation(
        scheme="310",
        person_class=PersonClass.WORKING,
        age=40,
        level=3,
        care_kind=CareKind.INPATIENT,
        place=Place.LOCAL,
        standing=Standing.LOCAL,
        on="2026-11-22",
    )
    told = explain(policy, situation, bill, {})
    assert isinstance(told, Benefit)
    assert told.shares[0].room_fen == room_fen
    assert not any(step.rule.endswith(".cap") for step in told.steps)


def test_a_share_borne_first_is_taken_off_before_the_home_rule() -> None:
    first = (
        "    own_share_first:\n      source: S1\n      rows:\n"
        "      - {standing: [temporary, unfiled], ratio: 10%}\n"
        "      - {standing: [local, long_term, referred, emergency], ratio: 0%}\n    layers:\n"
    )
    policy = policy_with(("    layers:\n", first), ("points: -20", "points: -0"))
    away = {"place": Place.OTHER_PROVINCE, "standing": Standing.TEMPORARY}
    # 10% of 10,000 first; then 9,000 less 900 at 80%: it costs 8 points, not 10
    assert pays(policy, 10_000, **away).fund_total_fen == 6_480_00
    assert pays(policy, 10_000).fund_total_fen == 7_280_00


def test_emergency_outpatient_care_may_count_as_another_kind() -> None:
    found = pays(policy_with(), 10_900, care_kind=CareKind.EMERGENCY_OUTPATIENT)
    assert found.fund_total_fen == 8_000_00


def test_the_benefit_year_may_begin_in_july() -> None:
    policy = policy_with()
    assert year_of(policy, "2026-06-30") == "2025-07-01"
    assert year_of(policy, "2026-07-01") == "2026-07-01"


def test_the_version_in_force_on_the_day_answers() -> None:
    rows = "amount: 900, until: '2026-01-01'}\n        - {level: 3, amount: 950, from: '2026-01-01'}"
    change = ("amount: 900}", rows)
    assert pays(policy_with(change, day="2025-12-31"), 10_000).deductible_fen == 900_00
    assert pays(policy_with(change, day="2026-01-01"), 10_000).deductible_fen == 950_00


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3", (3, 3)),
        ("60+", (60, None)),
        ("0-14", (0, 14)),
        ("14-0", None),
        ("x", None),
        ("3-", None),
        ("²", None),
        ("5000", None),
        ("1-2+", None),
    ],
)
def test_ranges_are_read_or_refused(text: str, found: tuple[int, int | None] | None) -> None:
    assert parse_range(text) == found


@pytest.mark.parametrize(
    ("place", "standing", "found"),
    [
        (Place.OTHER_PROVINCE, Standing.LOCAL, (Place.LOCAL, Standing.LOCAL)),
        (Place.LOCAL, Standing.LONG_TERM, (Place.LOCAL, Standing.LOCAL)),
        (Place.LOCAL, Standing.REFERRED, (Place.OTHER_PROVINCE, Standing.REFERRED)),
        (Place.LOCAL, Standing.TEMPORARY, (Place.OTHER_PROVINCE, Standing.TEMPORARY)),
        (Place.IN_PROVINCE, Standing.UNFILED, (Place.IN_PROVINCE, Standing.UNFILED)),
    ],
)
def test_a_visit_is_looked_up_where_the_filing_rules_put_it(
    place: Place, standing: Standing, found: tuple[Place, Standing]
) -> None:
    assert settled_place(place, standing) == found


def test_amounts_and_ratios_are_written_plainly() -> None:
    assert [ratio_text(bp) for bp in (0, 8_500, 9_550, 9_125, 10_000)] == [
        "0%",
        "85%",
        "95.5%",
        "91.25%",
        "100%",
    ]
    assert [yuan_text(fen) for fen in (0, 5, 123_456)] == ["0.00", "0.05", "1234.56"]
