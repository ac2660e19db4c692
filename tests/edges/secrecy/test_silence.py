"""Nobody's identifiers reach a log line, an error text, a refusal, or the bytes of the database's files."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog

from tests.journeys.nation import SAMPLE, VISITS, Nation, open_nation
from yidi.edges.demonstration.play import play
from yidi.edges.national.counter import Counter
from yidi.edges.secrecy.troubles import KeyTrouble
from yidi.edges.storage.engine import Engine
from yidi.edges.storage.reading import rows
from yidi.edges.telemetry import start_logging
from yidi.processes.enrolment.records import Credential, Person
from yidi.processes.filing.commands import Agent, FileForCare
from yidi.processes.visit.commands import SubmitSettlementList
from yidi.processes.visit.records import SettlementList, Visit

PHONE, AGENT, AGENT_CERTIFICATE, HOME_ADDRESS = (
    "13900009999",
    "示例代办人",
    "511600198001010029",
    "示例路一号",
)


def identifiers() -> set[str]:
    """List what tells who somebody is, of every sample person and of those this test adds."""
    found = {PHONE, AGENT, AGENT_CERTIFICATE, HOME_ADDRESS}
    for person in SAMPLE.persons:
        found |= {person.name, person.certificate_no, person.voucher, person.card}
    return found - {""}


def spoken(text: str) -> set[str]:
    """Return the identifiers a text holds, however its characters are written."""
    escaped = {word: msgspec.json.encode(word).decode().strip('"') for word in identifiers()}
    ascii_only = {word: word.encode("unicode_escape").decode() for word in identifiers()}
    return {word for word in identifiers() if {word, escaped[word], ascii_only[word]} & _found(text, word)}


def _found(text: str, word: str) -> set[str]:
    return {form for form in (word, word.encode("unicode_escape").decode()) if form in text}


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[list[str]]:
    """Have everything logged, down to the libraries' last word; the list is filled at `.append`."""
    start_logging("debug", as_json=False)
    caplog.set_level(logging.DEBUG)
    yield []
    structlog.reset_defaults()


async def live(nation: Nation) -> list[dict[str, Any]]:
    """Play every sample visit, then provoke what can go wrong with a person in it; return all answers."""
    counters = []
    for case in VISITS:
        counter = nation.counter(case)
        await play(counter.hospital, counter.visit, counter.person)
        counters.append(counter)
    counters += [await strangers(nation, case) for case in ("referred_inpatient",)]
    await papers(nation)
    answers = [exchange.answer for counter in counters for exchange in counter.hospital.exchanges]
    return [answer for answer in answers if answer]


async def strangers(nation: Nation, case: str) -> Counter:
    """Come with another's name, another's card, too long a name, and nonsense for a number."""
    counter = nation.counter(case)
    other = next(person for person in SAMPLE.persons if person.name != counter.person.name)
    for change in (
        {"name": other.name},
        {"certificate_no": other.certificate_no},
        {"name": other.name * 100},
        {"certificate_no": f"{other.certificate_no}?", "voucher": other.certificate_no},
    ):
        odd = msgspec.structs.replace(counter.person, **change)
        stranger = Counter(counter.hospital, counter.visit, odd)
        found = await asyncio.gather(stranger.begin(), return_exceptions=True)
        assert not spoken(repr(found)), "an error told who somebody is"
    return counter


def bytes_of(database: Path) -> bytes:
    """Read a SQLite file and the log beside it."""
    return b"".join(file.read_bytes() for file in database.parent.glob(f"{database.name}*"))


async def papers(nation: Nation) -> None:
    """File by an agent, and hand in a settlement list that says everything."""
    person = nation.people["long_term"]
    day = (nation.today + timedelta(days=1)).isoformat()
    agent = Agent(AGENT, "1", AGENT_CERTIFICATE, PHONE)
    filing = {"person_no": person.person_no, "category": "temporary", "care_area": "310000", "start": day}
    await nation.tell(FileForCare, person, "agent-1", agent=agent, reason=f"电话 {PHONE}", **filing)
    visit = (await nation.node.rows(Visit, {"person_no": person.person_no}))[0]
    settled = (await nation.booked(person))[0]
    content = {"name": person.name, "phone": PHONE, "address": HOME_ADDRESS}
    await nation.node.ask(
        SubmitSettlementList(
            jurisdiction=visit.jurisdiction,
            sender=visit.institution_code,
            msgid="list-1",
            visit_id=visit.visit_id,
            settlement_id=settled.settlement_id,
            person_no=person.person_no,
            content=msgspec.json.encode(content).decode(),
        )
    )


def texts_of_refusals(answers: Iterable[dict[str, Any]]) -> str:
    """Gather what refused answers say: their error text and every refusal."""
    refused = [answer for answer in answers if answer.get("refusals") or str(answer.get("infcode")) == "-1"]
    return "\n".join(f"{answer.get('err_msg')} {answer.get('refusals')}" for answer in refused)


@pytest.mark.parametrize("fold", [True, False], ids=["folded", "hop_by_hop"])
async def test_no_log_line_refusal_or_file_holds_who_somebody_is(
    tmp_path: Path,
    fold: bool,
    logged: list[str],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    database = tmp_path / "nation.sqlite"
    secret = {"encrypt": True, "seal": True, "key_folder": str(tmp_path / "keys"), "log_level": "debug"}
    async with open_nation(f"sqlite:{database}", fold=fold, **secret) as nation:
        answers = await live(nation)
        assert len(await nation.node.rows(SettlementList)) == 1
        assert {row.certificate_no for row in await nation.node.rows(Person)} >= {
            person.certificate_no for person in SAMPLE.persons
        }
        written = bytes_of(database)
        assert await nation.findings() == []
    assert not [word for word in identifiers() if word.encode() in written], "in the database or its log"
    assert not spoken(bytes_of(database).decode("utf-8", errors="replace"))
    refused = texts_of_refusals(answers)
    assert refused, "something was refused"
    assert not spoken(refused), "in the text of a refusal"
    out, err = capfd.readouterr()
    assert not spoken(out + err), "in what was printed"
    assert not spoken(caplog.text), "in a log line"


async def test_an_encrypted_and_sealed_nation_proves_itself_after_a_restart(
    address: str, fold: bool, tmp_path: Path
) -> None:
    """On both engines: the same visits, another life of the node, the pages' door and the proofs."""
    secret = {"encrypt": True, "seal": True, "key_folder": str(tmp_path / "keys")}
    async with open_nation(address, fold=fold, **secret) as nation:
        counter = nation.counter("referred_inpatient")
        await play(counter.hospital, counter.visit, counter.person)
    async with open_nation(address, fold=fold, **secret) as nation:
        counter = nation.counter("cancelled_settlement")
        await play(counter.hospital, counter.visit, counter.person)
        engine = nation.node.journal.engine
        assert await nation.findings() == []
        assert await sealed_findings(engine, tmp_path / "keys") == []
        person = counter.person
        where = {"jurisdiction": person.insured, "kind": "02", "number": person.certificate_no}
        (credential,) = await rows(engine, Credential, **where)
        assert credential.person_no == person.person_no


async def sealed_findings(engine: Engine, folder: Path) -> list[str]:
    from yidi.edges.exchange.identity import read_key_file
    from yidi.edges.sealing.proving import Proof
    from yidi.edges.sealing.seals import witnesses

    keys = [key.published() for key in read_key_file(folder / "seal.toml")]
    proof = Proof(engine, keys, witnesses=witnesses(folder))
    found = [finding.text() async for finding in proof.findings()]
    assert proof.counts.links > 0
    assert proof.counts.seals > 0
    return found


@pytest.fixture(params=("sqlite", "postgresql"))
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'nation.sqlite'}"
    return str(request.getfixturevalue("postgresql_database"))


@pytest.fixture(params=(True, False), ids=("folded", "hop_by_hop"))
def fold(request: pytest.FixtureRequest) -> bool:
    """Whether neighbours share a transaction."""
    return bool(request.param)


def test_a_key_trouble_never_repeats_a_value() -> None:
    from yidi.edges.secrecy.door import Door

    with pytest.raises(KeyTrouble) as trouble:
        Door().show("510000", "Person.name", "enc:1:c2VjcmV0")
    assert "c2VjcmV0" not in str(trouble.value)
