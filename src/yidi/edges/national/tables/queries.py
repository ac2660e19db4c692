"""Message tables: queries of visits, diagnoses, lines, accumulations.

Source: 定点医药机构接口规范V1.1.27 (2024-10), chapter 5, checked against other public transcriptions of the
national baseline and recorded messages. How a line is read: see form.py.
"""

from __future__ import annotations

from yidi.edges.national.tables.form import Node, Transaction
from yidi.edges.national.tables.groups import BIRTH

TRANSACTIONS = (
    Transaction(
        "5201",
        "就诊信息查询",
        "visits query",
        asks=(
            Node(
                "data",
                """
        psn_no 人员编号 S30 !
        begntime 开始时间 T !
        endtime 结束时间 T !
        med_type 医疗类别 S6 * d
        mdtrt_id 就诊ID S30
        """,
            ),
        ),
        answers=(
            Node(
                "mdtrtinfo",
                """
        mdtrt_id 就诊ID S30 !
        psn_no 人员编号 S30 !
        psn_cert_type 人员证件类型 S6 ! d
        certno 证件号码 S50 !
        psn_name 人员姓名 S50 !
        gend 性别 S6 ! d
        naty 民族 S3 d
        brdy 出生日期 D
        age 年龄 N4.1
        coner_name 联系人姓名 S50
        tel 联系电话 S50
        insutype 险种类型 S6 ! d
        psn_type 人员类别 S6 ! d
        maf_psn_flag 医疗救助对象标志 S3 d
        cvlserv_flag 公务员标志 S3 ! d
        flxempe_flag 灵活就业标志 S3 d
        nwb_flag 新生儿标志 S3 d
        insu_optins 参保机构医保区划 S6
        emp_name 单位名称 S200
        begntime 开始时间 T !
        endtime 结束时间 T !
        mdtrt_cert_type 就诊凭证类型 S3 d
        med_type 医疗类别 S6 ! d
        ars_year_ipt_flag 跨年度住院标志 S3 d
        pre_pay_flag 先行支付标志 S3 d
        ipt_otp_no 住院/门诊号 S30
        medrcdno 病历号 S30
        atddr_no 主治医生编码 S30
        chfpdr_name 主诊医师姓名 S50
        adm_dept_codg 入院科室编码 S30
        adm_dept_name 入院科室名称 S100
        adm_bed 入院床位 S30
        dscg_maindiag_code 住院主诊断代码 S20
        dscg_maindiag_name 住院主诊断名称 S300
        dscg_dept_codg 出院科室编码 S30
        dscg_dept_name 出院科室名称 S100
        dscg_bed 出院床位 S30
        dscg_way 离院方式 S3 d
        main_cond_dscr 主要病情描述 S1000
        dise_codg 病种编码 S30
        dise_name 病种名称 S500
        oprn_oprt_code 手术操作代码 S30
        oprn_oprt_name 手术操作名称 S500
        otp_diag_info 门诊诊断信息 S200
        inhosp_stas 在院状态 S3 d
        die_date 死亡日期 D
        ipt_days 住院天数 N4.0
        """
                + BIRTH
                + """
        cop_flag 伴有并发症标志 S3 d
        opter_id 经办人ID S20
        opter_name 经办人姓名 S50
        opt_time 经办时间 T
        memo 备注 S500
        """,
                many=True,
            ),
        ),
    ),
    Transaction(
        "5202",
        "诊断信息查询",
        "diagnoses query",
        asks=(
            Node(
                "data",
                """
        mdtrt_id 就诊ID S30 !
        psn_no 人员编号 S30 !
        """,
            ),
        ),
        answers=(
            Node(
                "diseinfo",
                """
        diag_info_id 诊断信息ID S30 !
        mdtrt_id 就诊ID S30 !
        psn_no 人员编号 S30 !
        inout_diag_type 出入院诊断类别 S3 ! d
        diag_type 诊断类别 S3 ! d
        maindiag_flag 主诊断标志 S3 ! d
        diag_srt_no 诊断排序号 N2.0 !
        diag_code 诊断代码 S20 !
        diag_name 诊断名称 S100 !
        adm_cond 入院病情 S500
        diag_dept 诊断科室 S50 !
        dise_dor_no 诊断医生编码 S30 !
        dise_dor_name 诊断医生姓名 S50 !
        diag_time 诊断时间 T !
        opter_id 经办人ID S20
        opter_name 经办人姓名 S50
        opt_time 经办时间 T
        """,
                many=True,
            ),
        ),
    ),
    Transaction(
        "5204",
        "费用明细查询",
        "fee lines query",
        asks=(
            Node(
                "data",
                """
        psn_no 人员编号 S30 !
        setl_id 结算ID S30 *
        mdtrt_id 就诊ID S30 !
        """,
            ),
        ),
        answers=(
            Node(
                "",
                """
        mdtrt_id 就诊ID S30 !
        setl_id 结算ID S30 !
        feedetl_sn 费用明细流水号 S30 !
        rx_drord_no 处方/医嘱号 S30
        med_type 医疗类别 S6 ! d
        fee_ocur_time 费用发生时间 T !
        cnt 数量 N16.4 !
        pric 单价 N16.6 !
        sin_dos_dscr 单次剂量描述 S200
        used_frqu_dscr 使用频次描述 S200
        prd_days 周期天数 N4.2
        medc_way_dscr 用药途径描述 S200
        det_item_fee_sumamt 明细项目费用总额 N16.2 !
        pric_uplmt_amt 定价上限金额 N16.6 !
        selfpay_prop 自付比例 N5.4
        fulamt_ownpay_amt 全自费金额 N16.2
        overlmt_amt 超限价金额 N16.2
        preselfpay_amt 先行自付金额 N16.2
        inscp_scp_amt 符合政策范围金额 N16.2
        chrgitm_lv 收费项目等级 S3 ! d
        hilist_code 医保目录编码 S50 !
        hilist_name 医保目录名称 S200 !
        list_type 目录类别 S6 ! d
        med_list_codg 医疗目录编码 S50 !
        medins_list_codg 医药机构目录编码 S150 !
        medins_list_name 医药机构目录名称 S100 !
        med_chrgitm_type 医疗收费项目类别 S6 ! d
        prodname 商品名 S200
        spec 规格 S200
        dosform_name 剂型名称 S200 !
        bilg_dept_codg 开单科室编码 S30
        bilg_dept_name 开单科室名称 S100
        bilg_dr_codg 开单医生编码 S30
        bilg_dr_name 开单医师姓名 S50
        acord_dept_codg 受单科室编码 S30
        acord_dept_name 受单科室名称 S100
        orders_dr_code 受单医生编码 S30
        orders_dr_name 受单医生姓名 S50
        lmt_used_flag 限制使用标志 S3 d
        hosp_prep_flag 医院制剂标志 S3 d
        hosp_appr_flag 医院审批标志 S3 d
        tcmdrug_used_way 中药使用方式 S6 d
        prodplac_type 生产地类别 S6 d
        bas_medn_flag 基本药物标志 S3 d
        hi_nego_drug_flag 医保谈判药品标志 S3 d
        chld_medc_flag 儿童用药标志 S3 d
        etip_flag 外检标志 S3 d
        etip_hosp_code 外检医院编码 S30
        dscg_tkdrug_flag 出院带药标志 S3 d
        list_sp_item_flag 目录特项标志 S3 d
        matn_fee_flag 生育费用标志 S6 d
        drt_reim_flag 直报标志 S3 d
        memo 备注 S500
        opter_id 经办人ID S20
        opter_name 经办人姓名 S50
        opt_time 经办时间 T
        """,
                many=True,
            ),
        ),
    ),
    Transaction(
        "5205",
        "人员慢特病用药记录查询",
        "chronic drug record query",
        asks=(
            Node(
                "data",
                """
        psn_no 人员编号 S30 !
        begntime 开始时间 T !
        endtime 结束时间 T
        """,
            ),
        ),
        answers=(
            Node(
                "feedetail",
                """
        feedetl_sn 费用明细流水号 S30 !
        rx_drord_no 处方/医嘱号 S30
        fixmedins_code 定点医药机构编号 S12
        fixmedins_name 定点医药机构名称 S200 !
        psn_no 人员编号 S30 !
        med_type 医疗类别 S6 ! d
        fee_ocur_time 费用发生时间 T !
        cnt 数量 N16.4 !
        pric 单价 N16.6 !
        chrgitm_lv 收费项目等级 S3 d
        hilist_code 医保目录编码 S50 !
        hilist_name 医保目录名称 S200 !
        list_type 目录类别 S6 ! d
        med_list_codg 医疗目录编码 S50 !
        medins_list_codg 医药机构目录编码 S150 !
        medins_list_name 医药机构目录名称 S100 !
        med_chrgitm_type 医疗收费项目类别 S6 ! d
        prodname 商品名 S200
        spec 规格 S200 !
        dosform_name 剂型名称 S200
        lmt_used_flag 限制使用标志 S3 d
        hosp_prep_flag 医院制剂标志 S3 d
        hosp_appr_flag 医院审批标志 S3 d
        tcmdrug_used_way 中药使用方式 S6 d
        prodplac_type 生产地类别 S6 d
        bas_medn_flag 基本药物标志 S3 d
        hi_nego_drug_flag 医保谈判药品标志 S3 d
        chld_medc_flag 儿童用药标志 S3 d
        etip_flag 外检标志 S3 d
        etip_hosp_code 外检医院编码 S30
        dscg_tkdrug_flag 出院带药标志 S3 d
        list_sp_item_flag 目录特项标志 S3 d
        matn_fee_flag 生育费用标志 S6 d
        """,
                many=True,
            ),
        ),
    ),
    Transaction(
        "5206",
        "人员累计信息查询",
        "accumulations query",
        asks=(
            Node(
                "data",
                """
        psn_no 人员编号 S30 !
        cum_ym 累计年月 S6
        """,
            ),
        ),
        answers=(
            Node(
                "cuminfo",
                """
        insutype 险种类型 S6 ! d
        year 年度 S4 !
        cum_ym 累计年月 S6 !
        cum_type_code 累计类别代码 S10 !
        cum 累计值 N16.2 !
        cum_type_name 累计类别名称 S100
        """,
                many=True,
            ),
        ),
    ),
)
