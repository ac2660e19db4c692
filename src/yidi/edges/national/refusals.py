"""What the national interface itself refuses, before any process sees the message."""

from __future__ import annotations

from yidi.domain.refusal import Actor, Refusal, RefusalClass, RefusalKind

FILE_HARMFUL = RefusalKind(
    "MESSAGE-151",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "上传的文件{name}经检查含有恶意内容：{found}",
    "the uploaded file {name} is harmful, the scanner found {found}",
    "请清除后重新上传，并检查本单位系统",
    "clean it and upload it again, and look at the machine it came from",
)
FILE_NOT_SCANNED = RefusalKind(
    "MESSAGE-152",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "上传的文件{name}暂时无法检查，未保存",
    "the uploaded file {name} could not be scanned for now and is not stored",
    "请稍后重新上传；持续如此请联系经办机构",
    "upload it again a little later; if it goes on, call the agency",
    heals_with_time=True,
)
NOT_UTF8 = RefusalKind(
    "MESSAGE-120",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "报文不是UTF-8编码（第{position}字节起），可能按GBK发送",
    "the message is not UTF-8 from byte {position} on; it may have been sent as GBK",
    "请以UTF-8编码重新发送",
    "send it again encoded as UTF-8",
)
NOT_JSON = RefusalKind(
    "MESSAGE-121",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "报文不是完整的JSON对象（第{position}字节附近）",
    "the message is not a complete JSON object, near byte {position}",
    "请检查报文是否被截断，括号、引号是否成对",
    "check that the message was not cut off and that brackets and quotes are paired",
)
TOO_LARGE = RefusalKind(
    "MESSAGE-122",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "报文超过上限{limit_bytes}字节",
    "the message is larger than {limit_bytes} bytes",
    "请分页发送",
    "send it in several pages",
)
TOO_DEEP = RefusalKind(
    "MESSAGE-123",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "报文嵌套过深",
    "the message is nested too deeply",
    "请按接口规范的节点组织报文",
    "arrange the message in the nodes of the interface",
)
MISSING = RefusalKind(
    "MESSAGE-124",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "{title_zh}不能为空",
    "{title_en} must not be empty",
    "请填写后重新发送",
    "fill it in and send again",
)
TOO_LONG = RefusalKind(
    "MESSAGE-125",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "{title_zh}超过{limit}个字符（实有{length}个）",
    "{title_en} has {length} characters, {limit} are allowed",
    "请缩短后重新发送",
    "shorten it and send again",
)
NOT_A_NUMBER = RefusalKind(
    "MESSAGE-126",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "{title_zh}不是数字",
    "{title_en} is not a number",
    "请填写十进制数字",
    "write a decimal number",
)
OUT_OF_RANGE = RefusalKind(
    "MESSAGE-127",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "{title_zh}超出范围：最多{whole}位整数、{places}位小数",
    "{title_en} is out of range: at most {whole} digits before and {places} after the point",
    "请核对数值",
    "check the figure",
)
NEGATIVE = RefusalKind(
    "MESSAGE-128",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "{title_zh}不能为负数",
    "{title_en} must not be negative",
    "退费请用撤销或负数量的退费明细",
    "to refund, cancel or send a refund line with a negative quantity",
)
NOT_A_TIME = RefusalKind(
    "MESSAGE-129",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "{title_zh}不是有效的日期时间",
    "{title_en} is not a valid day or time",
    "请按yyyy-MM-dd HH:mm:ss填写",
    "write it as yyyy-MM-dd HH:mm:ss",
)
WRONG_SHAPE = RefusalKind(
    "MESSAGE-130",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "{title_zh}的结构不对，应为{expected_zh}",
    "{title_en} has the wrong shape, expected {expected_en}",
    "请按接口规范组织报文",
    "arrange the message as the interface says",
)
UNKNOWN_NUMBER = RefusalKind(
    "MESSAGE-131",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "未知交易编号{number}",
    "there is no transaction {number}",
    "请核对交易编号",
    "check the number of the transaction",
)
NOT_SERVED = RefusalKind(
    "MESSAGE-132",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "本平台不提供交易{number}（{title_zh}）",
    "transaction {number} ({title_en}) is not served here",
    "请改用本平台提供的交易，清单见接口说明",
    "use a transaction that is served here; the interface manual lists them",
)
WRONG_PATH = RefusalKind(
    "MESSAGE-133",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "交易报文不正确：未知交易编号，{number}不属于所调用的服务地址",
    "unknown transaction number: {number} does not belong to the service address called",
    "请核对交易编号与服务地址",
    "check the number and the address",
)
FOREIGN_KEY = RefusalKind(
    "MESSAGE-134",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "报文的定点医药机构与签名密钥所属机构不一致",
    "the institution of the message is not the one the signing key belongs to",
    "请用本机构的密钥签名，并填写本机构编号",
    "sign with your own institution's key and name your own institution",
)
OTHER_PROVINCE = RefusalKind(
    "MESSAGE-135",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "就医地区划{area}不是本机构所在省份",
    "the care place {area} is not in the institution's province",
    "请填写本机构所在地的医保区划",
    "write the division of your institution's own place",
)
NOT_REVERSIBLE = RefusalKind(
    "MESSAGE-136",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "交易{number}不能冲正",
    "transaction {number} cannot be reversed",
    "只有结算和入院办理可以冲正，其他请用对应的撤销交易",
    "only settlements and admissions can be reversed; use the cancelling transaction for others",
)
FORBIDDEN_CHARACTER = RefusalKind(
    "MESSAGE-137",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "报文含有不能保存的控制字符",
    "the message holds a control character that cannot be stored",
    "请去掉空字符（U+0000）后重新发送",
    "remove the null characters (U+0000) and send again",
)
MIXED_VISITS = RefusalKind(
    "MESSAGE-138",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "一次上传的费用明细属于多次就诊",
    "the fee lines of one upload belong to several visits",
    "请每次就诊分别上传",
    "upload the lines of each visit separately",
)
UNREADABLE_FILE = RefusalKind(
    "MESSAGE-140",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "文件内容不能读取（第{line}行）",
    "the content of the file cannot be read, line {line}",
    "请上传以TAB分列、UTF-8编码、zip压缩的TXT文件",
    "upload a zipped TXT file in UTF-8 with columns separated by TAB",
)
NOT_A_DIVISION = RefusalKind(
    "MESSAGE-141",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "{title_zh}不是6位医保区划",
    "{title_en} is not a six-digit division code",
    "请填写6位医保区划代码",
    "write the six digits of the division",
)
UNANSWERED = RefusalKind(
    "MESSAGE-142",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "参保地尚未应答，结果未知",
    "the insured place has not answered yet, the outcome is unknown",
    "请用同一报文ID重发；结算、入院也可用冲正交易撤回",
    "send the same message id again; a settlement or an admission may be reversed instead",
    heals_with_time=True,
)
BROKEN = RefusalKind(
    "MESSAGE-143",
    RefusalClass.MESSAGE,
    Actor.CARE_PLACE,
    "平台处理失败，已记录（追踪号{trace}）",
    "the platform failed to handle the message; it is logged under {trace}",
    "请用同一报文ID重发，仍失败请把追踪号报给经办机构",
    "send the same message id again; if it fails again tell the agency the trace number",
    heals_with_time=True,
)
FILE_NOT_BYTES = RefusalKind(
    "MESSAGE-144",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "{title_zh}不是文件字节",
    "{title_en} is not the bytes of a file",
    "请以Base64文本或字节数组发送",
    "send it as Base64 text or as an array of bytes",
)
FOREIGN_FILE = RefusalKind(
    "MESSAGE-145",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "对账文件的合计与报文不一致：{title_zh}报文为{said}、文件为{counted}",
    "the file does not add up to the message: {title_en} is {said} in the message and {counted} in the file",
    "请核对文件与报文后重新发送",
    "check file and message and send again",
)
NOT_A_FLAG = RefusalKind(
    "MESSAGE-146",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "{title_zh}的取值无效，可用：{allowed}",
    "{title_en} has a value that is not allowed; allowed: {allowed}",
    "请改正后重新发送",
    "correct it and send again",
)

NOT_SIGNED = RefusalKind(
    "MESSAGE-147",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "报文未通过网关验签：{reason}",
    "the message did not pass the gateway: {reason}",
    "请核对密钥、签名方式与本机时钟后重新签名发送；密钥遗失或停用的，请联系就医地经办机构",
    "check key, way of signing and clock, sign again and send; for a lost or closed key ask the care place",
)
NEWER_INTERFACE = RefusalKind(
    "MESSAGE-148",
    RefusalClass.MESSAGE,
    Actor.INSTITUTION,
    "接口版本{version}不受理，本平台受理{ours}版",
    "version {version} of the interface is not understood here, only {ours} is",
    "请按本平台的接口版本发送；需要新版本的，请联系就医地经办机构",
    "send by the version that is served here; ask the care place when you need a later one",
)


def named(kind: RefusalKind, field: str, title: str, **values: object) -> Refusal:
    """Make a finding about a field: its Chinese title in the Chinese text, its name in the English one."""
    return kind.because(field, title_zh=title, title_en=field, **values)
