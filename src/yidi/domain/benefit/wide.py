"""The longer way of a visit whose rules need more than flat rows.

Marked parts of the bill, amounts told with the visit, counters that run over a day or at one institution,
what the hospital bears itself, and balances of the account in their order. The layers themselves are
walked by the same kernel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import astuple, replace

from yidi.domain.benefit.kernel import LayerRow, Outcome, exact, layer, prepared
from yidi.domain.benefit.planned import Plan, PlannedLayer, PlannedMark, SortedMark, Walked
from yidi.domain.benefit.refusals import AMOUNT_BELOW_ZERO, MARK_BEYOND_HEAD
from yidi.domain.benefit.situation import Benefit, Bill, Fund, Share, Situation, merged
from yidi.domain.money import GREATEST_FEN, share_fen
from yidi.domain.policy import refusals
from yidi.domain.policy.answers import FACT
from yidi.domain.policy.grammar import PARTS
from yidi.domain.policy.policy import Policy
from yidi.domain.policy.terms import THIS_VISIT, Fact
from yidi.domain.refusal import Refusal


class Widely(NamedTuple):
    """A benefit and every figure on the way."""

    benefit: Benefit
    walked: Walked


def derived(policy: Policy, situation: Situation, bill: Bill) -> Situation:
    """Add the facts that follow from the bill and from other facts; a sum below zero counts as zero."""
    said = dict(situation.facts)
    silent = {name: fact.not_said for name, fact in policy.terms.facts.items() if fact.not_said}
    for name, fact in policy.terms.facts.items():
        if fact.percent:
            whole = bill.total_fen if fact.of == "total" else bill.in_scope_fen
            marked = dict(situation.marks).get(fact.percent, 0)
            said[name] = str(min(max(marked, 0) * 100 // whole, 100) if whole > 0 else 0)
        elif fact.adds:
            added = _sum(fact, silent | said, situation.age)
            if added is not None:
                said[name] = str(max(added, 0))
    return replace(situation, facts=tuple(said.items()))


def _sum(fact: Fact, said: Mapping[str, str], age: int) -> int | None:
    """Add up other numbers; None when the visit does not tell one of them."""
    total = 0
    for name, sign in fact.adds:
        text = str(age) if name == "age" else said.get(name, "")
        if not (text.isascii() and text.isdigit()):
            return None
        total += sign * int(text)
    return total


def settle_wide(
    plan: Plan,
    situation: Situation,
    bill: Bill,
    counters: Mapping[str, int],
    account_balance_fen: int,
    use_account: bool,
) -> Widely | tuple[Refusal, ...]:
    """Walk a visit the longer way; refused for every amount that is missing, negative or inconsistent."""
    names, findings = counter_names(plan, situation)
    findings += unknown_names(plan, situation)
    given = _given(plan, situation, bill, findings)
    marks: list[SortedMark] = []
    heads, apart, excess = _marked(plan, situation, bill, findings, marks)
    if use_account and plan.policy.terms.account_unknown:
        findings.append(_unknown(plan, "account", plan.policy.terms.account_unknown))
    if findings:
        return tuple(findings)
    first_bear = share_fen(heads["in_scope"], plan.first_bear_bp) if plan.first_bear_bp else 0
    own, first, over, full = (heads[n] for n in ("in_scope", "first_self", "over_limit", "full_self"))
    parts = [own - first_bear, 0, 0, first_bear, first, over, full, *apart]
    purses = Purses(plan, situation, account_balance_fen if use_account else 0)
    if use_account:
        purses.pay(parts, first=True)
    before = [counters.get(name, 0) for name in names]
    now = before.copy()
    walk = Layers(plan, given, now, parts)
    walk.run()
    if walk.findings:
        return tuple(walk.findings)
    left = parts.copy()
    if use_account:
        purses.pay(left, first=False)
    if plan.stays_slot >= 0:
        now[plan.stays_slot] += 1
    hospital = walk.hospital + excess
    person = bill.total_fen - walk.funds - hospital
    account = min(purses.paid, person)
    found = Benefit(
        merged(walk.shares),
        walk.funds,
        person,
        account,
        person - account,
        hospital,
        walk.charged,
        walk.standard,
        tuple(
            (n, a - b) for n, a, b in zip(names, now, before, strict=True) if a != b and THIS_VISIT not in n
        ),
        plan.completed and walk.completed(),
        accounts=tuple(purses.made.items()),
    )
    return Widely(found, (first_bear, walk.outcomes, tuple(walk.rows), parts, tuple(marks)))


class Layers:
    """The walk over the layers of one visit."""

    def __init__(self, plan: Plan, given: list[int], now: list[int], parts: list[int]) -> None:
        self.plan, self.given, self.now, self.parts = plan, given, now, parts
        self.outcomes: list[Outcome | None] = []
        self.rows: list[LayerRow] = []
        self.paid: list[int] = []
        self.shares: list[Share] = []
        self.findings: list[Refusal] = []
        self.funds = self.charged = self.hospital = 0
        self.cut = 0
        """Ten-thousandths of a fen the layers so far paid too little, where only the total is rounded."""
        self.standard = -1

    def run(self) -> None:
        """Let every layer pay in its turn."""
        for planned, plain in zip(self.plan.layers, self.plan.rows, strict=True):
            row: LayerRow | None = plain
            if planned.extra is not None:
                row = prepared(plain, planned.extra, self.given, self.now, self.parts, self.paid)
            outcome = None if row is None else self._pay(row)
            self.outcomes.append(outcome)
            self.rows.append(plain if row is None else row)
            self.paid.append(0)
            if self.standard < 0 and row is not None and row[-1]:
                self.standard = row[1]
            if outcome is not None:
                self._book(planned, outcome)
        self.standard = max(self.standard, 0)

    def completed(self) -> bool:
        """Say whether a layer that had something to look at, or what stands beside them, was completed."""
        walked = zip(self.plan.layers, self.outcomes, strict=True)
        return self.plan.completed_beside or any(
            planned.completed and outcome is not None for planned, outcome in walked
        )

    def _pay(self, row: LayerRow) -> Outcome | None:
        """Let a layer pay; where only the total is rounded, a fen comes up where the running sum has it."""
        by_tier, bias = self.plan.rounding
        outcome = layer(row, (by_tier, bias + self.cut), self.now, self.parts)
        if self.plan.by_total and outcome is not None:
            _, _, _, start, stop, unclipped, paid, _, _, _ = outcome
            if paid == unclipped:  # a cap is whole fen: what it clips leaves nothing to round
                self.cut += exact(row[5], start, max(start, stop)) - 10_000 * paid
        return outcome

    def _book(self, planned: PlannedLayer, outcome: Outcome) -> None:
        """Book what a layer paid, and refuse what no source decides."""
        base, _, borne, _, _, unclipped, paid, _, room, _ = outcome
        self.paid[-1] = paid
        if planned.extra is not None and planned.extra[1]:
            self.now[planned.extra[1][1]] += borne
        for part, why in planned.layer.undecided:
            if self.parts[PARTS.index(part)] > 0:
                key = f"{planned.layer.id}.undecided.{part}"
                self.findings.append(_unknown(self.plan, key, why))
        if planned.open_caps and unclipped > paid:
            where = "ratios" if planned.ratios.unknown else "caps"
            self.findings.append(_unknown(self.plan, f"{planned.layer.id}.{where}", planned.open_caps[0]))
        if planned.layer.fund is Fund.HOSPITAL:
            self.hospital += paid
            return
        self.funds += paid
        if self.rows[-1][-1] or planned.layer.fund is Fund.POOL:
            self.charged += borne
        self.shares.append(Share(planned.layer.fund, paid, base, room))


class Purses:
    """The balances of the personal account and what each has paid."""

    def __init__(self, plan: Plan, situation: Situation, own_fen: int) -> None:
        told = dict(situation.amounts)
        self.plan = plan
        self.left = {p.balance: max(told.get(p.balance, 0), 0) for p in plan.purses if p.balance != "own"}
        self.left["own"] = max(own_fen, 0)
        self.made: dict[str, int] = {}
        self.paid = 0

    def pay(self, parts: list[int], *, first: bool) -> None:
        """Take from the parts what the balances of this turn may pay, in the order of the pack."""
        for purse in self.plan.purses:
            if purse.first == first:
                self._take(purse.balance, [self._index(name) for name in purse.pays], parts)
        if not self.plan.purses and not first:
            self._take("own", self.plan.account_parts, parts)

    def _index(self, name: str) -> int:
        if name in PARTS:
            return PARTS.index(name)
        apart = [mark.mark.name for mark in self.plan.marks if mark.mark.apart]
        return len(PARTS) + apart.index(name)

    def _take(self, balance: str, at: Sequence[int], parts: list[int]) -> None:
        for part in at:
            paid = min(self.left[balance], parts[part])
            if paid > 0:
                parts[part] -= paid
                self.left[balance] -= paid
                self.paid += paid
                if self.plan.purses:
                    self.made[balance] = self.made.get(balance, 0) + paid


def counter_names(plan: Plan, situation: Situation) -> tuple[tuple[str, ...], list[Refusal]]:
    """Fill the visit's day, institution and disease into the names of the counters."""
    day = situation.on[:10]
    filled = {
        "{day}": day,
        "{month}": day[:7],
        "{quarter}": f"{day[:4]}Q{(int(day[5:7]) + 2) // 3}",
        "{institution}": situation.institution,
        "{disease}": situation.chronic_code,
    }
    names, findings = [], []
    words = {"{institution}": ("医疗机构", "the institution"), "{disease}": ("病种", "the disease")}
    missing = set()
    for name in plan.counters:  # that of this very visit keeps its mark: nothing is stored under it
        for mark, value in filled.items():
            if mark in name:
                name = name.replace(mark, value)
                missing |= {mark} if not value else set()
        names.append(name)
    for mark in sorted(missing):
        zh, en = words[mark]
        pack = plan.policy.pack_id
        findings.append(refusals.NOT_SAID.because(mark.strip("{}"), pack=pack, words_zh=zh, words_en=en))
    return tuple(names), findings


def unknown_names(plan: Plan, situation: Situation) -> list[Refusal]:
    """Return a finding for every amount and mark the visit tells that the pack does not know."""
    terms = plan.policy.terms
    amounts = {*terms.amounts, *plan.given, *(p.balance for p in terms.purses), "prescriptions"}
    told = [("amounts", name, amounts) for name, _ in situation.amounts]
    told += [("marks", name, set(terms.marks)) for name, _ in situation.marks]
    return [
        refusals.UNKNOWN_ANSWER.because(
            where, pack=plan.policy.pack_id, value=name, expected=", ".join(sorted(known)) or "-"
        )
        for where, name, known in told
        if name not in known
    ]


def _given(plan: Plan, situation: Situation, bill: Bill, findings: list[Refusal]) -> list[int]:
    """Return the amounts the kernel is given: of the bill, then those told with the visit."""
    told = {"total": bill.total_fen, "in_scope": bill.in_scope_fen, **dict(situation.amounts)}
    for name, amount in situation.amounts:
        if not 0 <= amount <= GREATEST_FEN:
            findings.append(AMOUNT_BELOW_ZERO.because(name, amount=amount))
    for name in plan.given:
        if name not in told and name not in plan.policy.terms.carries:
            zh, en = plan.policy.terms.amounts.get(name, ("处方数", "the number of prescriptions"))
            pack = plan.policy.pack_id
            findings.append(refusals.NOT_SAID.because(name, pack=pack, words_zh=zh, words_en=en))
    return [told.get(name, 0) for name in plan.given]


def _marked(
    plan: Plan, situation: Situation, bill: Bill, findings: list[Refusal], done: list[SortedMark]
) -> tuple[dict[str, int], list[int], int]:
    """Sort the marked parts of the bill; returns its heads, the parts set apart, what the hospital bears."""
    _, full, over, first, scope = astuple(bill)
    heads = {"full_self": full, "over_limit": over, "first_self": first, "in_scope": scope}
    open_fen = heads.copy()
    told, apart, excess = dict(situation.marks), [], 0
    for each in plan.marks:
        mark, amount = each.mark, told.get(each.mark.name, 0)
        if not 0 <= amount <= open_fen[mark.of]:
            findings.append(
                MARK_BEYOND_HEAD.because(
                    mark.name, amount_fen=amount, head=mark.of, greatest_fen=open_fen[mark.of]
                )
            )
            continue
        open_fen[mark.of] -= amount
        above = _above_limit(each, situation, amount, findings)
        heads[mark.of] -= above
        if mark.excess == "hospital":
            excess += above
        else:
            heads[mark.excess] += above
        rest = amount - above
        shares = tuple((part, share_fen(amount - above, ratio_bp)) for part, ratio_bp in mark.shares)
        for part, share in shares:
            heads[mark.of] -= share
            heads[part] += share
            rest -= share
        if mark.apart:
            rest = rest if each.apart else 0
            heads[mark.of] -= rest
            apart.append(rest)
        if amount:
            done.append(SortedMark(mark, amount, above, shares, rest))
    return heads, apart, excess


def _above_limit(each: PlannedMark, situation: Situation, amount: int, findings: list[Refusal]) -> int:
    """Return what lies above the mark's limit, which may hold for each of a number."""
    if each.limit_fen is None:
        return 0
    number = 1
    if each.mark.times:
        name = each.mark.times.removeprefix(FACT)
        text = str(situation.age) if name == "age" else dict(situation.facts).get(name, "")
        if not (text.isascii() and text.isdigit()):
            findings.append(AMOUNT_BELOW_ZERO.because(name, amount=text or "-"))
            return 0
        number = int(text)
    return max(amount - each.limit_fen * number, 0)


def _unknown(plan: Plan, key: str, reason: str) -> Refusal:
    return refusals.UNKNOWN_FIGURE.because(key, pack=plan.policy.pack_id, key=key, reason=reason)
