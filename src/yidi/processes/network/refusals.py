"""What the network refuses: institutions that may not serve, sign-ins, files and mappings that do not fit."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

INSTITUTION_UNKNOWN = RefusalKind(
    "NETWORK-17",
    RefusalClass.NETWORK,
    Actor.INSTITUTION,
    "本省没有登记定点医药机构{institution_code}",
    "this province has no designated institution {institution_code}",
    "请核对机构编码；尚未定点的，请向就医地经办机构申请",
    "check the institution code; if not yet designated, apply to the agency of the care place",
)
INSTITUTION_SUSPENDED = RefusalKind(
    "NETWORK-02",
    RefusalClass.NETWORK,
    Actor.CARE_PLACE,
    "定点医药机构{institution_code}已被暂停联网结算",
    "the institution {institution_code} is suspended from networked settlement",
    "请先按自费收费并保存资料；恢复时间请询就医地经办机构",
    "charge the person and keep the papers; the agency of the care place tells when service resumes",
    heals_with_time=True,
)
INSTITUTION_WITHDRAWN = RefusalKind(
    "NETWORK-03",
    RefusalClass.NETWORK,
    Actor.CARE_PLACE,
    "定点医药机构{institution_code}在{day}没有定点资格（资格期{start}至{end}）",
    "the institution {institution_code} is not designated on {day} (designated from {start} to {end})",
    "请按自费收费；费用按参保地规定手工报销",
    "charge the person; the insured place decides about a claim by hand",
)
SERVICE_NOT_OPEN = RefusalKind(
    "NETWORK-04",
    RefusalClass.NETWORK,
    Actor.CARE_PLACE,
    "定点医药机构{institution_code}在{day}未开通{service_zh}异地直接结算",
    "on {day} the institution {institution_code} is not open for {service} of persons insured elsewhere",
    "请按自费收费，或由就医地经办机构开通该服务",
    "charge the person, or have the agency of the care place open the service",
)
DISEASE_NOT_OPEN = RefusalKind(
    "NETWORK-05",
    RefusalClass.NETWORK,
    Actor.CARE_PLACE,
    "定点医药机构{institution_code}在{day}未开通病种{disease_code}的门诊慢特病直接结算",
    "on {day} the institution {institution_code} is not open for the chronic disease {disease_code}",
    "请按普通门诊结算，或到已开通该病种的机构就医",
    "settle as general outpatient care, or go to an institution that is open for the disease",
)
DESIGNATION_INVALID = RefusalKind(
    "NETWORK-06",
    RefusalClass.NETWORK,
    Actor.CARE_PLACE,
    "{field} 的值“{value}”不能登记：应为{expected}",
    "{field} has the value '{value}', which cannot be registered: expected {expected}",
    "请更正{field}后重新登记",
    "correct {field} and register again",
)
NOT_SIGNED_IN = RefusalKind(
    "NETWORK-07",
    RefusalClass.NETWORK,
    Actor.INSTITUTION,
    "签到编号{sign_no}不是本机构操作员{operator}的有效签到",
    "the sign number {sign_no} is no sign-in of the operator {operator} of this institution",
    "请先签到，用签到返回的编号签退",
    "sign in first and sign out with the number that the sign-in answers",
)
ALREADY_SIGNED_OUT = RefusalKind(
    "NETWORK-08",
    RefusalClass.NETWORK,
    Actor.INSTITUTION,
    "签到编号{sign_no}已经签退",
    "the sign number {sign_no} is already signed out",
    "无需再次签退",
    "nothing more to do",
)
FILE_TOO_LARGE = RefusalKind(
    "NETWORK-09",
    RefusalClass.NETWORK,
    Actor.INSTITUTION,
    "文件大小{size}字节超过上限{greatest}字节",
    "the file has {size} bytes, more than the {greatest} allowed",
    "请压缩或分成多个文件后上传",
    "compress it or send it as several files",
)
FILE_BROKEN = RefusalKind(
    "NETWORK-10",
    RefusalClass.NETWORK,
    Actor.INSTITUTION,
    "文件“{name}”的内容为空、不是有效的编码，或与所报{size}字节不符",
    "the content of the file '{name}' is empty, not validly encoded, or not the {size} bytes it says",
    "请重新读取文件后上传",
    "read the file again and upload it once more",
)
FILE_UNKNOWN = RefusalKind(
    "NETWORK-11",
    RefusalClass.NETWORK,
    Actor.INSTITUTION,
    "本机构没有文件查询号为{file_no}的文件",
    "this institution has no file with the number {file_no}",
    "请核对文件查询号；只能下载本机构上传的文件",
    "check the number; only files of this institution can be fetched",
)
MAPPING_OVERLAPS = RefusalKind(
    "NETWORK-12",
    RefusalClass.NETWORK,
    Actor.INSTITUTION,
    "机构目录{own_code}在同一时期已对照到{held}，不能再对照到{item_code}",
    "the own item {own_code} is already mapped to {held} in that time, so not to {item_code} as well",
    "请先撤销原对照，或错开起止日期",
    "withdraw the old mapping first, or choose days that do not overlap",
)
MAPPING_INVALID = RefusalKind(
    "NETWORK-13",
    RefusalClass.NETWORK,
    Actor.INSTITUTION,
    "机构目录{own_code}的对照缺少编码，或起止日期“{start} – {end}”不成立",
    "the mapping of the own item {own_code} lacks a code, or its days '{start} – {end}' are no span",
    "请补全编码和起止日期后重新上传",
    "complete codes and days and upload it again",
)
MAPPING_UNKNOWN = RefusalKind(
    "NETWORK-14",
    RefusalClass.NETWORK,
    Actor.INSTITUTION,
    "机构目录{own_code}没有到{item_code}的有效对照",
    "the own item {own_code} has no mapping to {item_code} in force",
    "请核对两个编码",
    "check both codes",
)
NAME_AMBIGUOUS = RefusalKind(
    "NETWORK-15",
    RefusalClass.NETWORK,
    Actor.INSTITUTION,
    "名称“{name}”对应{count}家定点医药机构",
    "the name '{name}' belongs to {count} institutions",
    "请改用机构编码查询",
    "ask by institution code",
)
FORWARDED_FOR_ANOTHER = RefusalKind(
    "NETWORK-16",
    RefusalClass.NETWORK,
    Actor.INSTITUTION,
    "机构{sender}不能以{origin}的名义提问",
    "the institution {sender} cannot ask in the name of {origin}",
    "请以本机构编码重新发送",
    "send it again with your own institution code",
)
