"""This year's part of an account pays before the deductible, the rest afterwards, where a pack says so."""

from __future__ import annotations

from tests.builders import HOME, HOME_CITY, HOME_HOSPITAL
from tests.domain.policy.shapes.inline import inline_policies
from tests.domain.policy.shapes.region import pack_of
from tests.processes.settlement.counter import Counter
from yidi.domain.policy.policy import Policies
from yidi.processes.enrolment.commands import MoveAccount
from yidi.processes.ports.deciding import Done
from yidi.processes.settlement.commands import Settled
from yidi.processes.settlement.derivation import derive_again
from yidi.processes.settlement.records import AccumulatorEntry, Settlement

PACK = """
account:
  source: CASE
  sequence:
  - {balance: current_year, pays: [in_scope], care: [outpatient], first: yes}
  - {balance: own, pays: [in_scope, deductible]}
layers:
- id: outpatient
  fund: pool
  care: [outpatient]
  deductible: {counted: yearly, counter: out.deductible, rows: [{amount: 100}]}
  ratios: {rows: [{ratio: 50%}]}
"""


def policies() -> Policies:
    """The home area."""
    packs, faults = inline_policies({**pack_of(PACK), "area": HOME_CITY}, "account")
    assert [fault.refusal.cause_en for fault in faults if not fault.warning] == []
    return packs


def counter(**account_yuan: int) -> Counter:
    """A counter at home whose person has so much on the account, by the reason it came in."""
    made = Counter(HOME_HOSPITAL, packs=policies())
    for reason, yuan in account_yuan.items():
        move = MoveAccount(
            jurisdiction=HOME,
            sender="agency",
            msgid=f"move-{reason}",
            person_no="P1",
            entry_id=f"entry-{reason}",
            reason=reason.replace("_in_", "@"),
            amount_fen=yuan * 100,
        )
        assert isinstance(made.world.ask(move), Done)
    return made


def pays(made: Counter, total_yuan: int, batch: str = "b1") -> Settled:
    """Settle an outpatient visit with the account."""
    visit_id = made.charged(total_yuan * 100, batch=batch)
    return made.settled_now(visit_id, total_yuan * 100, batch=batch, use_account=True)


def test_this_years_part_pays_first_and_lowers_what_the_deductible_and_the_pool_look_at() -> None:
    made = counter(income_in_2026=300, income=50)
    found = pays(made, 600)
    # 600 - 300 of this year; 100 deductible; 200 x 50 % = 100 of the pool; 50 of earlier years; then cash
    assert (found.fund_fen, found.deductible_fen) == (100_00, 100_00)
    assert (found.account_fen, found.cash_fen) == (350_00, 150_00)
    assert found.balance_fen == 0


def test_the_rest_of_this_years_part_is_known_at_the_next_visit_and_after_an_undoing() -> None:
    made = counter(income_in_2026=300)
    first = pays(made, 200)
    assert (first.account_fen, first.fund_fen, first.balance_fen) == (200_00, 0, 100_00)
    second = pays(made, 200)
    assert (second.account_fen, second.fund_fen, second.deductible_fen) == (100_00, 0, 100_00)
    spent = [row for row in made.world.records(AccumulatorEntry) if row.counter == "account.current_year"]
    assert [row.amount for row in spent] == [200_00, 100_00]


def test_an_account_without_a_year_pays_after_the_funds() -> None:
    found = pays(counter(income=300), 600)
    assert (found.fund_fen, found.deductible_fen, found.account_fen) == (250_00, 100_00, 300_00)
    (said,) = [step for step in found.steps if step.rule == "assumed.account.current_year"]
    assert said.text_en == (
        "Of the personal account, this year's balance: not on record, taken as empty;"
        " all of the account pays after the funds."
    )
    assert said.text_zh == (
        "个人账户（当年账户）：没有登记，按没有余额计算；账户余额全部在基金支付之后使用。"
    )


def test_nothing_is_assumed_of_a_part_of_this_year_that_is_on_record_even_when_it_is_spent() -> None:
    made = counter(income_in_2026=300, income=500)
    first = pays(made, 300)
    second = pays(made, 300, batch="b2")
    # the first visit used up the 300: (300 - 100) x 50 % = 100 of the pool, the rest from earlier years
    assert (first.account_fen, second.account_fen, second.fund_fen) == (300_00, 200_00, 100_00)
    for found in (first, second):
        assert [step.rule for step in found.steps if step.rule.startswith("assumed")] == []


def test_nothing_is_assumed_of_an_account_that_does_not_pay() -> None:
    made = counter(income=300)
    visit_id = made.charged(600_00, batch="b1")
    found = made.settled_now(visit_id, 600_00, batch="b1", use_account=False)
    assert (found.account_fen, found.fund_fen) == (0, 250_00)
    assert [step.rule for step in found.steps if step.rule.startswith("assumed")] == []


def test_such_a_settlement_is_derived_again_to_the_fen() -> None:
    made = counter(income_in_2026=300, income=50)
    pays(made, 600)
    (row,) = made.world.records(Settlement)
    assert not isinstance(derive_again(row, policies()), tuple)
