"""The questions an author must answer: a pack that leaves one open where it matters is refused with it.

Each was found answered differently by real regions, so no answer may be assumed.
"""

from __future__ import annotations

from msgspec import Struct

from yidi.domain.policy import refusals
from yidi.domain.policy.tree import Reader


class Question(Struct, frozen=True):
    """What has to be decided, in both languages, and the ways to write the answer."""

    zh: str
    en: str
    choices: str


POINTS_OR_FACTOR = Question(
    "“降低 5%”是降低 5 个百分点，还是乘以 95%？",
    "does 'lower by 5 %' mean 5 points less, or times 95 %?",
    "points: -5, factor: 95%",
)
CAP_ON = Question(
    "限额针对基金支付金额，还是针对政策范围内费用？",
    "does the cap bound what the fund pays, or the cost it looks at?",
    "on: payment, on: cost",
)
BANDS_MEASURED = Question(
    "分段从零起计（含起付线），还是从起付线以上起计？",
    "are the bands counted from zero, deductible included, or from above the deductible?",
    "measured: with_deductible, measured: above_deductible",
)
BANDS_COUNTED = Question(
    "分段按每次住院（就诊）计算，还是按年度累计？",
    "are the bands counted anew for each stay or visit, or over the year?",
    "counted: each, counted: yearly with a counter",
)
WHAT_ENTERS = Question(
    "起付线、乙类先行自付、超限额费用是否计入大病（救助）基数：{part}？",
    "does {part} enter the base of serious-illness insurance or assistance?",
    "base: [..., {part}], leaves_out: [{part}], undecided: {{{part}: why}}",
)
LEVEL_ELSEWHERE = Question(
    "异地医院按什么级别适用本统筹区的规定：与其本身级别相同，还是一律按某一级？",
    "which level has a hospital elsewhere under this area's own classes: its own, or one for all?",
    "hospital_elsewhere: {level: same}, hospital_elsewhere: {level: 3}, hospital_elsewhere: {unknown: why}",
)
VISIT_DEDUCTIBLE = Question(
    "门诊起付线按每次就诊、同一机构每日、还是每张处方计算？",
    "is the outpatient deductible taken per visit, per day at an institution, or per prescription?",
    "counted: visit, counted: daily with per: institution and a counter, counted: prescription",
)


def ask(reader: Reader, line: int, key: str, question: Question, part: str = "") -> None:
    """Refuse a pack with the question it leaves open."""
    reader.fault(
        line,
        key,
        refusals.LEFT_OPEN,
        question_zh=question.zh.format(part=part) if part else question.zh,
        question_en=question.en.format(part=part) if part else question.en,
        choices=question.choices.format(part=part) if part else question.choices,
    )
