"""An institution declares its month: the figures are those of the care place's own settlements, to the fen.

Source: regulation 5.2 (14) and 7.8; national interface 清算申请, 清算申请撤销.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from yidi.domain.money import format_yuan
from yidi.domain.money_terms.terms import MoneyTerms
from yidi.domain.refusal import Refusal
from yidi.processes.payment.agreeing import agreed_with, day_after_month, needs_agreements, needs_area
from yidi.processes.payment.commands import DeclareMonth, WithdrawDeclaration
from yidi.processes.payment.month import (
    Institution,
    booked_of,
    days_of,
    declared_of,
    in_scope_of,
    needs_month,
    open_of,
)
from yidi.processes.payment.records import (
    DECLARATION,
    Declaration,
    DeclarationState,
    DeclaredScheme,
    DeclaredSettlement,
)
from yidi.processes.payment.refusals import (
    CLEARING_KIND_UNKNOWN,
    DECLARATION_PENDING,
    DECLARATION_STATE,
    DECLARATION_UNKNOWN,
    DECLARED_TOO_LATE,
    FIGURE_DIFFERS,
    MONTH_NOT_OVER,
    NOT_A_MONTH,
    NOTHING_TO_DECLARE,
    RECOGNISED_OUT_OF_RANGE,
    SPAN_NOT_THE_MONTH,
)
from yidi.processes.ports.deciding import Decision, Done, Facts, Key, Moment, accepted, refused
from yidi.processes.settlement.records import SettlementAnswered
from yidi.processes.settlement.views import CARE_KINDS

STATES_ZH = {
    DeclarationState.DECLARED: "已申报",
    DeclarationState.WITHDRAWN: "已撤销",
    DeclarationState.RETURNED: "已退回",
    DeclarationState.ACCEPTED: "已受理",
    DeclarationState.PAID: "已拨付",
}


def month_of(command: DeclareMonth) -> Institution:
    """Name the month that is declared."""
    return Institution(command.jurisdiction, command.sender, command.month)


def needs_declared(command: DeclareMonth, facts: Facts) -> Iterable[Key]:
    """Name the month's settlements and the institution."""
    yield from needs_month(month_of(command))
    yield from needs_area(command.jurisdiction, command.sender)


def needs_agreed(command: DeclareMonth, facts: Facts) -> Iterable[Key]:
    """Name the agreements that may hold."""
    return needs_agreements(command.jurisdiction, command.sender, facts)


class Declaring:
    """Takes declarations under the terms of the day."""

    def __init__(self, terms: MoneyTerms) -> None:
        self._terms = terms

    def declare(self, command: DeclareMonth, facts: Facts, moment: Moment) -> Decision:
        """Take a month's declaration, or say everything that is wrong with it."""
        found = list(faults_of_month(command, moment))
        if found:
            return refused(command, *found)
        here, today = command.jurisdiction, moment.today.isoformat()
        agreed = agreed_with(here, command.sender, today, facts, self._terms)
        if isinstance(agreed, Refusal):
            return refused(command, agreed)
        declare_by = day_after_month(command.month, agreed.declare_by_day)
        late = today > declare_by
        if late and agreed.refuses_late:
            found.append(DECLARED_TOO_LATE.because("month", month=command.month, declare_by=declare_by))
        rows = [row for row in open_of(month_of(command), facts) if of_kind(row, command.clearing_kind)]
        found += pending(command, facts) or nothing_left(command, rows) or figures_differ(command, rows)
        if found:
            return refused(command, *found)
        declaration = first_version(command, moment, declare_by, late)
        records = (declaration, *held_by(declaration, rows))
        return accepted(command, Done(reference=declaration.declaration_id), *records)


def of_kind(row: SettlementAnswered, clearing_kind: str) -> bool:
    """Say whether a settlement belongs to a clearing kind."""
    return row.care_kind in CARE_KINDS[clearing_kind]


def faults_of_month(command: DeclareMonth, moment: Moment) -> Iterator[Refusal]:
    """Find what is wrong with month, days and clearing kind."""
    days = days_of(command.month)
    if not days:
        yield NOT_A_MONTH.because("month", month=command.month)
    elif (command.since, command.until) != (days[0], days[-1]):
        yield SPAN_NOT_THE_MONTH.because(
            "since", since=command.since, until=command.until, month=command.month
        )
    if days and moment.today.isoformat() <= days[-1]:
        yield MONTH_NOT_OVER.because("month", month=command.month, today=moment.today.isoformat())
    if command.clearing_kind not in CARE_KINDS:
        known = ", ".join(CARE_KINDS)
        yield CLEARING_KIND_UNKNOWN.because("clearing_kind", kind=command.clearing_kind, known=known)


def pending(command: DeclareMonth, facts: Facts) -> list[Refusal]:
    """Refuse a declaration beside one that still waits and holds settlements of the same kind."""
    of = month_of(command)
    declared = declared_of(of, facts)
    waiting = {
        declared[row.settlement_id].declaration_id
        for row in booked_of(of, facts)
        if of_kind(row, command.clearing_kind)
        and row.settlement_id in declared
        and declared[row.settlement_id].state == DeclarationState.DECLARED
    }
    return [
        DECLARATION_PENDING.because("month", month=command.month, declaration_id=number)
        for number in sorted(waiting)
    ]


def nothing_left(command: DeclareMonth, rows: Sequence[SettlementAnswered]) -> list[Refusal]:
    """Refuse a declaration of nothing."""
    if rows:
        return []
    return [NOTHING_TO_DECLARE.because("clearing_kind", month=command.month, kind=command.clearing_kind)]


def figures_differ(command: DeclareMonth, rows: Sequence[SettlementAnswered]) -> list[Refusal]:
    """Compare every figure declared with the sums of the settlements; both are told."""
    said, found = command.figures, []
    total_fen = sum(row.total_fen for row in rows)
    amounts = (
        ("total_fen", "医疗费总额", "the total", said.total_fen, total_fen),
        ("fund_fen", "基金申报总额", "the fund amount", said.fund_fen, sum(row.fund_fen for row in rows)),
        ("account_fen", "个人账户支出", "the account amount", said.account_fen,
         sum(row.account_fen for row in rows)),
        ("cash_fen", "现金支付金额", "the cash amount", said.cash_fen, sum(row.cash_fen for row in rows)),
    )  # fmt: skip
    for field, name_zh, name_en, mine, ours in amounts:
        if mine != ours:
            found.append(
                FIGURE_DIFFERS.because(
                    field,
                    month=command.month,
                    name_zh=name_zh,
                    name_en=name_en,
                    said=format_yuan(mine),
                    have=format_yuan(ours),
                )
            )
    count = settlements_in(rows)
    if said.settlements != count:
        names = {"name_zh": "清算人次", "name_en": "the number of settlements"}
        found.append(
            FIGURE_DIFFERS.because(
                "settlements", month=command.month, said=said.settlements, have=count, **names
            )
        )
    return [*found, *not_recognised(said.recognised_fen, rows, total_fen)]


def settlements_in(rows: Iterable[SettlementAnswered]) -> int:
    """Count settlements: one that is undone takes one away."""
    return sum(-1 if row.undoes else 1 for row in rows)


def not_recognised(said_fen: int, rows: Iterable[SettlementAnswered], total_fen: int) -> Iterator[Refusal]:
    """Refuse recognised costs outside what any reading of the field allows: in scope up to the total."""
    in_scope_fen = sum(in_scope_of(row) for row in rows)
    least, most = sorted((in_scope_fen, total_fen))
    if not least <= said_fen <= most:
        yield RECOGNISED_OUT_OF_RANGE.because(
            "recognised_fen", said=format_yuan(said_fen), least=format_yuan(least), most=format_yuan(most)
        )


def first_version(command: DeclareMonth, moment: Moment, declare_by: str, late: bool) -> Declaration:
    """Make the declaration's first version."""
    said = command.figures
    return Declaration(
        command.jurisdiction,
        f"Q{command.jurisdiction}{moment.reference}",
        1,
        command.sender,
        command.month,
        command.clearing_kind,
        command.clearing_way,
        DeclarationState.DECLARED.value,
        said.settlements,
        said.total_fen,
        said.recognised_fen,
        said.fund_fen,
        said.account_fen,
        said.cash_fen,
        moment.today.isoformat(),
        declare_by,
        int(late),
        "",
        "",
        "",
        moment.instant,
    )


def held_by(
    declaration: Declaration, rows: Iterable[SettlementAnswered]
) -> Iterator[DeclaredSettlement | DeclaredScheme]:
    """Say which settlements a declaration holds, and what it comes to in each scheme."""
    here, number = declaration.jurisdiction, declaration.declaration_id
    sums: dict[str, DeclaredScheme] = {}
    for row in rows:
        yield DeclaredSettlement(
            here, row.settlement_id, number, declaration.institution_code, declaration.month,
            row.scheme, row.fund_fen, row.account_fen,
        )  # fmt: skip
        so_far = sums.get(row.scheme) or DeclaredScheme(here, number, row.scheme, 0, 0, 0)
        sums[row.scheme] = so_far._replace(
            settlements=so_far.settlements + (-1 if row.undoes else 1),
            fund_fen=so_far.fund_fen + row.fund_fen,
            account_fen=so_far.account_fen + row.account_fen,
        )
    yield from sums.values()


def needs_declaration(command: WithdrawDeclaration, facts: Facts) -> Iterable[Key]:
    """Name the declaration."""
    return (DECLARATION.key(command.jurisdiction, command.declaration_id),)


def withdraw(command: WithdrawDeclaration, facts: Facts, moment: Moment) -> Decision:
    """Take an own declaration back while it waits; withdrawn again is as well."""
    versions = facts.many(DECLARATION, command.jurisdiction, command.declaration_id)
    if not versions or versions[-1].institution_code != command.sender:
        return refused(command, unknown(command.declaration_id))
    row = versions[-1]
    if row.state == DeclarationState.WITHDRAWN:
        return accepted(command, Done(reference=row.declaration_id))
    if row.state != DeclarationState.DECLARED:
        return refused(command, wrong_state(row, "撤销", "withdrawn"))
    return accepted(
        command, Done(reference=row.declaration_id), next_version(row, DeclarationState.WITHDRAWN, moment)
    )


def next_version(row: Declaration, state: DeclarationState, moment: Moment) -> Declaration:
    """Write the next version of a declaration."""
    return row._replace(version=row.version + 1, state=state.value, recorded_at=moment.instant)


def unknown(declaration_id: str) -> Refusal:
    """Refuse a number that is no declaration of the sender's."""
    return DECLARATION_UNKNOWN.because("declaration_id", declaration_id=declaration_id)


def wrong_state(row: Declaration, act_zh: str, act_en: str) -> Refusal:
    """Refuse an act that the declaration's state does not allow."""
    state = DeclarationState(row.state)
    return DECLARATION_STATE.because(
        "declaration_id",
        declaration_id=row.declaration_id,
        state_zh=STATES_ZH[state],
        state_en=state.value,
        act_zh=act_zh,
        act_en=act_en,
    )
