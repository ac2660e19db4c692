"""Three ways of signing: who signs well passes, everybody else is told why not before any business."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.edges.national.room import HOSPITAL, MORNING, OTHER, SECRET
from yidi.edges.national.signatures import (
    EXPIRED,
    MISSING_HEADERS,
    REPLAYED,
    UNKNOWN_KEY,
    WRONG_SIGNATURE,
    Denied,
    Gatekeeper,
    Nonces,
    Scheme,
    Signed,
    body_signature,
    header_list_signature,
    sign,
    sm3_hex,
    timestamp_nonce_signature,
)

BODY = '{"infno":"9001","msgid":"甲"}'.encode()
WINDOW = 1800
ALL = list(Scheme)


def keeper(scheme: Scheme) -> Gatekeeper:
    """Make a gatekeeper for two institutions of one province."""
    keys = {HOSPITAL: SECRET, OTHER: SECRET}
    return Gatekeeper(keys, dict.fromkeys(keys, scheme), WINDOW)


def signed(scheme: Scheme) -> dict[str, str]:
    """Sign the body."""
    return sign(scheme, HOSPITAL, SECRET, "9001", BODY, MORNING)


@pytest.mark.parametrize("scheme", ALL)
def test_a_good_signature_names_the_institution(scheme: Scheme) -> None:
    found = keeper(scheme).check(signed(scheme), BODY, MORNING)
    number = "9001" if scheme is Scheme.HEADER_LIST_SHA1 else ""
    assert found == Signed(HOSPITAL, number)


@pytest.mark.parametrize("scheme", ALL)
@pytest.mark.parametrize("away", [WINDOW + 1, -WINDOW - 1])
def test_a_time_stamp_outside_the_window_is_refused(scheme: Scheme, away: int) -> None:
    found = keeper(scheme).check(signed(scheme), BODY, MORNING + timedelta(seconds=away))
    assert found == Denied(EXPIRED)


@pytest.mark.parametrize("scheme", ALL)
@pytest.mark.parametrize("away", [WINDOW, -WINDOW])
def test_a_time_stamp_at_the_edge_of_the_window_passes(scheme: Scheme, away: int) -> None:
    found = keeper(scheme).check(signed(scheme), BODY, MORNING + timedelta(seconds=away))
    assert isinstance(found, Signed)


@pytest.mark.parametrize("scheme", ALL)
def test_another_secret_does_not_pass(scheme: Scheme) -> None:
    headers = sign(scheme, HOSPITAL, SECRET + "x", "9001", BODY, MORNING)
    assert keeper(scheme).check(headers, BODY, MORNING) == Denied(WRONG_SIGNATURE)


@pytest.mark.parametrize("scheme", ALL)
def test_an_unknown_key_does_not_pass(scheme: Scheme) -> None:
    headers = sign(scheme, "H99999900001", SECRET, "9001", BODY, MORNING)
    assert keeper(scheme).check(headers, BODY, MORNING) == Denied(UNKNOWN_KEY)


@pytest.mark.parametrize("scheme", ALL)
def test_every_header_is_needed(scheme: Scheme) -> None:
    for name in signed(scheme):
        headers = {other: value for other, value in signed(scheme).items() if other != name}
        assert keeper(scheme).check(headers, BODY, MORNING) == Denied(MISSING_HEADERS), name
    assert keeper(scheme).check({}, BODY, MORNING) == Denied(MISSING_HEADERS)


def test_a_province_takes_only_its_own_scheme() -> None:
    for own in ALL:
        for other in set(ALL) - {own}:
            assert keeper(own).check(signed(other), BODY, MORNING) == Denied(MISSING_HEADERS)


def test_the_body_scheme_covers_every_byte_of_the_body() -> None:
    headers = signed(Scheme.BODY_HMAC_SM3)
    assert keeper(Scheme.BODY_HMAC_SM3).check(headers, BODY + b" ", MORNING) == Denied(WRONG_SIGNATURE)


def test_a_nonce_passes_once_within_its_window() -> None:
    guard, headers = keeper(Scheme.TIMESTAMP_NONCE_SHA256), signed(Scheme.TIMESTAMP_NONCE_SHA256)
    assert isinstance(guard.check(headers, BODY, MORNING), Signed)
    assert guard.check(headers, BODY, MORNING) == Denied(REPLAYED)
    assert guard.check(headers, BODY, MORNING + timedelta(seconds=WINDOW)) == Denied(REPLAYED)


def test_nonces_are_forgotten_when_no_time_stamp_can_be_valid_any_more() -> None:
    nonces = Nonces(10)
    assert nonces.fresh("a", 100.0)
    nonces.remember("a", 100.0)
    assert not nonces.fresh("a", 120.0)
    assert nonces.fresh("a", 1000.0)


def test_every_nonce_is_refused_for_two_windows_and_few_are_kept_longer() -> None:
    nonces = Nonces(10)
    for tenth in range(1_000):
        assert nonces.fresh(f"n{tenth}", tenth / 10)
        nonces.remember(f"n{tenth}", tenth / 10)
        assert not nonces.fresh(f"n{max(0, tenth - 200)}", tenth / 10)
    assert sum(nonces.fresh(f"n{tenth}", 100.0) for tenth in range(1_000)) >= 1_000 - 225


def test_a_message_over_its_senders_rate_leaves_no_nonce_and_a_replay_takes_nothing_of_the_rate() -> None:
    guard, asked = keeper(Scheme.TIMESTAMP_NONCE_SHA256), list[str]()

    def admits(key: str) -> bool:
        asked.append(key)
        return len(asked) > 3

    for _ in range(3):
        headers = sign(Scheme.TIMESTAMP_NONCE_SHA256, HOSPITAL, SECRET, "9001", BODY, MORNING)
        assert isinstance(guard.check(headers, BODY, MORNING, admits), Signed)
    assert len(guard.nonces) == 0
    assert isinstance(guard.check(headers, BODY, MORNING, admits), Signed), "it may be sent again"
    assert len(guard.nonces) == 1
    assert guard.check(headers, BODY, MORNING, admits) == Denied(REPLAYED)
    assert asked == [HOSPITAL] * 4, "a replay is refused before its owner's rate is asked"


def test_a_nonce_that_is_too_long_is_not_kept() -> None:
    stamp = str(int(MORNING.timestamp()))
    nonce = "n" * 65
    headers = {
        "x-tif-paasid": HOSPITAL,
        "x-tif-timestamp": stamp,
        "x-tif-nonce": nonce,
        "x-tif-signature": timestamp_nonce_signature(SECRET, stamp, nonce),
    }
    assert keeper(Scheme.TIMESTAMP_NONCE_SHA256).check(headers, BODY, MORNING) == Denied(MISSING_HEADERS)


@pytest.mark.parametrize("stamp", ["", "x", "-1", "１７６９", "9" * 400, "1e9"])
def test_a_time_stamp_that_is_no_number_is_refused(stamp: str) -> None:
    headers = {"x-ca-key": HOSPITAL, "x-ca-signature": body_signature(SECRET, stamp, BODY)}
    assert keeper(Scheme.BODY_HMAC_SM3).check(headers, BODY, MORNING) == Denied(EXPIRED)


@pytest.mark.parametrize("given", ["é", "\x00", "x" * 10_000, "汉"])
def test_a_signature_of_odd_characters_is_only_wrong(given: str) -> None:
    stamp = str(int(MORNING.timestamp()))
    headers = {"x-ca-key": HOSPITAL, "x-ca-signature": f"{stamp}:{given}"}
    assert keeper(Scheme.BODY_HMAC_SM3).check(headers, BODY, MORNING) == Denied(WRONG_SIGNATURE)


def test_milliseconds_are_taken_in_the_body_scheme() -> None:
    stamp = str(int(MORNING.timestamp() * 1000))
    headers = {"x-ca-key": HOSPITAL, "x-ca-signature": body_signature(SECRET, stamp, BODY)}
    assert isinstance(keeper(Scheme.BODY_HMAC_SM3).check(headers, BODY, MORNING), Signed)


def test_the_three_signatures_are_what_their_sources_say() -> None:
    # Worked out with the openssl command line, not with this code.
    listed = {
        "_api_access_key": "k",
        "_api_name": "9001",
        "_api_timestamp": "1700000000000",
        "_api_version": "1.0.0",
    }
    assert header_list_signature("s", listed) == "YxQt1c8pGwULj163GoNA4tsj1Sw="
    assert (
        timestamp_nonce_signature("s", "1700000000", "n")
        == "d58e7fc94b514f31edb73fcf2a56ba9b023c0b1046ffc5cffe20eb5844081213"
    )
    assert (
        sm3_hex(b"s", b"1700000000\n{}") == "2F2FAAB3B6251D89E24DA5698C8FBAB7F7B66C6B402E2BE238CED18537F8F912"
    )
