"""What clearing refuses."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

MONTH_NOT_OVER = RefusalKind(
    "FUNDS-50",
    RefusalClass.FUNDS,
    Actor.NATION,
    "“{month}”不是已经结束的月份，不能清算",
    "'{month}' is not a month that is over, so it cannot be cleared",
    "请按yyyy-MM填写，并在该月结束后再清算",
    "write the month as yyyy-MM and clear it after its end",
    heals_with_time=True,
)
MONTH_HAS_A_HOLE = RefusalKind(
    "FUNDS-51",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{month}有业务日尚未完成三方对账：{days}",
    "business days of {month} are not reconciled: {days}",
    "请先对这些业务日运行对账（yidi reconcile），再生成清算表",
    "reconcile these days first (yidi reconcile), then build the table",
)
FILE_OF_ANOTHER_MONTH = RefusalKind(
    "FUNDS-52",
    RefusalClass.FUNDS,
    Actor.NATION,
    "所交清单属于{source_month}，不是{month}",
    "the list handed in is of {source_month}, not of {month}",
    "请提供{month}的清单；账务没有变动",
    "hand in the list of {month}; nothing was changed",
)
DOUBLED_FILE = RefusalKind(
    "FUNDS-53",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{month}的清单重复：{what_zh}",
    "the list of {month} is doubled: {what_en}",
    "请去除重复后重新提交；账务没有变动",
    "remove what is doubled and hand it in again; nothing was changed",
)
PUBLISHED_ALREADY = RefusalKind(
    "FUNDS-54",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{month}的付款、收款通知书已经发布，清算表不能再变",
    "the notices of {month} are published, its table cannot change any more",
    "漏列或有误的结算转入以后月份清算",
    "what is missing or wrong enters a later month",
)
WAITING_ITEM_IN_LIST = RefusalKind(
    "FUNDS-55",
    RefusalClass.FUNDS,
    Actor.NATION,
    "清单没有把有争议或对账不符的结算列为暂缓：{settlements}",
    "settlements under dispute or not reconciled are not held back in the list: {settlements}",
    "请重新生成{month}的清单，再生成清算表",
    "make the list of {month} again, then build the table",
)
OTHER_CUT_OFF = RefusalKind(
    "FUNDS-56",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{month}的清算截止时刻是{as_of}，清单用的是{given}",
    "the clearing of {month} counts arrivals up to {as_of}, the list up to {given}",
    "请按{as_of}重新生成清单",
    "make the list again as of {as_of}",
)
EARLIER_MONTH_OPEN = RefusalKind(
    "FUNDS-57",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{earlier}尚未清算完毕（清算表未生成或通知书未发布），{month}须在其后",
    "{earlier} comes before {month} and is not cleared: no table, or its notices are not published",
    "请先完成{earlier}的清算表、签章和通知书",
    "have the table of {earlier} built and signed and its notices published first",
    heals_with_time=True,
)
YEAR_CLOSED = RefusalKind(
    "FUNDS-58",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{year}年度已经关账",
    "the year {year} is closed",
    "该年度的未尽事项请报国家经办机构个案处理",
    "what is left of that year is a case for the national agency",
)
NO_TABLE = RefusalKind(
    "FUNDS-59",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{month}没有清算表",
    "there is no table of {month}",
    "请等待国家平台下发{month}的清算表",
    "wait until the nation sends the table of {month}",
    heals_with_time=True,
)
WRONG_DIGEST = RefusalKind(
    "FUNDS-501",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "签章摘要{given}与{month}待签清算表的摘要{expected}不符",
    "the digest {given} is not that of the table of {month} to be signed, {expected}",
    "请下载最新版清算表，核对后按其摘要签章",
    "take the latest version, check it, and sign its digest",
)
CHECK_FIRST = RefusalKind(
    "FUNDS-502",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "{month}的清算表还没有核对一致（不符{differences}项）",
    "the table of {month} has not been checked and found right ({differences} sums differ)",
    "请先用本地数据核对（yidi clearing check）；不符的结算逐笔提出争议",
    "check it against your own copies (yidi clearing check); dispute what is wrong item by item",
)
DISPUTE_AFTER_SIGNING = RefusalKind(
    "FUNDS-503",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "{month}的清算表已于{signed_at}签章，不能再对结算{settlement_id}提出争议",
    "the table of {month} was signed at {signed_at}; settlement {settlement_id} can be disputed no more",
    "确有错误的，由就医地在以后月份审核扣减或退回",
    "if it is wrong, the care place deducts or refunds it in a later month",
)
NOT_IN_THIS_CLEARING = RefusalKind(
    "FUNDS-504",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "结算{settlement_id}不在{month}的清算表中",
    "settlement {settlement_id} is not in the table of {month}",
    "请核对结算号和清算月份",
    "check the number of the settlement and the month",
)
DISPUTED_ALREADY = RefusalKind(
    "FUNDS-505",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "结算{settlement_id}已有争议，状态为{state}",
    "settlement {settlement_id} has been disputed before; it is {state}",
    "请等待处理结果；已处理的不再受理",
    "wait for the outcome; what is resolved is not taken up again",
)
NO_OPEN_DISPUTE = RefusalKind(
    "FUNDS-506",
    RefusalClass.FUNDS,
    Actor.NATION,
    "结算{settlement_id}没有待处理的争议",
    "settlement {settlement_id} has no open dispute",
    "请核对结算号",
    "check the number of the settlement",
)
CORRECTION_OUT_OF_RANGE = RefusalKind(
    "FUNDS-507",
    RefusalClass.FUNDS,
    Actor.NATION,
    "结算{settlement_id}的更正金额须小于原金额{due}元，且各项不超过原值",
    "a correction of {settlement_id} is below {due} yuan in sum and adds to no part",
    "请填写更正后的基金和账户金额；多付不足的另行结算",
    "give what stands of funds and account; what is missing is settled anew",
)
SIGNATURES_MISSING = RefusalKind(
    "FUNDS-508",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{month}尚有省份未对现行版本签章：{provinces}",
    "provinces have not signed their part of {month} as it stands: {provinces}",
    "请催办这些省份核对签章",
    "urge these provinces to check and sign",
    heals_with_time=True,
)
NO_SUCH_NOTICE = RefusalKind(
    "FUNDS-509",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "没有编号{number}、对方为{counterpart}的通知书",
    "there is no notice {number} that names {counterpart}",
    "请核对通知书编号和对方省份",
    "check the number of the notice and the counterpart",
)
NOT_HANDED_OVER = RefusalKind(
    "FUNDS-510",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "通知书{number}尚未移交财政部门",
    "notice {number} has not been handed to finance",
    "请经办机构先移交用款申请",
    "the agency hands it over first",
    heals_with_time=True,
)
WRONG_AMOUNT = RefusalKind(
    "FUNDS-511",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "通知书{number}对{counterpart}的金额是{expected}元，不是{given}元",
    "notice {number} names {expected} yuan for {counterpart}, not {given}",
    "须按通知书金额一次足额拨付或确认；账务没有变动",
    "pay or confirm exactly what the notice names; nothing was changed",
)
STEP_TAKEN_ALREADY = RefusalKind(
    "FUNDS-512",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "通知书{number}（{counterpart}）已于{day}办理过这一步",
    "this step of notice {number} ({counterpart}) was taken on {day}",
    "无需重复办理",
    "nothing is left to do",
)
NOT_PAID_YET = RefusalKind(
    "FUNDS-513",
    RefusalClass.FUNDS,
    Actor.CARE_PLACE,
    "{counterpart}尚未报告已付通知书{number}的款项",
    "{counterpart} has not reported payment of notice {number} yet",
    "请等待付款方报告，或先列入待查款项",
    "wait for the payer's report, or book it in suspense",
    heals_with_time=True,
)
NOT_CLEARED_YET = RefusalKind(
    "FUNDS-514",
    RefusalClass.FUNDS,
    Actor.CARE_PLACE,
    "结算{settlement_id}尚未完成清算，不能审核扣减或退回",
    "settlement {settlement_id} is not cleared yet, so nothing can be deducted or refunded",
    "清算前的更正请撤销结算后重新结算，或提出争议",
    "before clearing, cancel and settle again, or dispute it",
    heals_with_time=True,
)
MORE_THAN_CLEARED = RefusalKind(
    "FUNDS-515",
    RefusalClass.FUNDS,
    Actor.CARE_PLACE,
    "扣减或退回金额须大于零且不超过结算{settlement_id}已清算的余额{left}元",
    "an amount is above zero and within the {left} yuan left of settlement {settlement_id}",
    "请核对金额",
    "check the amount",
)
YEAR_NOT_CLEARED = RefusalKind(
    "FUNDS-516",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{year}年度还不能关账：{what_zh}",
    "the year {year} cannot be closed yet: {what_en}",
    "请先完成这些事项",
    "finish these first",
    heals_with_time=True,
)
CARRIED_ITEM_LOST = RefusalKind(
    "FUNDS-517",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{earlier}暂缓的结算在{month}的清单中既未列入也未暂缓：{settlements}",
    "what waited in {earlier} is neither in the list of {month} nor held back: {settlements}",
    "请重新生成{month}的清单，再生成清算表",
    "make the list of {month} again, then build the table",
)
UNDONE_SINCE = RefusalKind(
    "FUNDS-518",
    RefusalClass.FUNDS,
    Actor.NATION,
    "争议中的结算{settlement_id}已撤销或本身就是撤销记录，不能扣除",
    "settlement {settlement_id} was undone since it was disputed, or undoes another: nothing can be struck",
    "请驳回争议：原结算与撤销记录将一并清算，相互抵消",
    "dismiss the dispute: the settlement and what undid it are both cleared and even out",
)
PENALTY_BELOW_ZERO = RefusalKind(
    "FUNDS-519",
    RefusalClass.FUNDS,
    Actor.CARE_PLACE,
    "违约金{penalty}不能为负数",
    "a contract penalty of {penalty} cannot be below zero",
    "没有违约金请填0",
    "give 0 where there is none",
)
