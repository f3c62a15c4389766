"""Frames of every type, in both spellings and in lists, become the same values of our domain, exactly."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Context, Decimal

import pytest

from tests.fakes import upbit_frames as frames
from tests.fakes.rest_answers import BTC
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import MarketState
from upbit_auto_trading.business_logic.domain.order import OrderKind, OrderState, Side, TimeInForce
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    OrderBookChanged,
    OwnBalancesChanged,
    OwnOrderChanged,
    PriceSummaryChanged,
    Provenance,
    TradePrinted,
)
from upbit_auto_trading.data_layer.exchanges.upbit.frame_trouble import FrameTrouble
from upbit_auto_trading.data_layer.exchanges.upbit.frames import (
    Decoded,
    ErrorFrame,
    FrameDecoder,
    KnownButUnused,
    StillThere,
    SubscriptionsListed,
    Unreadable,
    UnreadBook,
)

NOW = datetime(2026, 11, 20, tzinfo=UTC)
MARKET_BUY = (
    '{"type":"myOrder","code":"KRW-BTC","uuid":"0b1d5a86","ask_bid":"BID","order_type":"price","state":"trade",'
    '"trade_uuid":"c6d0f6b2","price":118450000,"avg_price":118450000,"volume":0.00008442,"remaining_volume":null,'
    '"executed_volume":0.00008442,"trades_count":1,"reserved_fee":5,"remaining_fee":0.0002255,"paid_fee":4.9997745,'
    '"locked":0.4512255,"executed_funds":9999.549,"time_in_force":null,"trade_fee":4.9997745,"is_maker":false,'
    '"identifier":"mkt-0042","smp_type":"cancel_maker","prevented_volume":0,"prevented_locked":0,'
    '"trade_timestamp":1794979231412,"order_timestamp":1794979231000,"timestamp":1794979231451,'
    '"stream_type":"REALTIME"}'
)
ALL = {
    "ticker": frames.ticker(),
    "trade": frames.trade(),
    "orderbook": frames.book(levels=3),
    "candle": frames.candle(unit="240m"),
    "myOrder": MARKET_BUY,
    "myAsset": frames.own_assets(KRW="1284120.773845121234567890123", BTC="0E-8"),
}


@pytest.fixture
def trouble() -> FrameTrouble:
    return FrameTrouble()


def decode(frame: str | bytes, trouble: FrameTrouble) -> Decoded:
    [decoded] = FrameDecoder(trouble).decode(frame.encode() if isinstance(frame, str) else frame, NOW)
    return decoded


def settled(decoded: Decoded) -> object:
    return decoded.read() if isinstance(decoded, UnreadBook) else decoded


@pytest.mark.parametrize("kind", ALL)
def test_both_spellings_and_both_readings_agree(kind: str, trouble: FrameTrouble) -> None:
    """Another order of the members sends a frame to the tolerant reading, amounts as texts too."""
    frame = ALL[kind]
    expected = settled(decode(frame, trouble))
    short = frames.shortened(frame, kind)
    assert "opening_price" not in short
    assert '"code"' not in short
    assert settled(decode(short, trouble)) == expected
    for one in (frame, short):
        members = json.loads(one, parse_float=str)
        turned_round = json.dumps(dict(reversed(list(members.items()))))
        assert settled(decode(turned_round, trouble)) == expected
        assert settled(decode(f"[{one}]", trouble)) == expected
        assert settled(decode(json.dumps(members), trouble)) == expected
    assert trouble.unreadable_count == 0


def test_a_price_summary(trouble: FrameTrouble) -> None:
    event = decode(frames.ticker(st="SNAPSHOT"), trouble)
    assert isinstance(event, PriceSummaryChanged)
    assert event.provenance is Provenance.SNAPSHOT
    summary = event.summary
    assert (summary.market, str(summary.price)) == (BTC, "118450000.00000000")
    assert str(summary.day_turnover) == "61284417392.8841200000000000"
    assert summary.state is MarketState.TRADING
    assert summary.traded_at == datetime.fromtimestamp(frames.NOW_MS // 1000, UTC)


def test_a_market_that_is_about_to_go(trouble: FrameTrouble) -> None:
    dated = frames.ticker().replace('"delisting_date":null', '"delisting_date":{"year":2026,"month":12,"day":1}')
    event = decode(dated.replace("ACTIVE", "DELISTED"), trouble)
    assert isinstance(event, PriceSummaryChanged)
    assert (event.summary.state, event.summary.delisted_on) == (MarketState.DELISTED, date(2026, 12, 1))
    strange = frames.ticker().replace('"delisting_date":null', '"delisting_date":""').replace("ACTIVE", "SLEEPING")
    event = decode(strange, trouble)
    assert isinstance(event, PriceSummaryChanged)
    assert (event.summary.state, event.summary.delisted_on) == (None, None)


def test_a_trade_keeps_its_64_bit_number(trouble: FrameTrouble) -> None:
    event = decode(frames.trade(number=2**63 - 1), trouble)
    assert isinstance(event, TradePrinted)
    assert event.trade.number == 9_223_372_036_854_775_807
    assert event.trade.taker_side is Side.BUY


def test_a_book_in_exponents_with_padding(trouble: FrameTrouble) -> None:
    frame = (
        '{"type":"orderbook","code":"KRW-BTC","timestamp":1794979231406,"total_ask_size":3.1,"total_bid_size":1.9,'
        '"orderbook_units":[{"ask_price":1.18451E8,"bid_price":1.18449E8,"ask_size":7.53E-4,"bid_size":5.0E-4},'
        '{"ask_price":0,"bid_price":118448000,"ask_size":0E-8,"bid_size":0.02260117}],"stream_type":"SNAPSHOT","level":0}'
    )
    event = settled(decode(frame, trouble))
    assert isinstance(event, OrderBookChanged)
    assert [(f"{level.price:f}", f"{level.quantity:f}") for level in event.book.asks] == [("118451000", "0.000753")]
    assert [f"{level.price:f}" for level in event.book.bids] == ["118449000", "118448000"]


def test_a_candle(trouble: FrameTrouble) -> None:
    event = decode(frames.candle(unit="240m"), trouble)
    assert isinstance(event, CandleChanged)
    assert (event.candle.unit, event.candle.opened_at) == (CandleUnit.HOURS_4, NOW)
    assert str(event.candle.turnover) == "97338211.45210000"


def test_a_fill_of_a_market_buy(trouble: FrameTrouble) -> None:
    event = decode(MARKET_BUY, trouble)
    assert isinstance(event, OwnOrderChanged)
    update, fill = event.update, event.update.fill
    assert (update.kind, update.side, update.state) == (OrderKind.MARKET, Side.BUY, OrderState.OPEN)
    assert update.time_in_force is TimeInForce.IMMEDIATE_OR_CANCEL
    assert (update.client_order_id, update.remaining_quantity) == ("mkt-0042", None)
    assert fill is not None
    assert (fill.trade_id, fill.order_id, str(fill.price)) == ("c6d0f6b2", "0b1d5a86", "118450000")
    assert fill.funds == Decimal("9999.549")
    assert (str(fill.fee), fill.fee_currency, fill.is_maker) == ("4.9997745", "KRW", False)


def test_amounts_of_more_digits_than_a_double_or_the_default_context_holds(trouble: FrameTrouble) -> None:
    price, quantity = "123456789012345678.123456789012345678", "98765432109876543210.000000000000000001"
    event = decode(MARKET_BUY.replace("118450000,", f"{price},", 1).replace("0.00008442", quantity, 1), trouble)
    assert isinstance(event, OwnOrderChanged)
    assert event.update.fill is not None
    assert str(event.update.fill.price) == price
    assert str(event.update.fill.quantity) == quantity
    # the same product in whole numbers
    exact = int(price.replace(".", "")) * int(quantity.replace(".", ""))
    assert int(event.update.fill.funds.scaleb(36, Context(prec=200))) == exact


@pytest.mark.parametrize(
    ("state", "expected"),
    [("wait", OrderState.OPEN), ("watch", OrderState.WATCHING), ("prevented", OrderState.OPEN),
     ("done", OrderState.DONE), ("cancel", OrderState.CANCELLED)],
)  # fmt: skip
def test_states_of_own_orders(state: str, expected: OrderState, trouble: FrameTrouble) -> None:
    event = decode(frames.own_order(state=state, time_in_force="post_only"), trouble)
    assert isinstance(event, OwnOrderChanged)
    assert (event.update.state, event.update.fill) == (expected, None)
    assert event.update.time_in_force is TimeInForce.POST_ONLY


def test_balances_of_which_one_cannot_be_read(trouble: FrameTrouble) -> None:
    frame = '{"type":"myAsset","assets":[{"currency":"KRW","balance":null,"locked":0},' \
            '{"currency":"BTC","balance":"1.5","locked":"0"}]}'  # fmt: skip
    event = decode(frame, trouble)
    assert isinstance(event, OwnBalancesChanged)
    assert [(one.currency, str(one.free)) for one in event.balances] == [("BTC", "1.5")]
    assert trouble.surprising_count == 1


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        ('{"status":"UP"}', StillThere()),
        ('{"error":{"message":"인증 정보가 올바르지 않습니다.","name":"INVALID_AUTH"}}', ErrorFrame("INVALID_AUTH")),
        ('{"type":"announcement","title":"x"}', KnownButUnused("announcement")),
        ('{"ty":"indicator_signal"}', KnownButUnused("indicator_signal")),
        (
            '{"method":"LIST_SUBSCRIPTIONS","result":[{"type":"ticker","codes":["KRW-BTC"]},{"type":"myOrder"}],"ticket":"b"}',
            SubscriptionsListed(frozenset({"ticker", "myOrder"})),
        ),
        (
            '{"mthd":"LIST_SUBSCRIPTIONS","rslt":[{"ty":"ticker","cds":["KRW-BTC"]}],"tckt":"b"}',
            SubscriptionsListed(frozenset({"ticker"})),
        ),
    ],
)
def test_what_is_no_data(frame: str, expected: object, trouble: FrameTrouble) -> None:
    assert decode(frame, trouble) == expected
    assert decode(f"[{frame}]", trouble) == expected


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("ticker", '"trade_price":118450000.00000000', '"trade_price":"NaN"'),
        ("ticker", '"trade_price":118450000.00000000', '"trade_price":"Infinity"'),
        ("ticker", '"trade_price":118450000.00000000', '"trade_price":1e999999999'),
        ("ticker", '"trade_price":118450000.00000000', '"trade_price":-1'),
        ("ticker", '"trade_price":118450000.00000000', '"trade_price":0E-8'),
        ("ticker", '"trade_timestamp":1795132800000', '"trade_timestamp":9e99'),
        ("ticker", "KRW-BTC", "KRWBTC"),
        ("trade", '"ask_bid":"BID"', '"ask_bid":"GIFT"'),
        ("trade", '"sequential_id":17951328000000001', '"sequential_id":1.5'),
        ("candle", '"high_price":118470000.00000000', '"high_price":1'),
        ("candle", "2026-11-20T00:00:00", "yesterday"),
        ("myOrder", '"state":"trade"', '"state":"eaten"'),
        ("myOrder", '"trade_uuid":"c6d0f6b2"', '"trade_uuid":null'),
        ("myOrder", '"volume":0.00008442,"rem', '"volume":null,"rem'),
        ("myOrder", '"executed_volume":0.00008442', '"executed_volume":-1'),
    ],
)
def test_nonsense_is_not_believed(kind: str, old: str, new: str, trouble: FrameTrouble, expected_log: LogGuard) -> None:
    expected_log.expect("a frame could not be read")
    assert old in ALL[kind]
    assert decode(ALL[kind].replace(old, new), trouble) == Unreadable(kind)


def test_a_book_that_makes_no_sense_is_left_out_when_it_is_read(trouble: FrameTrouble, expected_log: LogGuard) -> None:
    expected_log.expect("a frame could not be read")
    decoded = decode(frames.book(levels=2).replace('"ask_size":0.0', '"ask_size":-0.0', 1), trouble)
    assert isinstance(decoded, UnreadBook)
    assert decoded.read() is None
    assert trouble.unreadable_count == 1


def test_trouble_is_told_once_for_each_kind(trouble: FrameTrouble, expected_log: LogGuard) -> None:
    expected_log.expect("a frame could not be read", at_least=2)
    for _ in range(50):
        decode('{"type":"ticker"}', trouble)
        decode("<html>", trouble)
    assert trouble.unreadable_count == 100
    assert len(expected_log.records) == 2


def test_markets_carry_the_name_of_the_exchange_that_speaks_this_protocol(trouble: FrameTrouble) -> None:
    for frame in (frames.ticker(), frames.own_order(), frames.book()):
        [decoded] = FrameDecoder(trouble, "practice").decode(frame.encode(), NOW)
        assert "exchange='practice'" in repr(settled(decoded))
