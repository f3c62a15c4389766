"""What the practice exchange's markets may cost: a fast clock must stay possible on half a core."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import process_time

import pytest

from tests.fakes.krw_rules import krw_rules
from upbit_auto_trading.business_logic.simulation.market_generator import GeneratedMarket
from upbit_auto_trading.business_logic.simulation.market_replay import MarketReplay, ReplaySettings
from upbit_auto_trading.business_logic.simulation.practice_markets import PRACTICE_MARKETS

START = datetime(2026, 11, 18, 5, 20, tzinfo=UTC)
RULES = krw_rules()
DAY = timedelta(days=1)


@pytest.mark.bench
def test_a_thousand_times_real_time_needs_less_than_half_a_core() -> None:
    sources = [GeneratedMarket(one, RULES, 1) for one in PRACTICE_MARKETS]
    replay = MarketReplay(sources, RULES, ReplaySettings(book_interval=timedelta(seconds=100)), 1)
    replay.start_at(START)
    begun = process_time()
    events = sum(1 for _ in replay.advance(START + timedelta(seconds=5_000)))
    used = process_time() - begun
    print(f"5 s at 1000×: {events} events, {used:.2f} s of processor time")
    assert events > 5_000
    assert used < 2.5


@pytest.mark.bench
def test_a_day_of_minutes_is_made_in_milliseconds() -> None:
    market = GeneratedMarket(PRACTICE_MARKETS[0], RULES, 1)
    spent = []
    for number in range(30):
        begun = process_time()
        made = market.columns(START + number * DAY, START + (number + 1) * DAY)
        spent.append(process_time() - begun)
        assert len(made) > 1_400
    usual = sorted(spent)[len(spent) // 2]
    # a range from 05:20 to 05:20 touches two days, one of which is kept from before
    print(f"a day: {usual * 1000:.1f} ms")
    assert usual < 0.015
