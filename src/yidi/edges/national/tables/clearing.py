"""Message tables: declaration of a month, and confirmation of its clearing details.

Source: public clients of three regions (the national baseline does not print them). Differences between
them are borne: the declaration's number is also asked with the agency beside it, and the rolling back comes
with its fields bare in the input. How a line is read: see form.py.
"""

from __future__ import annotations

from yidi.edges.national.tables.form import Node, Transaction

TRANSACTIONS = (
    Transaction(
        "3203",
        "清算申请",
        "clearing declaration",
        asks=(
            Node(
                "data",
                """
        clr_type 清算类别 S30 ! d
        clr_way 清算方式 S30 d
        setlym 清算年月 S6 !
        psntime 清算人次 N6.0 !
        medfee_sumamt 医疗费总额 N16.2 !
        med_sumfee 医保认可费用总额 N16.2 !
        fund_appy_sum 基金申报总额 N16.2 !
        cash_payamt 现金支付金额 N16.2 !
        acct_pay 个人账户支出 N16.2 !
        begndate 开始日期 D !
        enddate 结束日期 D !
        """,
            ),
        ),
        answers=(
            Node(
                "result",
                """
        clr_appy_evt_id 机构清算申请事件ID S30
        """,
            ),
        ),
    ),
    Transaction(
        "3204",
        "清算申请撤销",
        "clearing declaration cancel",
        asks=(
            Node(
                "data",
                """
        clr_appy_evt_id 机构清算申请事件ID S30 !
        clr_optins 清算经办机构 S6
        """,
            ),
        ),
        answers=(),
    ),
    Transaction(
        "3260",
        "提取异地清分明细",
        "clearing details",
        asks=(
            Node(
                "data",
                """
        trt_year 结算年度 S4 !
        trt_month 结算月份 S2 !
        startrow 开始行数 N12.0 !
        """,
            ),
        ),
        answers=(
            Node(
                "data",
                """
        seqno 顺序号 N12.0
        mdtrtarea 就医地医保区划 S6
        medins_no 医疗机构编号 S22
        certno 证件号码 S18
        mdtrt_id 就诊登记号 S30
        mdtrt_setl_time 就诊结算时间 T
        setl_sn 结算流水号 S30
        fulamt_advpay_flag 全额垫付标志 S3
        medfee_sumamt 总费用 N16.2
        optins_pay_sumamt 经办机构支付总额 N16.2
        """,
                many=True,
            ),
        ),
    ),
    Transaction(
        "3261",
        "异地清分结果确认",
        "clearing details confirmation",
        asks=(
            Node(
                "data",
                """
        trt_year 结算年度 S4 !
        trt_month 结算月份 S2 !
        totalrow 总行数 N12.0 !
        """,
            ),
            Node(
                "detail",
                """
        certno 证件号码 S50 !
        mdtrt_id 就诊登记号 S30 !
        mdtrt_setl_time 就诊结算时间 T !
        setl_sn 结算流水号 S30 !
        medfee_sumamt 总费用 N16.2 !
        optins_pay_sumamt 经办机构支付总额 N16.2 !
        cnfm_flag 确认标志 S3 !
        """,
                many=True,
            ),
        ),
        answers=(),
    ),
    Transaction(
        "3262",
        "异地清分结果确认回退",
        "clearing details roll-back",
        asks=(
            Node(
                "data",
                """
        trt_year 结算年度 S4 !
        trt_month 结算月份 S2 !
        otransid 原交易流水号 S30 !
        """,
            ),
        ),
        answers=(),
    ),
)
