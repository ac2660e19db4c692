"""What bank files are refused for. Whatever is refused here has changed nothing."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

_FUNDS = RefusalClass.FUNDS
_OWNER = Actor.INSURED_PLACE

NOT_A_STATEMENT = RefusalKind(
    "FUNDS-60",
    _FUNDS,
    _OWNER,
    "文件不是可识别的银行对账单：{why_zh}",
    "the file is no bank statement that can be read: {why_en}",
    "请从银行下载CSV（见文档说明的列）或ISO 20022 camt.053格式的对账单",
    "download the statement from the bank as CSV (with the documented columns) or ISO 20022 camt.053",
)
FILE_TOO_LARGE = RefusalKind(
    "FUNDS-61",
    _FUNDS,
    _OWNER,
    "文件大小{size}字节，超过上限{limit}字节",
    "the file has {size} bytes, {limit} are allowed",
    "请按日或按账户分开下载",
    "download it by day or by account",
)
UNSAFE_XML = RefusalKind(
    "FUNDS-62",
    _FUNDS,
    _OWNER,
    "XML含有不允许的内容：{what_zh}",
    "the XML holds what is not allowed: {what_en}",
    "请使用银行原始文件，不得含DTD、实体或过深的嵌套",
    "use the bank's own file, without DTD, entities or deep nesting",
)
OTHER_CURRENCY = RefusalKind(
    "FUNDS-63",
    _FUNDS,
    _OWNER,
    "币种为{currency}（{where}），本系统只处理人民币CNY",
    "the currency is {currency} ({where}); only CNY is handled",
    "请导入人民币账户的对账单",
    "import the statement of an account in yuan",
)
OTHER_ACCOUNT = RefusalKind(
    "FUNDS-64",
    _FUNDS,
    _OWNER,
    "账户{account}不是本地登记的财政专户",
    "the account {account} is none of the fiscal accounts registered here",
    "请核对是否导入了其他账户的对账单；新开账户先登记",
    "check whether this is another account's statement; register a new account first",
)
STATEMENT_TWICE = RefusalKind(
    "FUNDS-65",
    _FUNDS,
    _OWNER,
    "账户{account}的对账单{number}已导入",
    "statement {number} of account {account} was imported already",
    "无需重复导入；如银行更正过，请取得新编号的对账单",
    "there is no need to import it again; if the bank corrected it, get the one with a new number",
)
DOES_NOT_ADD_UP = RefusalKind(
    "FUNDS-66",
    _FUNDS,
    _OWNER,
    "对账单不平：期初{opening}加发生额{moved}等于{reached}，期末却是{closing}",
    "the statement does not close: opening {opening} and movements {moved} make {reached}, not {closing}",
    "文件可能缺行或重复，请向银行重新下载",
    "lines may be missing or doubled; download it from the bank again",
)
LINE_TWICE = RefusalKind(
    "FUNDS-67",
    _FUNDS,
    _OWNER,
    "流水号{line}出现不止一次",
    "line {line} stands more than once",
    "请向银行重新下载",
    "download it from the bank again",
)
LINE_OUTSIDE_PERIOD = RefusalKind(
    "FUNDS-68",
    _FUNDS,
    _OWNER,
    "流水{line}的日期{day}不在对账单期间{first}至{last}内",
    "line {line} is of {day}, outside the statement's days {first} to {last}",
    "请核对期间，或向银行重新下载",
    "check the days, or download it from the bank again",
)
WRONG_VALUE = RefusalKind(
    "FUNDS-69",
    _FUNDS,
    _OWNER,
    "第{line}行“{column}”的内容“{value}”无效",
    "line {line}, column “{column}”: “{value}” is not valid",
    "日期按yyyy-MM-dd，金额按元、最多两位小数填写",
    "write days as yyyy-MM-dd and amounts in yuan with at most two decimals",
)
ORDER_NOT_PAYABLE = RefusalKind(
    "FUNDS-73",
    _FUNDS,
    _OWNER,
    "付款指令{order}的{field_zh}不符合要求：{value}",
    "payment order {order}: {field_en} cannot be sent to a bank: {value}",
    "请更正后重新生成付款文件",
    "correct it and make the payment file again",
)
ORDER_TWICE = RefusalKind(
    "FUNDS-74",
    _FUNDS,
    _OWNER,
    "付款指令{order}在同一文件中出现不止一次",
    "payment order {order} stands more than once in the file",
    "同一笔款项只付一次；请去掉重复的指令",
    "nothing is paid twice; take the doubled order out",
)
