"""Message tables: referrals, chronic diseases, selected institutions.

Source: 定点医药机构接口规范V1.1.27 (2024-10), chapter 5, checked against other public transcriptions of the
national baseline and recorded messages. How a line is read: see form.py.
"""

from __future__ import annotations

from yidi.edges.national.tables.form import Node, Transaction

TRANSACTIONS = (
    Transaction(
        "2501",
        "转院备案",
        "referral filing",
        asks=(
            Node(
                "refmedin",
                """
        psn_no 人员编号 S30 !
        insutype 险种类型 S6 d
        tel 联系电话 S50
        addr 联系地址 S200
        insu_optins 参保机构医保区划 S6
        diag_code 诊断代码 S30 !
        diag_name 诊断名称 S300 !
        dise_cond_dscr 疾病病情描述 S2000
        reflin_medins_no 转往定点医药机构编号 S12 !
        reflin_medins_name 转往医院名称 S200 *
        mdtrtarea_admdvs 就医地行政区划 S6 !
        hosp_agre_refl_flag 医院同意转院标志 S3 d
        refl_type 转院类型 S30 ! d
        refl_date 转院日期 D !
        refl_rea 转院原因 S100 *
        refl_opnn 转院意见 S200 *
        begndate 开始日期 D
        enddate 结束日期 D
        refl_old_mdtrt_id 转院前就诊id S30
        refl_used_flag 转诊使用标志 S3
        """,
            ),
        ),
        answers=(
            Node(
                "result",
                """
        trt_dcla_detl_sn 待遇申报明细流水号 S30 !
        """,
            ),
        ),
    ),
    Transaction(
        "2502",
        "转院备案撤销",
        "referral cancel",
        asks=(
            Node(
                "data",
                """
        trt_dcla_detl_sn 待遇申报明细流水号 S30 !
        psn_no 人员编号 S30 !
        memo 备注 S500
        """,
            ),
        ),
        answers=(),
    ),
    Transaction(
        "2503",
        "人员慢特病备案",
        "chronic-disease filing",
        asks=(
            Node(
                "data",
                """
        psn_no 人员编号 S30 !
        insutype 险种类型 S6 ! d
        opsp_dise_code 门慢门特病种目录代码 S30 !
        opsp_dise_name 门慢门特病种名称 S300 *
        tel 联系电话 S50
        addr 联系地址 S200
        insu_optins 参保机构医保区划 S6 *
        ide_fixmedins_no 鉴定定点医药机构编号 S30 *
        ide_fixmedins_name 鉴定定点医药机构名称 S200 *
        hosp_ide_date 医院鉴定日期 D *
        diag_dr_codg 诊断医师编码 S30 *
        diag_dr_name 诊断医师姓名 S50 *
        begndate 开始日期 D !
        enddate 结束日期 D
        exp_content 手术时间 X
        trt_dcla_detl_sn 待遇申报明细流水号 S30
        selfdef_splm_flag 自定义补充标志 S3
        memo 备注 S500
        """,
            ),
        ),
        answers=(
            Node(
                "result",
                """
        trt_dcla_detl_sn 待遇申报明细流水号 S30 !
        exp_content 扩展字段 X
        """,
            ),
        ),
    ),
    Transaction(
        "2504",
        "人员慢特病备案撤销",
        "chronic-disease filing cancel",
        asks=(
            Node(
                "data",
                """
        trt_dcla_detl_sn 待遇申报明细流水号 S30 !
        psn_no 人员编号 S30 !
        memo 备注 S500 *
        """,
            ),
        ),
        answers=(),
    ),
    Transaction(
        "2505",
        "人员定点备案",
        "designated-institution filing",
        asks=(
            Node(
                "data",
                """
        psn_no 人员编号 S30 !
        tel 联系电话 S50
        addr 联系地址 S200
        biz_appy_type 业务申请类型 S3 ! d
        begndate 开始日期 D !
        enddate 结束日期 D
        agnter_name 代办人姓名 S50
        agnter_cert_type 代办人证件类型 S6 d
        agnter_certno 代办人证件号码 S50
        agnter_tel 代办人联系方式 S30
        agnter_addr 代办人联系地址 S200
        agnter_rlts 代办人关系 S3 d
        fix_srt_no 定点排序号 S3 *
        fixmedins_code 定点医药机构编号 S12 !
        fixmedins_name 定点医药机构名称 S200 *
        memo 备注 S500
        exp_content 手术时间 X
        """,
            ),
        ),
        answers=(
            Node(
                "result",
                """
        trt_dcla_detl_sn 待遇申报明细流水号 S30 !
        exp_content 手术时间 X
        """,
            ),
        ),
    ),
    Transaction(
        "2506",
        "人员定点备案撤销",
        "designated-institution filing cancel",
        asks=(
            Node(
                "data",
                """
        trt_dcla_detl_sn 待遇申报明细流水号 S30 !
        psn_no 人员编号 S30 !
        memo 备注 S500 *
        """,
            ),
        ),
        answers=(),
    ),
    Transaction(
        "5301",
        "人员慢特病备案查询",
        "chronic-disease filings query",
        asks=(
            Node(
                "data",
                """
        psn_no 人员编号 S30 !
        """,
            ),
        ),
        answers=(
            Node(
                "feedetail",
                """
        opsp_dise_code 门慢门特病种目录代码 S30 !
        opsp_dise_name 门慢门特病种名称 S300 !
        begndate 开始日期 D !
        enddate 结束日期 D
        exp_content 字段扩展 X
        """,
                many=True,
            ),
        ),
    ),
    Transaction(
        "5302",
        "人员定点信息查询",
        "designated institutions query",
        asks=(
            Node(
                "data",
                """
        psn_no 人员编号 S30 !
        biz_appy_type 业务申请类型 S3 !
        """,
            ),
        ),
        answers=(
            Node(
                "psnfixmedin",
                """
        psn_no 人员编号 S30 !
        insutype 险种类型 S6 d
        fix_srt_no 定点排序号 S3 !
        fixmedins_code 定点医药机构编号 S12 !
        fixmedins_name 定点医药机构名称 S200 !
        begndate 开始日期 D !
        enddate 结束日期 D
        memo 备注 S500
        """,
                many=True,
            ),
        ),
    ),
    Transaction(
        "5303",
        "在院信息查询",
        "in-hospital query",
        asks=(
            Node(
                "data",
                """
        psn_no 人员编号 S30 !
        begntime 开始时间 T !
        endtime 结束时间 T !
        """,
            ),
        ),
        answers=(
            Node(
                "data",
                """
        mdtrt_id 就诊ID S30 !
        psn_no 人员编号 S30 !
        psn_cert_type 人员证件类型 S6 ! d
        certno 证件号码 S50 !
        psn_name 人员姓名 S50 !
        gend 性别 S6 ! d
        brdy 出生日期 D
        age 年龄 N4.1 !
        insutype 险种类型 S6 ! d
        begndate 开始日期 D !
        med_type 医疗类别 S6 ! d
        ipt_otp_no 住院/门诊号 S30
        out_flag 异地标志 S3
        """,
                many=True,
            ),
        ),
    ),
    Transaction(
        "5304",
        "转院信息查询",
        "referrals query",
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
                "refmedin",
                """
        insutype 险种类型 S6 ! d
        dcla_souc 申报来源 S6 d
        psn_no 人员编号 S30 !
        psn_cert_type 人员证件类型 S6 ! d
        certno 证件号码 S50 !
        psn_name 人员姓名 S50 !
        gend 性别 S6 ! d
        brdy 出生日期 D
        tel 联系电话 S50
        addr 联系地址 S200
        insu_optins 参保机构医保区划 S6
        emp_name 单位名称 S200
        diag_code 诊断代码 S20
        diag_name 诊断名称 S100
        dise_cond_dscr 疾病病情描述 S2000
        reflin_medins_no 转往定点医药机构编号 S30
        reflin_medins_name 转往医院名称 S200 !
        out_flag 异地标志 S3 d
        refl_date 转院日期 D !
        refl_rea 转院原因 S100 !
        begndate 开始日期 D !
        enddate 结束日期 D
        hosp_agre_refl_flag 医院同意转院标志 S3 ! d
        opter_id 经办人ID S20
        opter_name 经办人姓名 S50
        opt_time 经办时间 T
        """,
                many=True,
            ),
        ),
    ),
)
