"""Answers in the shapes of the facts sheet, with values made up for the tests."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

TRADED_MS = 1794979231412
ORDER_ID = "5d1f7c1e-8a52-4d5f-b7f5-1f0d9a2c7e44"


def number_text(payload: str) -> bytes:
    """Numbers keep the spelling that is written here: ``json.dumps`` would lose zeros and exponents."""
    json.loads(payload)
    return payload.encode()


TICKER = """{"market":"KRW-BTC","trade_date":"20261118","trade_time":"052031","trade_date_kst":"20261118",
"trade_time_kst":"142031","trade_timestamp":1794979231412,"opening_price":117900000.00000000,
"high_price":118990000.00000000,"low_price":117215000.00000000,"trade_price":118450000.00000000,
"prev_closing_price":117900000.00000000,"change":"RISE","change_price":550000.00000000,"change_rate":0.0046649703,
"signed_change_price":550000.00000000,"signed_change_rate":0.0046649703,"trade_volume":0.00421873,
"acc_trade_price":61284417392.8841200000000000,"acc_trade_price_24h":214907733120.44512000,
"acc_trade_volume":518.80217745,"acc_trade_volume_24h":1823.11904417,"highest_52_week_price":168120000.00000000,
"highest_52_week_date":"2025-12-02","lowest_52_week_price":84310000.00000000,"lowest_52_week_date":"2026-07-14",
"timestamp":1794979231451}"""
BOOK = """{"market":"KRW-BTC","timestamp":1794979231406,"total_ask_size":3.10482266,"total_bid_size":1.94070519,
"orderbook_units":[
{"bid_price":118449000,"bid_size":0.07315002,"ask_price":1.18451E8,"ask_size":0.03190044},
{"bid_price":118448000,"bid_size":0.02260117,"ask_price":118453000,"ask_size":7.53E-4},
{"bid_price":0,"bid_size":0,"ask_price":118460000,"ask_size":0.5}],"level":0}"""
TRADE = """{"market":"KRW-BTC","trade_date_utc":"2026-11-18","trade_time_utc":"05:20:31","timestamp":1794979231412,
"trade_price":118450000.0,"trade_volume":0.00421873,"prev_closing_price":117900000.0,"change_price":550000.0,
"ask_bid":"BID","sequential_id":17949792314120001}"""
MARKET = {
    "market": "KRW-BTC",
    "korean_name": "비트코인",
    "english_name": "Bitcoin",
    "market_event": {
        "warning": False,
        "caution": {
            "PRICE_FLUCTUATIONS": False,
            "TRADING_VOLUME_SOARING": False,
            "DEPOSIT_AMOUNT_SOARING": False,
            "GLOBAL_PRICE_DIFFERENCES": True,
            "CONCENTRATION_OF_SMALL_ACCOUNTS": False,
        },
    },
}
INSTRUMENT = {
    "market": "KRW-BTC",
    "quote_currency": "KRW",
    "tick_size": "1000",
    "supported_levels": ["0", "10000", "100000"],
}
ACCOUNT_KRW = {
    "currency": "KRW",
    "balance": "1284120.77384512345678901234567890",
    "locked": "118059",
    "avg_buy_price": "0",
    "avg_buy_price_modified": True,
    "unit_currency": "KRW",
}
ACCOUNT_BTC = {
    "currency": "BTC",
    "balance": "0.01342",
    "locked": "0.001",
    "avg_buy_price": "112300000",
    "avg_buy_price_modified": False,
    "unit_currency": "KRW",
}
CHANCE: dict[str, Any] = {
    "bid_fee": "0.0005",
    "ask_fee": "0.0006",
    "maker_bid_fee": "0.0003",
    "maker_ask_fee": "0.0004",
    "market": {
        "id": "KRW-BTC",
        "name": "BTC/KRW",
        "order_types": ["limit"],
        "order_sides": ["ask", "bid"],
        "bid_types": ["best_fok", "best_ioc", "limit", "limit_fok", "limit_ioc", "price"],
        "ask_types": ["best_fok", "best_ioc", "limit", "limit_fok", "limit_ioc", "market"],
        "bid": {"currency": "KRW", "min_total": "5000"},
        "ask": {"currency": "BTC", "min_total": "5000"},
        "max_total": "1000000000",
        "state": "active",
    },
    "bid_account": ACCOUNT_KRW,
    "ask_account": ACCOUNT_BTC,
}
LIMIT_ORDER: dict[str, Any] = {
    "market": "KRW-BTC",
    "uuid": ORDER_ID,
    "side": "bid",
    "ord_type": "limit",
    "price": "118000000",
    "state": "wait",
    "created_at": "2026-11-18T14:20:31+09:00",
    "volume": "0.001",
    "remaining_volume": "0.001",
    "executed_volume": "0",
    "reserved_fee": "59",
    "remaining_fee": "59",
    "paid_fee": "0",
    "locked": "118059",
    "trades_count": 0,
    "identifier": "cli-0001",
    "smp_type": "cancel_maker",
    "prevented_volume": "0",
    "prevented_locked": "0",
}
MARKET_BUY: dict[str, Any] = {
    "market": "KRW-BTC",
    "uuid": "0b1d5a86-6d07-4f11-9a3c-6a3f2f0f9b10",
    "side": "bid",
    "ord_type": "price",
    "price": "10000",
    "state": "cancel",
    "created_at": "2026-11-18T14:20:31+09:00",
    "executed_volume": "0.00008442",
    "reserved_fee": "5",
    "remaining_fee": "0.0002255",
    "paid_fee": "4.9997745",
    "locked": "0.4512255",
    "trades_count": 1,
    "smp_type": "cancel_maker",
    "prevented_locked": "0",
    "trades": [
        {
            "market": "KRW-BTC",
            "uuid": "c6d0f6b2-54a3-4f7e-8e0e-2f2b3f8f6d55",
            "price": "118450000",
            "volume": "0.00008442",
            "funds": "9999.549",
            "trend": "up",
            "created_at": "2026-11-18T14:20:31.412377+09:00",
            "side": "bid",
        }
    ],
}
WALLET = {
    "currency": "BTC",
    "wallet_state": "working",
    "block_state": "normal",
    "block_height": 976231,
    "block_updated_at": "2026-11-18T05:12:44.180+00:00",
    "block_elapsed_minutes": 8,
    "net_type": "BTC",
    "network_name": "Bitcoin",
}


def order(number: int = 0, **changes: Any) -> dict[str, Any]:
    """Members whose change is None are left out, as the exchange does with null."""
    made = {**LIMIT_ORDER, "uuid": order_id(number), "identifier": f"cli-{number:04}", **changes}
    return {name: value for name, value in made.items() if value is not None}


def order_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def cancelled(accepted: list[int], refused: list[int] = []) -> dict[str, Any]:  # noqa: B006  # never changed
    def part(numbers: list[int]) -> dict[str, Any]:
        items = [
            {"uuid": order_id(number), "market": "KRW-BTC", "identifier": f"cli-{number:04}"} for number in numbers
        ]
        return {"count": len(items), "orders": items}

    return {"success": part(accepted), "failed": part(refused)}


def candle(opened_at: datetime, price: int = 100, market: str = "KRW-BTC", **changes: Any) -> dict[str, Any]:
    return {
        "market": market,
        "candle_date_time_utc": opened_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "candle_date_time_kst": (opened_at + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M:%S"),
        "opening_price": price,
        "high_price": price + 1,
        "low_price": price - 1,
        "trade_price": price,
        "timestamp": int(opened_at.timestamp() * 1000) + 54,
        "candle_acc_trade_price": 1000,
        "candle_acc_trade_volume": 10,
        **changes,
    }


def trade(number: int, **changes: Any) -> dict[str, Any]:
    return {**json.loads(TRADE), "sequential_id": number, **changes}


def ticker(market: str) -> dict[str, Any]:
    return {**json.loads(TICKER), "market": market}
