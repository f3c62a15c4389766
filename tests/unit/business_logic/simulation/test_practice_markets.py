"""The dozen, and any number more."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.fakes.krw_rules import BTC
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, InvariantBroken
from upbit_auto_trading.business_logic.simulation.market_characters import MarketCharacter
from upbit_auto_trading.business_logic.simulation.practice_markets import PRACTICE_MARKETS, generated_market


def test_there_are_a_dozen_with_names_in_both_languages() -> None:
    codes = [one.market.code for one in PRACTICE_MARKETS]
    assert len(set(codes)) == 12
    assert {"KRW-BTC", "KRW-ETH", "KRW-XRP", "KRW-SOL", "KRW-DOGE"} <= set(codes)
    assert all(one.listed.korean_name and one.listed.english_name for one in PRACTICE_MARKETS)
    assert any(one.listed.is_warned for one in PRACTICE_MARKETS)


def test_the_first_numbers_are_the_dozen_and_later_ones_are_made_up() -> None:
    many = [generated_market(number, 1) for number in range(1, 301)]
    assert tuple(many[:12]) == PRACTICE_MARKETS
    assert many[12].market.code == "KRW-P013"
    assert len({one.market for one in many}) == 300
    assert len({one.minute_move_ppm for one in many[12:]}) > 50
    assert 0.0001 < min(one.usual_price for one in many) < max(one.usual_price for one in many) < 10**9


def test_a_made_up_market_depends_on_its_number_and_the_seed() -> None:
    assert generated_market(40, 1) == generated_market(40, 1)
    assert generated_market(40, 1) != generated_market(40, 2)


@pytest.mark.parametrize("number", [0, -1, 100_001])
def test_numbers_beyond_the_range_are_refused(number: int) -> None:
    with pytest.raises(InvalidParameter, match="not-a-market-number"):
        generated_market(number, 1)


@pytest.mark.parametrize(
    ("price", "move", "common"), [("0", 600, 0), ("1", 0, 0), ("1", 300_001, 0), ("1", 600, 1000), ("1", 600, -1)]
)
def test_a_character_that_no_market_can_have_is_a_bug(price: str, move: int, common: int) -> None:
    with pytest.raises(InvariantBroken):
        MarketCharacter(BTC, "가", "A", Decimal(price), Decimal(1), Decimal(1), move, common_permille=common)
