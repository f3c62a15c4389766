"""Which world a practice exchange is: the same markets with the same past have the same fingerprint, on any day.

Candles that were downloaded from one world must not be continued with those of another. Speed, time, balances and
orders are no part of it; what own orders printed into candles is not either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from upbit_auto_trading.business_logic.simulation.candle_sources import CandleSource, StoredCandles
from upbit_auto_trading.business_logic.simulation.market_generator import FIRST_AT
from upbit_auto_trading.data_layer.practice_exchange.first_moment import HISTORY

#: of what a market is at one moment: other figures out of the same seed are another world
_SAMPLE: Final = timedelta(minutes=3)


def world_fingerprint(seed: int, given: Iterable[StoredCandles], built_in: Iterable[CandleSource]) -> str:
    """``given`` are files; the days before their first candle are made from the seed."""
    seen = hashlib.sha256(f"{seed} {FIRST_AT.isoformat()} {HISTORY.days}".encode())
    for stored in sorted(given, key=lambda one: one.market):
        seen.update(f"|{stored.market.code} {stored.unit.value} {stored.first_at.isoformat()}".encode())
        for candle in stored.candles(stored.first_at, stored.ends_at):
            numbers = (candle.open, candle.high, candle.low, candle.close, candle.volume)
            seen.update(f"{candle.opened_at.isoformat()} {numbers}".encode())
    others = sorted(built_in, key=lambda one: one.market)
    seen.update("|".join(one.market.code for one in others).encode())
    since = FIRST_AT + HISTORY
    for source in others[:1]:
        for candle in source.candles(since, since + _SAMPLE):
            seen.update(f"{candle.opened_at.isoformat()} {candle.close} {candle.volume}".encode())
    return seen.hexdigest()
