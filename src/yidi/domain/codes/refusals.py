"""What can be wrong with a code. Numbers 50-59 of each class belong to this room."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

_CAUSE_ZH = "{field} 的值“{value}”不符合{code_zh}的格式：应为{expected_zh}"
_CAUSE_EN = "{field} has the value '{value}', which is no {code_en}: expected {expected_en}"


def _malformed(code: str, refusal_class: RefusalClass, what_zh: str, what_en: str) -> RefusalKind:
    return RefusalKind(
        code=code,
        refusal_class=refusal_class,
        actor=Actor.INSTITUTION,
        cause_zh=_CAUSE_ZH.replace("{code_zh}", what_zh),
        cause_en=_CAUSE_EN.replace("{code_en}", what_en),
        remedy_zh="请按国家编码标准更正{field}后重新上传",
        remedy_en="Correct {field} to the national code and send it again",
    )


MALFORMED_DIVISION = _malformed("NETWORK-50", RefusalClass.NETWORK, "医保区划", "division code")
UNKNOWN_DIVISION = RefusalKind(
    code="NETWORK-51",
    refusal_class=RefusalClass.NETWORK,
    actor=Actor.INSTITUTION,
    cause_zh="{field} 的值“{value}”不是已知的医保区划：应为GB/T 2260中的六位区划代码或其统筹区代码",
    cause_en="{field} has the value '{value}', which is no known division: expected six digits of GB/T 2260 "
    "or the pooling code of one of its areas",
    remedy_zh="请核对区划代码；如区划新近调整，请联系国家平台更新区划表",
    remedy_en="Check the division code; if the area was changed recently, ask the nation to update the list",
)
NOT_INSURING = RefusalKind(
    code="NETWORK-52",
    refusal_class=RefusalClass.NETWORK,
    actor=Actor.INSTITUTION,
    cause_zh="{field} 的值“{value}”（{name}）不在基本医疗保险跨省直接结算范围内",
    cause_en="{field} has the value '{value}' ({name}), which takes no part in cross-province settlement",
    remedy_zh="请改按自费结算，或核对参保地与就医地区划",
    remedy_en="Settle as self-pay, or check the insured place and the care place",
)
MALFORMED_INSTITUTION = _malformed("NETWORK-53", RefusalClass.NETWORK, "定点医药机构编码", "institution code")
MALFORMED_PHYSICIAN = _malformed("NETWORK-54", RefusalClass.NETWORK, "医务人员编码", "physician code")
MALFORMED_RESIDENT_ID = _malformed("IDENTITY-50", RefusalClass.IDENTITY, "公民身份号码", "resident id")
MALFORMED_DRUG = _malformed("FEE-50", RefusalClass.FEE, "药品编码", "drug code")
MALFORMED_SERVICE = _malformed("FEE-51", RefusalClass.FEE, "医疗服务项目编码", "service item code")
MALFORMED_CONSUMABLE = _malformed("FEE-52", RefusalClass.FEE, "医用耗材编码", "consumable code")
MALFORMED_ITEM = _malformed("FEE-53", RefusalClass.FEE, "医疗目录编码", "catalogue item code")
MALFORMED_DIAGNOSIS = _malformed("VISIT-50", RefusalClass.VISIT, "疾病诊断编码", "diagnosis code")
MALFORMED_OPERATION = _malformed("VISIT-51", RefusalClass.VISIT, "手术操作编码", "operation code")
MALFORMED_CHRONIC_DISEASE = _malformed(
    "VISIT-52", RefusalClass.VISIT, "门诊慢特病病种编码", "chronic-disease code"
)
UNKNOWN_DICTIONARY_CODE = RefusalKind(
    code="MESSAGE-50",
    refusal_class=RefusalClass.MESSAGE,
    actor=Actor.INSTITUTION,
    cause_zh="{field} 的值“{value}”不在字典“{title_zh}”中：应为{expected}等",
    cause_en="{field} has the value '{value}', which the dictionary '{title_en}' lacks: expected {expected}",
    remedy_zh="请按国家字典更正{field}后重新上传",
    remedy_en="Take the code for {field} from the national dictionary and send it again",
)
