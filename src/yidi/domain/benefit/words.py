"""Tells a computed benefit step by step, in words a patient understands, Chinese and English.

The fixed part of every sentence is made once a plan; a visit only fills in the amounts. Each band is
told by the kernel's own `line` over that band's stretch.
"""

from __future__ import annotations

from yidi.domain.benefit.kernel import ENDLESS, LayerRow, Outcome, RoundingRow, line
from yidi.domain.benefit.planned import Plan, PlannedLayer, SortedMark, Walked
from yidi.domain.benefit.situation import Benefit, Bill, Fund, Step
from yidi.domain.policy.phrases import adjustment_phrase, conditions_phrase, ratio_text
from yidi.domain.policy.phrases import yuan_text as yuan
from yidi.domain.policy.resolve import Found
from yidi.domain.policy.terms import Layer, Mark, Source

BORNE_FIRST = "bear %s yuan first."
"""How a deductible is told that the person bears; one that is only counted towards is told otherwise."""
_CATALOGUE = ("care-place-catalogue", "就医地医保目录 (the care place's catalogue)", "")
_IDENTITY = ("identity", "全国医保接口：总额 = 基金 + 个人 (national interface: total = funds + person)", "")


class Sentence:
    """A step with its amounts still to be filled in by `%`."""

    __slots__ = ("completed", "en", "rule", "source", "zh")

    def __init__(self, rule: str, zh: str, en: str, source: Source) -> None:
        self.rule = rule
        self.zh = zh
        self.en = en
        self.source = (source.id, source.title, source.url)
        self.completed = source.completes

    def step(
        self, texts: tuple[str, ...], given: int, result: int, numbers: tuple[tuple[str, int], ...]
    ) -> Step:
        """Fill in the amounts."""
        one, two, three = self.source
        return Step(
            self.rule,
            self.zh % texts,
            self.en % texts,
            one,
            two,
            three,
            given,
            result,
            numbers,
            self.completed,
        )


class LayerWords:
    """The sentences of one layer."""

    __slots__ = ("bands", "cap", "deductible", "rounded")

    def __init__(self, plan: Plan, planned: PlannedLayer, row: LayerRow) -> None:
        rule = f"{plan.policy.scheme}.{planned.layer.id}"
        self.deductible = _deductible_sentence(plan, planned, row, rule)
        self.bands = _band_sentences(plan, planned, row, rule)
        self.rounded = _rounded_sentence(plan, planned, rule)
        self.cap = _cap_sentence(plan, planned, row, rule)


def _named(of: Layer | Mark) -> tuple[str, str]:
    """Return the pack's names of a layer or a mark; a percent sign in them stands for itself."""
    return of.zh.replace("%", "%%"), of.en.replace("%", "%%")


def _because(plan: Plan, found: Found) -> tuple[str, str]:
    """Put the row's conditions and what changed its value into words, in brackets; empty: for all."""
    words = plan.policy.words
    told = [conditions_phrase(found.row.conditions, words)] if found.row.conditions else []
    told += [adjustment_phrase(each, words, of_ratio=bool(found.bands)) for each in found.applied]
    if not told:
        return "", ""
    zh, en = "；".join(zh for zh, _ in told), "; ".join(en for _, en in told)
    return f"（{zh}）".replace("%", "%%"), f" ({en})".replace("%", "%%")


def _deductible_sentence(plan: Plan, planned: PlannedLayer, row: LayerRow, rule: str) -> Sentence | None:
    rules, found, layer = planned.layer.deductible, planned.deductible, planned.layer
    if rules is None or found is None or row[1] == 0:
        return None
    zh, en = _because(plan, found)
    name_zh, name_en = _named(layer)
    standard = yuan(row[1])
    if layer.fund is Fund.HOSPITAL:
        zh = f"{name_zh}：医院承担 {standard} 元{zh}以上的部分，以内 %s 元由基金和个人分担。"
        en = (
            f"{name_en}: the hospital bears what is above {standard} yuan{en};"
            " the %s yuan up to there are shared by the funds and you."
        )
    elif rules.yearly and rules.counted.period != "yearly":
        period_zh, period_en = _PERIODS[rules.counted.period]
        zh = f"{name_zh}：{period_zh}起付线 {standard} 元{zh}，此前已付 %s 元，本次先由个人承担 %s 元。"
        en = (
            f"{name_en}: {period_en} deductible {standard} yuan{en}, of which %s yuan were used before;"
            f" this time you {BORNE_FIRST}"
        )
    elif rules.yearly and not row[-1]:
        zh = f"{name_zh}：年度起付线 {standard} 元{zh}，此前已计入 %s 元，本次计入 %s 元。"
        en = (
            f"{name_en}: pays above {standard} yuan a year{en};"
            " %s yuan were counted before, %s yuan count towards it now."
        )
    elif rules.yearly:
        zh = f"{name_zh}：年度起付线 {standard} 元{zh}，本年此前已付 %s 元，本次先由个人承担 %s 元。"
        en = (
            f"{name_en}: yearly deductible {standard} yuan{en}, of which %s yuan were used before;"
            f" this time you {BORNE_FIRST}"
        )
    else:
        zh = f"{name_zh}：起付线 {standard} 元{zh}，本次先由个人承担 %s 元。"
        en = f"{name_en}: deductible {standard} yuan{en}; this time you {BORNE_FIRST}"
    return Sentence(f"{rule}.deductible", zh, en, plan.policy.source(found.row.source))


def _band_sentences(plan: Plan, planned: PlannedLayer, row: LayerRow, rule: str) -> tuple[Sentence, ...]:
    layer, found = planned.layer, planned.ratios
    name_zh, name_en = _named(layer)
    because_zh, because_en = _because(plan, found)
    source = plan.policy.source(found.row.source)
    sentences = []
    lower = 0
    for number, (end, ratio) in enumerate(row[5], 1):
        share = ratio_text(ratio).replace("%", "%%")
        if len(row[5]) == 1:
            range_zh, range_en = "", ""
        elif end == ENDLESS:
            range_zh, range_en = f"{yuan(lower)} 元以上部分，", f"above {yuan(lower)} yuan, "
        else:
            range_zh = f"{yuan(lower)} 至 {yuan(end)} 元部分，"
            range_en = f"between {yuan(lower)} and {yuan(end)} yuan, "
        zh = f"{name_zh}：{range_zh}%s 元按 {share} 支付{because_zh}，付 %s 元。"
        en = f"{name_en}: {range_en}%s yuan are paid at {share}{because_en}: %s yuan."
        sentences.append(Sentence(f"{rule}.band{number}", zh, en, source))
        lower = end
    return tuple(sentences)


def _rounded_sentence(plan: Plan, planned: PlannedLayer, rule: str) -> Sentence:
    """Say that the layer, or all layers together, are rounded, where that differs from the bands' sum."""
    name_zh, name_en = _named(planned.layer)
    zh = f"{name_zh}：各段相加 %s 元，按整层取整为 %s 元。"
    en = f"{name_en}: the bands add up to %s yuan; rounded as a whole it is %s yuan."
    if plan.by_total:
        zh = f"{name_zh}：各段相加 %s 元；各基金支付合计后一次取整，本层计 %s 元。"
        en = f"{name_en}: the bands add up to %s yuan; all funds are rounded once: here %s yuan."
    key = plan.policy.terms.rounding.source or planned.ratios.row.source
    return Sentence(f"{rule}.rounded", zh, en, plan.policy.source(key))


_PERIODS = {
    "each": ("每次", "per visit"),
    "visit": ("每次", "per visit"),
    "prescription": ("每张处方", "per prescription"),
    "stay": ("每次", "per stay"),
    "daily": ("每日", "daily"),
    "monthly": ("每月", "monthly"),
    "quarterly": ("每季", "quarterly"),
    "yearly": ("年度", "yearly"),
}


def _cap_sentence(plan: Plan, planned: PlannedLayer, row: LayerRow, rule: str) -> Sentence | None:
    """Name every cap of the layer; amounts known only with the visit are read off its row."""
    later = {on_cost: [a for a, _ in caps] for on_cost, caps in ((True, row[6]), (False, row[7]))}
    later = {on: amounts[_fixed(planned, on) :] for on, amounts in later.items()}
    told_zh, told_en, source = [], [], None
    for cap, found in zip(planned.layer.caps, planned.caps, strict=True):
        amount_fen = found.row.not_below_fen if found.unknown else found.amount_fen
        if found.of or found.later:
            amount_fen = later[cap.on_cost].pop(0)
        if amount_fen is None:
            continue
        zh, en = _PERIODS[cap.counted.period]
        of_zh, of_en = ("费用", "on cost") if cap.on_cost else ("支付", "on payment")
        told_zh.append(f"{zh}{of_zh}限额 {yuan(amount_fen)} 元")
        told_en.append(f"the {en} cap {of_en} is {yuan(amount_fen)} yuan")
        if source is None and found.row.source:
            source = plan.policy.source(found.row.source)
    if source is None:
        return None
    name_zh, name_en = _named(planned.layer)
    zh = f"{name_zh}：应付 %s 元；{'、'.join(told_zh)}，实付 %s 元，%s 元费用超出限额。"
    en = (
        f"{name_en}: %s yuan would be due; {' and '.join(told_en)},"
        " so %s yuan are paid and %s yuan of cost lie above the cap."
    )
    return Sentence(f"{rule}.cap", zh, en, source)


def _fixed(planned: PlannedLayer, on_cost: bool) -> int:
    """Count the caps of a kind that stand before those the visit brings along."""
    pairs = zip(planned.layer.caps, planned.caps, strict=True)
    return sum(
        cap.on_cost == on_cost
        and not (found.of or found.later)
        and (found.row.not_below_fen if found.unknown else found.amount_fen) is not None
        for cap, found in pairs
    )


def explain_steps(plan: Plan, bill: Bill, found: Benefit, walked: Walked) -> tuple[Step, ...]:
    """Return every step from the total to the cash."""
    first_bear, outcomes, rows, _, sorted_marks = walked
    steps = [_bill_step(bill)]
    for mark in sorted_marks:
        steps.append(_mark_step(plan, mark))
    if first_bear:
        steps.append(_first_bear_step(plan, bill, first_bear))
    for planned, row, outcome in zip(plan.layers, rows, outcomes, strict=True):
        if outcome is None:
            continue
        words = planned.words
        if planned.layer.guarantee is not None or planned.layer.lump is not None:
            steps.append(_filled_step(plan, planned, outcome))
            continue
        if planned.extra is not None:
            words = LayerWords(plan, planned, row)
        elif type(words) is not LayerWords:
            words = planned.words = LayerWords(plan, planned, row)
        _layer_steps(words, row, plan.rounding, outcome, steps)
    _person_steps(bill, found, steps)
    return tuple(steps)


def _filled_step(plan: Plan, planned: PlannedLayer, outcome: Outcome) -> Step:
    """Tell what a guarantee fills up, or a lump sum."""
    base, paid, layer = outcome[0], outcome[6], planned.layer
    name_zh, name_en = _named(layer)
    because_zh, because_en = _because(plan, planned.ratios)
    source = plan.policy.source(planned.ratios.row.source)
    if layer.guarantee is not None:
        share = ratio_text(planned.ratios.bands[0][1]).replace("%", "%%")
        zh = f"{name_zh}：合计支付不低于 {share}{because_zh}，补足 %s 元。"
        en = f"{name_en}: together at least {share} are paid{because_en}; %s yuan make up for it."
    else:
        zh, en = f"{name_zh}：定额支付 %s 元。", f"{name_en}: a lump sum of %s yuan."
    sentence = Sentence(f"{plan.policy.scheme}.{layer.id}.band1", zh, en, source)
    return sentence.step((yuan(paid),), base, paid, (("paid_fen", paid),))


def _mark_step(plan: Plan, sorted_mark: SortedMark) -> Step:
    """Tell where a marked part of the bill went."""
    mark, amount, above, shares, apart = sorted_mark
    name_zh, name_en = _named(mark)
    zh, en = f"账单标记 {name_zh} %s 元", f"Of the bill %s yuan are {name_en}"
    texts, numbers = [yuan(amount)], [("amount_fen", amount)]
    if above:
        place_zh, place_en = _PLACES[mark.excess]
        zh, en = f"{zh}，超限 %s 元{place_zh}", f"{en}; %s yuan above the limit are {place_en}"
        texts.append(yuan(above))
        numbers.append(("above_limit_fen", above))
    for part, share in shares:
        place_zh, place_en = _PLACES[part]
        zh, en = f"{zh}，%s 元{place_zh}", f"{en}; %s yuan are {place_en}"
        texts.append(yuan(share))
        numbers.append((f"{part}_fen", share))
    if apart and mark.apart:
        zh, en = f"{zh}，%s 元单独计算", f"{en}; %s yuan are settled apart"
        texts.append(yuan(apart))
    key = mark.source or (mark.limit.rows[0].source if mark.limit is not None else "")
    source = plan.policy.source(key) if key else Source(*_CATALOGUE)
    sentence = Sentence(f"bill.{mark.name}", f"{zh}。", f"{en}.", source)
    return sentence.step(tuple(texts), amount, amount - above, tuple(numbers))


_PLACES = {
    "first_self": ("先行自付", "your first share"),
    "full_self": ("由个人全额承担", "not covered"),
    "over_limit": ("由个人承担", "yours to bear"),
    "hospital": ("由医院承担", "borne by the hospital"),
}


def _layer_steps(
    words: LayerWords, row: LayerRow, rounding: RoundingRow, outcome: Outcome, steps: list[Step]
) -> None:
    """Tell the deductible, every band touched and the cap of one layer."""
    base, _, charged, start, stop, unclipped, paid, over, room, due = outcome
    if words.deductible is not None:
        used = row[1] - due
        texts = (yuan(used), yuan(charged)) if row[2] >= 0 else (yuan(charged),)
        numbers = (("standard_fen", row[1]), ("used_before_fen", used), ("charged_fen", charged))
        steps.append(words.deductible.step(texts, base, charged, numbers))
    lower = added = 0
    for sentence, (end, ratio) in zip(words.bands, row[5], strict=True):
        first = start if start > lower else lower
        last = stop if stop < end else end
        if first < last:
            pays = line(row[5], first, last, rounding)
            added += pays
            numbers = (("from_fen", first), ("to_fen", last), ("ratio_bp", ratio))
            steps.append(sentence.step((yuan(last - first), yuan(pays)), last - first, pays, numbers))
        lower = end
    if added != unclipped:
        steps.append(words.rounded.step((yuan(added), yuan(unclipped)), added, unclipped, ()))
    if over and words.cap is not None:
        numbers = (("due_fen", unclipped), ("over_cap_fen", over), ("room_left_fen", room))
        steps.append(words.cap.step((yuan(unclipped), yuan(paid), yuan(over)), unclipped, paid, numbers))


def _bill_step(bill: Bill) -> Step:
    total, scope = yuan(bill.total_fen), yuan(bill.in_scope_fen)
    own, over, first = yuan(bill.full_self_fen), yuan(bill.over_limit_fen), yuan(bill.first_self_fen)
    zh = (
        f"总费用 {total} 元，其中全自费 {own} 元、超限价 {over} 元、先行自付 {first} 元，"
        f"政策范围内 {scope} 元。"
    )
    en = (
        f"Of the total of {total} yuan, {own} are not covered, {over} are above price limits,"
        f" {first} are your first share of class B items; {scope} yuan are in scope."
    )
    numbers = (
        ("full_self_fen", bill.full_self_fen),
        ("over_limit_fen", bill.over_limit_fen),
        ("first_self_fen", bill.first_self_fen),
    )
    return Step("bill.in_scope", zh, en, *_CATALOGUE, bill.total_fen, bill.in_scope_fen, numbers)


def _first_bear_step(plan: Plan, bill: Bill, first_bear: int) -> Step:
    found = plan.first_bear
    assert found is not None, "an amount was borne first without a rule"
    because_zh, because_en = _because(plan, found)
    share = ratio_text(plan.first_bear_bp).replace("%", "%%")
    sentence = Sentence(
        f"{plan.policy.scheme}.own_share_first",
        f"异地就医先行自付：%s 元的 {share}{because_zh}，为 %s 元。",
        f"Share borne first away from home: {share} of %s yuan{because_en}: %s yuan.",
        plan.policy.source(found.row.source),
    )
    texts = (yuan(bill.in_scope_fen), yuan(first_bear))
    return sentence.step(texts, bill.in_scope_fen, first_bear, (("ratio_bp", plan.first_bear_bp),))


BALANCES = {
    "own": ("本人账户", "your own balance"),
    "family": ("家庭共济", "the family's share"),
    "current_year": ("当年账户", "this year's balance"),
    "earlier_years": ("历年账户", "the balance of earlier years"),
}


def _person_steps(bill: Bill, found: Benefit, steps: list[Step]) -> None:
    total, funds, person = yuan(bill.total_fen), yuan(found.fund_total_fen), yuan(found.person_total_fen)
    less_zh = less_en = ""
    if found.hospital_fen:
        less = yuan(found.hospital_fen)
        less_zh, less_en = f"、医院承担 {less} 元", f" and {less} yuan by the hospital"
    steps.append(
        Step(
            "person.total",
            f"个人负担 {person} 元：总费用 {total} 元减去基金支付 {funds} 元{less_zh}。",
            f"You bear {person} yuan: the total of {total} yuan less {funds} yuan paid by the funds"
            f"{less_en}.",
            *_IDENTITY,
            bill.total_fen,
            found.person_total_fen,
            (("funds_fen", found.fund_total_fen),),
        )
    )
    for balance, paid in found.accounts:
        zh, en = BALANCES.get(balance, (balance, balance.replace("_", " ")))
        steps.append(
            Step(
                f"person.account.{balance}",
                f"个人账户（{zh}）支付 {yuan(paid)} 元。",
                f"Of your personal account, {en} pays {yuan(paid)} yuan.",
                *_IDENTITY,
                found.person_total_fen,
                paid,
            )
        )
    account, cash = yuan(found.account_fen), yuan(found.cash_fen)
    steps.append(
        Step(
            "person.cash",
            f"其中个人账户支付 {account} 元，现金支付 {cash} 元。",
            f"Of this your personal account pays {account} yuan and you pay {cash} yuan in cash.",
            *_IDENTITY,
            found.person_total_fen,
            found.cash_fen,
            (("account_fen", found.account_fen),),
        )
    )
