"""The words of conditions, ratios and amounts, Chinese and English, as patients and officers read them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from yidi.domain.policy.answers import FACT
from yidi.domain.policy.terms import Adjustment, Conditions, Fact, Group

Phrase = tuple[str, str]
"""Chinese and English."""

FUNDS: dict[str, Phrase] = {
    "pool": ("基本医保统筹基金", "basic pool"),
    "large_sum": ("职工大额医疗费用补助", "large-sum fund"),
    "serious_illness": ("大病保险", "serious-illness insurance"),
    "civil_servant": ("公务员医疗补助", "civil-servant subsidy"),
    "employer_supplement": ("补充医疗保险", "supplementary insurance"),
    "assistance": ("医疗救助", "medical assistance"),
    "disabled_soldier": ("伤残军人医疗补助", "disabled-soldier fund"),
    "other": ("其他基金", "other fund"),
    "hospital": ("医院承担", "borne by the hospital"),
}
FILINGS: dict[str, Phrase] = {
    "resettled_retiree": ("异地安置退休人员", "resettled retirees"),
    "long_term_resident": ("异地长期居住人员", "long-term residents elsewhere"),
    "stationed_staff": ("常驻异地工作人员", "staff stationed elsewhere"),
    "referred": ("异地转诊人员", "people referred elsewhere"),
    "emergency": ("异地急诊抢救人员", "emergencies elsewhere"),
    "temporary": ("其他临时外出就医人员", "other people temporarily elsewhere"),
}
ANSWERS: dict[str, dict[str, Phrase]] = {
    "person": {
        "working": ("在职职工", "working"),
        "retired": ("退休人员", "retired"),
        "resident": ("成年居民", "adult resident"),
        "child": ("儿童", "child"),
        "student": ("学生", "student"),
    },
    "level": {
        "1": ("一级及以下医疗机构", "institution of level 1 or lower"),
        "2": ("二级医疗机构", "level 2 institution"),
        "3": ("三级医疗机构", "level 3 institution"),
    },
    "grade": {
        "A": ("甲等", "grade A"),
        "B": ("乙等", "grade B"),
        "C": ("丙等", "grade C"),
        "none": ("未定等", "ungraded"),
    },
    "kind": {
        "hospital": ("医院", "hospital"),
        "primary": ("基层医疗机构", "primary institution"),
        "tcm": ("中医医院", "traditional-medicine hospital"),
        "pharmacy": ("药店", "pharmacy"),
    },
    "care": {
        "inpatient": ("住院", "inpatient"),
        "outpatient": ("普通门诊", "outpatient"),
        "emergency_outpatient": ("急诊", "emergency outpatient"),
        "chronic": ("门诊慢特病", "chronic outpatient"),
        "pharmacy": ("药店购药", "pharmacy"),
    },
    "place": {
        "local": ("参保地", "at home"),
        "in_province": ("省内异地", "elsewhere in the province"),
        "other_province": ("跨省", "in another province"),
    },
    "standing": {
        "local": ("本地就医", "at home"),
        "long_term": ("长期异地备案", "filed long-term"),
        "referred": ("转诊备案", "referred"),
        "emergency": ("异地急诊", "emergency"),
        "temporary": ("临时外出备案", "filed as other temporary"),
        "unfiled": ("未备案", "unfiled"),
    },
    "contracted": {"yes": ("签约机构", "contracted institution"), "no": ("非签约机构", "not contracted")},
    "civil_servant": {"yes": ("公务员", "civil servant"), "no": ("非公务员", "no civil servant")},
}
PARTS: dict[str, Phrase] = {
    "in_scope": ("政策范围内未付部分", "unpaid cost in scope"),
    "deductible": ("起付线", "deductible"),
    "over_cap": ("超限额费用", "cost above the cap"),
    "first_bear": ("异地先行自付", "share borne first elsewhere"),
    "first_self": ("乙类先行自付", "first share of class B items"),
    "over_limit": ("超限价", "cost above price limits"),
    "full_self": ("全自费", "cost not covered"),
}
GROUP_ANSWERS: dict[str, dict[str, Phrase]] = {
    "chronic": {
        "none": ("无慢特病", "no chronic disease"),
        "other": ("其他慢特病", "another chronic disease"),
    },
    "category": {"none": ("非救助对象", "not in need"), "other": ("其他身份", "another category")},
}
PREFIXES: dict[str, Phrase] = {
    "age": ("{}", "aged {}"),
    "stay": ("{}住院", "{} of the year"),
    "tier": ("缴费档次 {}", "contribution tier {}"),
    "class": ("{} 类医院", "hospital class {}"),
}


Groups = Mapping[str, tuple[Group | Fact, ...]]
"""The pack's own words, by dimension; a fact stands alone under its own (`facts.x`)."""


def conditions_phrase(conditions: Conditions, groups: Groups) -> Phrase:
    """Put a row's conditions into words; a row without any is for everybody."""
    found = [_answers_phrase(name, answers, groups) for name, answers in conditions]
    if not found:
        return "所有情形", "every case"
    return "，".join(zh for zh, _ in found), ", ".join(en for _, en in found)


def _answers_phrase(name: str, answers: tuple[str, ...], groups: Groups) -> Phrase:
    if name.startswith(FACT):
        fact = groups[name][0]
        if answers == ("yes",):
            return fact.zh, fact.en
        if answers == ("no",):
            return f"非：{fact.zh}", f"not: {fact.en}"
        zh, en = any_of([_range_phrase(answer, name) for answer in answers])
        return f"{fact.zh} {zh}", f"{fact.en}: {en}"
    if name in GROUP_ANSWERS:
        found = {g.word: (g.zh, g.en) for g in groups.get(name, ()) if isinstance(g, Group)}
        own = found | GROUP_ANSWERS[name]
        return any_of([own[answer] for answer in answers])
    if name == "class" and name in groups:
        known = {g.word: (g.zh, g.en) for g in groups[name] if isinstance(g, Group)}
        return any_of([known.get(answer, (answer, answer)) for answer in answers])
    if name in PREFIXES:
        zh, en = PREFIXES[name]
        said = any_of([_range_phrase(answer, name) for answer in answers])
        return zh.format(said[0]), en.format(said[1])
    return any_of([ANSWERS[name][answer] for answer in answers])


def any_of(words: Sequence[Phrase]) -> Phrase:
    """Put answers side by side, one of which must hold: a、b或c; a, b or c."""
    *some_zh, last_zh = (zh for zh, _ in words)
    *some_en, last_en = (en for _, en in words)
    if not some_zh:
        return last_zh, last_en
    return f"{'、'.join(some_zh)}或{last_zh}", f"{', '.join(some_en)} or {last_en}"


def _range_phrase(answer: str, name: str) -> Phrase:
    """Write 60+, 0-14 and 2+ as people say it; the code tier2 as 2."""
    first, _, last = answer.removesuffix("+").partition("-")
    if name == "stay" and first.isdigit():
        return _stay_phrase(first, answer)
    unit = "岁" * (name == "age")
    if not first.isdigit() or (last and not last.isdigit()):
        plain = _TIER.fullmatch(answer) if name == "tier" else None
        return (answer, answer) if plain is None else (plain[1], plain[1])
    if answer.endswith("+"):
        return f"{first}{unit}及以上", f"{first} or more"
    if not last:
        return f"{first}{unit}", first
    if first == "0":
        return f"{last}{unit}及以下", f"{last} or less"
    return f"{first}至{last}{unit}", f"{first} to {last}"


_TIER = re.compile(r"tier(\d)", re.ASCII)
_ORDINALS = {"1": "first", "2": "second", "3": "third", "4": "fourth", "5": "fifth"}


def _stay_phrase(first: str, answer: str) -> Phrase:
    """Write which stay of the year it is."""
    ordinal = _ORDINALS.get(first, f"{first}th")
    if answer.endswith("+"):
        return f"第{first}次及以后各次", f"{ordinal} and every later stay"
    if answer != first:
        return f"第{answer}次", f"stays no. {answer}"
    return f"第{first}次", f"{ordinal} stay"


def spoken(text: str) -> Phrase:
    """Tell the two languages of a pack's remark apart: `无出处 (no source)`; one alone stands for both."""
    found = _SPOKEN.fullmatch(text.strip())
    if found is None or not _HAN.search(found[1]) or _HAN.search(found[2]):
        return text, text
    return found[1].strip(), found[2].strip()


_SPOKEN = re.compile(r"(.+?) \((.+)\)")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def ratio_text(ratio_bp: int) -> str:
    """Write basis points as a percentage: 8500 -> 85%, 9125 -> 91.25%."""
    whole, rest = divmod(abs(ratio_bp), 100)
    sign = "-" if ratio_bp < 0 else ""
    return f"{sign}{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%" if rest else f"{sign}{whole}%"


def yuan_text(amount_fen: int) -> str:
    """Write a non-negative amount as yuan: 123456 -> 1234.56 (the counter's fast form of `format_yuan`)."""
    return "%d.%02d" % divmod(amount_fen, 100)  # noqa: UP031 - twice as fast as a format string


def amount_text(amount_fen: int) -> str:
    """Write an amount as a rule prints it: 130000 -> 1,300, 9950 -> 99.50."""
    yuan, fen = divmod(amount_fen, 100)
    return f"{yuan:,}.{fen:02d}" if fen else f"{yuan:,}"


def adjustment_phrase(each: Adjustment, groups: Groups, *, of_ratio: bool = False) -> Phrase:
    """Put an adjustment into words, with the conditions that bring it about; `of_ratio`: not of an amount."""
    who_zh, who_en = conditions_phrase(each.conditions, groups)
    points = ratio_text(abs(each.amount)).removesuffix("%")
    per_zh, per_en = _per_phrase(each, groups)
    match each.kind:
        case "points":
            zh, en = ("下调", "minus") if each.amount < 0 else ("上调", "plus")
            return (
                f"{who_zh}{per_zh}{zh} {points} 个百分点",
                f"{who_en}: {en} {points} percentage points{per_en}",
            )
        case "factor" if each.amount == 0 and not of_ratio:
            return f"{who_zh}免收", f"{who_en}: waived"
        case "factor":
            return f"{who_zh}乘以 {ratio_text(each.amount)}", f"{who_en}: times {ratio_text(each.amount)}"
        case "self_factor":
            ratio = ratio_text(each.amount)
            return f"{who_zh}个人自付部分乘以 {ratio}", f"{who_en}: own share times {ratio}"
        case "add":
            zh, en = ("减", "less") if each.amount < 0 else ("加", "plus")
            amount = amount_text(abs(each.amount))
            return f"{who_zh}{per_zh}{zh} {amount} 元", f"{who_en}: {en} {amount} yuan{per_en}"
        case "add_amount":
            return f"{who_zh}加上 {each.name}", f"{who_en}: plus {each.name}"
        case "times":
            return f"{who_zh}{per_zh}各计一次", f"{who_en}: once{per_en}"
        case "ceiling_factor":
            ratio = ratio_text(each.amount)
            return f"不高于原数的 {ratio}", f"at most {ratio} of the figure before"
        case _:
            return _bound_phrase(each, (who_zh, who_en), of_ratio=of_ratio)


def _bound_phrase(each: Adjustment, who: Phrase, *, of_ratio: bool) -> Phrase:
    """Put a floor or a ceiling into words."""
    who_zh, who_en = who
    bound = ratio_text(each.amount) if of_ratio else amount_text(each.amount)
    zh, en = ("不低于", "at least") if each.kind == "floor" else ("不高于", "at most")
    unit_zh, unit_en = ("", "") if of_ratio else (" 元", " yuan")
    return f"{who_zh}{zh} {bound}{unit_zh}", f"{who_en}: {en} {bound}{unit_en}"


def _per_phrase(each: Adjustment, groups: Groups) -> Phrase:
    """Put what an adjustment counts over into words."""
    if not each.per:
        return "", ""
    if each.per == "age" and each.each == 1:
        over = (f"超过 {each.over} 岁后", f" above {each.over}") if each.over else ("", "")
        return f"{over[0]}年龄每岁", f" for each year of age{over[1]}"
    zh, en = ("年龄", "age") if each.per == "age" else (groups[each.per][0].zh, groups[each.per][0].en)
    over_zh, over_en = (f"超过 {each.over} 的部分", f" above {each.over}") if each.over else ("", "")
    return f"按“{zh}”{over_zh}每 {each.each} ", f" for every {each.each}{over_en} of: {en}"
