"""What payment of institutions refuses."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

_FUNDS = RefusalClass.FUNDS
_HOSPITAL, _AGENCY = Actor.INSTITUTION, Actor.CARE_PLACE

NOT_A_MONTH = RefusalKind(
    "FUNDS-601",
    _FUNDS,
    _HOSPITAL,
    "“{month}”不是清算年月",
    "“{month}” is not a month",
    "请按年4位、月2位填写",
    "give the year with four and the month with two digits",
)
MONTH_NOT_OVER = RefusalKind(
    "FUNDS-602",
    _FUNDS,
    _HOSPITAL,
    "{month}尚未结束，今天是{today}",
    "the month {month} is not over; today is {today}",
    "请在次月申报",
    "declare it in the month after",
    heals_with_time=True,
)
SPAN_NOT_THE_MONTH = RefusalKind(
    "FUNDS-603",
    _FUNDS,
    _HOSPITAL,
    "起止日期{since}至{until}不是{month}的整月",
    "the days {since} to {until} are not the whole month {month}",
    "请填写当月第一天和最后一天",
    "give the first and the last day of the month",
)
CLEARING_KIND_UNKNOWN = RefusalKind(
    "FUNDS-604",
    _FUNDS,
    _HOSPITAL,
    "清算类别{kind}不用于异地结算",
    "the clearing kind {kind} is not used for settlements of people from elsewhere",
    "请使用本地支持的清算类别：{known}",
    "use one of the clearing kinds served here: {known}",
)
FIGURE_DIFFERS = RefusalKind(
    "FUNDS-605",
    _FUNDS,
    _HOSPITAL,
    "{month}的{name_zh}不符：机构申报{said}，就医地有效结算合计{have}",
    "{name_en} of {month} differs: declared {said}, the care place's settlements make {have}",
    "请先与就医地对账（总对账、明细对账），按一致的数字重新申报",
    "compare totals and details with the care place first, and declare the figures that agree",
)
RECOGNISED_OUT_OF_RANGE = RefusalKind(
    "FUNDS-606",
    _FUNDS,
    _HOSPITAL,
    "医保认可费用总额{said}不在符合范围费用{least}与医疗费总额{most}之间",
    "the recognised costs {said} are not between the costs in scope {least} and the total {most}",
    "请核对后重新申报",
    "check the figure and declare again",
)
NOTHING_TO_DECLARE = RefusalKind(
    "FUNDS-607",
    _FUNDS,
    _HOSPITAL,
    "{month}清算类别{kind}没有可申报的结算",
    "no settlement of {month} and clearing kind {kind} is left to declare",
    "如已申报请查询原申报；未确认的明细请先确认",
    "if it was declared, look at that declaration; confirm rows that were left out",
)
DECLARATION_PENDING = RefusalKind(
    "FUNDS-608",
    _FUNDS,
    _HOSPITAL,
    "{month}已有待受理的申报{declaration_id}，其结算与本次重复",
    "the declaration {declaration_id} of {month} waits to be accepted and holds the same settlements",
    "请先撤销原申报，再重新申报",
    "withdraw that declaration before declaring again",
)
DECLARED_TOO_LATE = RefusalKind(
    "FUNDS-609",
    _FUNDS,
    _HOSPITAL,
    "{month}应在{declare_by}前申报，本地协议不受理逾期申报",
    "the month {month} was to be declared by {declare_by}; the area's agreement takes no late declaration",
    "请与经办机构联系",
    "talk to the agency",
)
DECLARATION_UNKNOWN = RefusalKind(
    "FUNDS-610",
    _FUNDS,
    _HOSPITAL,
    "没有清算申请{declaration_id}",
    "there is no declaration {declaration_id}",
    "请核对清算申请编号",
    "check the number of the declaration",
)
DECLARATION_STATE = RefusalKind(
    "FUNDS-611",
    _FUNDS,
    _AGENCY,
    "清算申请{declaration_id}的状态为{state_zh}，不能{act_zh}",
    "the declaration {declaration_id} is {state_en}: it cannot be {act_en}",
    "请查询该申报的状态",
    "look at how the declaration stands",
)
DETAIL_UNKNOWN = RefusalKind(
    "FUNDS-612",
    _FUNDS,
    _HOSPITAL,
    "{month}的清分明细中没有结算{settlement_id}",
    "the clearing details of {month} have no settlement {settlement_id}",
    "请重新提取清分明细",
    "fetch the clearing details again",
)
DETAIL_TWICE = RefusalKind(
    "FUNDS-613",
    _FUNDS,
    _HOSPITAL,
    "结算{settlement_id}在本次确认中出现不止一次",
    "the settlement {settlement_id} stands more than once in this confirmation",
    "每笔结算只确认一次",
    "confirm each settlement once",
)
DETAIL_DIFFERS = RefusalKind(
    "FUNDS-614",
    _FUNDS,
    _HOSPITAL,
    "结算{settlement_id}的{name_zh}不符：机构为{said}，结算返回为{have}",
    "{name_en} of settlement {settlement_id} differs: said {said}, the settlement answered {have}",
    "请按结算返回的内容确认",
    "confirm what the settlement answered",
)
DETAIL_CONFIRMED = RefusalKind(
    "FUNDS-615",
    _FUNDS,
    _HOSPITAL,
    "结算{settlement_id}已确认（交易流水号{handle}）",
    "the settlement {settlement_id} was confirmed already ({handle})",
    "如需更改，请先回退该次确认",
    "roll that confirmation back first",
)
DETAIL_DECLARED = RefusalKind(
    "FUNDS-616",
    _FUNDS,
    _HOSPITAL,
    "结算{settlement_id}已列入清算申请{declaration_id}",
    "the settlement {settlement_id} is part of the declaration {declaration_id}",
    "请先撤销该申报；已受理的不能再更改",
    "withdraw that declaration first; an accepted one cannot be changed",
)
ROW_COUNT_DIFFERS = RefusalKind(
    "FUNDS-617",
    _FUNDS,
    _HOSPITAL,
    "总行数为{said}，实际上传{have}行",
    "the number of rows is given as {said}; {have} came",
    "请核对后重新上传，不会部分确认",
    "check and send again; nothing is confirmed in part",
)
CONFIRMATION_UNKNOWN = RefusalKind(
    "FUNDS-618",
    _FUNDS,
    _HOSPITAL,
    "{month}没有可回退的确认（{handle}）",
    "no confirmation of {month} is there to be rolled back ({handle})",
    "请使用确认时返回的交易流水号，或填0回退全部",
    "use the id the confirmation was answered with, or 0 for all",
)
DEDUCTION_TOO_LARGE = RefusalKind(
    "FUNDS-619",
    _FUNDS,
    _AGENCY,
    "结算{settlement_id}最多可扣减{most}，本次为{said}",
    "at most {most} can be deducted from settlement {settlement_id}, not {said}",
    "请核对扣减金额；必须大于零",
    "check the amount; it must be above zero",
)
NOTHING_TO_PAY = RefusalKind(
    "FUNDS-620",
    _FUNDS,
    _AGENCY,
    "所选申报合计应付{owed}，没有可支付的金额",
    "the declarations chosen come to {owed}: there is nothing to pay",
    "请与同一机构的其他应付申报合并支付，负数随之抵扣",
    "pay it together with another declaration of the same institution, which it then reduces",
)
RETENTION_TOO_SMALL = RefusalKind(
    "FUNDS-621",
    _FUNDS,
    _AGENCY,
    "{institution_code}{year}年尚存预留{left}，不能释放{said}",
    "of {institution_code}, {left} of {year} is still held back; {said} cannot be released",
    "请核对年度、险种和金额；必须大于零",
    "check year, scheme and amount; it must be above zero",
)
MIXED_INSTITUTIONS = RefusalKind(
    "FUNDS-622",
    _FUNDS,
    _AGENCY,
    "一次支付只能包含同一机构的申报，且每项申报只列一次",
    "one payment is of declarations of one institution, each named once",
    "请按机构分别支付",
    "pay each institution by itself",
)
AGREEMENT_NOT_SOUND = RefusalKind(
    "FUNDS-623",
    _FUNDS,
    _AGENCY,
    "协议的{field}取值{value}无效",
    "the agreement's {field} cannot be {value}",
    "申报日为1至28，工作日为1至250，预留为0至10000基点，逾期为accepted或refused，须注明依据",
    "day 1 to 28, 1 to 250 working days, 0 to 10000 basis points, late accepted or refused, and a source",
)
