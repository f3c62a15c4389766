"""A count of bytes in the words of a finding, in powers of 1000 as everywhere in the program."""

from __future__ import annotations

from upbit_auto_trading.utils.bilingual_text import Text

_UNITS = ("B", "KB", "MB", "GB", "TB")


def size_words(count: int) -> Text:
    """4.2MB / 4.2 MB: one decimal under ten, none above. A plain space: findings are printed to consoles too."""
    size, unit = float(count), 0
    while unit + 1 < len(_UNITS) and round(size) >= 1000:
        size, unit = size / 1000, unit + 1
    places = 1 if unit and round(size, 1) < 10 else 0
    digits = f"{size:,.{places}f}"
    digits = digits.removesuffix(".0")
    return Text(f"{digits}{_UNITS[unit]}", f"{digits} {_UNITS[unit]}")
