"""Finds text as Koreans type it: by initial consonants (ㅂㅌ finds 비트코인), by part of a word, in any case."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_FIRST_SYLLABLE = 0xAC00
_LAST_SYLLABLE = 0xD7A3
_SYLLABLES_PER_INITIAL = 588
_SYLLABLES_PER_VOWEL = 28


def initials(text: str) -> str:
    """``initials("비트코인")`` is ``"ㅂㅌㅋㅇ"``; other signs stay as they are."""
    return "".join(_initial(sign) for sign in text)


def match_rank(query: str, text: str) -> int | None:
    """How well ``text`` fits: 0 equal, 1 begins with, 2 a word begins with, 3 contains; ``None`` not at all."""
    wanted, offered = _folded(query), _folded(text)
    if not wanted:
        return 3
    positions = [found.start() for found in _pattern(wanted).finditer(offered)]
    if not positions:
        return None
    if positions[0] == 0:
        return 0 if len(wanted) == len(offered) else 1
    begins_a_word = any(not offered[start - 1].isalnum() for start in positions)
    return 2 if begins_a_word else 3


def best_rank(query: str, texts: tuple[str, ...]) -> int | None:
    """The best rank over several names of one thing."""
    ranks = [rank for rank in (match_rank(query, text) for text in texts) if rank is not None]
    return min(ranks, default=None)


@lru_cache(maxsize=64)
def _pattern(wanted: str) -> re.Pattern[str]:
    """Matches at each place where it begins, also where two overlap: hundreds of texts are searched with each key."""
    signs = [_signs_of(sign, may_be_unfinished=place == len(wanted) - 1) for place, sign in enumerate(wanted)]
    return re.compile(f"(?={''.join(signs)})", re.DOTALL)


def _signs_of(typed: str, may_be_unfinished: bool) -> str:
    """What stands for a typed sign: of an initial consonant, each syllable that begins with it."""
    if typed in _INITIALS:
        first = _FIRST_SYLLABLE + _INITIALS.index(typed) * _SYLLABLES_PER_INITIAL
        return f"[{typed}{chr(first)}-{chr(first + _SYLLABLES_PER_INITIAL - 1)}]"
    if may_be_unfinished and _is_syllable(typed) and _has_no_final(typed):
        # while 비트 is being typed the last syllable passes through 비ㅌ and 비트: 트 begins 특, not the other way
        return f"[{typed}-{chr(ord(typed) + _SYLLABLES_PER_VOWEL - 1)}]"
    return re.escape(typed)


def _has_no_final(syllable: str) -> bool:
    return (ord(syllable) - _FIRST_SYLLABLE) % _SYLLABLES_PER_VOWEL == 0


def _initial(sign: str) -> str:
    if not _is_syllable(sign):
        return sign
    return _INITIALS[(ord(sign) - _FIRST_SYLLABLE) // _SYLLABLES_PER_INITIAL]


def _is_syllable(sign: str) -> bool:
    return _FIRST_SYLLABLE <= ord(sign) <= _LAST_SYLLABLE


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    # NFC: macOS hands over Hangul in pieces
    return unicodedata.normalize("NFC", text).casefold().strip()
