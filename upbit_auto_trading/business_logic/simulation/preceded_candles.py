"""Recorded candles with a past of their own kind: generated ones that lead up to their first open."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.business_logic.simulation.candle_columns import UNIT, decimal_of, epoch_seconds
from upbit_auto_trading.business_logic.simulation.candle_sources import StoredCandles
from upbit_auto_trading.business_logic.simulation.market_characters import MarketCharacter
from upbit_auto_trading.business_logic.simulation.market_generator import GeneratedMarket
from upbit_auto_trading.business_logic.simulation.path_rows import BareCandles, PathSettings, joined_bare
from upbit_auto_trading.business_logic.simulation.synthetic_book import BookSettings

_DAY_SECONDS: Final = 86_400
#: so much of the recording is looked at for what the past should be like
_LOOKED_AT_DAYS: Final = 30
_MOST_TRADES, _FEWEST_TRADES = 10.0, 0.01
#: a standard deviation is so many mean distances, of bell-shaped moves, in thousandths
_DEVIATION_PERMILLE: Final = 1_253
_SMALLEST_MOVE_PPM, _LARGEST_MOVE_PPM = 50, 5_000
#: of a free walk the root of 1440 minutes
_MINUTE_MOVES_A_DAY: Final = 38


class PrecededCandles:
    """A ``CandleSource``. The recorded candles stay what they are; only what lies before them is made up."""

    def __init__(self, recorded: StoredCandles, rules: RuleBook, seed: int, past: timedelta) -> None:
        self._recorded = recorded
        self._recorded_at = epoch_seconds(recorded.first_at)
        #: the past of recorded seconds would be minutes, and a source has one unit
        has_past = recorded.unit is CandleUnit.MINUTE
        self._first_at = CandleUnit.DAY.floor(recorded.first_at - past) if has_past else recorded.first_at
        self._past = _leading_to(recorded, rules, seed, self._first_at)

    @property
    def market(self) -> Market:
        return self._recorded.market

    @property
    def listed(self) -> ListedMarket:
        return self._recorded.listed

    @property
    def unit(self) -> CandleUnit:
        return self._recorded.unit

    @property
    def first_at(self) -> datetime:
        return self._first_at

    @property
    def ends_at(self) -> datetime:
        return self._recorded.ends_at

    @property
    def path(self) -> PathSettings:
        return self._recorded.path

    @property
    def book(self) -> BookSettings:
        return self._recorded.book

    def next_from(self, start: int) -> int | None:
        if start < self._recorded_at:
            return max(start, epoch_seconds(self._first_at))
        return self._recorded.next_from(start)

    def bare(self, start: int, end: int) -> BareCandles:
        own = self._recorded.bare(start, end)
        if start >= self._recorded_at or self._first_at == self._recorded.first_at:
            return own
        return joined_bare([self._past.bare(start, min(end, self._recorded_at)), own], own.length)

    def candles(self, start: datetime, end: datetime) -> Sequence[Candle]:
        own = self._recorded.candles(start, end)
        if start >= self._recorded.first_at or self._first_at == self._recorded.first_at:
            return own
        return (*self._past.candles(start, min(end, self._recorded.first_at)), *own)


def _leading_to(recorded: StoredCandles, rules: RuleBook, seed: int, first_at: datetime) -> GeneratedMarket:
    """Scaled so that its price at the first recorded minute is the open of that minute."""
    character = _character_of(recorded)
    unscaled = GeneratedMarket(character, rules, seed, first_at)
    factor = unscaled.factor_at(epoch_seconds(recorded.first_at))
    price = decimal_of(max(round(float(character.usual_price) * UNIT / factor), 1))
    return GeneratedMarket(replace(character, usual_price=price), rules, seed, first_at)


def _character_of(recorded: StoredCandles) -> MarketCharacter:
    """Turnover, moves and silences like those of the first recorded days."""
    begin = epoch_seconds(recorded.first_at)
    rows = recorded.bare(begin, begin + _LOOKED_AT_DAYS * _DAY_SECONDS)
    minutes = (int(rows.opened[-1]) - begin) // rows.length + 1
    columns = (rows.open.tolist(), rows.close.tolist(), rows.volume.tolist())
    turnover = sum(close * volume for _first, close, volume in zip(*columns, strict=True)) // UNIT
    moves = sum(abs(close - first) * 10**6 // first for first, close, _volume in zip(*columns, strict=True))
    minute_ppm = min(max(moves // len(rows) * _DEVIATION_PERMILLE // 1_000, _SMALLEST_MOVE_PPM), _LARGEST_MOVE_PPM)
    silent = 1 - len(rows) / minutes
    trades = min(max(-math.log(silent) if silent > 0 else _MOST_TRADES, _FEWEST_TRADES), _MOST_TRADES)
    listed = recorded.listed
    return MarketCharacter(
        recorded.market,
        listed.korean_name,
        listed.english_name,
        usual_price=decimal_of(int(rows.open[0])),
        day_turnover=decimal_of(max(turnover * _DAY_SECONDS // rows.length // minutes, UNIT)),
        trades_a_minute=Decimal(round(trades * 100)) / 100,
        minute_move_ppm=minute_ppm,
        day_move_ppm=minute_ppm * _MINUTE_MOVES_A_DAY,
        common_permille=0,
    )
