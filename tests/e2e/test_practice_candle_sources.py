"""What the practice exchange replays besides csv: Parquet files, and ranges of the data folder's own candles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.test_practice_exchange import refused, served
from tests.fakes.data_folder import paths_in
from upbit_auto_trading import cli
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, epoch_second
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.practice import CandleFile, PracticeWorld
from upbit_auto_trading.composition_root.market_data import candles_for_writing
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.candle_files import write_candle_series
from upbit_auto_trading.data_layer.practice_exchange.world_folder import PracticeFolder
from upbit_auto_trading.data_layer.system_clock import SystemClock

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_PAGE = "/v1/candles/minutes/1?market={code}&count=60&to=2026-01-01T12%3A00%3A00Z"


def minutes(code: str, price: int, count: int = 1_440) -> CandleSeries:
    opened = epoch_second(BEGIN) + 60 * np.arange(count, dtype=np.int64)
    close = np.array([price + 1_000.0 * (number % 7) for number in range(count)])
    volume = np.array([0.25 + number % 5 / 100 for number in range(count)])
    return CandleSeries(
        Market("upbit", code), CandleUnit.MINUTE, opened, close, close + 1_000, close - 1_000, close, volume
    )


def store(paths: AppPaths, series: CandleSeries, *spans: Span) -> None:
    clock = SystemClock()
    with candles_for_writing(paths, clock) as opened:
        for span in spans:
            opened.write(series.between(span.start, span.end), span, Origin.EXCHANGE, clock.now())


def hours(first: int, last: int) -> Span:
    return Span(BEGIN + timedelta(hours=first), BEGIN + timedelta(hours=last))


@pytest.mark.claims("option:practice-exchange --candles")
def test_parquet_and_stored_ranges_are_replayed_as_they_are(tmp_path: Path) -> None:
    paths = paths_in(tmp_path / "자료")
    bitcoin, ether = minutes("KRW-BTC", 100_000_000), minutes("KRW-ETH", 5_000_000)
    write_candle_series(tmp_path / "btc.parquet", bitcoin)
    store(paths, ether, hours(0, 24))
    sources = (f"KRW-BTC={tmp_path / 'btc.parquet'}", "KRW-ETH=stored:2026-01-01T00:00Z..2026-01-02T09:00")
    options = ("--candles", sources[0], "--candles", sources[1], "--markets", "0", "--start", "2026-01-01T13:00Z")

    with served(*options, "--data-dir", str(paths.user_root)) as exchange:
        pages = {code: exchange.get(_PAGE.format(code=code)) for code in ("KRW-BTC", "KRW-ETH")}

    for series in (bitcoin, ether):
        page = pages[series.market.code]
        known = series.between(BEGIN + timedelta(hours=11), BEGIN + timedelta(hours=12))
        assert [float(row["trade_price"]) for row in reversed(page)] == known.close.tolist()
        assert [float(row["candle_acc_trade_volume"]) for row in reversed(page)] == known.volume.tolist()


def test_a_stored_range_with_unknown_parts_is_refused_by_the_first(tmp_path: Path) -> None:
    paths = paths_in(tmp_path / "자료")
    folder = ("--data-dir", str(paths.user_root), "--lang", "en")
    nothing = refused("--candles", "KRW-BTC=stored", *folder)
    assert nothing.returncode == 1
    assert "No 1m candles of KRW-BTC are stored." in nothing.stderr
    assert not paths.market_data_database.exists()

    store(paths, minutes("KRW-BTC", 100_000_000), hours(0, 3), hours(4, 24))
    for source in ("stored", "stored:2026-01-01..2026-01-02"):
        ended = refused("--candles", f"KRW-BTC={source}", *folder)
        assert (ended.returncode, ended.stdout) == (1, "")
        first = "2026-01-01 12:00 – 2026-01-01 13:00" if source == "stored" else "2026-01-01 00:00 – 2026-01-01 09:00"
        assert f"Some of the stored candles of KRW-BTC are unknown, first {first} KST." in ended.stderr
        assert "Download that range" in ended.stderr


@pytest.mark.parametrize("source", ["stored:", "stored:2026-01-01", "stored:x..y", "stored:2026-01-02..2026-01-01"])
def test_ranges_that_are_none_are_wrong_usage(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["practice-exchange", "--lang", "en", "--candles", f"KRW-BTC={source}"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_practice_screen_keeps_a_parquet_file_as_such(tmp_path: Path) -> None:
    folder = PracticeFolder(tmp_path / "state.json")
    mine = tmp_path / "mine.PARQUET"
    write_candle_series(mine, minutes("KRW-BTC", 100_000_000))
    chosen = CandleFile("KRW-BTC", str(mine))
    now = SystemClock().now()

    span = folder.check(chosen, now)
    assert (span.candles, span.first_at) == (1_440, BEGIN)
    world = folder.start_over(PracticeWorld(Decimal(1), 2, 3, (chosen,)), now)
    kept = world.file_of("KRW-BTC")
    assert kept is not None
    assert Path(kept.path).name == "KRW-BTC.parquet"
    assert folder.check(kept, now) == span
