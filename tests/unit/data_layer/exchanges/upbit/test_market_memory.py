from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from tests.fakes.rest_answers import BTC, START, candle_of, summary_of, trade_of
from upbit_auto_trading.business_logic.domain.stream import CandleChanged, PriceSummaryChanged, Provenance, TradePrinted
from upbit_auto_trading.data_layer.exchanges.upbit.frames import UnreadBook
from upbit_auto_trading.data_layer.exchanges.upbit.market_memory import TRADES_REMEMBERED, MarketMemory

STREAM, SNAPSHOT, POLLED, REPAIR = Provenance.STREAM, Provenance.SNAPSHOT, Provenance.POLLED, Provenance.REPAIR


def test_a_price_that_is_older_or_only_repeated_is_not_told() -> None:
    memory = MarketMemory()

    def told(seconds: int, provenance: Provenance) -> bool:
        summary = summary_of(BTC, "1", START + timedelta(seconds=seconds))
        return memory.is_new_price(PriceSummaryChanged(summary, provenance, START))

    assert told(5, SNAPSHOT)
    assert not told(5, SNAPSHOT)
    assert not told(4, STREAM)
    assert told(5, STREAM), "totals of the day move without a trade"
    assert told(6, POLLED)
    assert not told(6, POLLED)


def test_an_older_book_is_not_told() -> None:
    memory = MarketMemory()
    at = [START + timedelta(milliseconds=ms) for ms in (5, 4, 5, 6)]
    assert [memory.is_new_book(UnreadBook(BTC, one, START, lambda: None)) for one in at] == [True, False, True, True]


def test_trades_are_told_once_in_whatever_order() -> None:
    memory = MarketMemory()
    numbers = list(range(1, TRADES_REMEMBERED))
    Random(1).shuffle(numbers)
    assert all(memory.is_new_trade(TradePrinted(trade_of(number), STREAM, START)) for number in numbers)
    assert not any(memory.is_new_trade(TradePrinted(trade_of(number), REPAIR, START)) for number in numbers)
    assert memory.newest_trade(BTC) == TRADES_REMEMBERED - 1


def test_a_gap_larger_than_the_memory_is_told_while_it_is_being_read() -> None:
    memory, last = MarketMemory(), 10 * TRADES_REMEMBERED
    memory.is_new_trade(TradePrinted(trade_of(1), STREAM, START))
    memory.begin_reading_trades(BTC)
    live = range(last, last + 2 * TRADES_REMEMBERED)
    assert all(memory.is_new_trade(TradePrinted(trade_of(number), STREAM, START)) for number in live)
    assert all(memory.is_new_trade(TradePrinted(trade_of(number), REPAIR, START)) for number in range(2, last))
    memory.end_reading_trades(BTC)
    assert not any(memory.is_new_trade(TradePrinted(trade_of(n), REPAIR, START)) for n in range(1, last))


def test_forgotten_trades_may_come_again() -> None:
    memory = MarketMemory()
    trades = [trade_of(number) for number in range(1, 3 * TRADES_REMEMBERED)]
    for trade in trades:
        memory.is_new_trade(TradePrinted(trade, STREAM, START))
    memory.forget_trades(trades[-5:])
    assert memory.newest_trade(BTC) == trades[-6].number
    assert [memory.is_new_trade(TradePrinted(trade, REPAIR, START)) for trade in trades[-6:]] == [False] + [True] * 5


def test_candles_grow_and_old_ones_come_from_rest_alone() -> None:
    memory = MarketMemory()

    def told(minute: int, volume: str, provenance: Provenance) -> bool:
        candle = candle_of(START + timedelta(minutes=minute), volume)
        return memory.is_new_candle(CandleChanged(candle, provenance, START))

    assert told(0, "1", SNAPSHOT)
    assert not told(0, "1", SNAPSHOT)
    assert told(0, "2", STREAM)
    assert not told(0, "1", STREAM)
    assert not told(0, "1", REPAIR), "an answer may be older than the frames"
    assert told(1, "1", STREAM)
    assert not told(0, "9", STREAM)
    assert told(0, "3", REPAIR), "the candle that ended, read once more"
    assert told(1, "1", REPAIR), "confirmed"


def test_markets_do_not_share() -> None:
    memory = MarketMemory()
    other = replace(BTC, code="KRW-ETH")
    assert memory.is_new_trade(TradePrinted(trade_of(1), STREAM, START))
    assert memory.is_new_trade(TradePrinted(trade_of(1, other), STREAM, START))
    assert memory.newest_trade(replace(BTC, code="KRW-XRP")) is None
