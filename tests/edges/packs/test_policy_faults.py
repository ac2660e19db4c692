"""Every fault of a pack is named with its file, line, key and remedy, all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from yidi.domain.policy import refusals
from yidi.domain.policy.tree import Fault
from yidi.edges.packs.policy import PackFaults, describe, inspect_policies, read_policies

PACK = """\
pack: sample
area: '990100'
names: {zh: 样例, en: Sample}
confidence: low
completed_for_demonstration: no
known: {from: '2024-01-01'}
sources:
  S1: {title: A document, date: '2024-01-01', checked_by: somebody, checked_on: '2024-02-01'}
  D1: {title: A guess, date: unknown, checked_by: somebody, checked_on: '2024-02-01', completes: yes}
filing:
  unfiled_settles_directly: {value: yes, source: S1}
  same_province_other_city: {value: unfiled, source: S1}
  dual_treatment_with_papers: {value: referred, source: S1}
  dual_treatment_by_commitment: {value: temporary, source: S1}
  change_lock_months: {value: 6, source: S1}
  temporary_validity_months: {value: 6, source: S1}
schemes:
  '310':
    names: {zh: 职工, en: Employees}
    persons: [working, retired]
    year: {starts: 07-01, source: S1}
    rounding: {how: half_up, each: tier, source: S1}
    order: {funds: [pool], source: S1}
    account: {pays: [in_scope, deductible], source: S1}
    hospital_elsewhere: {level: same, source: S1}
    care:
      inpatient: {rule: covered, source: S1}
      outpatient: {rule: unknown, detail: nobody said}
      emergency_outpatient: {rule: as, detail: inpatient, source: S1}
      chronic: {rule: unknown, detail: nobody said}
      pharmacy: {rule: account_only, source: S1}
    layers:
    - id: inpatient
      fund: pool
      names: {zh: 住院, en: Inpatient}
      care: [inpatient]
      base: [in_scope]
      source: S1
      deductible:
        counted: each
        rows:
        - {level: [1, 2], amount: 500}
        - {level: 3, amount: 900}
      ratios:
        counted: each
        measured: above_deductible
        rows:
        - {person: working, ratio: 80%}
        - {person: retired, ratio: 85%}
        adjust:
        - {standing: [temporary, unfiled], points: -20}
      caps:
      - {on: payment, counted: yearly, counter: pool.paid, rows: [{amount: 100000}]}
"""
FRAME = """\
frame: national
sources:
  N1: {title: The frame, date: '2023', checked_by: somebody, checked_on: '2024-02-01'}
ceilings: {referred_or_emergency: 10, other_temporary: 20, source: N1}
"""


def written(folder: Path, *changes: tuple[str, str], frame: str = FRAME) -> Path:
    """Write the sample pack, with replacements, and the frame."""
    text = PACK
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    (folder / "sample.yaml").write_text(text, encoding="utf-8")
    (folder / "frame.yaml").write_text(frame, encoding="utf-8")
    return folder


def found(folder: Path) -> list[Fault]:
    """All findings."""
    return inspect_policies(folder)[1]


def line_of(text: str) -> int:
    """The line of the sample pack on which a text first stands."""
    return PACK[: PACK.index(text)].count("\n") + 1


def test_the_sample_pack_is_sound(tmp_path: Path) -> None:
    assert found(written(tmp_path)) == []


CASES = {
    "unknown key": (("base: [in_scope]", "base: [in_scope]\n      bases: []"), refusals.UNKNOWN_KEY),
    "missing key": (("confidence: low\n", ""), refusals.MISSING_KEY),
    "bad word": (("counted: each\n        rows", "counted: sometimes\n        rows"), refusals.BAD_VALUE),
    "bad amount": (("amount: 500", "amount: five"), refusals.BAD_VALUE),
    "negative amount": (("amount: 500", "amount: -5"), refusals.BAD_VALUE),
    "bad ratio": (("ratio: 80%", "ratio: 0.8"), refusals.BAD_VALUE),
    "ratio over one": (("ratio: 80%", "ratio: 101%"), refusals.BAD_VALUE),
    "falling bands": (("ratio: 80%", "bands: [[500, 80%], [400, 85%], [none, 90%]]"), refusals.BAD_VALUE),
    "bands without an end": (("ratio: 80%", "bands: [[500, 80%]]"), refusals.BAD_VALUE),
    "bad day": (("from: '2024-01-01'", "from: soon"), refusals.BAD_VALUE),
    "bad condition": (("person: working", "person: soldier"), refusals.BAD_VALUE),
    "bad stay": (("{level: 3,", "{stay: first, level: 3,"), refusals.BAD_VALUE),
    "group never declared": (("{level: 3,", "{category: poor, level: 3,"), refusals.BAD_VALUE),
    "no source": (("source: S1\n      deductible", "note: x\n      deductible"), refusals.NO_SOURCE),
    "source not listed": (("ratio: 80%", "ratio: 80%, source: S9"), refusals.NO_SOURCE),
    "gap": (("level: [1, 2]", "level: 1"), refusals.GAP),
    "covered care without a layer": (
        ("{rule: unknown, detail: nobody said}", "{rule: covered, source: S1}"),
        refusals.GAP,
    ),
    "overlap": (("level: [1, 2]", "level: [1, 2, 3]"), refusals.OVERLAP),
    "finer than a basis point": (("ratio: 80%", "ratio: 80.125%"), refusals.FINER_THAN_BASIS_POINT),
    "completion in a sourced pack": (
        ("ratio: 80%", "ratio: 80%, source: D1"),
        refusals.COMPLETION_NOT_MARKED,
    ),
    "ratio falls below zero": (("points: -20", "points: -90"), refusals.RATIO_OUT_OF_RANGE),
    "ratio breaks a basis point": (("points: -20", "self_factor: 33.33%"), refusals.RATIO_OUT_OF_RANGE),
    "fact known from a word nobody knows": (
        ("    persons:", "    facts: {f: {zh: f, en: f, to: 9, known_from: stars}}\n    persons:"),
        refusals.BAD_VALUE,
    ),
    "fact known by codes without codes": (
        (
            "    persons:",
            "    facts: {f: {zh: f, en: f, answers: [yes, no], known_from: person_type}}\n    persons:",
        ),
        refusals.MISSING_KEY,
    ),
    "fact known as yes or no with other answers": (
        (
            "    persons:",
            "    facts: {f: {zh: f, en: f, answers: [a], known_from: same_level_again}}\n    persons:",
        ),
        refusals.BAD_VALUE,
    ),
    "not yaml": (("confidence: low", "confidence: [low"), refusals.NOT_READABLE),
    "key twice": (("confidence: low", "confidence: low\nconfidence: low"), refusals.NOT_READABLE),
    "alias": (("persons: [working, retired]", "persons: &a [working]\n    tiers: *a"), refusals.NOT_READABLE),
    "once reached beside a figure": (("ratio: 80%", "ratio: 80%, once_reached: yes"), refusals.MISSING_KEY),
    "not below beside a figure": (("amount: 900", "amount: 900, not_below: 100"), refusals.MISSING_KEY),
    "unknown word of an inflow": (
        ("account: {pays:", "account: {inflow: [{persons: working, ratio: 2%}], pays:"),
        refusals.UNKNOWN_KEY,
    ),
    "inflow for nobody": (
        ("account: {pays:", "account: {inflow: [{person: soldier, ratio: 2%}], pays:"),
        refusals.BAD_VALUE,
    ),
    "inflow finer than a basis point": (
        ("account: {pays:", "account: {inflow: [{person: working, ratio: 2.125%}], pays:"),
        refusals.FINER_THAN_BASIS_POINT,
    ),
    "a use of the account that is no text": (
        ("account: {pays:", "account: {may_pay: [{premiums: yes}], pays:"),
        refusals.BAD_VALUE,
    ),
    "counter missing": (("counter: pool.paid, ", ""), refusals.MISSING_KEY),
    "fund without a place": (("funds: [pool]", "funds: [large_sum]"), refusals.MISSING_KEY),
    "borrowing from nowhere": (
        (
            "completed_for_demonstration: no",
            "completed_for_demonstration: yes\n"
            "borrowed_schemes: [{scheme: '390', pack: nowhere, source: D1}]",
        ),
        refusals.NOTHING_TO_BORROW,
    ),
}


@pytest.mark.parametrize(("change", "kind"), CASES.values(), ids=CASES.keys())
def test_a_fault_is_named_with_its_place_and_remedy(
    tmp_path: Path, change: tuple[str, str], kind: refusals.RefusalKind
) -> None:
    faults = found(written(tmp_path, change))
    mine = [fault for fault in faults if fault.refusal.code == kind.code]
    assert mine, faults
    for fault in mine:
        assert fault.file == "sample.yaml"
        assert fault.line >= 1
        assert fault.refusal.remedy_zh
        assert fault.refusal.remedy_en


def test_a_fault_carries_the_line_it_stands_on(tmp_path: Path) -> None:
    (fault,) = found(written(tmp_path, ("amount: 900", "amount: nine")))
    assert (fault.line, fault.key) == (
        line_of("amount: 900"),
        "schemes.310.layers[0].deductible.rows[1].amount",
    )
    assert describe(fault).startswith(f"sample.yaml:{fault.line}: {fault.key}: POLICY-24 ")


def test_all_faults_are_found_at_once(tmp_path: Path) -> None:
    folder = written(
        tmp_path, ("amount: 500", "amount: x"), ("ratio: 80%", "ratio: 80.125%"), ("pool.paid", "Pool Paid")
    )
    with pytest.raises(PackFaults) as raised:
        read_policies(folder)
    assert {fault.refusal.code for fault in raised.value.faults} == {"POLICY-24", "POLICY-28"}
    assert len(raised.value.faults) == 3


def test_a_gap_says_how_many_cases_and_shows_one(tmp_path: Path) -> None:
    (fault,) = found(written(tmp_path, ("level: [1, 2]", "level: 1")))
    assert "1 combinations" in fault.refusal.cause_en
    assert "level: 2" in fault.refusal.cause_en


def test_a_row_that_ends_early_leaves_a_gap_from_its_last_day(tmp_path: Path) -> None:
    folder = written(tmp_path, ("amount: 900}", "amount: 900, until: '2025-07-01'}"))
    assert [fault.refusal.code for fault in found(folder)] == [refusals.GAP.code]
    (folder / "sample.yaml").write_text(
        PACK.replace(
            "amount: 900}",
            "amount: 900, until: '2025-07-01'}\n        - {level: 3, amount: 950, from: '2025-07-01'}",
        ),
        encoding="utf-8",
    )
    assert found(folder) == []
    versions = inspect_policies(folder)[0].all()
    assert [(policy.start, policy.end) for policy in versions] == [
        ("2024-01-01", "2025-07-01"),
        ("2025-07-01", "9999-12-31"),
    ]


def test_two_packs_for_one_area_are_a_fault(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "twice.yaml").write_text(PACK.replace("pack: sample", "pack: other"), encoding="utf-8")
    (fault,) = found(folder)
    assert fault.refusal.code == refusals.SAME_AREA_TWICE.code


def test_falling_below_the_national_ceiling_is_a_warning_and_no_fault(tmp_path: Path) -> None:
    folder = written(tmp_path, ("points: -20", "points: -20.01"))
    (fault, *_) = found(folder)
    assert (fault.refusal.code, fault.warning) == (refusals.ABOVE_NATIONAL_CEILING.code, True)
    assert "20.01 points" in fault.refusal.cause_en
    assert read_policies(folder).all()


def test_exactly_at_the_national_ceiling_there_is_nothing_to_say(tmp_path: Path) -> None:
    change = (
        "{standing: [temporary, unfiled], points: -20}",
        "{standing: [referred, emergency], points: -10}\n"
        "        - {standing: [temporary, unfiled], points: -20}",
    )
    assert found(written(tmp_path, change)) == []


def test_referred_people_may_lose_ten_points_only(tmp_path: Path) -> None:
    folder = written(tmp_path, ("standing: [temporary, unfiled]", "standing: [referred, temporary, unfiled]"))
    assert {fault.refusal.code for fault in found(folder)} == {refusals.ABOVE_NATIONAL_CEILING.code}


def test_a_filing_that_pays_less_than_none_is_a_warning(tmp_path: Path) -> None:
    folder = written(tmp_path, ("standing: [temporary, unfiled]", "standing: [emergency, temporary]"))
    assert refusals.BETTER_FILING_PAYS_LESS.code in {fault.refusal.code for fault in found(folder)}
    assert read_policies(folder).all()


def test_a_share_borne_first_counts_towards_the_national_ceiling(tmp_path: Path) -> None:
    first = (
        "    own_share_first:\n      source: S1\n      rows:\n"
        "      - {standing: [temporary, unfiled], ratio: 26%}\n"
        "      - {standing: [local, long_term, referred, emergency], ratio: 0%}\n    layers:\n"
    )
    folder = written(tmp_path, ("    layers:\n", first), ("points: -20", "points: -0"))
    # 26 % of 80 % is 20.8 points, of 85 % 22.1
    (fault, *_) = found(folder)
    assert (fault.refusal.code, fault.warning) == (refusals.ABOVE_NATIONAL_CEILING.code, True)
    assert "20.8 points" in fault.refusal.cause_en


def test_the_frame_may_carry_rules_for_reading(tmp_path: Path) -> None:
    rule = (
        "rules:\n- {id: waiting, zh: 等待期, en: waiting, value: 3 months, source: N1, from: '2025-01-01'}\n"
    )
    assert found(written(tmp_path, frame=FRAME + rule)) == []
    (fault,) = found(written(tmp_path, frame=FRAME + rule.replace("source: N1", "source: N9")))
    assert (fault.file, fault.refusal.code) == ("frame.yaml", refusals.NO_SOURCE.code)


def test_deep_nesting_and_broken_bytes_are_faults_not_crashes(tmp_path: Path) -> None:
    (tmp_path / "deep.yaml").write_text("a: " + "[" * 60 + "]" * 60, encoding="utf-8")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00\x01")
    (tmp_path / "empty.yaml").write_text("", encoding="utf-8")
    (tmp_path / "list.yaml").write_text("- 1\n- 2\n", encoding="utf-8")
    files = {fault.file for fault in found(tmp_path)}
    assert files == {"deep.yaml", "bytes.yaml", "empty.yaml", "list.yaml"}


def test_a_gap_is_found_beside_faults_of_other_kinds(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        ("{level: [1, 2], amount: 500}", "{level: 1, amount: five}"),
        ("{person: working, ratio: 80%}", "{persons: working, ratio: 80%}"),
        ("counter: pool.paid, ", ""),
        ("confidence: low", "confidence: little"),
    )
    assert {(fault.key, fault.refusal.code) for fault in found(folder)} == {
        ("confidence", refusals.BAD_VALUE.code),
        ("schemes.310.layers[0].deductible", refusals.GAP.code),
        ("schemes.310.layers[0].deductible.rows[0].amount", refusals.BAD_VALUE.code),
        ("schemes.310.layers[0].ratios.rows[0].persons", refusals.UNKNOWN_KEY.code),
        ("schemes.310.layers[0].caps[0].counter", refusals.MISSING_KEY.code),
    }


@pytest.mark.parametrize(
    "change",
    [
        ("care: [inpatient]", "care: [hospital]"),
        ("persons: [working, retired]", "persons: [working, soldier]"),
        ("{level: 3, amount: 900}", "{levels: 3, amount: 900}"),
        ("from: '2024-01-01'", "from: soon"),
    ],
)
def test_no_gap_is_told_that_only_follows_from_another_fault(tmp_path: Path, change: tuple[str, str]) -> None:
    codes = {fault.refusal.code for fault in found(written(tmp_path, change))}
    assert codes
    assert not codes & {refusals.GAP.code, refusals.OVERLAP.code}


def test_a_gap_that_opens_on_a_day_names_the_days(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        (
            "amount: 900}",
            "amount: 900, until: '2025-01-01'}\n        - {level: 3, amount: 950, from: '2025-07-01'}",
        ),
    )
    (fault,) = found(folder)
    assert fault.refusal.code == refusals.GAP.code
    assert "level: 3, 2025-01-01 – 2025-07-01" in fault.refusal.cause_en


@pytest.mark.parametrize("upper", ["29999.99", "30000.01", "30001"])
def test_edges_that_are_almost_equal_are_a_warning(tmp_path: Path, upper: str) -> None:
    folder = written(
        tmp_path,
        ("ratio: 80%", "bands: [[30000, 80%], [none, 90%]]"),
        ("ratio: 85%", f"bands: [[{upper}, 85%], [none, 95%]]"),
    )
    (fault,) = found(folder)
    assert (fault.refusal.code, fault.warning) == (refusals.ALMOST_EQUAL_EDGES.code, True)
    assert fault.line == line_of("ratio: 85%")


def test_edges_that_are_equal_or_a_yuan_and_a_fen_apart_are_not(tmp_path: Path) -> None:
    for upper in ("30000", "30001.01"):
        folder = written(
            tmp_path,
            ("ratio: 80%", "bands: [[30000, 80%], [none, 90%]]"),
            ("ratio: 85%", f"bands: [[{upper}, 85%], [none, 95%]]"),
        )
        assert found(folder) == []


def test_an_amount_in_fen_beside_amounts_in_yuan_is_a_warning(tmp_path: Path) -> None:
    (fault,) = found(written(tmp_path, ("amount: 900", "amount: 90000")))
    assert (fault.refusal.code, fault.warning) == (refusals.OUT_OF_SCALE.code, True)
    assert fault.line == line_of("amount: 900")
    assert "90,000 yuan" in fault.refusal.cause_en
    assert found(written(tmp_path, ("amount: 900", "amount: 24999.99"))) == []
