"""What claims refuse."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

CLAIM_PENDING = RefusalKind(
    "FUNDS-41",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "手工报销{claim_id}（就诊{visit_id}）正在办理",
    "the manual claim {claim_id} of visit {visit_id} is being decided",
    "请稍后查询结果，不必重复申请",
    "query it a little later; there is no need to claim again",
    heals_with_time=True,
)
CLAIM_PAID = RefusalKind(
    "FUNDS-42",
    RefusalClass.FUNDS,
    Actor.PERSON,
    "就诊{visit_id}已由手工报销{claim_id}支付",
    "the visit {visit_id} was paid already by the manual claim {claim_id}",
    "基金不重复支付；请查询该笔报销",
    "no fund pays twice; query that claim",
)
SETTLED_DIRECTLY = RefusalKind(
    "FUNDS-43",
    RefusalClass.FUNDS,
    Actor.PERSON,
    "就诊{visit_id}已直接结算（{settlement_id}），不能再手工报销",
    "the visit {visit_id} was settled directly ({settlement_id}) and cannot be claimed by hand",
    "基金不重复支付；确需手工报销的，先由就诊机构撤销直接结算",
    "no fund pays twice; if a claim is needed, the institution cancels the direct settlement first",
)
CLAIM_NOT_PAID = RefusalKind(
    "FUNDS-44",
    RefusalClass.FUNDS,
    Actor.PERSON,
    "手工报销{claim_id}（就诊{visit_id}）未获支付，原因：{reasons}",
    "the manual claim {claim_id} of visit {visit_id} is not paid; reasons: {reasons}",
    "请按所列原因办理后重新申请；直接结算重新开放",
    "settle the reasons named and claim again; direct settlement is open again",
)
CLAIM_UNKNOWN = RefusalKind(
    "FUNDS-45",
    RefusalClass.FUNDS,
    Actor.PERSON,
    "参保地没有该参保人编号为{claim_id}的手工报销",
    "the insured place has no manual claim {claim_id} of this person",
    "请核对报销编号",
    "check the number of the claim",
)
CARE_PLACE_UNKNOWN = RefusalKind(
    "FUNDS-78",
    RefusalClass.FUNDS,
    Actor.PERSON,
    "就医地{care}不是省级行政区划代码",
    "the care place {care} is not a province's division code",
    "请选择就医所在的省（区、市），代码六位、后四位为0000",
    "choose the province where the care was given; its code has six digits and ends in 0000",
)
VISIT_NOT_NAMED = RefusalKind(
    "FUNDS-79",
    RefusalClass.FUNDS,
    Actor.PERSON,
    "没有写明要报销的就诊",
    "the visit to be claimed is not named",
    "请选择一次就诊，或填写医院告知的就诊编号",
    "choose a visit, or fill in the visit number the hospital told",
)
