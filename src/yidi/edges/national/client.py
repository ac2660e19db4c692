"""A signed client of the national interface: envelopes, message ids, all three signature schemes."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import httpx
import msgspec

from yidi.domain.dates import SHANGHAI
from yidi.edges.clock import Clock, system_clock
from yidi.edges.national.hospital import Exchange, Fields
from yidi.edges.national.paths import service_path
from yidi.edges.national.signatures import Scheme, sign

PATIENCE_SECONDS = 60.0


def address_of(scheme: Scheme, number: str) -> str:
    """Return the path a gateway of this scheme uses for a transaction."""
    match scheme:
        case Scheme.BODY_HMAC_SM3:
            return service_path(number)
        case Scheme.TIMESTAMP_NONCE_SHA256:
            return f"/hsa/hgs/{number}"
        case Scheme.HEADER_LIST_SHA1:
            return "/fsi/api/rsfComIfsService/callService"


_SERIALS = itertools.count(1)
"""Rising over all clients of this process: an institution's next client may begin within the same second."""


class NationalClient:
    """One institution's client. `http` may be a client on an application, for tests without a socket."""

    def __init__(
        self,
        address: str,
        *,
        institution_code: str,
        institution_name: str,
        area: str,
        secret: str,
        scheme: str = Scheme.BODY_HMAC_SM3,
        clock: Clock = system_clock,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self.institution_code, self.institution_name, self.area = institution_code, institution_name, area
        self._secret, self._scheme, self._clock = secret, Scheme(scheme), clock
        self._http = http or httpx.AsyncClient(
            base_url=address,
            timeout=PATIENCE_SECONDS,
            trust_env=False,
            limits=httpx.Limits(max_connections=128, max_keepalive_connections=128),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def message_id(self) -> str:
        """Make a message id: institution 12, time 14, serial 4."""
        moment = self._clock().astimezone(SHANGHAI).strftime("%Y%m%d%H%M%S")
        return f"{self.institution_code}{moment}{next(_SERIALS) % 10000:04d}"

    def envelope(
        self, number: str, content: Fields, insured_area: str = "", message_id: str = ""
    ) -> dict[str, Any]:
        """Put an input into its envelope."""
        return {
            "infno": number,
            "msgid": message_id or self.message_id(),
            "mdtrtarea_admvs": self.area,
            "insuplc_admdvs": insured_area,
            "recer_sys_code": "YIDI",
            "dev_no": "",
            "dev_safe_info": "",
            "cainfo": "",
            "signtype": "",
            "infver": "V1.0",
            "opter_type": "1",
            "opter": "0001",
            "opter_name": "经办人",
            "inf_time": self._clock().astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
            "fixmedins_code": self.institution_code,
            "fixmedins_name": self.institution_name,
            "sign_no": "",
            "input": content,
        }

    def signature(self, number: str, body: bytes) -> dict[str, str]:
        """Make the headers that sign a body."""
        return sign(self._scheme, self.institution_code, self._secret, number, body, self._clock())

    async def post(self, number: str, body: bytes, *, path: str = "") -> httpx.Response:
        """Sign a body and send it."""
        headers = self.signature(number, body) | {"content-type": "application/json"}
        return await self._http.post(path or address_of(self._scheme, number), content=body, headers=headers)

    async def exchange(
        self,
        number: str,
        content: Fields,
        insured_area: str = "",
        *,
        message_id: str = "",
        lose_answer: bool = False,
    ) -> Exchange:
        """Send a message and return what was sent and answered; the answer is None when it never came.

        `lose_answer` throws the answer away, as a broken line would.
        """
        request = self.envelope(number, content, insured_area, message_id)
        return await self.repeat(request, lose_answer=lose_answer)

    async def repeat(self, request: Mapping[str, Any], *, lose_answer: bool = False) -> Exchange:
        """Send a message as it stands, for the first time or again."""
        number = str(request["infno"])
        try:
            response = await self.post(number, msgspec.json.encode(request))
        except httpx.TransportError:
            return Exchange(request, None)
        return Exchange(request, None if lose_answer else read_response(response))


def read_response(response: httpx.Response) -> dict[str, Any]:
    """Read an answer: JSON as it is, a file as an output with its bytes and name."""
    if response.headers.get("content-type", "").startswith("application/octet-stream"):
        return {"infcode": 0, "err_msg": None, "output": {"content": response.content}}
    try:
        found = msgspec.json.decode(response.content, type=dict[str, Any])
    except msgspec.MsgspecError:
        return {"infcode": -1, "err_msg": f"HTTP {response.status_code}", "output": None}
    if response.status_code == httpx.codes.UNAUTHORIZED:
        return {"infcode": -1, "err_msg": found.get("message"), "output": None}
    return found
