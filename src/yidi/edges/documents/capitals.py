"""Writes amounts in the capital numerals that cannot be altered, as payment papers demand.

Source: 支付结算办法 (Payment and Settlement Measures, People's Bank of China, 银发〔1997〕393号), annex 1,
rules for filling in bills and vouchers. Where the rules leave a zero or the closing 整 to choice, the zero
inside a section is written, the one at its end is not, and every amount without fen closes with 整.
"""

from __future__ import annotations

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("仟", "佰", "拾", "")
_TEN_THOUSAND = 10_000
_HUNDRED_MILLION = 10**8


def capital_amount(amount_fen: int) -> str:
    """Write fen in capitals: 140950 -> 人民币壹仟肆佰零玖元伍角整; a negative amount begins with 负."""
    sign = "负" if amount_fen < 0 else ""
    yuan, rest = divmod(abs(amount_fen), 100)
    jiao, fen = divmod(rest, 10)
    if not yuan and not rest:
        return "人民币零元整"
    parts = [f"{_number(yuan)}元" if yuan else ""]
    if jiao:
        parts.append(f"{_DIGITS[jiao]}角")
    elif fen and yuan:
        parts.append("零")
    parts.append(f"{_DIGITS[fen]}分" if fen else "整")
    return f"人民币{sign}{''.join(parts)}"


def _number(number: int) -> str:
    for size, name in ((_HUNDRED_MILLION, "亿"), (_TEN_THOUSAND, "万")):
        if number >= size:
            high, low = divmod(number, size)
            gap = "零" if 0 < low < size // 10 else ""
            return f"{_number(high)}{name}{gap}{_number(low) if low else ''}"
    return _section(number)


def _section(number: int) -> str:
    """Write one to 9999; zeros inside are written once, leading and closing zeros not at all."""
    text, gap = "", False
    for digit, place in zip(f"{number:04d}", _PLACES, strict=True):
        if digit == "0":
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _DIGITS[int(digit)] + place
        gap = False
    return text
