"""What prepayment refuses."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

MONTH_NOT_OVER = RefusalKind(
    "FUNDS-29",
    RefusalClass.FUNDS,
    Actor.NATION,
    "“{month}”不是已结束的月份，不能汇总其用款",
    "“{month}” is not a month that is over, so its use cannot be counted",
    "请在该月结束后按yyyy-MM填写并汇总",
    "count it once the month is over, written as yyyy-MM",
    heals_with_time=True,
)
MONTH_NOT_COUNTED = RefusalKind(
    "FUNDS-30",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{month}的用款（{basis}）尚未汇总，缺少这个月不能继续",
    "the use of {month} ({basis}) is not counted yet; with this hole nothing can be worked out",
    "请先汇总该月用款，再重新发起",
    "count the use of that month first, then start again",
    heals_with_time=True,
)
YEAR_PLANNED_BEFORE = RefusalKind(
    "FUNDS-31",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{year}年度预付金额度已于{planned_on}核定（{plan_id}）",
    "the prepayment of {year} was fixed on {planned_on} ({plan_id})",
    "年度额度不重复核定；确需增加时由就医省按紧急调增申请",
    "a year is fixed once; where more is needed the care province asks for an emergency top-up",
)
USE_INVALID = RefusalKind(
    "FUNDS-32",
    RefusalClass.FUNDS,
    Actor.NATION,
    "用款汇总中的“{line}”不成立：地区、险种缺失或重复，或参保省与就医省相同",
    "the line “{line}” of the count cannot be: place or scheme missing or twice, or both provinces the same",
    "请更正后整月重新汇总",
    "correct it and count the whole period again",
)
NOTICE_UNKNOWN = RefusalKind(
    "FUNDS-33",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "本省没有{kind_zh}{notice_no}",
    "this province has no {kind_en} {notice_no}",
    "请核对通知书编号及种类",
    "check the number and the kind of the notice",
)
STEP_OUT_OF_ORDER = RefusalKind(
    "FUNDS-34",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "通知书{notice_no}第{line}行现为“{state}”，不能登记“{step}”",
    "line {line} of notice {notice_no} stands at “{state}”; “{step}” cannot be entered",
    "请按 acknowledged、handed_over、paid（收款为 acknowledged、received）的次序各登记一次",
    "enter each step once: acknowledged, handed_over, paid; for a receipt: acknowledged, received",
)
OTHER_AMOUNT = RefusalKind(
    "FUNDS-35",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "{notice_no}应为{expected}元，所报为{amount}元",
    "{notice_no} is for {expected} yuan, {amount} yuan are reported",
    "请按通知金额足额划转；银行手续费不得从中扣除；差额未查明前转入暂记科目",
    "transfer the amount of the notice in full, no bank fee taken off; keep a difference in suspense",
)
LINE_UNKNOWN = RefusalKind(
    "FUNDS-36",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "通知书{notice_no}没有“{line}”这一项",
    "notice {notice_no} has no item “{line}”",
    "请核对行号，或统筹区与险种",
    "check the number of the line, or the area and the scheme",
)
NOT_RED = RefusalKind(
    "FUNDS-37",
    RefusalClass.FUNDS,
    Actor.CARE_PLACE,
    "{month}{insured}的预付金（{scheme}）没有达到红色预警，不能申请紧急调增",
    "the float of {insured} ({scheme}) is not red for {month}, so no emergency top-up can be asked for",
    "使用率达到红色预警线后再申请；年度额度在次年一月调整",
    "ask once the usage rate reaches the red line; the yearly amount is adjusted next January",
    heals_with_time=True,
)
TOO_LATE_TO_ASK = RefusalKind(
    "FUNDS-38",
    RefusalClass.FUNDS,
    Actor.CARE_PLACE,
    "{month}清算已于{signed_on}签章，紧急调增申请截至{until}",
    "the clearing of {month} was signed on {signed_on}; a top-up could be asked for until {until}",
    "请在下一次红色预警时按期申请，或向国家经办机构说明情况",
    "ask in time at the next red warning, or explain the case to the national agency",
)
TOP_UP_UNKNOWN = RefusalKind(
    "FUNDS-39",
    RefusalClass.FUNDS,
    Actor.NATION,
    "没有待审核的紧急调增申请{request_no}",
    "there is no top-up request {request_no} that waits for a decision",
    "请核对申请编号；已审核的申请不重复审核",
    "check the number; what is decided is not decided again",
)
ONLY_THE_NATION = RefusalKind(
    "FUNDS-131",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{place}不能办理此项业务，应由国家经办机构办理",
    "{place} cannot do this: it is the national agency's business",
    "请在国家平台办理",
    "do it on the national platform",
)
TOP_UP_INVALID = RefusalKind(
    "FUNDS-132",
    RefusalClass.FUNDS,
    Actor.CARE_PLACE,
    "紧急调增金额{amount}元不成立：应在{least}至{greatest}元之间，同月同一预付金只申请一次",
    "{amount} yuan cannot be topped up: from {least} to {greatest} yuan, once a month a float",
    "请更正金额；已有申请的请等待审核结果",
    "correct the amount; where a request is under review, wait for its outcome",
)
AREAS_WITHOUT_USE = RefusalKind(
    "FUNDS-133",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "本省{year}年{scheme}各统筹区没有异地用款，无从分摊通知书{notice_no}",
    "no area of this province has any use of {year} in {scheme} by which to apportion notice {notice_no}",
    "请先汇总各统筹区{year}年用款",
    "count the areas' use of {year} first",
)
CALLED_BEFORE = RefusalKind(
    "FUNDS-134",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "通知书{notice_no}已向统筹区归集（{item}），不重复办理",
    "notice {notice_no} was called from the areas before ({item}); it is not done twice",
    "请查询已登记的归集结果",
    "look up what was entered",
)
DAY_IMPOSSIBLE = RefusalKind(
    "FUNDS-135",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "“{day}”不能是办理日期：应在{start}至今日之间",
    "“{day}” cannot be the day: it lies between {start} and today",
    "请按yyyy-MM-dd填写实际办理日期",
    "write the day on which it happened as yyyy-MM-dd",
)
YEAR_INVALID = RefusalKind(
    "FUNDS-136",
    RefusalClass.FUNDS,
    Actor.NATION,
    "“{year}”年度的预付金现在不能核定",
    "the prepayment of “{year}” cannot be fixed now",
    "预付金按自然年度核定：上年第四季度结束后核定当年额度",
    "a calendar year is fixed once the fourth quarter before it is over",
    heals_with_time=True,
)
