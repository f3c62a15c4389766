"""A shell of its own for the tests of ``backtest`` and ``check``, and candles and strategies to use in it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.contract.other_engines.made_markets import minutes_of
from tests.fakes.data_folder import paths_in
from tests.fakes.strategy_texts import strategy_file
from upbit_auto_trading import cli
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, moment_of
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.composition_root.market_data import candles_for_writing
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.candle_files import write_candle_series
from upbit_auto_trading.data_layer.system_clock import SystemClock

CANDLES = 6_000
BTC = Market("upbit", "KRW-BTC")
KILLS = 20
COMMAND = (sys.executable, "-m", "upbit_auto_trading")


class Shell:
    """The command in this process, as ``python -m upbit_auto_trading`` runs it."""

    def __init__(self, paths: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
        self.paths = paths
        self.folder = paths.user_root.parent
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *words: str, language: str = "en") -> int:
        self._capsys.readouterr()
        status = cli.main([*words, "--data-dir", str(self.paths.user_root), "--lang", language])
        self.out, self.err = self._capsys.readouterr()
        return status

    def result(self, *words: str) -> dict[str, Any]:
        """Of a run that succeeds."""
        out = self.folder / "out.json"
        assert self("backtest", *words, "--json", str(out)) == 0, self.err
        found: dict[str, Any] = json.loads(out.read_text("utf-8"))
        out.unlink()
        return found


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    hook = sys.excepthook
    yield Shell(paths_in(tmp_path / "내 자료"), capsys)
    sys.excepthook = hook


@pytest.fixture(scope="module")
def minutes() -> CandleSeries:
    return minutes_of("KRW-BTC", CANDLES)


@pytest.fixture
def btc(tmp_path: Path, minutes: CandleSeries) -> str:
    path = tmp_path / "btc.csv"
    write_candle_series(path, minutes)
    return str(path)


@pytest.fixture
def cross(tmp_path: Path) -> str:
    return str(strategy_file(tmp_path / "cross.json"))


def store(shell: Shell, series: CandleSeries, *spans: Span, exchange: str = "upbit") -> None:
    market = Market(exchange, series.market.code)
    with candles_for_writing(shell.paths, SystemClock()) as opened:
        for span in spans:
            part = replace(series.between(span.start, span.end), market=market)
            opened.write(part, span, Origin.EXCHANGE, SystemClock().now())


def span_of(series: CandleSeries) -> Span:
    return Span(moment_of(int(series.opened[0])), moment_of(int(series.opened[-1])) + timedelta(minutes=1))


def trades_of(found: dict[str, Any]) -> list[Any]:
    return [[trade[name] for name in trade if name != "market"] for trade in found["trades"]]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)
