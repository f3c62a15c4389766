"""Stream frames in the exchange's two spellings, made from what is known of their shape; the values are invented."""

from __future__ import annotations

import json
from collections.abc import Mapping

NOW_MS = 1_795_132_800_000

_TICKER = (
    '{"type":"ticker","code":"%(code)s","opening_price":117900000.00000000,"high_price":118990000.00000000,'
    '"low_price":117215000.00000000,"trade_price":%(price)s,"prev_closing_price":117900000.00000000,'
    '"acc_trade_price":61284417392.8841200000000000,"change":"RISE","change_price":550000.00000000,'
    '"signed_change_price":0E-8,"change_rate":0.0046649703,"signed_change_rate":0.0046649703,"ask_bid":"BID",'
    '"trade_volume":0.00421873,"acc_trade_volume":518.80217745,"trade_date":"20261120","trade_time":"000000",'
    '"trade_timestamp":%(at)d,"acc_ask_volume":249.10088123,"acc_bid_volume":269.70129622,'
    '"highest_52_week_price":168120000.00000000,"highest_52_week_date":"2025-12-02",'
    '"lowest_52_week_price":84310000.00000000,"lowest_52_week_date":"2026-07-14","market_state":"ACTIVE",'
    '"is_trading_suspended":false,"delisting_date":null,"market_warning":"NONE","timestamp":%(at)d,'
    '"acc_trade_price_24h":214907733120.44512000,"acc_trade_volume_24h":1823.11904417,"stream_type":"%(st)s"}'
)
_TRADE = (
    '{"type":"trade","code":"%(code)s","timestamp":%(at)d,"trade_date":"2026-11-20","trade_time":"00:00:00",'
    '"trade_timestamp":%(at)d,"trade_price":%(price)s,"trade_volume":0.00421873,"ask_bid":"BID",'
    '"prev_closing_price":117900000.00000000,"change":"RISE","change_price":550000.0,"sequential_id":%(number)d,'
    '"best_ask_price":118451000,"best_ask_size":0.03190044,"best_bid_price":118449000,"best_bid_size":0.07315002,'
    '"stream_type":"%(st)s"}'
)
_CANDLE = (
    '{"type":"candle.%(unit)s","code":"%(code)s","candle_date_time_utc":"%(opened)s",'
    '"candle_date_time_kst":"2026-11-20T09:00:00","opening_price":118420000.00000000,"high_price":118470000.00000000,'
    '"low_price":118410000.00000000,"trade_price":118450000.00000000,"candle_acc_trade_volume":%(volume)s,'
    '"candle_acc_trade_price":97338211.45210000,"timestamp":%(at)d,"stream_type":"%(st)s"}'
)
_ORDER: dict[str, object] = {
    "type": "myOrder", "code": "KRW-BTC", "uuid": "order-1", "ask_bid": "BID", "order_type": "limit", "state": "wait",
    "trade_uuid": None, "price": 118000000, "avg_price": 0, "volume": 0.5, "remaining_volume": 0.5,
    "executed_volume": 0, "trades_count": 0, "reserved_fee": 5, "remaining_fee": 5, "paid_fee": 0, "locked": 59029500,
    "executed_funds": 0, "time_in_force": None, "trade_fee": None, "is_maker": None, "identifier": "uat-1",
    "smp_type": "cancel_maker", "prevented_volume": 0, "prevented_locked": 0, "trade_timestamp": None,
    "order_timestamp": NOW_MS, "timestamp": NOW_MS, "stream_type": "REALTIME",
}  # fmt: skip

SHORT = {
    "ticker": {
        "type": "ty", "code": "cd", "opening_price": "op", "high_price": "hp", "low_price": "lp", "trade_price": "tp",
        "prev_closing_price": "pcp", "change": "c", "change_price": "cp", "signed_change_price": "scp",
        "change_rate": "cr", "signed_change_rate": "scr", "trade_volume": "tv", "acc_trade_volume": "atv",
        "acc_trade_volume_24h": "atv24h", "acc_trade_price": "atp", "acc_trade_price_24h": "atp24h",
        "trade_date": "tdt", "trade_time": "ttm", "trade_timestamp": "ttms", "ask_bid": "ab", "acc_ask_volume": "aav",
        "acc_bid_volume": "abv", "highest_52_week_price": "h52wp", "highest_52_week_date": "h52wdt",
        "lowest_52_week_price": "l52wp", "lowest_52_week_date": "l52wdt", "market_state": "ms",
        "is_trading_suspended": "its", "delisting_date": "dd", "market_warning": "mw", "timestamp": "tms",
        "stream_type": "st",
    },
    "trade": {
        "type": "ty", "code": "cd", "timestamp": "tms", "trade_date": "td", "trade_time": "ttm",
        "trade_timestamp": "ttms", "trade_price": "tp", "trade_volume": "tv", "ask_bid": "ab",
        "prev_closing_price": "pcp", "change": "c", "change_price": "cp", "sequential_id": "sid",
        "best_ask_price": "bap", "best_ask_size": "bas", "best_bid_price": "bbp", "best_bid_size": "bbs",
        "stream_type": "st",
    },
    "orderbook": {
        "type": "ty", "code": "cd", "timestamp": "tms", "total_ask_size": "tas", "total_bid_size": "tbs",
        "orderbook_units": "obu", "ask_price": "ap", "bid_price": "bp", "ask_size": "as", "bid_size": "bs",
        "stream_type": "st", "level": "lv",
    },
    "candle": {
        "type": "ty", "code": "cd", "candle_date_time_utc": "cdttmu", "candle_date_time_kst": "cdttmk",
        "opening_price": "op", "high_price": "hp", "low_price": "lp", "trade_price": "tp",
        "candle_acc_trade_volume": "catv", "candle_acc_trade_price": "catp", "timestamp": "tms", "stream_type": "st",
    },
    "myOrder": {
        "type": "ty", "code": "cd", "uuid": "uid", "ask_bid": "ab", "order_type": "ot", "state": "s",
        "trade_uuid": "tuid", "price": "p", "avg_price": "ap", "volume": "v", "remaining_volume": "rv",
        "executed_volume": "ev", "trades_count": "tc", "reserved_fee": "rsf", "remaining_fee": "rmf", "paid_fee": "pf",
        "locked": "l", "executed_funds": "ef", "time_in_force": "tif", "trade_fee": "tf", "is_maker": "im",
        "identifier": "id", "smp_type": "smpt", "prevented_volume": "pv", "prevented_locked": "pl",
        "trade_timestamp": "ttms", "order_timestamp": "otms", "timestamp": "tms", "stream_type": "st",
    },
    "myAsset": {
        "type": "ty", "asset_uuid": "astuid", "assets": "ast", "currency": "cu", "balance": "b", "locked": "l",
        "asset_timestamp": "asttms", "timestamp": "tms", "stream_type": "st",
    },
}  # fmt: skip


def ticker(code: str = "KRW-BTC", *, price: str = "118450000.00000000", at: int = NOW_MS, st: str = "REALTIME") -> str:
    return _TICKER % {"code": code, "price": price, "at": at, "st": st}


def trade(
    code: str = "KRW-BTC", *, number: int = 17_951_328_000_000_001, price: str = "118450000.0", at: int = NOW_MS,
    st: str = "REALTIME",
) -> str:  # fmt: skip
    return _TRADE % {"code": code, "price": price, "at": at, "st": st, "number": number}


def candle(
    code: str = "KRW-BTC", *, unit: str = "1m", opened: str = "2026-11-20T00:00:00", volume: str = "0.82183355",
    at: int = NOW_MS, st: str = "REALTIME",
) -> str:  # fmt: skip
    return _CANDLE % {"code": code, "unit": unit, "opened": opened, "volume": volume, "at": at, "st": st}


def book(
    code: str = "KRW-BTC", *, levels: int = 30, best: int = 118_450, at: int = NOW_MS, st: str = "REALTIME"
) -> str:
    """As the wire spells them: large prices with an exponent, sizes with trailing zeros."""
    units = ",".join(
        f'{{"ask_price":{(best + 1 + n) / 1000}E6,"bid_price":{(best - 1 - n) / 1000}E6,'
        f'"ask_size":0.0{319 + n:04d}{(n * 7919) % 10_000:04d},"bid_size":0.07{(n * 104_729) % 1_000_000:06d}}}'
        for n in range(levels)
    )
    return (
        f'{{"type":"orderbook","code":"{code}","timestamp":{at},"total_ask_size":3.10482266,"total_bid_size":1.94070519,'
        f'"orderbook_units":[{units}],"stream_type":"{st}","level":0}}'
    )


def own_order(**changed: object) -> str:
    return json.dumps(_ORDER | changed, separators=(",", ":"))


def own_fill(order: str, number: str, *, executed: float, quantity: float, at: int = NOW_MS, **changed: object) -> str:
    return own_order(
        uuid=order, state="trade", trade_uuid=number, price=118000000, volume=quantity, executed_volume=executed,
        remaining_volume=0.5 - executed, trade_fee=1.5, is_maker=False, trade_timestamp=at, timestamp=at, **changed,
    )  # fmt: skip


def own_assets(**balances: str) -> str:
    items = ",".join(
        f'{{"currency":"{currency}","balance":{balance},"locked":0}}' for currency, balance in balances.items()
    )
    return (
        f'{{"type":"myAsset","asset_uuid":"a","assets":[{items}],"asset_timestamp":{NOW_MS},"timestamp":{NOW_MS},'
        '"stream_type":"REALTIME"}'
    )


def shortened(frame: str, kind: str) -> str:
    """The same frame in the ``SIMPLE`` spelling; the numbers stay as they are written."""
    names: Mapping[str, str] = SHORT[kind]
    for name in sorted(names, key=len, reverse=True):
        frame = frame.replace(f'"{name}":', f'"{names[name]}":')
    return frame
