"""What reversal refuses."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

ALREADY_CANCELLED = RefusalKind(
    "MESSAGE-31",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "原报文{msgid}办理的业务已撤销，不能再冲正",
    "what the message {msgid} brought about was cancelled already and cannot be reversed",
    "无需冲正",
    "nothing is left to reverse",
)
NOT_REVERSIBLE = RefusalKind(
    "MESSAGE-32",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "业务“{original_kind}”不能冲正",
    "a message of the kind '{original_kind}' cannot be reversed",
    "只能冲正结算和入院登记；其他业务请用相应的撤销交易",
    "only settlements and admissions can be reversed; cancel other business by its own message",
)
REVERSAL_UNDER_WAY = RefusalKind(
    "MESSAGE-33",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "原报文{msgid}正在撤销或冲正，结果尚未返回",
    "the message {msgid} is being cancelled or reversed; no outcome has come back yet",
    "请稍后用新的报文ID再次冲正",
    "reverse it again under a new message id a little later",
    heals_with_time=True,
)
OF_ANOTHER_PERSON = RefusalKind(
    "IDENTITY-31",
    RefusalClass.IDENTITY,
    Actor.INSTITUTION,
    "原报文{msgid}不是为人员编号{person_no}的参保人办理的",
    "the message {msgid} was not about the person with the number {person_no}",
    "请核对原报文ID与人员编号",
    "check the id of the original message and the person number",
)
STAY_HAS_FEES = RefusalKind(
    "VISIT-81",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "住院{visit_id}已有费用明细或结算，入院登记不能冲正",
    "the stay {visit_id} has fee lines or settlements, so its admission cannot be reversed",
    "请先撤销结算和费用明细，再撤销入院登记",
    "cancel the settlements and withdraw the lines first, then cancel the admission",
)
