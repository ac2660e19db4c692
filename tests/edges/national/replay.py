"""Replays recorded messages on a real node: what they name is seeded, what we issue ourselves is put in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import msgspec
import yaml
from starlette.applications import Starlette

from tests.edges.national.room import SECRET
from yidi.domain.dates import SHANGHAI
from yidi.edges.clock import SettableClock
from yidi.edges.national.paths import service_path
from yidi.edges.national.signatures import Scheme, sign
from yidi.processes.enrolment.commands import EnrolPerson, NewCredential, NewRelation
from yidi.processes.network.commands import DesignateInstitution, Opening
from yidi.processes.ports.deciding import Command

FOLDER = Path(__file__).resolve().parents[2] / "cases" / "recorded"
DAY = datetime(2022, 1, 21, 10, 30, tzinfo=SHANGHAI)
"""The day of the longest recorded sequence."""
SALVAGED = "_salvaged_fields_of_truncated_response"
ENVELOPE = ("infcode", "inf_refmsgid", "refmsg_time", "respond_time", "err_msg")


class Recorded(NamedTuple):
    """A recorded message with what we expect of ours."""

    file: str
    expect: str
    number: str
    request: dict[str, Any] | None
    response: dict[str, Any] | None
    why: str


def recorded() -> Iterator[Recorded]:
    """Read all recorded messages with the index that says what is expected."""
    index = yaml.safe_load((FOLDER / "expected.yaml").read_text("utf-8"))
    for entry in index["messages"]:
        kept = json.loads((FOLDER / entry["file"]).read_text("utf-8"))
        yield Recorded(
            entry["file"],
            str(entry["expect"]),
            str(kept["infno"]),
            kept.get("request"),
            kept.get("response"),
            entry.get("why", ""),
        )


def keys_of(codes: Mapping[str, str]) -> dict[str, str]:
    """Give every recorded institution a secret."""
    return dict.fromkeys(codes, SECRET)


INSTITUTIONS = {
    "H33018300564": "杭州市第二测试医院",
    "H33018300563": "杭州市第一测试医院",
    "H43028100255": "醴陵远恒医院(有限合伙)",
    "H53011200683": "云南省第一人民医院",
    "H33070300089": "金华田氏医院",
    "H21010400145": "沈阳肤康皮肤病医院",
    "H50015501017": "重庆市梁平区妇幼保健院",
    "H44120200141": "肇庆市端州区人民医院",
    "H11000000005": "北京协和医院3",
    "P62100200036": "示例大药房",
}
PERSONS = (
    # person number, certificate, insured area, scheme, card
    ("33010000000000000000000008", "110101198301010928", "330100", "310", ""),
    ("33010000000000000000000009", "110101198301011023", "330100", "310", ""),
    ("43020000000000000001", "110101194901011125", "430299", "310", ""),
    ("53000000000000000001", "110101199201011610", "530100", "310", ""),
    ("21000000000000000000000014", "110101199001011016", "210106", "310", "A00000005"),
    ("JM2011000012", "110101197001011510", "500155", "390", "E00000003"),
)


def seeds() -> Iterator[Command]:
    """Yield the commands that seed the institutions and persons of the recorded messages."""
    for code, name in INSTITUTIONS.items():
        yield DesignateInstitution(
            jurisdiction=f"{code[1:3]}0000",
            sender="agency",
            msgid=f"seed/{code}",
            institution_code=code,
            name=name,
            kind="2" if code[0] == "P" else "1",
            grade="11" if code[0] == "P" else "2",
            character="pharmacy" if code[0] == "P" else "hospital",
            area=code[1:7],
            start="2020-01-01",
            openings=(
                Opening("inpatient", start="2020-01-01"),
                Opening("outpatient", start="2020-01-01"),
            )
            if code[0] == "H"
            else (Opening("pharmacy", start="2020-01-01"),),
        )
    for number, certificate, area, scheme, card in PERSONS:
        yield EnrolPerson(
            jurisdiction=f"{area[:2]}0000",
            sender="agency",
            msgid=f"seed/{number}",
            person_no=number,
            certificate_type="01",
            certificate_no=certificate,
            name="示例某某",
            gender="2",
            ethnicity="01",
            born=f"{certificate[6:10]}-{certificate[10:12]}-{certificate[12:14]}",
            sample=True,
            credentials=tuple(
                NewCredential(kind, shown, "2020-01-01")
                for kind, shown in (("02", certificate), ("03", card))
                if shown
            ),
            relations=(NewRelation(scheme, area, "11" if scheme == "310" else "15", "2019-07-01"),),
            account_fen=100_00 if scheme == "310" else 0,
        )


class Counter:
    """Sends recorded requests, signed, under the ids this node has issued."""

    def __init__(self, app: Starlette, clock: SettableClock) -> None:
        self._http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://counter")
        self._clock, self._serial = clock, 0
        self.answers: dict[str, dict[str, Any]] = {}

    def fresh_id(self, institution: str) -> str:
        """Make a message id that was not used: the recorded client sent one id for many messages."""
        self._serial += 1
        return f"{institution}{self._clock().astimezone(SHANGHAI):%Y%m%d%H%M%S}{self._serial:04d}"

    async def send(
        self, request: Mapping[str, Any], ids: Mapping[str, str] | None = None, **changes: Any
    ) -> dict[str, Any]:
        """Send a request with some ids and fields replaced; keep and return the answer."""
        message = json.loads(json.dumps(request))
        message["msgid"] = self.fresh_id(message["fixmedins_code"])
        for node in message["input"].values():
            for row in node if isinstance(node, list) else [node]:
                if isinstance(row, dict):
                    row.update({name: new for name, new in (ids or {}).items() if name in row})
                    row.update({name: new for name, new in changes.items() if name in row})
        body = msgspec.json.encode(message)
        number = message["infno"]
        headers = sign(Scheme.BODY_HMAC_SM3, message["fixmedins_code"], SECRET, number, body, self._clock())
        response = await self._http.post(service_path(number), content=body, headers=headers)
        assert response.status_code == 200, response.text
        if response.headers["content-type"] == "application/octet-stream":
            return {"infcode": 0, "output": {"content": response.content}}
        answer: dict[str, Any] = response.json()
        self.answers.setdefault(number, answer)
        if answer["infcode"] == 0:
            self.answers[number] = answer
        return answer


def kind_of(value: object) -> str:
    """Return the JSON type of a value."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return {str: "string", list: "array", dict: "object", type(None): "null"}[type(value)]


def differences(theirs: Any, ours: Any, place: str = "") -> Iterator[str]:
    """Find every field of a recorded answer that ours lacks or has with another JSON type."""
    if theirs is None or (theirs == {} and ours is None):
        return
    if kind_of(theirs) != kind_of(ours):
        yield f"{place}: {kind_of(theirs)} recorded, {kind_of(ours)} ours"
    elif isinstance(theirs, dict):
        for name, value in theirs.items():
            if name not in ours:
                yield f"{place}.{name}: missing"
            else:
                yield from differences(value, ours[name], f"{place}.{name}")
    elif isinstance(theirs, list) and theirs:
        if not ours:
            yield f"{place}: no row"
        else:
            yield from differences(theirs[0], ours[0], f"{place}[]")


def flat(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every named value of an answer, however deep."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield name, part
            yield from flat(part)
    elif isinstance(value, list):
        for part in value:
            yield from flat(part)
