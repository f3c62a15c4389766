"""The backtest window on the desk that the command ``backtest`` uses: one path, the same numbers."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.day_starts import day_start_of
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.composition_root.backtest_inputs import CandleFile
from upbit_auto_trading.composition_root.backtests import BacktestDesk
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.ui.backtest_services import (
    BacktestServices,
    BacktestWish,
    FillReason,
    FinishedBacktest,
    RunProgress,
    StoredFacts,
    StrategyOffer,
)

if TYPE_CHECKING:  # heavy: only where they are used
    from upbit_auto_trading.business_logic.domain.backtest import BacktestResult, BacktestSettings, FillRow
    from upbit_auto_trading.business_logic.domain.candle import CandleUnit
    from upbit_auto_trading.business_logic.domain.explanation import RuleExplanation
    from upbit_auto_trading.business_logic.domain.market import Market
    from upbit_auto_trading.business_logic.ports.candle_store import CandleReader
    from upbit_auto_trading.composition_root.backtest_inputs import LoadedCandles, OpenedStrategy
    from upbit_auto_trading.utils.bilingual_text import Language

#: where nothing says which: of a file of nobody's market
_PLAIN_EXCHANGE: Final = "upbit"
_BEFORE_ALL: Final = datetime(1970, 1, 1, tzinfo=UTC)


def backtest_services(paths: AppPaths, clock: Clock) -> BacktestServices:
    desk = BacktestDesk(paths, clock)
    window = _Window(desk)
    return BacktestServices(
        built_in=window.built_in,
        read_strategy=window.read_strategy,
        known=window.known,
        stored=window.stored,
        run=window.run,
        write_json=_write_json,
        write_page=_write_page,
    )


class _Window:
    """Called in threads that may wait; each call opens a connection of its own."""

    def __init__(self, desk: BacktestDesk) -> None:
        self._desk = desk

    # strategies

    def built_in(self) -> tuple[StrategyOffer, ...]:
        return tuple(self.read_strategy(name) for name in self._desk.built_in_strategies())

    def read_strategy(self, written: str) -> StrategyOffer:
        opened = self._desk.open_strategy(written)
        return StrategyOffer(
            written,
            opened.definition.name,
            opened.definition.description,
            opened.own_unit,
            opened.plan.markets,
            written in self._desk.built_in_strategies(),
        )

    # what is stored

    def known(self, markets: tuple[Market, ...], unit: CandleUnit) -> tuple[Span | None, ...]:
        from upbit_auto_trading.business_logic.use_cases.read_candles import known_range
        from upbit_auto_trading.composition_root.market_data import candles_for_reading

        with candles_for_reading(self._desk.paths, self._desk.clock) as reader:
            return tuple(None if reader is None else known_range(reader, market, unit) for market in markets)

    def stored(self, markets: tuple[Market, ...], unit: CandleUnit, span: Span | None) -> tuple[StoredFacts, ...]:
        from upbit_auto_trading.composition_root.market_data import candles_for_reading

        with candles_for_reading(self._desk.paths, self._desk.clock) as reader:
            return tuple(_facts(reader, market, unit, span) for market in markets)

    # a run

    def run(self, wish: BacktestWish, progress: RunProgress) -> FinishedBacktest:
        from upbit_auto_trading.business_logic.engine import strategy_run
        from upbit_auto_trading.business_logic.use_cases.backtest_data import refuse_impossible, refuse_too_few

        begun = self._desk.clock.monotonic()
        refuse_impossible(wish.settings)
        _go_on(progress)
        exchange = _exchange_of(wish)
        strategy, candles = self._desk.fitting(wish.strategy, None, lambda opened: self._candles(wish, opened))
        _go_on(progress)
        refuse_too_few(strategy.plan, candles.data, candles.decide_from)
        try:
            result = self._desk.run(strategy, candles, wish.settings, exchange, progress)
        except strategy_run.Cancelled as error:
            raise Cancelled from error
        _go_on(progress, is_done=True)
        report = self._desk.report(strategy, candles, result, exchange)
        explainer = _Explainer(strategy, candles, wish.settings, exchange, result)
        return FinishedBacktest(
            wish,
            report,
            strategy.plan,
            self._desk.clock.monotonic() - begun,
            explainer.candle,
            explainer.fill,
        )

    def _candles(self, wish: BacktestWish, strategy: OpenedStrategy) -> LoadedCandles:
        from upbit_auto_trading.business_logic.domain.candle_series import epoch_second

        if wish.file is not None:
            start, end = (None if one is None else epoch_second(one) for one in (wish.start, wish.end))
            file = CandleFile(Path(wish.file), wish.file_market)
            return self._desk.of_files((file,), strategy.plan, _exchange_of(wish), (start, end))
        if wish.start is None and wish.end is None:
            return self._desk.of_store(wish.markets, strategy.plan, None)
        known = self._desk.known_span(wish.markets, strategy.plan)
        first = wish.start or (known.start if known is not None else _BEFORE_ALL)
        last = wish.end or (known.end if known is not None else self._desk.clock.now())
        return self._desk.of_store(wish.markets, strategy.plan, Span(first, last))


class _Explainer:
    """Of one result. Runs of the engine up to some candle, one after the other: they share what was computed."""

    def __init__(
        self,
        strategy: OpenedStrategy,
        candles: LoadedCandles,
        settings: BacktestSettings,
        exchange: str,
        result: BacktestResult,
    ) -> None:
        self._strategy = strategy
        self._candles = candles
        self._settings = settings
        self._exchange = exchange
        self._result = result
        self._lock = threading.Lock()
        self._known: dict[tuple[int, int], tuple[RuleExplanation, ...]] = {}
        self._ordered: dict[tuple[int, str], list[int]] | None = None

    def candle(self, market: int, opened: int) -> tuple[RuleExplanation, ...]:
        from upbit_auto_trading.component_system.explaining_run import explain_candle

        with self._lock:
            if (market, opened) not in self._known:
                self._known[market, opened] = explain_candle(
                    self._strategy.compiled,
                    self._candles.data,
                    self._settings,
                    market,
                    opened,
                    day_start=day_start_of(self._exchange),
                    decide_from=self._candles.decide_from,
                )
            return self._known[market, opened]

    def fill(self, number: int) -> FillReason:
        fill = self._result.fills[number]
        row = self._decided_in(fill)
        if row is None:
            return FillReason(None)
        decided_at = int(self._result.series[fill.market].opened[row])
        rules = tuple(one for one in self.candle(fill.market, decided_at) if one.rule_id == fill.reason)
        return FillReason(decided_at, rules)

    def _decided_in(self, fill: FillRow) -> int | None:
        """The last candle before the fill on which its rule ordered; None where a level sold."""
        if fill.reason not in self._strategy.compiled.rules:
            return None
        rows = self._ordered_rows().get((fill.market, fill.reason), [])
        place = bisect_left(rows, fill.row)
        return rows[place - 1] if place else None

    def _ordered_rows(self) -> dict[tuple[int, str], list[int]]:
        """By market and rule; each list ascends."""
        from upbit_auto_trading.business_logic.domain.backtest import Outcome

        with self._lock:  # the loop may have to tell the decisions first
            if self._ordered is None:
                self._ordered = {}
                for one in self._result.decisions:
                    if one.outcome is Outcome.ORDERED:
                        self._ordered.setdefault((one.market, one.rule), []).append(one.row)
            return self._ordered


def _facts(reader: CandleReader | None, market: Market, unit: CandleUnit, span: Span | None) -> StoredFacts:
    from upbit_auto_trading.business_logic.domain.candle_grid import whole_candles_within
    from upbit_auto_trading.business_logic.use_cases.read_candles import known_range, read_candles

    day_start = day_start_of(market.exchange)
    known = None if reader is None else known_range(reader, market, unit)
    wanted = known if span is None else span
    whole = None if wanted is None else whole_candles_within(wanted, unit, day_start)
    if reader is None or known is None or whole is None:
        return StoredFacts(market, unit, known, wanted, () if wanted is None else (wanted,))
    found = read_candles(reader, market, unit, whole, day_start)
    return StoredFacts(market, unit, known, whole, found.unknown)


def _go_on(progress: RunProgress, *, is_done: bool = False) -> None:
    """Between the steps that cannot be interrupted."""
    if not progress(int(is_done), 1):
        raise Cancelled


def _exchange_of(wish: BacktestWish) -> str:
    markets: Sequence[Market | None] = (wish.file_market, *wish.markets)
    return next((market.exchange for market in markets if market is not None), _PLAIN_EXCHANGE)


def _write_json(path: str, finished: FinishedBacktest) -> None:
    from upbit_auto_trading.data_layer.result_files.result_json import write_result_json

    write_result_json(Path(path), finished.report)


def _write_page(path: str, finished: FinishedBacktest, language: Language) -> None:
    from upbit_auto_trading.data_layer.result_files.writing import write_result
    from upbit_auto_trading.ui.reports.backtest_page import backtest_page

    write_result(Path(path), backtest_page(finished.report, language).encode())
