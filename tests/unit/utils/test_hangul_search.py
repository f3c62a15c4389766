"""Search as Koreans type it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbit_auto_trading.utils.hangul_search import best_rank, initials, match_rank

SYLLABLES = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("query", "text", "rank"),
    [
        ("ㅂㅌ", "비트코인", 1),
        ("ㅂㅌㅋㅇ", "비트코인", 0),
        ("비트", "비트코인 캐시", 1),
        ("캐시", "비트코인 캐시", 2),
        ("코인", "비트코인", 3),
        ("비ㅌ", "비트코인", 1),
        ("이더리우", "이더리움", 0),
        ("이더리움", "이더리우", None),
        ("btc", "KRW-BTC", 2),
        ("", "무엇이든", 3),
        ("ㅇㄷ", "비트코인", None),
        ("비특", "비트코인", None),
    ],
)
def test_rank(query: str, text: str, rank: int | None) -> None:
    assert match_rank(query, text) == rank


def test_the_best_of_several_names_counts() -> None:
    assert best_rank("btc", ("비트코인", "Bitcoin", "BTC")) == 0
    assert best_rank("zzz", ("비트코인", "Bitcoin")) is None


@given(SYLLABLES)
def test_initials_find_their_word(word: str) -> None:
    assert match_rank(initials(word), word) == 0


@given(SYLLABLES, SYLLABLES)
def test_every_part_is_found(before: str, after: str) -> None:
    assert match_rank(after, before + after) is not None


@given(SYLLABLES)
def test_decomposed_hangul_is_found(word: str) -> None:
    assert match_rank(unicodedata.normalize("NFD", word), word) == 0
