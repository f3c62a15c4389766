"""Chooses the Korean particle that fits the word before it: 비트코인은, 이더리움이, BTC를, 3으로.

Knows Hangul, digits as they are read aloud, Latin letters and closing brackets. "을(를)" is never printed.
"""

from __future__ import annotations

import re
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
_SKIPPED = ")]}>」』”’\"'"

_PAIRS = ("은/는", "이/가", "을/를", "과/와", "으로/로", "이에요/예요", "이라/라")
_PAIR_PATTERN = re.compile(r"\{(" + "|".join(_PAIRS) + r")\}")


def final_sound(word: str) -> int:
    """The index of the final consonant of the last pronounced sign (0: none, 8: ㄹ)."""
    for sign in reversed(word.rstrip()):
        if sign in _SKIPPED:
            continue
        if _FIRST_SYLLABLE <= ord(sign) <= _LAST_SYLLABLE:
            return (ord(sign) - _FIRST_SYLLABLE) % _FINALS
        if sign in _DIGIT_FINALS:
            return _zero_run_final(word) if sign == "0" else _DIGIT_FINALS[sign]
        return _UNITS.get(sign, _LETTER_FINALS.get(sign.lower(), 0))
    return 0


def _zero_run_final(word: str) -> int:
    """A number ending in zeros is read by its place: 10 십, 100 백, 1000 천, 10000 만, 0 영."""
    digits = re.search(r"([\d,]+)\D*$", word)
    plain = digits.group(1).replace(",", "") if digits else "0"
    zeros = len(plain) - len(plain.rstrip("0"))
    if zeros == len(plain) or "." in word:
        return _DIGIT_FINALS["0"]
    # 십 (ㅂ), 백 (ㄱ), 천 (ㄴ), 만 (ㄴ), 억 (ㄱ): all end in a consonant that is not ㄹ
    return {1: 17, 2: 1, 3: 4}.get(zeros % 4, 4 if zeros < 8 else 1)


def particle(word: str, pair: str) -> str:
    """``particle("비트코인", "은/는")`` is ``"은"``."""
    with_final, without_final = pair.split("/")
    sound = final_sound(word)
    if pair == "으로/로":
        return without_final if sound in (0, _RIEUL) else with_final
    return with_final if sound else without_final


def attach_particles(template: str, values: Mapping[str, object]) -> str:
    """Fill a template in, then replace each ``{은/는}`` by what fits the text before it."""
    protected = _PAIR_PATTERN.sub(lambda match: "{{" + match.group(1) + "}}", template)
    filled = protected.format(**values)
    pieces: list[str] = []
    position = 0
    for match in _PAIR_PATTERN.finditer(filled):
        pieces.append(filled[position : match.start()])
        pieces.append(particle("".join(pieces), match.group(1)))
        position = match.end()
    pieces.append(filled[position:])
    return "".join(pieces)
