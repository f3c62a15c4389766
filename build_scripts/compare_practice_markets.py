"""Compares the markets of the practice exchange with recorded candles, as the table of docs/practice-markets.md.

``python build_scripts/compare_practice_markets.py [--days 34] [--from 2025-09-01] [NAME=]FILE …`` prints one column for
each file of minute candles and one for each built-in market. Without files it shows the generated markets alone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402 - found through the line above
from numpy.typing import NDArray  # noqa: E402

from upbit_auto_trading.business_logic.domain.balance import FeeRates  # noqa: E402
from upbit_auto_trading.business_logic.domain.candle import CandleUnit  # noqa: E402
from upbit_auto_trading.business_logic.domain.market import Market  # noqa: E402
from upbit_auto_trading.business_logic.domain.market_rules import (  # noqa: E402
    MarketRules,
    RuleBook,
    TickBand,
    TickTable,
)
from upbit_auto_trading.business_logic.simulation.market_generator import GeneratedMarket  # noqa: E402
from upbit_auto_trading.business_logic.simulation.practice_markets import PRACTICE_MARKETS  # noqa: E402
from upbit_auto_trading.data_layer.candle_files import read_candle_file  # noqa: E402
from upbit_auto_trading.data_layer.system_clock import SystemClock  # noqa: E402

Numbers = NDArray[np.float64]
_MINUTES_A_DAY = 1440
_KST_MINUTES = 9 * 60


@dataclass(frozen=True, slots=True)
class Minutes:
    """Candles as columns; ``minute`` counts from 1970."""

    name: str
    minute: NDArray[np.int64]
    open: Numbers
    high: Numbers
    low: Numbers
    close: Numbers
    volume: Numbers


def from_file(argument: str, now: datetime) -> Minutes:
    name, _, path = argument.rpartition("=")
    market = Market("upbit", name or "KRW-BTC")
    candles = list(read_candle_file(Path(path), market, CandleUnit.MINUTE, now))
    minute = np.array([int(one.opened_at.timestamp()) // 60 for one in candles])
    columns = [
        np.array([float(getattr(one, field)) for one in candles])
        for field in ("open", "high", "low", "close", "volume")
    ]
    return Minutes(name or Path(path).name, minute, *columns)


def generated(market: GeneratedMarket, start: datetime, days: int) -> Minutes:
    columns = market.columns(start, start + timedelta(days=days))
    prices = [getattr(columns, field) / 1e8 for field in ("open", "high", "low", "close")]
    volume = columns.volume[:, 0] + columns.volume[:, 1] / 1e8
    return Minutes(market.market.code, columns.opened // 60, *prices, volume)


def every_minute(one: Minutes) -> tuple[Numbers, Numbers]:
    """Close and volume of every minute; one without trades repeats the close before it."""
    place = one.minute - one.minute[0]
    latest = np.maximum.accumulate(np.bincount(place, np.arange(len(place)), place[-1] + 1).astype(np.int64))
    volume = np.bincount(place, one.volume, place[-1] + 1)
    return one.close[latest], volume


def returns(one: Minutes) -> Numbers:
    close, _volume = every_minute(one)
    return np.diff(np.log(close))


def resemblance(series: Numbers, lag: int) -> float:
    apart = series - series.mean()
    return float((apart[:-lag] * apart[lag:]).mean() / (apart * apart).mean())


def kurtosis(series: Numbers) -> float:
    apart = series - series.mean()
    return float((apart**4).mean() / (apart**2).mean() ** 2)


def hourly(one: Minutes) -> Numbers:
    close, _volume = every_minute(one)
    return np.diff(np.log(close[::60]))


def volume_follows_moves(one: Minutes) -> float:
    _close, volume = every_minute(one)
    return float(np.corrcoef(np.log1p(volume[1:]), np.sqrt(np.abs(returns(one))))[0, 1])


def busiest_to_quietest_hour(one: Minutes) -> float:
    hour = (one.minute[1:] + _KST_MINUTES) % _MINUTES_A_DAY // 60
    size = np.abs(np.diff(np.log(one.close)))
    means = np.array([size[hour == each].mean() for each in range(24)])
    return float(means.max() / means.min())


def weekend_to_week(one: Minutes) -> float:
    weekday = ((one.minute[1:] + _KST_MINUTES) // _MINUTES_A_DAY + 3) % 7
    size = np.abs(np.diff(np.log(one.close)))
    return float(size[weekday >= 5].mean() / size[weekday < 5].mean())


def range_to_body(one: Minutes) -> float:
    return float((one.high - one.low).sum() / np.abs(one.close - one.open).sum())


def rank_shape(one: Minutes) -> float:
    """How uneven volume is: its 95th percentile over its median."""
    return float(np.percentile(one.volume, 95) / np.median(one.volume))


Measure = tuple[str, Callable[[Minutes], float], str]
MEASURES: Sequence[Measure] = (
    ("standard deviation of 1 m returns, %", lambda one: float(returns(one).std() * 100), ".4f"),
    ("standard deviation of 60 m returns, %", lambda one: float(hourly(one).std() * 100), ".3f"),
    ("kurtosis of 1 m returns", lambda one: kurtosis(returns(one)), ".1f"),
    ("kurtosis of 60 m returns", lambda one: kurtosis(hourly(one)), ".1f"),
    ("1 m returns, lag 1", lambda one: resemblance(returns(one), 1), ".3f"),
    *(
        (f"size of returns, lag {lag}", lambda one, lag=lag: resemblance(np.abs(returns(one)), lag), ".3f")
        for lag in (1, 10, 60, 240, 1440)
    ),
    (
        "minutes without trades, %",
        lambda one: 100 - 100 * len(one.minute) / (one.minute[-1] - one.minute[0] + 1),
        ".2f",
    ),
    ("flat candles, %", lambda one: float((one.high == one.low).mean() * 100), ".2f"),
    ("close equals next open, %", lambda one: float((one.close[:-1] == one.open[1:]).mean() * 100), ".1f"),
    ("volume with size of return", volume_follows_moves, ".3f"),
    ("volume, 95th percentile to median", rank_shape, ".1f"),
    ("volume, lag 1", lambda one: resemblance(np.log1p(every_minute(one)[1]), 1), ".3f"),
    ("volume, lag 60", lambda one: resemblance(np.log1p(every_minute(one)[1]), 60), ".3f"),
    ("high − low to close − open", range_to_body, ".2f"),
    ("busiest to quietest hour (KST)", busiest_to_quietest_hour, ".2f"),
    ("weekend to week", weekend_to_week, ".2f"),
)


def table(markets: Sequence[Minutes]) -> Iterator[str]:
    yield "| | " + " | ".join(one.name for one in markets) + " |"
    yield "|---" * (len(markets) + 1) + "|"
    for title, measure, shape in MEASURES:
        yield f"| {title} | " + " | ".join(format(measure(one), shape) for one in markets) + " |"


def today_rules() -> RuleBook:
    """The tick sizes of KRW markets since July 2025."""
    bands = [(Decimal(0), Decimal("0.00000001"))]
    bands += [(Decimal(10) ** power, Decimal(10) ** (power - 2)) for power in range(-5, 3)]
    bands += [(Decimal(low), Decimal(tick)) for low, tick in _COARSE_BANDS]
    ticks = TickTable(tuple(TickBand(low, tick) for low, tick in bands))
    fee = Decimal("0.0005")
    since = datetime(2017, 1, 1, tzinfo=UTC)
    rules = MarketRules(since, ticks, Decimal(5000), None, Decimal("0.00000001"), FeeRates(fee, fee, fee, fee))
    return RuleBook("upbit", (("KRW", (rules,)),))


_COARSE_BANDS = (
    (1000, 1), (5000, 5), (10_000, 10), (50_000, 50), (100_000, 100), (500_000, 500), (1_000_000, 1000),
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", metavar="[NAME=]FILE")
    parser.add_argument("--days", type=int, default=34)
    parser.add_argument("--from", dest="start", default="2026-09-01", type=datetime.fromisoformat)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start = options.start.replace(tzinfo=UTC)
    now = SystemClock().now()
    markets = [from_file(one, now) for one in options.files]
    rules = today_rules()
    markets += [generated(GeneratedMarket(one, rules, options.seed), start, options.days) for one in PRACTICE_MARKETS]
    print("\n".join(table(markets)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
