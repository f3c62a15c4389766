"""The last days of another exchange, replayed: fetched by our own client, printed as they were. No internet here."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

import pytest

from tests.contract.practice_exchange.test_built_in_markets import client_of, running
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.simulation.candle_sources import StoredCandles
from upbit_auto_trading.composition_root.practice import downloaded
from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
from upbit_auto_trading.data_layer.practice_exchange.assembly import PracticeOptions
from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.utils.secret import Secret

BTC = Market("upbit", "KRW-BTC")
Row = tuple[str, Decimal, Decimal, Decimal, Decimal, Decimal]


def row_of(candle: dict[str, Any]) -> Row:
    return (
        candle["candle_date_time_utc"],
        *(candle[name] for name in ("opening_price", "high_price", "low_price", "trade_price")),
        candle["candle_acc_trade_volume"],
    )


def rows_of(events: list[dict[str, Any]]) -> list[Row]:
    """Plainly, what a client makes of the trades that it sees."""
    rows: list[Row] = []
    trades = [event for event in events if event["kind"] == "trade"]
    for opened_at, group in groupby(trades, lambda one: CandleUnit.MINUTE.floor(datetime.fromisoformat(one["at"]))):
        made = list(group)
        prices = [Decimal(one["price"]) for one in made]
        volume = sum((Decimal(one["quantity"]) for one in made), Decimal(0))
        rows.append((f"{opened_at:%Y-%m-%dT%H:%M:%S}", prices[0], max(prices), min(prices), prices[-1], volume))
    return rows


@pytest.mark.sheet("3.5", "3.6")
@pytest.mark.parametrize("pace", [Pace.PAUSED, Pace.LOCK_STEP])
def test_what_another_exchange_recorded_is_printed_again(pace: Pace) -> None:
    with running(PracticeOptions(markets=1)) as other:
        candles = downloaded(BTC, 1, SystemClock(), UpbitAddresses(other["rest_url"], other["websocket_url"]))
        source = StoredCandles(ListedMarket(BTC, "비트코인", "Bitcoin"), candles)
        with running(PracticeOptions(markets=0, sources=(source,), pace=pace)) as replaying:
            control = PracticeControl(replaying["control_url"], Secret(replaying["control_token"]))
            begun = CandleUnit.MINUTE.floor(datetime.fromisoformat(control.state()["now"])) + timedelta(minutes=1)
            control.step_until(begun - timedelta(milliseconds=1))
            end = begun + timedelta(minutes=20)
            printed = rows_of(control.step_until(end - timedelta(milliseconds=1))["events"])
            client = client_of(replaying)
            to = f"{end:%Y-%m-%dT%H:%M:%SZ}"
            served = client.get("/v1/candles/minutes/1", market="KRW-BTC", count="20", to=to).json
            client.close()
        client = client_of(other)
        recorded = client.get("/v1/candles/minutes/1", market="KRW-BTC", count="20", to=to).json
        client.close()
    assert len(printed) >= 15
    assert printed == [row_of(candle) for candle in reversed(recorded)]
    assert printed == [row_of(candle) for candle in reversed(served)]
