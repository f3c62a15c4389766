"""Reads numbers as Korean traders write them: "500만", "1.2억", "1억 2,000만", "1,000원", "1.5M KRW"."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

_MOST_SIGNS = 28  # the precision of a Decimal sum
_KOREAN = {"천": 10**3, "만": 10**4, "억": 10**8, "조": 10**12}
_ENGLISH = {"k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
_DIGITS = r"(?:\d[\d,]*(?:\.\d*)?|\.\d+)"
_KOREAN_NUMBER = re.compile(rf"(?:{_DIGITS}(?:천만|백만|천|만|억|조)?)+")
_KOREAN_PART = re.compile(rf"({_DIGITS})(천만|백만|천|만|억|조)?")
_ENGLISH_NUMBER = re.compile(rf"({_DIGITS})([kmbt])")
_SIGN = {"+": 1, "-": -1, "\N{MINUS SIGN}": -1, "\N{EN DASH}": -1}


def parse_number(text: str, units: tuple[str, ...] = ()) -> Decimal | None:
    """The exact value, or None where the text is no number. Names of units at its end are allowed."""
    cleaned = unicodedata.normalize("NFKC", text).strip()
    cleaned = "".join(_without_unit(cleaned, (*units, "원", "KRW", "%")).split())
    if not cleaned or len(cleaned.replace(",", "")) > _MOST_SIGNS:
        return None
    sign = 1
    if cleaned[:1] in _SIGN:
        sign, cleaned = _SIGN[cleaned[0]], cleaned[1:]
    value = _english(cleaned) if _ENGLISH_NUMBER.fullmatch(cleaned.lower()) else _korean(cleaned)
    if value is None:
        return None
    return abs(value) if not value else value * sign


def _without_unit(text: str, units: tuple[str, ...]) -> str:
    for unit in units:
        if unit and text.lower().endswith(unit.lower()):
            return text[: -len(unit)].rstrip()
    return text


def _english(text: str) -> Decimal | None:
    match = _ENGLISH_NUMBER.fullmatch(text.lower())
    value = _plain(match.group(1)) if match else None
    return None if match is None or value is None else value * _ENGLISH[match.group(2)]


def _korean(text: str) -> Decimal | None:
    if not _KOREAN_NUMBER.fullmatch(text):
        return None
    total, smallest = Decimal(0), None
    for digits, word in _KOREAN_PART.findall(text):
        value, size = _plain(digits), _size(word)
        if value is None or (smallest is not None and size >= smallest):
            return None
        total, smallest = total + value * size, size
    return total


def _size(word: str) -> int:
    if word == "천만":
        return 10**7
    if word == "백만":
        return 10**6
    return _KOREAN.get(word, 1)


def _plain(digits: str) -> Decimal | None:
    whole, point, fraction = digits.partition(".")
    groups = whole.split(",")
    if "," in fraction or (len(groups) > 1 and not _grouped(groups)):
        return None
    try:
        return Decimal(f"{''.join(groups) or '0'}{point}{fraction}")
    except InvalidOperation:
        return None


def _grouped(groups: list[str]) -> bool:
    """Thousands separators stand every three digits; "1,5" may have meant a decimal and is refused."""
    return 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])


def with_separators(text: str, cursor: int) -> tuple[str, int]:
    """Thousands separators while typing, for a text of digits; the cursor stays behind the same digit."""
    match = re.fullmatch(r"([+\-\N{MINUS SIGN}]?)([\d,]+)(\.\d*)?", text)
    if match is None:
        return text, cursor
    sign, whole, fraction = match.group(1), match.group(2).replace(",", ""), match.group(3) or ""
    if not whole:
        return text, cursor
    grouped = f"{int(whole):,}" if whole.isascii() else whole
    result = f"{sign}{grouped}{fraction}"
    wanted = len(text[:cursor].replace(",", "")) - (len(whole) - len(str(int(whole))))
    return result, _position_behind(result, max(wanted, 0))


def _position_behind(text: str, signs: int) -> int:
    seen = 0
    for position, sign in enumerate(text):
        if seen == signs:
            return position
        if sign != ",":
            seen += 1
    return len(text)
