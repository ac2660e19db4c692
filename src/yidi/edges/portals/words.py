"""Words of the pages, Chinese and English, for the codes that view models carry."""

from __future__ import annotations

SCHEMES = {"310": ("职工医保", "Employee scheme"), "390": ("居民医保", "Resident scheme")}
CARE_KINDS = {
    "inpatient": ("住院", "Inpatient"),
    "outpatient": ("普通门诊", "Outpatient"),
    "emergency_outpatient": ("急诊", "Emergency outpatient"),
    "chronic": ("门诊慢特病", "Chronic disease outpatient"),
    "pharmacy": ("药店购药", "Pharmacy"),
}
STATES = {
    "booked": ("已结算", "Settled"),
    "undone": ("已撤销", "Cancelled"),
    "undoing": ("撤销记录", "Cancellation"),
    "refused": ("未能直接结算", "Not settled directly"),
    "unknown": ("等待答复", "Waiting for the answer"),
}
STANDINGS = {
    "local": ("本地就医", "Treated at home"),
    "long_term": ("长期备案", "Filed long term"),
    "referred": ("转诊备案", "Referred"),
    "emergency": ("急诊抢救（视同备案）", "Emergency, treated as filed"),
    "temporary": ("其他临时外出", "Other temporary"),
    "unfiled": ("未备案", "Not filed"),
}
CATEGORIES = {
    "resettled_retiree": ("异地安置退休人员", "Resettled retiree"),
    "long_term_resident": ("异地长期居住人员", "Long-term resident elsewhere"),
    "stationed_staff": ("常驻异地工作人员", "Staff stationed elsewhere"),
    "referred": ("异地转诊人员", "Referred"),
    "emergency": ("异地急诊抢救人员", "Emergency"),
    "temporary": ("其他临时外出就医人员", "Other temporary"),
}
FUNDS = {
    "pool": ("基本医疗保险统筹基金", "Basic pool"),
    "large_sum": ("职工大额医疗费用补助", "Employees' large sum"),
    "serious_illness": ("居民大病保险", "Serious-illness insurance"),
    "civil_servant": ("公务员医疗补助", "Civil-servant subsidy"),
    "employer_supplement": ("企业补充医疗保险", "Employer supplement"),
    "assistance": ("医疗救助", "Medical assistance"),
    "disabled_soldier": ("伤残人员医疗保障", "Disabled soldiers' fund"),
    "other": ("其他基金", "Other"),
}
RELATION_STATES = {
    "normal": ("正常参保", "Normal"),
    "paused": ("暂停参保", "Paused"),
    "ended": ("终止参保", "Ended"),
    "waiting": ("等待期", "Waiting"),
    "locked": ("已锁定", "Locked"),
}


FILING_STATES = {
    "under_review": ("审核中", "Under review"),
    "returned": ("退回补正", "Returned for material"),
    "active": ("有效", "Active"),
    "suspended": ("承诺撤回，已暂停", "Suspended"),
    "changed": ("已变更", "Changed"),
    "cancelled": ("已取消", "Cancelled"),
}
PAPERS = {
    "resettlement_proof": ("安置证明（如户口簿）", "Proof of resettlement, e.g. household register"),
    "residence_proof": ("居住证明（如居住证）", "Proof of residence, e.g. residence permit"),
    "work_proof": ("工作证明（派出函、合同之一）", "Proof of work: posting letter or contract"),
}
CLAIM_STATES = {
    "asked": ("办理中", "Being decided"),
    "paid": ("已支付", "Paid"),
    "refused": ("未获支付", "Not paid"),
}
VISIT_EVENTS = {
    "": ("已申请", "Asked for"),
    "opened": ("就诊中", "Open"),
    "refused": ("未能登记", "Refused"),
    "for_claim": ("仅供手工报销", "Kept for a claim"),
    "described": ("就诊中", "Open"),
    "changed": ("就诊中", "Open"),
    "discharged": ("已出院", "Discharged"),
    "discharge_cancelled": ("在院", "In hospital"),
    "cancelled": ("已撤销", "Cancelled"),
}


ROLES = {
    "hospital_operator": ("医院操作员", "Hospital operator"),
    "agency_clerk": ("经办人员", "Agency clerk"),
    "reviewer": ("复核人员", "Reviewer"),
    "finance": ("财务人员", "Finance"),
    "supervisor": ("监管人员", "Supervisor"),
    "national_operator": ("国家级操作员", "National operator"),
    "administrator": ("系统管理员", "Administrator"),
    "auditor": ("审计人员", "Auditor"),
    "system_account": ("本机账户", "Account of the machine"),
}
READINGS = {
    "person": ("人员", "Person"),
    "filing": ("备案", "Filing"),
    "settlement": ("结算", "Settlement"),
    "claim": ("手工报销", "Claim"),
    "money": ("汇总资金", "Sums of money"),
    "message": ("报文", "Message"),
    "users": ("用户", "Users"),
    "log": ("查阅记录", "Record of readings"),
}
OUTCOMES = {
    "asked": ("已提出", "Asked"),
    "done": ("已办", "Done"),
    "refused": ("被拒", "Refused"),
}
EVENTS = {
    "good": ("登录成功", "Signed in"),
    "new_place": ("从新地址登录成功", "Signed in from a new address"),
    "half": ("密码正确，等待动态码", "Password right, the code is due"),
    "wrong": ("密码或动态码不正确", "Wrong password or code"),
    "locked": ("锁定期间的登录", "Tried while locked"),
    "used": ("动态码被重复使用", "A code was used a second time"),
    "late": ("一次性密码已过期", "One-time password too old"),
    "added": ("建立账户", "Account added"),
    "password_set": ("密码已更改", "Password changed"),
    "one_time_set": ("发放一次性密码", "One-time password issued"),
    "must_change": ("密码易被猜中，须更改", "Password easily guessed: must be changed"),
    "role_set": ("角色已更改", "Role changed"),
    "closed": ("账户停用", "Account closed"),
    "reopened": ("账户恢复", "Account reopened"),
    "factor_set": ("登记第二因素", "Second factor enrolled"),
    "factor_removed": ("解除第二因素", "Second factor taken away"),
}
PURPOSES = {
    "service": ("办理业务", "Service"),
    "claim": ("手工报销", "Claim"),
    "complaint": ("投诉查询", "Complaint"),
    "review": ("复核", "Review"),
    "payment": ("支付", "Payment"),
    "reconciliation": ("对账", "Reconciliation"),
    "supervision": ("监管", "Supervision"),
    "audit": ("审计", "Audit"),
    "operation": ("运行维护", "Operation"),
}


def zh(table: dict[str, tuple[str, str]], code: str) -> str:
    """Return the Chinese word for a code, or the code itself."""
    return table.get(code, (code, code))[0]


def en(table: dict[str, tuple[str, str]], code: str) -> str:
    """Return the English word for a code, or the code itself."""
    return table.get(code, (code, code))[1]


def sentence(words_en: str) -> str:
    """Write an English clause of a refusal or a step as a sentence."""
    return f"{words_en[:1].upper()}{words_en[1:].rstrip('.')}." if words_en else ""
