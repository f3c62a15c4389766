"""``markets`` and ``screen`` as a user types them, against a practice exchange in a process of its own."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.data_folder import paths_in
from upbit_auto_trading import cli
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, epoch_second
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.screen import Screen
from upbit_auto_trading.composition_root.held_folder import held_folder
from upbit_auto_trading.composition_root.market_commands import MarketDesk
from upbit_auto_trading.composition_root.market_data import candles_for_writing
from upbit_auto_trading.composition_root.practice import practice_child
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine
from upbit_auto_trading.data_layer.storage.file_kinds import MARKET_DATA_FILE
from upbit_auto_trading.data_layer.system_clock import SystemClock

HOUR = timedelta(hours=1)


class Typed:
    """What a command answered."""

    def __init__(self, paths: AppPaths, capsys: pytest.CaptureFixture[str], *words: str) -> None:
        self.status = cli.main([*words, "--data-dir", str(paths.user_root), "--lang", "en"])
        self.out, self.err = capsys.readouterr()

    @property
    def codes(self) -> list[str]:
        return [line.split()[0] for line in self.out.splitlines() if line.startswith(("KRW-", "BTC-"))]


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> AppPaths:
    """With a practice market and its list, looked at once."""
    paths = paths_in(tmp_path_factory.mktemp("markets") / "자료")
    MarketDesk(paths, SystemClock()).sync("practice")
    return paths


@pytest.fixture
def folder(paths: AppPaths) -> Iterator[AppPaths]:
    yield paths
    with held_folder(paths, SystemClock()):
        pass  # whoever held it let it go


def rename_bitcoin(paths: AppPaths) -> None:
    engine = open_engine(paths.market_data_database, MARKET_DATA_FILE)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE known_markets SET korean_name = '옛 이름', is_warned = 1 WHERE code = 'KRW-BTC'"
        )
    close_engine(engine)


@pytest.mark.claims("command:markets", "option:markets --exchange", "option:markets --search")
def test_the_stored_list_is_shown_and_searched(folder: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    listed = Typed(folder, capsys, "markets", "--exchange", "practice")
    assert (listed.status, len(listed.codes)) == (0, 12)
    assert "KRW-STRAX   스트라티스 / Stratis  [under warning]" in listed.out
    assert Typed(folder, capsys, "markets", "--exchange", "practice", "--search", "ㅂㅌ").codes == ["KRW-BTC"]
    nothing = Typed(folder, capsys, "markets", "--exchange", "practice", "--search", "없는 코인")
    assert (nothing.status, nothing.codes) == (1, [])
    other = Typed(folder, capsys, "markets")
    assert (other.status, other.out) == (1, "")
    assert "--sync" in other.err
    wrong = Typed(folder, capsys, "markets", "--exchange", "moon")
    assert (wrong.status, "upbit, practice" in wrong.err) == (2, True)


@pytest.mark.claims("option:markets --sync", "option:markets --history")
def test_a_look_finds_what_changed_and_the_history_tells_it(
    folder: AppPaths, capsys: pytest.CaptureFixture[str]
) -> None:
    rename_bitcoin(folder)
    assert "no changes" in Typed(folder, capsys, "markets", "--exchange", "practice", "--history", "krw-btc").out
    looked = Typed(folder, capsys, "markets", "--exchange", "practice", "--sync", "--history", "KRW-BTC")
    assert looked.status == 0
    assert "12 markets were looked at. Changes: 2." in looked.err
    assert "Renamed: 옛 이름 / Bitcoin → 비트코인 / Bitcoin" in looked.out
    assert "Warning cleared" in looked.out
    unknown = Typed(folder, capsys, "markets", "--exchange", "practice", "--history", "KRW-NONE")
    assert (unknown.status, "KRW-NONE" in unknown.err) == (1, True)


def test_the_list_is_shown_beside_a_program_and_asked_for_by_it_alone(
    folder: AppPaths, capsys: pytest.CaptureFixture[str]
) -> None:
    with held_folder(folder, SystemClock()):
        assert len(Typed(folder, capsys, "markets", "--exchange", "practice").codes) == 12
        assert Typed(folder, capsys, "screen", "--list").status == 0
        assert Typed(folder, capsys, "markets", "--exchange", "practice", "--sync").status == 1
        assert Typed(folder, capsys, "screen", "--delete", "x").status == 1


def put_hours(paths: AppPaths, code: str, step: float) -> None:
    """A week of hours that move so much each."""
    end = CandleUnit.HOUR.floor(SystemClock().now())
    opened = np.array([epoch_second(end - number * HOUR) for number in range(168, 0, -1)], dtype=np.int64)
    closes = 100.0 * np.where(np.arange(168) % 2, 1.0 + step, 1.0)
    market = Market("practice", code)
    series = CandleSeries(market, CandleUnit.HOUR, opened, closes, closes, closes, closes, np.ones(168))
    with candles_for_writing(paths, SystemClock()) as store:
        store.write(series, Span(end - 168 * HOUR, end), Origin.EXCHANGE, SystemClock().now())


@pytest.mark.claims(
    "command:screen",
    "option:screen --filter",
    "option:screen --any",
    "option:screen --sort",
    "option:screen --exchange",
    "option:screen --csv",
)
def test_markets_that_pass_are_shown_and_those_that_cannot_be_judged_are_told(
    folder: AppPaths, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    put_hours(folder, "KRW-BTC", 0.02)
    put_hours(folder, "KRW-ETH", 0.01)
    put_hours(folder, "KRW-XRP", 0.0)
    moving = ("screen", "--exchange", "practice", "--filter", "volatility_7d >= 1")
    found = Typed(folder, capsys, *moving, "--sort", "-volatility_7d")
    assert (found.status, found.codes) == (0, ["KRW-BTC", "KRW-ETH"])
    assert "2 of 12 markets pass." in found.err
    assert "9 could not be judged: candles have to be downloaded (9)" in found.err
    assert "--exchange practice --unit 60m --from" in found.err

    file = tmp_path / "결과.csv"
    either = Typed(
        folder, capsys, *moving, "--filter", "is_warned is true", "--any", "--sort", "price", "--csv", str(file)
    )
    assert either.status == 0
    with file.open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    assert [row["Market"] for row in rows] == ["KRW-STRAX", "KRW-ETH", "KRW-BTC"]
    assert rows[0]["7-day volatility (%)"] == ""
    assert float(rows[2]["7-day volatility (%)"]) == pytest.approx(9.7, abs=0.1)


@pytest.mark.claims(
    "option:screen --save",
    "option:screen --name",
    "option:screen --list",
    "option:screen --delete",
    "option:screen --quote",
)
def test_screens_are_saved_used_and_deleted(folder: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    name = "=내 조건; DROP TABLE screens"
    assert "No screens are saved." in Typed(folder, capsys, "screen", "--list").out
    line = ("--filter", "price > 0", "--filter", "is_warned is true")
    saved = Typed(folder, capsys, "screen", "--exchange", "practice", *line, "--save", name)
    assert (saved.status, saved.codes) == (0, ["KRW-STRAX"])
    assert Typed(folder, capsys, "screen", "--list").out == f"{name}: (price > 0) all (is_warned is true)\n"
    assert Typed(folder, capsys, "screen", "--exchange", "practice", "--name", name).codes == ["KRW-STRAX"]
    assert Typed(folder, capsys, "screen", "--name", "none").status == 1
    with_filter = Typed(folder, capsys, "screen", "--name", name, "--filter", "price > 0")
    assert (with_filter.status, "--filter" in with_filter.err) == (2, True)
    assert Typed(folder, capsys, "screen", "--list", "--delete", name).status == 2
    assert Typed(folder, capsys, "screen", "--delete", name).status == 0
    assert Typed(folder, capsys, "screen", "--delete", name).status == 1
    quoted = Typed(folder, capsys, "screen", "--exchange", "practice", "--quote", "BTC")
    assert "0 of 0 markets pass." in quoted.err


def test_every_filter_that_cannot_be_read_is_told(folder: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = Typed(folder, capsys, "screen", "--filter", "price > much", "--filter", "size > 5", "--sort", "mood")
    assert wrong.status == 1
    assert "Filter 1: enter a number" in wrong.err
    assert "Filter 2: there is no variable “size”" in wrong.err
    assert "there is no variable “mood”" in wrong.err.lower()
    assert Typed(folder, capsys, "screen", "--sort", "--any").status == 2


def test_the_real_exchange_is_asked_in_its_own_words(tmp_path: Path) -> None:
    """Two markets of another server that speaks its protocol; its list is kept apart from that of practice."""
    clock, paths = SystemClock(), paths_in(tmp_path)
    child = practice_child(("--markets", "2"), clock)
    try:
        addresses = child.start()
        desk = MarketDesk(paths, clock, UpbitAddresses(addresses.rest_url, addresses.websocket_url))
        result = desk.run_screen(Screen(), "upbit")
        assert [str(row.market) for row in result.rows] == ["upbit:KRW-BTC", "upbit:KRW-ETH"]
        assert not paths.market_data_database.exists()
        report = desk.sync("upbit")
    finally:
        child.stop()
    with desk.stored_list() as stored:
        assert stored is not None
        assert stored.markets("upbit") == report.markets
        assert len(report.markets) == 2
        assert stored.markets("practice") == ()


def test_markets_are_screened_by_a_strategy_variable(folder: AppPaths, capsys: pytest.CaptureFixture[str]) -> None:
    put_hours(folder, "KRW-BTC", 0.02)
    asked = ("screen", "--exchange", "practice", "--filter")
    found = Typed(folder, capsys, *asked, "sma(period=10)@60m >= 1", "--sort", "-close@60m")
    assert found.status == 0
    assert "KRW-BTC" in found.codes
    assert "Close, 60m (KRW)" in found.out
    wrong = Typed(folder, capsys, *asked, "sma(perod=10)@60m >= 1")
    assert wrong.status == 1
    assert "sma@60m" in wrong.err
