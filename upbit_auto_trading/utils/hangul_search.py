"""Finds text as Koreans type it: by initial consonants (ㅂㅌ finds 비트코인), by part of a word, in any case."""

from __future__ import annotations

import unicodedata

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
    positions = [start for start in range(len(offered) - len(wanted) + 1) if _fits_at(wanted, offered, start)]
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


def _fits_at(wanted: str, offered: str, start: int) -> bool:
    last = len(wanted) - 1
    return all(
        _sign_fits(sign, offered[start + index], may_be_unfinished=index == last) for index, sign in enumerate(wanted)
    )


def _sign_fits(typed: str, offered: str, may_be_unfinished: bool) -> bool:
    if typed == offered:
        return True
    if typed in _INITIALS:
        return _initial(offered) == typed
    return may_be_unfinished and _is_syllable(typed) and _is_syllable(offered) and _is_begun(typed, offered)


def _is_begun(typed: str, offered: str) -> bool:
    """While 비트 is being typed the last syllable passes through 비ㅌ and 비트: 트 begins 특, not the other way."""
    code, other = ord(typed) - _FIRST_SYLLABLE, ord(offered) - _FIRST_SYLLABLE
    has_no_final = code % _SYLLABLES_PER_VOWEL == 0
    return has_no_final and code // _SYLLABLES_PER_VOWEL == other // _SYLLABLES_PER_VOWEL


def _initial(sign: str) -> str:
    if not _is_syllable(sign):
        return sign
    return _INITIALS[(ord(sign) - _FIRST_SYLLABLE) // _SYLLABLES_PER_INITIAL]


def _is_syllable(sign: str) -> bool:
    return _FIRST_SYLLABLE <= ord(sign) <= _LAST_SYLLABLE


def _folded(text: str) -> str:
    # NFC: macOS hands over Hangul in pieces
    return unicodedata.normalize("NFC", text).casefold().strip()
