"""What can be wrong with a code. Numbers 50-59 of each class belong to this room."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

_CAUSE_ZH = "{field} 的值“{value}”不是<what>：应为<form>"
_CAUSE_EN = "{field} has the value '{value}', which is no <what>: expected <form>"


def _malformed(
    code: str, refusal_class: RefusalClass, what: tuple[str, str], form_zh: str, form_en: str
) -> RefusalKind:
    return RefusalKind(
        code=code,
        refusal_class=refusal_class,
        actor=Actor.INSTITUTION,
        cause_zh=_CAUSE_ZH.replace("<what>", what[0]).replace("<form>", form_zh),
        cause_en=_CAUSE_EN.replace("<what>", what[1]).replace("<form>", form_en),
        remedy_zh="请按国家编码标准更正{field}后重新上传",
        remedy_en="Correct {field} to the national code and send it again",
    )


MALFORMED_DIVISION = _malformed(
    "NETWORK-50",
    RefusalClass.NETWORK,
    ("医保区划", "division code"),
    "六位数字，如330100",
    "six digits that do not start with 0, e.g. 330100",
)
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
MALFORMED_INSTITUTION = _malformed(
    "NETWORK-53",
    RefusalClass.NETWORK,
    ("定点医药机构编码", "institution code"),
    "H或P加6位区划加5位顺序号，共12位，如H33018300564",
    "H or P, 6 digits of division, 5 of serial, e.g. H33018300564",
)
MALFORMED_PHYSICIAN = _malformed(
    "NETWORK-54",
    RefusalClass.NETWORK,
    ("医务人员编码", "physician code"),
    "D、N或Y加6位区划加6位顺序号，共13位，如D210102000001",
    "D, N or Y, 6 digits of division, 6 of serial, e.g. D210102000001",
)
MALFORMED_RESIDENT_ID = _malformed(
    "IDENTITY-50",
    RefusalClass.IDENTITY,
    ("公民身份号码", "resident id"),
    "18位，末位为GB 11643校验码，第7至14位为出生日期",
    "18 characters, a real day of birth in places 7-14 and the GB 11643 check mark at the end",
)
MALFORMED_DRUG = _malformed(
    "FEE-50",
    RefusalClass.FEE,
    ("药品编码", "drug code"),
    "西药X开头23位，中成药Z开头20位，中药饮片T开头，如XJ01CAA040A001010102699",
    "X and 23 characters (western), Z and 20 (patent), or T (herbal), e.g. XJ01CAA040A001010102699",
)
MALFORMED_SERVICE = _malformed(
    "FEE-51",
    RefusalClass.FEE,
    ("医疗服务项目编码", "service item code"),
    "15位数字，可加“-”和9位地方码，如001102000000100-110200002",
    "15 digits, optionally '-' and 9 local ones, e.g. 001102000000100-110200002",
)
MALFORMED_CONSUMABLE = _malformed(
    "FEE-52",
    RefusalClass.FEE,
    ("医用耗材编码", "consumable code"),
    "C开头20位或27位，如C0101010101000000001",
    "C and 20 or 27 characters in all, e.g. C0101010101000000001",
)
MALFORMED_ITEM = _malformed(
    "FEE-53",
    RefusalClass.FEE,
    ("医疗目录编码", "catalogue item code"),
    "药品X/Z/T开头，耗材C开头，服务项目15位数字",
    "a drug (X, Z, T), a consumable (C) or a service item (15 digits)",
)
MALFORMED_DIAGNOSIS = _malformed(
    "VISIT-50",
    RefusalClass.VISIT,
    ("疾病诊断编码", "diagnosis code"),
    "一位字母加两位数字，点后三位，可加x和三位数字，如E11.600x015",
    "a letter, two digits, a dot, three places, optionally x and three digits, e.g. E11.600x015",
)
MALFORMED_OPERATION = _malformed(
    "VISIT-51",
    RefusalClass.VISIT,
    ("手术操作编码", "operation code"),
    "两位数字，点后至多四位，可加x和三位数字，如38.9300x004",
    "two digits, a dot, up to four places, optionally x and three digits, e.g. 38.9300x004",
)
MALFORMED_CHRONIC_DISEASE = _malformed(
    "VISIT-52",
    RefusalClass.VISIT,
    ("门诊慢特病病种编码", "chronic-disease code"),
    "M加5位数字，如M03900",
    "M and five digits, e.g. M03900",
)
UNKNOWN_DICTIONARY_CODE = RefusalKind(
    code="MESSAGE-50",
    refusal_class=RefusalClass.MESSAGE,
    actor=Actor.INSTITUTION,
    cause_zh="{field} 的值“{value}”不在字典“{dictionary}”中：应为{expected}等",
    cause_en="{field} has the value '{value}', not in the dictionary '{dictionary}': expected {expected}",
    remedy_zh="请按国家字典更正{field}后重新上传",
    remedy_en="Take the code for {field} from the national dictionary and send it again",
)
