"""The settings of the practice exchange, in a practice exchange of its own process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.practice import CandleFile
from upbit_auto_trading.composition_root.practice_connection import (
    PracticeConnection,
    PracticeWish,
    open_practice,
    wish_of,
)
from upbit_auto_trading.config.app_paths import find_app_paths
from upbit_auto_trading.config.setting import Setting, Value
from upbit_auto_trading.config.settings import (
    PRACTICE_MARKET_COUNT,
    PRACTICE_SEED,
    PRACTICE_SPEED,
    PRACTICE_STARTING_KRW,
)
from upbit_auto_trading.data_layer.practice_exchange.world_folder import PracticeFolder
from upbit_auto_trading.data_layer.system_clock import SystemClock


def wish(given: Mapping[Setting, Value]) -> PracticeWish:
    return wish_of(lambda setting: given.get(setting, setting.default))


@contextmanager
def opened(folder: Path, given: Mapping[Setting, Value]) -> Iterator[PracticeConnection]:
    connection = open_practice(find_app_paths(folder), SystemClock(), lambda: False, wish(given))
    try:
        yield connection
    finally:
        connection.close()


def money(connection: PracticeConnection) -> Decimal:
    assert connection.exchange.account is not None
    return next(one.total for one in connection.exchange.account.balances() if one.currency == "KRW")


def closes(connection: PracticeConnection) -> list[Decimal]:
    bitcoin = Market(connection.exchange.name, "KRW-BTC")
    return [one.close for one in connection.exchange.market_data.candles_before(bitcoin, CandleUnit.DAY, None, 20)]


@pytest.mark.claims("setting:practice.starting_krw", "setting:practice.market_count", "setting:practice.seed")
def test_a_new_practice_market_is_made_as_the_settings_say(tmp_path: Path) -> None:
    small: Mapping[Setting, Value] = {PRACTICE_STARTING_KRW: 5_000_000, PRACTICE_MARKET_COUNT: 3, PRACTICE_SEED: 7}
    with opened(tmp_path / "a", small) as one, opened(tmp_path / "b", {PRACTICE_MARKET_COUNT: 2}) as other:
        assert (money(one), money(other)) == (Decimal(5_000_000), Decimal(10_000_000))
        assert (len(one.markets), len(other.markets)) == (3, 2)
        assert closes(one)[:-1] != closes(other)[:-1]
    with opened(tmp_path / "a", {}) as again:  # the settings have changed since, the market has not
        assert len(again.markets) == 3
        assert again.practice.world == wish(small).world


@pytest.mark.claims("setting:practice.speed")
def test_the_market_goes_as_fast_as_the_setting_says_from_the_start(tmp_path: Path) -> None:
    with opened(tmp_path, {PRACTICE_SPEED: "300", PRACTICE_MARKET_COUNT: 1}) as connection:
        assert connection.practice.time().speed == 300
        assert connection.practice.run(10).speed == 10
        paused = connection.practice.pause()
        assert paused.is_paused
        assert connection.practice.time().now == connection.practice.time().now
        before = money(connection)
        connection.practice.deposit(Decimal(123))
        assert money(connection) == before + 123


def candle_file(path: Path) -> Path:
    """Two days of minutes that rise from 50,000 by a hundred an hour."""
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    rows = []
    for minute in range(2 * 24 * 60):
        price = 50_000 + minute // 60 * 100
        rows.append(f"{(begin + timedelta(minutes=minute)).isoformat()},{price},{price + 50},{price - 50},{price},3")
    path.write_text("timestamp,open,high,low,close,volume\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_market_replays_the_file_that_was_chosen_also_after_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "연습 자료"
    paths = find_app_paths(folder)
    mine = candle_file(tmp_path / "내 캔들.csv")
    world = replace(wish({PRACTICE_MARKET_COUNT: 2}).world, candle_files=(CandleFile("KRW-BTC", str(mine)),))
    PracticeFolder(paths.practice_state).start_over(world, SystemClock().now())
    mine.unlink()
    for _start in (1, 2):
        with opened(folder, {}) as connection:
            names = {listed.market.code: listed.korean_name for listed in connection.markets}
            assert names == {"KRW-BTC": "비트코인", "KRW-ETH": "이더리움"}
            bitcoin = Market(connection.exchange.name, "KRW-BTC")
            (summary,) = connection.exchange.market_data.price_summaries([bitcoin])
            assert 49_900 < summary.price < 50_500
            now = connection.practice.time().now
            assert datetime(2026, 3, 1, tzinfo=UTC) <= now < datetime(2026, 3, 1, 2, tzinfo=UTC)
