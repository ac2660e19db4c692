"""What settlement refuses, at the counter and at the insured place."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

NO_SUCH_VISIT = RefusalKind(
    "VISIT-61",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "本机构没有就诊编号为{visit_id}的就诊",
    "this institution has no visit with the number {visit_id}",
    "请核对就诊编号，或先办理挂号、入院登记",
    "check the visit number, or register or admit the person first",
)
VISIT_OF_ANOTHER = RefusalKind(
    "VISIT-62",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}不属于人员编号{person_no}的参保人",
    "the visit {visit_id} is not one of the person with the number {person_no}",
    "请核对就诊编号与人员编号；编号更换后，门诊就诊仍用登记时的编号",
    "check the visit number and the person number; after a change an outpatient visit keeps its own",
)
VISIT_NOT_SETTLEABLE = RefusalKind(
    "VISIT-63",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}的状态为{state}，不能结算",
    "the visit {visit_id} is {state} and cannot be settled",
    "请等登记或变更得到应答；已撤销的就诊请重新登记",
    "wait until the registration or change is answered; register a cancelled visit anew",
)
NOT_DISCHARGED = RefusalKind(
    "VISIT-64",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "住院{visit_id}尚未办理出院，不能作出院结算",
    "the stay {visit_id} is not discharged, so it cannot be settled finally",
    "请先办理出院，或以中途结算方式结算",
    "discharge first, or settle as a mid-stay settlement",
)
OTHER_KIND_OF_CARE = RefusalKind(
    "VISIT-65",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}是{registered_zh}，却按{asked_zh}结算",
    "the visit {visit_id} is {registered_en}, but was sent as {asked_en}",
    "门诊请用门诊结算，住院请用住院结算",
    "settle outpatient visits as outpatient and stays as inpatient",
)
NO_SUCH_SETTLEMENT = RefusalKind(
    "VISIT-66",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}没有结算编号为{settlement_id}的结算",
    "the visit {visit_id} has no settlement with the number {settlement_id}",
    "请核对结算编号；未收到应答的结算请用原报文ID冲正",
    "check the settlement number; reverse an unanswered settlement by its message id",
)
ALREADY_SETTLED = RefusalKind(
    "VISIT-67",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "这些费用已结算，结算编号{settlement_id}",
    "these charges are settled already, settlement {settlement_id}",
    "请勿重复结算；需更改时先撤销该结算",
    "do not settle twice; to change it, cancel that settlement first",
)
SETTLEMENT_UNDER_WAY = RefusalKind(
    "VISIT-68",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "结算{settlement_id}的结果尚未返回",
    "the outcome of settlement {settlement_id} has not come back yet",
    "请稍候查询结算信息；仍无结果时对原报文发起冲正",
    "query the settlement a little later; if there is still no outcome, reverse the original message",
    heals_with_time=True,
)
ALREADY_UNDONE = RefusalKind(
    "VISIT-69",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "结算{settlement_id}已撤销",
    "the settlement {settlement_id} has been undone already",
    "无需再次撤销；需要时请重新结算",
    "nothing to undo; settle again if needed",
)
CLOSED_FOR_CLAIM = RefusalKind(
    "VISIT-70",
    RefusalClass.VISIT,
    Actor.PERSON,
    "就诊{visit_id}已申请手工报销（{claim_id}），不能再直接结算",
    "the visit {visit_id} is claimed by hand ({claim_id}) and cannot be settled directly any more",
    "请等待手工报销结果；报销未获支付后方可直接结算",
    "wait for the outcome of the claim; only if it is not paid can the visit be settled directly",
)
NOT_A_SETTLEMENT = RefusalKind(
    "VISIT-71",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "{settlement_id}本身是撤销记录，不能撤销",
    "{settlement_id} is itself a cancellation and cannot be cancelled",
    "需要时请重新结算该就诊",
    "settle the visit again if needed",
)
OTHER_SCHEME = RefusalKind(
    "VISIT-72",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}以险种{registered}登记，却按险种{asked}结算",
    "the visit {visit_id} is registered under the scheme {registered}, but settled under {asked}",
    "请按登记的险种结算，或变更登记",
    "settle under the registered scheme, or register anew",
)
THIRD_PARTY_LIABLE = RefusalKind(
    "VISIT-73",
    RefusalClass.VISIT,
    Actor.PERSON,
    "就诊{visit_id}标明为第三方责任外伤，不能直接结算",
    "the visit {visit_id} is marked as an injury for which a third party is liable: no direct settlement",
    "费用由责任方承担；经核实无第三方责任的，请更正标志并签署承诺书",
    "the liable party bears the cost; if there is none, correct the mark and sign the pledge",
)
TOTALS_DIFFER = RefusalKind(
    "FEE-71",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "{field}：结算申报{claimed}元，已上传明细合计{uploaded}元",
    "{field}: the settlement says {claimed} yuan, the uploaded lines add up to {uploaded} yuan",
    "请核对费用明细，补传或撤销后重新预结算",
    "check the lines, upload or withdraw what is wrong and preview again",
)
NO_LINES = RefusalKind(
    "FEE-72",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "就诊{visit_id}没有待结算的费用明细（收费批次“{batch}”）",
    "the visit {visit_id} has no lines to settle (charge batch '{batch}')",
    "请先上传费用明细，并核对收费批次号",
    "upload the lines first and check the number of the charge batch",
)
REVERSED_BEFORE = RefusalKind(
    "MESSAGE-21",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "报文{msgid}已冲正，永不生效",
    "the message {msgid} has been reversed and will never take effect",
    "需要时请用新的报文ID重新办理",
    "send it again under a new message id if needed",
)
DAYS_NOT_COMPARABLE = RefusalKind(
    "MESSAGE-22",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "对账日期{since}至{until}不可用：应为先后两日，且不超过{most}天",
    "the days {since} to {until} cannot be compared: a first and a last day, at most {most} days",
    "请缩短对账区间，分次对账",
    "compare fewer days at a time",
)
INSTITUTION_UNKNOWN = RefusalKind(
    "NETWORK-61",
    RefusalClass.NETWORK,
    Actor.CARE_PLACE,
    "就医地没有编码为{institution_code}的定点医药机构",
    "the care place has no designated institution with the code {institution_code}",
    "请核对机构编码，或由就医地维护定点信息",
    "check the institution code, or have the care place register it",
)
CREDENTIAL_OF_ANOTHER = RefusalKind(
    "IDENTITY-61",
    RefusalClass.IDENTITY,
    Actor.INSTITUTION,
    "结算所用就诊凭证（类型{kind}）不属于该参保人或已失效",
    "the credential used to settle (type {kind}) is not one of this person, or no longer valid",
    "请用本人有效凭证重新办理",
    "use a valid credential of the person",
)
HOLDER_DIFFERS = RefusalKind(
    "IDENTITY-62",
    RefusalClass.IDENTITY,
    Actor.INSTITUTION,
    "结算时所报证件或姓名与人员编号{person_no}登记的不一致",
    "the certificate or name given when settling is not the one registered for the person {person_no}",
    "请核对本人证件和姓名后重新结算；姓名已变更的，请先到参保地更新",
    "compare certificate and name and settle again; after a change of name have the insured place update it",
)
NUMBER_CHANGED = RefusalKind(
    "IDENTITY-63",
    RefusalClass.IDENTITY,
    Actor.INSTITUTION,
    "就诊{visit_id}登记的人员编号{person_no}已由{answers}接替，不能再以原编号结算",
    "the number {person_no} of visit {visit_id} was replaced by {answers}; nothing settles under the old one",
    "请重新获取人员信息，撤销本次登记，以新编号按原日期重新登记并上传明细后结算",
    "ask for the person again, cancel this visit, register it under the new number with its day and lines",
)
BOOKED_ALREADY = RefusalKind(
    "FUNDS-21",
    RefusalClass.FUNDS,
    Actor.CARE_PLACE,
    "参保地已对就诊{visit_id}的同一批费用记账，结算编号{settlement_id}",
    "the insured place has booked the same charges of visit {visit_id}, settlement {settlement_id}",
    "基金不重复支付；请查询该结算，需要时先撤销",
    "no fund pays twice; query that settlement and cancel it first if needed",
)
LATER_SETTLEMENT_FIRST = RefusalKind(
    "FUNDS-22",
    RefusalClass.FUNDS,
    Actor.INSTITUTION,
    "该参保人本年度此后还有结算{settlement_id}（{institution}，{day}），须先撤销它",
    "a later settlement of the year, {settlement_id} ({institution}, {day}), must be cancelled first",
    "请按从后往前的顺序撤销；他院的结算由该院撤销",
    "cancel from the latest to the earliest; another institution's settlement is cancelled there",
)
CLAIM_STANDS = RefusalKind(
    "FUNDS-23",
    RefusalClass.FUNDS,
    Actor.PERSON,
    "就诊{visit_id}的手工报销{claim_id}正在办理或已支付，不能直接结算",
    "the manual claim {claim_id} of visit {visit_id} is pending or paid, so no direct settlement is possible",
    "基金不重复支付；请等待手工报销结果",
    "no fund pays twice; wait for the outcome of the claim",
)
NEVER_BOOKED = RefusalKind(
    "FUNDS-24",
    RefusalClass.FUNDS,
    Actor.CARE_PLACE,
    "参保地没有记账过结算{settlement_id}，无可撤销",
    "the insured place never booked the settlement {settlement_id}: nothing to cancel",
    "请查询结算信息；结果不明时用冲正",
    "query the settlement; where its outcome is unknown, reverse it",
)
UNDONE_BEFORE = RefusalKind(
    "FUNDS-25",
    RefusalClass.FUNDS,
    Actor.CARE_PLACE,
    "参保地已撤销结算{settlement_id}，撤销记录{undone_by}",
    "the insured place has undone the settlement {settlement_id} already, by {undone_by}",
    "无需再次撤销",
    "nothing is left to undo",
)
NO_DIRECT_SETTLEMENT = RefusalKind(
    "FUNDS-26",
    RefusalClass.FUNDS,
    Actor.PERSON,
    "就诊{visit_id}不能直接结算，就诊信息和费用明细已为手工报销保留",
    "the visit {visit_id} cannot be settled directly; its data and lines are kept for a manual claim",
    "请先全额自费结账，再凭就诊编号{visit_id}向参保地申请手工报销",
    "pay in full now, then claim by hand at the insured place under the visit number {visit_id}",
)
NOT_DERIVABLE = RefusalKind(
    "POLICY-61",
    RefusalClass.POLICY,
    Actor.INSURED_PLACE,
    "结算{settlement_id}不能重新推算：{why_zh}",
    "the settlement {settlement_id} cannot be derived again: {why_en}",
    "请按所述办理；存档的结算过程仍然有效",
    "do as it says; the stored explanation stands",
)
NO_FILING_RULES = RefusalKind(
    "POLICY-62",
    RefusalClass.POLICY,
    Actor.INSURED_PLACE,
    "统筹区{area}在{day}没有备案规则，不能判定就诊的备案情形",
    "the pooling area {area} has no filing rules for {day}, so the standing of the visit is not known",
    "请由参保地经办机构配置该统筹区的政策包；其间可申请手工报销",
    "the insured place must provide the policy pack of the area; meanwhile claim by hand",
)
NOT_A_PLAN = RefusalKind(
    "POLICY-71",
    RefusalClass.POLICY,
    Actor.PERSON,
    "{what_zh}“{value}”不能用来估算，应为{expected_zh}",
    "the value '{value}' of {what_en} cannot be used for an estimate; it must be {expected_en}",
    "请更正后重新估算",
    "correct it and ask again",
)
