"""One candle → its prints: open → low → high → close. They add up to the candle exactly."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

from upbit_auto_trading.business_logic.domain.candle import Candle
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_rules import TickTable
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.simulation.candle_columns import (
    Integers,
    decimal_of,
    epoch_seconds,
    moment_of_ms,
    seconds_of,
    units_of,
)
from upbit_auto_trading.business_logic.simulation.market_tick import Print
from upbit_auto_trading.business_logic.simulation.path_rows import (
    BareCandles,
    Grid,
    PathSettings,
    PrintRows,
    bare_candles,
    print_rows,
)

__all__ = ["PathSettings", "bare_of", "candle_prints", "path_seed", "prints_of"]


def candle_prints(candle: Candle, ticks: TickTable, seed: int, settings: PathSettings) -> tuple[Print, ...]:
    """In time order, inside the candle. A candle without volume has none."""
    bare = bare_of((candle,), seconds_of(candle.unit))
    if not len(bare):
        return ()
    rows = print_rows(bare, Grid.of(ticks), path_seed(seed, candle.market), settings)
    return prints_of(rows, candle.market)


def path_seed(seed: int, market: Market) -> int:
    """So that two markets with the same candle do not print alike."""
    return int.from_bytes(blake2b(f"{seed}|{market}|path".encode(), digest_size=8).digest(), "little")


def bare_of(candles: tuple[Candle, ...], length: int) -> BareCandles:
    first, high, low, last, volume = (_column(candles, name) for name in ("open", "high", "low", "close", "volume"))
    opened = np.array([epoch_seconds(one.opened_at) for one in candles], dtype=np.int64)
    return bare_candles(opened, (first, high, low, last), volume, length)


def _column(candles: tuple[Candle, ...], name: str) -> Integers:
    try:
        return np.array([units_of(getattr(one, name)) for one in candles], dtype=np.int64)
    except OverflowError as error:
        largest = max(getattr(one, name) for one in candles)
        raise InvalidParameter(name, largest, "too-large-to-replay") from error


def prints_of(rows: PrintRows, market: Market) -> tuple[Print, ...]:
    """Of a single candle. Who took shows in the way of the price; where it stands, as before."""
    prices = rows.price.tolist()
    side = _first_side(prices, bool(rows.coin[0]))
    before, prints = prices[0], []
    for price, quantity, at_ms in zip(prices, rows.quantity.tolist(), rows.at_ms.tolist(), strict=True):
        if price != before:
            side = Side.BUY if price > before else Side.SELL
        prints.append(Print(market, moment_of_ms(at_ms), decimal_of(price), decimal_of(quantity), side))
        before = price
    return tuple(prints)


def _first_side(prices: list[int], coin: bool) -> Side:
    """A path that falls first begins with a sale, one that rises first with a buy."""
    other = next((price for price in prices if price != prices[0]), None)
    is_buy = coin if other is None else other > prices[0]
    return Side.BUY if is_buy else Side.SELL
