"""Refusals about messages themselves: what the journal says before, or instead of, a decision."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

SAME_ID_OTHER_CONTENT = RefusalKind(
    code="MESSAGE-01",
    refusal_class=RefusalClass.MESSAGE,
    actor=Actor.INSTITUTION,
    cause_zh="报文ID {msgid} 已用于另一份内容不同的报文",
    cause_en="Message id {msgid} was used before for a message with other content",
    remedy_zh="内容不同的报文请使用新的报文ID；重发原报文时内容须一字不改",
    remedy_en="Use a new message id for other content; send the original again without any change",
)
QUEUE_FULL = RefusalKind(
    code="SYSTEM-01",
    refusal_class=RefusalClass.SYSTEM,
    actor=Actor.INSTITUTION,
    cause_zh="系统繁忙，等待处理的报文已达上限 {room} 份，本报文未受理",
    cause_en="The system is busy: {room} messages are waiting, the limit; this one was not taken",
    remedy_zh="请稍后用同一报文ID重发",
    remedy_en="Send it again a little later with the same message id",
    heals_with_time=True,
)
NOT_KNOWN = RefusalKind(
    code="SYSTEM-02",
    refusal_class=RefusalClass.SYSTEM,
    actor=Actor.CARE_PLACE,
    cause_zh="系统内部错误，报文 {msgid} 的处理结果未知",
    cause_en="Internal error: the outcome of message {msgid} is not known",
    remedy_zh="请用同一报文ID重发或查询；仍无结果时对原报文发起冲正，并通知就医地经办机构",
    remedy_en="Send the same message again, or query; without an answer reverse it and tell the care place",
    heals_with_time=True,
)
ENDING = RefusalKind(
    code="SYSTEM-03",
    refusal_class=RefusalClass.SYSTEM,
    actor=Actor.INSTITUTION,
    cause_zh="系统正在停机，报文 {msgid} 尚无结果",
    cause_en="The system is shutting down; message {msgid} has no outcome yet",
    remedy_zh="请稍后用同一报文ID重发",
    remedy_en="Send it again a little later with the same message id",
    heals_with_time=True,
)
NOT_SERVED_HERE = RefusalKind(
    code="NETWORK-01",
    refusal_class=RefusalClass.NETWORK,
    actor=Actor.INSTITUTION,
    cause_zh="本节点不受理行政区划 {jurisdiction} 的业务",
    cause_en="This node does not serve the jurisdiction {jurisdiction}",
    remedy_zh="请核对区划代码，并将报文发往该省的地址",
    remedy_en="Check the division code and send the message to that province's address",
)
NOT_UNDERSTOOD = RefusalKind(
    code="MESSAGE-02",
    refusal_class=RefusalClass.MESSAGE,
    actor=Actor.INSTITUTION,
    cause_zh="系统不受理业务 {command}",
    cause_en="The business {command} is not served",
    remedy_zh="请核对接口编号与版本",
    remedy_en="Check the interface number and its version",
)

KINDS = (SAME_ID_OTHER_CONTENT, QUEUE_FULL, NOT_KNOWN, ENDING, NOT_SERVED_HERE, NOT_UNDERSTOOD)
