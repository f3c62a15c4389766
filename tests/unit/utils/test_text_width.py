"""Columns of a terminal: Hangul takes two a letter."""

from __future__ import annotations

import pytest

from upbit_auto_trading.utils.text_width import padded, text_width


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("KRW-BTC", 7), ("캔들", 4), ("캔들 1개", 8), ("e\u0301", 1), ("–", 1), ("가", 2)]
)
def test_how_wide_a_text_is(text: str, width: int) -> None:
    assert text_width(text) == width


def test_blanks_fill_up_and_nothing_is_cut() -> None:
    assert padded("마켓", 6) == "마켓  "
    assert padded("마켓", 6, to_the_right=True) == "  마켓"
    assert padded("거래소", 2) == "거래소"
