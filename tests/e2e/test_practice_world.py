"""The settings of the practice exchange, in a practice exchange of its own process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
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
