"""Whatever stands in a pack file, reading it ends with findings, never with a crash."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.edges.packs.test_policy_faults import FRAME, PACK
from yidi.edges.packs.policy import inspect_policies

_LINES = PACK.splitlines()
_JUNK = st.one_of(
    st.sampled_from(
        [
            "none",
            "[]",
            "{}",
            "[[]]",
            "{a: [b]}",
            "-1",
            "9" * 40,
            "²",
            "1e9",
            "~",
            "[none, none]",
            "yes",
            "'']",
            "*x",
        ]
    ),
    st.text(max_size=12),
)


@st.composite
def broken(draw: st.DrawFn) -> str:
    """The sample pack with a few of its lines dropped, doubled, or given another value."""
    lines = list(_LINES)
    for _ in range(draw(st.integers(1, 3))):
        number = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "double", "value", "cut"])):
            case "drop":
                del lines[number]
            case "double":
                lines.insert(number, lines[number])
            case "value":
                key, _, _ = lines[number].rpartition(": ")
                lines[number] = f"{key}: {draw(_JUNK)}"
            case _:
                lines[number] = lines[number][: draw(st.integers(0, len(lines[number])))]
    return "\n".join(lines)


@settings(max_examples=150)
@given(broken())
def test_a_broken_pack_gives_findings_and_no_crash(text: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sample.yaml").write_text(text, encoding="utf-8", errors="replace")
        (folder / "frame.yaml").write_text(FRAME, encoding="utf-8")
        for fault in inspect_policies(folder)[1]:
            assert fault.refusal.cause_en
            assert fault.refusal.remedy_zh


@settings(max_examples=80)
@given(st.binary(max_size=200))
def test_any_bytes_give_findings_and_no_crash(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "sample.yaml").write_bytes(content)
        assert inspect_policies(Path(name))[1]
