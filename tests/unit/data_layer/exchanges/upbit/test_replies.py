"""Answers of the facts sheet, in words of our domain."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.fakes import upbit_payloads as payloads
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import Caution, Market, MarketState
from upbit_auto_trading.business_logic.domain.market_view import BookLevel
from upbit_auto_trading.business_logic.domain.order import (
    FilledHow,
    OrderKind,
    OrderState,
    SelfMatch,
    Side,
    TimeInForce,
)
from upbit_auto_trading.data_layer.exchanges.upbit.json_answers import Malformed, decode
from upbit_auto_trading.data_layer.exchanges.upbit.order_replies import AccountReplies
from upbit_auto_trading.data_layer.exchanges.upbit.replies import MarketReplies
from upbit_auto_trading.data_layer.exchanges.upbit.unreadable import UnreadableAnswers

BTC = Market("upbit", "KRW-BTC")
MARKETS = MarketReplies("upbit")
TRADED_AT = datetime(2026, 11, 18, 5, 20, 31, 412000, tzinfo=UTC)


def account_replies() -> AccountReplies:
    return AccountReplies("upbit", UnreadableAnswers("upbit"))


def test_numbers_keep_every_digit_in_any_spelling() -> None:
    answer = decode(
        b'[118450000.00000000, 1.18451E8, 0E-8, "7.53E-4", 17949792314120001, 61284417392.8841200000000000]'
    )
    assert answer == [
        Decimal("118450000"),
        Decimal(118451000),
        Decimal(0),
        "7.53E-4",
        17949792314120001,
        Decimal("61284417392.88412"),
    ]
    assert not any(isinstance(one, float) for one in answer)


def test_one_absurd_number_does_not_take_the_answer_with_it() -> None:
    assert decode(b"[1.5, 1e99999999999999999999]") == [Decimal("1.5"), None]


@pytest.mark.parametrize("body", [b"", b"<html>502</html>", b"\xff\xfe", b"[1,", b"[" * 100_000, b"NaN", b"[1]x"])
def test_what_is_no_json_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        decode(body)
    assert caught.value.reason == "not-json"


def test_a_byte_order_mark_is_passed_over() -> None:
    assert decode(b"\xef\xbb\xbf{}") == {}


def test_a_market_with_its_cautions() -> None:
    item = json.loads(json.dumps(payloads.MARKET))
    item["market_event"]["warning"] = True
    item["market_event"]["caution"]["SOMETHING_NEW"] = True
    listed = MARKETS.listed_market(item)
    assert (listed.market, listed.korean_name, listed.english_name) == (BTC, "비트코인", "Bitcoin")
    assert listed.is_warned
    assert listed.cautions == {Caution.PRICE_DIFFERENCE, Caution.OTHER}
    assert MARKETS.listed_market({"market": "KRW-BTC"}).cautions == frozenset()


def test_a_price_summary() -> None:
    summary = MARKETS.price_summary(decode(payloads.number_text(payloads.TICKER)))
    assert (summary.market, summary.price, summary.day_open) == (BTC, Decimal(118450000), Decimal(117900000))
    assert (summary.day_high, summary.day_low) == (Decimal(118990000), Decimal(117215000))
    assert summary.traded_at == TRADED_AT
    assert summary.day_turnover == Decimal("61284417392.88412")
    assert (summary.day_volume, summary.volume_24h) == (Decimal("518.80217745"), Decimal("1823.11904417"))
    assert summary.turnover_24h == Decimal("214907733120.44512")
    assert (summary.high_52w, summary.low_52w) == (Decimal(168120000), Decimal(84310000))
    assert summary.previous_close == Decimal(117900000)


def test_a_book_without_the_slots_of_zero() -> None:
    book = MARKETS.order_book(decode(payloads.number_text(payloads.BOOK)))
    assert book.asks == (
        BookLevel(Decimal(118451000), Decimal("0.03190044")),
        BookLevel(Decimal(118453000), Decimal("0.000753")),
        BookLevel(Decimal(118460000), Decimal("0.5")),
    )
    assert [level.price for level in book.bids] == [Decimal(118449000), Decimal(118448000)]


def test_an_instrument_spelt_as_texts_or_numbers() -> None:
    for levels in (["0", "10000"], [0, 10000]):
        instrument = MARKETS.instrument({**payloads.INSTRUMENT, "supported_levels": levels})
        assert instrument.tick == 1000
        assert instrument.book_groupings == (Decimal(0), Decimal(10000))


def test_a_trade_tells_the_takers_side_and_its_number() -> None:
    trade = MARKETS.trade(decode(payloads.number_text(payloads.TRADE)))
    assert (trade.number, trade.taker_side, trade.traded_at) == (17949792314120001, Side.BUY, TRADED_AT)
    assert (trade.price, trade.quantity) == (Decimal(118450000), Decimal("0.00421873"))


def test_a_candle() -> None:
    opened_at = datetime(2026, 11, 18, 5, 20, tzinfo=UTC)
    candle = MARKETS.candle(payloads.candle(opened_at, 100), BTC, CandleUnit.MINUTE)
    assert (candle.opened_at, candle.open, candle.high, candle.low, candle.close) == (
        opened_at,
        Decimal(100),
        Decimal(101),
        Decimal(99),
        Decimal(100),
    )
    assert (candle.volume, candle.turnover) == (Decimal(10), Decimal(1000))
    assert candle.last_traded_at == opened_at + timedelta(milliseconds=54)


@pytest.mark.parametrize(
    "change",
    [
        {"market": "KRW-ETH"},
        {"high_price": 50},
        {"low_price": 500},
        {"opening_price": 0},
        {"candle_date_time_utc": "2026-11-18T05:20:30"},
        {"candle_date_time_utc": "yesterday"},
        {"candle_acc_trade_volume": -1},
        {"trade_price": None},
        {"trade_price": True},
        {"trade_price": "1_0"},
    ],
)
def test_a_candle_that_contradicts_itself_is_malformed(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        MARKETS.candle(payloads.candle(datetime(2026, 11, 18, 5, 20, tzinfo=UTC), **change), BTC, CandleUnit.MINUTE)


def test_balances_keep_their_digits_and_no_price_that_means_nothing() -> None:
    replies = account_replies()
    krw, btc = replies.balance(payloads.ACCOUNT_KRW), replies.balance(payloads.ACCOUNT_BTC)
    assert krw.free == Decimal("1284120.77384512345678901234567890")
    assert (krw.locked, krw.average_price) == (Decimal(118059), None)
    assert (btc.total, btc.average_price) == (Decimal("0.01442"), Decimal(112300000))
    assert replies.balance({**payloads.ACCOUNT_BTC, "avg_buy_price_modified": True}).average_price is None
    assert replies.balance({**payloads.ACCOUNT_BTC, "avg_buy_price": "0.0"}).average_price is None


def test_order_terms() -> None:
    terms = account_replies().order_terms(payloads.CHANCE, BTC)
    fees = terms.fees
    assert [fees.maker_buy, fees.taker_buy, fees.maker_sell, fees.taker_sell] == [
        Decimal("0.0003"),
        Decimal("0.0005"),
        Decimal("0.0004"),
        Decimal("0.0006"),
    ]
    assert (terms.minimum_funds, terms.maximum_funds, terms.state) == (
        Decimal(5000),
        Decimal(1_000_000_000),
        MarketState.TRADING,
    )
    assert (terms.quote.free, terms.base.free) == (Decimal("1284120.77384512345678901234567890"), Decimal("0.01342"))
    assert (Side.BUY, OrderKind.MARKET, TimeInForce.IMMEDIATE_OR_CANCEL) in terms.allowed
    assert (Side.SELL, OrderKind.BEST, TimeInForce.FILL_OR_KILL) in terms.allowed
    assert (Side.BUY, OrderKind.LIMIT, TimeInForce.POST_ONLY) in terms.allowed
    assert len(terms.allowed) == 14


def test_order_terms_without_what_may_be_missing(expected_log: LogGuard) -> None:
    expected_log.expect("unfamiliar word")
    given = json.loads(json.dumps(payloads.CHANCE))
    for name in ("maker_bid_fee", "maker_ask_fee", "bid_account"):
        given.pop(name)
    given["market"].update(max_total=None, state="suspended", bid_types=["limit", "something_new"])
    terms = account_replies().order_terms(given, BTC)
    assert (terms.fees.maker_buy, terms.fees.maker_sell) == (Decimal("0.0005"), Decimal("0.0006"))
    assert (terms.maximum_funds, terms.quote.total, terms.state) == (None, Decimal(0), MarketState.HALTED)
    assert {side for side, _kind, _force in terms.allowed} == set(Side)


def test_a_waiting_limit_order() -> None:
    order = account_replies().order(payloads.LIMIT_ORDER)
    assert (order.order_id, order.client_order_id, order.market) == (payloads.ORDER_ID, "cli-0001", BTC)
    assert (order.side, order.kind, order.state) == (Side.BUY, OrderKind.LIMIT, OrderState.OPEN)
    assert order.time_in_force is TimeInForce.UNTIL_CANCELLED
    assert (order.quantity, order.price, order.funds) == (Decimal("0.001"), Decimal(118000000), None)
    assert order.created_at == datetime(2026, 11, 18, 5, 20, 31, tzinfo=UTC)
    assert (order.executed_quantity, order.executed_funds, order.fills) == (Decimal(0), None, None)
    assert order.self_match is SelfMatch.CANCEL_MAKER


def test_a_market_buy_that_ends_in_cancel_was_filled() -> None:
    order = account_replies().order(payloads.MARKET_BUY)
    assert (order.kind, order.funds, order.price, order.quantity) == (OrderKind.MARKET, Decimal(10000), None, None)
    assert (order.state, order.filled) == (OrderState.CANCELLED, FilledHow.FULLY)
    assert order.time_in_force is TimeInForce.IMMEDIATE_OR_CANCEL
    assert order.executed_funds == Decimal("9999.549")
    assert order.paid_fee == Decimal("4.9997745")
    assert order.fills is not None
    fill = order.fills[0]
    assert (fill.price, fill.quantity, fill.funds) == (Decimal(118450000), Decimal("0.00008442"), Decimal("9999.549"))
    assert fill.filled_at == datetime(2026, 11, 18, 5, 20, 31, 412377, tzinfo=UTC)
    assert (fill.fee, fill.fee_currency, fill.side) == (None, "KRW", Side.BUY)


@pytest.mark.parametrize(
    ("change", "kind", "quantity", "price", "funds"),
    [
        ({"ord_type": "market", "side": "ask", "price": None}, OrderKind.MARKET, "0.001", None, None),
        (
            {"ord_type": "best", "volume": None, "remaining_volume": None, "price": "7000"},
            OrderKind.BEST,
            None,
            None,
            "7000",
        ),
        ({"ord_type": "best", "side": "ask", "price": None}, OrderKind.BEST, "0.001", None, None),
        ({"state": "watch", "identifier": None, "smp_type": None}, OrderKind.LIMIT, "0.001", "118000000", None),
    ],
)
def test_each_kind_of_order_by_what_it_names(
    change: dict[str, Any], kind: OrderKind, quantity: str | None, price: str | None, funds: str | None
) -> None:
    order = account_replies().order(payloads.order(**change))

    def amount(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    assert (order.kind, order.quantity, order.price, order.funds) == (
        kind,
        amount(quantity),
        amount(price),
        amount(funds),
    )


def test_words_that_nobody_told_us_do_not_hide_an_order(expected_log: LogGuard) -> None:
    expected_log.expect("unfamiliar word", at_least=4)
    replies = account_replies()
    order = replies.order(payloads.order(state="paused", ord_type="iceberg", time_in_force="gtd", smp_type="both"))
    assert (order.state, order.kind) == (OrderState.OPEN, OrderKind.LIMIT)
    assert (order.time_in_force, order.self_match) == (TimeInForce.UNTIL_CANCELLED, None)
    assert not order.state.is_final, "an unknown state must never pass for an end"
    assert replies.order(payloads.order(state="paused")).state is OrderState.OPEN, "told once"


def test_fills_are_all_there_or_none(expected_log: LogGuard) -> None:
    """One fill that is missing unseen would be a position that is wrong."""
    expected_log.expect("could not be read")
    broken = json.loads(json.dumps(payloads.MARKET_BUY))
    broken["trades"].append({**broken["trades"][0], "price": "many"})
    order = account_replies().order(broken)
    assert order.fills is None
    assert order.executed_quantity == Decimal("0.00008442")


def test_funds_of_a_fill_are_worked_out_exactly_where_they_are_missing() -> None:
    given = json.loads(json.dumps(payloads.MARKET_BUY))
    given["trades"][0].update(price="0.00000001", volume="123456789012345678.12345678", funds=None)
    order = account_replies().order(given)
    assert order.fills is not None
    assert order.fills[0].funds == Decimal("1234567890.1234567812345678")


def test_executed_quantity_may_be_left_out_only_where_it_is_known() -> None:
    replies = account_replies()
    assert replies.order(payloads.order(executed_volume=None)).executed_quantity == 0
    with pytest.raises(Malformed):
        replies.order(payloads.order(executed_volume=None, trades_count=2))


@pytest.mark.parametrize("name", ["market", "uuid", "side", "ord_type", "state", "created_at", "volume"])
def test_an_order_without_what_makes_it_one_is_malformed(name: str) -> None:
    with pytest.raises(Malformed):
        account_replies().order({key: value for key, value in payloads.LIMIT_ORDER.items() if key != name})
