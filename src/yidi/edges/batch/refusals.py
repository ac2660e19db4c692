"""What a bulk job refuses: an input that is doubled, foreign, incomplete or altered. Nothing is written."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

NO_EXTRACT = RefusalKind(
    "FUNDS-81",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{folder}不是数据提取件：缺少清单或清单不可读",
    "{folder} is no extract: its manifest is missing or cannot be read",
    "请重新提取该文件夹的数据，或核对文件夹名称",
    "extract it again, or check the name of the folder",
)
DOUBLED_FILE = RefusalKind(
    "FUNDS-82",
    RefusalClass.FUNDS,
    Actor.NATION,
    "文件{name}与{other}重复：{day}同一方的数据被送交两次",
    "the file {name} doubles {other}: the same party's data of {day} were handed in twice",
    "请去掉其中一份后重新运行",
    "take one of the two away and run again",
)
OTHER_MONTH = RefusalKind(
    "FUNDS-83",
    RefusalClass.FUNDS,
    Actor.NATION,
    "{name}不属于所要求的期间{since}至{until}（不含），而是{day}",
    "{name} is not of the span asked for, {since} up to {until}, but of {day}",
    "请提供所要求期间的文件，或更改期间",
    "hand in the files of the span asked for, or ask for another span",
)
MISSING_DAY = RefusalKind(
    "FUNDS-84",
    RefusalClass.FUNDS,
    Actor.NATION,
    "缺少{side}方{day}的数据：{missing}",
    "the data of {day} of the party {side} are missing: {missing}",
    "请补充提取缺少的日期后重新运行",
    "extract the missing day and run again",
    heals_with_time=True,
)
ALTERED_FILE = RefusalKind(
    "FUNDS-85",
    RefusalClass.FUNDS,
    Actor.NATION,
    "文件{name}与其清单不符：{what_zh}",
    "the file {name} is not what its manifest says: {what_en}",
    "请重新提取该文件，不得改动提取件",
    "extract the file again; an extract must not be changed",
)
OUT_OF_RANGE = RefusalKind(
    "FUNDS-86",
    RefusalClass.FUNDS,
    Actor.NATION,
    "金额运算可能超出64位整数范围：{rows}行，单项最大{largest_fen}分",
    "computing with the amounts may pass 64 bits: {rows} rows, the largest amount {largest_fen} fen",
    "请核查异常金额，或分段运行",
    "look into the abnormal amount, or run in parts",
)
