"""Amounts on the way in and out: decimal numbers become integers and come back, never through a float."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow

import msgspec

_EXACT = Context(prec=64, traps=[InvalidOperation, Inexact, Overflow])
_GREATEST = 10**16 - 1
_DECIMAL = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?", re.ASCII)


class NotANumber(ValueError):
    """Text where a number is asked for."""


class OutOfRange(ValueError):
    """A number with too many digits before or after the point."""


def parse_number(given: bytes, places: int) -> int | None:
    """Read a JSON number, or one in quotes, as an integer of 10^-places; None when nothing was sent.

    Raises NotANumber or OutOfRange (too fine for `places`, more than sixteen digits).
    """
    text = given.strip(b'"') if given[:1] == b'"' else given
    whole, _, fraction = text.partition(b".")
    digits = whole[1:] if whole[:1] == b"-" else whole
    if not digits.isdigit() or not (fraction.isdigit() or not fraction) or len(text) > 40:
        return _parse_odd(text, places)
    if len(fraction) > places:
        fraction = fraction.rstrip(b"0")
        if len(fraction) > places:
            raise OutOfRange
    value = int(whole + fraction.ljust(places, b"0"))
    if not -_GREATEST <= value <= _GREATEST:
        raise OutOfRange
    return value


def _parse_odd(given: bytes, places: int) -> int | None:
    """Read what is not plain digits: empties, blanks, signs, exponents."""
    try:
        text = given.decode().strip()
    except UnicodeDecodeError:
        raise NotANumber from None
    if not text or text.lower() == "null":
        return None
    if not _DECIMAL.fullmatch(text):
        raise NotANumber
    try:
        number = Decimal(text)
        if abs(number.adjusted()) > 60:
            raise OutOfRange
        moved = number.scaleb(places, _EXACT)
        whole = int(moved)
    except ArithmeticError:
        raise OutOfRange from None
    if whole != moved or abs(whole) > _GREATEST:
        raise OutOfRange
    return whole


_TIME = re.compile(
    r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[ T]*(\d{1,2}) *:? *(\d{2})(?: *:? *(\d{2})(?:\.\d*)?)?Z?)?",
    re.ASCII,
)


def yuan(amount_fen: int) -> msgspec.Raw:
    """Write fen as a JSON number of yuan: 123450 -> 1234.5."""
    if amount_fen < 0:
        return decimal_number(amount_fen, 2)
    whole, rest = divmod(amount_fen, 100)
    if not rest:
        return msgspec.Raw(b"%d" % whole)
    return msgspec.Raw(b"%d.%02d" % (whole, rest) if rest % 10 else b"%d.%d" % (whole, rest // 10))


def decimal_number(value: int, places: int) -> msgspec.Raw:
    """Write an integer of 10^-places as a JSON number without trailing zeros."""
    digits = f"{abs(value):0{places + 1}d}"
    text = f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")
    return msgspec.Raw((f"-{text}" if value < 0 else text).encode())


def _is_plain(text: str) -> bool:
    """Whether a time is written as the standard says, as nearly all are: no pattern is needed for it."""
    if len(text) != 19 or not text.isascii() or text[4::3] != "-- ::" or text[:4] <= "1000":
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def read_time(text: str) -> str | None:
    """Read a day or a time as `2026-11-22 10:00:00`, however it is spaced; None when it is none."""
    if _is_plain(text):
        return text
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    parts = [int(part or 0) for part in found.groups()]
    try:
        return datetime(*parts).strftime("%Y-%m-%d %H:%M:%S") if parts[0] > 1000 else None  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None


def read_day(text: str) -> str | None:
    """Read a day, or the day of a time, as `2026-11-22`; None when it is none."""
    found = read_time(text)
    return None if found is None else found[:10]


def end_day(last: str) -> str:
    """Return the half-open end of a span whose last day is given; the far future stays what it is."""
    if last >= "9999":
        return "9999-12-31"
    try:
        return date.fromordinal(date.fromisoformat(last).toordinal() + 1).isoformat()
    except (ValueError, OverflowError):
        return "9999-12-31"


def last_day(end: str) -> str | None:
    """Return the last day of a half-open span; null when it has no end."""
    if not end or end >= "9999":
        return None
    return date.fromordinal(date.fromisoformat(end).toordinal() - 1).isoformat()
