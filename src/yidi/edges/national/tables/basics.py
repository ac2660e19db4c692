"""Message tables: sign-in, files, persons, institutions, catalogues, dictionaries, entitlement.

Source: 定点医药机构接口规范V1.1.27 (2024-10), chapter 5, checked against other public transcriptions of the
national baseline and recorded messages. How a line is read: see form.py.
"""

from __future__ import annotations

from yidi.edges.national.tables.form import Node, Transaction

_FILE_ASKED = Node(
    "data",
    """
    ver 版本号 S20 !
    """,
)
_FILE_FOUND = Node(
    "",
    """
    file_qury_no 文件查询号 S40 !
    filename 文件名 S100 !
    dld_end_time 下载截止时间 D
    data_cnt 数据量 N10.0
    """,
)
TRANSACTIONS = (
    Transaction(
        "9001",
        "签到",
        "sign in",
        asks=(
            Node(
                "signIn",
                """
        opter_no 操作员编号 S20 !
        mac 签到MAC地址 S20 *
        ip 签到IP地址 S20 *
        """,
            ),
        ),
        answers=(
            Node(
                "signinoutb",
                """
        sign_time 签到时间 D !
        sign_no 签到编号 S30 !
        """,
            ),
        ),
    ),
    Transaction(
        "9002",
        "签退",
        "sign out",
        asks=(
            Node(
                "signOut",
                """
        sign_no 签到编号 S30 !
        opter_no 操作员编号 S20 !
        """,
            ),
        ),
        answers=(
            Node(
                "signoutoutb",
                """
        sign_time 签退时间 D !
        """,
            ),
        ),
    ),
    Transaction(
        "9101",
        "文件上传",
        "file upload",
        asks=(
            Node(
                "fsUploadIn",
                """
        in 文件数据 B !
        filename 文件名 S200 !
        fixmedins_code 医药机构编号 S30 *
        """,
            ),
        ),
        answers=(
            Node(
                "",
                """
        file_qury_no 文件查询号 S30 !
        filename 文件名 S200 !
        fixmedins_code 医药机构编号 S30 !
        dld_endtime 截止时间 S30
        """,
            ),
        ),
    ),
    Transaction(
        "9102",
        "文件下载",
        "file download",
        asks=(
            Node(
                "fsDownloadIn",
                """
        file_qury_no 文件查询号 S64 !
        filename 文件名 S200 !
        fixmedins_code 医药机构编号 S30 *
        """,
            ),
        ),
        answers=(),
        streams=True,
    ),
    Transaction(
        "1101",
        "人员信息获取",
        "person lookup",
        asks=(
            Node(
                "data",
                """
        mdtrt_cert_type 就诊凭证类型 S3 ! d
        mdtrt_cert_no 就诊凭证编号 S2000 !
        card_sn 卡识别码 S64
        begntime 开始时间 T
        psn_cert_type 人员证件类型 S6 * d
        certno 证件号码 S50 *
        psn_name 人员姓名 S50 *
        """,
            ),
        ),
        answers=(
            Node(
                "baseinfo",
                """
        psn_no 人员编号 S30 !
        psn_cert_type 人员证件类型 S6 ! d
        certno 证件号码 S50 !
        psn_name 人员姓名 S50 !
        gend 性别 S6 ! d
        naty 民族 S3 d
        brdy 出生日期 D
        age 年龄 N4.1 !
        exp_content 字段扩展 X
        """,
            ),
            Node(
                "insuinfo",
                """
        balc 余额 N16.2 !
        insutype 险种类型 S6 ! d
        psn_type 人员类别 S6 ! d
        psn_insu_stas 人员参保状态 S6 d
        psn_insu_date 个人参保日期 D
        paus_insu_date 暂停参保日期 D
        cvlserv_flag 公务员标志 S3 ! d
        insuplc_admdvs 参保地医保区划 S6 !
        emp_name 单位名称 S200
        """,
                many=True,
            ),
            Node(
                "idetinfo",
                """
        psn_idet_type 人员身份类别 S3 ! d
        psn_type_lv 人员类别等级 S3 d=disa_lv
        memo 备注 S500
        begntime 开始时间 T !
        endtime 结束时间 T
        """,
                many=True,
            ),
        ),
    ),
    Transaction(
        "1201",
        "医药机构信息获取",
        "institution lookup",
        asks=(
            Node(
                "medinsinfo",
                """
        fixmedins_type 定点医疗服务机构类型 S6 * d
        fixmedins_name 定点医药机构名称 S200
        fixmedins_code 定点医药机构编号 S12
        """,
            ),
        ),
        answers=(
            Node(
                "medinsinfo",
                """
        fixmedins_code 定点医药机构编号 S12 !
        fixmedins_name 定点医药机构名称 S200 !
        uscc 统一社会信用代码 S50 !
        fixmedins_type 定点医疗服务机构类型 S6 ! d
        hosp_lv 医院等级 S6 d
        exp_content 扩展字段 X
        """,
                many=True,
            ),
        ),
    ),
    Transaction(
        "1301",
        "西药中成药目录下载",
        "western and patent drug catalogue",
        asks=(_FILE_ASKED,),
        answers=(_FILE_FOUND,),
    ),
    Transaction(
        "1302",
        "中药饮片目录下载",
        "herbal slices catalogue",
        asks=(_FILE_ASKED,),
        answers=(_FILE_FOUND,),
    ),
    Transaction(
        "1303",
        "医疗机构制剂目录下载",
        "hospital preparations",
        asks=(_FILE_ASKED,),
        answers=(_FILE_FOUND,),
    ),
    Transaction(
        "1304",
        "民族药品目录查询",
        "ethnic drugs",
        asks=(_FILE_ASKED,),
        answers=(_FILE_FOUND,),
    ),
    Transaction(
        "1305",
        "医疗服务项目目录下载",
        "service items",
        asks=(_FILE_ASKED,),
        answers=(_FILE_FOUND,),
    ),
    Transaction(
        "1306",
        "医用耗材目录下载",
        "consumables",
        asks=(_FILE_ASKED,),
        answers=(_FILE_FOUND,),
    ),
    Transaction(
        "1307",
        "疾病与诊断目录下载",
        "diagnoses",
        asks=(_FILE_ASKED,),
        answers=(_FILE_FOUND,),
    ),
    Transaction(
        "1308",
        "手术操作目录下载",
        "operations",
        asks=(_FILE_ASKED,),
        answers=(_FILE_FOUND,),
    ),
    Transaction(
        "1309",
        "门诊慢特病种目录下载",
        "outpatient chronic-disease list",
        asks=(_FILE_ASKED,),
        answers=(_FILE_FOUND,),
    ),
    Transaction(
        "1310",
        "按病种付费病种目录下载",
        "pay-by-disease list",
        asks=(_FILE_ASKED,),
        answers=(_FILE_FOUND,),
    ),
    Transaction(
        "1311",
        "日间手术治疗病种目录下载",
        "day-surgery list",
        asks=(_FILE_ASKED,),
        answers=(_FILE_FOUND,),
    ),
    Transaction(
        "1901",
        "字典表查询",
        "dictionary",
        asks=(
            Node(
                "data",
                """
        type 字典类型 S30 !
        parent_value 父字典键值 S10 *
        admdvs 行政区划 S6 * d
        date 查询日期 D *
        Vali_Flag 有效标志 S3 * d
        """,
            ),
        ),
        answers=(
            Node(
                "list",
                """
        type 字典类型 S30 !
        label 字典标签 S50 !
        value 字典键值 S20 !
        parentValue 父字典键值 S10 !
        sort 序号 I30 !
        valiFlag 权限标识 S3 ! d
        createUser 创建账户 S30 !
        createDate 创建时间 D !
        version 版本号 I20 !
        """,
                many=True,
            ),
        ),
    ),
    Transaction(
        "2001",
        "人员待遇享受检查",
        "entitlement check",
        asks=(
            Node(
                "data",
                """
        psn_no 人员编号 S30 !
        insutype 险种类型 S6 ! d
        fixmedins_code 定点医药机构编号 S12 *
        med_type 医疗类别 S6 ! d
        begntime 开始时间 T !
        endtime 结束时间 T
        dise_codg 病种编码 S30
        dise_name 病种名称 S500
        oprn_oprt_code 手术操作代码 S30
        oprn_oprt_name 手术操作名称 S500
        matn_type 生育类别 S6 d
        birctrl_type 计划生育手术类别 S6 d
        exp_content 字段扩展 X
        """,
            ),
        ),
        answers=(
            Node(
                "trtinfo",
                """
        psn_no 人员编号 S30 !
        trt_chk_type 待遇检查类型 S6 ! d
        fund_pay_type 基金支付类型 S6 ! d
        trt_enjymnt_flag 基金款项待遇享受标志 S3 ! d
        begndate 开始日期 D !
        enddate 结束日期 D
        trt_chk_rslt 待遇检查结果 S500
        exp_content 字段扩展 X
        """,
                many=True,
            ),
        ),
    ),
)
