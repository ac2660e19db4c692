"""What enrolment refuses: unknown or mismatched persons, and relations that entitle to nothing now."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

PERSON_UNKNOWN = RefusalKind(
    "IDENTITY-01",
    RefusalClass.IDENTITY,
    Actor.INSTITUTION,
    "参保地没有人员编号为{person_no}的参保人",
    "the insured place knows no person with the number {person_no}",
    "请重新读取就诊凭证，用人员信息获取交易得到的人员编号办理",
    "read the credential again and use the person number that the person query answers",
)
CREDENTIAL_UNKNOWN = RefusalKind(
    "IDENTITY-02",
    RefusalClass.IDENTITY,
    Actor.PERSON,
    "没有省份登记过该就诊凭证（类型{kind}）",
    "no province has registered this credential (type {kind})",
    "请换用医保码、社会保障卡或居民身份证，或向参保地经办机构核实参保情况",
    "show another credential (e-voucher, social card, ID card) or ask the agency of the insured place",
)
CREDENTIAL_EXPIRED = RefusalKind(
    "IDENTITY-03",
    RefusalClass.IDENTITY,
    Actor.PERSON,
    "该就诊凭证有效期为{start}至{end}，{day}不可用",
    "this credential is valid from {start} to {end}, not on {day}",
    "请换用其他有效凭证，或到参保地重新申领",
    "show another valid credential, or have it renewed by the insured place",
)
CERTIFICATE_DIFFERS = RefusalKind(
    "IDENTITY-04",
    RefusalClass.IDENTITY,
    Actor.INSTITUTION,
    "所报证件与该凭证持有人登记的证件不一致",
    "the certificate given is not the one registered for the holder of this credential",
    "请核对本人证件与凭证后重新录入，不得冒名就医",
    "compare person, certificate and credential and enter them again; nobody may use another's credential",
)
NAME_DIFFERS = RefusalKind(
    "IDENTITY-05",
    RefusalClass.IDENTITY,
    Actor.INSTITUTION,
    "所报姓名与该凭证持有人登记的姓名不一致",
    "the name given is not the one registered for the holder of this credential",
    "请核对姓名后重新录入；姓名已变更的，请先到参保地更新",
    "enter the name as registered; after a change of name have the insured place update it first",
)
PERSON_NUMBER_TAKEN = RefusalKind(
    "IDENTITY-06",
    RefusalClass.IDENTITY,
    Actor.INSURED_PLACE,
    "人员编号{person_no}已属于另一证件的参保人",
    "the person number {person_no} already belongs to the holder of another certificate",
    "请核对人员编号，或为该参保人另编编号",
    "check the person number, or give this person a new one",
)
CREDENTIAL_TAKEN = RefusalKind(
    "IDENTITY-07",
    RefusalClass.IDENTITY,
    Actor.INSURED_PLACE,
    "类型{kind}的该就诊凭证已发给另一参保人",
    "this credential of type {kind} has already been issued to another person",
    "请核对凭证号码；错发的，请先收回",
    "check the credential's number; if it was issued wrongly, withdraw it first",
)
CERTIFICATE_OF_ANOTHER = RefusalKind(
    "IDENTITY-08",
    RefusalClass.IDENTITY,
    Actor.INSURED_PLACE,
    "该证件已登记在姓名或出生日期不同的参保人名下",
    "this certificate is already registered for a person of another name or day of birth",
    "请核对身份信息后重新登记",
    "check the identity and register again",
)
ENROLMENT_INVALID = RefusalKind(
    "IDENTITY-09",
    RefusalClass.IDENTITY,
    Actor.INSURED_PLACE,
    "{field} 的值“{value}”不能登记：应为{expected_zh}",
    "{field} has the value '{value}', which cannot be registered: expected {expected_en}",
    "请更正{field}后重新登记",
    "correct {field} and register again",
)
AREA_ELSEWHERE = RefusalKind(
    "ENTITLEMENT-01",
    RefusalClass.ENTITLEMENT,
    Actor.INSURED_PLACE,
    "统筹区{area}不属于本省（{jurisdiction}）",
    "the pooling area {area} does not lie in this province ({jurisdiction})",
    "请向该统筹区所在省登记",
    "register with the province of that pooling area",
)
NOT_INSURED = RefusalKind(
    "ENTITLEMENT-02",
    RefusalClass.ENTITLEMENT,
    Actor.PERSON,
    "{day}该参保人没有险种{scheme}的参保关系",
    "on {day} the person has no relation to the scheme {scheme}",
    "请按自费就医并向参保地核实参保情况；恢复待遇后可申请手工报销",
    "be treated as self-payer and ask the insured place; once restored, claim by hand",
)
NOT_YET_INSURED = RefusalKind(
    "ENTITLEMENT-03",
    RefusalClass.ENTITLEMENT,
    Actor.PERSON,
    "险种{scheme}的参保关系自{start}起生效，{day}尚未生效",
    "the relation to the scheme {scheme} starts on {start}, after {day}",
    "{start}前就医请按自费结算",
    "pay for care before {start} yourself",
    heals_with_time=True,
)
RELATION_OVER = RefusalKind(
    "ENTITLEMENT-04",
    RefusalClass.ENTITLEMENT,
    Actor.PERSON,
    "险种{scheme}的参保关系已于{end}终止",
    "the relation to the scheme {scheme} ended on {end}",
    "请向现参保地办理；未参保的请先参保",
    "turn to the place where you are insured now, or enrol",
)
RELATION_PAUSED = RefusalKind(
    "ENTITLEMENT-05",
    RefusalClass.ENTITLEMENT,
    Actor.PERSON,
    "险种{scheme}已于{since}暂停参保（欠费等），不能直接结算",
    "the relation to the scheme {scheme} is paused since {since} (arrears or the like): no direct settlement",
    "请先按自费结算；向参保地补缴恢复待遇后可申请手工报销",
    "pay yourself now; after paying the arrears claim by hand if the insured place restores the entitlement",
)
RELATION_WAITING = RefusalKind(
    "ENTITLEMENT-06",
    RefusalClass.ENTITLEMENT,
    Actor.PERSON,
    "险种{scheme}处于待遇等待期，不能享受待遇",
    "the relation to the scheme {scheme} is in its waiting period and gives no benefit yet",
    "等待期满前就医请按自费结算；期满日请询参保地",
    "pay for care yourself until the waiting period ends; the insured place tells when",
    heals_with_time=True,
)
RELATION_LOCKED = RefusalKind(
    "ENTITLEMENT-07",
    RefusalClass.ENTITLEMENT,
    Actor.INSURED_PLACE,
    "该参保人险种{scheme}的联网结算已被锁定",
    "networked settlement of this person is locked (scheme {scheme})",
    "请先按自费结算；锁定原因和期限由参保地医保部门说明",
    "pay yourself now; the insured place explains reason and duration of the lock",
    heals_with_time=True,
)
OTHER_ENTITLEMENT_ANSWERS = RefusalKind(
    "ENTITLEMENT-08",
    RefusalClass.ENTITLEMENT,
    Actor.INSTITUTION,
    "该参保人重复参保，由险种{answers}（统筹区{area}）享受待遇，不是险种{scheme}",
    "the person is enrolled twice; the scheme {answers} (area {area}) answers, not {scheme}",
    "请以险种{answers}重新办理",
    "ask again with the scheme {answers}",
)
NOT_CERTIFIED = RefusalKind(
    "ENTITLEMENT-09",
    RefusalClass.ENTITLEMENT,
    Actor.PERSON,
    "{day}没有病种{disease_code}的有效门诊慢特病认定，按普通门诊待遇",
    "no valid certificate for the disease {disease_code} on {day}: general outpatient terms apply",
    "请先在参保地办理门诊慢特病认定",
    "have the disease certified by the insured place first",
)
FUND_DOES_NOT_COVER = RefusalKind(
    "ENTITLEMENT-10",
    RefusalClass.ENTITLEMENT,
    Actor.PERSON,
    "该基金不支付此类就诊，或该参保人未参加",
    "this fund does not pay for such a visit, or the person does not belong to it",
    "无需办理；由其他基金或个人支付",
    "nothing to do; other funds or the person pay",
)
ACCOUNT_TOO_LOW = RefusalKind(
    "FUNDS-01",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "个人账户余额{balance}元，不足以扣减{amount}元",
    "the personal account holds {balance} yuan, too little to take {amount} yuan",
    "请减少扣减金额",
    "take less",
)
ACCOUNT_AMOUNT_WRONG = RefusalKind(
    "FUNDS-02",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "个人账户变动金额{amount}元不可用：不得为零或超出范围",
    "an account movement of {amount} yuan is not possible: zero or beyond the range",
    "请更正金额",
    "correct the amount",
)
ACCOUNT_ENTRY_TAKEN = RefusalKind(
    "FUNDS-03",
    RefusalClass.FUNDS,
    Actor.INSURED_PLACE,
    "账户变动{entry_id}已以其他金额或事由登记",
    "the account movement {entry_id} is already booked with another amount or reason",
    "请另编变动号；更正请另登记一笔",
    "use a new entry id; correct by a further entry",
)
NUMBER_REPLACED = RefusalKind(
    "IDENTITY-10",
    RefusalClass.IDENTITY,
    Actor.INSTITUTION,
    "人员编号{person_no}已由{answers}接替",
    "the person number {person_no} was replaced by {answers}",
    "请重新获取人员信息，用所得人员编号办理",
    "ask for the person again and use the number that is answered",
)
