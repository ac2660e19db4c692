"""Why a file of visits is not simulated at all."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

NO_VISITS_FILE = RefusalKind(
    "POLICY-81",
    RefusalClass.POLICY,
    Actor.INSURED_PLACE,
    "{name}不是就诊数据文件：{reason}。",
    "{name} is no file of visits: {reason}.",
    "请提供 Parquet 文件，列见 docs/reference/policy-simulate.md。",
    "Hand in a Parquet file with the columns of docs/reference/policy-simulate.md.",
)
NOT_IN_ORDER = RefusalKind(
    "POLICY-82",
    RefusalClass.POLICY,
    Actor.INSURED_PLACE,
    "第 {row} 行未按人员和日期排序，累计额无法逐次结转。",
    "Row {row} is not in the order of person and day, so counters cannot be carried.",
    "请按 person、on 排序后重新提供。",
    "Sort the file by person and on, and hand it in again.",
)
UNKNOWN_WORD = RefusalKind(
    "POLICY-83",
    RefusalClass.POLICY,
    Actor.INSURED_PLACE,
    "列 {column} 含有未知取值“{value}”，允许的取值：{expected}。",
    "Column {column} has the unknown word '{value}'; known are {expected}.",
    "请更正该列后重新提供。",
    "Correct the column and hand the file in again.",
)
OTHER_RUN = RefusalKind(
    "POLICY-84",
    RefusalClass.POLICY,
    Actor.INSURED_PLACE,
    "文件夹 {folder} 中的进度属于另一次模拟（政策或就诊数据不同）。",
    "The progress in {folder} belongs to another simulation: other policies or other visits.",
    "请换一个文件夹，或清空后重新开始。",
    "Name another folder, or empty it and start anew.",
)
PACK_NOT_FOUND = RefusalKind(
    "POLICY-85",
    RefusalClass.POLICY,
    Actor.INSURED_PLACE,
    "没有政策包“{name}”：既不是文件或文件夹，也不是随附政策包的编号。",
    "There is no pack '{name}': neither a file nor a folder, nor the id of a pack that ships.",
    "请给出政策包文件、文件夹或其编号，如 wuhan。",
    "Name a pack's file, a folder of packs, or its id, such as wuhan.",
)
BILLS_BEYOND_RANGE = RefusalKind(
    "POLICY-86",
    RefusalClass.POLICY,
    Actor.INSURED_PLACE,
    "{count} 次就诊的费用超过 {most} 元，超出批量计算的范围，未计入比较。",
    "Visits with an amount above {most} yuan, which is beyond bulk computing, are left out: {count}.",
    "请核对这些金额（单位为分）；属实的，请作为算例用 yidi policy cases 计算。",
    "Check these amounts (they are in fen); compute those that are right as cases: yidi policy cases.",
)
COLUMNS_MISSING = RefusalKind(
    "POLICY-87",
    RefusalClass.POLICY,
    Actor.INSURED_PLACE,
    "{name} 缺少列：{columns}。",
    "{name} lacks the columns {columns}.",
    "请补上这些列，含义见 docs/reference/policy-simulate.md。",
    "Add them; docs/reference/policy-simulate.md says what they hold.",
)
WRONG_TYPE = RefusalKind(
    "POLICY-88",
    RefusalClass.POLICY,
    Actor.INSURED_PLACE,
    "列 {column} 的类型是 {found}，应为 {expected}。",
    "Column {column} is {found}; it must be {expected}.",
    "请按该类型重新导出；金额以分为单位取整数，不作换算。",
    "Write the column anew in this type; amounts are whole fen, and nothing is converted in silence.",
)
NO_VISITS = RefusalKind(
    "POLICY-89",
    RefusalClass.POLICY,
    Actor.INSURED_PLACE,
    "{name} 中没有就诊记录。",
    "{name} holds no visit.",
    "请提供至少含一次就诊的文件。",
    "Hand in a file with at least one visit.",
)
EMPTY_CELL = RefusalKind(
    "POLICY-90",
    RefusalClass.POLICY,
    Actor.INSURED_PLACE,
    "第 {row} 行的 {column} 为空。",
    "Row {row} has no {column}.",
    "请补齐后重新提供；可以为空的列见 docs/reference/policy-simulate.md。",
    "Fill it in and hand the file in again; docs/reference/policy-simulate.md says what may be empty.",
)
BALANCE_OUT_OF_RANGE = RefusalKind(
    "POLICY-91",
    RefusalClass.POLICY,
    Actor.INSURED_PLACE,
    "第 {row} 行的个人账户余额为 {amount} 分，不得为负或超出范围。",
    "Row {row} has a personal account of {amount} fen; it may be neither negative nor out of range.",
    "请更正；不使用账户的，填 0 或留空。",
    "Correct it; where the account is not used, write 0 or nothing.",
)
