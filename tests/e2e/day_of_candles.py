"""The part of the one day in which candles are downloaded, killed on the way and gone on with, and backtested on."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet

from tests.e2e.practice_books import none_is_left_in
from tests.e2e.running import LIMIT_SECONDS, PROJECT
from tests.fakes.strategy_texts import strategy_file
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import StoredRange
from upbit_auto_trading.config.app_paths import find_app_paths
from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_reader
from upbit_auto_trading.data_layer.system_clock import SystemClock

CODES = ("KRW-BTC", "KRW-ETH")
KILLS = 2
HOURS = 40


def download_with_kills(folder: Path, chance: random.Random) -> Span:
    """Minutes of two markets; the whole of it is there in the end, however often the command died."""
    end = SystemClock().now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    span = Span(end - timedelta(hours=HOURS), end)
    words = ("download", *CODES, "--exchange", "practice", "--unit", "1m", *_ends(span), "--data-dir", str(folder))
    for _kill in range(KILLS):
        process = subprocess.Popen(_command(*words), cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.5, 3.0))
        process.send_signal(signal.SIGKILL)
        process.wait(LIMIT_SECONDS)
        assert none_is_left_in(folder)
    done = _run(*words)
    assert done.returncode == 0, done.stderr
    assert [code for code in CODES if f"practice:{code} 1m" not in done.stdout] == []
    for code in CODES:
        found = stored_minutes(folder, code, span)
        assert found.is_complete
        assert {one.origin for one in found.covered} <= {Origin.EXCHANGE, Origin.STREAM}
        assert len(found.series) > HOURS * 30
    return span


def take_out(folder: Path, span: Span, to: Path) -> None:
    """A file of five minutes, made of the minutes that are stored."""
    words = ("candles", "export", "--market", CODES[0], "--exchange", "practice", "--unit", "5m", *_ends(span))
    done = _run(*words, "--complete", str(to), "--data-dir", str(folder))
    assert done.returncode == 0, done.stderr
    minutes = stored_minutes(folder, CODES[0], span).series
    table = parquet.read_table(to)
    assert len(table) == HOURS * 12
    assert max(table["high"].to_pylist()) == minutes.high.max()
    to.unlink()


def backtest_on(folder: Path, span: Span, beside: Path) -> int:
    """A strategy of the user's over what was downloaded, by the minute and in hours; how many trades it came to."""
    strategy, out, page = (beside / name for name in ("내 전략.json", "result.json", "result.html"))
    strategy_file(strategy)
    words = ("backtest", str(strategy), "--exchange", "practice", *_ends(span), "--data-dir", str(folder))
    markets = [word for code in CODES for word in ("--market", code)]
    assert _run("check", str(strategy), "--data-dir", str(folder)).returncode == 0
    done = _run(*words, *markets, "--json", str(out), "--html", str(page))
    assert done.returncode == 0, done.stderr
    result = json.loads(out.read_text("utf-8"))
    minutes = {code: stored_minutes(folder, code, span).series for code in CODES}
    assert result["data"]["candles"] == sum(len(series) for series in minutes.values())
    assert [one["market"] for one in result["data"]["markets"]] == list(CODES)
    for trade in result["trades"]:
        series = minutes[trade["market"]]
        for fill in trade["fills"]:
            row = int(np.searchsorted(series.opened, int(datetime.fromisoformat(fill["time"]).timestamp())))
            assert series.low[row] <= fill["price"] <= series.high[row]
    assert {trade["market"] for trade in result["trades"]} == set(CODES)
    assert page.read_text("utf-8").count("<svg") == 2 + len(CODES)
    hours = _run(*words, "--market", CODES[0], "--unit", "60m", "--json", str(out))
    assert hours.returncode == 0, hours.stderr
    assert json.loads(out.read_text("utf-8"))["data"]["candles"] == HOURS
    too_far = (*words[:-2], "--to", "2099-01-01", "--market", CODES[0], "--data-dir", str(folder))
    refused = _run(*too_far)
    assert refused.returncode == 1
    assert f"download {CODES[0]} --exchange practice --unit 1m --from" in refused.stderr
    for path in (strategy, out, page):
        path.unlink()
    return len(result["trades"])


def stored_minutes(folder: Path, code: str, span: Span) -> StoredRange:
    reader = open_candle_reader(find_app_paths(folder).market_data_database)
    try:
        return reader.read(Market("practice", code), CandleUnit.MINUTE, span)
    finally:
        reader.close()


def _ends(span: Span) -> tuple[str, str, str, str]:
    return "--from", f"{span.start:%Y-%m-%dT%H:%MZ}", "--to", f"{span.end:%Y-%m-%dT%H:%MZ}"


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "upbit_auto_trading", *words]


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(*words),
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        timeout=LIMIT_SECONDS,
        check=False,
    )
