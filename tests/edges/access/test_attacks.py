"""What an attacker tries at the pages, one test each."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from tests.edges.access.conftest import PATIENT, House
from yidi.edges.access.records import SessionOpened
from yidi.edges.access.refusals import NOT_SIGNED_IN
from yidi.edges.access.roles import Role

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOME = PATIENT.insured
PERSON = f"/person/{HOME}/{PATIENT.person_no}"


async def test_a_session_stolen_after_the_sign_out_is_dead(house: House) -> None:
    clerk = await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)
    stolen = clerk.token
    assert (await clerk.get(PERSON)).status_code == 200
    assert (await clerk.sign_out()).status_code == 303
    assert "yidi" not in clerk.http.cookies
    thief = house.browser()
    thief.http.cookies.set("yidi", stolen)
    assert (await thief.get(PERSON)).status_code == 303


@pytest.mark.parametrize(
    "forged", ["", "1", "admin", "a" * 43, "../../etc/passwd", "x" * 5000, "' OR 1=1 --"]
)
async def test_a_forged_cookie_opens_nothing(house: House, forged: str) -> None:
    await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)
    thief = house.browser()
    answer = await thief.get(PERSON, cookie=f"yidi={forged}")
    assert answer.status_code == 303


async def test_the_database_holds_no_token_that_would_let_anybody_in(house: House) -> None:
    clerk = await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)
    (opened,) = await house.nation.node.rows(SessionOpened, {"login": house.login("clerk.a")})
    assert clerk.token not in opened.session
    thief = house.browser()
    assert (await thief.get(PERSON, cookie=f"yidi={opened.session}")).status_code == 303


async def test_a_form_posted_from_another_site_does_nothing(house: House) -> None:
    clerk = await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)
    path = f"{PERSON}/claim"
    ticket = await clerk.ticket(path)
    form = {"ticket": ticket, "care": "330000", "visit_id": "1"}
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://evil.example"},
    ):
        assert (await clerk.http.post(path, data=form, headers=headers)).status_code == 403
    assert (await clerk.http.post(path, data={**form, "ticket": ""})).status_code == 403
    assert (await clerk.http.post("/sign-out", data={"ticket": "1.2"})).status_code == 403
    assert (await clerk.get(PERSON)).status_code == 200


async def test_a_ticket_of_one_session_is_no_use_in_another(house: House) -> None:
    clerk = await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)
    other = await house.as_user("clerk.d", Role.AGENCY_CLERK, HOME)
    path = f"{PERSON}/claim"
    assert (await other.post(path, {"ticket": await clerk.ticket(path)})).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/static/../wiring.py",
        "/static/..%2f..%2fpages.py",
        "/static/%2e%2e/pages.py",
        "/static//etc/passwd",
        "/person/../../etc/passwd",
        "/settlement/..%2f..%2fetc%2fpasswd",
        "/claim/%00",
    ],
)
async def test_no_path_leads_out_of_the_pages(house: House, path: str) -> None:
    clerk = await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)
    answer = await clerk.http.send(clerk.http.build_request("GET", house.nation.address.rstrip("/") + path))
    assert answer.status_code in (400, 403, 404)
    assert "root:" not in answer.text
    assert "import" not in answer.text


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/%2f/evil.example",
        "javascript:alert(1)",
        "/a/../..//evil",
        "/\tevil",
        "///evil",
    ],
)
async def test_signing_in_leads_nowhere_but_to_this_node(house: House, to: str) -> None:
    await house.user("clerk.a", Role.AGENCY_CLERK, HOME)
    browser = house.browser()
    answer = await browser.sign_in(house.login("clerk.a"), to=to)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"


async def test_nothing_that_is_typed_becomes_a_header(house: House) -> None:
    await house.user("clerk.a", Role.AGENCY_CLERK, HOME)
    evil = "/x\r\nset-cookie: yidi=1\r\nx-evil: 1"
    browser = house.browser()
    for answer in (
        await browser.get("/sign-in?next=%0d%0aset-cookie:%20yidi=1"),
        await browser.sign_in(house.login("clerk.a"), to=evil),
        await browser.post("/find", {"kind": "person", "number": evil, "purpose": evil}, at="/"),
        await browser.get("/person/330000/x%0d%0ax-evil:%201"),
    ):
        assert "x-evil" not in answer.headers
        cookies = [line.partition(";")[0] for line in answer.headers.get_list("set-cookie")]
        assert "yidi=1" not in cookies
        assert "\n" not in answer.headers.get("location", "")


async def test_every_page_has_the_headers_that_keep_scripts_and_frames_out(house: House) -> None:
    clerk = await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)
    for path in (
        "/",
        "/sign-in",
        "/password",
        PERSON,
        "/nowhere",
        "/static/yidi.css",
        f"{PERSON}/claim",
        "/access/log",
    ):
        headers = (await clerk.get(path)).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "script-src" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cross-origin-opener-policy"] == "same-origin"
    text = (await clerk.get(PERSON)).text
    assert "<script" not in text
    assert "style=" not in text


async def test_a_form_that_says_it_is_something_else_is_not_read(house: House) -> None:
    browser = house.browser()
    await house.user("clerk.a", Role.AGENCY_CLERK, HOME)
    content = f"login={house.login('clerk.a')}&password=x&ticket={await browser.ticket('/sign-in')}"
    for kind in ("text/plain", "application/json", "multipart/form-data; boundary=x", ""):
        answer = await browser.http.post("/sign-in", content=content, headers={"content-type": kind})
        assert answer.status_code == 403
        assert NOT_SIGNED_IN.code not in answer.text, "the password was not even looked at"


async def test_answers_to_hospitals_say_what_they_are_and_nothing_of_the_server(house: House) -> None:
    answer = await house.browser().http.post("/fsi/api/rsfComIfsService/callService/2304", content=b"{}")
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == 'attachment; filename="answer.json"'
    assert "server" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers


async def test_sign_ins_are_counted_by_what_came_of_them(house: House) -> None:
    def counted(outcome: str) -> float:
        return REGISTRY.get_sample_value("yidi_sign_ins_total", {"outcome": outcome}) or 0.0

    login, before = await house.user("clerk.a", Role.AGENCY_CLERK, HOME), counted("wrong")
    await house.browser().sign_in(login, "wrong password 1")
    assert counted("wrong") == before + 1


async def test_what_cannot_be_recorded_is_not_shown(house: House) -> None:
    clerk = await house.as_user("clerk.a", Role.AGENCY_CLERK, HOME)
    engine = house.nation.node.journal.engine
    await engine.execute(
        "CREATE TRIGGER no_room BEFORE INSERT ON personal_reading BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    answer = await clerk.get(PERSON)
    await engine.execute("DROP TRIGGER no_room")
    assert answer.status_code == 500
    assert PATIENT.name not in answer.text
    assert (await clerk.get(PERSON)).status_code == 200
