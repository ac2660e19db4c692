"""Every recorded message replayed on a real node: accepted, or refused for the recorded reason; same form."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from tests.edges.national.replay import (
    DAY,
    ENVELOPE,
    INSTITUTIONS,
    SALVAGED,
    Counter,
    Recorded,
    differences,
    flat,
    keys_of,
    kind_of,
    recorded,
    seeds,
)
from tests.edges.national.room import real_node
from yidi.domain.dates import SHANGHAI
from yidi.edges.clock import SettableClock
from yidi.processes.ports.deciding import Refused

SAME_AS = {"2206": "2206A", "2207": "2207A"}
"""Numbers whose recorded answers are compared with ours to the newer variant."""
WHEN_ITS_POLICY_IS_KNOWN = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
"""The policy pack of one recorded region begins after the recorded day."""
DRUG = "XJ01CAA040A001010102699"
SPECIMEN = {"person": "33010000000000000000000009", "certificate": "110101198301011023"}


class Session:
    """Plays the recorded messages in the order of one visit after another."""

    def __init__(self, counter: Counter, clock: SettableClock) -> None:
        self.counter, self.clock = counter, clock
        self.kept = {entry.file: entry for entry in recorded()}
        self.answers: dict[str, dict[str, Any]] = {}

    def entry(self, beginning: str) -> Recorded:
        """Find a recorded message by the beginning of its file name."""
        return next(entry for file, entry in self.kept.items() if file.startswith(beginning))

    async def say(self, beginning: str, ids: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
        """Replay a recorded request and keep the answer."""
        entry = self.entry(beginning)
        assert entry.request is not None
        answer = await self.counter.send(entry.request, ids, **changes)
        self.clock.advance(seconds=5)
        self.answers[entry.file] = answer
        return answer

    async def ask(self, number: str, content: dict[str, Any]) -> dict[str, Any]:
        """Send a request of our own making in the envelope of a recorded one."""
        envelope = self.entry("2201-jdzwq").request
        answer = await self.counter.send({**(envelope or {}), "infno": number, "input": content})
        self.clock.advance(seconds=5)
        assert answer["infcode"] == 0, (number, answer["err_msg"])
        return answer

    async def register(self, own_number: str, **changes: Any) -> str:
        """Register a visit with the recorded registration."""
        answer = await self.say("2201-jdzwq", None, ipt_otp_no=own_number, **changes)
        assert answer["infcode"] == 0, answer["err_msg"]
        visit_id: str = answer["output"]["data"]["mdtrt_id"]
        return visit_id

    async def outpatient(self) -> None:
        """The recorded sequence: register, cancel, register, describe, lines, trial, settle, cancel."""
        await self.say("2202-jdzwq", {"mdtrt_id": await self.register("20220120")}, ipt_otp_no="20220120")
        ids = {"mdtrt_id": await self.register("20220121")}
        for step in ("2203A-jdzwq", "2204-jdzwq", "2205-jdzwq"):
            await self.say(step, ids)
        await self.counter.send(self.entry("2204-jdzwq").request or {}, ids)
        await self.say("2206A-jdzwq", ids)
        settled = await self.say("2207A-jdzwq", ids)
        assert settled["infcode"] == 0, settled["err_msg"]
        await self.say("2208-jdzwq", {**ids, "setl_id": settled["output"]["setlinfo"]["setl_id"]})

    async def elsewhere(self, beginning: str, amount: str, scheme: str) -> None:
        """A visit of another region: opened with messages of our own, then the recorded one."""
        request = self.entry(beginning).request or {}
        data, today = request["input"]["data"], f"{self.clock():%Y-%m-%d}"
        opening = registration(data, scheme) | {"begntime": today}
        opened = await self.counter.send({**request, "infno": "2201", "input": {"data": opening}})
        assert opened["infcode"] == 0, opened["err_msg"]
        ids = {"mdtrt_id": opened["output"]["data"]["mdtrt_id"]}
        line = fee_line(data["psn_no"], ids["mdtrt_id"], amount, data["chrg_bchno"]) | {
            "fee_ocur_time": today
        }
        uploaded = await self.counter.send({**request, "infno": "2204", "input": {"feedetail": [line]}})
        assert uploaded["infcode"] == 0, uploaded["err_msg"]
        await self.say(beginning, ids)

    async def inpatient(self) -> None:
        """A stay of our own making, for the answers of which no request was recorded."""
        person = SPECIMEN["person"]
        admission = (self.entry("2401-jdzwq").request or {})["input"]
        stay = {**admission["mdtrtinfo"], "psn_no": person, "mdtrt_cert_no": SPECIMEN["certificate"]}
        other = {**(self.entry("2401-jdzwq").request or {}), "fixmedins_code": "H33018300563"}
        first = await self.counter.send({**other, "input": admission})
        assert first["infcode"] == 0, first["err_msg"]
        await self.say("2401-jdzwq")
        opened = await self.ask(
            "2401", {"mdtrtinfo": {**stay, "ipt_no": "Z1"}, "diseinfo": admission["diseinfo"]}
        )
        ids = {"mdtrt_id": opened["output"]["result"]["mdtrt_id"], "psn_no": person}
        line = {"feedetail": [fee_line(person, ids["mdtrt_id"], "6", "")]}
        await self.ask("2301", line)
        await self.ask("2302", {"data": {**ids, "feedetl_sn": "0000"}})
        await self.ask("2301", line)
        discharge = {**ids, "insutype": "310", "endtime": "2022-01-21 11:00:00", "dscg_way": "1"}
        diagnosis = {**admission["diseinfo"], **ids}
        await self.ask("2402", {"dscginfo": discharge, "diseinfo": [diagnosis]})
        await self.ask("2405", {"data": ids})
        await self.ask("2402", {"dscginfo": discharge, "diseinfo": [diagnosis]})
        bill = {**ids, "mdtrt_cert_type": "02", "mdtrt_cert_no": SPECIMEN["certificate"], "insutype": "310"}
        totals = {"medfee_sumamt": 6, "psn_setlway": "01", "acct_used_flag": "1", "mid_setl_flag": "0"}
        await self.ask("2303", {"data": bill | totals})
        disease = {"opsp_dise_code": "M03900", "opsp_dise_name": "高血压", "begndate": "2022-01-21"}
        disease["enddate"] = "2120-11-01"
        await self.ask(
            "2503", {"data": {"psn_no": person, "insutype": "310", "ide_fixmedins_no": "", **disease}}
        )
        await self.ask("5301", {"data": {"psn_no": person}})

    async def play(self) -> None:
        """Play everything."""
        for beginning in ("9001-public", "9001-jdzwq"):
            await self.say(beginning)
        sign_no = self.answers["9001-jdzwq_Easily-SDK-6.json"]["output"]["signinoutb"]["sign_no"]
        for beginning in ("1101-hzg", "1101-jdzwq", "1101-public", "1201-", "1301-", "9101-", "9102-"):
            await self.say(beginning)
        for beginning in ("4102-", "2161-", "5303-", "2301-j", "2302-j", "2303A-", "2305-"):
            await self.say(beginning)
        await self.outpatient()
        await self.elsewhere("2206A-public", "132", "310")
        await self.inpatient()
        await self.say("9002-", {"sign_no": sign_no})
        self.clock.set(WHEN_ITS_POLICY_IS_KNOWN)
        await self.elsewhere("2207-public", "9", "390")


def registration(data: dict[str, Any], scheme: str) -> dict[str, Any]:
    """Make the registration that must have come before a recorded settlement."""
    same = {name: data[name] for name in ("psn_no", "mdtrt_cert_type", "mdtrt_cert_no")}
    return same | {"insutype": scheme, "ipt_otp_no": "M1"}


def fee_line(person_no: str, visit_id: str, amount: str, batch: str) -> dict[str, Any]:
    """Make a fee line."""
    ids = {
        "feedetl_sn": "1",
        "mdtrt_id": visit_id,
        "psn_no": person_no,
        "chrg_bchno": batch,
        "med_type": "21",
    }
    item = {"med_list_codg": DRUG, "medins_list_codg": DRUG, "fee_ocur_time": "2022-01-21 10 :00:00"}
    money = {"det_item_fee_sumamt": amount, "cnt": 1, "pric": amount, "med_type": "21"}
    return {name: value for name, value in (ids | item | money).items() if value != ""}


def faults_of(entry: Recorded, answer: dict[str, Any]) -> list[str]:
    """Compare our answer with what is expected of it and with the recorded one."""
    wanted, _, code = entry.expect.rpartition(" ")
    if entry.expect == "accepted":
        if answer["infcode"] != 0:
            return [f"{entry.file}: refused: {answer['err_msg']}"]
    elif answer["infcode"] != -1 or not str(answer["err_msg"]).startswith(code):
        return [f"{entry.file}: expected {wanted} {code}, got {answer['err_msg']}"]
    response = entry.response or {}
    if SALVAGED in response:
        ours = dict(flat(answer))
        return [
            f"{entry.file}: {name}: {kind_of(value)} recorded, {kind_of(ours.get(name))} ours"
            for name, value in response[SALVAGED].items()
            if name not in ours or (value is not None and kind_of(value) != kind_of(ours[name]))
        ]
    same = {**response, "infcode": 0, "err_msg": None, "inf_refmsgid": None} if response else {}
    return [f"{entry.file}{fault}" for fault in differences(same, {**answer, "infcode": 0})]


def shape_faults(entry: Recorded, answers: dict[str, dict[str, Any]]) -> list[str]:
    """Compare a recorded answer without a request with ours to a request of that number."""
    response = {**(entry.response or {}), "err_msg": None}
    if entry.expect != "shape":
        some = answers["2401" if entry.number == "2401" else "4501"]
        return [f"{entry.file}: {name} missing" for name in ENVELOPE if name in response and name not in some]
    ours = answers[SAME_AS.get(entry.number, entry.number)]
    return [f"{entry.file}{fault}" for fault in differences({**response, "infcode": 0}, ours)]


async def test_every_recorded_message_is_answered_as_expected(tmp_path: Path) -> None:
    clock = SettableClock(DAY)
    async with real_node(tmp_path, keys_of(INSTITUTIONS), clock) as (node, app):
        for command in seeds():
            reply = await node.ask(command)
            assert not isinstance(reply, Refused), (command.msgid, reply)
        session = Session(Counter(app, clock), clock)
        await session.play()
    faults: list[str] = []
    for entry in session.kept.values():
        if entry.request is not None:
            faults += faults_of(entry, session.answers[entry.file])
        else:
            faults += shape_faults(entry, session.counter.answers)
    assert not faults, "\n".join(["", *faults])


def test_every_recorded_file_stands_in_the_index() -> None:
    files = {path.name for path in (Path(__file__).parents[2] / "cases" / "recorded").glob("*.json")}
    assert files == {entry.file for entry in recorded()}
    assert len(files) == 50
