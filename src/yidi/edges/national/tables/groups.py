"""Runs of fields that several messages have in common, as form.py reads them.

Source: 定点医药机构接口规范V1.1.27 (2024-10), chapter 5.
"""

from __future__ import annotations

PRICED_LINE = """
        det_item_fee_sumamt 明细项目费用总额 N16.2 !
        cnt 数量 N16.4 !
        pric 单价 N16.6 !
        pric_uplmt_amt 定价上限金额 N16.6 !
        selfpay_prop 自付比例 N5.4
        fulamt_ownpay_amt 全自费金额 N16.2
        overlmt_amt 超限价金额 N16.2
        preselfpay_amt 先行自付金额 N16.2
        inscp_scp_amt 符合政策范围金额 N16.2
        chrgitm_lv 收费项目等级 S3 ! d
        med_chrgitm_type 医疗收费项目类别 S6 ! d
        bas_medn_flag 基本药物标志 S3 d
        hi_nego_drug_flag 医保谈判药品标志 S3 d
        chld_medc_flag 儿童用药标志 S3 d
        list_sp_item_flag 目录特项标志 S3 d
        lmt_used_flag 限制使用标志 S3 ! d
        drt_reim_flag 直报标志 S3 d
        memo 备注 S500
        exp_content 字段扩展 X
"""
"""How a fee line was priced: the answer to outpatient and inpatient uploads, after the line's number."""

BIRTH = """
        fpsc_no 计划生育服务证号 S50
        matn_type 生育类别 S6 d
        birctrl_type 计划生育手术类别 S6 d
        latechb_flag 晚育标志 S3 d
        geso_val 孕周数 N2.0
        fetts 胎次 N3.0
        fetus_cnt 胎儿数 N3.0
        pret_flag 早产标志 S3 d
        birctrl_matn_date 计划生育手术或生育日期 D
"""
"""What is noted of a birth."""

ADMISSION = (
    """
        medrcdno 病历号 S30
        atddr_no 主治医生编码 S30 *
        chfpdr_name 主诊医师姓名 S50 *
        adm_diag_dscr 入院诊断描述 S200 *
        adm_dept_codg 入院科室编码 S30 *
        adm_dept_name 入院科室名称 S100 *
        adm_bed 入院床位 S30 *
        dscg_maindiag_code 住院主诊断代码 S20 *
        dscg_maindiag_name 住院主诊断名称 S300 *
        main_cond_dscr 主要病情描述 S1000
        dise_codg 病种编码 S30
        dise_name 病种名称 S500
        oprn_oprt_code 手术操作代码 S30
        oprn_oprt_name 手术操作名称 S500
"""
    + BIRTH
)
"""What a stay is, at admission and when it is changed: doctors, ward, diagnosis, operation, birth."""
