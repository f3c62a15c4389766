"""``practice-exchange`` as a user types it: a real process, its first line, and what each option changes."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.contract.practice_exchange.scripted_floor import token
from tests.fakes.refusing_port import refusing_port
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.composition_root.practice import downloaded
from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.utils.secret import Secret

_LIMIT_SECONDS = 60
_HANGUL = re.compile(r"[가-힣]")
_COMMAND = (sys.executable, "-m", "upbit_auto_trading", "practice-exchange")


class Served:
    def __init__(self, process: subprocess.Popen[str], addresses: dict[str, str]) -> None:
        self.process = process
        self.addresses = addresses

    @property
    def control(self) -> PracticeControl:
        return PracticeControl(self.addresses["control_url"], Secret(self.addresses["control_token"]))

    def get(self, path: str, *, is_private: bool = False) -> Any:
        address = urlsplit(self.addresses["rest_url"])
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=_LIMIT_SECONDS)
        headers = {"Authorization": f"Bearer {token(self.addresses)}"} if is_private else {}
        try:
            connection.request("GET", path, headers=headers)
            return json.loads(connection.getresponse().read(), parse_float=Decimal)
        finally:
            connection.close()


@contextmanager
def served(*options: str) -> Iterator[Served]:
    with subprocess.Popen([*_COMMAND, *options], stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            yield Served(process, json.loads(process.stdout.readline()))
        finally:
            process.terminate()
            process.wait(_LIMIT_SECONDS)


def refused(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*_COMMAND, *options], capture_output=True, encoding="utf-8", timeout=_LIMIT_SECONDS, check=False
    )


@pytest.mark.claims("command:practice-exchange")
def test_the_first_line_says_where_and_it_serves_until_it_is_stopped() -> None:
    with served("--markets", "1") as exchange:
        addresses = exchange.addresses
        assert addresses.keys() >= {"rest_url", "websocket_url", "access_key", "secret_key"}
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", addresses["rest_url"])
        assert re.fullmatch(r"ws://127\.0\.0\.1:\d+/websocket/v1", addresses["websocket_url"])
        assert exchange.get("/v1/accounts", is_private=True)[0]["balance"] == "10000000"
        exchange.process.send_signal(signal.SIGTERM)
        ended = exchange.process.wait(_LIMIT_SECONDS)
    assert sys.platform == "win32" or ended == 0


@pytest.mark.skipif(sys.platform == "win32", reason="a console control event would reach the tests as well")
def test_control_c_stops_it_in_order() -> None:
    with served("--markets", "1") as exchange:
        exchange.process.send_signal(signal.SIGINT)
        assert exchange.process.wait(_LIMIT_SECONDS) == 0


@pytest.mark.claims(
    "option:practice-exchange --start", "option:practice-exchange --markets", "option:practice-exchange --speed"
)
def test_start_markets_and_speed() -> None:
    with served("--start", "2026-03-02T09:00", "--markets", "3", "--speed", "1000") as exchange:
        state = exchange.control.state()
        assert state["now"].startswith("2026-03-02T00:"), "a time without zone is Korean"
        assert (state["pace"], state["speed"]) == ("running", 1000)
        assert len(exchange.get("/v1/market/all")) == 3
        days = exchange.get("/v1/candles/days?market=KRW-BTC&count=60")
        assert days[-1]["candle_date_time_utc"] <= "2026-01-31T00:00:00", "at least 30 days lie before"
    with served("--speed", "max", "--markets", "1") as exchange:
        assert exchange.control.state()["pace"] == "max"


@pytest.mark.claims("option:practice-exchange --seed")
def test_the_seed_makes_the_market() -> None:
    closes = []
    for seed in ("1", "1", "2"):
        with served("--seed", seed, "--start", "2026-03-02T00:00Z", "--markets", "1") as exchange:
            candle = exchange.get(
                "/v1/candles/minutes/1?market=KRW-BTC&count=1&to=2026-03-01T12:00:00Z".replace(":00:00Z", "%3A00%3A00Z")
            )
            closes.append(candle[0]["trade_price"])
    assert closes[0] == closes[1] != closes[2]


@pytest.mark.claims("option:practice-exchange --port")
def test_the_port_is_the_wanted_one_and_a_taken_one_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with served("--port", str(port), "--markets", "1") as exchange:
        assert exchange.addresses["rest_url"].endswith(f":{port}")
        ended = refused("--port", str(port), "--lang", "en")
        assert (ended.returncode, ended.stdout) == (1, "")
        assert str(port) in ended.stderr
        assert "Traceback" not in ended.stderr


@pytest.mark.claims(
    "option:practice-exchange --access-key", "option:practice-exchange --secret-key", "option:practice-exchange --krw"
)
def test_own_keys_and_money() -> None:
    with served("--access-key", "A" * 40, "--secret-key", "S" * 40, "--krw", "5,000", "--markets", "1") as exchange:
        assert (exchange.addresses["access_key"], exchange.addresses["secret_key"]) == ("A" * 40, "S" * 40)
        assert exchange.get("/v1/accounts", is_private=True)[0]["balance"] == "5000"


@pytest.mark.claims("option:practice-exchange --state")
def test_the_state_file_outlives_the_process(tmp_path: Path) -> None:
    options = ("--state", str(tmp_path / "연습.json"), "--markets", "1")
    with served(*options, "--start", "2026-03-02T00:00Z", "--krw", "7000") as exchange:
        exchange.control.deposit("KRW", "5")
    with served(*options) as exchange:
        assert exchange.get("/v1/accounts", is_private=True)[0]["balance"] == "7005"
        assert exchange.control.state()["now"].startswith("2026-03-02")


def test_a_state_file_belongs_to_one_exchange(tmp_path: Path) -> None:
    """Two would overwrite each other's money. A kill leaves nothing that keeps the next one out."""
    options = ("--state", str(tmp_path / "연습.json"), "--markets", "1")
    with served(*options) as exchange:
        ended = refused(*options, "--lang", "ko")
        assert (ended.returncode, ended.stdout) == (1, "")
        assert "다른 연습 거래소가 이 파일을 쓰고 있어요" in ended.stderr
        assert len(ended.stderr.splitlines()) == 1
        exchange.control.deposit("KRW", "5")
        exchange.process.kill()
        exchange.process.wait(_LIMIT_SECONDS)
    with served(*options) as exchange:
        assert exchange.get("/v1/accounts", is_private=True)[0]["balance"] == "10000005"


def candle_rows(first: datetime, count: int) -> Sequence[str]:
    """A minute each, one in ten without trades; high and low on Upbit's grid."""
    moments = (first + timedelta(minutes=number) for number in range(count) if number % 10 != 7)
    return [
        f"{moment:%Y-%m-%dT%H:%M:%SZ},100000000,100{number % 7 + 1}00000,99{number % 5 + 1}00000,100050000,0.5"
        for number, moment in enumerate(moments)
    ]


@pytest.mark.claims("option:practice-exchange --candles")
def test_candles_of_a_file_are_served_as_they_were_recorded(tmp_path: Path) -> None:
    file = tmp_path / "btc.csv"
    first = datetime(2026, 1, 1, tzinfo=UTC)
    rows = candle_rows(first, 31 * 1_440)
    file.write_text("\n".join(["timestamp,open,high,low,close,volume", *rows]), encoding="utf-8")
    with served("--candles", f"KRW-BTC={file}", "--markets", "2", "--start", "2026-01-31T00:00Z") as exchange:
        assert [row["market"] for row in exchange.get("/v1/market/all")] == ["KRW-BTC", "KRW-ETH"]
        page = exchange.get("/v1/candles/minutes/1?market=KRW-BTC&count=200&to=2026-01-30T12%3A00%3A00Z")
        recorded = {row.split(",")[0][:19]: row.split(",")[1:] for row in rows}
        for candle in page:
            open_, high, low, close, volume = map(Decimal, recorded[candle["candle_date_time_utc"]])
            assert (candle["opening_price"], candle["high_price"]) == (open_, high)
            assert (candle["low_price"], candle["trade_price"]) == (low, close)
            assert candle["candle_acc_trade_volume"] == volume
        assert page[0]["candle_date_time_utc"] == "2026-01-30T11:59:00"
        assert len(page) == 200


def test_a_short_file_is_played_from_its_first_candle_and_has_a_past(tmp_path: Path) -> None:
    file = tmp_path / "btc.csv"
    rows = candle_rows(datetime(2026, 1, 1, tzinfo=UTC), 1_440)
    file.write_text("\n".join(["timestamp,open,high,low,close,volume", *rows]), encoding="utf-8")
    for start in ((), ("--start", "2026-01-01T12:00Z")):
        with served("--candles", f"KRW-BTC={file}", "--markets", "0", *start) as exchange:
            assert exchange.control.state()["now"].startswith("2026-01-01T12:0" if start else "2026-01-01T00:0")
            days = exchange.get("/v1/candles/days?market=KRW-BTC&count=60")
            assert days[-1]["candle_date_time_utc"] <= "2025-12-02T00:00:00", "at least 30 days lie before the start"
            assert len(days) >= 30
            assert 95_000_000 < days[1]["trade_price"] < 105_000_000


def test_the_last_days_are_downloaded_by_our_own_client() -> None:
    """From another practice exchange: the real one is not for tests."""
    with served("--markets", "1") as exchange:
        addresses = UpbitAddresses(exchange.addresses["rest_url"], exchange.addresses["websocket_url"])
        candles = downloaded(Market("upbit", "KRW-BTC"), 1, SystemClock(), addresses)
        page = exchange.get("/v1/candles/minutes/1?market=KRW-BTC&count=200")
    assert 1_300 < len(candles) <= 1_440
    by_opening = {f"{candle.opened_at:%Y-%m-%dT%H:%M:%S}": candle for candle in candles}
    shared = [row for row in page if row["candle_date_time_utc"] in by_opening]
    assert len(shared) > 150
    assert all(by_opening[row["candle_date_time_utc"]].close == row["trade_price"] for row in shared)
    assert all(candle.unit is CandleUnit.MINUTE for candle in candles)


@pytest.mark.long
def test_a_download_that_fails_names_its_cause() -> None:
    """And not that we stopped asking."""
    with refusing_port() as port:
        addresses = UpbitAddresses(f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}/websocket/v1")
        with pytest.raises(ExchangeUnavailable) as failed:
            downloaded(Market("upbit", "KRW-BTC"), 1, SystemClock(), addresses)
    assert failed.value.detail == "refused"


@pytest.mark.parametrize(
    "options",
    [
        ("--speed", "0.5"), ("--speed", "fast"), ("--speed", "1001"), ("--port", "70000"), ("--port", "x"),
        ("--start", "tomorrow"), ("--markets", "-1"), ("--seed", "x"), ("--krw", "-5"), ("--krw", "NaN"),
        ("--candles", "KRW-BTC"), ("--candles", "KRW-BTC=/no/such/file.csv"), ("--candles", "krw-btc=download:3"),
        ("--candles", "KRW-BTC=download:0"), ("--access-key", "alone"), ("--state", "/no/such/folder/state.json"),
        ("--candles", "KRW-BTC=download:3", "--candles", "KRW-BTC=download:4"), ("--hurry",), ("--port",),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["ko", "en"])
def test_bad_options_are_sentences(options: tuple[str, ...], language: str) -> None:
    from upbit_auto_trading import cli

    ended = _in_process(cli.main, [*("practice-exchange", "--lang", language), *options])
    status, said = ended
    assert status == 2
    assert bool(_HANGUL.search(said)) == (language == "ko")
    assert "Traceback" not in said


def _in_process(main: Any, argv: list[str]) -> tuple[int, str]:
    import contextlib
    import io

    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        status = main(argv)
    return status, said.getvalue()


@pytest.mark.parametrize("content", ["", "timestamp,open,high,low,close,volume\n", "not candles"])
def test_a_file_that_holds_no_candles_is_a_sentence(tmp_path: Path, content: str) -> None:
    file = tmp_path / "btc.csv"
    file.write_text(content, encoding="utf-8")
    ended = refused("--candles", f"KRW-BTC={file}", "--lang", "ko")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert _HANGUL.search(ended.stderr)
    assert "Traceback" not in ended.stderr


def test_a_file_of_hours_is_refused_by_name(tmp_path: Path) -> None:
    """Each would be played as one minute with an hour's volume."""
    hours = (datetime(2026, 1, 1, tzinfo=UTC) + number * timedelta(hours=1) for number in range(48))
    rows = [f"{hour:%Y-%m-%dT%H:%M:%SZ},1000,1010,990,1000,5" for hour in hours]
    file = tmp_path / "시간 캔들.csv.gz"
    file.write_bytes(gzip.compress("\n".join(["timestamp,open,high,low,close,volume", *rows]).encode()))
    ended = refused("--candles", f"KRW-BTC={file}", "--lang", "ko")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "시간 캔들.csv.gz에는 1분 캔들이 아니라 1h 캔들이 있어요" in ended.stderr
    assert "1분 캔들 파일을 고르세요" in ended.stderr


def test_a_foreign_state_file_is_a_sentence_and_stays(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text("{}", encoding="utf-8")
    ended = refused("--state", str(file), "--lang", "en")
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert file.read_text(encoding="utf-8") == "{}"
