"""Message tables: inpatient visits.

Source: 定点医药机构接口规范V1.1.27 (2024-10), chapter 5, checked against other public transcriptions of the
national baseline and recorded messages. How a line is read: see form.py.
"""

from __future__ import annotations

from yidi.edges.national.tables.form import Node, Transaction
from yidi.edges.national.tables.groups import ADMISSION, BIRTH, PRICED_LINE

TRANSACTIONS = (
    Transaction(
        "2401",
        "入院办理",
        "admission",
        asks=(
            Node(
                "mdtrtinfo",
                """
        psn_no 人员编号 S30 !
        insutype 险种类型 S6 ! d
        coner_name 联系人姓名 S50
        tel 联系电话 S50
        begntime 开始时间 T !
        mdtrt_cert_type 就诊凭证类型 S3 ! d
        mdtrt_cert_no 就诊凭证编号 S2000
        card_sn 卡识别码 S64
        cert_type 证件类型 S6 *
        certno 证件号码 S50 *
        med_type 医疗类别 S6 ! d
        ipt_no 住院号 S30 !
        """
                + ADMISSION
                + """
        dise_type_code 病种类型 S6
        exp_content 字段扩展 X
        insuplc_admdvs 参保地医保区划 S6 *
        mdtrtarea_admvs 就医地医保区划 S6 *
        """,
            ),
            Node(
                "diseinfo",
                """
        psn_no 人员编号 S30 !
        diag_type 诊断类别 S3 * d
        maindiag_flag 主诊断标志 S3 * d
        diag_srt_no 诊断排序号 N2.0 !
        diag_code 诊断代码 S30 !
        diag_name 诊断名称 S300 !
        adm_cond 入院病情 S500
        diag_dept 诊断科室 S50 *
        dise_dor_no 诊断医生编码 S30 *
        dise_dor_name 诊断医生姓名 S50 *
        diag_time 诊断时间 T *
        """,
                many=True,
            ),
        ),
        answers=(
            Node(
                "result",
                """
        mdtrt_id 就诊ID S30 !
        exp_content 字段扩展 X
        """,
            ),
        ),
    ),
    Transaction(
        "2402",
        "出院办理",
        "discharge",
        asks=(
            Node(
                "dscginfo",
                """
        mdtrt_id 就诊ID S30 !
        psn_no 人员编号 S30 !
        insutype 险种类型 S6 ! d
        endtime 结束时间 T !
        dise_codg 病种编码 S30
        dise_name 病种名称 S500
        oprn_oprt_code 手术操作代码 S30
        oprn_oprt_name 手术操作名称 S500
        """
                + BIRTH
                + """
        cop_flag 伴有并发症标志 S3 d
        dscg_dept_codg 出院科室编码 S30 *
        dscg_dept_name 出院科室名称 S100 *
        dscg_bed 出院床位 S30
        dscg_way 离院方式 S3 ! d
        die_date 死亡日期 D
        exp_content 字段扩展 X
        """,
            ),
            Node(
                "diseinfo",
                """
        mdtrt_id 就诊ID S30 !
        psn_no 人员编号 S30 !
        diag_type 诊断类别 S3 * d
        maindiag_flag 主诊断标志 S3 * d
        diag_srt_no 诊断排序号 N2.0 !
        diag_code 诊断代码 S30 !
        diag_name 诊断名称 S300 !
        diag_dept 诊断科室 S50 *
        dise_dor_no 诊断医生编码 S30 *
        dise_dor_name 诊断医生姓名 S50 *
        diag_time 诊断时间 T *
        """,
                many=True,
            ),
        ),
        answers=(),
    ),
    Transaction(
        "2403",
        "住院信息变更",
        "admission change",
        asks=(
            Node(
                "adminfo",
                """
        mdtrt_id 就诊ID S30 !
        psn_no 人员编号 S30 !
        coner_name 联系人姓名 S50
        tel 联系电话 S50
        begntime 开始时间 T !
        endtime 结束时间 T
        mdtrt_cert_type 就诊凭证类型 S3 ! d
        med_type 医疗类别 S6 ! d
        ipt_otp_no 住院/门诊号 S30 !
        """
                + ADMISSION
                + """
        dise_type_code 病种编号 S6
        exp_content 字段扩展 X
        ttp_pay_prop 第三方自付比例 N5.4
        """,
            ),
            Node(
                "diseinfo",
                """
        mdtrt_id 就诊ID S30 !
        psn_no 人员编号 S30 !
        diag_type 诊断类别 S3 * d
        maindiag_flag 主诊断标志 S3 * d
        diag_srt_no 诊断排序号 N2.0 !
        diag_code 诊断代码 S30 !
        diag_name 诊断名称 S300 !
        adm_cond 入院病情 S500
        diag_dept 诊断科室 S50 *
        dise_dor_no 诊断医生编码 S30 *
        dise_dor_name 诊断医生姓名 S50 *
        diag_time 诊断时间 T *
        """,
                many=True,
            ),
        ),
        answers=(),
    ),
    Transaction(
        "2404",
        "入院撤销",
        "admission cancel",
        asks=(
            Node(
                "data",
                """
        mdtrt_id 就诊ID S30 !
        psn_no 人员编号 S30 !
        exp_content 字段扩展 X
        """,
            ),
        ),
        answers=(),
    ),
    Transaction(
        "2405",
        "出院撤销",
        "discharge cancel",
        asks=(
            Node(
                "data",
                """
        mdtrt_id 就诊ID S30 !
        psn_no 人员编号 S30 !
        exp_content 字段扩展 X
        """,
            ),
        ),
        answers=(),
    ),
    Transaction(
        "2301",
        "住院费用明细上传",
        "inpatient fee lines upload",
        asks=(
            Node(
                "feedetail",
                """
        feedetl_sn 费用明细流水号 S30 !
        init_feedetl_sn 原费用流水号 S30
        mdtrt_id 就诊ID S30 !
        drord_no 医嘱号 S30
        psn_no 人员编号 S30 !
        med_type 医疗类别 S6 ! d
        fee_ocur_time 费用发生时间 T !
        med_list_codg 医疗目录编码 S50 !
        medins_list_codg 医药机构目录编码 S150 !
        det_item_fee_sumamt 明细项目费用总额 N16.2 !
        cnt 数量 N16.4 !
        pric 单价 N16.6 !
        bilg_dept_codg 开单科室编码 S30 *
        bilg_dept_name 开单科室名称 S100 *
        bilg_dr_codg 开单医生编码 S30 *
        bilg_dr_name 开单医师姓名 S50 *
        acord_dept_codg 受单科室编码 S30
        acord_dept_name 受单科室名称 S100
        orders_dr_code 受单医生编码 S30
        orders_dr_name 受单医生姓名 S50
        hosp_appr_flag 医院审批标志 S3 d
        tcmdrug_used_way 中药使用方式 S6 d
        etip_flag 外检标志 S3 d
        etip_hosp_code 外检医院编码 S30
        dscg_tkdrug_flag 出院带药标志 S3 d
        matn_fee_flag 生育费用标志 S6 d
        memo 备注 S500
        comb_no 组套编号 S3
        exp_content 字段扩展 X
        """,
                many=True,
            ),
        ),
        answers=(
            Node(
                "result",
                """
        feedetl_sn 费用明细流水号 S30
        """
                + PRICED_LINE,
                many=True,
            ),
        ),
    ),
    Transaction(
        "2302",
        "住院费用明细撤销",
        "inpatient fee lines cancel",
        asks=(
            Node(
                "data",
                """
        feedetl_sn 费用明细流水号 S30 !
        mdtrt_id 就诊ID S30 !
        psn_no 人员编号 S30 !
        exp_content 字段扩展 X
        """,
            ),
        ),
        answers=(),
    ),
)
