"""``candles`` as a user types it: files in, files out, what is listed, checked, forgotten; both languages."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet

from tests.fakes.data_folder import paths_in
from upbit_auto_trading import cli
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, epoch_second, no_candles
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.day_starts import DAY_STARTS
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.composition_root.held_folder import held_folder
from upbit_auto_trading.composition_root.market_data import candles_for_reading, candles_for_writing
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_reader, open_candle_store
from upbit_auto_trading.data_layer.system_clock import SystemClock

BTC = Market("upbit", "KRW-BTC")
BEGIN = datetime(2025, 9, 1, tzinfo=UTC)
HEADER = "timestamp,open,high,low,close,volume"


class Shell:
    """The command in this process, as ``python -m upbit_auto_trading`` runs it."""

    def __init__(self, paths: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
        self.paths = paths
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *words: str, language: str = "en") -> int:
        self._capsys.readouterr()
        status = cli.main(["candles", *words, "--data-dir", str(self.paths.user_root), "--lang", language])
        self.out, self.err = self._capsys.readouterr()
        return status


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    hook = sys.excepthook
    yield Shell(paths_in(tmp_path / "내 자료"), capsys)
    sys.excepthook = hook


def series(start: datetime, count: int, unit: CandleUnit = CandleUnit.MINUTE, price: int = 100) -> CandleSeries:
    assert unit.length is not None
    step = unit.length // timedelta(seconds=1)
    opened = epoch_second(start) + np.arange(count, dtype=np.int64) * step
    close = price + np.arange(count) % 7 / 10
    volume = np.arange(1, count + 1) / 100
    return CandleSeries(BTC, unit, opened, close, close + 1, close - 1, close, volume, close * volume)


def csv_of(path: Path, candles: CandleSeries) -> Path:
    columns = [column.tolist() for column in candles.columns]
    path.write_text("\n".join([HEADER, *(",".join(map(str, row)) for row in zip(*columns, strict=True))]))
    return path


def store(shell: Shell, candles: CandleSeries, span: Span, origin: Origin = Origin.EXCHANGE) -> None:
    with candles_for_writing(shell.paths, SystemClock()) as opened:
        opened.write(candles, span, origin, SystemClock().now())


def stored(shell: Shell, unit: CandleUnit = CandleUnit.MINUTE) -> CandleSeries:
    with candles_for_reading(shell.paths, SystemClock()) as reader:
        assert reader is not None
        return reader.read(BTC, unit, Span(BEGIN - timedelta(days=99), BEGIN + timedelta(days=99))).series


def hour(number: int) -> datetime:
    return BEGIN + timedelta(hours=number)


@pytest.mark.claims("command:candles", "option:candles --market", "option:candles --unit")
def test_a_file_is_imported_and_comes_out_again(shell: Shell, tmp_path: Path) -> None:
    file = csv_of(tmp_path / "btc.csv", series(BEGIN, 120))

    assert shell("import", str(file), "--market", "krw-btc", "--unit", "1m") == 0
    assert (
        "upbit:KRW-BTC 1m: imported from 2025-09-01 09:00 to 2025-09-01 11:00 (120 new candles, 0 changed)" in shell.out
    )
    assert "100%" in shell.err

    out = tmp_path / "out.parquet"
    assert shell("export", str(out), "--market", "KRW-BTC", "--unit", "1m", language="ko") == 0
    assert "캔들 120개를" in shell.out
    table = parquet.read_table(out)
    assert table["close"].to_pylist() == series(BEGIN, 120).close.tolist()
    assert table["timestamp"].to_pylist()[0] == BEGIN

    assert shell("import", str(out), "--market", "KRW-BTC", "--unit", "1m") == 0
    assert "(0 new candles, 0 changed)" in shell.out


def test_the_file_may_stand_anywhere(shell: Shell, tmp_path: Path) -> None:
    file = csv_of(tmp_path / "btc.csv", series(BEGIN, 60))
    assert shell("import", "--market", "KRW-BTC", "--unit", "1m", str(file)) == 0
    out = tmp_path / "out.csv"
    assert shell("--market", "KRW-BTC", "export", "--unit", "1m", str(out)) == 0
    assert len(out.read_text("utf-8").splitlines()) == 61


@pytest.mark.claims("option:candles --exchange")
def test_the_exchange_decides_where_days_open(shell: Shell, tmp_path: Path) -> None:
    days = series(BEGIN - timedelta(hours=9), 3, CandleUnit.DAY)
    file = csv_of(tmp_path / "days.csv", days)
    words = ("import", str(file), "--market", "KRW-BTC", "--unit", "1d")

    assert shell(*words) == 1
    assert "No candle of 1d opens at the time of row days.csv, 2." in shell.err
    assert shell(*words, "--exchange", "bithumb") == 0
    assert "bithumb:KRW-BTC 1d" in shell.out
    assert shell(*words, "--exchange", "mtgox") == 2


def test_a_bad_row_is_named_and_nothing_is_imported(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "btc.csv"
    file.write_text(f"{HEADER}\n1756684800,1,2,1,1,1\n1756684860,1,2,1,one,1\n")

    assert shell("import", str(file), "--market", "KRW-BTC", "--unit", "1m") == 1
    assert "The close of row btc.csv, 3 is no usable number. Nothing was changed." in shell.err
    assert shell("list") == 0
    assert "No candles are stored." in shell.out


@pytest.mark.claims("option:candles --replace")
def test_what_the_exchange_told_is_kept_unless_it_is_to_be_replaced(shell: Shell, tmp_path: Path) -> None:
    told = series(BEGIN, 60)
    store(shell, told, Span(hour(0), hour(1)))
    other = series(BEGIN, 120)
    other.close[5] += 0.5
    other.volume[7] += 1
    file = csv_of(tmp_path / "btc.csv", other.rows(np.delete(np.arange(120), 9)))
    words = ("import", str(file), "--market", "KRW-BTC", "--unit", "1m")

    assert shell(*words) == 0
    assert "differ from the file were kept: 3, the first at 2025-09-01 09:05 KST" in shell.out
    assert "(60 new candles, 0 changed)" in shell.out
    assert stored(shell).close[5] == told.close[5]
    assert len(stored(shell)) == 120

    assert shell(*words, "--replace") == 0
    assert "were kept" not in shell.out
    assert stored(shell).close[5] == other.close[5]
    assert len(stored(shell)) == 119


def test_a_candle_that_has_not_ended_is_left_out(shell: Shell, tmp_path: Path) -> None:
    this_month = CandleUnit.MONTH.floor(SystemClock().now())
    opened = [CandleUnit.MONTH.floor(this_month - timedelta(days=1)), this_month]
    file = tmp_path / "months.csv"
    file.write_text("\n".join([HEADER, *(f"{one.isoformat()},1,1,1,1,1" for one in opened)]))

    assert shell("import", str(file), "--market", "KRW-BTC", "--unit", "1M") == 0
    assert "Candles that have not ended yet were left out: 1." in shell.out
    assert "(1 new candles" in shell.out


@pytest.mark.claims("option:candles --from", "option:candles --to", "option:candles --complete")
def test_unknown_ranges_are_named(shell: Shell, tmp_path: Path) -> None:
    store(shell, series(BEGIN, 60), Span(hour(0), hour(1)))
    store(shell, series(hour(2), 60), Span(hour(2), hour(3)))
    out = tmp_path / "out.csv"
    words = ("export", str(out), "--market", "KRW-BTC", "--unit", "60m")

    assert shell(*words, "--complete") == 1
    assert "Unknown: 2025-09-01 10:00 – 2025-09-01 11:00 KST" in shell.err
    assert not out.exists()
    assert shell(*words) == 0
    assert "Unknown: 2025-09-01 10:00 – 2025-09-01 11:00 KST" in shell.err
    assert out.read_text().splitlines()[1].startswith("2025-09-01T00:00:00Z,100,101.6,99,100.3,18.3,")
    assert len(out.read_text().splitlines()) == 3

    assert shell(*words, "--complete", "--from", "2025-09-01T02:00Z", "--to", "2025-09-01T12:00") == 0
    assert out.read_text().splitlines()[1].startswith("2025-09-01T02:00:00Z")
    assert shell(*words, "--from", "2025-09-02", "--to", "2025-09-01") == 2
    assert shell(*words, "--from", "tomorrow") == 2
    assert shell(*words, "--from", "2030-01-01") == 1


def test_what_is_stored_is_listed(shell: Shell) -> None:
    store(shell, series(BEGIN, 30), Span(hour(0), hour(1)))
    store(shell, no_candles(BTC, CandleUnit.MINUTE), Span(hour(3), hour(4)))
    store(shell, series(BEGIN, 2, CandleUnit.HOUR), Span(hour(0), hour(2)))

    assert shell("list") == 0
    head, first, second = shell.out.splitlines()
    assert " ".join(head.split()) == "Exchange Market Unit First (KST) Last (KST) Candles Complete Unknown Size"
    assert " ".join(first.split()[:-2]) == "upbit KRW-BTC 1m 2025-09-01 09:00 2025-09-01 09:29 30 50.0% 1"
    assert second.split()[7:10] == ["2", "100%", "0"]
    assert shell("list", "--unit", "60m", language="ko") == 0
    assert shell.out.splitlines()[0].startswith("거래소")
    assert len(shell.out.splitlines()) == 2
    assert shell("list", "--market", "KRW-ETH") == 0
    assert shell.out == "No candles are stored.\n"


def test_a_look_leaves_no_file_behind(shell: Shell) -> None:
    for action in ("list", "check", "compact"):
        assert shell(action) == 0
        assert shell.out == "No candles are stored.\n"
    assert not shell.paths.market_data_database.exists()


def test_a_look_at_stored_candles_leaves_the_folder_as_it_was(shell: Shell) -> None:
    store(shell, series(BEGIN, 60), Span(hour(0), hour(1)))
    before = {path: path.read_bytes() for path in shell.paths.data.rglob("*") if path.is_file()}
    for action in ("list", "check"):
        assert shell(action) == 0
    assert {path: path.read_bytes() for path in shell.paths.data.rglob("*") if path.is_file()} == before


def test_a_damaged_file_is_a_sentence_and_stays(shell: Shell) -> None:
    store(shell, series(BEGIN, 60), Span(hour(0), hour(1)))
    garbage = b"garbage " * 1_000
    shell.paths.market_data_database.write_bytes(garbage)
    for words in (("list",), ("check",), ("compact",), ("forget", "--market", "KRW-BTC")):
        assert shell(*words) == 1
        assert "The file market_data.sqlite3 is damaged." in shell.err
    assert shell.paths.market_data_database.read_bytes() == garbage


def test_a_file_of_an_older_version_is_upgraded_before_it_is_read(shell: Shell) -> None:
    """After a backup, and by the running program alone while there is one."""
    old = Path(__file__).resolve().parents[1] / "data_upgrades" / "version_0_1_0" / "data" / "market_data.sqlite3"
    shell.paths.create_folders()
    shell.paths.market_data_database.write_bytes(old.read_bytes())
    with held_folder(shell.paths, SystemClock()):
        assert shell("list") == 1
        assert "already runs in this data folder" in shell.err

    assert shell("list") == 0
    assert "No candles are stored." in shell.out
    assert [path.name for path in shell.paths.backups.iterdir()] != []
    store(shell, series(BEGIN, 60), Span(hour(0), hour(1)))
    assert shell("list") == 0
    assert " 60 " in shell.out


def test_contradictions_and_jumps_are_found(shell: Shell) -> None:
    minutes = series(BEGIN, 120)
    minutes.high[70] = 900
    store(shell, minutes, Span(hour(0), hour(2)))
    assert shell("check") == 0
    assert "upbit:KRW-BTC 1m: 120 candles, sound.\n  far from both neighbours 2025-09-01 10:10" in shell.out

    store(shell, series(BEGIN, 2, CandleUnit.HOUR), Span(hour(0), hour(2)))
    assert shell("check", "--unit", "60m") == 1
    assert "upbit:KRW-BTC 60m: 2 candles looked at." in shell.out
    assert "  2025-09-01 10:00 high: stored 101.1, made of 1m 900" in shell.out
    assert shell("check", "--unit", "1m") == 0


def test_what_is_to_be_forgotten_goes(shell: Shell) -> None:
    store(shell, series(BEGIN, 120), Span(hour(0), hour(2)))
    store(shell, series(BEGIN, 2, CandleUnit.HOUR), Span(hour(0), hour(2)))

    assert shell("forget") == 2
    assert shell("forget", "--market", "KRW-BTC", "--unit", "1m", "--to", "2025-09-01T01:00Z") == 0
    assert shell.out == "upbit:KRW-BTC: 60 candles were deleted.\n"
    assert len(stored(shell)) == 60
    assert shell("forget", "--market", "KRW-BTC") == 0
    assert (len(stored(shell)), len(stored(shell, CandleUnit.HOUR))) == (0, 0)


def test_compacting_says_what_it_saved(shell: Shell) -> None:
    store(shell, series(BEGIN, 5_000), Span(BEGIN, BEGIN + timedelta(minutes=5_000)))
    assert shell("forget", "--market", "KRW-BTC") == 0
    assert shell("compact", language="ko") == 0
    assert "캔들 파일을 정리했어요" in shell.out


@pytest.mark.parametrize(
    "words",
    [
        ("improt",),
        ("import", "--market", "KRW-BTC", "--unit", "1m"),
        ("import", "btc.csv", "--unit", "1m"),
        ("import", "btc.csv", "--market", "KRW-BTC"),
        ("import", "btc.csv", "--market", "BTC", "--unit", "1m"),
        ("import", "btc.csv", "--market", "KRW-BTC", "--unit", "2m"),
        ("import", "btc.csv", "--market", "KRW-BTC", "--unit", "1m", "--from", "2025-01-01"),
        ("list", "btc.csv"),
        ("compact", "--complete"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_a_sentence_and_2(shell: Shell, words: tuple[str, ...]) -> None:
    assert shell(*words) == 2
    assert shell.err
    assert "Traceback" not in shell.err


def test_a_file_name_that_is_no_candle_file_is_refused_before_anything(shell: Shell, tmp_path: Path) -> None:
    assert shell("export", str(tmp_path / "out.xlsx"), "--market", "KRW-BTC", "--unit", "1m") == 1
    assert "It must end in one of: .csv, .csv.gz, .parquet." in shell.err
    assert shell("export", str(tmp_path / "out.csv"), "--market", "KRW-BTC", "--unit", "1m") == 1
    assert "no candles are stored" in shell.err


def test_beside_the_program_it_reads_and_does_not_write(shell: Shell, tmp_path: Path) -> None:
    """The program's own connection is open meanwhile, with a candle that was just appended."""
    store(shell, series(BEGIN, 60), Span(hour(0), hour(1)))
    file = csv_of(tmp_path / "btc.csv", series(hour(1), 60))
    of_market = ("--market", "KRW-BTC", "--unit", "1m")
    level = Decimal(100)
    late = Candle(BTC, CandleUnit.MINUTE, hour(2), level, level, level, level, Decimal(1), level)
    clock = SystemClock()
    with (
        held_folder(shell.paths, clock),
        closing(open_candle_store(shell.paths.market_data_database, DAY_STARTS)) as program,
    ):
        program.append([late], clock.now())
        for words in (("import", str(file), *of_market), ("forget", "--market", "KRW-BTC"), ("compact",)):
            assert shell(*words) == 1, words
            assert "already runs in this data folder" in shell.err
        assert shell("list") == 0
        assert " 61 " in shell.out
        assert shell("check") == 0
        out = tmp_path / "out.csv"
        assert shell("export", str(out), *of_market, "--to", "2025-09-01T03:00Z") == 0
        assert "Candles in unknown ranges that nobody confirmed were left out: 1." in shell.err
        assert len(out.read_text().splitlines()) == 61
        with closing(open_candle_reader(shell.paths.market_data_database)) as reader:
            assert reader.read(BTC, CandleUnit.MINUTE, Span(hour(0), hour(3))).series.opened.size == 61
    assert shell("import", str(file), *of_market) == 0


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT")
def test_an_import_that_is_stopped_is_completed_by_doing_it_again(shell: Shell, tmp_path: Path) -> None:
    whole = series(BEGIN - timedelta(days=90), 120_000)
    file = csv_of(tmp_path / "btc.csv", whole)
    words = ("import", str(file), "--market", "KRW-BTC", "--unit", "1m")
    folder = ("--data-dir", str(shell.paths.user_root), "--lang", "en")
    command = (sys.executable, "-m", "upbit_auto_trading", "candles", *words, *folder)
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "Importing 0%\n"
        assert process.stderr.readline().startswith("Importing 40%")
        process.send_signal(signal.SIGINT)
        _out, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Stopped. What had been imported is stored; importing again completes it." in said
    assert "Traceback" not in said
    assert 0 < len(stored(shell)) < len(whole)

    assert shell(*words) == 0
    assert stored(shell).equals(whole)
