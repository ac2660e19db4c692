"""Why a policy cannot answer, and what can be wrong with a pack."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind


def _kind(
    number: int, cause_zh: str, cause_en: str, remedy_zh: str, remedy_en: str, *, heals: bool = False
) -> RefusalKind:
    return RefusalKind(
        code=f"POLICY-{number:02d}",
        refusal_class=RefusalClass.POLICY,
        actor=Actor.INSURED_PLACE,
        cause_zh=cause_zh,
        cause_en=cause_en,
        remedy_zh=remedy_zh,
        remedy_en=remedy_en,
        heals_with_time=heals,
    )


NO_PACK = _kind(
    1,
    "没有统筹区 {area} 险种 {scheme} 的待遇政策。",
    "There is no benefit policy for area {area} and scheme {scheme}.",
    "请参保地装入该统筹区的政策包，或先手工报销。",
    "The insured place must install a policy pack for this area; until then claim by hand.",
    heals=True,
)
OUTSIDE_SPAN = _kind(
    2,
    "统筹区 {area} 险种 {scheme} 的政策包不覆盖 {day}，只覆盖{known_zh}。",
    "The policy packs of area {area} and scheme {scheme} do not cover {day}, only {known_en}.",
    "请参保地补充该日期有效的政策。",
    "The insured place must add the policy in force on that day.",
    heals=True,
)
UNKNOWN_FIGURE = _kind(
    3,
    "政策包 {pack} 的 {key} 未知：{reason}。",
    "In policy pack {pack} the figure {key} is unknown: {reason}.",
    "请参保地核实并补充该数值；在此之前请手工报销。",
    "The insured place must find out and enter the figure; until then claim by hand.",
    heals=True,
)
UNKNOWN_ANSWER = _kind(
    4,
    "政策包 {pack} 不认识 {field} 的取值“{value}”，应为 {expected}。",
    "Policy pack {pack} does not know the value '{value}' of {field}; it must be one of {expected}.",
    "请更正人员、机构或就诊信息；信息无误时请参保地补充政策。",
    "Correct the person, institution or visit; if they are right, the insured place must extend the policy.",
)
NOT_SAID = _kind(
    5,
    "政策包 {pack} 的规定取决于 {field}（{words_zh}），就诊信息未说明。",
    "The rules of policy pack {pack} depend on {field} ({words_en}), which the visit does not say.",
    "请补充该信息后重试。",
    "Add it to the visit and ask again.",
)
NOT_READABLE = _kind(
    21,
    "文件不是可读的 YAML：{reason}。",
    "The file is not readable YAML: {reason}.",
    "请按提示的行更正格式。",
    "Correct the form at the line named.",
)
UNKNOWN_KEY = _kind(
    22,
    "键 {field} 不属于政策语言。",
    "The key {field} does not belong to the policy language.",
    "可用的键：{expected}。",
    "Keys that may stand here: {expected}.",
)
MISSING_KEY = _kind(
    23,
    "缺少键 {field}。",
    "The key {field} is missing.",
    "请写明：{expected}；这里没有默认值。",
    "Write it: {expected}; nothing is assumed here.",
)
BAD_VALUE = _kind(
    24,
    "{field} 的取值“{value}”不合规定。",
    "The value '{value}' of {field} is not of the expected form.",
    "应为：{expected}。",
    "It must be: {expected}.",
)
NO_SOURCE = _kind(
    25,
    "{field} 没有出处{value}。",
    "{field} has no source{value}.",
    "请写 source，并在 sources 中给出标题、日期、核对人和核对日期。",
    "Name a source, and give its title, date, who checked it and when under sources.",
)
GAP = _kind(
    26,
    "{field} 有空缺：{count} 种情形无规定，例如 {value}。",
    "{field} has a gap: {count} combinations have no rule, for example {value}.",
    "请补一行覆盖这些情形，或写 unknown 并说明原因。",
    "Add a row for them, or one that says unknown and why.",
)
OVERLAP = _kind(
    27,
    "{field} 有重叠：{count} 种情形有两条规定，例如 {value}（第 {lines} 行）。",
    "{field} overlaps: {count} combinations have two rules, for example {value} (lines {lines}).",
    "请缩小其中一行的条件。",
    "Narrow the conditions of one of the rows.",
)
FINER_THAN_BASIS_POINT = _kind(
    28,
    "{field} 的比例“{value}”细于万分之一。",
    "The ratio '{value}' of {field} is finer than a basis point.",
    "比例最多写到 0.01%。",
    "Ratios go down to 0.01%, no further.",
)
COMPLETION_NOT_MARKED = _kind(
    29,
    "{field} 使用了演示补全的数值，但政策包未标明 completed_for_demonstration。",
    "{field} uses a figure completed for demonstration, but the pack is not marked so.",
    "请在政策包写 completed_for_demonstration: yes，或改用有出处的数值或 unknown。",
    "Write completed_for_demonstration: yes in the pack, or use a sourced figure or unknown.",
)
RATIO_OUT_OF_RANGE = _kind(
    30,
    "{field} 调整后的比例为 {value}，不在 0% 至 100% 之间或不是整基点。",
    "The ratio of {field} after adjustment is {value}: not within 0% to 100%, or not whole basis points.",
    "请更正基础比例或调整值。",
    "Correct the ratio or the adjustment.",
)
SAME_AREA_TWICE = _kind(
    31,
    "统筹区 {area} 险种 {scheme} 在同一时期有两个政策包：{value}。",
    "Area {area} and scheme {scheme} have two packs for the same days: {value}.",
    "请删除一个，或使两者的期间不相交。",
    "Remove one, or make their spans disjoint.",
)
NOTHING_TO_BORROW = _kind(
    32,
    "{field}：政策包 {value} 没有可借用的内容。",
    "{field}: pack {value} has nothing that could be borrowed.",
    "请写出存在的政策包编号和医疗类别。",
    "Name a pack and kinds of care that exist.",
)
LEFT_OPEN = _kind(
    33,
    "{field} 没有写明，又没有默认：{question_zh}",
    "{field} is left open, and nothing is assumed: {question_en}",
    "请按出处选择：{choices}。",
    "Decide by the source: {choices}.",
)
ABOVE_NATIONAL_CEILING = _kind(
    41,
    "{field}：{value_zh}比本地低 {points} 个百分点；{law_zh}。",
    "{field}: {value_en}: {points} points less than at home, but {law_en}.",
    "请核对出处；如确为当地规定，请报上级。",
    "Check against the source; if it is the local rule, report it.",
)
BETTER_FILING_PAYS_LESS = _kind(
    42,
    "{field}：{better_zh}的待遇低于{worse_zh}，备案反而吃亏。",
    "{field}: {better_en} pays less than {worse_en}, so that filing is a loss.",
    "请核对出处；如确为当地规定，请报上级。",
    "Check against the source; if it is the local rule, report it.",
)
BREAKS_AT_BOUNDARY = _kind(
    43,
    "{field} 在分段、起付线或限额的边界处计算不一致：{value}。",
    "{field} does not add up at an edge of a band, deductible or cap: {value}.",
    "请核对该层的分段、起付线和限额；如数值无误，请报告程序缺陷。",
    "Check the bands, deductible and caps of the layer; if they are right, report a bug of the program.",
)
ALMOST_EQUAL_EDGES = _kind(
    44,
    "{field} 中 {value} 元与 {other} 元几乎相等，可能有一处是笔误。",
    "{field}: {value} and {other} yuan are almost equal; one of them is probably a slip.",
    "请核对出处，改成同一数值；如确为两个数值，可不理会。",
    "Check against the source and write one figure; where both are right, leave it.",
)
OUT_OF_SCALE = _kind(
    45,
    "{field} 中 {value} 元是 {other} 元的五十倍以上，可能写错了单位（金额以元计，不以分或万元计）。",
    "{field}: {value} yuan is over fifty times {other} yuan, perhaps the wrong unit (amounts are yuan).",
    "请核对出处和单位；数值无误时可不理会。",
    "Check the source and the unit; where the figure is right, leave it.",
)
