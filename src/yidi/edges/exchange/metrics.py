"""Counters of the exchange for Prometheus. No ids, no persons: peers and codes only."""

from __future__ import annotations

from functools import lru_cache

from prometheus_client import Counter, Gauge

SENT = Counter("yidi_exchange_sent_total", "Messages sent to other nodes", ["peer", "outcome"])
TAKEN = Counter("yidi_exchange_taken_total", "Messages taken from other jurisdictions", ["sender"])
REFUSED = Counter("yidi_exchange_refused_total", "Messages from outside that were refused", ["code"])
CIRCUIT = Gauge("yidi_exchange_circuit_open", "1 while the line to a peer is not closed", ["peer"])
QUEUED = Gauge("yidi_exchange_queued", "Messages in memory for a peer", ["peer"])
AHEAD = Gauge("yidi_exchange_clock_ahead_seconds", "How far a peer's clock is ahead of ours", ["peer"])
LIST_DUE = Gauge(
    "yidi_exchange_revocations_due_timestamp_seconds", "When the next list of revoked certificates is due"
)
AGREED = Counter("yidi_exchange_keys_agreed_total", "Keys agreed with other jurisdictions", ["role"])

KEPT = 1_000
"""So many peers' counters are kept at hand: to look one up costs ten times what counting does."""
sent, taken = lru_cache(maxsize=KEPT)(SENT.labels), lru_cache(maxsize=KEPT)(TAKEN.labels)
circuit_of, queued_of = lru_cache(maxsize=KEPT)(CIRCUIT.labels), lru_cache(maxsize=KEPT)(QUEUED.labels)
ahead_of = lru_cache(maxsize=KEPT)(AHEAD.labels)
