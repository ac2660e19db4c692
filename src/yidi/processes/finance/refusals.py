"""What finance refuses, and what it finds when bank lines are matched."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

_FUNDS = RefusalClass.FUNDS
_FINANCE = Actor.INSURED_PLACE

ACCOUNT_NOT_SOUND = RefusalKind(
    "FUNDS-701",
    _FUNDS,
    _FINANCE,
    "银行账户的{field}“{value}”无效",
    "the bank account's {field} cannot be “{value}”",
    "户名、账号、开户行必填，联行号为12位数字，收付方为机构代码或省级区划",
    "give holder, number and bank, the bank's 12 digits, and an institution or a province as the party",
)
ACCOUNT_NOT_OURS = RefusalKind(
    "FUNDS-702",
    _FUNDS,
    _FINANCE,
    "账户{account}不是{province}登记的财政专户",
    "the account {account} is not registered as the fiscal account of {province}",
    "请核对是否为其他账户的对账单；新账户先登记",
    "check whose statement it is; register a new account first",
)
STATEMENT_IMPORTED = RefusalKind(
    "FUNDS-703",
    _FUNDS,
    _FINANCE,
    "账户{account}的对账单{number}已导入（{first}至{last}），内容重复",
    "statement {number} of account {account} was imported already ({first} to {last})",
    "无需重复导入",
    "there is no need to import it again",
)
OTHER_MONTH = RefusalKind(
    "FUNDS-704",
    _FUNDS,
    _FINANCE,
    "对账单期间{first}至{last}不属于{month}",
    "the statement's days {first} to {last} are not of {month}",
    "请选择该月的对账单，或更正月份",
    "choose the statement of that month, or correct the month",
)
STATEMENT_HOLE = RefusalKind(
    "FUNDS-705",
    _FUNDS,
    _FINANCE,
    "与上一份对账单（至{last}，余额{closing}）不衔接：本份自{first}起，期初{opening}",
    "it does not follow the last statement (to {last}, balance {closing}): it starts {first} with {opening}",
    "中间缺少或重叠对账单；请按日期顺序导入每一份",
    "a statement is missing or overlaps; import each of them in order of days",
)
SUMS_DIFFER = RefusalKind(
    "FUNDS-706",
    _FUNDS,
    _FINANCE,
    "对账单期初{opening}加发生额{moved}不等于期末{closing}",
    "opening {opening} and movements {moved} of the statement do not make its closing {closing}",
    "请向银行重新下载",
    "download it from the bank again",
)
LINE_UNMATCHED = RefusalKind(
    "FUNDS-707",
    _FUNDS,
    _FINANCE,
    "流水{line_id}（{day}，{amount}元）没有对应的应收应付，已挂账待查",
    "line {line_id} ({day}, {amount} yuan) matches no expected payment; it waits in suspense",
    "请查明来源后说明科目，或待对方通知到达后再次匹配",
    "find out what it is for and explain it, or match again when the counterpart's notice has come",
    heals_with_time=True,
)
AMOUNT_DIFFERS = RefusalKind(
    "FUNDS-708",
    _FUNDS,
    _FINANCE,
    "流水{line_id}引用{expected_id}，金额{said}元，应为{have}元，已挂账待查",
    "line {line_id} refers to {expected_id} with {said} yuan where {have} are due; it waits in suspense",
    "不拆分、不合并：请与对方核实，退回或补足后重新匹配",
    "nothing is split or joined: settle it with the counterpart, have it returned or completed, match again",
)
LINE_AMBIGUOUS = RefusalKind(
    "FUNDS-709",
    _FUNDS,
    _FINANCE,
    "流水{line_id}（{amount}元）可对应多笔：{candidates}，已挂账待查",
    "line {line_id} ({amount} yuan) fits several payments: {candidates}; it waits in suspense",
    "请对方补充通知书编号，或按凭证说明",
    "ask the counterpart for the number of the notice, or explain it by the voucher",
)
LINE_NOT_OPEN = RefusalKind(
    "FUNDS-710",
    _FUNDS,
    _FINANCE,
    "流水{line_id}不在待查挂账中",
    "the line {line_id} is not in suspense",
    "请先导入并匹配；已处理的不再更改",
    "import and match it first; what is settled is not changed",
)
EXPLANATION_NOT_SOUND = RefusalKind(
    "FUNDS-711",
    _FUNDS,
    _FINANCE,
    "流水{line_id}不能记入科目{account}",
    "the line {line_id} cannot be booked to the account {account}",
    "只能记入基金科目；手续费不得由基金列支，应由银行退回后对冲",
    "book it to an account of the funds; a fee is never theirs: have the bank return it and offset the two",
)
LINES_NOT_OPPOSITE = RefusalKind(
    "FUNDS-712",
    _FUNDS,
    _FINANCE,
    "流水{line_id}与{against}金额不相抵",
    "the lines {line_id} and {against} do not cancel each other",
    "只能对冲金额相等、方向相反的两笔",
    "only lines of the same amount in opposite directions can be offset",
)
PAYEE_UNKNOWN = RefusalKind(
    "FUNDS-713",
    _FUNDS,
    _FINANCE,
    "没有登记{party}的银行账户",
    "no bank account of {party} is registered",
    "请先登记账户，再生成付款指令；本次未生成任何指令",
    "register it and make the orders then; none was made",
)
NOTHING_DUE = RefusalKind(
    "FUNDS-714",
    _FUNDS,
    _FINANCE,
    "没有待生成的付款指令（已生成{ordered}笔）",
    "no payment is left to be ordered ({ordered} were ordered before)",
    "同一笔款项只生成一次指令；如需文件请按批号重新导出",
    "a payment is ordered once; write the file of a batch again by its number",
)
EXECUTION_DAY_PAST = RefusalKind(
    "FUNDS-715",
    _FUNDS,
    _FINANCE,
    "执行日期{day}无效或早于今天{today}",
    "the execution day {day} is none, or before today, {today}",
    "请填写今天或以后的日期",
    "give today or a later day",
)
