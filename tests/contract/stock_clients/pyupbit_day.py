"""A day with pyupbit. Runs in its environment; its argument says where the exchange is.

Its addresses are written into each of its functions, so they are changed where the requests leave it.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

import pyupbit
import requests

where = json.loads(sys.argv[1])
LIMIT_SECONDS = 20
#: never set: the exchange is asked again when its answer may have changed
BETWEEN_TWO_LOOKS = threading.Event()
_real_request = requests.Session.request


def _redirected(self: Any, method: str, url: str, **rest: Any) -> Any:
    return _real_request(self, method, url.replace("https://api.upbit.com", where["rest_url"]), **rest)


setattr(requests.Session, "request", _redirected)  # noqa: B010 - its signature is of no interest


def until(question: Any) -> Any:
    deadline = time.monotonic() + LIMIT_SECONDS
    while True:
        answer = question()
        if answer:
            return answer
        assert time.monotonic() < deadline, "not within the limit"
        BETWEEN_TWO_LOOKS.wait(0.05)


assert "KRW-BTC" in pyupbit.get_tickers(fiat="KRW")
price = pyupbit.get_current_price("KRW-BTC")
assert price > 0
frame = pyupbit.get_ohlcv("KRW-BTC", interval="minute1", count=250)
assert len(frame) == 250
assert frame.index.is_monotonic_increasing
assert len(pyupbit.get_ohlcv("KRW-BTC", interval="day", count=5)) == 5
assert pyupbit.get_orderbook("KRW-BTC")["orderbook_units"]
print("ok prices", price, flush=True)
client = pyupbit.Upbit(where["access_key"], where["secret_key"])
krw = client.get_balance("KRW")
assert krw > 1_000_000
assert client.get_chance("KRW-BTC")["market"]["state"] == "active"
low = pyupbit.get_tick_size(price * 0.9)
order = client.buy_limit_order("KRW-BTC", low, 0.001)
assert order["state"] == "wait", order
assert order["uuid"] in [found["uuid"] for found in client.get_order("KRW-BTC")]
assert client.get_order(order["uuid"])["uuid"] == order["uuid"]
# it cancels with a body: as documented that is refused, and it answers with nothing
assert client.cancel_order(order["uuid"]) is None
requests.post(
    where["control_url"] + "/switches",
    json={"cancel-body": "taken"},
    headers={"Authorization": f"Bearer {where['control_token']}"},
    timeout=LIMIT_SECONDS,
).raise_for_status()
assert client.cancel_order(order["uuid"])["uuid"] == order["uuid"]
until(lambda: client.get_order(order["uuid"])["state"] == "cancel")
bought = client.buy_market_order("KRW-BTC", 100_000)
done = until(lambda: (lambda found: found if found["state"] == "cancel" else None)(client.get_order(bought["uuid"])))
volume = float(done["executed_volume"])
assert volume > 0
sold = client.sell_market_order("KRW-BTC", round(volume / 2, 8))
until(lambda: client.get_order(sold["uuid"])["state"] == "done")
assert client.get_balance("KRW") < krw
print("ok orders", volume, flush=True)
print("the day is over", flush=True)
