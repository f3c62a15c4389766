"""The world over a scripted market, and over a generated one: tickers, tapes, candles, steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.contract.practice_exchange.scripted_floor import scripted_world
from tests.fakes.fake_clock import FakeClock
from tests.fakes.scripted_market import BTC, ETH, NOON, ScriptedReplays, quiet_day, trade
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.order import OrderState, SelfMatch, Side, limit_order, market_buy
from upbit_auto_trading.business_logic.simulation.virtual_events import PublicTrade, VirtualEvent
from upbit_auto_trading.data_layer.practice_exchange.assembly import ACCOUNT, PracticeOptions, assemble
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace
from upbit_auto_trading.data_layer.practice_exchange.world import PracticeWorld


def play(world: PracticeWorld, replays: ScriptedReplays, *prices: str, after: timedelta = timedelta(seconds=1)) -> None:
    for price in prices:
        replays.script.append(trade(world.clock.now() + after, price))
        world.step()


@pytest.fixture
def replays() -> ScriptedReplays:
    return ScriptedReplays(*quiet_day())


@pytest.fixture
def world(replays: ScriptedReplays) -> PracticeWorld:
    return scripted_world(replays)


@pytest.mark.sheet("3.2", "8.6")
def test_the_day_turns_with_its_first_trade(world: PracticeWorld, replays: ScriptedReplays) -> None:
    play(world, replays, "118000000")
    midnight = CandleUnit.DAY.floor(NOON) + timedelta(days=1)
    play(world, replays, "119000000", after=midnight - world.clock.now() + timedelta(seconds=3))
    (summary,) = world.summaries([BTC])
    assert (summary.day_open, summary.day_high, summary.day_low) == (Decimal(119_000_000),) * 3
    assert summary.previous_close == 118_000_000
    assert (summary.day_volume, summary.day_bought, summary.day_sold) == (Decimal(1), Decimal(1), Decimal(0))
    assert summary.high_52w == 119_000_000
    assert summary.low_52w == 117_215_000


@pytest.mark.sheet("3.2")
def test_the_last_24_hours_forget_what_is_older(world: PracticeWorld, replays: ScriptedReplays) -> None:
    before = world.summaries([BTC])[0].volume_24h
    play(world, replays, "118000000", after=timedelta(hours=21))
    (summary,) = world.summaries([BTC])
    assert before == Decimal("2.75421873")
    assert summary.volume_24h == Decimal("1.00421873"), "yesterday evening and the early morning are over"


def test_a_market_that_was_never_traded_has_no_summary_and_no_candles(world: PracticeWorld) -> None:
    assert world.summaries([ETH]) == []
    assert world.candles(ETH, CandleUnit.MINUTE, None, 10) == []
    assert world.trades(ETH, 10) == []
    assert world.book(ETH).asks == ()


@pytest.mark.sheet("3.6.1", "3.6.3", "3.6.8")
def test_pages_of_candles_reach_back_over_what_is_missing(world: PracticeWorld) -> None:
    page = world.candles(BTC, CandleUnit.MINUTE, None, 200)
    assert len(page) == 4
    assert [candle.opened_at for candle in page] == sorted((candle.opened_at for candle in page), reverse=True)
    older = world.candles(BTC, CandleUnit.MINUTE, page[0].opened_at, 2)
    assert older == page[1:3], "the bound is not in it"


def test_own_market_orders_show_in_candles_tape_and_ticker(world: PracticeWorld) -> None:
    world.place(ACCOUNT, market_buy("", BTC, funds=Decimal(10_000), self_match=SelfMatch.CANCEL_MAKER))
    (newest,) = world.trades(BTC, 1)
    assert (newest.price, newest.quantity, newest.taker_side) == (
        Decimal(118_451_000), Decimal("0.00008442"), Side.BUY
    )  # fmt: skip
    assert world.candles(BTC, CandleUnit.MINUTE, None, 1)[0].volume == Decimal("0.00008442")
    assert world.candles(BTC, CandleUnit.DAY, None, 1)[0].close == 118_451_000
    assert world.summaries([BTC])[0].last == newest


@pytest.mark.sheet("4.8")
def test_a_replacement_takes_the_place_of_the_old_order(world: PracticeWorld) -> None:
    def order(identifier: str, price: str, quantity: Decimal) -> object:
        return limit_order(
            identifier, BTC, Side.BUY, price=Decimal(price), quantity=quantity, self_match=SelfMatch.CANCEL_MAKER
        )

    old = world.place(ACCOUNT, order("old", "100000000", Decimal("0.002")))  # type: ignore[arg-type]
    before, new_id = world.replace(
        ACCOUNT, old.order_id, lambda ended: order("new", "101000000", ended.remaining_quantity or Decimal(1))  # type: ignore[arg-type, return-value]
    )  # fmt: skip
    assert before.state is OrderState.OPEN
    new = world.exchange.order(ACCOUNT, new_id)
    assert new is not None
    assert (new.state, new.quantity) == (OrderState.OPEN, Decimal("0.002"))
    _before, refused_id = world.replace(ACCOUNT, new_id, lambda _ended: order("old", "1000", Decimal(1)))  # type: ignore[arg-type, return-value]
    assert world.exchange.order(ACCOUNT, refused_id) is None


# --- over the built-in markets


def generated(pace: Pace = Pace.LOCK_STEP) -> PracticeWorld:
    start = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    return assemble(PracticeOptions(start=start, markets=2, pace=pace), FakeClock()).world


@pytest.mark.sheet("3.5")
def test_the_tape_before_the_start_is_what_would_have_been_printed() -> None:
    """Played live, and looked up afterwards by a world that starts later."""
    early, market = generated(), Market("upbit", "KRW-BTC")
    early.play(early.clock.now() + timedelta(minutes=5), lambda: True)
    live = early.trades(market, 500)
    late = assemble(PracticeOptions(start=early.clock.now(), markets=2, pace=Pace.LOCK_STEP), FakeClock()).world
    assert late.trades(market, len(live)) == live
    assert len(live) > 20


@pytest.mark.sheet("10.2")
def test_in_lock_step_the_prints_rebuild_the_candles_that_are_served() -> None:
    world, market = generated(), Market("upbit", "KRW-BTC")
    start = world.clock.now()
    printed: list[PublicTrade] = []
    while world.clock.now() < start + timedelta(minutes=10):
        printed += [event for event in world.step() if isinstance(event, PublicTrade) and event.market == market]
    candles = [
        candle for candle in world.candles(market, CandleUnit.MINUTE, None, 30)
        if start <= candle.opened_at < start + timedelta(minutes=10)
    ]  # fmt: skip
    assert len(candles) >= 8
    for candle in candles:
        within = [tick for tick in printed if CandleUnit.MINUTE.floor(tick.at) == candle.opened_at]
        prices = [tick.price for tick in within]
        assert (prices[0], max(prices), min(prices), prices[-1]) == (
            candle.open, candle.high, candle.low, candle.close
        )  # fmt: skip
        assert sum(tick.quantity for tick in within) == candle.volume
        assert sum(tick.quantity * tick.price for tick in within) == candle.turnover


def test_a_play_that_runs_out_of_time_goes_on_where_it_stopped() -> None:
    world = generated(Pace.RUNNING)
    whole = generated(Pace.RUNNING)
    pieces: list[VirtualEvent] = []
    world.listeners.append(pieces.extend)
    to = world.clock.now() + timedelta(minutes=2)
    while not world.play(to, lambda: False):
        assert world.clock.now() <= to
    assert whole.play_some(to) == (True, tuple(pieces))
    assert world.clock.now() == whole.clock.now() == to


@pytest.mark.parametrize("unit", [CandleUnit.MONTH, CandleUnit.WEEK, CandleUnit.DAY, CandleUnit.HOUR])
@pytest.mark.parametrize("is_asked_first", [True, False])
def test_the_figures_of_a_year_hold_every_candle_that_was_shown(unit: CandleUnit, is_asked_first: bool) -> None:
    """Also in the first seconds, before the year was looked back over."""
    world = generated()
    market = world.listed()[0].market
    if is_asked_first:
        world.summaries([market])
    shown = world.candles(market, unit, None, 200)
    shown = [candle for candle in shown if candle.opened_at > world.clock.now() - timedelta(days=364)]
    (summary,) = world.summaries([market])
    assert summary.high_52w >= max(candle.high for candle in shown[:10])
    assert summary.low_52w <= min(candle.low for candle in shown[:10])
    days = {day.opened_at.date(): day for day in world.candles(market, CandleUnit.DAY, None, 200)}
    assert days[summary.high_52w_on].high == summary.high_52w
    assert days[summary.low_52w_on].low == summary.low_52w
