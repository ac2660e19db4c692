"""A province's sub-code becomes the national code, and a neighbour in the numbering does not."""

from __future__ import annotations

import pytest

from yidi.domain.codes.chronic_disease import ChronicDisease, ChronicDiseases

DISEASES = ChronicDiseases(
    [
        ChronicDisease("M01600", "糖尿病", "diabetes", 1),
        ChronicDisease(
            "M07801", "尿毒症透析", "dialysis", 1, codes=("M07803", "M07804"), not_codes=("M07800",)
        ),
        ChronicDisease("M00200", "病毒性肝炎", "viral hepatitis", 2, not_codes=("M00209",)),
    ]
)


@pytest.mark.parametrize(
    ("code", "national"),
    [
        ("M07803", "M07801"),
        ("M07801", "M07801"),
        ("M07800", None),
        ("M01607", "M01600"),
        ("M00201", "M00200"),
        ("M00209", None),
        ("M06000", None),
    ],
)
def test_a_sub_code_maps_to_its_national_code(code: str, national: str | None) -> None:
    assert DISEASES.national_code(code) == national
    found = DISEASES.find(code)
    assert (found and found.code) == national


def test_the_list_keeps_its_order() -> None:
    assert [disease.code for disease in DISEASES.all()] == ["M01600", "M07801", "M00200"]
