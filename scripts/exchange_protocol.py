"""Writes docs/reference/exchange-protocol.md: `python -m scripts.exchange_protocol`."""

from __future__ import annotations

from pathlib import Path

from yidi.edges.exchange.describing import described

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "exchange-protocol.md"

if __name__ == "__main__":
    PAGE.write_text(described(), "utf-8")
    print(PAGE.name)
