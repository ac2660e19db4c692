"""Long-lived keys: every signature is as long as the standard says, numbers that begin with zeros too."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

import gmalg
import msgspec
import pytest

from yidi.edges.exchange.directory import Peer, read_peers, write_peers
from yidi.edges.exchange.identity import ED25519, SM2, PrivateKey, make_key
from yidi.edges.settings import SettingsFault

SECRET = "a1997eb6b98bbca9145c2f128afaf9e53290abf5792e7b3284af41ba646e303c"
CONTENT = b"a sealed head"


@pytest.mark.parametrize(
    ("seed", "place"), [(861, 0), (105, 64)], ids=["r begins with 00", "s begins with 00"]
)
def test_a_signature_whose_number_begins_with_zeros_is_whole_and_good(
    monkeypatch: pytest.MonkeyPatch, seed: int, place: int
) -> None:
    public = gmalg.SM2().generate_pk(bytes.fromhex(SECRET)).hex()
    key = PrivateKey(id="k", algorithm=SM2, secret=SECRET, public=public)
    chance = random.Random(seed).getrandbits
    monkeypatch.setattr(gmalg, "SM2", partial(gmalg.SM2, rnd_fn=chance))

    signature = key.sign(CONTENT)

    assert signature[place : place + 2] == "00"
    assert len(signature) == 128
    assert key.published().verifies(CONTENT, signature)


@pytest.mark.parametrize("algorithm", [SM2, ED25519])
@pytest.mark.parametrize("broken", ["", "00", "0x", "04" + "11" * 64, "no key"])
def test_a_registered_key_that_is_no_key_is_found_when_the_peers_are_read(
    tmp_path: Path, algorithm: str, broken: str
) -> None:
    good, file = make_key(algorithm).published(), tmp_path / "peers.toml"
    write_peers(file, {"110000": Peer(urls=("https://a.example:9443",), keys=(good,))})
    assert read_peers(file)["110000"].keys == (good,)

    bad = msgspec.structs.replace(good, public=broken)
    write_peers(file, {"110000": Peer(urls=("https://a.example:9443",), keys=(bad,))})
    with pytest.raises(SettingsFault, match=f"110000: key {good.id}: its public part is no key of"):
        read_peers(file)


@pytest.mark.parametrize("algorithm", [SM2, ED25519])
def test_a_signature_is_good_for_its_own_content_and_key_only(algorithm: str) -> None:
    key, other = make_key(algorithm), make_key(algorithm)
    signature = key.sign(CONTENT)

    assert key.published().verifies(CONTENT, signature)
    assert not key.published().verifies(CONTENT + b"!", signature)
    assert not other.published().verifies(CONTENT, signature)
    assert not key.published().verifies(CONTENT, signature[2:])
    assert not key.published().verifies(CONTENT, "not hex")
