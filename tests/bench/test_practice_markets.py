"""What the practice exchange's markets may cost, in times of the yardstick: a fast clock must stay possible.

Half a core for a thousand times real time is what is wanted; what it takes on this machine is printed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

import pytest

from tests.bench.yardstick import seconds_of, yard
from tests.fakes.krw_rules import krw_rules
from upbit_auto_trading.business_logic.simulation.market_generator import GeneratedMarket
from upbit_auto_trading.business_logic.simulation.market_replay import MarketReplay, ReplaySettings
from upbit_auto_trading.business_logic.simulation.practice_markets import PRACTICE_MARKETS

START = datetime(2026, 11, 18, 5, 20, tzinfo=UTC)
RULES = krw_rules()
DAY = timedelta(days=1)
#: of the yardstick, for a second at 1000×, and for a day of minutes
MOST_YARDS_A_SECOND, MOST_YARDS_A_DAY = 12.0, 0.6


@pytest.mark.bench
def test_a_thousand_times_real_time_is_cheap() -> None:
    sources = [GeneratedMarket(one, RULES, 1) for one in PRACTICE_MARKETS]
    replay = MarketReplay(sources, RULES, ReplaySettings(book_interval=timedelta(seconds=100)), 1)
    replay.start_at(START)
    events, yards, spent = 0, [], []

    def second(number: int) -> None:
        nonlocal events
        events += sum(1 for _ in replay.advance(START + timedelta(seconds=1_000 * number)))

    for number in range(1, 8):
        yards.append(yard(times=1))
        spent.append(seconds_of(partial(second, number)))
    # the first looks the past up
    each = median(used / usual for used, usual in zip(spent[1:], yards[1:], strict=True))
    print(f"7 s at 1000×: {events} events; a second takes {median(spent):.2f} of the processor, {each:.1f} yards")
    assert events > 7_000
    assert each < MOST_YARDS_A_SECOND


@pytest.mark.bench
def test_a_day_of_minutes_is_made_at_once() -> None:
    market = GeneratedMarket(PRACTICE_MARKETS[0], RULES, 1)
    yards, spent = [], []

    def day(number: int) -> None:
        assert len(market.columns(START + number * DAY, START + (number + 1) * DAY)) > 1_400

    for number in range(30):
        yards.append(yard(times=1))
        spent.append(seconds_of(partial(day, number)))
    each = median(used / usual for used, usual in zip(spent, yards, strict=True))
    # a range from 05:20 to 05:20 touches two days, one of which is kept from before
    print(f"a day: {median(spent) * 1000:.1f} ms, {each:.2f} yards")
    assert each < MOST_YARDS_A_DAY
