"""What the check of a strategy says, in both languages."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from upbit_auto_trading.business_logic.use_cases.check_strategy import StrategyCheck
from upbit_auto_trading.business_logic.use_cases.checked_columns import Checked
from upbit_auto_trading.business_logic.use_cases.look_ahead import LookAhead
from upbit_auto_trading.business_logic.use_cases.warm_up import WarmUp
from upbit_auto_trading.ui.strategy_check_sentences import check_sentences
from upbit_auto_trading.utils.bilingual_text import Language

NINE = 1_767_225_600
AHEAD = LookAhead(Checked.VARIABLE, "ema(20)", "upbit:KRW-BTC", NINE, NINE + 60, 100.25, nan)
LATE = WarmUp(Checked.CONDITION, "rising", "upbit:KRW-BTC", NINE, NINE - 3_600, 60, 1.0, 0.0)
CLEAN = StrategyCheck((), (), 525_600, 6, 120, 50_000, 22, 48, (), False)


def said(found: StrategyCheck, language: Language = Language.ENGLISH) -> list[str]:
    return [sentence.in_language(language) for sentence in check_sentences(found)]


def test_a_clean_check_says_how_much_was_looked_at() -> None:
    assert said(CLEAN) == [
        "No look-ahead and no warm-up that is too short was found.",
        "525,600 candles, 6 variables and conditions: the future was cut off 120 times and in 22 runs; 50,000 places "
        "more were looked at.",
    ]
    every = replace(CLEAN, is_every_candle=True, unchecked=("sma(200)",))
    assert "cut off at every candle" in said(every)[1]
    assert said(every)[2].endswith("fewer candles: sma(200).")


@pytest.mark.parametrize("language", list(Language))
def test_findings_name_place_and_both_values(language: Language) -> None:
    ahead, late, _extent = said(replace(CLEAN, look_ahead=(AHEAD,), warm_up=(LATE,)), language)
    for part in ("ema(20)", "upbit:KRW-BTC", "2026-01-01 09:00 KST", "2026-01-01 09:01 KST", "100.25"):
        assert part in ahead
    assert {"ko": "값 없음", "en": "unknown"}[language.value] in ahead
    for part in ("rising", "60", "2026-01-01 08:00 KST", "2026-01-01 09:00 KST"):
        assert part in late
    assert "찾지 못했어요" not in ahead + late


def test_an_order_that_changes_is_a_decision_and_many_findings_are_counted() -> None:
    order = replace(AHEAD, kind=Checked.DECISION, name="golden-cross")
    lines = said(replace(CLEAN, look_ahead=(order,) * 12))
    assert lines[0] == (
        "Look-ahead: an order of golden-cross at the candle of 2026-01-01 09:00 KST of upbit:KRW-BTC changes once "
        "2026-01-01 09:01 KST and later is cut off."
    )
    assert lines[10] == "… and 2 more"
    assert len(lines) == 12
