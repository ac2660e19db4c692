"""The numbers of all known transactions with their names, so that a number not served gets a clear answer.

Source: 定点医药机构接口规范V1.1.27 (2024-10), list of transactions, and numbers seen with other regions.
"""

from __future__ import annotations

_KNOWN = """
1101 人员基本信息获取 person lookup
1201 医药机构信息获取 institution lookup
1301 西药中成药目录下载 western & patent drug catalogue
1302 中药饮片目录下载 herbal slices catalogue
1303 医疗机构制剂目录下载 hospital preparations
1304 民族药品目录查询 ethnic drugs query
1305 医疗服务项目目录下载 service items
1306 医用耗材目录下载 consumables
1306A 27位医用耗材目录下载 consumables, 27-digit
1307 疾病与诊断目录下载 diagnoses
1308 手术操作目录下载 operations
1309 门诊慢特病种目录下载 outpatient chronic-disease list
1310 按病种付费病种目录下载 pay-by-disease list
1311 日间手术治疗病种目录下载 day-surgery list
1312 医保目录信息下载 insurance catalogue query
1313 肿瘤形态学目录下载 tumour morphology
1314 中医疾病目录下载 TCM diseases
1315 中医证候目录下载 TCM syndromes
1316 医疗目录与医保目录匹配信息查询 medical/insurance catalogue match
1317 医药机构目录匹配信息查询 institution match
1318 医保目录限价信息查询 price caps
1319 医保目录先自付比例信息查询 pre-pay ratios
1320 中药配方颗粒目录下载 TCM granules
1321 医疗服务项目（新）目录下载 service items, new
1322 体外诊断试剂产品信息下载
1323 体外诊断试剂产品信息与注册证关联信息下载
1324 体外诊断试剂检测指标信息下载
1325 体外诊断试剂产品信息编码下载
1326 体外诊断试剂试剂注册证信息下载
1327 体外诊断试剂分类目录下载
1901 字典表下载 dictionary
2001 人员待遇享受检查 entitlement check
2101 药店预结算 pharmacy trial
2102 药店结算 pharmacy settle
2103 药店结算撤销 pharmacy settle cancel
2161 异地就医购药获取人员信息 cross-region pharmacy: person
2163 异地就医购药退费 cross-region pharmacy: refund
2166 异地就医购药试算 cross-region pharmacy: trial
2167 异地就医购药取消订单 cross-region pharmacy: cancel order
2170 异地就医购药订单查询 cross-region pharmacy: order query
2171 异地就医购药结算信息查询 cross-region pharmacy: settlement query
2172 医疗机构月结算申报汇总数据查询 monthly declaration summary
2173 查询月结算申报业务明细数据 monthly declaration lines
2174 查询月结申报基金分项数据 monthly declaration by fund
2175 药店账务明细查询数据 pharmacy ledger lines
2176 药店账务汇总数据查询 pharmacy ledger summary
2181 冲正交易 reversal (pharmacy)
2201 门诊挂号 outpatient registration
2202 门诊挂号撤销 registration cancel
2203 门诊就诊信息上传 visit & diagnosis upload
2203A 药店门诊就诊信息上传 same, variant A
2204 门诊费用明细信息上传 fee lines upload
2205 门诊费用明细信息撤销 fee lines cancel
2206 门诊预结算 outpatient trial
2207 门诊结算 outpatient settle
2208 门诊结算撤销 outpatient settle cancel
2301 住院费用明细上传 inpatient fee lines
2302 住院费用明细撤销 inpatient fee cancel
2303 住院预结算 inpatient trial
2304 住院结算 inpatient settle
2305 住院结算撤销 inpatient settle cancel
2401 入院办理 admission
2402 出院办理 discharge
2403 入院信息变更 admission change
2404 入院撤销 admission cancel
2405 出院撤销 discharge cancel
2501 转院备案 referral filing
2502 转院备案撤销 referral cancel
2503 人员慢特病备案 chronic-disease filing
2504 人员慢特病备案撤销 chronic filing cancel
2505 人员定点备案 designated-institution filing
2506 人员定点备案撤销 designated cancel
2507 人员意外伤害备案 accident filing
2601 冲正交易 reversal
3101 明细审核分析服务 pre-audit
3102 明细审核事中分析服务 in-process audit
3103 事前事中服务反馈服务 audit feedback
3201 医药机构费用结算对总账 total reconciliation
3202 医药机构费用结算对明细账 line reconciliation
3301 目录对照上传 catalogue mapping upload
3302 目录对照撤销 mapping cancel
3401 科室信息上传 department upload
3401A 批量科室信息上传
3402 科室信息变更 department change
3403 科室信息撤销 department cancel
3501 商品盘存上传
3501A 商品盘存上传
3502 商品库存变更
3502A 商品库存变更
3503 商品采购
3503A 商品采购
3504 商品采购退货
3504A 商品采购退货
3505 商品销售
3505A 商品销售
3506 商品销售退货
3506A 商品销售退货
3507 商品信息删除
3507A 商品信息删除
3508 定点医药机构商品库存信息查询
3509 定点医药机构商品库存变更记录查询
3510 定点医药机构商品采购信息查询
3511 定点医药机构商品销售信息查询
3512 入库药品追溯信息查询
3513 销售药品追溯信息查询
3592B 获取虚拟药品追溯码
3601 DRG申请退出列表查询
3602 DRG退出申请保存
3603 DRG退出申请修改/撤销
3604 DRG申请审核意见和预结算基金分项查询
3605 DRG分组结果查询
3606 DIP分组结果查询
3607 结算清单质控结果查询
3608 DIP分组结果统计汇总查询
3609 DIP分组结果统计查询
3610 DRG分组结果统计汇总查询
3611 DRG分组结果统计查询
3701 审核申诉、扣款节点查询
3702 申诉提交
3703 申请合议提交
3704 附件上传
4101 医疗保障基金结算清单信息上传 settlement list upload
4102 医疗保障基金结算清单状态修改 settlement list status
4103 医疗保障基金结算清单信息查询 settlement list query
4104 医疗保障基金结算清单质控结果查询 list quality result
4105 医疗保障基金结算清单数量统计查询 list count
4261 自费病人费用明细信息上传（自建）
4262 已上传费用对账
4263 自费病人零报金额不符查询
4301 门急诊诊疗记录
4302 急诊留观手术及抢救信息
4401 住院病案首页信息
4402 住院医嘱记录
4402A 住院医嘱记录
4501 临床检查记录
4502 临床检验记录
4503 细菌培养报告记录
4504 药敏记录报告记录
4505 病理检查报告记录
4506 非结构化报告记录
4507 临床检查报告记录查询
4508 临床检验报告记录查询
4509 细菌培养报告记录查询
4510 药敏检查报告记录查询
4511 病理检查报告记录查询
4512 非结构化报告记录查询
4601 输血信息
4602 护理操作生命体征测量记录
4701 电子病历上传
5101 科室信息查询 departments
5102 医执人员信息查询 staff
5201 就诊信息查询 visits
5202 诊断信息查询 diagnoses
5203 结算信息查询 settlements
5204 费用明细查询 fee lines
5205 人员慢特病用药记录查询 chronic drug record
5206 人员累计信息查询 accumulations
5301 人员慢特病备案查询 chronic filings
5302 人员定点信息查询 designated institutions
5303 在院信息查询 in-hospital list
5304 转院信息查询 referrals
5401 项目互认信息查询 mutual recognition query
5402 报告明细信息查询 report detail
5461 检查检验结果互认查询授权申请
6101 解析医保电子凭证二维码 e-voucher decode
6201 费用明细上传 online fee upload
6202 支付下单 online order
6203 医保退费 online refund
6204 医保订单信息同步 order sync
6301 医保订单结算结果查询 order result
6302 医保结算结果通知 settlement notice
6401 费用明细上传撤销 online fee cancel
7101 电子处方上传预核验 e-prescription precheck
7102 电子处方医保电子签名 e-prescription sign
7103 电子处方上传 e-prescription upload
7104 电子处方撤销 e-prescription cancel
7105 电子处方信息查询 e-prescription query
7106 电子处方审核结果查询
7107 电子处方结算结果查询
7108 电子处方审核结果通知
7109 电子处方结算结果通知
7201 电子处方线下流转授权
7202 电子处方线上流转查询
7203 电子处方二维码解码
7204 电子处方下载
7205 电子处方信息核验
7206 电子处方审方信息上传
7207 药品销售出库明细上传
7208 药品销售出库明细撤销
7209 药品配送信息同步
7210 药品配送签收确认
7211 电子处方药品目录查询
9601 人脸认证
9602 特殊登记
9603 人脸建模
9604 远程查床任务查询
9605 远程查床申诉
9001 签到 sign in
9002 签退 sign out
9101 文件上传 file upload
9102 文件下载 file download
5501 查询电子结算凭证状态
4901 医疗机构上传电子结算凭证
4902 医疗机构电子结算凭证上传结果查询
4905 医疗机构重新上传电子结算凭证
100001 政策项查询
1161 读卡获取人员信息 person lookup by card
1162 扫码获取人员信息 person lookup by code
1602 身份证密码校验
1603 身份证密码修改
2206A 门诊预结算A
2207A 门诊结算A
2303A 住院预结算A
2304A 住院结算A
2406 就医特殊属性上传 special attributes of a visit
2407 就医特殊属性查询
2501A 转院备案A
2562 两病备案
2563 两病备案撤销
5364 两病备案查询
2579 门诊选点
2699 生育备案
3203 清算申请 clearing application
3204 清算申请撤销 clearing application cancel
3205 清算状态查询
3206 清算汇总查询
3207 清算汇总查询
3203A 清算申请A
3204A 清算申请撤销A
3211 明细对账任务提交 line reconciliation task
3212 明细对账任务结果
3260 提取异地清分明细 cross-region clearing: extract
3261 异地清分结果确认 cross-region clearing: confirm
3262 异地清分结果确认回退 cross-region clearing: roll back
4101A 结算清单上传A
4160 结算清单查询
4201 自费病人就医信息上传
4201A 自费病人就医信息上传A
5260 结算单查询
5261 结算单查询 settlement sheet query
5262 结算单费用查询 settlement sheet query with fees
5265 结算单下载
5269 异地门诊结算单
5270 异地住院结算单
5368 账户余额查询 account balance
5369 账户余额扣减 account deduction
90100 交易结果查询 result of a transaction
9162 对象服务
9201 卡内部认证
9950 监管服务
D001 电子处方预核验
D002 电子处方签名
D003 电子处方上传
D004 电子处方撤销
D005 电子处方查询
D006 电子处方审核结果
D007 电子处方取药结果
"""
KNOWN = {line.split()[0]: line.split()[1] for line in _KNOWN.strip().splitlines()}
"""Number -> Chinese name."""
KNOWN_ENGLISH = {
    number: english
    for number, _, english in (
        line.split(maxsplit=2) for line in _KNOWN.strip().splitlines() if len(line.split()) > 2
    )
}
"""Number -> English name, where it has one."""
