"""The statement: a benefit turned into what the counter prints, with its explanation; and its negative.

Identities of the national interface (arithmetic of a settlement): total = fund + person + hospital,
person = account + cash, fund = sum of shares, total = full self + over limit + first self + in scope.
"""

from __future__ import annotations

from msgspec import Struct, json

from yidi.domain.benefit.situation import Benefit, Bill, Situation, Step
from yidi.domain.policy.policy import Policy
from yidi.processes.ports.deciding import Moment
from yidi.processes.settlement.commands import (
    BookSettlement,
    FundShare,
    PersonShown,
    Settled,
    StepShown,
    Totals,
)
from yidi.processes.settlement.records import Settlement


class Inputs(Struct, frozen=True, omit_defaults=True):
    """What the benefit was computed from, enough to derive it again; money in fen.

    `line_ids` are the outpatient lines paid for, by which a claim finds out what was paid already.
    """

    situation: Situation
    bill: Bill
    counters: dict[str, int]
    balance_fen: int
    use_account: bool
    shares: tuple[FundShare, ...]
    visit_kind: str = ""
    line_ids: tuple[str, ...] = ()
    completed: bool = False


ENCODER = json.Encoder()
INPUTS = json.Decoder(Inputs)
STEPS = json.Decoder(tuple[StepShown, ...])
_STANDING_ZH = {
    "local": "参保地就医",
    "long_term": "长期备案",
    "referred": "转诊",
    "emergency": "急诊视同备案",
    "temporary": "临时外出",
    "unfiled": "未备案",
}
_FUND_COLUMNS = (
    "pool",
    "large_sum",
    "serious_illness",
    "civil_servant",
    "employer_supplement",
    "assistance",
    "disabled_soldier",
    "other",
)


def encoded(value: object) -> str:
    """Write a value as JSON."""
    return ENCODER.encode(value).decode()


def fund_columns(shares: tuple[FundShare, ...]) -> tuple[int, int, int, int, int, int, int, int]:
    """Return what each fund pays, in the order of the columns of a settlement (fen)."""
    paid = {share.fund: share.paid_fen for share in shares}
    a, b, c, d, e, f, g, h = [paid.get(fund, 0) for fund in _FUND_COLUMNS]
    return a, b, c, d, e, f, g, h


def step_shown(step: Step) -> StepShown:
    """Return a step of the explanation as the statement shows it: source by title and address."""
    source = f"{step.source_title} {step.source_url}" if step.source_url else step.source_title
    return StepShown(step.rule, step.text_zh, step.text_en, source, step.input_fen, step.result_fen)


def shares_shown(benefit: Benefit) -> tuple[FundShare, ...]:
    """Return what each fund pays as the statement shows it."""
    return tuple(
        [
            FundShare(share.fund.value, share.paid_fen, share.base_fen, share.room_fen)
            for share in benefit.shares
        ]
    )


def statement(
    command: BookSettlement,
    benefit: Benefit,
    policy: Policy,
    person: PersonShown,
    moment: Moment,
    *,
    settlement_id: str,
    area: str,
    care_kind: str,
    standing: str,
    filing_id: str,
    year: str,
    balance_fen: int,
    first_steps: tuple[StepShown, ...],
) -> Settled:
    """Make the statement of a booked settlement or of a trial (empty `settlement_id`)."""
    return Settled(
        settlement_id=settlement_id,
        visit_id=command.visit_id,
        undoes="",
        person=person,
        scheme=policy.scheme,
        area=area,
        care_kind=care_kind,
        visit_kind=command.visit_kind,
        standing=standing,
        filing_id=filing_id,
        totals=command.totals,
        deductible_fen=benefit.deductible_fen,
        shares=shares_shown(benefit),
        fund_fen=benefit.fund_total_fen,
        person_fen=benefit.person_total_fen,
        account_fen=benefit.account_fen,
        mutual_aid_fen=0,
        cash_fen=benefit.cash_fen,
        hospital_fen=benefit.hospital_fen,
        balance_fen=balance_fen - benefit.account_fen,
        year=year,
        settled_at=moment.instant,
        business_day=moment.today.isoformat(),
        pack_id=policy.pack_id,
        pack_hash=policy.version,
        completed_for_demonstration=benefit.completed_for_demonstration,
        steps=(*first_steps, *[step_shown(step) for step in benefit.steps]),
    )


def stated(row: Settlement, person: PersonShown, balance_fen: int) -> Settled:
    """Make the statement of a booked settlement, or of the negative one that undoes it, from its fact."""
    inputs = INPUTS.decode(row.inputs)
    sign = -1 if row.undoes else 1
    return Settled(
        settlement_id=row.settlement_id,
        visit_id=row.visit_id,
        undoes=row.undoes,
        person=person,
        scheme=row.scheme,
        area=row.area,
        care_kind=row.care_kind,
        visit_kind=inputs.visit_kind,
        standing=row.standing,
        filing_id=row.filing_id,
        totals=Totals(
            row.total_fen, row.full_self_fen, row.over_limit_fen, row.first_self_fen, row.in_scope_fen
        ),
        deductible_fen=row.deductible_fen,
        shares=tuple(
            [FundShare(s.fund, sign * s.paid_fen, sign * s.base_fen, s.room_fen) for s in inputs.shares]
        ),
        fund_fen=row.fund_fen,
        person_fen=row.person_fen,
        account_fen=row.account_fen,
        mutual_aid_fen=0,
        cash_fen=row.cash_fen,
        hospital_fen=row.hospital_fen,
        balance_fen=balance_fen,
        year=row.year,
        settled_at=row.booked_at,
        business_day=row.business_day,
        pack_id=row.pack_id,
        pack_hash=row.pack_hash,
        completed_for_demonstration=inputs.completed,
        steps=STEPS.decode(row.explanation),
    )


FILING_LAW = (
    "医保发〔2022〕22号及其经办规程 (notice of 2022 on cross-province settlement, rules of procedure)"
)


def standing_step(row: int, reason: tuple[str, str], standing: str, bill: Bill) -> StepShown:
    """Return the step that says as what the visit counts, by which row of the effective-time table."""
    return StepShown(
        rule=f"standing.{row}.{standing}",
        text_zh=f"备案情形：{reason[0]}（{_STANDING_ZH[standing]}）",
        text_en=f"standing: {reason[1]} ({standing.replace('_', ' ')})",
        source=FILING_LAW,
        input_fen=bill.in_scope_fen,
        result_fen=bill.in_scope_fen,
    )


def general_terms_step(disease_code: str, bill: Bill) -> StepShown:
    """Return the step that says why a chronic visit is settled as a general outpatient one."""
    return StepShown(
        rule="care.general_terms",
        text_zh=f"参保地没有病种{disease_code}的有效认定，按普通门诊待遇",
        text_en=f"no valid certificate for {disease_code} at the insured place: general outpatient terms",
        source=FILING_LAW,
        input_fen=bill.in_scope_fen,
        result_fen=bill.in_scope_fen,
    )


def undoing_step(booked: Settlement) -> StepShown:
    """Return the one step that explains a negative statement."""
    return StepShown(
        rule="undo",
        text_zh=f"撤销结算{booked.settlement_id}：各项金额全部冲回，累计和个人账户恢复原状",
        text_en=f"undoes settlement {booked.settlement_id}: amounts returned, counters and account restored",
        source="",
        input_fen=booked.total_fen,
        result_fen=-booked.total_fen,
    )
