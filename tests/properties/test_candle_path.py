"""What holds for every candle: its prints rebuild it, in every digit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.krw_rules import DOGE, KRW_TICKS, LISTED_DOGE, krw_rules
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.simulation.candle_path import PathSettings, candle_prints
from upbit_auto_trading.business_logic.simulation.candle_sources import StoredCandles
from upbit_auto_trading.business_logic.simulation.market_replay import MarketReplay, ReplaySettings

OPENED = datetime(2026, 11, 18, 5, 20, tzinfo=UTC)
STEP = Decimal("0.00000001")

#: a base price, four offsets from it, both in steps of some size
sizes = st.sampled_from([Decimal(one) for one in ("0.00000001", "0.0001", "0.01", "1", "5", "1000")])
bases = st.integers(min_value=1, max_value=200_000)
offsets = st.lists(st.integers(min_value=0, max_value=300), min_size=4, max_size=4)
volumes = st.one_of(st.integers(4, 50), st.integers(4, 10**9), st.integers(4, 10**15)).map(lambda one: one * STEP)
seeds = st.integers(min_value=0, max_value=2**64 - 1)
settings = st.builds(
    PathSettings,
    st.integers(1, 10**10).map(lambda one: one * STEP),
    st.integers(1, 64),
    st.booleans(),
)


@st.composite
def candles(draw: st.DrawFn) -> Candle:
    size, base = draw(sizes), draw(bases)
    low, middle, other, high = sorted((base + offset) * size for offset in draw(offsets))
    first, last = draw(st.permutations([middle, other]))
    return Candle(DOGE, CandleUnit.MINUTE, OPENED, first, high, low, last, draw(volumes), Decimal(0))


@given(candle=candles(), seed=seeds, path=settings)
def test_prints_rebuild_their_candle(candle: Candle, seed: int, path: PathSettings) -> None:
    prints = candle_prints(candle, KRW_TICKS, seed, path)
    prices = [one.price for one in prints]
    assert (prices[0], max(prices), min(prices), prices[-1]) == (candle.open, candle.high, candle.low, candle.close)
    assert sum(one.quantity for one in prints) == candle.volume
    times = [one.at for one in prints]
    assert times == sorted(set(times))
    assert OPENED <= times[0] <= times[-1] < OPENED + timedelta(minutes=1)
    low, high = prices.index(candle.low), len(prices) - 1 - prices[::-1].index(candle.high)
    assert prices[: low + 1] == sorted(prices[: low + 1], reverse=True)
    assert prices[high:] == sorted(prices[high:], reverse=True)


@given(candle=candles(), seed=seeds, lock_step=st.booleans())
def test_the_served_candle_is_that_of_the_prints(candle: Candle, seed: int, lock_step: bool) -> None:
    source = StoredCandles(LISTED_DOGE, [candle])
    replay = MarketReplay([source], krw_rules(), ReplaySettings(lock_step=lock_step), seed)
    now = OPENED + timedelta(hours=1)
    (served,) = replay.candles(DOGE, CandleUnit.MINUTE, OPENED, now, now)
    path = PathSettings(source.path.quantity_a_print, source.path.most_prints, lock_step)
    prints = candle_prints(candle, KRW_TICKS, seed, path)
    assert (served.open, served.high, served.low) == (candle.open, candle.high, candle.low)
    assert (served.close, served.volume) == (candle.close, candle.volume)
    with localcontext(prec=60):
        assert served.turnover == sum(one.price * one.quantity for one in prints)
    assert served.last_traded_at == prints[-1].at


@given(candle=candles(), seed=seeds, after_ms=st.integers(0, 59_999))
def test_a_candle_in_progress_is_what_was_printed_by_then(candle: Candle, seed: int, after_ms: int) -> None:
    source = StoredCandles(LISTED_DOGE, [candle])
    replay = MarketReplay([source], krw_rules(), ReplaySettings(), seed)
    now = OPENED + timedelta(milliseconds=after_ms)
    served = replay.candles(DOGE, CandleUnit.MINUTE, OPENED, now + timedelta(days=1), now)
    prints = [one for one in candle_prints(candle, KRW_TICKS, seed, source.path) if one.at <= now]
    assert len(served) == bool(prints)
    for one in served:
        assert (one.close, one.volume) == (prints[-1].price, sum(each.quantity for each in prints))
