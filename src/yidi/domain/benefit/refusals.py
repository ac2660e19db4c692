"""Why no benefit is computed from a bill."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

PARTS_DO_NOT_ADD_UP = RefusalKind(
    code="FEE-41",
    refusal_class=RefusalClass.FEE,
    actor=Actor.CARE_PLACE,
    cause_zh="费用总额 {total_yuan} 元与各部分之和 {sum_yuan} 元不一致。",
    cause_en="The total of {total_yuan} yuan is not the sum of its parts, {sum_yuan} yuan.",
    remedy_zh="请核对全自费、超限价、先行自付和符合范围金额后重新上传。",
    remedy_en="Check the full self-pay, over-limit, first self-pay and in-scope parts and send them again.",
)
PART_OUT_OF_RANGE = RefusalKind(
    code="FEE-42",
    refusal_class=RefusalClass.FEE,
    actor=Actor.CARE_PLACE,
    cause_zh="{what_zh}为 {amount_yuan} 元，不在 0 至 {greatest_yuan} 元之间。",
    cause_en="{what_en} is {amount_yuan} yuan, which is not between 0 and {greatest_yuan} yuan.",
    remedy_zh="请更正该金额后重新上传。",
    remedy_en="Correct this amount and send it again.",
)
MARK_BEYOND_HEAD = RefusalKind(
    code="FEE-43",
    refusal_class=RefusalClass.FEE,
    actor=Actor.CARE_PLACE,
    cause_zh="标记金额 {field} 为 {amount_yuan} 元，不在 0 至所属部分 {head} 的 {greatest_yuan} 元之间。",
    cause_en="The marked {field} is {amount_yuan} yuan: not within the {greatest_yuan} yuan of {head}.",
    remedy_zh="请核对该标记金额后重新上传。",
    remedy_en="Check the marked amount and send it again.",
)
AMOUNT_BELOW_ZERO = RefusalKind(
    code="FEE-44",
    refusal_class=RefusalClass.FEE,
    actor=Actor.CARE_PLACE,
    cause_zh="就诊信息中的 {field} 为 {amount}，不得为负或超出范围。",
    cause_en="{field} of the visit is {amount}; it may be neither negative nor out of range.",
    remedy_zh="请更正后重新上传。",
    remedy_en="Correct it and send it again.",
)
