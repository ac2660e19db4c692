"""What filing refuses: filings that cannot be made or changed, and visits that no filing covers."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

AREA_WITHOUT_RULES = RefusalKind(
    "POLICY-80",
    RefusalClass.POLICY,
    Actor.INSURED_PLACE,
    "统筹区{area}在{day}没有备案规则",
    "the pooling area {area} has no filing rules for {day}",
    "请由参保地经办机构配置该统筹区的政策包",
    "the agency of the insured place must provide the policy pack of the area",
)
FILING_INVALID = RefusalKind(
    "FILING-01",
    RefusalClass.FILING,
    Actor.PERSON,
    "{field} 的值“{value}”不能备案：应为{expected_zh}",
    "{field} has the value '{value}', which cannot be filed: expected {expected_en}",
    "请更正{field}后重新提交",
    "correct {field} and submit again",
)
CARE_AREA_UNKNOWN = RefusalKind(
    "FILING-02",
    RefusalClass.FILING,
    Actor.PERSON,
    "就医地“{care_area}”不是可备案的地市：应为地市（或直辖市、省级统筹区）的六位区划代码",
    "'{care_area}' is no place to file for: expected the code of a city (or of a province that is one whole)",
    "请选择具体的就医地市",
    "choose the city of care",
)
CARE_AREA_IS_HOME = RefusalKind(
    "FILING-03",
    RefusalClass.FILING,
    Actor.PERSON,
    "就医地{care_area}就在参保统筹区内，无需备案",
    "the place of care {care_area} lies in the insured area: no filing is needed",
    "请直接在参保地就医",
    "simply seek care at home",
)
PROOF_MISSING = RefusalKind(
    "FILING-04",
    RefusalClass.FILING,
    Actor.PERSON,
    "此类备案须提供{proof}或签署个人承诺",
    "such a filing needs the proof {proof} or a personal commitment",
    "请上传证明材料，或以个人承诺代替",
    "supply the proof, or commit personally instead",
)
REFERRER_MISSING = RefusalKind(
    "FILING-05",
    RefusalClass.FILING,
    Actor.PERSON,
    "转诊备案须有参保地定点医疗机构开具的转诊意见",
    "a referral needs the opinion of a designated institution of the insured place",
    "请由参保地定点医疗机构开具转诊，或按其他临时外出就医备案",
    "have a home institution refer you, or file as another temporary traveller",
)
AGENT_INCOMPLETE = RefusalKind(
    "FILING-06",
    RefusalClass.FILING,
    Actor.PERSON,
    "代办人信息不完整：姓名、关系、证件号码、电话缺一不可",
    "the agent's particulars are incomplete: name, relation, certificate and telephone are all needed",
    "请补全代办人信息",
    "complete the agent's particulars",
)
ALREADY_FILED = RefusalKind(
    "FILING-07",
    RefusalClass.FILING,
    Actor.PERSON,
    "已有到该就医地的同类备案{filing_id}，有效期{start}至{end}",
    "the filing {filing_id} of the same kind for that place holds from {start} to {end}",
    "无需重复备案，可直接就医",
    "no second filing is needed",
)
OTHER_LONG_TERM_HOLDS = RefusalKind(
    "FILING-08",
    RefusalClass.FILING,
    Actor.PERSON,
    "已有到{care_area}的长期备案{filing_id}，不能同时再办一个长期备案",
    "the long-term filing {filing_id} for {care_area} holds; a second one cannot be made beside it",
    "请变更或取消原备案",
    "change or cancel the filing that holds",
)
CONTINUED_UNKNOWN = RefusalKind(
    "FILING-09",
    RefusalClass.FILING,
    Actor.PERSON,
    "该参保人没有可延续的转诊备案{filing_id}",
    "the person has no referral {filing_id} that could be continued",
    "请选择本人的转诊备案，或重新办理转诊",
    "choose one of the person's own referrals, or have a new one made",
)
OTHER_ILLNESS = RefusalKind(
    "FILING-10",
    RefusalClass.FILING,
    Actor.PERSON,
    "简化备案仅限同一疾病：原备案为{held}，本次为{given}",
    "simplified re-filing is for the same illness: the referral says {held}, this one {given}",
    "不同疾病请重新办理转诊",
    "have another illness referred anew",
)
FILING_UNKNOWN = RefusalKind(
    "FILING-11",
    RefusalClass.FILING,
    Actor.PERSON,
    "没有备案{filing_id}，或不属于该参保人",
    "there is no filing {filing_id}, or it is not this person's",
    "请查询备案后以正确的编号办理",
    "look the filings up and use the right number",
)
WRONG_STATE = RefusalKind(
    "FILING-12",
    RefusalClass.FILING,
    Actor.PERSON,
    "备案{filing_id}的状态为{state_zh}，不能办理{act_zh}",
    "the filing {filing_id} is {state}: it cannot be {act}",
    "请查询备案状态；需要时重新备案",
    "look at the state of the filing; file again if needed",
)
LOCKED_UNTIL = RefusalKind(
    "FILING-13",
    RefusalClass.FILING,
    Actor.PERSON,
    "长期备案{filing_id}在{until}前不能变更或取消（参保地规定{months}个月）",
    "the long-term filing {filing_id} cannot be changed or cancelled before {until} ({months} months)",
    "请在{until}后办理；期间可到第三地按转诊或临时外出备案",
    "come back after {until}; until then a referral or temporary filing serves for other places",
    heals_with_time=True,
)
NOT_BY_COMMITMENT = RefusalKind(
    "FILING-14",
    RefusalClass.FILING,
    Actor.INSURED_PLACE,
    "备案{filing_id}不是以个人承诺办理，没有可补交或撤销的承诺",
    "the filing {filing_id} was not made by commitment: there is nothing to prove or revoke",
    "无需办理；需要终止的请取消备案",
    "nothing to do; to end the filing, cancel it",
)
DAY_IN_PAST = RefusalKind(
    "FILING-15",
    RefusalClass.FILING,
    Actor.PERSON,
    "日期{day}早于今天{today}：变更和取消不溯及既往",
    "the day {day} lies before today, {today}: changes and cancellations do not reach back",
    "请选择今天或以后的日期",
    "choose today or later",
)
NOT_IN_OWN_NAME = RefusalKind(
    "FILING-16",
    RefusalClass.FILING,
    Actor.INSTITUTION,
    "机构{sender}不能代机构{institution_code}办理",
    "the institution {sender} cannot act for {institution_code}",
    "请由该机构自行办理",
    "that institution must act itself",
)
REFERRER_NOT_AT_HOME = RefusalKind(
    "FILING-17",
    RefusalClass.FILING,
    Actor.INSTITUTION,
    "机构{institution_code}不是参保地（或长期备案地）的定点医疗机构，不能开具转诊",
    "the institution {institution_code} is not of the insured place (nor of the filed place): no referral",
    "请由参保地定点医疗机构转诊，或按其他临时外出就医备案",
    "a home institution must refer, or the person files as another temporary traveller",
)
SCOPE_DIFFERS = RefusalKind(
    "FILING-18",
    RefusalClass.FILING,
    Actor.INSTITUTION,
    "转院类型{scope}与就医地{care_area}不符：参保地为{area}，应为{expected}",
    "the scope {scope} does not fit the place {care_area}: seen from {area} it is {expected}",
    "请核对转院类型和就医地区划",
    "check the scope and the place of care",
)
CERTIFIED_ELSEWHERE = RefusalKind(
    "FILING-19",
    RefusalClass.FILING,
    Actor.INSTITUTION,
    "参保地不受理外省机构{institution_code}的门诊慢特病认定",
    "the insured place takes no chronic-disease certificate from {institution_code} of another province",
    "请由参保人在参保地办理认定",
    "have the disease certified at home",
)
ALREADY_CERTIFIED = RefusalKind(
    "FILING-20",
    RefusalClass.FILING,
    Actor.INSTITUTION,
    "病种{disease_code}已有有效认定，有效期{start}至{end}",
    "the disease {disease_code} is already certified from {start} to {end}",
    "无需重复认定",
    "no second certificate is needed",
)
CERTIFICATE_UNKNOWN = RefusalKind(
    "FILING-21",
    RefusalClass.FILING,
    Actor.INSTITUTION,
    "该参保人没有由本机构登记的有效慢特病认定{certificate_id}",
    "the person has no certificate {certificate_id} in force that this institution registered",
    "请查询后以正确的编号办理",
    "look it up and use the right number",
)
ALREADY_SELECTED = RefusalKind(
    "FILING-22",
    RefusalClass.FILING,
    Actor.INSTITUTION,
    "该参保人已选定机构{institution_code}（业务{business_kind}），登记号{selection_id}",
    "the person has already selected {institution_code} (business {business_kind}) as {selection_id}",
    "无需重复登记",
    "no second registration is needed",
)
SELECTION_UNKNOWN = RefusalKind(
    "FILING-23",
    RefusalClass.FILING,
    Actor.INSTITUTION,
    "该参保人没有由本机构登记的有效定点{selection_id}",
    "the person has no selection {selection_id} in force that this institution registered",
    "请查询后以正确的编号办理",
    "look it up and use the right number",
)
NOT_FILED = RefusalKind(
    "FILING-30",
    RefusalClass.FILING,
    Actor.PERSON,
    "该参保人没有到就医地{care_area}的备案，参保地不支持未备案直接结算",
    "the person has no filing for {care_area}, and the insured place settles nothing unfiled",
    "出院结算前补办备案（国家医保服务平台APP等）即可直接结算，否则自费后手工报销",
    "file before the bill is settled (national app and others), else pay and claim by hand",
    heals_with_time=True,
)
FILING_NOT_YET_IN_FORCE = RefusalKind(
    "FILING-31",
    RefusalClass.FILING,
    Actor.PERSON,
    "备案{filing_id}自{start}起生效，晚于结算日{day}",
    "the filing {filing_id} starts on {start}, after the settlement on {day}",
    "请按自费结算，按参保地规定手工报销",
    "pay yourself; the insured place decides about a claim by hand",
)
FILING_RAN_OUT = RefusalKind(
    "FILING-32",
    RefusalClass.FILING,
    Actor.PERSON,
    "备案{filing_id}在入院前已于{end}失效",
    "the filing {filing_id} ended on {end}, before the admission",
    "请在结算前重新备案",
    "file again before the bill is settled",
)
FILED_ELSEWHERE = RefusalKind(
    "FILING-33",
    RefusalClass.FILING,
    Actor.PERSON,
    "备案{filing_id}的就医地是{filed_area}，不含{care_area}",
    "the filing {filing_id} is for {filed_area}, which does not include {care_area}",
    "请变更备案地，或另办临时外出就医备案",
    "change the place of the filing, or file as a temporary traveller",
)
FILING_NOT_APPROVED = RefusalKind(
    "FILING-34",
    RefusalClass.FILING,
    Actor.INSURED_PLACE,
    "备案{filing_id}尚未生效（{state_zh}）",
    "the filing {filing_id} is not in force (it is {state})",
    "审核中的请等待参保地审核；已退回或暂停的请补交材料",
    "wait for the review; if returned or suspended, supply the papers",
    heals_with_time=True,
)
TERM_UNKNOWN = RefusalKind(
    "FILING-35",
    RefusalClass.FILING,
    Actor.INSURED_PLACE,
    "参保地的备案规则“{term}”未知（{why}），不能判定该就诊的备案情形",
    "the filing rule '{term}' of the insured place is unknown ({why}), so the visit's standing is open",
    "请参保地核实并补充该规则；在此之前可凭票据手工报销",
    "the insured place must find out and enter the rule; until then claim by hand",
    heals_with_time=True,
)
