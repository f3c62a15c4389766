"""The candle store under any order of writes, live candles, folds, compactions and reopenings.

Each run is told to the store in memory as well, which keeps a dictionary; then one clean write must find nothing to do.
"""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.made_candles import BITCOIN, LATER, candle_file
from tests.fakes.memory_candle_store import MemoryCandleStore
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.candle_checks import find_jumps
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, candles_of, moment_of
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.ports.candle_store import SeriesFacts
from upbit_auto_trading.data_layer.storage.candle_store.chunk_codec import (
    decode,
    decode_floats,
    encoded,
    encoded_floats,
)
from upbit_auto_trading.data_layer.storage.candle_store.columns import Columns, columns_of, empty, is_same
from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_reader, open_candle_store
from upbit_auto_trading.data_layer.storage.candle_store.series_table import CHUNK_INTERVALS

UNIT = CandleUnit.MINUTE
#: minutes around two borders of chunks, and what lies between
BORDERS = tuple(number * CHUNK_INTERVALS for number in (1_800, 1_801))
SLOTS = tuple(border + offset for border in BORDERS for offset in range(-12, 12))
CALM, WILD = 100.0, 100.0 / 0.3

prices = st.sampled_from([CALM, 101.5, 99.25, 100.1, 0.1 + 0.2, WILD, 31.0, 1e-12, 1.7e100, 5e-324])


@st.composite
def candles(draw: st.DrawFn) -> tuple[float, ...]:
    first, last = draw(st.just((CALM, CALM)) | st.tuples(prices, prices))
    high = max(first, last, draw(st.just(0.0) | prices))
    low = min(first, last, draw(st.just(1e308) | prices))
    volume = draw(st.sampled_from([0.0, -0.0, 1.0, 0.1, 0.00000001, 123456789.12345678, 1e-9 / 3, 5e-324]))
    return first, high, low, last, volume, draw(st.sampled_from([float("nan"), 0.5, 1e15 / 3]))


@st.composite
def truths(draw: st.DrawFn) -> CandleSeries:
    """All that exists in the slots."""
    chosen = draw(st.lists(st.sampled_from(SLOTS), unique=True, max_size=len(SLOTS)))
    rows = [draw(candles()) for _slot in chosen]
    numbers = np.array(rows, dtype=np.float64).reshape(len(rows), 6).T
    opened = np.array(sorted(chosen), dtype=np.int64) * 60
    return CandleSeries(BITCOIN, UNIT, opened, *(np.ascontiguousarray(column) for column in numbers))


@dataclass(frozen=True)
class Step:
    what: str
    first: int = 0
    end: int = 0


steps = st.one_of(
    st.builds(
        lambda what, ends: Step(what, *sorted(ends)),
        st.sampled_from(["exchange", "stream", "file", "append", "forget"]),
        st.tuples(st.sampled_from(SLOTS), st.sampled_from(SLOTS)),
    ),
    st.sampled_from([Step("reopen"), Step("compact"), Step("read beside")]),
)


def span_of(first: int, end: int) -> Span:
    return Span(moment_of(first * 60), moment_of(end * 60 + 60))


WHOLE = span_of(SLOTS[0], SLOTS[-1])


def provisional(part: CandleSeries) -> tuple[Candle, ...]:
    """As a program that saw only some of the trades built them."""
    return tuple(replace(one, volume=one.volume / 2 + Decimal("0.001")) for one in candles_of(part))


@cache
def empty_file() -> Path:
    """Made once: with its migrations it takes longer than a run."""
    folder = Path(mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = candle_file(folder)
    open_candle_store(path).close()
    return path


class Run:
    """The same told to both."""

    def __init__(self, folder: Path, truth: CandleSeries, fold_rows_at: int) -> None:
        self.truth = truth
        self.path = Path(shutil.copy(empty_file(), folder))
        self.fold_rows_at = fold_rows_at
        self.store = open_candle_store(self.path, fold_rows_at=fold_rows_at)
        self.model = MemoryCandleStore()

    def do(self, step: Step) -> None:
        if step.what == "reopen":
            self.store.close()
            self.store = open_candle_store(self.path, fold_rows_at=self.fold_rows_at)
        elif step.what == "compact":
            self.store.compact()
        elif step.what == "read beside":
            self.compare()
        else:
            span = span_of(step.first, step.end)
            part = self.truth.between(span.start, span.end)
            if step.what == "append":
                appended = provisional(part)
                assert self.store.append(appended, LATER) == self.model.append(appended, LATER)
            elif step.what == "forget":
                assert self.store.forget(BITCOIN, UNIT, span) == self.model.forget(BITCOIN, UNIT, span)
            else:
                self.write(part, span, Origin(step.what))

    def write(self, part: CandleSeries, span: Span, origin: Origin) -> None:
        told = self.store.write(part, span, origin, LATER)
        assert told == self.model.write(part, span, origin, LATER)

    def compare(self) -> None:
        reader = open_candle_reader(self.path)
        whole = span_of(SLOTS[0] - 5, SLOTS[-1] + 5)
        spans = [whole, *(span_of(border - 5, border + 3) for border in BORDERS), span_of(SLOTS[7], SLOTS[7])]
        everything = reader.read(BITCOIN, UNIT, whole).series
        all_jumps = [moment_of(int(everything.opened[row])) for row in find_jumps(everything)]
        for span in spans:
            found = reader.read(BITCOIN, UNIT, span, with_turnover=True)
            wanted = self.model.read(BITCOIN, UNIT, span, with_turnover=True)
            assert same_bits(found.series, wanted.series)
            assert found.covered == wanted.covered
            assert found.jumps == wanted.jumps == tuple(jump for jump in all_jumps if span.holds(jump))
        assert without_sizes(reader.inventory()) == without_sizes(self.model.inventory())
        reader.close()


def same_bits(one: CandleSeries, two: CandleSeries) -> bool:
    mine, yours = columns_of(one), columns_of(two)
    return len(mine) == len(yours) and is_same(mine, yours)


def without_sizes(facts: Sequence[SeriesFacts]) -> list[SeriesFacts]:
    return [replace(one, stored_bytes=0) for one in facts]


RUNS = {"truth": truths(), "done": st.lists(steps, max_size=14), "fold_rows_at": st.sampled_from([0, 3, 10_000])}


@settings(max_examples=25)
@given(**RUNS)
def test_any_order_is_as_good_as_one_clean_write(truth: CandleSeries, done: list[Step], fold_rows_at: int) -> None:
    follow(truth, done, fold_rows_at)


@pytest.mark.long
@settings(max_examples=500)
@given(**RUNS)
def test_many_orders_are_as_good_as_one_clean_write(truth: CandleSeries, done: list[Step], fold_rows_at: int) -> None:
    follow(truth, done, fold_rows_at)


def follow(truth: CandleSeries, done: list[Step], fold_rows_at: int) -> None:
    with TemporaryDirectory() as folder:
        run = Run(Path(folder), truth, fold_rows_at)
        for step in done:
            run.do(step)
        run.compare()
        run.write(truth, WHOLE, Origin.EXCHANGE)
        run.compare()
        assert same_bits(run.store.read(BITCOIN, UNIT, WHOLE, with_turnover=True).series, known(truth, run))
        assert run.store.read(BITCOIN, UNIT, WHOLE).is_complete
        report = run.store.write(truth, WHOLE, Origin.EXCHANGE, LATER + timedelta(days=1))
        assert (report.new, report.changed) == (0, 0)
        run.store.close()


def known(truth: CandleSeries, run: Run) -> CandleSeries:
    """The truth, with turnovers that were told of the same candles before, and minus nothing as nothing."""
    told = run.model.read(BITCOIN, UNIT, WHOLE, with_turnover=True).series
    return replace(truth, volume=truth.volume + 0.0, turnover=told.turnover)


floats = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, min_value=0, exclude_min=True),
    st.integers(1, 10**9).map(float),
    st.tuples(st.integers(1, 10**17), st.integers(0, 14)).map(lambda parts: parts[0] / 10 ** parts[1]),
)


@st.composite
def columns(draw: st.DrawFn) -> Columns:
    """Valid candles of whatever floats there are, of one step or of none."""
    count = draw(st.integers(1, 40))
    source = draw(st.sampled_from([floats, st.integers(1, 5_000).map(lambda n: n * 0.0001), floats.map(np.rint)]))
    numbers = draw(st.lists(source, min_size=4 * count, max_size=4 * count))
    four = np.sort(np.array(numbers, dtype=np.float64).reshape(count, 4) + 5e-324, axis=1)
    swapped = np.array(draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    first = np.where(swapped, four[:, 1], four[:, 2])
    last = np.where(swapped, four[:, 2], four[:, 1])
    gaps = draw(st.lists(st.integers(1, 2_000), min_size=count, max_size=count))
    opened = np.cumsum(np.array(gaps, dtype=np.int64)) * draw(st.sampled_from([1, 60, 86_400]))
    volume = np.array(draw(st.lists(floats | st.just(-0.0), min_size=count, max_size=count)), dtype=np.float64)
    high, low = (np.ascontiguousarray(four[:, place]) for place in (3, 0))
    return Columns(opened, first, high, low, last, volume, None)


@settings(max_examples=150)
@given(columns())
def test_every_bit_of_a_chunk_comes_back(given_columns: Columns) -> None:
    result = empty(len(given_columns), with_turnover=False)
    decode(memoryview(encoded(given_columns)), result)
    mine = (result.opened, *result.prices, result.volume)
    yours = (given_columns.opened, *given_columns.prices, given_columns.volume)
    for one, two in zip(mine, yours, strict=True):
        assert one.view(np.int64).tolist() == two.view(np.int64).tolist()


@settings(max_examples=100)
@given(st.lists(st.floats() | floats, min_size=1, max_size=50))
def test_every_bit_of_any_column_comes_back(numbers: list[float]) -> None:
    column = np.array(numbers, dtype=np.float64)
    result = np.empty(len(column))
    decode_floats(memoryview(encoded_floats(column)), result)
    assert result.view(np.int64).tolist() == column.view(np.int64).tolist()
