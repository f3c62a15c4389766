"""``download`` as a user types it: killed, stopped, gone on with, and equal to the source at the end."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

import pytest

from tests.contract.candle_download.field import Field, served
from tests.fakes.data_folder import paths_in
from upbit_auto_trading import cli
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import StoredRange
from upbit_auto_trading.composition_root.held_folder import held_folder
from upbit_auto_trading.composition_root.market_data import candles_for_writing
from upbit_auto_trading.data_layer.storage.candle_store.opening import open_candle_reader
from upbit_auto_trading.data_layer.system_clock import SystemClock

_ROOT = Path(__file__).resolve().parents[2]
BTC, ETH = Market("practice", "KRW-BTC"), Market("practice", "KRW-ETH")
NOON = datetime.fromisoformat("2026-11-20T12:00:00+00:00")
_LIMIT_SECONDS = 300
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
_FRACTION = re.compile(r"(\d+)%")


@dataclass
class Download:
    """One run of the command; its output is read all the while."""

    arguments: tuple[str, ...]
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "upbit_auto_trading", "download", *self.arguments, "--lang", "en"],
            cwd=_ROOT,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert self.process.stdout is not None
        self._reader = threading.Thread(target=self._read, args=(self.process.stdout,))
        self._reader.start()

    def _read(self, output: IO[str]) -> None:
        for line in output:
            with self._changed:
                self.lines.append(line.rstrip())
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def reaches(self, percent: int) -> None:
        def is_there() -> bool:
            told = [int(found[1]) for line in self.lines if (found := _FRACTION.search(line))]
            return bool(told and told[-1] >= percent) or not self._reader.is_alive()

        with self._changed:
            assert self._changed.wait_for(is_there, _LIMIT_SECONDS)

    def ends(self, number: int | None = None) -> int:
        if number is not None:
            self.process.send_signal(number)
        status = self.process.wait(_LIMIT_SECONDS)
        self._reader.join(_LIMIT_SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status

    @property
    def said(self) -> str:
        return "\n".join(self.lines)


@pytest.fixture(scope="module")
def venue() -> Iterator[Field]:
    with served() as found:
        yield found


@pytest.fixture
def calm(venue: Field) -> Iterator[Field]:
    venue.begin()
    yield venue
    venue.control.clear_faults()


def arguments(
    venue: Field, folder: Path, *codes: str, start: datetime, end: datetime = NOON, unit: str = "1m"
) -> tuple[str, ...]:
    return (
        *codes,
        *("--exchange", "practice", "--address", venue.addresses.rest_url, "--unit", unit),
        *("--from", f"{start:%Y-%m-%dT%H:%MZ}", "--to", f"{end:%Y-%m-%dT%H:%MZ}", "--data-dir", str(folder)),
    )


def stored(folder: Path, market: Market, unit: CandleUnit, span: Span) -> StoredRange:
    with closing(open_candle_reader(paths_in(folder).market_data_database)) as reader:
        return reader.read(market, unit, span)


@pytest.mark.claims(
    "command:download",
    "option:download --exchange",
    "option:download --address",
    "option:download --unit",
    "option:download --from",
    "option:download --to",
)
def test_a_download_that_is_killed_twice_and_stopped_once_is_finished_and_whole(calm: Field, tmp_path: Path) -> None:
    span = Span(NOON - timedelta(days=5), NOON - timedelta(days=2, minutes=30))
    wanted = arguments(calm, tmp_path, "KRW-BTC", start=span.start, end=span.end, unit="3m")
    slow = calm.control.add_fault("latency", amount=700, path="/v1/candles/*")
    known: list[timedelta] = []
    for number in (
        getattr(signal, "SIGKILL", signal.SIGTERM),
        signal.SIGINT,
        getattr(signal, "SIGKILL", signal.SIGTERM),
    ):
        run = Download(wanted)
        run.reaches(1)
        status = run.ends(number)
        assert status != 0, run.said
        if number == signal.SIGINT:
            assert status == 1
            assert "What is stored stays; run it again to go on." in run.said
        spans = stored(tmp_path, BTC, CandleUnit.MINUTES_3, span).known
        known.append(sum((one.end - one.start for one in spans), timedelta(0)))
    assert known == sorted(known), "nothing that was stored went away"
    calm.control.remove_fault(slow)
    last = Download(wanted)
    assert last.ends() == 0, last.said
    found = stored(tmp_path, BTC, CandleUnit.MINUTES_3, span)
    assert found.is_complete
    assert found.series.equals(calm.source(span, BTC, CandleUnit.MINUTES_3))
    again = Download(wanted)
    assert again.ends() == 0
    assert "nothing to fetch" in again.said


def test_what_is_wrong_is_said_before_anything_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str) -> str:
        assert cli.main(["download", *words, "--data-dir", str(tmp_path), "--lang", "en"]) == 2
        return capsys.readouterr().err

    days = ("--from", "2026-11-01", "--to", "2026-11-02")
    assert "MARKET is missing" in said(*days)
    assert "--from takes" in said("KRW-BTC")
    assert "--to must be later" in said("KRW-BTC", "--from", "2026-11-02", "--to", "2026-11-01")
    assert "--unit takes one of" in said("KRW-BTC", *days, "--unit", "7m")
    assert "--exchange takes one of" in said("KRW-BTC", *days, "--exchange", "elsewhere")
    assert "--address goes with" in said("KRW-BTC", *days, "--address", "http://127.0.0.1:1")
    elsewhere = ("--exchange", "practice", "--address", "http://192.168.0.7:8700")
    assert "on this computer only" in said("KRW-BTC", *days, *elsewhere)
    assert not list(tmp_path.iterdir())


def test_while_the_program_runs_its_window_downloads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with held_folder(paths_in(tmp_path), SystemClock()):
        assert (
            cli.main(["download", "KRW-BTC", "--from", "2026-11-01", "--data-dir", str(tmp_path), "--lang", "en"]) == 1
        )
    assert "Settings → Data" in capsys.readouterr().err


def test_what_could_not_be_had_is_listed_and_the_exit_says_so(calm: Field, tmp_path: Path) -> None:
    calm.control.add_fault("blocked", amount=3_600, path="/v1/candles/*", times=1)
    run = Download(arguments(calm, tmp_path, "KRW-ETH", "KRW-NOWHERE", start=NOON - timedelta(hours=2)))
    assert run.ends() == 1
    assert "The exchange has no market KRW-NOWHERE" in run.said
    assert re.search(r"not received 2026-11-20 19:00 – 2026-11-20 21:00: .+ It wants silence until 20\d\d", run.said)


@pytest.mark.long
def test_coarse_candles_that_finer_ones_contradict_are_counted(calm: Field, tmp_path: Path) -> None:
    """An hour out of a file that says another close than its minutes have."""
    start = NOON - timedelta(hours=3)
    span = Span(start, start + timedelta(hours=1))
    paths, clock = paths_in(tmp_path), SystemClock()
    hour = calm.source(span, BTC, CandleUnit.HOUR)
    wrong = replace(hour, close=(hour.low + hour.high) / 2)
    with candles_for_writing(paths, clock) as store:
        store.identify("practice", calm.control.state()["world"])
        store.write(wrong, span, Origin.FILE, NOON)
    run = Download(arguments(calm, tmp_path, "KRW-BTC", start=start, end=span.end))
    assert run.ends() == 0, run.said
    assert "candles of 60m that differ from what finer ones make: 1" in run.said
    again = Download(arguments(calm, tmp_path, "KRW-BTC", start=start - timedelta(hours=1), end=start))
    assert again.ends() == 0
    assert "differ" not in again.said


@pytest.mark.long
def test_candles_of_another_practice_world_are_not_continued(calm: Field, tmp_path: Path) -> None:
    """The same address and the same market, out of another seed."""
    start = NOON - timedelta(hours=3)
    assert Download(arguments(calm, tmp_path, "KRW-BTC", start=start)).ends() == 0
    with served(["--seed", "8"]) as other:
        other.begin()
        run = Download(arguments(other, tmp_path, "KRW-ETH", start=start))
        assert run.ends() == 0, run.said
        span = Span(start, NOON - timedelta(minutes=20))
        source = other.source(span, ETH)
    assert len(source) > 100
    assert stored(tmp_path, ETH, CandleUnit.MINUTE, span).series.equals(source)
    assert len(stored(tmp_path, BTC, CandleUnit.MINUTE, span).series) == 0


@pytest.mark.long
def test_the_practice_exchange_of_the_folder_is_started_for_the_command(tmp_path: Path) -> None:
    days = ("--from", "2026-11-01", "--to", "2026-11-02")
    run = Download(("KRW-BTC", "--exchange", "practice", *days, "--data-dir", str(tmp_path)))
    assert run.ends() == 0, run.said
    start = datetime.fromisoformat("2026-11-01T00:00:00+09:00")
    span = Span(start, start + timedelta(days=1))
    assert stored(tmp_path, BTC, CandleUnit.MINUTE, span).is_complete


@pytest.mark.long
def test_a_week_of_minutes_of_ten_markets_with_cuts_and_kills(tmp_path: Path) -> None:
    """Equal to the source, candle for candle."""
    rolls = random.Random(4)
    with served() as venue:
        venue.begin()
        codes = sorted(venue.control.state()["markets"])[:10]
        # what is not listed yet stays unknown: of a quiet market that would be its newest minutes
        span = Span(NOON - timedelta(days=7, minutes=30), NOON - timedelta(minutes=30))
        faults = [
            venue.control.add_fault(kind, path="/v1/candles/*", probability=chance, seed=seed, **more)
            for seed, (kind, chance, more) in enumerate(
                [
                    ("reset-before", 0.04, {}),
                    ("reset-after", 0.04, {}),
                    ("truncated", 0.03, {"amount": 50}),
                    ("garbage", 0.02, {}),
                    ("status", 0.03, {"amount": 503}),
                    ("latency", 0.2, {"amount": 80}),
                ]
            )
        ]
        wanted = arguments(venue, tmp_path, *codes, start=span.start, end=span.end)
        kills = 0
        while kills < 2:
            run = Download(wanted)
            run.reaches(rolls.randrange(10, 90))
            if run.ends(_KILL) != 0:
                kills += 1
        last = Download(wanted)
        assert last.ends() == 0, last.said
        hits = sum(one["hits"] for one in venue.control.faults() if one["id"] in faults)
        venue.control.clear_faults()
        candles = 0
        for code in codes:
            market = Market("practice", code)
            found = stored(tmp_path, market, CandleUnit.MINUTE, span)
            assert found.is_complete, code
            assert found.series.equals(venue.source(span, market)), code
            candles += len(found.series)
    print(f"{len(codes)} markets, {candles:,} candles, {hits} faults, {kills} kills\n{last.said}")
    assert hits >= 30
    assert candles > 50_000
