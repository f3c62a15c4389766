"""Particles follow the sound of the word before them, whatever script it is written in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbit_auto_trading.utils.bilingual_text import Language, Text
from upbit_auto_trading.utils.korean_particles import attach_particles, final_sound, particle

PAIRS = ("은/는", "이/가", "을/를", "과/와", "으로/로", "이에요/예요", "이라/라")


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("비트코인", "은/는", "은"),
        ("이더리움", "이/가", "이"),
        ("도지코인", "을/를", "을"),
        ("리플", "으로/로", "로"),  # ㄹ counts as open for this pair
        ("수이", "을/를", "를"),
        ("BTC", "을/를", "를"),
        ("XRP", "은/는", "는"),
        ("SOL", "은/는", "은"),
        ("ATOM", "이/가", "이"),
        ("3", "으로/로", "으로"),
        ("1", "으로/로", "로"),
        ("2", "이/가", "가"),
        ("6", "을/를", "을"),
        ("10", "으로/로", "으로"),  # 십
        ("100", "이/가", "이"),  # 백
        ("1,000", "을/를", "을"),  # 천
        ("10,000", "을/를", "을"),  # 만
        ("0", "이/가", "이"),  # 영
        ("0.50", "을/를", "을"),
        ("5%", "은/는", "는"),
        ("5,000원", "으로/로", "으로"),
        ("1조", "이/가", "가"),
        ("1000000000000", "이/가", "가"),  # 조
        ("엑스알피(리플)", "은/는", "은"),
        ("EMA(20)", "을/를", "을"),
        ("‘실전 시작’", "을/를", "을"),
        ("변동성 돌파 ", "은/는", "는"),
        ("전략", "이에요/예요", "이에요"),
        ("조건", "이라/라", "이라"),
        ("규칙", "과/와", "과"),
        ("100000000", "이/가", "이"),  # 억
        ("5. 10", "으로/로", "으로"),
        ("비트코인!", "은/는", "은"),
        ("저장했어요.", "이라/라", "라"),
        ("", "은/는", "는"),
        ("!?", "은/는", "는"),
    ],
)
def test_the_right_one_is_chosen(word: str, pair: str, expected: str) -> None:
    assert particle(word, pair) == expected


def test_a_template_reads_the_words_before_each_particle() -> None:
    template = "{name}{은/는} {amount}{으로/로} {what}{을/를} 사요"
    filled = attach_particles(template, {"name": "리플", "amount": "5,000원", "what": "BTC"})
    assert filled == "리플은 5,000원으로 BTC를 사요"


def test_values_may_hold_braces_and_particles_of_their_own() -> None:
    assert attach_particles("{name}{을/를} 지워요", {"name": "{이/가}"}) == "{이/가}를 지워요"
    assert attach_particles("{name}{은/는}", {"name": "{x} {은/는}%s"}).startswith("{x} {은/는}%s")


def test_a_text_in_a_text_keeps_its_language() -> None:
    name = Text(ko="백테스트", en="Backtest")
    text = Text(ko="{name}{을/를} 시작해요", en="Starting {name}").format(name=name)
    assert text.in_language(Language.KOREAN) == "백테스트를 시작해요"
    assert text.in_language(Language.ENGLISH) == "Starting Backtest"


@given(st.text(max_size=30), st.sampled_from(PAIRS))
def test_one_of_the_pair_and_never_both(word: str, pair: str) -> None:
    assert particle(word, pair) in pair.split("/")


@given(st.text(max_size=30))
def test_any_value_stays_as_it_is(name: str) -> None:
    filled = attach_particles("{name}{을/를} 사요", {"name": name})
    assert filled.startswith(name)
    assert filled.removeprefix(name) in {"을 사요", "를 사요"}


@given(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3))
def test_a_syllable_has_a_final_as_its_letters_say(syllable: str) -> None:
    import unicodedata

    assert bool(final_sound(syllable)) == (len(unicodedata.normalize("NFD", syllable)) == 3)


@given(st.integers(min_value=1, max_value=10**15))
def test_separators_do_not_change_how_a_number_sounds(number: int) -> None:
    assert final_sound(f"{number:,}") == final_sound(str(number))
