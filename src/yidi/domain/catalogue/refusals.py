"""What can be wrong with a fee line or a catalogue file. Numbers 60-79 of each class belong to this room."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

TOTAL_DIFFERS = RefusalKind(
    code="FEE-60",
    refusal_class=RefusalClass.FEE,
    actor=Actor.INSTITUTION,
    cause_zh="明细{line}：总额{given}元与数量{quantity}×单价{unit_price}={expected}元不符",
    cause_en="line {line}: the total {given} yuan differs from {quantity} x {unit_price} = {expected} yuan",
    remedy_zh="请核对数量、单价与总额（四舍五入到分）后重新上传",
    remedy_en="Correct quantity, unit price or total (rounded half up to fen) and send the line again",
)
UNIT_PRICE_OUT_OF_RANGE = RefusalKind(
    code="FEE-61",
    refusal_class=RefusalClass.FEE,
    actor=Actor.INSTITUTION,
    cause_zh="明细{line}：单价“{value}”超出范围：应不小于0，至多10位整数6位小数",
    cause_en="line {line}: the unit price '{value}' is out of range: at least 0, at most 10 digits "
    "and 6 decimals",
    remedy_zh="请更正单价后重新上传；退费请用负数量",
    remedy_en="Correct the unit price and send the line again; a refund has a negative quantity",
)
AMOUNT_OUT_OF_RANGE = RefusalKind(
    code="FEE-62",
    refusal_class=RefusalClass.FEE,
    actor=Actor.INSTITUTION,
    cause_zh="明细{line}：数量“{value}”超出范围：至多12位整数4位小数，且金额不超过14位整数",
    cause_en="line {line}: the quantity '{value}' is out of range: at most 12 digits and 4 decimals, and an "
    "amount of at most 14 digits",
    remedy_zh="请更正数量后重新上传",
    remedy_en="Correct the quantity and send the line again",
)
WRONG_COLUMN_COUNT = RefusalKind(
    code="MESSAGE-90",
    refusal_class=RefusalClass.MESSAGE,
    actor=Actor.CARE_PLACE,
    cause_zh="第{row}行：共{found}列，应为{expected}列",
    cause_en="row {row}: {found} columns, expected {expected}",
    remedy_zh="请确认文件种类和接口版本，并重新下载目录文件",
    remedy_en="Check the kind and version of the file and download it again",
)
EMPTY_CELL = RefusalKind(
    code="MESSAGE-91",
    refusal_class=RefusalClass.MESSAGE,
    actor=Actor.CARE_PLACE,
    cause_zh="第{row}行第{column}列（{field}）为空",
    cause_en="row {row}, column {column} ({field}) is empty",
    remedy_zh="请补全该列后重新导入",
    remedy_en="Fill the column and import the file again",
)
WRONG_CELL = RefusalKind(
    code="MESSAGE-92",
    refusal_class=RefusalClass.MESSAGE,
    actor=Actor.CARE_PLACE,
    cause_zh="第{row}行第{column}列（{field}）的值“{value}”有误：应为{expected}",
    cause_en="row {row}, column {column} ({field}) has the value '{value}': expected {expected}",
    remedy_zh="请更正该值后重新导入",
    remedy_en="Correct the value and import the file again",
)
OVERLAPPING_SPANS = RefusalKind(
    code="MESSAGE-93",
    refusal_class=RefusalClass.MESSAGE,
    actor=Actor.CARE_PLACE,
    cause_zh="目录项目{code}在{first}起和{second}起的两条记录有效期重叠",
    cause_en="the entries of item {code} that start on {first} and {second} overlap",
    remedy_zh="请为前一条记录填写结束日期，每天只能有一条有效记录",
    remedy_en="End the earlier entry: on any day one entry of an item may stand",
)
UNKNOWN_ITEM = RefusalKind(
    code="MESSAGE-96",
    refusal_class=RefusalClass.MESSAGE,
    actor=Actor.CARE_PLACE,
    cause_zh="地方规则中的目录项目{code}不在目录中",
    cause_en="the terms name item {code}, which the catalogue lacks",
    remedy_zh="请核对编码，或先导入该项目",
    remedy_en="Check the code, or import the item first",
)
UNREADABLE_TEXT = RefusalKind(
    code="MESSAGE-94",
    refusal_class=RefusalClass.MESSAGE,
    actor=Actor.CARE_PLACE,
    cause_zh="文件{name}的第{row}行既不是UTF-8也不是GBK编码",
    cause_en="row {row} of the file {name} is neither UTF-8 nor GBK",
    remedy_zh="请提供UTF-8或GBK编码的TXT文件",
    remedy_en="Give a TXT file in UTF-8 or GBK",
)
UNREADABLE_ARCHIVE = RefusalKind(
    code="MESSAGE-95",
    refusal_class=RefusalClass.MESSAGE,
    actor=Actor.CARE_PLACE,
    cause_zh="压缩包{name}无法读取，或其中的文件不是恰好一个：{found}",
    cause_en="the archive {name} cannot be read, or does not hold exactly one file: {found}",
    remedy_zh="请重新下载，压缩包内应只有一个TXT文件",
    remedy_en="Download it again; the archive must hold one TXT file",
)
EMPTY_FILE = RefusalKind(
    code="MESSAGE-97",
    refusal_class=RefusalClass.MESSAGE,
    actor=Actor.CARE_PLACE,
    cause_zh="文件{name}中没有一条有效记录",
    cause_en="the file {name} holds no valid row",
    remedy_zh="请确认下载完整，再重新导入；空目录会使全部费用变为自费",
    remedy_en="Check that the download is complete: under an empty catalogue every fee is self-pay",
)
