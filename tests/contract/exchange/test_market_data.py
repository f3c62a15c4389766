"""The public part of the port: markets, summaries, books, instruments and trades."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.contract.exchange.floor import Floor
from tests.contract.exchange.recorded_market import BITCOIN, RIPPLE, START, candles_of
from tests.contract.exchange.venue import BUILT_IN
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, MarketUnknown
from upbit_auto_trading.business_logic.domain.market import Caution, Instrument, Market, MarketState
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade, OrderBook, PriceSummary
from upbit_auto_trading.business_logic.domain.order import OrderState, Side

LISTED = {"KRW-BTC", "KRW-XRP", "BTC-ETH", BUILT_IN}
_DAY = timedelta(days=1)


def test_markets_are_listed_once_under_the_name_of_the_exchange(floor: Floor) -> None:
    listed = floor.market_data.markets()
    assert {str(one.market) for one in listed} == {f"{floor.name}:{code}" for code in LISTED}
    assert len(listed) == len(LISTED)
    ether = next(one for one in listed if one.market.code == BUILT_IN)
    assert (ether.korean_name, ether.english_name, ether.is_warned) == ("이더리움", "Ethereum", False)
    floor.control.set_market("KRW-XRP", "delisted")
    assert "KRW-XRP" not in {one.market.code for one in floor.market_data.markets()}


def test_what_the_exchange_warns_of_is_told_with_the_market(floor: Floor) -> None:
    floor.control.alert("KRW-XRP", is_warned=True)
    floor.control.alert("BTC-ETH", cautions=["price-fluctuation", "few-accounts"])
    listed = {one.market.code: one for one in floor.market_data.markets()}
    assert {code for code, one in listed.items() if one.is_warned} == {"KRW-XRP"}
    assert listed["BTC-ETH"].cautions == {Caution.PRICE_FLUCTUATION, Caution.FEW_ACCOUNTS}
    assert listed["KRW-XRP"].cautions == frozenset()
    placed = floor.resting("100", code="KRW-XRP")
    assert floor.order(placed).state is OrderState.OPEN, "a warning is no reason not to trade"
    floor.control.reset()
    assert not any(one.is_warned or one.cautions for one in floor.market_data.markets())


def test_a_summary_tells_the_day_to_the_digit(floor: Floor) -> None:
    bitcoin, ripple = floor.market_data.price_summaries([floor.market(), floor.market("KRW-XRP")])
    traded = [row for row in BITCOIN.rows() if row.opened_at < START]
    days = candles_of(traded, CandleUnit.DAY)
    today, yesterday = days[START.replace(hour=0, minute=0)], days[START.replace(hour=0, minute=0) - _DAY]
    assert (bitcoin.market.code, ripple.market.code) == ("KRW-BTC", "KRW-XRP")
    assert bitcoin.price == traded[-1].close
    assert (bitcoin.day_open, bitcoin.day_high, bitcoin.day_low) == (today.open, today.high, today.low)
    assert (bitcoin.previous_close, bitcoin.day_volume) == (yesterday.close, today.volume)
    of_24_hours = [row.volume for row in traded if row.opened_at >= START - _DAY]
    assert bitcoin.volume_24h == sum(of_24_hours)
    assert bitcoin.traded_at.tzinfo is not None
    assert traded[-1].opened_at <= bitcoin.traded_at < START
    assert bitcoin.change_fraction == today.close / yesterday.close - 1


def test_all_summaries_of_a_quote_currency(floor: Floor) -> None:
    won = floor.market_data.all_price_summaries(["KRW"])
    assert {one.market.code for one in won} == {"KRW-BTC", "KRW-XRP", BUILT_IN}
    both = floor.market_data.all_price_summaries(["KRW", "BTC"])
    assert {one.market.code for one in both} == LISTED
    assert floor.market_data.all_price_summaries([]) == ()


def test_a_book_has_its_best_levels_first_and_none_that_is_empty(floor: Floor) -> None:
    floor.control.pause()
    floor.venue.passes(1)
    (whole,) = floor.market_data.order_books([floor.market()])
    assert 10 < len(whole.asks) <= floor.exchange.capabilities.book_depth
    for levels, is_ascending in ((whole.asks, True), (whole.bids, False)):
        prices = [level.price for level in levels]
        assert prices == sorted(set(prices), reverse=not is_ascending)
        assert all(level.quantity > 0 and level.price > 0 for level in levels)
    assert whole.spread is not None
    assert whole.spread > 0
    assert abs((whole.changed_at - floor.venue.now()).total_seconds()) < 5
    (some,) = floor.market_data.order_books([floor.market()], depth=3)
    assert (some.asks, some.bids) == (whole.asks[:3], whole.bids[:3])


def test_levels_put_together_by_a_grouping_that_the_market_offers(floor: Floor) -> None:
    floor.control.pause()
    floor.venue.passes(1)
    (instrument,) = floor.market_data.instruments([floor.market()])
    assert (instrument.tick, instrument.book_groupings[0]) == (BITCOIN.tick, Decimal(0))
    step = instrument.book_groupings[1]
    (book,) = floor.market_data.order_books([floor.market()], grouping=step)
    assert all(level.price % step == 0 for level in (*book.asks, *book.bids))
    with pytest.raises(InvalidParameter):
        floor.market_data.order_books([floor.market()], grouping=step + 1)


def test_instruments_follow_the_price(floor: Floor) -> None:
    bitcoin, ripple, ether = floor.market_data.instruments(
        floor.market(code) for code in ("KRW-BTC", "KRW-XRP", "BTC-ETH")
    )
    assert (bitcoin.tick, ripple.tick, ether.tick) == (Decimal(1_000), Decimal(1), Decimal("0.00000001"))
    assert ether.book_groupings in ((), (Decimal(0),))


def all_trades(floor: Floor, count: int) -> tuple[MarketTrade, ...]:
    return floor.market_data.trades(floor.market(), count=count)


def test_trades_come_oldest_first_and_go_on_before_a_number(floor: Floor) -> None:
    newest = all_trades(floor, 5)
    assert len(newest) == 5
    assert [trade.number for trade in newest] == sorted(trade.number for trade in newest)
    assert newest[-1].price == [row for row in BITCOIN.rows() if row.opened_at < START][-1].close
    more = all_trades(floor, 12)
    assert more[-5:] == newest
    before = floor.market_data.trades(floor.market(), count=7, before_number=newest[0].number)
    assert before == more[:7]
    assert all_trades(floor, 0) == ()


def test_more_trades_than_a_page_are_read_without_hole_or_repetition(floor: Floor) -> None:
    trades = all_trades(floor, 1_200)
    numbers = [trade.number for trade in trades]
    assert len(trades) == 1_200
    assert numbers == sorted(set(numbers))
    # what was traded in whole minutes is the volume of their candles
    first = trades[0].traded_at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    wanted = [row for row in BITCOIN.rows() if first <= row.opened_at < START]
    assert sum(trade.quantity for trade in trades if trade.traded_at >= first) == sum(row.volume for row in wanted)


def test_trades_of_an_earlier_day(floor: Floor) -> None:
    yesterday = floor.market_data.trades(floor.market(), count=3, days_ago=1)
    assert len(yesterday) == 3
    assert all(trade.traded_at < START.replace(hour=0, minute=0) for trade in yesterday)
    with pytest.raises(InvalidParameter):
        floor.market_data.trades(floor.market(), count=1, days_ago=8)


def test_a_trade_tells_who_took(floor: Floor) -> None:
    floor.bought_by_other("6000000")
    bought = all_trades(floor, 1)[0]
    floor.sold_by_other("0.05")
    sold = all_trades(floor, 1)[0]
    assert (bought.taker_side, sold.taker_side) == (Side.BUY, Side.SELL)
    assert (sold.quantity, sold.price) == (Decimal("0.05"), floor.best()[1])
    assert bought.number < sold.number


@pytest.mark.parametrize("ask", ["summaries", "books", "instruments"])
def test_one_market_that_is_gone_does_not_hide_the_others(floor: Floor, ask: str) -> None:
    markets = [floor.market(), floor.market("KRW-XRP"), floor.market("KRW-NOPE")]
    floor.control.set_market("KRW-XRP", "delisted")

    def found(asked: list[Market]) -> tuple[PriceSummary | OrderBook | Instrument, ...]:
        if ask == "summaries":
            return floor.market_data.price_summaries(asked)
        return floor.market_data.order_books(asked) if ask == "books" else floor.market_data.instruments(asked)

    assert [one.market.code for one in found(markets)] == ["KRW-BTC"]
    with pytest.raises(MarketUnknown):
        found(markets[1:])
    assert found([]) == ()


def test_a_market_that_nobody_knows_has_neither_trades_nor_candles(floor: Floor) -> None:
    nowhere = floor.market("KRW-NOPE")
    with pytest.raises(MarketUnknown):
        floor.market_data.trades(nowhere, count=1)
    with pytest.raises(MarketUnknown):
        floor.market_data.candles_before(nowhere, CandleUnit.DAY, None, 1)


def test_markets_of_another_exchange_are_refused_before_anything_is_sent(floor: Floor) -> None:
    with pytest.raises(InvalidParameter):
        floor.market_data.price_summaries([Market("elsewhere", "KRW-BTC")])


def test_a_halted_market_can_still_be_read(floor: Floor) -> None:
    floor.control.set_market("KRW-XRP", MarketState.HALTED.value)
    (summary,) = floor.market_data.price_summaries([floor.market("KRW-XRP")])
    assert summary.price == [row for row in RIPPLE.rows() if row.opened_at < START][-1].close


def test_times_are_aware_and_in_utc(floor: Floor) -> None:
    (summary,) = floor.market_data.price_summaries([floor.market()])
    (trade,) = all_trades(floor, 1)
    (candle,) = floor.market_data.candles_before(floor.market(), CandleUnit.MINUTE, None, 1)
    for moment in (summary.traded_at, trade.traded_at, candle.opened_at):
        assert moment.tzinfo is UTC
        assert moment < datetime(2026, 2, 5, tzinfo=UTC)
