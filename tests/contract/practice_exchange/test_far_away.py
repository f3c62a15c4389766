"""Moments far from all candles, and steps over hours: others are answered all the while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.contract.practice_exchange.scripted_floor import LIMIT_SECONDS
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.simulation.candle_sources import StoredCandles
from upbit_auto_trading.data_layer.practice_exchange.assembly import PracticeOptions
from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace
from upbit_auto_trading.data_layer.practice_exchange.serving import ServingOptions, serve
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.utils.secret import Secret

_START = datetime(2026, 3, 2, tzinfo=UTC)
_DAY = timedelta(days=1)
_SOON_SECONDS = 5.0
_ETC = Market("upbit", "KRW-ETC")


def on_exchange(scenario: Callable[[PracticeControl], Awaitable[None]], options: PracticeOptions) -> None:
    async def run() -> None:
        stopping = asyncio.Event()
        ready: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(serve(ServingOptions(options), SystemClock(), stopping, ready.set_result))
        try:
            await asyncio.wait((serving, ready), return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                await serving
            addresses = ready.result()
            control = PracticeControl(addresses["control_url"], Secret(addresses["control_token"]), _SOON_SECONDS)
            async with asyncio.timeout(LIMIT_SECONDS):
                await scenario(control)
        finally:
            stopping.set()
            await asyncio.gather(serving, return_exceptions=True)

    asyncio.run(run())


def file_market(*days: int) -> StoredCandles:
    """An hour of minutes on each of these days around the start."""
    price = Decimal(24_000)
    moments = [_START + day * _DAY + minute * timedelta(minutes=1) for day in sorted(days) for minute in range(60)]
    candles = [Candle(_ETC, CandleUnit.MINUTE, at, price, price, price, price, Decimal(1), price) for at in moments]
    return StoredCandles(ListedMarket(_ETC, "이더리움클래식", "Ethereum Classic"), candles)


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        ("2012-01-01", "before-all-candles"),
        ("2017-10-24", "before-all-candles"),
        ("2100-01-01", "after-all-candles"),
        ("9999-12-31", "after-all-candles"),
    ],
)
def test_jumps_to_where_no_market_lives_are_refused(moment: str, reason: str) -> None:
    async def scenario(control: PracticeControl) -> None:
        with pytest.raises(InvalidParameter) as refused:
            await asyncio.to_thread(control.jump, datetime.fromisoformat(moment).replace(tzinfo=UTC))
        assert refused.value.reason == reason
        assert (await asyncio.to_thread(control.state))["now"].startswith("2026-03-02")

    on_exchange(scenario, PracticeOptions(markets=2, start=_START))


@pytest.mark.parametrize("moment", ["2017-10-26", "2099-12-31"])
def test_jumps_to_the_ends_of_time_are_answered_soon(moment: str) -> None:
    async def scenario(control: PracticeControl) -> None:
        there = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        assert (await asyncio.to_thread(control.jump, there))["now"].startswith(moment)
        assert (await asyncio.to_thread(control.state))["now"].startswith(moment)

    on_exchange(scenario, PracticeOptions(markets=2, start=_START))


def test_a_file_is_not_left_before_its_first_candle() -> None:
    async def scenario(control: PracticeControl) -> None:
        with pytest.raises(InvalidParameter) as refused:
            await asyncio.to_thread(control.jump, _START - 3 * _DAY)
        assert (refused.value.name, refused.value.reason) == ("KRW-ETC", "no-candles-at-start")

    options = PracticeOptions(markets=0, sources=(file_market(-1, 1),), start=_START, pace=Pace.PAUSED)
    on_exchange(scenario, options)


def test_candles_older_than_the_built_in_markets_are_refused_beside_them() -> None:
    async def scenario(_control: PracticeControl) -> None:
        raise AssertionError("nothing is served")

    with pytest.raises(InvalidParameter) as refused:
        on_exchange(scenario, PracticeOptions(markets=1, sources=(file_market(-5_000, -4_900),)))
    assert refused.value.reason == "before-all-candles"


def test_a_silence_of_years_is_answered_in_at_once() -> None:
    """The trades, figures and books of a market whose neighbours lie ten years back and ten ahead."""

    async def scenario(control: PracticeControl) -> None:
        for days in (0, 30, -30):
            await asyncio.to_thread(control.jump, _START + days * _DAY)
            assert (await asyncio.to_thread(control.state))["pace"] == "paused"

    options = PracticeOptions(markets=0, sources=(file_market(-3_650, 3_650),), start=_START, pace=Pace.PAUSED)
    on_exchange(scenario, options)


def test_a_long_step_gives_way_and_ends_with_a_jump() -> None:
    async def scenario(control: PracticeControl) -> None:
        patient = PracticeControl(f"http://127.0.0.1:{control._port}{control._path}", control._token)
        step = asyncio.create_task(asyncio.to_thread(patient.step_until, _START + 3 * _DAY))
        # in a minute something has happened; in the first moment perhaps not
        while (now := (await asyncio.to_thread(control.state))["now"]) < "2026-03-02T00:01:00Z":
            assert not step.done()
        assert now.startswith("2026-03-02"), "the step is on its way while others are answered"
        await asyncio.to_thread(control.jump, _START + 9 * _DAY)
        answer = await step
        assert answer["events"]
        assert answer["now"].startswith("2026-03-11"), "the jump has ended it"

    on_exchange(scenario, PracticeOptions(markets=1, start=_START, pace=Pace.PAUSED))
