"""How many columns of a terminal a text takes: Hangul takes two a letter."""

from __future__ import annotations

from unicodedata import combining, east_asian_width


def text_width(text: str) -> int:
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def padded(text: str, width: int, *, to_the_right: bool = False) -> str:
    """With blanks up to ``width`` columns; a longer text stays as it is."""
    blanks = " " * max(0, width - text_width(text))
    return blanks + text if to_the_right else text + blanks
