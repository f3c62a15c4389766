"""One word per idea, in both languages."""

from __future__ import annotations

import re

import pytest

from upbit_auto_trading.ui.design import glossary


def test_every_term_has_both_languages_and_a_short_meaning() -> None:
    terms = glossary.terms()
    assert len(terms) >= 107
    for term in terms:
        assert re.fullmatch(r"[a-z_]+", term.id)
        assert re.search(r"[가-힣]", term.word.ko), term.id
        assert term.word.en.isascii(), term.id
        assert term.meaning.ko.endswith("요."), term.id
        assert term.meaning.en.endswith("."), term.id
        assert len(re.findall(r"[.?] ", term.meaning.ko)) <= 1, term.id
        assert "!" not in term.meaning.ko + term.meaning.en


def test_no_korean_word_stands_for_two_ideas() -> None:
    words = [term.word.ko for term in glossary.terms()]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("term", "ko", "en"),
    [
        ("kill_switch", "긴급 정지", "kill switch"),
        ("purse", "배정 금액", "purse"),
        ("trailing_stop", "추적 손절", "trailing stop"),
        ("unknown", "확인 중", "unknown"),
        ("look_ahead", "미래 참조", "look-ahead"),
    ],
)
def test_words_as_agreed(term: str, ko: str, en: str) -> None:
    assert (glossary.word(term).ko, glossary.word(term).en) == (ko, en)


def test_an_unknown_term_is_an_error() -> None:
    with pytest.raises(KeyError):
        glossary.entry("moon")
