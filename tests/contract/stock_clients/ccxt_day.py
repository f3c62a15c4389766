"""A day with ccxt, REST and streams. Runs in ccxt's environment; its argument says where the exchange is."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from typing import Any

import ccxt
import ccxt.pro

where = json.loads(sys.argv[1])
SYMBOL = "BTC/KRW"
LIMIT_SECONDS = 20
#: never set: the exchange is asked again when its answer may have changed
BETWEEN_TWO_LOOKS = threading.Event()


def pointed_at_practice(client: Any) -> Any:
    client.urls["api"] = {
        "public": where["rest_url"],
        "private": where["rest_url"],
        "ws": where["websocket_url"],
    }
    return client


def settings() -> dict[str, Any]:
    return {"apiKey": where["access_key"], "secret": where["secret_key"], "enableRateLimit": True}


def until(question: Any) -> Any:
    deadline = time.monotonic() + LIMIT_SECONDS
    while True:
        answer = question()
        if answer:
            return answer
        assert time.monotonic() < deadline, "not within the limit"
        BETWEEN_TWO_LOOKS.wait(0.05)


def rest() -> None:
    client = pointed_at_practice(ccxt.upbit(settings()))
    assert SYMBOL in client.load_markets()
    ticker = client.fetch_ticker(SYMBOL)
    book = client.fetch_order_book(SYMBOL)
    assert book["bids"][0][0] < book["asks"][0][0]
    assert len(client.fetch_trades(SYMBOL, limit=20)) == 20
    for unit in ("1m", "5m", "1h", "1d"):
        rows = client.fetch_ohlcv(SYMBOL, unit, limit=10)
        assert len(rows) == 10
        assert rows == sorted(rows)
    print("ok prices", ticker["last"], flush=True)
    free = client.fetch_balance()["KRW"]["free"]
    fees = client.fetch_trading_fee(SYMBOL)
    assert fees["taker"] > 0
    low = client.price_to_precision(SYMBOL, round(ticker["last"] * 0.9, -3))
    order = client.create_order(SYMBOL, "limit", "buy", 0.001, float(low))
    assert order["id"] in [found["id"] for found in client.fetch_open_orders(SYMBOL)]
    client.cancel_order(order["id"], SYMBOL)
    until(lambda: client.fetch_order(order["id"], SYMBOL)["status"] == "canceled")
    print("ok limit, cancelled", flush=True)
    client.options["createMarketBuyOrderRequiresPrice"] = False
    bought = client.create_order(SYMBOL, "market", "buy", 100_000)
    done = until(
        lambda: (lambda found: found if found["filled"] and found["status"] != "open" else None)(
            client.fetch_order(bought["id"], SYMBOL)
        )
    )
    assert done["trades"]
    assert client.fetch_balance()["KRW"]["free"] < free
    sold = client.create_order(SYMBOL, "market", "sell", round(done["filled"] / 2, 8))
    until(lambda: client.fetch_order(sold["id"], SYMBOL)["status"] == "closed")
    assert bought["id"] in [found["id"] for found in client.fetch_canceled_orders(SYMBOL)]
    assert sold["id"] in [found["id"] for found in client.fetch_closed_orders(SYMBOL)]
    print("ok market orders", done["filled"], flush=True)
    for wrong, error in (
        (lambda: client.create_order(SYMBOL, "limit", "buy", 5, float(low)), ccxt.InsufficientFunds),
        (lambda: client.fetch_order("00000000-0000-4000-8000-000000000000", SYMBOL), ccxt.OrderNotFound),
        (lambda: client.create_order(SYMBOL, "limit", "buy", 0.00001, float(low)), ccxt.ExchangeError),
    ):
        try:
            wrong()
        except error as found:
            print("ok refused", type(found).__name__, flush=True)
        else:
            raise AssertionError(f"{error.__name__} was expected")


async def streams() -> None:
    client = pointed_at_practice(ccxt.pro.upbit(settings()))
    try:
        await asyncio.wait_for(client.watch_ticker(SYMBOL), LIMIT_SECONDS)
        await asyncio.wait_for(client.watch_order_book(SYMBOL), LIMIT_SECONDS)
        await asyncio.wait_for(client.watch_trades(SYMBOL), LIMIT_SECONDS)
        print("ok public streams", flush=True)
        orders = asyncio.ensure_future(client.watch_orders(SYMBOL))
        balance = asyncio.ensure_future(client.watch_balance())
        last = (await client.fetch_ticker(SYMBOL))["last"]
        while not orders.done() or not balance.done():
            placed = await client.create_order(SYMBOL, "limit", "buy", 0.001, round(last * 0.9, -3))
            await client.cancel_order(placed["id"], SYMBOL)
            await asyncio.wait([orders, balance], timeout=1)
        assert orders.result()[0]["id"]
        assert balance.result()["KRW"]
        print("ok private streams", flush=True)
    finally:
        await client.close()


rest()
asyncio.run(asyncio.wait_for(streams(), 60))
print("the day is over", flush=True)
