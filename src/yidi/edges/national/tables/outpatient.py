"""Message tables: outpatient visits.

Source: 定点医药机构接口规范V1.1.27 (2024-10), chapter 5, checked against other public transcriptions of the
national baseline and recorded messages. How a line is read: see form.py.
"""

from __future__ import annotations

from yidi.edges.national.tables.form import Node, Transaction
from yidi.edges.national.tables.groups import PRICED_LINE

TRANSACTIONS = (
    Transaction(
        "2201",
        "门诊挂号",
        "outpatient registration",
        asks=(
            Node(
                "data",
                """
        psn_no 人员编号 S30 !
        insutype 险种类型 S6 ! d
        begntime 开始时间 T !
        mdtrt_cert_type 就诊凭证类型 S3 ! d
        mdtrt_cert_no 就诊凭证编号 S2000 !
        card_sn 卡识别码 S64
        psn_cert_type 证件类型 S6 *
        certno 证件号码 S50 *
        psn_type 人员类别 S6 *
        psn_name 人员姓名 S50 *
        ipt_otp_no 住院/门诊号 S30 !
        atddr_no 医师编码 S30
        dr_name 医师姓名 S50
        dept_code 科室编码 S30 *
        dept_name 科室名称 S100 *
        caty 科别 S10 * d
        exp_content 字段扩展 X
        """,
            ),
        ),
        answers=(
            Node(
                "data",
                """
        mdtrt_id 就诊ID S30 !
        psn_no 人员编号 S30 !
        ipt_otp_no 住院/门诊号 S30 !
        exp_content 字段扩展 X
        """,
            ),
        ),
    ),
    Transaction(
        "2202",
        "门诊挂号撤销",
        "registration cancel",
        asks=(
            Node(
                "data",
                """
        psn_no 人员编号 S30 !
        mdtrt_id 就诊ID S30 !
        ipt_otp_no 住院/门诊号 S30 !
        exp_content 字段扩展 X
        """,
            ),
        ),
        answers=(),
    ),
    Transaction(
        "2203",
        "门诊就诊信息上传",
        "visit and diagnosis upload",
        asks=(
            Node(
                "mdtrtinfo",
                """
        mdtrt_id 就诊ID S30 !
        psn_no 人员编号 S30 !
        med_type 医疗类别 S6 ! d
        begntime 开始时间 T !
        main_cond_dscr 主要病情描述 S1000
        dise_type_code 病种类型代码 S30 d
        dise_codg 病种编码 S30 *
        dise_name 病种名称 S500 *
        birctrl_type 计划生育手术类别 S6 d
        birctrl_matn_date 计划生育手术或生育日期 D
        exp_content 字段扩展 X
        """,
            ),
            Node(
                "diseinfo",
                """
        diag_type 诊断类别 S3 * d
        diag_srt_no 诊断排序号 N2.0 !
        diag_code 诊断代码 S30 !
        diag_name 诊断名称 S300 !
        diag_dept 诊断科室 S50 *
        dise_dor_no 诊断医生编码 S30 *
        dise_dor_name 诊断医生姓名 S50 *
        diag_time 诊断时间 T *
        vali_flag 有效标志 S6 * d
        """,
                many=True,
            ),
        ),
        answers=(),
    ),
    Transaction(
        "2203A",
        "门诊就诊信息上传A",
        "visit and diagnosis upload, variant A",
        asks=(
            Node(
                "mdtrtinfo",
                """
        mdtrt_id 就诊ID S30 !
        psn_no 人员编号 S30 !
        med_type 医疗类别 S6 ! d
        begntime 开始时间 T !
        main_cond_dscr 主要病情描述 S1000
        dise_type_code 病种类型代码 S30 d
        dise_codg 病种编码 S30 *
        dise_name 病种名称 S500 *
        birctrl_type 计划生育手术类别 S6 d
        birctrl_matn_date 计划生育手术或生育日期 D
        matn_type 生育类别 S6
        geso_val 孕周数 N2.0
        rxfixmedinsCode 处方医药机构编码 S12
        rxfixmedinsName 处方医药机构名称 S200
        rxIn 文件数据 B
        rxfilename 文件名 S200
        rxExpContent 处方扩展字段 S2000
        exp_content 字段扩展 X
        """,
            ),
            Node(
                "diseinfo",
                """
        diag_type 诊断类别 S3 * d
        diag_srt_no 诊断排序号 N2.0 !
        diag_code 诊断代码 S30 !
        diag_name 诊断名称 S300 !
        diag_dept 诊断科室 S50 *
        dise_dor_no 诊断医生编码 S30 *
        dise_dor_name 诊断医生姓名 S50 *
        diag_time 诊断时间 T *
        vali_flag 有效标志 S6 * d
        """,
                many=True,
            ),
        ),
        answers=(),
    ),
    Transaction(
        "2204",
        "门诊费用明细信息上传",
        "outpatient fee lines upload",
        asks=(
            Node(
                "feedetail",
                """
        feedetl_sn 费用明细流水号 S30 !
        mdtrt_id 就诊ID S30 !
        psn_no 人员编号 S30 !
        chrg_bchno 收费批次号 S30 !
        dise_codg 病种编码 S30
        rxno 处方号 S30
        rx_circ_flag 外购处方标志 S3 * d
        fee_ocur_time 费用发生时间 T !
        med_list_codg 医疗目录编码 S50 !
        medins_list_codg 医药机构目录编码 S150 !
        det_item_fee_sumamt 明细项目费用总额 N16.2 !
        cnt 数量 N16.4 !
        pric 单价 N16.6 !
        sin_dos_dscr 单次剂量描述 S200
        used_frqu_dscr 使用频次描述 S200
        prd_days 周期天数 N4.2
        medc_way_dscr 用药途径描述 S200
        bilg_dept_codg 开单科室编码 S30 *
        bilg_dept_name 开单科室名称 S100 *
        bilg_dr_codg 开单医生编码 S30 *
        bilg_dr_name 开单医师姓名 S50 *
        acord_dept_codg 受单科室编码 S30
        acord_dept_name 受单科室名称 S100
        orders_dr_code 受单医生编码 S30
        orders_dr_name 受单医生姓名 S50
        hosp_appr_flag 医院审批标志 S3 * d
        tcmdrug_used_way 中药使用方式 S6 d
        etip_flag 外检标志 S3 d
        etip_hosp_code 外检医院编码 S30
        dscg_tkdrug_flag 出院带药标志 S3 d
        matn_fee_flag 生育费用标志 S6 d
        memo 备注 S1000
        comb_no 组套编码 S3
        exp_content 字段扩展 X
        """,
                many=True,
            ),
        ),
        answers=(
            Node(
                "result",
                """
        feedetl_sn 费用明细流水号 S30 !
        """
                + PRICED_LINE,
                many=True,
            ),
        ),
    ),
    Transaction(
        "2205",
        "门诊费用明细信息撤销",
        "outpatient fee lines cancel",
        asks=(
            Node(
                "data",
                """
        mdtrt_id 就诊ID S30 !
        chrg_bchno 收费批次号 S30 !
        psn_no 人员编号 S30 !
        exp_content 字段扩展 X
        """,
            ),
        ),
        answers=(),
    ),
)
