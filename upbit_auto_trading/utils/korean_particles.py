"""Chooses the Korean particle that fits the word before it: 비트코인은, 이더리움이, BTC를, 3으로.

Knows Hangul, digits as they are read aloud, Latin letters and closing brackets. "을(를)" is never printed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_FIRST_SYLLABLE = 0xAC00
_LAST_SYLLABLE = 0xD7A3
_FINALS = 28
_RIEUL = 8

# Final sound of a digit read in Korean: 영 일 이 삼 사 오 육 칠 팔 구
_DIGIT_FINALS = {"0": 21, "1": _RIEUL, "2": 0, "3": 16, "4": 0, "5": 0, "6": 1, "7": _RIEUL, "8": _RIEUL, "9": 0}
# Latin letters whose Korean name ends in a consonant: 엘 엠 엔 알
_LETTER_FINALS = {"l": _RIEUL, "m": 16, "n": 4, "r": _RIEUL}
_UNITS = {"%": 0, "₿": 4, "원": 4}
# Unicode categories that are not read aloud: punctuation, blanks, symbols, marks, control signs.
_SILENT = "PZSMC"
_SHIP, _BAEK, _CHEON = 17, 1, 4  # 십 (ㅂ), 백 (ㄱ), 천 (ㄴ)
_GREAT_PLACES = {1: 4, 2: 1, 3: 0, 0: 21}  # 만 (ㄴ), 억 (ㄱ), 조, 경 (ㅇ)
_LAST_NUMBER = re.compile(r"([\d,.]*\d)\D*$")

_PAIRS = ("은/는", "이/가", "을/를", "과/와", "으로/로", "이에요/예요", "이라/라")
_PAIR_PATTERN = re.compile(r"\{(" + "|".join(_PAIRS) + r")\}")


def final_sound(word: str) -> int:
    """The index of the final consonant of the last pronounced sign (0: none, 8: ㄹ)."""
    for sign in reversed(word):
        if sign in _UNITS:
            return _UNITS[sign]
        if _FIRST_SYLLABLE <= ord(sign) <= _LAST_SYLLABLE:
            return (ord(sign) - _FIRST_SYLLABLE) % _FINALS
        if sign in _DIGIT_FINALS:
            return _zero_run_final(word) if sign == "0" else _DIGIT_FINALS[sign]
        if unicodedata.category(sign)[0] not in _SILENT:
            return _LETTER_FINALS.get(sign.lower(), 0)
    return 0


def _zero_run_final(word: str) -> int:
    """A number ending in zeros is read by its place: 10 십, 100 백, 1000 천, 10000 만, 0 영."""
    digits = _LAST_NUMBER.search(word)
    plain = digits.group(1).replace(",", "") if digits else "0"
    zeros = len(plain) - len(plain.rstrip("0"))
    if zeros == len(plain) or "." in plain:
        return _DIGIT_FINALS["0"]
    return {1: _SHIP, 2: _BAEK, 3: _CHEON}.get(zeros % 4, _GREAT_PLACES.get(zeros // 4 % 4, 0))


def particle(word: str, pair: str) -> str:
    """``particle("비트코인", "은/는")`` is ``"은"``."""
    with_final, without_final = pair.split("/")
    sound = final_sound(word)
    if pair == "으로/로":
        return without_final if sound in (0, _RIEUL) else with_final
    return with_final if sound else without_final


def attach_particles(template: str, values: Mapping[str, object]) -> str:
    """Fill a template in, and write for each ``{은/는}`` what fits the text before it.

    Only the template's own pairs count: a value may hold braces, and stays as it is.
    """
    filled = ""
    position = 0
    for match in _PAIR_PATTERN.finditer(template):
        filled += template[position : match.start()].format(**values)
        filled += particle(filled, match.group(1))
        position = match.end()
    return filled + template[position:].format(**values)
