"""Reading: in any thread, beside the one that writes."""

from __future__ import annotations

from datetime import datetime

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import moment_of, no_candles
from upbit_auto_trading.business_logic.domain.coverage import CoveredSpan, Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import SeriesFacts, StoredRange
from upbit_auto_trading.data_layer.storage.candle_store.candle_file import CandleFile
from upbit_auto_trading.data_layer.storage.candle_store.coverage_table import read_coverage
from upbit_auto_trading.data_layer.storage.candle_store.facts import facts_of
from upbit_auto_trading.data_layer.storage.candle_store.range_reader import read_range
from upbit_auto_trading.data_layer.storage.candle_store.series_table import all_series, find_series, seconds_in


class SqliteCandleReader:
    """Implements ``CandleReader``; belongs to the thread that made it."""

    def __init__(self, file: CandleFile) -> None:
        self._file = file

    def read(self, market: Market, unit: CandleUnit, span: Span, *, with_turnover: bool = False) -> StoredRange:
        with self._file.reading() as connection:
            series = find_series(connection, market, unit)
            within = seconds_in([span])
            if series is None or not within:
                covered = () if series is None else read_coverage(connection, series.number, span)
                return StoredRange(span, no_candles(market, unit, with_turnover=with_turnover), covered)
            columns, jumps = read_range(connection, series, within[0], with_turnover=with_turnover)
            covered = read_coverage(connection, series.number, span)
        moments: tuple[datetime, ...] = tuple(moment_of(opened) for opened in jumps.tolist())
        return StoredRange(span, columns.series(market, unit), covered, moments)

    def covered(self, market: Market, unit: CandleUnit, span: Span | None = None) -> tuple[CoveredSpan, ...]:
        with self._file.reading() as connection:
            series = find_series(connection, market, unit)
            return () if series is None else read_coverage(connection, series.number, span)

    def inventory(self) -> tuple[SeriesFacts, ...]:
        with self._file.reading() as connection:
            facts = [facts_of(connection, series) for series in all_series(connection)]
        return tuple(one for one in facts if one.candles or one.known)

    def close(self) -> None:
        self._file.close()
