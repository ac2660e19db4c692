"""The words of a case in Chinese: each stands for the one English word it can mean at its place.

A word that sources use for more than one thing (自付, 自负, 报销比例 as a figure) is left as it is, and so
becomes an unknown word: the author must say which of them is meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from yidi.domain.policy.tree import Node

Words = Mapping[str, str]
Change = Callable[[Node], Node]

_CASE = {
    "编号": "id", "来源": "source", "出处": "source", "说明": "about", "备注": "note", "险种": "scheme",
    "统筹区": "area", "参保地": "area", "日期": "on", "政策": "policy", "规则": "policy", "参保人": "person",
    "人员": "person", "此前": "earlier", "就诊": "visit", "多次就诊": "visits", "账单": "bill",
    "费用": "bill", "个人账户": "account", "预期": "expect", "应为": "expect",
}  # fmt: skip
_SITUATION = {
    "人员类别": "class", "年龄": "age", "救助类别": "category", "公务员": "civil_servant", "缴费档次": "tier",
    "医疗类别": "care", "就医类别": "care", "医院级别": "level", "医院等级": "level", "级别": "level",
    "等次": "grade", "就医地": "place", "备案": "standing", "病种": "chronic", "第几次住院": "stay",
    "医疗机构": "institution", "日期": "on", "入院日期": "admitted_on", "预交金": "prepaid",
    "押金": "prepaid", "个人账户": "account", "次数": "times", "账单": "bill", "费用": "bill",
    "预期": "expect", "应为": "expect",
}  # fmt: skip
_BILL = {
    "总费用": "total", "费用总额": "total", "医疗总费用": "total", "自费": "out_of_scope",
    "全自费": "out_of_scope", "目录外": "out_of_scope", "自费药": "out_of_scope", "丙类": "out_of_scope",
    "超限价": "over_limit", "先行自付": "first_self", "先自付": "first_self", "合规费用": "in_scope",
    "目录内": "in_scope", "政策范围内": "in_scope", "政策范围内费用": "in_scope", "明细": "lines",
    "分类": "classes", "标记": "marks", "已支付": "already_paid", "已报销": "already_paid",
}  # fmt: skip
_LINE = {
    "名称": "name", "金额": "amount", "类别": "class", "先行自付": "first_self", "先自付": "first_self",
    "限价": "limit", "数量": "quantity", "单价": "unit_price", "标记": "mark", "备注": "note",
}  # fmt: skip
_CLASSES = {"甲": "A", "甲类": "A", "乙": "B", "乙类": "B", "丙": "C", "丙类": "C"}
_LAYER = {
    "基金": "fund", "起付线": "deductible", "起付标准": "deductible", "门槛费": "deductible",
    "报销比例": "ratio", "支付比例": "ratio", "分段": "bands", "封顶线": "cap", "最高支付限额": "payment_cap",
    "支付限额": "payment_cap", "费用限额": "cost_cap", "基数": "base", "层": "layers", "各层": "layers",
}  # fmt: skip
FUNDS = {
    "统筹": "pool", "统筹基金": "pool", "基本医保": "pool", "大额": "large_sum", "大额补助": "large_sum",
    "大病保险": "serious_illness", "大病": "serious_illness", "公务员补助": "civil_servant",
    "补充保险": "employer_supplement", "补充医疗保险": "employer_supplement", "医疗救助": "assistance",
    "商业保险": "other",
}  # fmt: skip
_FIGURES = {
    **{word: english for word, english in _BILL.items() if english not in ("lines", "classes", "marks")},
    **{f"{word}支付": f"{fund}_paid" for word, fund in FUNDS.items()},
    **FUNDS,
    "医保报销": "total_paid", "报销金额": "total_paid", "基金支付": "total_paid", "合计报销": "total_paid",
    "个人负担": "person_pays", "个人承担": "person_pays", "实际报销比例": "effective_ratio",
    "政策范围内报销比例": "in_scope_ratio", "账户支付": "account_paid", "账户余额": "account_left",
    "现金": "cash", "现金支付": "cash", "退费": "refund", "起付线": "deductible",
    "起付线以上": "above_deductible", "超限额": "over_cap", "限额前": "before_cap", "剩余额度": "room_left",
    "第一段": "band1", "第二段": "band2", "第三段": "band3", "第四段": "band4", "第五段": "band5",
    "发表": "published", "正确": "right", "原因": "why", "取整到": "rounded_to",
}  # fmt: skip
_SIGN = re.compile(r"( [+/-] |[.])")


def in_english(case: Node) -> Node:
    """Return the case with the words of this page in English; everything else stays as written."""
    return _mapped(case, _CASE, _INSIDE)


def _person(node: Node) -> Node:
    return _mapped(node, _SITUATION, {"bill": _bill, "expect": _figures})


def _several(node: Node) -> Node:
    return _each(node, lambda item: _mapped(item, _SITUATION, {**_INSIDE, "bill": _bill}))


def _earlier(node: Node) -> Node:
    return _mapped(node, {"多次就诊": "visits", "住院次数": "stays"}, {"visits": _several})


def _bill(node: Node) -> Node:
    return _mapped(node, _BILL, {"lines": _lines, "classes": _by_class, "already_paid": _paid})


def _lines(node: Node) -> Node:
    return _each(node, lambda item: _mapped(item, _LINE, {}))


def _by_class(node: Node) -> Node:
    found = _mapped(node, _CLASSES, {})
    inside = {name: _mapped(entry, _LINE, {}) for name, entry in (found.entries or {}).items()}
    return found if found.entries is None else Node(node.line, entries=inside)


def _paid(node: Node) -> Node:
    return _mapped(node, FUNDS, {})


def _policy(node: Node) -> Node:
    return _mapped(node, _LAYER, {"layers": _layers, "fund": _fund})


def _layers(node: Node) -> Node:
    if node.entries is not None:
        inside = {name: _mapped(entry, _LAYER, {"fund": _fund}) for name, entry in node.entries.items()}
        return Node(node.line, entries=inside)
    return _each(node, lambda item: _mapped(item, _LAYER, {"fund": _fund}))


def _fund(node: Node) -> Node:
    return node if node.text is None else Node(node.line, text=FUNDS.get(node.text, node.text))


def _figures(node: Node) -> Node:
    """Translate the names of figures, also inside `a + b` and `layer.figure`; a line's own name stays."""
    if node.entries is None:
        return node
    found: dict[str, Node] = {}
    for name, entry in node.entries.items():
        written = "".join(_FIGURES.get(part, part) for part in _SIGN.split(name))
        inside = entry if written in ("line", "class") else _figures(entry)
        found[name if written in found or written in node.entries else written] = inside
    return Node(node.line, entries=found)


_INSIDE = {
    "person": _person,
    "visit": _person,
    "visits": _several,
    "earlier": _earlier,
    "bill": _bill,
    "policy": _policy,
    "expect": _figures,
}


def _each(node: Node, change: Change) -> Node:
    if node.items is None:
        return node
    return Node(node.line, items=tuple(change(item) for item in node.items))


def _mapped(node: Node, words: Words, inside: Mapping[str, Change]) -> Node:
    """Translate the words of a mapping; one whose English word stands there too is left as it is."""
    if node.entries is None:
        return node
    found: dict[str, Node] = {}
    for name, entry in node.entries.items():
        written = words.get(name, name)
        if written != name and (written in found or written in node.entries):
            written = name
        change = inside.get(written)
        found[written] = entry if change is None else change(entry)
    return Node(node.line, entries=found)
