"""Telemetry: structured events with fixed names, and counters for Prometheus. No personal data in either."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress

import structlog
from prometheus_client import Counter, Histogram

MESSAGES = Counter(
    "yidi_messages_total", "Messages answered at the national interface", ["number", "outcome"]
)
TURNED_AWAY = Counter(
    "yidi_messages_turned_away_total", "Messages refused before they were read, by code", ["code"]
)
SECONDS = Histogram(
    "yidi_message_seconds",
    "Seconds from the last byte of a message to its answer",
    ["number"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 3, 15),
)

PERSONAL = frozenset({"name", "certificate_no", "credential_no", "person_name", "phone", "number"})
"""Keys that never reach a log line, whatever their value."""


def drop_personal(logger: object, method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Remove personal values from an event by the names they go by."""
    for key in PERSONAL & event.keys():
        event[key] = "***"
    return event


def kind_and_place(error: BaseException) -> str:
    """Name an error by its type and the line that raised it, never by its words: they may hold a person.

    An error of SQLite has a name of its own, such as SQLITE_FULL, which tells the operator what to do.
    """
    kind = " ".join(filter(None, (type(error).__name__, getattr(error, "sqlite_errorname", ""))))
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None:
        return kind
    file = place.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/")[2]
    return f"{kind} at {file}:{place.tb_lineno}"


class Printer(structlog.PrintLogger):
    """Prints lines; one that cannot be written, as on a full disk, is lost and holds up nothing else."""

    def msg(self, message: str) -> None:
        """Print a line."""
        with suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = fatal = failure = err = error = critical = exception = msg


def _to_standard_error(*arguments: object) -> structlog.PrintLogger:
    """Write where standard error leads now: one taken when the node started may be closed by then."""
    return Printer(sys.stderr)


def start_logging(level: str, *, as_json: bool) -> None:
    """Send events of at least `level` to standard error, as text for people or JSON for machines.

    Colours are for a terminal only: in a file they would be in the way of whoever searches it.
    """
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            drop_personal,
            structlog.processors.dict_tracebacks if as_json else structlog.processors.StackInfoRenderer(),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=_to_standard_error,
    )
