"""Result files: what may not be in JSON, what identifies candles, and what a failed write leaves."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.made_candles import BITCOIN, made_series
from upbit_auto_trading.business_logic.domain.backtest import (
    BacktestResult,
    BacktestSettings,
    FillRow,
    LimitCounts,
    Side,
)
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, no_candles
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.errors import PathUnusable
from upbit_auto_trading.business_logic.domain.strategy_definition import Role
from upbit_auto_trading.business_logic.ports.strategy import Notify, PartPlan, RulePlan, StateTest, StrategyPlan
from upbit_auto_trading.business_logic.use_cases.backtest_report import BacktestReport, CandleSource, report_of
from upbit_auto_trading.data_layer.result_files.candle_digest import candle_digest
from upbit_auto_trading.data_layer.result_files.result_json import result_document, write_result_json
from upbit_auto_trading.data_layer.result_files.writing import write_result
from upbit_auto_trading.utils.bilingual_text import Text

SERIES = made_series(50)
NEVER = StateTest("never", lambda _view: False, True)


def report(series: CandleSeries = SERIES, fills: tuple[FillRow, ...] = (), begin: int | None = None) -> BacktestReport:
    name = Text("이름", "Name")
    rules = (
        RulePlan("in", Text("진입", "Way in"), Role.ENTRY, NEVER, Notify("")),
        RulePlan("out", Text("", ""), Role.EXIT, NEVER, Notify("")),
    )
    plan = StrategyPlan(name, series.unit, PartPlan(name, rules))
    result = BacktestResult(
        name, BacktestSettings(), (series,), timedelta(0), fills, (), LimitCounts(touched=3, through=1)
    )
    hour = datetime(2026, 1, 1, tzinfo=UTC)
    source = CandleSource(BITCOIN, None, jumps=(hour,), unknown=(Span(hour, hour + timedelta(hours=1)),))
    return report_of(result, plan, (source,), "abc", begin=begin, warnings=(Text("하나", "one"),))


def fills() -> tuple[FillRow, ...]:
    price = float(SERIES.open[10])
    return (
        FillRow(0, 10, Side.BUY, price, 0.01, 1.0, "in", 0),
        FillRow(0, 20, Side.SELL, price + 500, 0.01, 1.0, "stop", 0),
    )


def test_what_is_not_finite_is_null() -> None:
    broken = replace(report(), summary=replace(report().summary, sharpe=float("nan"), total_return=float("inf")))
    summary = result_document(broken)["summary"]
    assert (summary["sharpe"], summary["return"]) == (None, None)
    json.dumps(result_document(broken), allow_nan=False)


def test_jumps_unknown_ranges_names_and_counts_are_told() -> None:
    found = result_document(report(fills=fills()))
    (market,) = found["data"]["markets"]
    assert market["jumps"] == ["2026-01-01T00:00:00Z"]
    assert market["unknown"] == [{"from": "2026-01-01T00:00:00Z", "to": "2026-01-01T01:00:00Z"}]
    assert market["exchange"] == "upbit"
    assert found["names"]["in"] == {"ko": "진입", "en": "Way in"}
    assert found["names"]["out"] == {"ko": "out", "en": "out"}
    assert found["limit_orders"] == {"touched": 3, "through": 1}
    assert found["warnings"] == [{"ko": "하나", "en": "one"}]
    assert found["trades"][0]["exit_reason"] == "stop"


def test_the_warm_up_is_not_in_the_data() -> None:
    found = result_document(report(begin=int(SERIES.opened[30])))["data"]
    assert found["candles"] == 20
    assert found["sha256"] == candle_digest([SERIES.rows(slice(30, None))])


def test_no_candles_have_no_first() -> None:
    found = result_document(report(no_candles(BITCOIN, CandleUnit.MINUTE)))["data"]
    assert (found["candles"], found["first"], found["last"]) == (0, None, None)
    assert found["markets"][0]["first"] is None


def test_the_digest_knows_every_number_and_no_sign_of_zero() -> None:
    same = replace(SERIES, volume=SERIES.volume.copy())
    assert candle_digest([SERIES]) == candle_digest([same])
    assert len(candle_digest([SERIES])) == 64
    for name in ("opened", "open", "high", "low", "close", "volume"):
        column = getattr(SERIES, name).copy()
        column[17] += 1
        assert candle_digest([replace(SERIES, **{name: column})]) != candle_digest([SERIES])
    zero, minus = (np.full(50, value) for value in (0.0, -0.0))
    assert candle_digest([replace(SERIES, volume=zero)]) == candle_digest([replace(SERIES, volume=minus)])
    assert candle_digest([SERIES, SERIES]) != candle_digest([SERIES])


def test_a_file_is_written_whole_and_again(tmp_path: Path) -> None:
    path = tmp_path / "결과.json"
    for _time in range(2):
        write_result_json(path, report(fills=fills()))
        assert json.loads(path.read_text("utf-8"))["strategy"]["name"] == "이름"
    assert [one.name for one in tmp_path.iterdir()] == ["결과.json"]


def test_a_place_that_cannot_be_is_named(tmp_path: Path) -> None:
    with pytest.raises(PathUnusable):
        write_result(tmp_path / "none" / "a.json", b"")
    with pytest.raises(PathUnusable):
        write_result(tmp_path, b"")
