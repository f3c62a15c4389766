"""Small charts: from what is stored, else from the exchange, politely; until then what was seen live."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from PyQt6.QtWidgets import QApplication

from tests.fakes.market_data_world import summary_of
from tests.fakes.market_stage import BTC, DOGE, ETH, SOL, XRP, MarketStage
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.market import Market

UNIT = CandleUnit.MINUTES_30
#: of one look at the clock of the source
ALL = (BTC, ETH, XRP, SOL, DOGE)


class Candles:
    """Implements the part of ``MarketData`` that is asked."""

    def __init__(self, failing: tuple[Market, ...] = (), count: int = 48) -> None:
        self.asked: list[Market] = []
        self.failing = failing
        self.count = count

    def candles_between(self, market: Market, unit: CandleUnit, start: datetime, _end: datetime) -> tuple[Candle, ...]:
        self.asked.append(market)
        if market in self.failing:
            raise ExchangeUnavailable("practice", "refused")
        one = Decimal(7)
        return tuple(
            Candle(market, unit, start + at * timedelta(minutes=30), one, one, one, one + at, one, one)
            for at in range(self.count)
        )


def of_exchange(stage: MarketStage, candles: Candles) -> Candles:
    stage.data.connection.exchange.market_data = candles  # type: ignore[misc,assignment]
    return candles


def test_what_is_stored_is_asked_of_nobody(stage: MarketStage) -> None:
    exchange = of_exchange(stage, Candles())
    start = UNIT.floor(stage.now) - timedelta(hours=24)
    stage.data.store(BTC, UNIT, start, 48)
    stage.tell_prices()
    stage.data.sparks.want("a", [BTC])
    stage.see(lambda: stage.data.sparks.values(BTC) is not None)
    values = stage.data.sparks.values(BTC)
    assert values is not None
    assert len(values) == 49
    assert values[-1] == 143_285_000
    assert exchange.asked == []


def test_what_is_not_stored_comes_from_the_exchange_a_few_at_a_time(stage: MarketStage) -> None:
    exchange = of_exchange(stage, Candles())
    batches: list[int] = []
    stage.data.sparks.changed.connect(lambda markets: batches.append(len(markets)))
    stage.data.sparks.want("a", ALL)
    stage.see(lambda: all(stage.data.sparks.values(market) is not None for market in ALL))
    assert batches == [4, 1]
    assert sorted(exchange.asked) == sorted(ALL)
    values = stage.data.sparks.values(ETH)
    assert values is not None
    assert values[:2] == (7.0, 8.0)


def test_what_is_known_is_asked_for_again_only_after_a_while(stage: MarketStage) -> None:
    exchange = of_exchange(stage, Candles())
    stage.data.sparks.want("a", [BTC])
    stage.see(lambda: exchange.asked == [BTC])
    stage.see(lambda: not stage.data.sparks._is_reading)
    assert stage.data.sparks._due() == ()
    stage.settings.clock.advance(14 * 60)
    assert stage.data.sparks._due() == ()
    stage.settings.clock.advance(2 * 60)
    stage.see(lambda: exchange.asked == [BTC, BTC])


def test_one_market_that_fails_keeps_no_other_back(stage: MarketStage) -> None:
    of_exchange(stage, Candles(failing=(BTC,)))
    stage.data.sparks.want("a", [BTC, ETH])
    stage.see(lambda: stage.data.sparks.values(ETH) is not None)
    assert stage.data.sparks.values(BTC) is None
    stage.settings.clock.advance(61)
    of_exchange(stage, Candles())
    stage.see(lambda: stage.data.sparks.values(BTC) is not None)


def test_until_candles_are_known_the_line_is_what_was_seen(stage: MarketStage) -> None:
    for number in range(4):
        moment = stage.now + timedelta(seconds=6 * number)
        stage.tell(summaries=[summary_of(BTC, str(100 + number), before="100", at=moment)])
        if number == 0:
            assert stage.data.sparks.values(BTC) is None  # one price is no course
    assert stage.data.sparks.values(BTC) == (100.0, 101.0, 102.0, 103.0, 103.0)
    stage.tell(summaries=[summary_of(BTC, "110", before="100", at=moment + timedelta(seconds=1))])
    assert stage.data.sparks.values(BTC) == (100.0, 101.0, 102.0, 103.0, 110.0)


def test_a_few_candles_of_a_day_are_not_drawn_as_the_day(stage: MarketStage) -> None:
    exchange = of_exchange(stage, Candles(count=5))
    stage.data.sparks.want("a", [BTC])
    stage.see(lambda: exchange.asked == [BTC] and not stage.data.sparks._is_reading)
    assert stage.data.sparks.values(BTC) is None


def test_nobody_looks_and_nothing_is_asked(stage: MarketStage) -> None:
    exchange = of_exchange(stage, Candles())
    stage.data.sparks.want("a", [BTC])
    stage.data.sparks.want("a", ())
    QApplication.processEvents()
    assert exchange.asked == []
