"""What is stored while the market runs is what the exchange has, candle for candle, whatever goes wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.contract.live_candles.course import MINUTE, QUIET, START, Cutter, course
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.live_candle import FreshnessState
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.engine.live_series import FILLED_AT_FIRST

BTC, ETH, WAXP = (Market("practice", code) for code in ("KRW-BTC", "KRW-ETH", QUIET))
BEGIN = START.replace(second=0)


def test_minutes_are_the_exchanges_own_through_cuts_and_failures(tmp_path: Path, qtbot: QtBot) -> None:
    with course(tmp_path, ("KRW-BTC", "KRW-ETH", QUIET)) as one:
        control = one.control
        control.run(120)
        with one.running():
            one.wait_until_known(qtbot, (BTC, ETH, WAXP), BEGIN + MINUTE, 20)
            control.add_fault("stream-cut", times=2)
            one.wait_until_known(qtbot, (BTC, ETH, WAXP), BEGIN + 3 * MINUTE, 20)
            control.add_fault("missing-candles", amount=2, times=6)
            control.add_fault("status", amount=500, path="*/candles/*", times=3)
            one.wait_until_known(qtbot, (BTC, ETH, WAXP), BEGIN + 6 * MINUTE, 20)
        control.pause()
        control.clear_faults()
        span = Span(BEGIN - FILLED_AT_FIRST * MINUTE + 3 * MINUTE, BEGIN + 6 * MINUTE)
        found = [one.check_equal(market, span) for market in (BTC, ETH, WAXP)]
        print(f"{found} candles equal; {one.counts()}")
        assert found[0] > 150
        assert found[2] < found[0], "in some minutes nobody trades"
        assert one.counts()["CandleConfirmed"] > 0
        for states in one.fresh.values():
            assert FreshnessState.FRESH in states
            assert states.index(FreshnessState.FILLING) < states.index(FreshnessState.FRESH)


def test_what_passed_while_the_program_was_away_is_filled(tmp_path: Path, qtbot: QtBot) -> None:
    with course(tmp_path, ("KRW-BTC",)) as one:
        one.control.run(300)
        with one.running():
            one.wait_until_known(qtbot, (BTC,), BEGIN + 2 * MINUTE, 20)
        one.control.jump(BEGIN + 60 * MINUTE)
        before = len(one.told)
        with one.running():
            one.wait_until_known(qtbot, (BTC,), BEGIN + 62 * MINUTE, 20)
        one.control.pause()
        assert len(one.told) > before
        assert one.check_equal(BTC, Span(BEGIN - 100 * MINUTE, BEGIN + 62 * MINUTE)) > 100


def test_candles_of_another_world_do_not_go_on_in_this_one(tmp_path: Path, qtbot: QtBot) -> None:
    with course(tmp_path, ("KRW-BTC",)) as one:
        one.control.run(300)
        with one.running():
            one.wait_until_known(qtbot, (BTC,), BEGIN + 2 * MINUTE, 20)
        old = Span(BEGIN - 150 * MINUTE, BEGIN)
        assert len(one.stored(BTC, old).series)
        one.control.jump(BEGIN + 1_000 * MINUTE)
        one.world = "another"
        one.settled.clear()
        with one.running():
            qtbot.waitUntil(lambda: bool(one.settled[BTC, CandleUnit.MINUTE]), timeout=20_000)
        assert not len(one.stored(BTC, old).series)


TEN = tuple(f"KRW-{base}" for base in ["BTC", "ETH", "XRP", "SOL", "DOGE", "USDT", "ADA", "LINK", "TRX", "WAXP"])


@pytest.mark.long
@pytest.mark.timeout(200)
def test_an_hour_of_ten_markets_with_cuts(tmp_path: Path, qtbot: QtBot) -> None:
    with course(tmp_path, TEN) as one:
        markets = [Market("practice", code) for code in TEN]
        one.control.run(120)
        with Cutter(one.control, 4.0) as cutter, one.running():
            one.wait_until_known(qtbot, markets, BEGIN + 60 * MINUTE, 120)
        one.control.pause()
        one.control.clear_faults()
        span = Span(BEGIN - 150 * MINUTE, BEGIN + 60 * MINUTE)
        found = {market.code: one.check_equal(market, span) for market in markets}
        print(f"{sum(found.values())} candles of {len(markets)} markets equal, {cutter.cuts} cuts; {one.counts()}")
        assert cutter.cuts >= 4
        assert sum(found.values()) > 1_000
