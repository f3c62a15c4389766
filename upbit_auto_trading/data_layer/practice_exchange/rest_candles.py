"""Candle endpoints: sheet 3.6."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.data_layer.practice_exchange import query_times
from upbit_auto_trading.data_layer.practice_exchange.call import Answer, Call, Handler
from upbit_auto_trading.data_layer.practice_exchange.candle_wire import MINUTE_UNITS, candle_members, day_members
from upbit_auto_trading.data_layer.practice_exchange.error_bodies import parameter_invalid, unit_invalid
from upbit_auto_trading.data_layer.practice_exchange.faults import FaultKind
from upbit_auto_trading.data_layer.practice_exchange.number_spelling import NumberForms

MOST: Final = 200
#: seconds are kept for so long
SECONDS_KEPT: Final = timedelta(days=92)


def minute_candles(call: Call) -> Answer:
    unit = MINUTE_UNITS.get(call.path_value)
    if unit is None:
        raise unit_invalid() if call.switch("unit-refusal") == "unit" else parameter_invalid()
    return _candles(call, unit)


def second_candles(call: Call) -> Answer:
    return _candles(call, CandleUnit.SECOND)


def period_candles(unit: CandleUnit) -> Handler:
    return lambda call: _candles(call, unit)


def _candles(call: Call, unit: CandleUnit) -> Answer:
    market = call.quoted_market()
    found = _selected(call, market, unit, _to(call), call.count(1, MOST, parameter_invalid))
    overshoots = call.switch("candle-time") == "overshoot"
    return Answer([candle_members(candle, call.forms, call.now, overshoots=overshoots) for candle in found])


def _to(call: Call) -> datetime | None:
    written = call.parameters.one("to")
    try:
        return None if written is None else query_times.moment(written)
    except InvalidParameter as error:
        raise parameter_invalid() from error


def _selected(call: Call, market: Market, unit: CandleUnit, to: datetime | None, count: int) -> list[Candle]:
    """Newest first, each of them whole: never cut off at ``to``."""
    late = call.fault(FaultKind.MISSING_CANDLES, market=market.code)
    before = None if to is None or to > call.now else to
    found = call.world.candles(market, unit, before, count + (late.amount if late else 0))
    if late is not None:
        hidden_from = unit.floor(call.now)
        for _ in range(late.amount - 1):
            hidden_from = unit.floor(hidden_from - timedelta(seconds=1))
        found = [candle for candle in found if candle.opened_at < hidden_from][:count]
    if unit is CandleUnit.SECOND:
        found = [candle for candle in found if candle.opened_at >= call.now - SECONDS_KEPT]
    return found


def day_candles(call: Call) -> Answer:
    market, to = call.quoted_market(), _to(call)
    count = call.count(1, MOST, parameter_invalid)
    target = call.parameters.one("converting_price_unit")
    # one more, for the close of the day before the oldest
    found = _selected(call, market, CandleUnit.DAY, to, count + 1)
    overshoots = call.switch("candle-time") == "overshoot"
    rates = _rates(call, market, target, to, count) if target else {}
    rows = []
    for place, candle in enumerate(found[:count]):
        before = found[place + 1].close if place + 1 < len(found) else candle.open
        row = candle_members(candle, call.forms, call.now, overshoots=overshoots)
        row |= day_members(before, candle.close, call.forms)
        if target:
            row["converted_trade_price"] = _converted(candle, rates, call.forms)
        rows.append(row)
    return Answer(rows)


def _rates(call: Call, market: Market, target: str, to: datetime | None, count: int) -> dict[datetime, Decimal]:
    """What one unit of the quote currency cost at the close of each day. A market in the target itself has none."""
    if target.upper() != "KRW":
        raise parameter_invalid()
    of_quote = call.world.market(f"KRW-{market.quote}")
    if market.quote == "KRW" or of_quote is None:
        return {}
    return {one.opened_at: one.close for one in _selected(call, of_quote, CandleUnit.DAY, to, count)}


def _converted(candle: Candle, rates: dict[datetime, Decimal], forms: NumberForms) -> object:
    rate = rates.get(candle.opened_at)
    return None if rate is None else forms.candle(candle.close * rate)
