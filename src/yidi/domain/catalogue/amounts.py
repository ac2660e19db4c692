"""Quantity and unit price as the interface writes them, in integers.

A quantity N(16,4) is a number of ten-thousandths, a unit price N(16,6) a number of micro-yuan; their
product is a number of 10^-8 fen, and becomes money only here, half up, symmetric around zero.
"""

from __future__ import annotations

import re

QUANTITY_PLACES = 4
PRICE_PLACES = 6
QUANTITY_UNIT = 10**QUANTITY_PLACES
PRICE_UNIT = 10**PRICE_PLACES
GREATEST = 10**16 - 1
"""Sixteen digits, whatever the places."""
_PER_FEN = 10**8
_HALF_FEN = _PER_FEN >> 1
_DECIMAL = re.compile(r"([+-]?)(\d{1,16})(?:\.(\d+))?", re.ASCII)


def product_fen(quantity_e4: int, price_micro: int) -> int:
    """Return quantity times unit price in fen, half up (identity 5 of a settlement)."""
    product = quantity_e4 * price_micro
    return (product + _HALF_FEN) // _PER_FEN if product >= 0 else -((_HALF_FEN - product) // _PER_FEN)


def parse_decimal(text: str, places: int) -> int | None:
    """Read a decimal as an integer of 10^-places; None when it is none or has more places or digits."""
    found = _DECIMAL.fullmatch(text.strip())
    if found is None:
        return None
    sign, whole, fraction = found.groups()
    fraction = (fraction or "").rstrip("0")
    if len(fraction) > places:
        return None
    value = int(whole + fraction.ljust(places, "0"))
    if value > GREATEST:
        return None
    return -value if sign == "-" else value


def format_decimal(value: int, places: int) -> str:
    """Write an integer of 10^-places without trailing zeros: 15000 at 4 places -> 1.5."""
    digits = f"{abs(value):0{places + 1}d}"
    text = f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 else text
