"""What answers a pack's own questions: what the insured place has stored, or a party that is asked.

A fact may be `known_from` one of these words: the insured place then tells it from what it has stored, and
the counter need not ask. What nobody has stored is `asked_of` one of the parties, whom a refusal names.
"""

from __future__ import annotations

Phrase = tuple[str, str]

MONTHS, DAYS, AGAIN, PERSON_TYPE, INSTITUTION, IDENTITY, DIAGNOSIS, REFERRAL, CERTIFICATE, TRAIT, TRANSFER = (
    "insured_months",
    "stay_days",
    "same_level_again",
    "person_type",
    "institution",
    "identity",
    "diagnosis",
    "referral",
    "certificate",
    "trait",
    "transfer",
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
    IDENTITY: (
        "由参保地登记的人员身份得出（数值取身份等级）",
        "known from the special identities on record (a number is the identity's level)",
    ),
    DIAGNOSIS: ("由就诊病种编码得出", "known from the code of the visit's disease"),
    REFERRAL: ("由有效的转诊备案得出", "known from a referral on record that is in force"),
    CERTIFICATE: (
        "由有效的门诊慢特病认定得出",
        "known from the certificates of chronic or special diseases in force",
    ),
    TRAIT: (
        "由就医地登记的医疗机构特征得出",
        "known from what the care place has on record of the institution",
    ),
    TRANSFER: (
        "由本年度已结算住院得出（入院前一日或当日是否有出院）",
        "known from the year's settled stays: whether one ended on the day of admission or the day before",
    ),
}
"""What the insured place can tell by itself."""
NUMBERS = (MONTHS, DAYS)
"""Those that are whole numbers; an identity may be one, the others are answered yes or no."""
CODED = (PERSON_TYPE, INSTITUTION, IDENTITY, DIAGNOSIS, TRAIT)
"""Those that need `codes`: beginnings of the codes for which the answer is yes."""

SPECIAL = "special"
TRAITS: dict[str, Phrase] = {
    "provincial": ("省级医院", "a provincial hospital"),
    "municipal": ("市级医院", "a city hospital"),
    "district": ("区县属医院", "a hospital of a district or county"),
    "village": ("村卫生室", "a village station"),
    "psychiatric": ("精神病专科医院", "a hospital for mental illness"),
    "tuberculosis": ("结核病专科医院", "a hospital for tuberculosis"),
    SPECIAL: ("三级特等医院", "a special hospital of level 3"),
}
"""What the care place may record of an institution beside its level; the last follows from its grade."""

HERBS, PATENT_DRUGS, TCM_SERVICES, ESSENTIAL, NEGOTIATED, BEDS, CONSUMABLES = (
    "herbs",
    "patent_drugs",
    "tcm_services",
    "essential_drugs",
    "negotiated_drugs",
    "beds",
    "consumables",
)
MARKED: dict[str, Phrase] = {
    HERBS: ("中药饮片", "herbal slices"),
    PATENT_DRUGS: ("中成药", "Chinese patent drugs"),
    TCM_SERVICES: ("中医及民族医诊疗项目", "services of traditional medicine"),
    ESSENTIAL: ("国家基本药物", "essential drugs"),
    NEGOTIATED: ("国家谈判药品", "negotiated drugs"),
    BEDS: ("床位费", "beds"),
    CONSUMABLES: ("医用耗材", "consumables"),
}
"""Kinds of items whose sums the care place tells with every bill, by its own catalogue."""

ASKED_OF: dict[str, Phrase] = {
    "person": ("参保人", "the insured person"),
    "institution": ("医疗机构", "the institution"),
    "care_place": ("就医地经办机构", "the agency of the care place"),
    "insured_place": ("参保地经办机构", "the agency of the insured place"),
}
"""Who must supply what is not stored."""
