"""What was probably meant by a word that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

#: longer words are no slips of the finger, and comparing them takes its time
_LONGEST = 60


def nearest(found: str, choices: Iterable[str]) -> str:
    """Empty where nothing is like it; ``share_of_cash`` is like ``share-of-cash``."""
    if len(found) > _LONGEST:
        return ""
    offered = {_plain(one): one for one in reversed(list(choices))}
    likeliest = get_close_matches(_plain(found), offered, 1)
    return offered[likeliest[0]] if likeliest else ""


def _plain(word: str) -> str:
    return word.lower().replace("_", "-")
