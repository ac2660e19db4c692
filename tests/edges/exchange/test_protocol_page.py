"""The page of the exchange protocol says what the types say."""

from __future__ import annotations

from tests.house_rules.code_base import ROOT
from yidi.edges.exchange.describing import TYPES, described
from yidi.edges.exchange.refusals import KINDS

PAGE = ROOT / "docs" / "reference" / "exchange-protocol.md"


def test_the_page_of_the_protocol_is_current() -> None:
    assert PAGE.read_text("utf-8") == described(), "run python -m scripts.exchange_protocol"


def test_the_page_names_every_type_field_and_refusal() -> None:
    page = described()
    for kind in TYPES:
        assert f"## {kind.__name__}\n" in page
        assert all(f"| `{name}` |" in page for name in kind.__struct_fields__)
    assert all(f"| `{kind.code}` |" in page for kind in KINDS)
