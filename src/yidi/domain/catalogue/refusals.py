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
OUT_OF_RANGE = RefusalKind(
    code="FEE-61",
    refusal_class=RefusalClass.FEE,
    actor=Actor.INSTITUTION,
    cause_zh="明细{line}：{field} 的值“{value}”超出范围：应为{expected_zh}",
    cause_en="line {line}: {field} has the value '{value}', out of range: expected {expected_en}",
    remedy_zh="请更正{field}后重新上传",
    remedy_en="Correct {field} and send the line again",
)
WRONG_COLUMN_COUNT = RefusalKind(
    code="MESSAGE-60",
    refusal_class=RefusalClass.MESSAGE,
    actor=Actor.CARE_PLACE,
    cause_zh="第{row}行：共{found}列，应为{expected}列",
    cause_en="row {row}: {found} columns, expected {expected}",
    remedy_zh="请确认文件种类和接口版本，并重新下载目录文件",
    remedy_en="Check the kind and version of the file and download it again",
)
EMPTY_CELL = RefusalKind(
    code="MESSAGE-61",
    refusal_class=RefusalClass.MESSAGE,
    actor=Actor.CARE_PLACE,
    cause_zh="第{row}行第{column}列（{field}）为空",
    cause_en="row {row}, column {column} ({field}) is empty",
    remedy_zh="请补全该列后重新导入",
    remedy_en="Fill the column and import the file again",
)
WRONG_CELL = RefusalKind(
    code="MESSAGE-62",
    refusal_class=RefusalClass.MESSAGE,
    actor=Actor.CARE_PLACE,
    cause_zh="第{row}行第{column}列（{field}）的值“{value}”有误：应为{expected_zh}",
    cause_en="row {row}, column {column} ({field}) has the value '{value}': expected {expected_en}",
    remedy_zh="请更正该值后重新导入",
    remedy_en="Correct the value and import the file again",
)
OVERLAPPING_SPANS = RefusalKind(
    code="MESSAGE-63",
    refusal_class=RefusalClass.MESSAGE,
    actor=Actor.CARE_PLACE,
    cause_zh="目录项目{code}在{first}起和{second}起的两条记录有效期重叠",
    cause_en="the entries of item {code} that start on {first} and {second} overlap",
    remedy_zh="请为前一条记录填写结束日期，每天只能有一条有效记录",
    remedy_en="End the earlier entry: on any day one entry of an item may stand",
)
UNREADABLE_FILE = RefusalKind(
    code="MESSAGE-64",
    refusal_class=RefusalClass.MESSAGE,
    actor=Actor.CARE_PLACE,
    cause_zh="文件{name}无法读取：{reason_zh}",
    cause_en="the file {name} cannot be read: {reason_en}",
    remedy_zh="请提供UTF-8或GBK编码的TXT文件，或只含一个此类文件的ZIP",
    remedy_en="Give a TXT file in UTF-8 or GBK, or a ZIP that holds one",
)
