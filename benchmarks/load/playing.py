"""Plays one case a pair of provinces on a real node, through HTTP, and keeps what the node recorded.

A case is a person of one province with a filing for a city of another: first bare, then with a visit there
settled, then with a second visit open, its lines uploaded, ready to be settled.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import msgspec

from benchmarks.load.cloning import Case, resident_id
from yidi.edges.clock import local_now, system_clock
from yidi.edges.demonstration.stage import make_keys
from yidi.edges.national.client import NationalClient
from yidi.edges.national.counter import Counter, CounterFault, must, settlement_of
from yidi.edges.national.hospital import Exchange, Hospital
from yidi.edges.packs.sample import (
    AGENCY,
    SampleFiling,
    SampleInstitution,
    SampleLine,
    SampleNation,
    SamplePerson,
    SampleVisit,
    designate,
    enrol,
    file,
)
from yidi.edges.settings import Settings
from yidi.processes.enrolment.commands import NewRelation
from yidi.processes.filing.commands import Filed, ReviewFiling
from yidi.processes.filing.records import FilingState
from yidi.processes.ports.deciding import Command, Record, Refused, Reply
from yidi.wiring import Node, open_node

BARE, SETTLED, OPEN = "bare", "settled", "open"
WHOLE_VISIT = ("1101", "2201", "2203A", "2204", "2206A", "2207A", "4101")
"""The messages of a whole visit, in order; each is a text of the case."""
VISIT_MARK, SETTLEMENT_MARK = "@VISIT@", "@SETTLEMENT@"
GATEWAY = "body_hmac_sm3"
"""The gateway whose signature covers the whole body: the dearest of the three."""
LINES = tuple(
    SampleLine(code, quantity, price)
    for code, quantity, price in (
        ("001102900000100", "1", "10"),
        ("002501900000100", "1", "20"),
        ("003107900000100", "1", "24"),
        ("002102900000200", "1", "220"),
        ("XC08CAA010A001010190032", "2", "6.3"),
        ("XC10AAA050A001010190048", "2", "7.9"),
        ("XC09CAA040A001010190039", "3", "12.2"),
        ("XA03FAA030A001010190096", "1", "14.9"),
        ("001402900000100", "1", "30"),
        ("XN02AXA020A001010190119", "1", "26.5"),
    )
)
"""Ten lines: classes A, B and C, drugs and services, one above its price limit."""
VISIT = SampleVisit(
    case="benchmark",
    title_zh="基准测试门诊",
    title_en="Outpatient visit of the benchmark",
    person="",
    institution="",
    inpatient=False,
    kind="11",
    disease_code="I10.x00x002",
    disease_name="高血压",
    lines=LINES,
)


class Played(NamedTuple):
    """A case and where it was played; its text `bill` is the message that settles the open visit."""

    case: Case
    institution: SampleInstitution
    insured_area: str
    person: SamplePerson


class Scene(NamedTuple):
    """Everything played: the records no case owns, the cases, and a secret an institution."""

    standing: Sequence[Record]
    cases: Sequence[Played]
    keys: Mapping[str, str]


class Recorder:
    """Keeps what an engine writes, beside writing it."""

    def __init__(self, engine: Any) -> None:
        self._write = engine.write
        self.records: list[Record] = []
        engine.write = self._keep

    async def _keep(self, records: Mapping[type[Record], Sequence[Record]]) -> None:
        self.records += [record for rows in records.values() for record in rows]
        await self._write(records)

    def take(self) -> list[Record]:
        """Return what was written since the last time."""
        taken, self.records = self.records, []
        return taken


def pairs(nation: SampleNation) -> list[tuple[SampleInstitution, str]]:
    """Return for every province its first hospital and the area, in another province, of its patient."""
    first: dict[str, SampleInstitution] = {}
    for institution in nation.institutions:
        if institution.character == "hospital":
            first.setdefault(institution.province, institution)
    provinces = list(first)
    shift = len(provinces) // 3
    insured = provinces[shift:] + provinces[:shift]
    return [(first[care], f"{home[:2]}0100") for care, home in zip(provinces, insured, strict=True)]


def person_of(number: int, insured_area: str, care_area: str) -> SamplePerson:
    """Make the person of a case: a retired employee who lives in the care city and has filed so."""
    made = f"{insured_area}{number:014d}"
    certificate_no = resident_id(number, "990001")
    born = f"{certificate_no[6:10]}-{certificate_no[10:12]}-{certificate_no[12:14]}"
    return SamplePerson(
        name="试基准",
        story="benchmark",
        insured=insured_area[:2] + "0000",
        person_no=made,
        certificate_no=certificate_no,
        gender="1" if int(certificate_no[16]) % 2 else "2",
        born=born,
        voucher=f"9{made}",
        card=f"8{made}",
        account_yuan="1500.00",
        relations=(NewRelation(scheme="310", area=insured_area, person_type="12", start="2015-01-01"),),
        filings=(SampleFiling("long_term_resident", care_area, 400, materials=("residence_proof",)),),
    )


async def told(node: Node, command: Command) -> Reply:
    """Have a command done. Raises RuntimeError when it is refused."""
    reply = await node.ask(command)
    if isinstance(reply, Refused):
        raise RuntimeError(f"{type(command).__name__}: {reply.refusals[0].cause_en}")
    return reply


async def file_for(node: Node, person: SamplePerson) -> None:
    """File for a person, and have the agency approve it where the area reviews filings."""
    filed = await told(node, file(person, person.filings[0], 0, date.today()))
    assert isinstance(filed, Filed)
    if filed.state == FilingState.UNDER_REVIEW:
        await told(
            node,
            ReviewFiling(
                jurisdiction=person.insured,
                sender=AGENCY,
                msgid=f"benchmark/{person.person_no}",
                filing_id=filed.filing_id,
                approve=True,
            ),
        )


async def play(
    node: Node, keys: Mapping[str, str], recorder: Recorder, number: int, pair: tuple[SampleInstitution, str]
) -> Played:
    """Play one case: a settled visit, an open one with its bill, and a whole one for its texts."""
    institution, insured_area = pair
    person = person_of(number, insured_area, institution.area[:4] + "00")
    case = Case(number * 1_000, person.certificate_no)
    await told(node, enrol(person))
    await file_for(node, person)
    case.keep(BARE, recorder.take())
    client = client_of(node, institution, keys[institution.code])
    hospital = Hospital(institution.code, institution.name, institution.area, client.exchange, local_now)
    try:
        settled = await opened(hospital, person)
        must(await settled.settle())
        case.keep(SETTLED, recorder.take())
        left_open = await opened(hospital, person)
        case.keep(OPEN, recorder.take())
        case.keep_text("bill", text_of(must(await left_open.settle())))
        await play_whole(hospital, person, case)
        recorder.take()
    finally:
        await client.close()
    return Played(case, institution, insured_area, person)


def client_of(node: Node, institution: SampleInstitution, secret: str) -> NationalClient:
    """Make a signed client that speaks to a node's application without a socket."""
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app=node.app), base_url="http://node")
    return NationalClient(
        "",
        institution_code=institution.code,
        institution_name=institution.name,
        area=institution.area,
        secret=secret,
        scheme=GATEWAY,
        clock=system_clock,
        http=http,
    )


async def opened(hospital: Hospital, person: SamplePerson) -> Counter:
    """Bring a visit to where it can be settled."""
    counter = Counter(hospital, VISIT, person)
    if not await counter.begin():
        must(hospital.exchanges[-1])
    await counter.treat()
    return counter


async def play_whole(hospital: Hospital, person: SamplePerson, case: Case) -> None:
    """Play a visit of seven messages and keep each as text; numbers the node gives are marked in it."""
    first = len(hospital.exchanges)
    counter = await opened(hospital, person)
    must(await counter.try_out())
    settlement_id = settlement_of(must(await counter.settle()))
    content = settlement_list(person, counter.visit_id, settlement_id)
    must(await hospital.say("4101", content, counter.patient.insured_area))
    for exchange in hospital.exchanges[first:]:
        text = text_of(exchange).replace(counter.visit_id, VISIT_MARK).replace(settlement_id, SETTLEMENT_MARK)
        case.keep_text(exchange.number, text)


def settlement_list(person: SamplePerson, visit_id: str, settlement_id: str) -> Mapping[str, Any]:
    """Make the least a settlement list may hold."""
    named = {"psn_no": person.person_no, "mdtrt_id": visit_id, "setl_id": settlement_id}
    diagnosis = {"diag_type": "1", "diag_code": VISIT.disease_code, "diag_name": VISIT.disease_name}
    return {"setlinfo": named, "diseinfo": [{**diagnosis, "maindiag_flag": "1"}]}


def text_of(exchange: Exchange) -> str:
    """Write a message as it was sent, without the signature that is not in it."""
    return msgspec.json.encode(exchange.request).decode()


async def play_scene(nation: SampleNation, diseases: Sequence[str] = (), most: int = 99) -> Scene:
    """Play a case for every province, or for so many, on a throw-away node."""
    keys = make_keys(nation)
    with tempfile.TemporaryDirectory(prefix="yidi-bench-") as folder:
        settings = Settings(
            database=f"sqlite:{Path(folder) / 'scene.sqlite'}", keys="", port=0, gateway=GATEWAY, sample=True
        )
        async with open_node(settings, keys) as node:
            recorder = Recorder(node.journal.engine)
            for institution in nation.institutions:
                await told(node, designate(institution, tuple(diseases)))
            standing = recorder.take()
            cases = await play_pairs(node, keys, recorder, pairs(nation)[:most])
    return Scene(standing, cases, keys)


async def play_pairs(
    node: Node,
    keys: Mapping[str, str],
    recorder: Recorder,
    wanted: Sequence[tuple[SampleInstitution, str]],
) -> list[Played]:
    """Play a case a pair. Where the area's pack says an amount is unknown there is none.

    Raises CounterFault when a third of the pairs cannot be played.
    """
    cases: list[Played] = []
    for number, pair in enumerate(wanted, 1):
        try:
            cases.append(await play(node, keys, recorder, number, pair))
        except CounterFault as fault:
            recorder.take()
            if "POLICY-" not in str(fault) or number - len(cases) > len(wanted) // 3:
                raise
    return cases
