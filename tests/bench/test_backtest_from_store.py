"""From stored candles to a finished result, beside the engine alone; and the check of a year of minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import process_time

import pytest

from tests.bench.yardstick import seconds_of
from tests.contract.other_engines.made_markets import YEAR, minutes_of
from tests.fakes.data_folder import paths_in
from tests.fakes.strategy_texts import strategy_file, with_entry
from upbit_auto_trading.business_logic.domain.backtest import BacktestResult, BacktestSettings
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, moment_of
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.use_cases.check_strategy import check_strategy
from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData, run_backtest
from upbit_auto_trading.composition_root.backtest_inputs import LoadedCandles
from upbit_auto_trading.composition_root.backtests import BacktestDesk
from upbit_auto_trading.composition_root.market_data import candles_for_writing
from upbit_auto_trading.data_layer.system_clock import SystemClock

_MOST_RATIO = 3.3
_ROUNDS = 15
#: of one run of the same strategy over the same year, for each
_MOST_RUNS = {"cross": 90.0, "ema-rsi-atr": 15.0, "basic-seven-rules": 115.0}


@pytest.fixture(scope="module")
def year() -> CandleSeries:
    return minutes_of("KRW-BTC", YEAR)


@pytest.mark.bench
def test_from_stored_candles_to_trades_and_equity_beside_the_run_alone(tmp_path: Path, year: CandleSeries) -> None:
    desk = BacktestDesk(paths_in(tmp_path / "data"), SystemClock())
    span = Span(moment_of(int(year.opened[0])), moment_of(int(year.opened[-1])) + timedelta(minutes=1))
    with candles_for_writing(desk.paths, desk.clock) as store:
        store.write(year, span, Origin.EXCHANGE, desk.clock.now())
        store.compact()
    averages = [{"variable": "ema", "period": period} for period in (20, 60)]
    cross = {"left": averages[0], "operator": "crosses-above", "right": averages[1]}
    band = {"left": {"variable": "rsi", "period": 14}, "operator": "between", "right": [50, 70]}
    strategy = desk.open_strategy(str(strategy_file(tmp_path / "cross.json", entry=with_entry(cross, band))))
    settings, markets = BacktestSettings(), (year.market,)
    found: list[BacktestResult] = []

    def loaded() -> LoadedCandles:
        """Without ticks: the engine is at its fastest."""
        candles = desk.of_store(markets, strategy.plan, None)
        return replace(candles, data=tuple(replace(one, rules=None) for one in candles.data))

    def whole() -> None:
        found[:] = [desk.run(strategy, loaded(), settings, year.market.exchange)]
        assert found[-1].trades
        assert len(found[-1].equity) == YEAR

    ready = loaded()

    def only_run() -> object:
        """Done when its trades are told."""
        return desk.run(strategy, ready, settings, year.market.exchange).trades

    # in turns: what else the machine does falls upon both
    rounds = [(seconds_of(only_run), seconds_of(whole)) for _round in range(_ROUNDS)]
    alone, took = (min(seconds) for seconds in zip(*rounds, strict=True))
    print(f"{YEAR:,} minutes, {len(found[-1].fills):,} fills: engine {alone:.3f} s, from the store {took:.3f} s")
    assert took < _MOST_RATIO * alone


@pytest.mark.bench
@pytest.mark.parametrize("name", list(_MOST_RUNS))
def test_a_check_of_a_year_of_minutes_beside_one_run(tmp_path: Path, year: CandleSeries, name: str) -> None:
    desk = BacktestDesk(paths_in(tmp_path / "data"), SystemClock())
    plan = desk.open_strategy(str(strategy_file(tmp_path / "cross.json")) if name == "cross" else name).plan

    def run(series: Sequence[CandleSeries]) -> BacktestResult:
        return run_backtest(plan, [BacktestData(one) for one in series], BacktestSettings())

    def alone() -> None:
        assert run([year]).trades is not None

    before = [seconds_of(alone) for _round in range(4)]
    began = process_time()
    report = check_strategy(plan, [year], timedelta(0), run)
    took = process_time() - began
    # right before and right after: what else the machine does falls upon both
    usual = median([*before[1:], *(seconds_of(alone) for _round in range(3))])
    print(f"{plan.name.en}: {took:.1f} s, {took / usual:.0f} times one run ({usual:.3f} s)", end=": ")
    print(f"{report.cuts} cuts, {report.screened:,} screened, {report.runs} runs")
    assert report.is_clean
    assert took / usual < _MOST_RUNS[name]
