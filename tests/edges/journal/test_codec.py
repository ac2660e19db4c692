"""Commands and replies come back from JSON as they went, whatever they carry."""

from __future__ import annotations

import msgspec
import pytest

from tests.edges.journal import toys
from yidi.domain.refusal import Refusal
from yidi.edges.journal import Codec
from yidi.processes.ports.deciding import Command, Done, Refused, Reply
from yidi.processes.relay.commands import Answered, Forward, Return, homeward, outward
from yidi.processes.relay.refusals import SAME_ID_OTHER_CONTENT

ASK = toys.PourIn(
    jurisdiction=toys.INSURED,
    sender=toys.CARE,
    msgid="ask/h/1",
    care=toys.CARE,
    insured=toys.INSURED,
    origin_sender="h",
    origin_msgid="1",
    tin="罐",
    amount_fen=10**15,
)
REFUSED = Refused(refusals=(SAME_ID_OTHER_CONTENT.because("msgid", msgid="1"),))


@pytest.mark.parametrize(
    "command",
    [
        ASK,
        outward(ASK),
        homeward(ASK, toys.Filled(coin="7", total_fen=3)),
        homeward(ASK, REFUSED),
        homeward(msgspec.structs.replace(ASK, insured=toys.CARE), Done(reference="r")),
        Forward(jurisdiction=toys.CARE, sender="h", msgid="1", ask=ASK),
    ],
    ids=lambda command: type(command).__name__,
)
def test_a_command_comes_back_with_what_it_carries(command: Command) -> None:
    codec = Codec()
    again = codec.command(codec.write(command))
    assert again == command
    assert type(again) is type(command)
    if isinstance(command, (Return, Answered)):
        assert type(again.reply) is type(command.reply)  # type: ignore[attr-defined]


@pytest.mark.parametrize("reply", [REFUSED, Done(), toys.Filled(coin="", total_fen=-1)])
def test_a_reply_comes_back(reply: Reply) -> None:
    codec = Codec()
    assert codec.reply(codec.write(reply)) == reply


def test_a_refusal_comes_back_as_a_refusal() -> None:
    codec = Codec()
    again = codec.reply(codec.write(REFUSED))
    assert isinstance(again, Refused)
    assert isinstance(again.refusals[0], Refusal)


@pytest.mark.parametrize("text", ["", "{", "{}", '{"type":"Nobody"}', '{"type":"Relay"}', "[1]"])
def test_what_is_no_command_is_not_read(text: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        Codec().command(text)


def test_two_classes_of_one_name_cannot_both_be_read() -> None:
    twin = msgspec.defstruct("Pour", [("x", int)], bases=(Command,), frozen=True, kw_only=True, tag=True)
    with pytest.raises(ValueError, match="two classes"):
        Codec([toys.Pour, twin])
