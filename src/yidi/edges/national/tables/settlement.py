"""Message tables: trials, settlements, cancellations, reversal.

Source: 定点医药机构接口规范V1.1.27 (2024-10), chapter 5, checked against other public transcriptions of the
national baseline and recorded messages. How a line is read: see form.py.
"""

from __future__ import annotations

from yidi.edges.national.tables.form import Node, Transaction

STATEMENT = Node(
    "setlinfo",
    """
        mdtrt_id 就诊ID S30
        setl_id 结算ID S30
        psn_no 人员编号 S30
        psn_name 人员姓名 S50
        psn_cert_type 人员证件类型 S6 d
        certno 证件号码 S50
        gend 性别 S6 d
        naty 民族 S3 d
        brdy 出生日期 D
        age 年龄 N4.1
        insutype 险种类型 S6 d
        psn_type 人员类别 S6 d
        cvlserv_flag 公务员标志 S3 d
        setl_time 结算时间 T
        mdtrt_cert_type 就诊凭证类型 S3 d
        med_type 医疗类别 S6 d
        medfee_sumamt 医疗费总额 N16.2
        fulamt_ownpay_amt 全自费金额 N16.2
        overlmt_selfpay 超限价自费费用 N16.2
        preselfpay_amt 先行自付金额 N16.2
        inscp_scp_amt 符合政策范围金额 N16.2
        act_pay_dedc 实际支付起付线 N16.2
        hifp_pay 基本医疗保险统筹基金支出 N16.2
        pool_prop_selfpay 基本医疗保险统筹基金支付比例 N5.4
        cvlserv_pay 公务员医疗补助资金支出 N16.2
        hifes_pay 企业补充医疗保险基金支出 N16.2
        hifmi_pay 居民大病保险资金支出 N16.2
        hifob_pay 职工大额医疗费用补助基金支出 N16.2
        maf_pay 医疗救助基金支出 N16.2
        oth_pay 其他支出 N16.2
        fund_pay_sumamt 基金支付总额 N16.2
        psn_part_amt 个人负担总金额 N16.2
        acct_pay 个人账户支出 N16.2
        psn_cash_pay 个人现金支出 N16.2
        hosp_part_amt 医院负担金额 N16.2
        balc 余额 N16.2
        acct_mulaid_pay 个人账户共济支付金额 N16.2
        medins_setl_id 医药机构结算ID S30
        clr_optins 清算经办机构 S6
        clr_way 清算方式 S6 d
        clr_type 清算类别 S6 d
        hifdm_pay 伤残人员医疗保障基金支出 N16.2
        exp_content 字段扩展 X
        pdn_cash_pay 个人现金支出 N16.2
        psn_insu_rlts_id 人员参保关系ID S20
        insu_admdvs 参保机构行政区划 S6
        begndate 开始日期 D
        enddate 结算日期 D
        mdtrt_cert_no 就诊凭证编号 S50
        setl_type 结算类别 S6
        crt_dedc 本次起付线 N16.2
        invono 发票号 S20
        psn_pay 个人支付金额 N16.2
        othfund_pay 其他基金支出 N16.2
        ownpay_hosp_part 医院负担金额 N16.2
        inscp_amt 符合政策范围金额 N16.2
        cashPayamt 现金支付金额 N16.2
        dedc_std 起付标准 N16.2
        """,
)
"""The head of every settlement, trial and cancellation: the union of all of them and of recorded answers."""
SHARES = Node(
    "setldetail",
    """
        fund_pay_type 基金支付类型 S6 ! d
        inscp_scp_amt 符合政策范围金额 N16.2 !
        crt_payb_lmt_amt 本次可支付限额金额 N16.2 !
        fund_payamt 基金支付金额 N16.2 !
        fund_pay_type_name 基金支付类型名称 S200
        setl_proc_info 结算过程信息 S4000
        """,
    many=True,
)
_TRIAL_OUTPATIENT = Node(
    "data",
    """
        psn_no 人员编号 S30 !
        mdtrt_cert_type 就诊凭证类型 S3 ! d
        mdtrt_cert_no 就诊凭证编号 S2000 !
        card_sn 卡识别码 S64
        psn_cert_type 证件类型 S6 *
        certno 证件号码 S50 *
        psn_type 人员类别 S6 *
        psn_name 人员姓名 S50 *
        med_type 医疗类别 S6 ! d
        medfee_sumamt 医疗费总额 N16.2 !
        psn_setlway 个人结算方式 S6 * d
        mdtrt_id 就诊ID S30 !
        chrg_bchno 收费批次号 S30 !
        acct_used_flag 个人账户使用标志 S1 * d
        insutype 险种类型 S6 ! d
        exp_content 字段扩展 X
        pub_hosp_rfom_flag 公立医院改革标志 S6
        """,
)
_SETTLE_OUTPATIENT = Node(
    "data",
    """
        psn_no 人员编号 S30 !
        mdtrt_cert_type 就诊凭证类型 S3 ! d
        mdtrt_cert_no 就诊凭证编号 S2000 !
        card_sn 卡识别码 S64
        psn_cert_type 证件类型 S6 *
        certno 证件号码 S50 *
        med_type 医疗类别 S6 ! d
        medfee_sumamt 医疗费总额 N16.2 !
        psn_setlway 个人结算方式 S6 * d
        mdtrt_id 就诊ID S30 !
        chrg_bchno 收费批次号 S30 !
        insutype 险种类型 S6 ! d
        acct_used_flag 个人账户使用标志 S1 * d
        invono 发票号 S20
        fulamt_ownpay_amt 全自费金额 N16.2 *
        overlmt_selfpay 超限价金额 N16.2 *
        preselfpay_amt 先行自付金额 N16.2 *
        inscp_scp_amt 符合政策范围金额 N16.2 *
        exp_content 字段扩展 X
        pub_hosp_rfom_flag 公立医院改革标志 S6
        """,
)
_TRIAL_INPATIENT = Node(
    "data",
    """
        psn_no 人员编号 S30 !
        mdtrt_cert_type 就诊凭证类型 S3 ! d
        mdtrt_cert_no 就诊凭证编号 S2000
        card_sn 卡识别码 S64
        psn_cert_type 证件类型 S6 *
        certno 证件号码 S50 *
        psn_type 人员类别 S6 *
        psn_name 人员姓名 S50 *
        medfee_sumamt 医疗费总额 N16.2 !
        psn_setlway 个人结算方式 S6 * d
        mdtrt_id 就诊ID S30 !
        acct_used_flag 个人账户使用标志 S1 * d
        insutype 险种类型 S6 ! d
        mid_setl_flag 中途结算标志 S3 * d
        fulamt_ownpay_amt 全自费金额 N16.2
        overlmt_selfpay 超限价金额 N16.2
        preselfpay_amt 先行自付金额 N16.2
        inscp_scp_amt 符合政策范围金额 N16.2
        dscgTime 出院时间 D
        insuplc_admdvs 参保地医保区划 S6 *
        mdtrtarea_admvs 就医地医保区划 S6 *
        exp_content 字段扩展 X
        med_type 医疗类别 S6 d
        invono 发票号 S20
        dscg_time 出院时间 T
        """,
)
_SETTLE_INPATIENT = Node(
    "data",
    """
        psn_no 人员编号 S30 !
        mdtrt_cert_type 就诊凭证类型 S3 ! d
        mdtrt_cert_no 就诊凭证编号 S2000
        card_sn 卡识别码 S64
        psn_cert_type 证件类型 S6 *
        certno 证件号码 S50 *
        psn_type 人员类别 S6 *
        psn_name 人员姓名 S50 *
        medfee_sumamt 医疗费总额 N16.2 !
        psn_setlway 个人结算方式 S6 * d
        mdtrt_id 就诊ID S30 !
        insutype 险种类型 S6 ! d
        acct_used_flag 个人账户使用标志 S1 * d
        insuplc_admdvs 参保地医保区划 S6 *
        mdtrtarea_admvs 就医地医保区划 S6 *
        invono 发票号 S20
        mid_setl_flag 中途结算标志 S3 * d
        fulamt_ownpay_amt 全自费金额 N16.2
        overlmt_selfpay 超限价金额 N16.2
        preselfpay_amt 先行自付金额 N16.2
        inscp_scp_amt 符合政策范围金额 N16.2
        dscgTime 出院时间 D
        exp_content 字段扩展 X
        med_type 医疗类别 S6 d
        dscg_time 出院时间 T
        """,
)
_CANCEL = Node(
    "data",
    """
        setl_id 结算ID S30 !
        mdtrt_id 就诊ID S30 !
        psn_no 人员编号 S30 !
        exp_content 字段扩展 X
        """,
)
TRANSACTIONS = (
    Transaction(
        "2206", "门诊预结算", "outpatient trial", asks=(_TRIAL_OUTPATIENT,), answers=(STATEMENT, SHARES)
    ),
    Transaction(
        "2206A",
        "门诊预结算A",
        "outpatient trial, variant A",
        asks=(_TRIAL_OUTPATIENT,),
        answers=(STATEMENT, SHARES),
    ),
    Transaction(
        "2207", "门诊结算", "outpatient settlement", asks=(_SETTLE_OUTPATIENT,), answers=(STATEMENT, SHARES)
    ),
    Transaction(
        "2207A",
        "门诊结算A",
        "outpatient settlement, variant A",
        asks=(_SETTLE_OUTPATIENT,),
        answers=(STATEMENT, SHARES),
    ),
    Transaction(
        "2208", "门诊结算撤销", "outpatient settlement cancel", asks=(_CANCEL,), answers=(STATEMENT, SHARES)
    ),
    Transaction(
        "2303", "住院预结算", "inpatient trial", asks=(_TRIAL_INPATIENT,), answers=(STATEMENT, SHARES)
    ),
    Transaction(
        "2303A",
        "住院预结算A",
        "inpatient trial, variant A",
        asks=(_TRIAL_INPATIENT,),
        answers=(STATEMENT, SHARES),
    ),
    Transaction(
        "2304", "住院结算", "inpatient settlement", asks=(_SETTLE_INPATIENT,), answers=(STATEMENT, SHARES)
    ),
    Transaction(
        "2304A",
        "住院结算A",
        "inpatient settlement, variant A",
        asks=(_SETTLE_INPATIENT,),
        answers=(STATEMENT, SHARES),
    ),
    Transaction(
        "2305", "住院结算撤销", "inpatient settlement cancel", asks=(_CANCEL,), answers=(STATEMENT, SHARES)
    ),
    Transaction(
        "2601",
        "冲正交易",
        "reversal",
        asks=(
            Node(
                "data",
                """
        psn_no 人员编号 S30 !
        omsgid 原发送方报文ID S30 !
        oinfno 原交易编号 S6 !
        """,
            ),
        ),
        answers=(),
    ),
    Transaction(
        "5203",
        "结算信息查询",
        "settlement query",
        asks=(
            Node(
                "data",
                """
        psn_no 人员编号 S30 !
        setl_id 结算ID S30 !
        mdtrt_id 就诊ID S30 *
        """,
            ),
        ),
        answers=(
            Node(
                "setlinfo",
                """
        setl_id 结算ID S30 !
        mdtrt_id 就诊ID S30 !
        psn_no 人员编号 S30 !
        psn_name 人员姓名 S50 !
        psn_cert_type 人员证件类型 S6 ! d
        certno 证件号码 S50 !
        gend 性别 S6 ! d
        naty 民族 S3 d
        brdy 出生日期 D
        age 年龄 N4.1
        insutype 险种类型 S6 ! d
        psn_type 人员类别 S6 ! d
        cvlserv_flag 公务员标志 S3 ! d
        flxempe_flag 灵活就业标志 S3 d
        nwb_flag 新生儿标志 S3 d
        insu_optins 参保机构医保区划 S6
        emp_name 单位名称 S200
        pay_loc 支付地点类别 S6 ! d
        fixmedins_code 定点医药机构编号 S12 !
        fixmedins_name 定点医药机构名称 S200 !
        hosp_lv 医院等级 S6 d
        fixmedins_poolarea 定点归属机构 S6
        lmtpric_hosp_lv 限价医院等级 S6 d
        dedc_hosp_lv 起付线医院等级 S6 d
        begndate 开始日期 D !
        enddate 结束日期 D !
        setl_time 结算时间 T !
        mdtrt_cert_type 就诊凭证类型 S3 d
        med_type 医疗类别 S6 ! d
        clr_type 清算类别 S6 ! d
        clr_way 清算方式 S6 d
        clr_optins 清算经办机构 S6
        medfee_sumamt 医疗费总额 N16.2 !
        fulamt_ownpay_amt 全自费金额 N16.2 !
        overlmt_selfpay 超限价自费费用 N16.2 !
        preselfpay_amt 先行自付金额 N16.2 !
        inscp_scp_amt 符合政策范围金额 N16.2 !
        act_pay_dedc 实际支付起付线 N16.2 !
        hifp_pay 基本医疗保险统筹基金支出 N16.2 !
        pool_prop_selfpay 基本医疗保险统筹基金支付比例 N5.4 !
        cvlserv_pay 公务员医疗补助资金支出 N16.2 !
        hifes_pay 企业补充医疗保险基金支出 N16.2 !
        hifmi_pay 居民大病保险资金支出 N16.2 !
        hifob_pay 职工大额医疗费用补助基金支出 N16.2 !
        maf_pay 医疗救助基金支出 N16.2 !
        oth_pay 其他支出 N16.2 !
        fund_pay_sumamt 基金支付总额 N16.2 !
        psn_pay 个人支付金额 N16.2 !
        acct_pay 个人账户支出 N16.2 !
        cash_payamt 现金支付金额 N16.2 !
        balc 余额 N16.2 !
        acct_mulaid_pay 个人账户共济支付金额 N16.2 !
        medins_setl_id 医药机构结算ID S30 !
        refd_setl_flag 退费结算标志 S3 ! d
        year 年度 S4 !
        dise_codg 病种编码 S30
        dise_name 病种名称 S500
        invono 发票号 S20
        opter_id 经办人ID S20
        opter_name 经办人姓名 S50
        opt_time 经办时间 T
        pref_fund_pay 优抚对象基金支出 N16.2
        """,
            ),
            SHARES,
        ),
    ),
)
