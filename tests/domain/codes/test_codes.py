"""National codes: what is read, what is written back, what is refused and with which words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yidi.domain.codes import refusals
from yidi.domain.codes.chronic_disease import check_chronic_disease, format_chronic_disease
from yidi.domain.codes.consumable import ConsumableCode, check_consumable, format_consumable
from yidi.domain.codes.diagnosis import check_diagnosis, format_diagnosis
from yidi.domain.codes.drug import DrugCode, DrugKind, check_drug, format_drug
from yidi.domain.codes.institution import (
    InstitutionCode,
    InstitutionKind,
    check_institution,
    format_institution,
)
from yidi.domain.codes.item import ItemKind, check_item_code
from yidi.domain.codes.operation import check_operation, format_operation
from yidi.domain.codes.physician import check_physician, format_physician
from yidi.domain.codes.service import ServiceCode, check_service, format_service
from yidi.domain.refusal import Refusal, RefusalKind

Check = Callable[[str, str], object]

WELL_FORMED: list[tuple[Check, Callable[..., str], str]] = [
    (check_institution, format_institution, "H43028100255"),
    (check_institution, format_institution, "P62100200036"),
    (check_physician, format_physician, "D210102000001"),
    (check_physician, format_physician, "Y211281000123"),
    (check_drug, format_drug, "XJ01CAA040A001010102699"),
    (check_drug, format_drug, "ZA06BBX0548010100293"),
    (check_drug, format_drug, "T001700001"),
    (check_service, format_service, "001102000000100"),
    (check_service, format_service, "001102000000100-110200002"),
    (check_consumable, format_consumable, "C0101010101000000001"),
    (check_consumable, format_consumable, "C01010101010000000011234567"),
    (check_diagnosis, format_diagnosis, "G40.900"),
    (check_diagnosis, format_diagnosis, "E11.600x015"),
    (check_diagnosis, format_diagnosis, "I10.x00x002"),
    (check_diagnosis, format_diagnosis, "G01.000*"),
    (check_operation, format_operation, "51.2300"),
    (check_operation, format_operation, "38.9300x004"),
    (check_chronic_disease, format_chronic_disease, "M03900"),
]
MALFORMED: list[tuple[Check, RefusalKind, str]] = [
    (check_institution, refusals.MALFORMED_INSTITUTION, "H4302810025"),
    (check_institution, refusals.MALFORMED_INSTITUTION, "K43028100255"),
    (check_physician, refusals.MALFORMED_PHYSICIAN, "D21010200001"),
    (check_drug, refusals.MALFORMED_DRUG, "XJ01CAA040A00101010269"),
    (check_drug, refusals.MALFORMED_DRUG, "AJ01CAA040A001010102699"),
    (check_service, refusals.MALFORMED_SERVICE, "00110200000010"),
    (check_service, refusals.MALFORMED_SERVICE, "001102000000100-1"),
    (check_consumable, refusals.MALFORMED_CONSUMABLE, "C010101010100000000"),
    (check_diagnosis, refusals.MALFORMED_DIAGNOSIS, "40.900"),
    (check_diagnosis, refusals.MALFORMED_DIAGNOSIS, "G40.9"),
    (check_operation, refusals.MALFORMED_OPERATION, "G51.23"),
    (check_chronic_disease, refusals.MALFORMED_CHRONIC_DISEASE, "M039"),
    (check_chronic_disease, refusals.MALFORMED_CHRONIC_DISEASE, "M٠٣٩٠٠"),
]


@pytest.mark.parametrize(("check", "write", "text"), WELL_FORMED)
def test_a_well_formed_code_is_written_back_as_it_was_read(
    check: Check, write: Callable[..., str], text: str
) -> None:
    assert write(check(f" {text} ", "code")) == text


@pytest.mark.parametrize(("check", "kind", "text"), MALFORMED)
def test_a_malformed_code_is_refused_with_field_value_and_form(
    check: Check, kind: RefusalKind, text: str
) -> None:
    refused = check(text, "the_field")
    assert isinstance(refused, Refusal)
    assert refused.code == kind.code
    for cause, expected in ((refused.cause_zh, "应为"), (refused.cause_en, "expected")):
        assert "the_field" in cause
        assert text in cause
        assert expected in cause


def test_the_parts_of_codes_are_told_apart() -> None:
    assert check_institution("P62100200036", "") == InstitutionCode(
        InstitutionKind.PHARMACY, "621002", "00036"
    )
    assert check_service("001102000000100-110200002", "") == ServiceCode("001102000000100", "110200002")
    assert check_consumable("C01010101010000000011234567", "") == ConsumableCode(
        "C0101010101000000001", "1234567"
    )
    western = check_drug("XJ01CAA040A001010102699", "")
    assert isinstance(western, DrugCode)
    assert (western.kind, western.pharmacological_class) == (DrugKind.WESTERN, "J01CA")
    herbal = check_drug("T001700001", "")
    assert isinstance(herbal, DrugCode)
    assert (herbal.kind, herbal.pharmacological_class) == (DrugKind.HERBAL, "")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("XJ01CAA040A001010102699", ItemKind.DRUG),
        ("ZA06BBX0548010100293", ItemKind.PATENT),
        ("T001700001", ItemKind.HERBAL),
        ("001102000000100", ItemKind.SERVICE),
        ("C0101010101000000001", ItemKind.CONSUMABLE),
    ],
)
def test_the_first_mark_says_what_an_item_is(text: str, kind: ItemKind) -> None:
    assert check_item_code(text) is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("X1", refusals.MALFORMED_DRUG),
        ("C1", refusals.MALFORMED_CONSUMABLE),
        ("12", refusals.MALFORMED_SERVICE),
        ("药", refusals.MALFORMED_ITEM),
        ("", refusals.MALFORMED_ITEM),
    ],
)
def test_a_malformed_item_code_is_refused_by_the_form_it_comes_nearest_to(
    text: str, kind: RefusalKind
) -> None:
    refused = check_item_code(text)
    assert isinstance(refused, Refusal)
    assert refused.code == kind.code


@given(st.text(max_size=80))
def test_no_text_breaks_a_check(text: str) -> None:
    for check, _, _ in WELL_FORMED:
        found = check(text, "field")
        assert found is not None
        if isinstance(found, Refusal):
            assert len(found.cause_zh) < 200
            assert found.cause_zh.isprintable()
