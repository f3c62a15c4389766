"""One trader's day with the exchange's own SDK. Runs in the SDK's environment; its argument says where the exchange is.

Prints one line for each step; whatever is not as the SDK promises its users ends the script with a traceback.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any
from uuid import uuid4

from upbit import Upbit, _exceptions

where = json.loads(sys.argv[1])
client = Upbit(
    access_key=where["access_key"],
    secret_key=where["secret_key"],
    base_url=where["rest_url"],
    websocket_base_url=where["websocket_url"].removesuffix("/websocket/v1"),
)
LIMIT_SECONDS = 20
#: never set: the exchange is asked again when its answer may have changed
BETWEEN_TWO_LOOKS = threading.Event()


def step(name: str, detail: object = "") -> None:
    print(f"ok {name} {detail}".rstrip(), flush=True)


def until(question: Any) -> Any:
    deadline = time.monotonic() + LIMIT_SECONDS
    while True:
        answer = question()
        if answer:
            return answer
        assert time.monotonic() < deadline, "not within the limit"
        BETWEEN_TWO_LOOKS.wait(0.05)


def refused(name: str | int, call: Any) -> None:
    try:
        call()
    except _exceptions.APIStatusError as error:
        found = error.body["error"]["name"] if isinstance(error.body, dict) and "error" in error.body else error.body
        found = found if isinstance(found, (str, int)) else error.body["name"]
        assert found == name, f"{found} instead of {name}"
    else:
        raise AssertionError(f"{name} was expected")


# markets and prices
pairs = client.trading_pairs.list(is_details=True)
codes = [pair.market for pair in pairs]
assert "KRW-BTC" in codes
assert pairs[0].market_event is not None
step("markets", len(codes))
tickers = client.tickers.list_by_trading_pairs(markets=",".join(codes[:3]))
assert [ticker.market for ticker in tickers] == codes[:3]
all_tickers = client.tickers.list_by_quote_currencies(quote_currencies="KRW")
assert {ticker.market for ticker in all_tickers} >= {code for code in codes if code.startswith("KRW-")}
price = next(float(ticker.trade_price) for ticker in all_tickers if ticker.market == "KRW-BTC")
step("tickers", price)
book = client.orderbooks.list(markets="KRW-BTC")[0]
assert float(book.orderbook_units[0].bid_price) < float(book.orderbook_units[0].ask_price)
instrument = client.orderbooks.list_instruments(markets="KRW-BTC")[0]
tick = float(instrument.tick_size)
step("books", tick)
trades = client.trades.list(market="KRW-BTC", count=50)
assert len(trades) == 50
step("trades", trades[0].sequential_id)
for unit in (1, 3, 5, 10, 15, 30, 60, 240):
    rows = client.candles.list_minutes(unit=unit, market="KRW-BTC", count=30)
    assert len(rows) > 10, unit
    assert rows[0].candle_date_time_utc > rows[1].candle_date_time_utc
assert len(client.candles.list_days(market="KRW-BTC", count=20)) == 20
assert client.candles.list_weeks(market="KRW-BTC", count=3)
assert client.candles.list_months(market="KRW-BTC", count=1)
assert client.candles.list_years(market="KRW-BTC", count=1)
assert client.candles.list_seconds(market="KRW-BTC", count=10)
older = client.candles.list_minutes(unit=1, market="KRW-BTC", count=5, to=rows[-1].candle_date_time_utc + "Z")
assert older[0].candle_date_time_utc < rows[-1].candle_date_time_utc
step("candles")

# the account
balances = {row.currency: row for row in client.accounts.list()}
assert float(balances["KRW"].balance) > 1_000_000
chance = client.orders.retrieve_chance(market="KRW-BTC")
assert float(chance.bid_fee) > 0
assert chance.market.state == "active"
assert [key.access_key for key in client.api_keys.list()].count(where["access_key"]) == 1
assert client.wallet_status.list()
step("account", balances["KRW"].balance)

# private and public streams, in threads, as an SDK's user would
heard: dict[str, list[Any]] = {
    "myOrder": [],
    "myAsset": [],
    "ticker": [],
    "trade": [],
    "orderbook": [],
    "candle.1m": [],
}


def listen(manager: Any) -> None:
    with manager as stream:
        for event in stream:
            heard.setdefault(event.type, []).append(event)


for manager in (
    client.ws_stream.subscribe_private(my_order=[], my_asset=True),
    client.ws_stream.subscribe(
        ticker=["KRW-BTC"], trade=["KRW-BTC"], orderbook=["KRW-BTC.5"], candle={"1m": ["KRW-BTC"]}
    ),
):
    threading.Thread(target=listen, args=(manager,), daemon=True).start()
until(lambda: all(heard[kind] for kind in ("ticker", "trade", "orderbook", "candle.1m")))
step("public stream", {kind: len(events) for kind, events in heard.items() if events})

# an order of each kind
low = f"{int(price * 0.9 // tick * tick)}"
test = client.orders.test_create(market="KRW-BTC", side="bid", ord_type="limit", price=low, volume="0.001")
assert test.uuid
resting_id = str(uuid4())
resting = client.orders.create(
    market="KRW-BTC", side="bid", ord_type="limit", price=low, volume="0.001", identifier=resting_id
)
assert resting.state == "wait"
assert client.orders.retrieve(uuid=resting.uuid).identifier == resting_id
assert client.orders.retrieve(identifier=resting_id).uuid == resting.uuid
until(lambda: [event for event in heard["myOrder"] if event.uuid == resting.uuid and event.state == "wait"])
assert resting.uuid in [order.uuid for order in client.orders.list_open(market="KRW-BTC", states=["wait", "watch"])]
assert [order.uuid for order in client.orders.list_by_uuids(uuids=[resting.uuid])] == [resting.uuid]
client.orders.cancel(uuid=resting.uuid)
until(lambda: client.orders.retrieve(uuid=resting.uuid).state == "cancel")
until(lambda: [event for event in heard["myOrder"] if event.uuid == resting.uuid and event.state == "cancel"])
step("limit, cancelled")
bought = client.orders.create(market="KRW-BTC", side="bid", ord_type="price", price="100000", identifier=str(uuid4()))
done = until(
    lambda: (lambda order: order if order.state in ("done", "cancel") else None)(
        client.orders.retrieve(uuid=bought.uuid)
    )
)
assert float(done.executed_volume) > 0
assert done.trades
until(lambda: [event for event in heard["myOrder"] if event.uuid == bought.uuid and event.state == "trade"])
until(lambda: heard["myAsset"])
step("market buy", done.state)
volume = f"{float(done.executed_volume) / 4:.8f}"
sold = client.orders.create(market="KRW-BTC", side="ask", ord_type="market", volume=volume)
until(lambda: client.orders.retrieve(uuid=sold.uuid).state == "done")
step("market sell")
best = client.orders.create(market="KRW-BTC", side="bid", ord_type="best", price="20000", time_in_force="ioc")
until(lambda: client.orders.retrieve(uuid=best.uuid).state in ("done", "cancel"))
best = client.orders.create(market="KRW-BTC", side="ask", ord_type="best", volume=volume, time_in_force="ioc")
until(lambda: client.orders.retrieve(uuid=best.uuid).state in ("done", "cancel"))
step("best price")
for force in ("ioc", "fok", "post_only"):
    order = client.orders.create(
        market="KRW-BTC", side="bid", ord_type="limit", price=low, volume="0.001", time_in_force=force
    )
    if force == "post_only":
        client.orders.cancel(uuid=order.uuid)
    until(lambda order=order: client.orders.retrieve(uuid=order.uuid).state == "cancel")
step("time in force")
first = client.orders.create(market="KRW-BTC", side="bid", ord_type="limit", price=low, volume="0.001")
replaced = client.orders.cancel_and_new(
    prev_order_uuid=first.uuid, new_ord_type="limit", new_price=low, new_volume="remain_only"
)
until(lambda: client.orders.retrieve(uuid=replaced.new_order_uuid).state == "wait")
report = client.orders.cancel_by_uuids(uuids=[replaced.new_order_uuid])
assert report.success.count == 1
client.orders.create(market="KRW-BTC", side="bid", ord_type="limit", price=low, volume="0.001")
report = client.orders.cancel_open(cancel_side="all")
assert report.success.count >= 1
until(lambda: not list(client.orders.list_open(market="KRW-BTC")))
closed = client.orders.list_closed(market="KRW-BTC", states=["done", "cancel"])
assert {resting.uuid, bought.uuid, sold.uuid} <= {order.uuid for order in closed}
step("lists", len(closed))

# refusals
refused("order_not_found", lambda: client.orders.retrieve(uuid=str(uuid4())))
refused(
    "duplicated_identifier",
    lambda: client.orders.create(
        market="KRW-BTC", side="bid", ord_type="limit", price=low, volume="0.001", identifier=resting_id
    ),
)
refused(
    "under_min_total_bid",
    lambda: client.orders.create(market="KRW-BTC", side="bid", ord_type="price", price="1000"),
)
refused(
    "insufficient_funds_bid",
    lambda: client.orders.create(market="KRW-BTC", side="bid", ord_type="price", price="900000000"),
)
refused(
    "invalid_price_bid",
    lambda: client.orders.create(
        market="KRW-BTC", side="bid", ord_type="limit", price=f"{int(low) + 1}", volume="0.001"
    ),
)
refused(404, lambda: client.tickers.list_by_trading_pairs(markets="KRW-NONE"))
wrong = client.with_options(secret_key="x" * 40)
refused("jwt_verification", wrong.accounts.list)
step("refusals")
print("the day is over", flush=True)
