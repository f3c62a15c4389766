"""Builds what the commands ``backtest`` and ``check`` need: a strategy, candles of files or of the store. No Qt."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.day_starts import day_start_of
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.composition_root.backtest_inputs import CandleFile, LoadedCandles, OpenedStrategy
from upbit_auto_trading.composition_root.market_data import candles_for_reading
from upbit_auto_trading.config.app_paths import AppPaths, find_app_paths
from upbit_auto_trading.data_layer.durable_files import translated_os_error
from upbit_auto_trading.data_layer.system_clock import SystemClock

if TYPE_CHECKING:  # heavy: only where they are used
    from upbit_auto_trading.business_logic.domain.backtest import BacktestResult, BacktestSettings
    from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
    from upbit_auto_trading.business_logic.engine.strategy_run import Progress
    from upbit_auto_trading.business_logic.ports.candle_store import CandleReader
    from upbit_auto_trading.business_logic.ports.strategy import StrategyPlan
    from upbit_auto_trading.business_logic.use_cases.backtest_report import BacktestReport, CandleSource
    from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData

STRATEGIES: Final = "strategies"
#: what a file's own market is called where it is one of no exchange
OF_A_FILE: Final = "file"
#: no strategy of ours is a thousandth of it
_LARGEST_STRATEGY: Final = 5_000_000
#: longer than every unit of a fixed length
_CALENDAR: Final = 28 * 86_400
#: whose rules are known
_WITH_RULES: Final = ("upbit", "practice")


@dataclass(frozen=True, slots=True)
class BacktestDesk:
    """One run of a command on a data folder."""

    paths: AppPaths
    clock: Clock

    # strategies

    def open_strategy(self, written: str, unit: CandleUnit | None = None) -> OpenedStrategy:
        """A file, or the bare name of a built-in one. ``unit`` instead of its own.

        Raises InvalidParameter, InvalidStrategy and StorageError.
        """
        from upbit_auto_trading.component_system.compiler import compile_explained
        from upbit_auto_trading.component_system.half_read import read_or_tell_all
        from upbit_auto_trading.composition_root.user_components import ComponentDesk

        path = self._strategy_path(written)
        content = _bytes_of(path)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InvalidParameter(path.name, len(content), "not-text") from error
        registry = ComponentDesk(self.paths, self.clock).loaded().registry
        definition = read_or_tell_all(text, registry)
        own = definition.unit
        if unit is not None:
            definition = replace(definition, unit=unit)
        digest = hashlib.sha256(content).hexdigest()
        return OpenedStrategy(definition, compile_explained(definition, registry), digest, own)

    def built_in_strategies(self) -> tuple[str, ...]:
        return tuple(sorted(file.stem for file in (self.paths.resources / STRATEGIES).glob("*.json")))

    def _strategy_path(self, written: str) -> Path:
        path = Path(written).expanduser()
        if path.is_file():
            return path
        names = self.built_in_strategies()
        if written in names:
            return self.paths.resources / STRATEGIES / f"{written}.json"
        raise InvalidParameter(path.name or written, written, "no-such-strategy", ", ".join(names))

    # candles

    def of_files(
        self, files: Sequence[CandleFile], plan: StrategyPlan, exchange: str, span: tuple[int | None, int | None]
    ) -> LoadedCandles:
        """``span``: seconds since 1970, each end may be open; candles before it warm up. Raises InvalidParameter and
        StorageError."""
        from upbit_auto_trading.business_logic.use_cases.backtest_data import data_in_unit, refuse_other_quotes
        from upbit_auto_trading.business_logic.use_cases.backtest_report import CandleSource

        refuse_other_quotes([file.market for file in files if file.market is not None])
        day_start = day_start_of(exchange)
        data, sources = [], []
        for file in files:
            rules = None if file.market is None else self._rules(file.market)
            series = _until(self._read(file, plan, exchange), span[1])
            one = data_in_unit(series, plan.unit, day_start, rules)
            finer = None if one.finer is None else one.finer.unit
            data.append(one)
            sources.append(CandleSource(series.market, file.path.name, series.unit, finer, has_rules=rules is not None))
        return LoadedCandles(tuple(data), tuple(sources), span[0])

    def fitting(
        self,
        written: str,
        unit: CandleUnit | None,
        load: Callable[[OpenedStrategy], LoadedCandles],
    ) -> tuple[OpenedStrategy, LoadedCandles]:
        """The strategy and its candles. Where nobody chose a unit and the candles are coarser than those it was written
        for, it runs on theirs, which the result says."""
        strategy = self.open_strategy(written, unit)
        try:
            return strategy, load(strategy)
        except InvalidParameter as error:
            coarser = _coarser(error, strategy.plan.unit)
            if unit is not None or coarser is None:
                raise
        strategy = self.open_strategy(written, coarser)
        return strategy, load(strategy)

    def of_store(self, markets: Sequence[Market], plan: StrategyPlan, span: Span | None) -> LoadedCandles:
        """Raises InvalidParameter and StorageError."""
        from upbit_auto_trading.business_logic.domain.candle_series import epoch_second
        from upbit_auto_trading.business_logic.use_cases.backtest_data import refuse_other_quotes

        refuse_other_quotes(markets)
        with self._reader() as reader:
            if reader is None:
                raise InvalidParameter(markets[0].code, plan.unit.value, "nothing-stored", plan.unit.value)
            found = [self._stored(reader, market, plan, span) for market in markets]
        begin = None if span is None else epoch_second(span.start)
        return LoadedCandles(tuple(data for data, _ in found), tuple(source for _, source in found), begin)

    def known_span(self, markets: Sequence[Market], plan: StrategyPlan) -> Span | None:
        """From the first to the last moment of which anything of any of them is known."""
        from upbit_auto_trading.business_logic.use_cases.read_candles import known_range

        with self._reader() as reader:
            spans = [] if reader is None else [known_range(reader, market, plan.unit) for market in markets]
        known = [span for span in spans if span is not None]
        return Span(min(one.start for one in known), max(one.end for one in known)) if known else None

    # runs

    def run(
        self,
        strategy: OpenedStrategy,
        candles: LoadedCandles,
        settings: BacktestSettings,
        exchange: str,
        progress: Progress | None = None,
    ) -> BacktestResult:
        from upbit_auto_trading.business_logic.use_cases.run_backtest import run_backtest

        return run_backtest(
            strategy.plan,
            candles.data,
            settings,
            day_start=day_start_of(exchange),
            decide_from=candles.decide_from,
            progress=progress,
        )

    def report(
        self, strategy: OpenedStrategy, candles: LoadedCandles, result: BacktestResult, exchange: str
    ) -> BacktestReport:
        from upbit_auto_trading.business_logic.use_cases.backtest_report import report_of
        from upbit_auto_trading.composition_root.backtest_warnings import warnings_of

        told = warnings_of(strategy, candles, result, day_start_of(exchange))
        return report_of(
            result, strategy.plan, candles.sources, strategy.sha256, candles.rules, candles.decide_from, told
        )

    def _stored(
        self, reader: CandleReader, market: Market, plan: StrategyPlan, span: Span | None
    ) -> tuple[BacktestData, CandleSource]:
        from upbit_auto_trading.business_logic.use_cases.backtest_data import stored_data
        from upbit_auto_trading.business_logic.use_cases.backtest_report import CandleSource

        rules = self._rules(market)
        data, read = stored_data(reader, market, plan, span, day_start_of(market.exchange), rules)
        finer = None if data.finer is None else data.finer.unit
        return data, CandleSource(
            market, None, finer or plan.unit, finer, has_rules=rules is not None, jumps=read.jumps, unknown=read.unknown
        )

    @contextmanager
    def _reader(self) -> Iterator[CandleReader | None]:
        with candles_for_reading(self.paths, self.clock) as reader:
            yield reader

    def _read(self, file: CandleFile, plan: StrategyPlan, exchange: str) -> CandleSeries:
        from upbit_auto_trading.data_layer.candle_files import read_series_as_spaced

        market = file.market or Market(OF_A_FILE, label_of(file.path, plan.markets))
        return read_series_as_spaced(file.path, market, plan.unit, self.clock.now(), day_start_of(exchange))

    def _rules(self, market: Market) -> RuleBook:
        """Raises InvalidParameter where nobody knows them: without, orders would be filled that are never taken."""
        from upbit_auto_trading.data_layer.exchanges.upbit.rules import load_rules

        if market.exchange not in _WITH_RULES:
            raise InvalidParameter("market", str(market), "no-rules")
        book = load_rules(self.paths.resources, market.exchange)
        book.rules(market, self.clock.now())
        return book


def label_of(path: Path, markets: Sequence[Market]) -> str:
    """Of a file of nobody's market: the code in its name, the strategy's only market, or its name."""
    import re

    code = re.search(r"(?<![A-Z0-9])[A-Z]{3,5}-[A-Z0-9]{1,15}(?![A-Z0-9])", path.name)
    if code is not None:
        return code[0]
    if len(markets) == 1:
        return markets[0].code
    name = path.name
    for ending in (".gz", ".csv", ".parquet", ".pq"):
        name = name.removesuffix(ending)
    return name


def backtest_desk(data_dir: Path | None) -> BacktestDesk:
    return BacktestDesk(find_app_paths(data_dir), SystemClock())


def _coarser(error: InvalidParameter, than: CandleUnit) -> CandleUnit | None:
    """The unit of the candles that do not make the strategy's."""
    from upbit_auto_trading.business_logic.domain.candle_grid import length_seconds

    if error.reason != "unit-not-made":
        return None
    found = CandleUnit(str(error.value))
    lengths = [length_seconds(one) or _CALENDAR for one in (found, than)]
    return found if lengths[0] > lengths[1] else None


def _until(series: CandleSeries, end: int | None) -> CandleSeries:
    import numpy as np

    return series if end is None else series.rows(slice(0, int(np.searchsorted(series.opened, end))))


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST_STRATEGY + 1)
    except OSError as error:
        raise translated_os_error(error, path) from error
    if len(content) > _LARGEST_STRATEGY:
        raise InvalidParameter(path.name, len(content), "file-too-large", f"{_LARGEST_STRATEGY:,}")
    return content
