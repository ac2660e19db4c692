"""Refusals of the daily reconciliation."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

NOT_A_BUSINESS_DAY = RefusalKind(
    "FUNDS-401",
    RefusalClass.FUNDS,
    Actor.NATION,
    "“{day}”不是有效的业务日期",
    "“{day}” is not a business day",
    "请按yyyy-MM-dd填写要对账的日期",
    "write the day to reconcile as yyyy-MM-dd",
)
DAY_NOT_OVER = RefusalKind(
    "FUNDS-46",
    RefusalClass.FUNDS,
    Actor.NATION,
    "业务日{day}尚未到对账时点{cut_off}",
    "business day {day} has not reached its cut-off {cut_off}",
    "请在对账时点之后重新对账",
    "reconcile it after the cut-off",
    heals_with_time=True,
)
EXTRACT_OF_ANOTHER_DAY = RefusalKind(
    "FUNDS-47",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{province}的对账数据（{side}）属于{found}，不是{day}",
    "the extract of {province} ({side}) is of {found}, not of {day}",
    "请提供{day}的对账数据后重新对账；本次未记录任何结果",
    "bring the extract of {day} and reconcile again; nothing was recorded",
)
EXTRACT_TWICE = RefusalKind(
    "FUNDS-48",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{province}在{day}的对账数据（{side}）重复提供",
    "the extract of {province} ({side}) of {day} was brought twice",
    "请每方只提供一份对账数据；本次未记录任何结果",
    "bring one extract a party; nothing was recorded",
)
PARTY_WITHOUT_EXTRACT = RefusalKind(
    "FUNDS-49",
    RefusalClass.FUNDS,
    Actor.NATION,
    "缺少{province}在{day}的对账数据（{side}），不能三方对账",
    "the extract of {province} ({side}) of {day} is missing, so three parties cannot be compared",
    "请{province}上传当日对账数据后重新对账；缺数据不等于没有结算",
    "have {province} bring the day's extract; a missing extract is not a day without settlements",
    heals_with_time=True,
)
DAY_NOT_COMPARED = RefusalKind(
    "FUNDS-402",
    RefusalClass.FUNDS,
    Actor.NATION,
    "业务日{day}还没有对过账，没有可修复的差异",
    "business day {day} was never compared, so there is nothing to repair",
    "请先对该日对账",
    "reconcile the day first",
)
NO_SUCH_CASE = RefusalKind(
    "FUNDS-403",
    RefusalClass.FUNDS,
    Actor.NATION,
    "没有编号为{case_no}的对账差异案件",
    "there is no reconciliation case {case_no}",
    "请核对案件编号",
    "check the number of the case",
)
CASE_OF_ANOTHER = RefusalKind(
    "FUNDS-404",
    RefusalClass.FUNDS,
    Actor.NATION,
    "案件{case_no}由{owner}处理，{asker}不能办理",
    "case {case_no} belongs to {owner}; {asker} may not act on it",
    "请由{owner}的经办机构办理",
    "let the agency of {owner} act on it",
)
CASE_ENDED = RefusalKind(
    "FUNDS-405",
    RefusalClass.FUNDS,
    Actor.NATION,
    "案件{case_no}已经办结",
    "case {case_no} is closed already",
    "如有新的差异，重新对账会另立案件",
    "a new difference opens a case of its own when the day is compared again",
)
REASON_MISSING = RefusalKind(
    "FUNDS-406",
    RefusalClass.FUNDS,
    Actor.NATION,
    "办结案件{case_no}没有说明理由",
    "case {case_no} cannot be closed without a reason",
    "请写明差异的处理结果",
    "say how the difference was settled",
)
RULES_NOT_SET = RefusalKind(
    "FUNDS-407",
    RefusalClass.FUNDS,
    Actor.NATION,
    "业务日{day}没有对账规则",
    "no rule of reconciliation holds on business day {day}",
    "请在packs/national/reconciliation.yaml中补录该日的规定及其来源",
    "enter the rule of that day and its source in packs/national/reconciliation.yaml",
)
