"""Message tables: reconciliation, catalogue mapping, settlement list.

Source: 定点医药机构接口规范V1.1.27 (2024-10), chapter 5, checked against other public transcriptions of the
national baseline and recorded messages. How a line is read: see form.py.
"""

from __future__ import annotations

from yidi.edges.national.tables.form import Node, Transaction

COMPARED = Node(
    "",
    """
        setl_id 结算ID S30 !
        mdtrt_id 就诊ID S30 !
        psn_no 人员编号 S30 !
        medfee_sumamt 医疗费总额 N16.2 !
        fund_pay_sumamt 基金支付总额 N16.2 !
        acct_pay 个人账户支出 N16.2 !
        refd_setl_flag 退费结算标志 S3 * d
        """,
)
DIFFERENCES = Node(
    "",
    """
        psn_no 人员编号 S30 !
        mdtrt_id 就诊ID S30
        setl_id 结算ID S30
        msgid 发送方报文ID S30 !
        stmt_rslt 对账结果 S6 ! d
        refd_setl_flag 退费结算标志 S3 ! d
        memo 备注 S500
        medfee_sumamt 医疗费总额 N16.2
        fund_pay_sumamt 基金支付总额 N16.2
        acct_pay 个人账户支出 N16.2
        """,
)
TRANSACTIONS = (
    Transaction(
        "3201",
        "医药机构费用结算对总账",
        "total reconciliation",
        asks=(
            Node(
                "data",
                """
        insutype 险种 S6 ! d
        clr_type 清算类别 S6 ! d
        setl_optins 结算经办机构 S6 *
        stmt_begndate 对账开始日期 D !
        stmt_enddate 对账结束日期 D !
        medfee_sumamt 医疗费总额 N16.2 !
        fund_pay_sumamt 基金支付总额 N16.2 !
        acct_pay 个人账户支付金额 N16.2 !
        fixmedins_setl_cnt 定点医药机构结算笔数 N10.0 !
        refd_setl_flag 退费结算标志 S6
        fixmedins_refd_setl_flag 定点医药机构退费结算标志 S6 *
        """,
            ),
        ),
        answers=(
            Node(
                "stmtinfo",
                """
        setl_optins 结算经办机构 S6
        stmt_rslt 对账结果 S6 ! d
        stmt_rslt_dscr 对账结果说明 S200
        """,
            ),
        ),
    ),
    Transaction(
        "3202",
        "医药机构费用结算对明细账",
        "line reconciliation",
        asks=(
            Node(
                "data",
                """
        setl_optins 结算经办机构 S6 *
        file_qury_no 文件查询号 S64 !
        stmt_begndate 对账开始日期 D !
        stmt_enddate 对账结束日期 D !
        medfee_sumamt 医疗费总额 N16.2 !
        fund_pay_sumamt 基金支付总额 N16.2 !
        cash_payamt 现金支付金额 N16.2 *
        fixmedins_setl_cnt 定点医药机构结算笔数 N10.0 !
        clr_type 清算类别 S6 * d
        refd_setl_flag 退费结算标志 S3 d
        fixmedins_refd_setl_flag 定点医药机构退费结算标志 S6 *
        """,
            ),
        ),
        answers=(
            Node(
                "fileinfo",
                """
        file_qury_no 文件查询号 S30 !
        filename 文件名称 S200 !
        dld_endtime 下载截止时间 T !
        """,
            ),
        ),
    ),
    Transaction(
        "3301",
        "目录对照上传",
        "catalogue mapping upload",
        asks=(
            Node(
                "data",
                """
        fixmedins_hilist_id 定点医药机构目录编号 S30 !
        fixmedins_hilist_name 定点医药机构目录名称 S200 *
        list_type 目录类别 S30 * d
        med_list_codg 医疗目录编码 S30 !
        begndate 开始日期 D *
        enddate 结束日期 D *
        aprvno 批准文号 S30 *
        dosform 剂型 S200 *
        exct_cont 除外内容 S2000 *
        item_cont 项目内涵 S2000 *
        prcunt 计价单位 S100 *
        spec 规格 S200 *
        pacspec 包装规格 S100 *
        memo 备注 S500 *
        """,
                many=True,
            ),
        ),
        answers=(),
    ),
    Transaction(
        "3302",
        "目录对照撤销",
        "catalogue mapping cancel",
        asks=(
            Node(
                "data",
                """
        fixmedins_code 定点医药机构编号 S30 *
        fixmedins_hilist_id 定点医药机构目录编号 S30 !
        list_type 目录类别 S30 *
        med_list_codg 医疗目录编码 S30 !
        """,
            ),
        ),
        answers=(),
    ),
    Transaction(
        "4101",
        "医疗保障基金结算清单信息上传",
        "settlement list upload",
        asks=(
            Node(
                "setlinfo",
                """
        psn_no 人员编号 S30 !
        mdtrt_id 就诊ID S30 !
        setl_id 结算ID S30 !
        medcasno 病案号 S30
        dcla_time 申报时间 T
        ntly 国籍 S6 *
        prfs 职业 S6 * d
        curr_addr 现住址 S200
        emp_name 单位名称 S200
        emp_addr 单位地址 S200
        emp_tel 单位电话 S50
        poscode 邮编 S6
        coner_name 联系人姓名 S50
        patn_rlts 与患者关系 S6 * d
        coner_addr 联系人地址 S200 *
        coner_tel 联系人电话 S50 *
        nwb_adm_type 新生儿入院类型 S3 d
        nwb_bir_wt 新生儿出生体重 N6.2
        nwb_adm_wt 新生儿入院体重 N6.2
        mul_nwb_bir_wt 多新生儿出生体重 S50
        mul_nwb_adm_wt 多新生儿入院体重 S50
        opsp_diag_caty 门诊慢特病诊断科别 S50
        opsp_mdtrt_date 门诊慢特病就诊日期 D
        adm_way 入院途径 S30 d
        trt_type 治疗类别 S3 d
        adm_time 入院时间 T
        adm_dept_code 入院科室编码 S30
        adm_dept_name 入院科室名称 S100
        refldept_dept 转科科别 S50 d
        dscg_time 出院时间 T
        dscg_dept_code 出院科室编码 S30
        dscg_dept_name 出院科室名称 S100
        dscg_caty 出院科别 S6 * d
        otp_wm_dise 门（急）诊诊断（西医诊断） S200
        wm_dise_code 西医疾病代码 S30
        otp_tcm_dise 门（急）诊诊断（中医诊断） S200
        tcm_dise_code 中医疾病代码 S30
        vent_used_dura 呼吸机使用时长 S10
        pwcry_bfadm_coma_dura 颅脑损伤患者入院前昏迷时长 S10
        pwcry_afadm_coma_dura 颅脑损伤患者入院后昏迷时长 S10
        spga_nurscare_days 特级护理天数 N4.1
        lv1_nurscare_days 一级护理天数 N4.1
        scd_nurscare_days 二级护理天数 N4.1
        lv3_nurscare_days 三级护理天数 N4.1
        dscg_way 离院方式 S3 d
        acp_medins_name 拟接收机构名称 S100
        acp_optins_code 拟接收机构代码 S30
        bill_code 票据代码 S50 *
        bill_no 票据号码 S30 *
        biz_sn 业务流水号 S50 *
        days_rinp_flag_31 出院31天内再住院计划标志 S3 d
        days_rinp_pup_31 出院31天内再住院计划目的 S200
        chfpdr_code 主诊医师代码 S30
        setl_begn_date 结算开始日期 D *
        setl_end_date 结算结束日期 D *
        medins_fill_dept 医疗机构填报部门 S100 *
        medins_fill_psn 医疗机构填报人 S50 *
        resp_nurs_code 责任护士代码 S50
        stas_type 状态分类 S10 d
        hi_paymtd 医保支付方式 S3 d=hi_paymtd
        age_days 新生儿天龄 N3.0
        adm_caty 入院科别 S10 d
        """,
            ),
            Node(
                "opspdiseinfo",
                """
        oprn_oprt_name 手术操作名称 S500
        oprn_oprt_code 手术操作代码 S30
        """,
                many=True,
            ),
            Node(
                "diseinfo",
                """
        diag_type 诊断类别 S3 * d
        diag_code 诊断代码 S30 !
        diag_name 诊断名称 S500 !
        adm_cond_type 入院病情类型 S3 * d
        maindiag_flag 主诊断标志 S3 * d
        """,
                many=True,
            ),
            Node(
                "oprninfo",
                """
        oprn_oprt_type 手术操作类别 S3 * d
        oprn_oprt_name 手术操作名称 S500 *
        oprn_oprt_code 手术操作代码 S30 *
        anst_way 麻醉方式 S6 d=anst_mtd_code
        oper_dr_code 术者医师代码 S20 *
        anst_dr_code 麻醉医师代码 S20
        oprn_oprt_begntime 手术操作开始时间 T
        oprn_oprt_endtime 手术操作结束时间 T
        anst_begntime 麻醉开始时间 T
        anst_endtime 麻醉结束时间 T
        """,
                many=True,
            ),
            Node(
                "icuinfo",
                """
        scs_cutd_ward_type 重症监护病房类型 S6 * d=icu_type
        scs_cutd_inpool_time 重症监护进入时间 T *
        scs_cutd_exit_time 重症监护退出时间 T *
        scs_cutd_sum_dura 重症监护合计时长 S10 *
        """,
                many=True,
            ),
            Node(
                "payinfo",
                """
        fund_pay_type 基金支付类型 S6 * d
        fund_payamt 基金支付金额 N16.2 *
        """,
                many=True,
            ),
            Node(
                "bldinfo",
                """
        setl_List_bld_Id 结算清单输血ID S30 *
        psn_no 人员编号 S30 !
        mdtrt_id 就诊ID S30 !
        setl_id 结算ID S30 !
        bld_cat 输血品种 S3 d
        bld_amt 输血量 N6.0
        bld_unt 输血计量单位 S15
        """,
                many=True,
            ),
        ),
        answers=(
            Node(
                "data",
                """
        setl_list_id 清单流水号 S9 !
        """,
            ),
        ),
    ),
)
