"""What can be wrong with a visit or its fee lines. VISIT-01 to 39 and FEE-01 to 39 belong to this room."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

VISIT_UNKNOWN = RefusalKind(
    "VISIT-01",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "本机构没有就诊{visit_id}",
    "this institution has no visit {visit_id}",
    "请核对就诊号；就诊须由本机构登记，且只能由本机构办理",
    "check the visit's number; only the institution that registered a visit may act on it",
)
VISIT_OF_ANOTHER_PERSON = RefusalKind(
    "VISIT-02",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}不属于人员编号{person_no}",
    "the visit {visit_id} is not of the person {person_no}",
    "请核对就诊号与人员编号；编号更换后，门诊就诊仍用登记时的编号",
    "check the visit's number and the person number; after a change an outpatient visit keeps its own",
)
AWAITING_ANSWER = RefusalKind(
    "VISIT-03",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}的上一笔业务（报文{msgid}）尚在等待参保地答复",
    "the visit {visit_id} still awaits the insured place's answer to message {msgid}",
    "请稍后重试；长时间无答复时重发该报文或对其冲正",
    "try again later; if no answer comes send that message again or reverse it",
    heals_with_time=True,
)
NOT_OPEN = RefusalKind(
    "VISIT-04",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}已撤销或未获登记，不能再办理",
    "the visit {visit_id} was cancelled or never admitted: nothing more can be done on it",
    "请重新办理挂号或入院登记",
    "register or admit the person again",
)
NOT_A_STAY = RefusalKind(
    "VISIT-05",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}不是住院就诊",
    "the visit {visit_id} is no stay",
    "请按门诊业务办理，或核对就诊号",
    "use the outpatient transactions, or check the visit's number",
)
NOT_OUTPATIENT = RefusalKind(
    "VISIT-06",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}不是门诊就诊",
    "the visit {visit_id} is no outpatient visit",
    "请按住院业务办理，或核对就诊号",
    "use the inpatient transactions, or check the visit's number",
)
OWN_NUMBER_TAKEN = RefusalKind(
    "VISIT-07",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "住院/门诊号{own_number}已用于就诊{visit_id}",
    "the hospital's number {own_number} was used before, for the visit {visit_id}",
    "请使用院内唯一的住院/门诊号；重复登记的请先撤销原登记",
    "use a number unique in the hospital; cancel the earlier registration if this is the same visit",
)
OWN_NUMBER_DIFFERS = RefusalKind(
    "VISIT-08",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}登记的住院/门诊号是{registered}，不是{given}",
    "the visit {visit_id} was registered with the hospital's number {registered}, not {given}",
    "请核对就诊号与住院/门诊号",
    "check the visit's number and the hospital's number",
)
DAY_UNREADABLE = RefusalKind(
    "VISIT-09",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "{field} 的值“{value}”不是日期时间：应为yyyy-MM-dd HH:mm:ss",
    "{field} has the value '{value}', which is no time: expected yyyy-MM-dd HH:mm:ss",
    "请更正{field}后重新上传",
    "correct {field} and send it again",
)
IN_THE_FUTURE = RefusalKind(
    "VISIT-10",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "{field} 的日期{day}晚于今天{today}",
    "{field} lies in the future: {day}, today is {today}",
    "请核对{field}与本机构系统时间",
    "check {field} and the clock of the institution's system",
)
CREDENTIAL_OF_ANOTHER = RefusalKind(
    "IDENTITY-20",
    RefusalClass.IDENTITY,
    Actor.INSTITUTION,
    "类型{kind}的就诊凭证不是人员编号{person_no}本人的，或未登记",
    "the credential of type {kind} is not of the person {person_no}, or not registered",
    "请重新读取本人凭证，并用所得人员编号办理；不得冒名就医",
    "read the person's own credential again and use the number it answers; nobody may use another's",
)
CREDENTIAL_NOT_VALID = RefusalKind(
    "IDENTITY-21",
    RefusalClass.IDENTITY,
    Actor.PERSON,
    "就诊凭证有效期为{start}至{end}，{day}不可用",
    "the credential is valid from {start} to {end}, not on {day}",
    "请换用其他有效凭证",
    "show another valid credential",
)
HOLDER_CERTIFICATE_DIFFERS = RefusalKind(
    "IDENTITY-22",
    RefusalClass.IDENTITY,
    Actor.INSTITUTION,
    "所报证件与人员编号{person_no}登记的证件不一致",
    "the certificate given is not the one registered for the person {person_no}",
    "请核对本人证件后重新录入",
    "compare the person's certificate and enter it again",
)
HOLDER_NAME_DIFFERS = RefusalKind(
    "IDENTITY-23",
    RefusalClass.IDENTITY,
    Actor.INSTITUTION,
    "所报姓名与人员编号{person_no}登记的姓名不一致",
    "the name given is not the one registered for the person {person_no}",
    "请核对姓名后重新录入；姓名已变更的，请先到参保地更新",
    "enter the name as registered; after a change of name have the insured place update it first",
)
OTHER_NUMBER_ANSWERS = RefusalKind(
    "IDENTITY-24",
    RefusalClass.IDENTITY,
    Actor.INSTITUTION,
    "该参保人现以人员编号{answers}享受待遇，不是{person_no}",
    "the person is entitled under the number {answers} now, not {person_no}",
    "请重新获取人员信息，用所得人员编号办理",
    "ask for the person again and use the number that is answered",
)
KEPT_FOR_CLAIM = RefusalKind(
    "VISIT-33",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "本次就医不能直接结算，就诊信息以就诊号{visit_id}留存，仅供手工报销",
    "the visit cannot be settled directly; it is kept under the number {visit_id} for a manual claim only",
    "请以该就诊号上传就诊信息、明细及出院信息，由参保人凭此申请手工报销；原因消除后也可重新登记",
    "upload its data, lines and discharge under that number, and the person claims with it; once the reasons"
    " are gone it may also be registered anew",
)
KEPT_LINES_STAND = RefusalKind(
    "VISIT-34",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "住院/门诊号{own_number}的就诊{visit_id}已为手工报销留存费用明细",
    "the visit {visit_id} with the hospital's number {own_number} is kept with fee lines for a manual claim",
    "如改为直接结算，请先撤销该就诊的明细，再重新登记；已申请手工报销的不能改",
    "to settle directly instead, withdraw its lines first and register anew; what is claimed stays a claim",
)
IN_HOSPITAL = RefusalKind(
    "VISIT-11",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "该人员自{since}起在{name}（{institution_code}）住院，在院期间不能办理入院",
    "the person has been in hospital at {name} ({institution_code}) since {since}: no other admission",
    "请先由该机构办理出院，再办理入院",
    "have that institution discharge the person first",
    heals_with_time=True,
)
VISIT_NUMBER_SPENT = RefusalKind(
    "VISIT-12",
    RefusalClass.VISIT,
    Actor.CARE_PLACE,
    "就诊{visit_id}已登记或已撤销，不能再次登记",
    "the visit {visit_id} was registered or cancelled before and cannot begin again",
    "请以新的报文重新登记",
    "register anew with a new message",
)
REVERSED = RefusalKind(
    "VISIT-13",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "报文{msgid}已被冲正，不再生效",
    "the message {msgid} was reversed and takes no effect any more",
    "如仍需办理，请使用新的报文ID",
    "if it is still wanted, send it with a new message id",
)
CHRONIC_CODE_MISSING = RefusalKind(
    "VISIT-14",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "门诊慢特病就诊未填病种编码",
    "a chronic-disease visit without a disease code",
    "请填写已认定的门诊慢特病病种编码，如M03900",
    "give the code of the certified disease, e.g. M03900",
)
CHRONIC_NOT_NATIONAL = RefusalKind(
    "VISIT-15",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "病种{disease_code}不在跨省直接结算的门诊慢特病范围内",
    "the disease {disease_code} is none of those settled directly across provinces",
    "请按普通门诊办理，或自费结算后回参保地手工报销",
    "settle it as general outpatient care, or pay and claim by hand at the insured place",
)
CHRONIC_NOT_CERTIFIED = RefusalKind(
    "VISIT-16",
    RefusalClass.VISIT,
    Actor.PERSON,
    "{day}参保地没有该人员病种{disease_code}的有效认定",
    "on {day} the insured place holds no valid certificate of the person for the disease {disease_code}",
    "请先在参保地办理门诊慢特病认定，或按普通门诊办理",
    "have the disease certified by the insured place first, or register as general outpatient care",
)
MARK_UNKNOWN = RefusalKind(
    "VISIT-17",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "{field} 的值“{value}”不可用：应为{expected}",
    "{field} has the value '{value}': expected one of {expected}",
    "请更正{field}后重新上传",
    "correct {field} and send it again",
)
EMERGENCY_UNMARKED = RefusalKind(
    "VISIT-18",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "急诊就诊未如实标记急诊：门诊急诊转诊标志应为1或3，住院类型应为2",
    "an emergency visit without its mark: outpatient urgency must be 1 or 3, the kind of admission 2",
    "请补充急诊标志后重新上传；急诊视同已备案",
    "add the mark and send it again; an emergency counts as filed",
)
TRAUMA_UNMARKED = RefusalKind(
    "VISIT-19",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "外伤就诊未标记外伤：外伤标志应为1",
    "a trauma visit without its mark: trauma must be 1",
    "请补充外伤标志和涉及第三方标志后重新上传",
    "add the marks of trauma and third party and send it again",
)
THIRD_PARTY_UNSAID = RefusalKind(
    "VISIT-20",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "外伤标志为1时必须说明是否涉及第三方",
    "where trauma is 1 it must be said whether a third party is involved",
    "请询问参保人并填写涉及第三方标志",
    "ask the person and give the mark of a third party",
)
CHANGES_CARE = RefusalKind(
    "VISIT-22",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}登记为{registered}，不能改为{given}",
    "the visit {visit_id} was registered as {registered} and cannot become {given}",
    "请撤销后重新登记；门诊与住院不能互改",
    "cancel it and register again; outpatient care never becomes a stay or the reverse",
)
KIND_SETTLED = RefusalKind(
    "VISIT-23",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}已有结算，不能再更改医疗类别或病种",
    "the visit {visit_id} has a settlement: its kind and disease can no longer change",
    "请先撤销结算，再更改就诊信息",
    "cancel the settlement first, then change the visit",
)
LINES_STANDING = RefusalKind(
    "VISIT-24",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}还有{count}条费用明细，不能撤销",
    "the visit {visit_id} still has {count} fee lines and cannot be cancelled",
    "请先撤销全部费用明细，再撤销登记",
    "withdraw all fee lines first, then cancel",
)
SETTLED = RefusalKind(
    "VISIT-25",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}已结算或正在结算（{settlements}）",
    "the visit {visit_id} is settled or being settled ({settlements})",
    "请先撤销该结算，再办理",
    "cancel that settlement first",
)
CLAIMED = RefusalKind(
    "VISIT-26",
    RefusalClass.VISIT,
    Actor.INSURED_PLACE,
    "就诊{visit_id}已转手工报销，不能再更改",
    "the visit {visit_id} went into a manual claim and can no longer change",
    "请联系参保地经办机构；手工报销撤回后方可更改",
    "ask the insured place's agency; it may change once the claim is taken back",
)
ALREADY_DISCHARGED = RefusalKind(
    "VISIT-27",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}已于{day}办理出院",
    "the stay {visit_id} was discharged on {day} already",
    "无需重复办理；出院信息有误的请先撤销出院",
    "nothing to do; if the discharge is wrong cancel it first",
)
NOT_DISCHARGED = RefusalKind(
    "VISIT-28",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}没有办理出院，无可撤销",
    "the stay {visit_id} is not discharged: nothing to cancel",
    "请核对就诊号",
    "check the visit's number",
)
ENDS_BEFORE_IT_STARTS = RefusalKind(
    "VISIT-29",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "出院日期{ended}早于入院日期{started}",
    "the day of discharge {ended} is before the admission on {started}",
    "请核对入院与出院时间",
    "check the times of admission and discharge",
)
END_OF_DISCHARGE = RefusalKind(
    "VISIT-30",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}已于{registered}出院，入院变更不能把出院时间改为{given}",
    "the stay {visit_id} ended on {registered}; a change of the admission cannot move that to {given}",
    "请撤销出院后以正确的时间重新办理出院",
    "cancel the discharge and discharge again with the right time",
)
STAY_UNKNOWN = RefusalKind(
    "VISIT-31",
    RefusalClass.VISIT,
    Actor.CARE_PLACE,
    "参保地没有该人员就诊{visit_id}的在院记录，或状态不符（{state}）",
    "the insured place has no such stay {visit_id} of the person, or not in that state ({state})",
    "请就医地核对就诊登记是否已送达参保地",
    "the care place should check whether the admission reached the insured place",
)
NOT_SETTLED = RefusalKind(
    "VISIT-32",
    RefusalClass.VISIT,
    Actor.INSTITUTION,
    "就诊{visit_id}没有有效的结算{settlement_id}",
    "the visit {visit_id} has no standing settlement {settlement_id}",
    "请在结算后上传结算清单，并核对结算号",
    "send the settlement list after the settlement and check its number",
)
NO_LINES = RefusalKind(
    "FEE-01",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "上传中没有费用明细",
    "the upload holds no fee line",
    "请至少上传一条费用明细",
    "send one line at least",
)
LINE_OF_ANOTHER_VISIT = RefusalKind(
    "FEE-02",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "明细{line}属于就诊{given}，不属于{visit_id}",
    "line {line} is of the visit {given}, not of {visit_id}",
    "一次上传只能包含一次就诊的明细",
    "one upload holds the lines of one visit",
)
LINE_OF_ANOTHER_PERSON = RefusalKind(
    "FEE-03",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "明细{line}的人员编号{given}不是该就诊的人员",
    "line {line} is of the person {given}, who is not the visit's",
    "请核对人员编号",
    "check the person number",
)
LINE_NUMBER_MISSING = RefusalKind(
    "FEE-04",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "第{position}条明细没有流水号",
    "the line at place {position} has no number",
    "请填写就诊内唯一的费用明细流水号",
    "give it a number unique within the visit",
)
DUPLICATE_LINE = RefusalKind(
    "FEE-05",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "明细流水号{line}重复：该就诊已有此明细或本次上传中出现多次",
    "line number {line} is used twice: the visit has it already, or the upload holds it more than once",
    "请使用就诊内唯一的流水号；更正明细请先撤销原明细",
    "use numbers unique within the visit; withdraw a line before sending it corrected",
)
FEE_DAY_UNREADABLE = RefusalKind(
    "FEE-06",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "明细{line}：费用发生时间“{value}”不是日期时间",
    "line {line}: '{value}' is no time at which a fee arose",
    "请按yyyy-MM-dd HH:mm:ss填写费用发生时间",
    "write the time of the fee as yyyy-MM-dd HH:mm:ss",
)
FEE_DAY_TOO_LATE = RefusalKind(
    "FEE-07",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "明细{line}：费用发生日{day}晚于{last}（今天或出院日）",
    "line {line}: the fee arose on {day}, after {last} (today, or the day of discharge)",
    "请核对费用发生时间；出院后发生的费用不属于本次住院",
    "check the time of the fee; what arises after discharge is not of this stay",
)
APPROVAL_UNKNOWN = RefusalKind(
    "FEE-08",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "明细{line}：医院审批标志“{value}”不可用：应为0、1或2",
    "line {line}: the hospital's approval '{value}' is none of 0, 1, 2",
    "请填写0无须审批、1审批通过或2审批不通过",
    "give 0 none needed, 1 approved or 2 not approved",
)
BATCH_OF_SEVERAL_DISEASES = RefusalKind(
    "FEE-09",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "收费批次{batch}含多个病种编码（{diseases}）",
    "the charge batch {batch} holds several disease codes ({diseases})",
    "专病专治：每个收费批次只能有一个病种，请分批上传",
    "one disease a charge batch: send them in batches of their own",
)
BATCH_SETTLED = RefusalKind(
    "FEE-10",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "收费批次{batch}已结算或正在结算，不能再上传明细",
    "the charge batch {batch} is settled or being settled: no more lines",
    "请使用新的收费批次号，或先撤销结算",
    "use a new batch number, or cancel the settlement first",
)
REFUND_NAMES_NO_LINE = RefusalKind(
    "FEE-11",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "负数明细{line}未指明被退的原明细，或原明细{refunds}不存在",
    "the negative line {line} names no line it takes back, or there is no live line {refunds}",
    "请填写原费用流水号；门诊退费请撤销该收费批次后重新上传",
    "name the original line; for outpatient care withdraw the batch and send it again",
)
REFUND_NOT_NEGATIVE = RefusalKind(
    "FEE-12",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "明细{line}退原明细{refunds}，数量和金额却不是负数",
    "line {line} takes back line {refunds}, but quantity and total are not negative",
    "退费明细的数量与金额应为负数；非退费请勿填原流水号",
    "a refund has a negative quantity and total; leave the original's number away otherwise",
)
REFUND_TOO_LARGE = RefusalKind(
    "FEE-13",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "退费明细{line}：原明细{refunds}尚可退{left_quantity}（{left}元），本次退{quantity}（{given}元）",
    "refund {line}: of line {refunds} {left_quantity} ({left} yuan) may still be taken back, "
    "not {quantity} ({given} yuan)",
    "请核对退费数量与金额，累计退费不得超过原明细",
    "check quantity and amount; all refunds of a line together stay within it",
)
REFUND_OF_ANOTHER_ITEM = RefusalKind(
    "FEE-14",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "退费明细{line}的项目{item_code}与原明细{refunds}的项目{original}不一致",
    "refund {line} is of the item {item_code}, but line {refunds} is of {original}",
    "请按原明细的医疗目录编码退费",
    "take back the item of the original line",
)
REFUND_OF_SETTLED = RefusalKind(
    "FEE-15",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "退费明细{line}：原明细{refunds}已结算或正在结算",
    "refund {line}: line {refunds} is settled or being settled",
    "请先撤销结算，再退费",
    "cancel the settlement first",
)
LINE_SETTLED = RefusalKind(
    "FEE-16",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "明细{line}已结算或正在结算（{settlement_id}），不能撤销",
    "line {line} is settled or being settled ({settlement_id}) and cannot be withdrawn",
    "请先撤销结算，再撤销明细",
    "cancel the settlement first, then withdraw the line",
)
LINE_UNKNOWN = RefusalKind(
    "FEE-17",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "就诊{visit_id}没有可撤销的明细{line}",
    "the visit {visit_id} has no line {line} that could be withdrawn",
    "请核对明细流水号；已撤销的无需再撤",
    "check the line's number; a line withdrawn before needs nothing",
)
BATCH_UNKNOWN = RefusalKind(
    "FEE-18",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "就诊{visit_id}没有收费批次{batch}的未结算明细",
    "the visit {visit_id} has no unsettled line of the charge batch {batch}",
    "请核对收费批次号；已撤销的无需再撤",
    "check the batch number; a batch withdrawn before needs nothing",
)
LINE_REFUNDED = RefusalKind(
    "FEE-19",
    RefusalClass.FEE,
    Actor.INSTITUTION,
    "明细{line}已有退费明细{refund}，不能单独撤销",
    "line {line} is taken back by line {refund} and cannot be withdrawn alone",
    "请先撤销退费明细，或一并撤销",
    "withdraw the refund first, or both together",
)
