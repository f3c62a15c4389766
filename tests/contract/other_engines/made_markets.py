"""Candles for comparisons: of the practice markets, with what real ones have too: holes, spikes, gaps, standstill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np

from tests.fakes.krw_rules import krw_rules
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import derived
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, epoch_second
from upbit_auto_trading.business_logic.simulation.candle_columns import UNIT
from upbit_auto_trading.business_logic.simulation.market_generator import FIRST_AT, GeneratedMarket
from upbit_auto_trading.business_logic.simulation.path_rows import joined_bare
from upbit_auto_trading.business_logic.simulation.practice_markets import PRACTICE_MARKETS

YEAR = 525_600
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Troubles:
    """How many there are in a thousand candles."""

    #: of up to 90 candles that are missing
    holes: float = 0.5
    #: candles that reach up to 5 % further down or up, and come back
    spikes: float = 2.0
    #: from which on every price is up to 2 % elsewhere
    gaps: float = 1.0
    #: of up to 200 candles at one price
    standstills: float = 0.2


CALM = Troubles(0, 0, 0, 0)
TROUBLED = Troubles()


def minutes_of(code: str, count: int, seed: int = 1, troubles: Troubles = CALM) -> CandleSeries:
    """The first so many candles of a practice market."""
    character = next(one for one in PRACTICE_MARKETS if one.market.code == code)
    market = GeneratedMarket(character, krw_rules(), seed)
    parts, found, day = [], 0, epoch_second(FIRST_AT)
    while found < count:
        parts.append(market.bare(day, day + _DAY))
        found, day = found + len(parts[-1].opened), day + _DAY
    rows = joined_bare(parts, 60)
    columns = (
        np.asarray(column[:count] / UNIT) for column in (rows.open, rows.high, rows.low, rows.close, rows.volume)
    )
    series = CandleSeries(character.market, CandleUnit.MINUTE, rows.opened[:count], *columns)
    return series if troubles == CALM else troubled(series, seed, troubles)


def hours_of(series: CandleSeries) -> CandleSeries:
    return derived(series, CandleUnit.HOUR, timedelta(0))


def troubled(series: CandleSeries, seed: int, troubles: Troubles = TROUBLED) -> CandleSeries:
    chance = np.random.default_rng(seed)
    count = len(series)
    prices = np.stack((series.open, series.high, series.low, series.close))
    for row in _places(chance, count, troubles.gaps):
        prices[:, row:] *= 1.0 + chance.uniform(-0.02, 0.02)
    for row in _places(chance, count, troubles.standstills):
        prices[:, row : row + int(chance.integers(1, 200))] = prices[0, row]
    for row in _places(chance, count, troubles.spikes):
        prices[1, row] *= 1.0 + max(0.0, chance.uniform(-0.05, 0.05))
        prices[2, row] *= 1.0 - max(0.0, chance.uniform(-0.05, 0.05))
    is_kept = np.ones(count, dtype=np.bool_)
    for row in _places(chance, count, troubles.holes):
        is_kept[row : row + int(chance.integers(1, 90))] = False
    step = 10.0 ** (np.floor(np.log10(prices.min())) - 5)
    digits = max(0, int(-np.log10(step)) + 1)
    exact = np.round(np.rint(prices / step) * step, digits)
    high, low = np.maximum(exact[1], exact.max(axis=0)), np.minimum(exact[2], exact.min(axis=0))
    changed = CandleSeries(series.market, series.unit, series.opened, exact[0], high, low, exact[3], series.volume)
    return changed.rows(is_kept)


def _places(chance: np.random.Generator, count: int, in_a_thousand: float) -> list[int]:
    return sorted(int(row) for row in chance.integers(1, count, int(count * in_a_thousand / 1000)))


def written(series: CandleSeries, path: Path) -> Path:
    columns = [column.tolist() for column in series.columns]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("timestamp,open,high,low,close,volume\n")
        file.writelines(f"{','.join(map(repr, row))}\n" for row in zip(*columns, strict=True))
    return path
