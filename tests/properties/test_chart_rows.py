"""Whatever is put into a chart's rows, and in whatever order: what a dictionary would hold that was told the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, epoch_second
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.runtime.chart_rows import ChartRows, Put, RowChange, columns_of, rows_anew

BTC, UNIT, MINUTE = Market("upbit", "KRW-BTC"), CandleUnit.MINUTE, timedelta(minutes=1)
BEGIN = datetime(2026, 11, 20, tzinfo=UTC)
INTERVALS = 30
Candles = dict[int, int]


def at(interval: int) -> datetime:
    return BEGIN + interval * MINUTE


def series(candles: Candles) -> CandleSeries:
    opened = np.array([epoch_second(at(interval)) for interval in sorted(candles)], dtype=np.int64)
    price = np.array([float(candles[interval]) for interval in sorted(candles)])
    return CandleSeries(BTC, UNIT, opened, price, price + 1, price - 1, price, price * 2)


def candles_in(first: int, last: int) -> st.SearchStrategy[Candles]:
    if first >= last:
        return st.just({})
    return st.dictionaries(st.integers(first, last - 1), st.integers(1, 5), max_size=last - first)


@st.composite
def changes(draw: st.DrawFn) -> tuple[tuple[int, int] | None, Candles]:
    if draw(st.booleans()):
        return None, draw(candles_in(0, INTERVALS))
    first = draw(st.integers(0, INTERVALS - 1))
    last = draw(st.integers(first + 1, INTERVALS))
    return (first, last), draw(candles_in(first, last))


class Listener:
    """Keeps the rows by what it is told alone, as a canvas does."""

    def __init__(self, rows: ChartRows) -> None:
        self._rows = rows
        self.seen = self._now()

    def hear(self, put: Put) -> None:
        if not put.is_changed:
            return
        now = self._now()
        if put.is_new:
            self.seen = now
        elif put.prepended:
            self.seen = [*now[: put.prepended], *self.seen]
        else:
            self.seen = [*self.seen[: put.first_row], *now[put.first_row :]]

    def _now(self) -> list[tuple[float, ...]]:
        return list(zip(*(column.tolist() for column in self._rows.columns.copied().columns), strict=True))

    def check(self, model: Candles) -> None:
        expected = list(zip(*(column.tolist() for column in series(model).columns), strict=True))
        assert self._now() == expected
        assert self.seen == expected


@settings(max_examples=150, deadline=None)
@given(st.integers(0, INTERVALS), st.data(), st.lists(changes(), max_size=25))
def test_rows_are_what_was_told_last(
    since: int, data: st.DataObject, told: list[tuple[tuple[int, int] | None, Candles]]
) -> None:
    model = data.draw(candles_in(since, INTERVALS))
    rows = ChartRows(columns_of(series(model), timedelta(0)), at(since))
    listener = Listener(rows)
    known: set[int] = set()
    for span, candles in told:
        if span is not None:
            model = {interval: price for interval, price in model.items() if not span[0] <= interval < span[1]}
            known |= set(range(*span))
        model |= {interval: price for interval, price in candles.items() if interval >= since}
        change = RowChange(series(candles), None if span is None else Span(at(span[0]), at(span[1])))
        listener.hear(rows.put(change))
        listener.check(model)
    covered = {interval for interval in range(INTERVALS) if any(span.holds(at(interval)) for span in rows.known)}
    assert covered == known
    again = data.draw(candles_in(since, INTERVALS))
    listener.hear(rows.replace(rows_anew(rows.begin_reading().series, series(again), timedelta(0)), (), ()))
    listener.check(again)
    older = data.draw(candles_in(-5, min([since, *again])))
    assert rows.prepend(series(older), at(-5)) == len(older)
    assert len(rows) == len(again) + len(older)
