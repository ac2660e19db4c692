"""No log line names a person: not when all goes well, not when it is refused, not when something breaks."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import structlog

from tests.journeys.nation import SAMPLE, Nation, codes_of, open_nation
from yidi.edges.demonstration.play import play
from yidi.edges.national.counter import Counter
from yidi.edges.telemetry import drop_personal, kind_and_place, start_logging
from yidi.processes.relay.refusals import NOT_KNOWN

FULL = Path("/dev/full")
"""A device that is always full."""

SOURCES = Path(__file__).parents[2] / "src" / "yidi"
PERSONAL = [
    secret
    for person in SAMPLE.persons
    for secret in (person.name, person.certificate_no, person.voucher, person.card)
]


in_both_forms = pytest.mark.parametrize("as_json", [True, False], ids=["json", "text"])


@pytest.fixture(autouse=True)
def configured() -> Iterator[None]:
    """Leave logging as it was found."""
    yield
    structlog.reset_defaults()


def start(as_json: bool) -> None:
    """Log as a node does, everything from debug on."""
    start_logging("debug", as_json=as_json)
    structlog.get_logger("yidi.test").info("log_was_captured")


def logged(capfd: pytest.CaptureFixture[str]) -> str:
    """Return everything the process wrote, and insist that it names nobody."""
    written = "".join(capfd.readouterr())
    assert "log_was_captured" in written
    assert [secret for secret in PERSONAL if secret in written] == []
    return written


async def wrong_visit(nation: Nation) -> Counter:
    """Send what a careless or a hostile client sends, full of personal data."""
    counter = nation.counter("referred_inpatient")
    person, client = counter.person, nation.client(counter.hospital.code)
    shown = {"mdtrt_cert_type": "02", "mdtrt_cert_no": person.certificate_no[:-1] + "0"}
    named = {"psn_cert_type": "01", "certno": person.certificate_no, "psn_name": "别的名字" + person.name}
    for content in ({"data": shown | named}, {"data": [person.name, person.certificate_no]}, {"数据": named}):
        assert not (await client.exchange("1101", content, person.insured)).good
    broken = f'{{"infno": "1101", "input": {{"data": "{person.name} {person.certificate_no}'.encode()
    assert (await client.post("1101", broken)).status_code == 200
    forged = nation.client(counter.hospital.code, secret="x" * 32)
    assert not (await forged.exchange("1101", {"data": shown | named}, person.insured)).good
    async with httpx.AsyncClient(trust_env=False, timeout=60) as browser:
        await browser.get(f"{nation.address}person/{person.insured}/{person.certificate_no}")
        await browser.get(f"{nation.address}{person.name}")
    return counter


@in_both_forms
async def test_visits_that_go_well_and_visits_that_are_refused_name_nobody(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], as_json: bool
) -> None:
    start(as_json)
    async with open_nation(f"sqlite:{tmp_path / 'nation.sqlite'}") as nation:
        for case in ("referred_inpatient", "cancelled_settlement", "paused_refused"):
            counter = nation.counter(case)
            await play(counter.hospital, counter.visit, counter.person)
        await wrong_visit(nation)
    logged(capfd)


@in_both_forms
async def test_a_database_that_breaks_under_a_visit_is_logged_without_the_person(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], as_json: bool
) -> None:
    start(as_json)
    async with open_nation(f"sqlite:{tmp_path / 'nation.sqlite'}") as nation:
        counter = nation.counter("referred_inpatient")
        await counter.begin()
        engine = nation.node.journal.engine
        await engine.begin()
        await engine.execute("DROP TABLE fee_line")
        await engine.commit()
        lost = await counter.hospital.charge(counter.patient, counter.visit_id, counter.lines)
        assert codes_of(lost) == {NOT_KNOWN.code}
        said = str(lost.answer)
        assert "fee_line" not in said
        assert "Traceback" not in said
    written = logged(capfd)
    assert "decision_failed" in written
    assert "OperationalError SQLITE_ERROR at" in written


def test_a_line_that_a_full_disk_does_not_take_is_lost_and_holds_up_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start_logging("info", as_json=True)
    disk = FULL.open("w", encoding="utf-8")
    try:
        with pytest.raises(OSError, match="No space left"):
            print("a line", file=disk, flush=True)
        monkeypatch.setattr(sys, "stderr", disk)
        structlog.get_logger("yidi.journal").warning("commit_failed")
    finally:
        monkeypatch.undo()
        with suppress(OSError):
            disk.close()


def test_an_error_is_logged_by_kind_and_place_never_by_its_words() -> None:
    person = SAMPLE.persons[0]
    try:
        raise ValueError(f"{person.name} {person.certificate_no}")
    except ValueError as error:
        told = kind_and_place(error)
    assert re.fullmatch(r"ValueError at test_telemetry\.py:\d+", told)
    assert kind_and_place(KeyError(person.name)) == "KeyError"


def test_no_log_call_of_the_program_writes_the_words_of_an_error() -> None:
    """Remedy: error=kind_and_place(error), of yidi.edges.telemetry."""
    calls = re.compile(r"\blog\.\w+\((?:[^()]|\([^()]*\))*\)", re.DOTALL)
    found = [call for path in SOURCES.rglob("*.py") for call in calls.findall(path.read_text("utf-8"))]
    assert len(found) >= 5
    assert [call for call in found if re.search(r"repr\(|str\(|\{error|exc_info|\berror=error", call)] == []


@pytest.mark.parametrize("key", ["name", "certificate_no", "credential_no", "person_name", "phone"])
def test_values_under_personal_names_are_dropped_from_an_event(key: str) -> None:
    event = drop_personal(None, "info", {"event": "x", key: SAMPLE.persons[0].name, "message_id": "m1"})
    assert event == {"event": "x", key: "***", "message_id": "m1"}


def test_an_event_goes_where_standard_error_leads_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that was standard error when the node started may be closed by then."""
    gone, now = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", gone)
    start_logging("info", as_json=True)
    gone.close()
    monkeypatch.setattr(sys, "stderr", now)
    structlog.get_logger("yidi.test").info("told")
    assert '"told"' in now.getvalue()
