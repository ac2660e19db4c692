"""A dictionary names what it expected; a local code is still a code."""

from __future__ import annotations

from yidi.domain.codes.dictionary import Dictionaries, Dictionary, Meaning
from yidi.domain.codes.refusals import UNKNOWN_DICTIONARY_CODE
from yidi.domain.refusal import Refusal

KINDS = Dictionary(
    key="kinds",
    title_zh="就诊类别",
    identifier="visit_kind",
    title_en="kind of visit",
    meanings={
        "990101": Meaning("990101", "门诊单病种", region="430000"),
        "11": Meaning("11", "普通门诊", "general outpatient"),
        "21": Meaning("21", "普通住院"),
    },
)


def test_a_known_code_gives_its_meaning_in_both_languages() -> None:
    assert KINDS.check(" 11 ") == Meaning("11", "普通门诊", "general outpatient")
    assert (KINDS.meaning("21"), KINDS.meaning_en("21")) == ("普通住院", "普通住院")
    assert (KINDS.meaning("99"), KINDS.meaning_en("99")) == ("99", "99")
    assert "990101" in KINDS


def test_an_unknown_code_is_refused_with_field_value_and_the_national_codes_first() -> None:
    refused = KINDS.check("12x")
    assert isinstance(refused, Refusal)
    assert refused.code == UNKNOWN_DICTIONARY_CODE.code
    assert refused.cause_zh.index("11=普通门诊") < refused.cause_zh.index("990101=")
    assert "visit_kind" in refused.cause_en
    assert "'12x'" in refused.cause_en


def test_dictionaries_are_found_by_either_name() -> None:
    both = Dictionaries((KINDS,))
    assert both["kinds"] is both["visit_kind"] is KINDS
    assert both.all() == (KINDS,)
    assert "other" not in both
