"""Writes payment orders as ISO 20022 pain.001.001.09 (customer to bank) and pacs.009.001.08 (bank to bank).

Message classes are pyiso20022's, generated from the schemas. The fees of a transfer are never charged to the
fund (regulation fact 6.11), so the charge bearer is the debtor, whose operating account the bank agreement
names; it is no part of the amount.
"""

from __future__ import annotations

from decimal import Decimal
from types import ModuleType
from typing import Any

from pyiso20022.pacs import pacs_009_001_08 as pacs
from pyiso20022.pain import pain_001_001_09 as pain
from xsdata.models.datatype import XmlDate, XmlDateTime

from yidi.domain.refusal import Refusal
from yidi.edges.banking.iso import write_message
from yidi.edges.banking.payments import BankAccount, PaymentBatch, PaymentOrder, check_batch
from yidi.edges.banking.words import CURRENCY

PAIN_001 = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
PACS_009 = "urn:iso:std:iso:20022:tech:xsd:pacs.009.001.08"
MEMBER_SYSTEM = "CNAPS"
"""ISO 20022's external code of the Chinese member identification, whose numbers have 12 digits."""
HIGH_VALUE_SYSTEM = "HVPS"
"""大额支付系统, the high-value payment system; given as a proprietary code."""


def write_pain001(batch: PaymentBatch) -> bytes | list[Refusal]:
    """Write the orders as a customer credit transfer initiation."""
    refusals = check_batch(batch)
    if refusals:
        return refusals
    count, total = str(len(batch.orders)), _yuan(batch.total_fen)
    payer = pain.PartyIdentification135(nm=batch.payer.holder)
    instruction = pain.PaymentInstruction30(
        pmt_inf_id=batch.message_id,
        pmt_mtd=pain.PaymentMethod3Code.TRF,
        btch_bookg=False,
        nb_of_txs=count,
        ctrl_sum=total,
        reqd_exctn_dt=pain.DateAndDateTime2Choice(dt=XmlDate.from_string(batch.execution_day)),
        dbtr=payer,
        dbtr_acct=_account(pain, batch.payer),
        dbtr_agt=_bank(pain, batch.payer),
        chrg_br=pain.ChargeBearerType1Code.DEBT,
        cdt_trf_tx_inf=[_transfer(order) for order in batch.orders],
    )
    header = pain.GroupHeader85(
        msg_id=batch.message_id,
        cre_dt_tm=XmlDateTime.from_string(batch.made_at),
        nb_of_txs=count,
        ctrl_sum=total,
        initg_pty=payer,
    )
    message = pain.CustomerCreditTransferInitiationV09(grp_hdr=header, pmt_inf=[instruction])
    return write_message(pain.Document(cstmr_cdt_trf_initn=message), PAIN_001)


def _transfer(order: PaymentOrder) -> Any:
    return pain.CreditTransferTransaction34(
        pmt_id=pain.PaymentIdentification6(instr_id=order.order_no, end_to_end_id=order.order_no),
        amt=pain.AmountType4Choice(
            instd_amt=pain.ActiveOrHistoricCurrencyAndAmount(value=_yuan(order.amount_fen), ccy=CURRENCY)
        ),
        cdtr_agt=_bank(pain, order.payee),
        cdtr=pain.PartyIdentification135(nm=order.payee.holder),
        cdtr_acct=_account(pain, order.payee),
        rmt_inf=pain.RemittanceInformation16(ustrd=[order.remark]),
    )


def write_pacs009(batch: PaymentBatch) -> bytes | list[Refusal]:
    """Write the orders as a financial institution credit transfer, bank of the payer to bank of the payee."""
    refusals = check_batch(batch)
    if refusals:
        return refusals
    day = XmlDate.from_string(batch.execution_day)
    header = pacs.GroupHeader93(
        msg_id=batch.message_id,
        cre_dt_tm=XmlDateTime.from_string(batch.made_at),
        nb_of_txs=str(len(batch.orders)),
        ttl_intr_bk_sttlm_amt=pacs.ActiveCurrencyAndAmount(value=_yuan(batch.total_fen), ccy=CURRENCY),
        intr_bk_sttlm_dt=day,
        sttlm_inf=pacs.SettlementInstruction7(
            sttlm_mtd=pacs.SettlementMethod1Code.CLRG,
            clr_sys=pacs.ClearingSystemIdentification3Choice(prtry=HIGH_VALUE_SYSTEM),
        ),
        instg_agt=_bank(pacs, batch.payer),
    )
    transfers = [_bank_transfer(batch.payer, order) for order in batch.orders]
    message = pacs.FinancialInstitutionCreditTransferV08(grp_hdr=header, cdt_trf_tx_inf=transfers)
    return write_message(pacs.Document(ficdt_trf=message), PACS_009)


def _bank_transfer(payer: BankAccount, order: PaymentOrder) -> Any:
    return pacs.CreditTransferTransaction36(
        pmt_id=pacs.PaymentIdentification7(
            instr_id=order.order_no, end_to_end_id=order.order_no, tx_id=order.order_no
        ),
        intr_bk_sttlm_amt=pacs.ActiveCurrencyAndAmount(value=_yuan(order.amount_fen), ccy=CURRENCY),
        dbtr=_bank(pacs, payer),
        dbtr_acct=_account(pacs, payer),
        cdtr=_bank(pacs, order.payee),
        cdtr_acct=_account(pacs, order.payee),
        rmt_inf=pacs.RemittanceInformation2(ustrd=[order.remark]),
    )


def _account(message: ModuleType, account: BankAccount) -> Any:
    number = message.GenericAccountIdentification1(id=account.number)
    identified = message.AccountIdentification4Choice(othr=number)
    return message.CashAccount38(id=identified, ccy=CURRENCY, nm=account.holder[:70])


def _bank(message: ModuleType, account: BankAccount) -> Any:
    member = message.ClearingSystemMemberIdentification2(
        clr_sys_id=message.ClearingSystemIdentification2Choice(cd=MEMBER_SYSTEM), mmb_id=account.bank_no
    )
    institution = message.FinancialInstitutionIdentification18(clr_sys_mmb_id=member, nm=account.bank)
    return message.BranchAndFinancialInstitutionIdentification6(fin_instn_id=institution)


def _yuan(amount_fen: int) -> Decimal:
    return Decimal(amount_fen).scaleb(-2).quantize(Decimal("0.01"))
