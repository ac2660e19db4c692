"""What answers a pack's own questions: what the insured place has stored, or a party that is asked.

A fact may be `known_from` one of these words: the insured place then tells it from what it has stored, and
the counter need not ask. What nobody has stored is `asked_of` one of the parties, whom a refusal names.
"""

from __future__ import annotations

Phrase = tuple[str, str]

MONTHS, DAYS, AGAIN, PERSON_TYPE, INSTITUTION = (
    "insured_months",
    "stay_days",
    "same_level_again",
    "person_type",
    "institution",
)
KNOWN: dict[str, Phrase] = {
    MONTHS: (
        "由参保登记得出（现行参保关系的整月数）",
        "known from enrolment: whole months of the relation in force",
    ),
    DAYS: ("由入院和出院日期得出（天数）", "known from the days of admission and discharge"),
    AGAIN: (
        "由本年度已结算住院得出（是否同级别再次住院）",
        "known from the year's settled stays: whether there was one at the same level",
    ),
    PERSON_TYPE: ("由人员类别得出", "known from the person type of the enrolment"),
    INSTITUTION: ("由医疗机构编码得出", "known from the institution's code"),
}
"""What the insured place can tell by itself."""
NUMBERS = (MONTHS, DAYS)
"""Those that are whole numbers; the others are answered yes or no."""
CODED = (PERSON_TYPE, INSTITUTION)
"""Those that need `codes`: beginnings of the codes for which the answer is yes."""

ASKED_OF: dict[str, Phrase] = {
    "person": ("参保人", "the insured person"),
    "institution": ("医疗机构", "the institution"),
    "care_place": ("就医地经办机构", "the agency of the care place"),
    "insured_place": ("参保地经办机构", "the agency of the insured place"),
}
"""Who must supply what is not stored."""
