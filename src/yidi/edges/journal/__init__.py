"""The journal: takes the waiting commands, loads, decides, writes, commits, and only then answers."""

from __future__ import annotations

from yidi.edges.journal.codec import Codec
from yidi.edges.journal.journal import Busy, Journal
from yidi.edges.journal.references import References

__all__ = ["Busy", "Codec", "Journal", "References"]
