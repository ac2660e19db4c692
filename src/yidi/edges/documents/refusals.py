"""What documents refuse."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

WRONG_SEAL = RefusalKind(
    "FUNDS-75",
    RefusalClass.FUNDS,
    Actor.NATION,
    "文件{number}的印章无效：{why_zh}",
    "the seal of document {number} is not valid: {why_en}",
    "请勿据此付款；向签发机构取得原件",
    "do not pay by it; get the original from its issuer",
)
NOT_SEALED = RefusalKind(
    "FUNDS-76",
    RefusalClass.FUNDS,
    Actor.NATION,
    "文件{number}尚未签发，没有印章",
    "document {number} is not issued: it has no seal",
    "请等待签发机构签发",
    "wait until its issuer seals it",
    heals_with_time=True,
)
NOT_A_PAPER = RefusalKind(
    "FUNDS-77",
    RefusalClass.FUNDS,
    Actor.CARE_PLACE,
    "文件所附数据无法识别：{why}",
    "the data of the document cannot be read: {why}",
    "请使用系统生成的原件，不要另存或修改其附件",
    "use the original as issued; do not change or save its attachment anew",
)
SHOWS_OTHERWISE = RefusalKind(
    "FUNDS-80",
    RefusalClass.FUNDS,
    Actor.NATION,
    "文件{number}所示内容与其所附的签发数据不同，或由其他版本生成",
    "document {number} shows other than the data it carries, or was written by another version",
    "请勿据其所示付款；向签发机构取得原件，或核验其所附数据",
    "do not pay by what it shows; get the original from its issuer, or check the data it carries",
)
NO_CHINESE_FONT = RefusalKind(
    "SYSTEM-61",
    RefusalClass.SYSTEM,
    Actor.NATION,
    "本机没有中文字体，不能生成PDF",
    "this machine has no Chinese font, so no PDF can be made",
    "请安装中文字体（Debian、Ubuntu：fonts-noto-cjk；Red Hat：{red_hat}），或改用Excel、HTML",
    "install a Chinese font (Debian, Ubuntu: fonts-noto-cjk; Red Hat: {red_hat}), or take Excel or HTML",
)
