"""Due payments become numbered orders, each once; their numbers come back on the bank's lines."""

from __future__ import annotations

from tests.builders import HOME, HOSPITAL, OTHER_HOSPITAL
from tests.processes.finance.treasury import Treasury, expected, line
from tests.world import codes_in, refusals_in
from yidi.processes.clearing.records import ClearingNotice, ClearingNoticeLine, ClearingStep
from yidi.processes.finance import refusals as kinds
from yidi.processes.finance.expecting import of_clearing, of_institutions, of_prepayment
from yidi.processes.finance.records import OrderBatch, OrderForm, PaymentOrdered
from yidi.processes.payment.records import InstitutionPayment, RetentionRelease
from yidi.processes.prepayment.records import PrepaymentNotice, PrepaymentNoticeLine, PrepaymentStep

AT = "2026-03-02T01:00:00.000000Z"
PAY = expected("I1", -500_00, counterpart=HOSPITAL)
CLEAR = expected("C1", -900_00)


def test_outgoing_payments_are_ordered_once_each_by_the_form_of_their_payee() -> None:
    treasury = Treasury()
    everything = (PAY, CLEAR, expected("IN", 5_00), expected("NOT", -7_00, ready=False))
    institutions = treasury.ordered(*everything)
    provinces = treasury.ordered(*everything, form=OrderForm.PACS)
    assert (institutions.orders, institutions.total_fen) == (1, 500_00)
    assert (provinces.orders, provinces.total_fen) == (1, 900_00)
    again = treasury.order(*everything)
    assert codes_in(again) == {kinds.NOTHING_DUE.code}
    more = treasury.ordered(*everything, expected("I2", -1_00, counterpart=HOSPITAL))
    assert (more.orders, more.ordered_before) == (1, 1)
    numbers = [row.order_no for row in treasury.world.records(PaymentOrdered)]
    assert len(set(numbers)) == 3
    assert all(len(number) <= 35 for number in numbers)
    assert [row.form for row in treasury.world.records(OrderBatch)] == ["pain", "pacs", "pain"]


def test_the_number_of_an_order_is_a_reference_of_its_payment() -> None:
    treasury = Treasury()
    treasury.ordered(PAY)
    number = treasury.world.records(PaymentOrdered)[0].order_no
    treasury.imported(line(1, -500_00, reference=number))
    assert treasury.match(PAY).matched == 1


def test_an_unknown_payee_or_a_day_gone_by_makes_no_order_at_all() -> None:
    treasury = Treasury()
    other = expected("I2", -1_00, counterpart=OTHER_HOSPITAL)
    refused = treasury.order(PAY, other)
    assert codes_in(refused) == {kinds.PAYEE_UNKNOWN.code}
    assert OTHER_HOSPITAL in refusals_in(refused)[0].cause_zh
    for day in ("2026-03-01", "tomorrow"):
        assert codes_in(treasury.order(PAY, execution_day=day)) == {kinds.EXECUTION_DAY_PAST.code}
    assert not treasury.world.records(PaymentOrdered)


def test_a_clearing_notice_is_one_transfer_a_counterpart_ready_from_handing_over_until_it_is_paid() -> None:
    said = ("330000", 9, "", "2026-03-31", "", "2026-04-20", AT)
    notices = [
        ClearingNotice("330000", "N1", "2026-02", "payable", *said),
        ClearingNotice("330000", "N2", "2026-02", "receivable", *said),
    ]
    lines = [
        ClearingNoticeLine("330000", "N1", HOME, "310", 5),
        ClearingNoticeLine("330000", "N1", HOME, "390", 4),
        ClearingNoticeLine("330000", "N2", HOME, "310", 5),
    ]
    out, into = of_clearing(notices, lines, [])
    assert (out.amount_fen, out.ready, out.booked, out.references) == (-9, False, False, ("N1",))
    assert (into.amount_fen, into.due_on) == (5, "2026-04-20")
    steps = [
        ClearingStep("330000", "2026-02", "330000", "", "handed", 9, "", "2026-04-01", AT),
        ClearingStep("330000", "2026-02", "330000", HOME, "paid", 9, "BANK-1", "2026-04-02", AT),
    ]
    assert next(of_clearing(notices, lines, steps[:1])).ready
    out, into = of_clearing(notices, lines, steps)
    assert (out.ready, out.booked, out.references) == (False, True, ("N1", "BANK-1"))
    assert not into.booked


def test_a_prepayment_is_one_transfer_a_line_and_institutions_are_paid_as_decided() -> None:
    notice = PrepaymentNotice(
        "330000", "Y1", "pay", "330000", "plan", "2026", 1, 7, "2026-01-20", "2026-01-27", "2026-02-10",
        "2026-02-17", AT,
    )  # fmt: skip
    row = PrepaymentNoticeLine("330000", "Y1", 1, "insured", HOME, "310", 7)
    (waits,) = of_prepayment([notice], [row], [])
    assert (waits.amount_fen, waits.ready, waits.booked) == (-7, False, False)
    steps = [
        PrepaymentStep("330000", "Y1", "handed_over", 0, 7, "2026-01-22", "", AT),
        PrepaymentStep("330000", "Y1", "paid", 1, 7, "2026-01-25", "B9", AT),
    ]
    assert next(of_prepayment([notice], [row], steps[:1])).ready
    (paid,) = of_prepayment([notice], [row], steps)
    assert (paid.ready, paid.booked, paid.references) == (False, True, ("Y1.1", "B9"))
    payment = InstitutionPayment(
        "330000", "Z1", HOSPITAL, "2026-03", 9, 1, 1, 7, "2026-05-12", "2026-05-08", AT
    )
    release = RetentionRelease("330000", "Y9", HOSPITAL, "2026", "310", 1, "2027-05-08", "", AT)
    one, other = of_institutions([payment], [release])
    assert (one.amount_fen, one.references, one.booked) == (-7, ("Z1",), True)
    assert (other.amount_fen, other.due_on) == (-1, "2027-05-08")
