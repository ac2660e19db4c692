"""What the exchange refuses: messages that are not what they claim to be, and peers that are not reached."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

FORGED = RefusalKind(
    "MESSAGE-201",
    RefusalClass.MESSAGE,
    Actor.NATION,
    "报文签名与内容不符，可能被伪造",
    "the signature does not fit the message, it may be forged",
    "请用发送方登记的密钥对原报文重新签名后再发；如非本方所发，请通报对方",
    "sign the message with the sender's registered key and send again; if you did not send it, tell the peer",
)
EXPIRED = RefusalKind(
    "MESSAGE-202",
    RefusalClass.MESSAGE,
    Actor.NATION,
    "报文签发时间早于接收方时钟{seconds}秒，超过{window}秒时限",
    "the message was signed {seconds} s before the receiver's clock, more than the {window} s allowed",
    "请核对双方时钟，按当前时间重新签发",
    "compare the clocks and sign it again at the present time",
    heals_with_time=True,
)
EARLY = RefusalKind(
    "MESSAGE-203",
    RefusalClass.MESSAGE,
    Actor.NATION,
    "报文签发时间晚于接收方时钟{seconds}秒，超过{window}秒时限",
    "the message was signed {seconds} s after the receiver's clock, more than the {window} s allowed",
    "请核对双方时钟，按当前时间重新签发",
    "compare the clocks and sign it again at the present time",
    heals_with_time=True,
)
REPLAYED = RefusalKind(
    "MESSAGE-204",
    RefusalClass.MESSAGE,
    Actor.NATION,
    "同一签名的报文已经收到过",
    "a message with this very signature was received before",
    "重发时请重新签发；如非本方重发，请通报对方",
    "sign it anew to send it again; if you did not send it twice, tell the peer",
)
CUT_OFF = RefusalKind(
    "MESSAGE-205",
    RefusalClass.MESSAGE,
    Actor.NATION,
    "报文不完整或不是规定的JSON结构",
    "the message is cut off or not the JSON it should be",
    "请按交换协议核对结构后重新发送",
    "compare it with the exchange protocol and send it again whole",
)
RE_ENCODED = RefusalKind(
    "MESSAGE-206",
    RefusalClass.MESSAGE,
    Actor.NATION,
    "报文正文与报文头所载摘要不符，途中被改写",
    "the body does not fit the hash in the head: it was written anew on the way",
    "请检查中间设备，原样重新发送",
    "look for a device that rewrites messages, and send it again as it was",
)
TOO_LARGE = RefusalKind(
    "MESSAGE-207",
    RefusalClass.MESSAGE,
    Actor.NATION,
    "一次发送超过上限（{limit_bytes}字节或{limit_messages}份）",
    "what was sent at once is over the limit of {limit_bytes} bytes or {limit_messages} messages",
    "请分次发送",
    "send it in several parts",
)
NOT_JSON = RefusalKind(
    "MESSAGE-212",
    RefusalClass.MESSAGE,
    Actor.NATION,
    "请求未声明为application/json，而是“{kind}”",
    "the request does not say that it is application/json, but “{kind}”",
    "请按交换协议以application/json发送",
    "send it as application/json, as the exchange protocol says",
)
VERSION_UNKNOWN = RefusalKind(
    "MESSAGE-208",
    RefusalClass.MESSAGE,
    Actor.NATION,
    "报文版本{version}不受理，本节点版本为{ours}",
    "version {version} of the exchange is not understood here, ours is {ours}",
    "请先升级较旧的一方",
    "upgrade the older side first",
    heals_with_time=True,
)
KEY_UNKNOWN = RefusalKind(
    "MESSAGE-209",
    RefusalClass.MESSAGE,
    Actor.NATION,
    "{sender}的密钥{key_id}不存在、未启用或已停用",
    "the key {key_id} of {sender} is unknown, not yet or no longer in use",
    "请重新协商密钥，或更新对方密钥登记",
    "agree on a key anew, or bring the register of keys up to date",
    heals_with_time=True,
)
KIND_UNKNOWN = RefusalKind(
    "MESSAGE-210",
    RefusalClass.MESSAGE,
    Actor.NATION,
    "报文类型{kind}不受理，或正文不是该类型",
    "the kind {kind} is not known here, or the body is not of that kind",
    "请核对双方版本；较旧的一方升级后重新发送",
    "compare the versions; the older side is to be upgraded, then send again",
    heals_with_time=True,
)
OVERDUE = RefusalKind(
    "MESSAGE-211",
    RefusalClass.MESSAGE,
    Actor.NATION,
    "查询已过时限{deadline}，不再有人等待",
    "nobody waits for the answer to this question any more, its deadline was {deadline}",
    "如仍需要请重新查询",
    "ask again if it is still wanted",
    heals_with_time=True,
)
MISADDRESSED = RefusalKind(
    "NETWORK-201",
    RefusalClass.NETWORK,
    Actor.NATION,
    "报文发往{receiver}，本节点不受理该区划",
    "the message is for {receiver}, which this node does not serve",
    "请核对对方登记的地址",
    "check the registered address of the peer",
)
SENDER_UNKNOWN = RefusalKind(
    "NETWORK-202",
    RefusalClass.NETWORK,
    Actor.NATION,
    "发送方{sender}未登记",
    "the sender {sender} is not registered here",
    "请先登记该方的地址与密钥",
    "register its address and keys first",
)
SPEAKS_FOR_ANOTHER = RefusalKind(
    "NETWORK-203",
    RefusalClass.NETWORK,
    Actor.NATION,
    "{sender}以{claimed}的名义发送报文，不予受理",
    "{sender} speaks for {claimed}, which it may not",
    "各方只能发送本方的报文；请通报被冒用方",
    "each may only send what is its own; tell the one whose name was used",
)
NOT_THE_RELAY = RefusalKind(
    "NETWORK-204",
    RefusalClass.NETWORK,
    Actor.NATION,
    "省级报文须经国家平台转发，不受理{sender}直接发来的报文",
    "messages between provinces pass through the nation; none is taken from {sender} directly",
    "请发往国家平台",
    "send it to the nation",
)
NOT_BETWEEN = RefusalKind(
    "NETWORK-206",
    RefusalClass.NETWORK,
    Actor.NATION,
    "{kind}不是{sender}可向{receiver}发送的报文",
    "{kind} is no message that {sender} may send to {receiver}",
    "各方业务由其本方经办；请核对发送方",
    "what a jurisdiction decides is had decided by its own agency; check who sent it",
)
NOT_REACHED = RefusalKind(
    "NETWORK-205",
    RefusalClass.NETWORK,
    Actor.INSURED_PLACE,
    "暂时联系不上{place}，查询未送达，未产生任何业务",
    "{place} cannot be reached for now; the question did not arrive and nothing has happened",
    "请稍后重试；持续不通时请联系该地经办机构",
    "try again a little later; if it goes on, call the agency of that place",
    heals_with_time=True,
)
CERTIFICATE_REVOKED = RefusalKind(
    "NETWORK-207",
    RefusalClass.NETWORK,
    Actor.NATION,
    "证书{name}（序列号{serial}）已被其颁发机构吊销",
    "the certificate of {name} (number {serial}) was revoked by its authority",
    "请向颁发机构申领新证书并更换，待发报文随后自动送出",
    "get a new certificate from the authority and put it in place; what waits is then sent by itself",
    heals_with_time=True,
)
KINDS = (
    FORGED,
    EXPIRED,
    EARLY,
    REPLAYED,
    CUT_OFF,
    RE_ENCODED,
    TOO_LARGE,
    NOT_JSON,
    VERSION_UNKNOWN,
    KEY_UNKNOWN,
    KIND_UNKNOWN,
    OVERDUE,
    MISADDRESSED,
    SENDER_UNKNOWN,
    SPEAKS_FOR_ANOTHER,
    NOT_THE_RELAY,
    NOT_BETWEEN,
    NOT_REACHED,
    CERTIFICATE_REVOKED,
)
