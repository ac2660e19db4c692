"""What access refuses: who is not known, what a role may not, and what comes too fast."""

from __future__ import annotations

from yidi.domain.refusal import Actor, Refusal, RefusalClass, RefusalKind
from yidi.edges.portals.words import READINGS, ROLES, en, zh

NOT_SIGNED_IN = RefusalKind(
    "SYSTEM-70",
    RefusalClass.SYSTEM,
    Actor.PERSON,
    "用户名或密码不正确，或该用户已停用",
    "login or password is wrong, or the user is closed",
    "请核对后重试；忘记密码请找管理员",
    "check both and try again; an administrator can issue a new password",
)
LOCKED = RefusalKind(
    "SYSTEM-71",
    RefusalClass.SYSTEM,
    Actor.PERSON,
    "连续登录失败过多，{seconds}秒内不再受理",
    "too many sign-ins failed in a row; none is taken for {seconds} s",
    "请稍后再试；如非本人尝试，请通知管理员",
    "try again later; if it was not you, tell the administrator",
    heals_with_time=True,
)
MAY_NOT = RefusalKind(
    "SYSTEM-72",
    RefusalClass.SYSTEM,
    Actor.PERSON,
    "{role_zh}无权查阅或办理：{what_zh}",
    "the role {role_en} may not do or see: {what_en}",
    "请由有此职责的人员办理",
    "leave it to somebody whose duty it is",
)
NOT_YOURS = RefusalKind(
    "SYSTEM-73",
    RefusalClass.SYSTEM,
    Actor.PERSON,
    "所查数据不属于本机构或本辖区",
    "the data belongs to another institution or jurisdiction",
    "请向其所属机构或地区查询",
    "ask the institution or place it belongs to",
)
SAME_EYES = RefusalKind(
    "SYSTEM-74",
    RefusalClass.SYSTEM,
    Actor.PERSON,
    "{subject}由本人经办（{before}），不得再由本人办理{what}",
    "you did {before} on {subject}, so {what} is for somebody else",
    "请由另一名人员办理",
    "let a second person do it",
)
TOO_OFTEN = RefusalKind(
    "SYSTEM-75",
    RefusalClass.SYSTEM,
    Actor.INSTITUTION,
    "发送过于频繁，{seconds}秒后再受理",
    "too many requests; the next is taken in {seconds} s",
    "请降低发送频率后重试",
    "slow down and send it again",
    heals_with_time=True,
)
PASSWORD_WEAK = RefusalKind(
    "SYSTEM-76",
    RefusalClass.SYSTEM,
    Actor.PERSON,
    "密码须有{least}至{most}个字符，不含用户名，不易被猜中，且不是原密码",
    "a password has {least} to {most} characters, not the login, is neither easily guessed nor the old one",
    "请换一个更长的密码，可用一句话",
    "choose a longer one, a sentence for instance",
)
LOGIN_UNFIT = RefusalKind(
    "SYSTEM-77",
    RefusalClass.SYSTEM,
    Actor.PERSON,
    "用户{login}不能这样登记：{reason_zh}",
    "the user {login} cannot be kept so: {reason_en}",
    "请核对用户名、角色、辖区和机构",
    "check login, role, jurisdiction and institution",
)
MACHINE_ONLY = RefusalKind(
    "SYSTEM-79",
    RefusalClass.SYSTEM,
    Actor.PERSON,
    "{what}不属于任何角色，只能由本机账户办理",
    "{what} is no role's: it is for the account of this machine alone",
    "请由本机管理人员不带 --user 办理",
    "let whoever runs this machine do it, without --user",
)
CODE_WRONG = RefusalKind(
    "SYSTEM-80",
    RefusalClass.SYSTEM,
    Actor.PERSON,
    "动态码不正确、已过时或已用过",
    "the code is wrong, out of time, or was used already",
    "请输入下一个动态码，并核对手机时间；手机遗失请找管理员解除",
    "enter the next code, check the phone's clock; if the phone is lost, an administrator removes the factor",
)
FACTOR_WANTED = RefusalKind(
    "SYSTEM-81",
    RefusalClass.SYSTEM,
    Actor.PERSON,
    "本系统要求第二因素登录，用户{login}尚未登记",
    "this node asks for a second factor and {login} has none",
    "请与管理员一起运行 yidi access second-factor {login} 登记后再登录",
    "enrol with the administrator by `yidi access second-factor {login}`, then sign in again",
)
FACTOR_UNFIT = RefusalKind(
    "SYSTEM-82",
    RefusalClass.SYSTEM,
    Actor.PERSON,
    "用户{login}不能登记第二因素：{reason_zh}",
    "a second factor of {login} cannot be kept: {reason_en}",
    "请按原因处理后重试",
    "mend the reason and try again",
)
SIGN_IN_STALE = RefusalKind(
    "SYSTEM-83",
    RefusalClass.SYSTEM,
    Actor.PERSON,
    "登录已中断或超过五分钟",
    "this sign-in was broken off or is older than five minutes",
    "请重新输入用户名和密码",
    "enter login and password again",
)
FIRST_PASSWORD_OLD = RefusalKind(
    "SYSTEM-84",
    RefusalClass.SYSTEM,
    Actor.PERSON,
    "一次性密码已超过{hours}小时，不再有效",
    "the one-time password is older than {hours} hours and good no more",
    "请找管理员重新发一个，并尽快登录改成自己的密码",
    "ask the administrator for a new one, and set a password of your own soon",
)


def may_not(role: str, what: str) -> Refusal:
    """Refuse a role a reading or a command, in the words of the pages; a command keeps its own name."""
    told = {"role_zh": zh(ROLES, role), "role_en": en(ROLES, role)}
    return MAY_NOT.because(what_zh=zh(READINGS, what), what_en=en(READINGS, what), **told)
