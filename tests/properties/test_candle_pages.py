"""Paging over candles in both directions gives what one large answer would, whatever was or was not traded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.data_layer.exchanges.upbit.candle_pages import all_between, newest_before, oldest_from

BTC = Market("upbit", "KRW-BTC")
START = datetime(2020, 1, 1, tzinfo=UTC)
ONE = Decimal(1)


class Pages:
    """Rows that opened before the bound, newest first, at most 200: all that the exchange promises."""

    def __init__(self, unit: CandleUnit, numbers: list[int]) -> None:
        opened = START
        self.opened: list[datetime] = []
        wanted = set(numbers)
        for number in range(max(numbers, default=-1) + 1):
            if number in wanted:
                self.opened.append(opened)
            opened = unit.next(opened)
        self.unit = unit
        self.reads = 0

    def __call__(self, to: str | None, count: int) -> tuple[Candle, ...]:
        self.reads += 1
        bound = datetime.max.replace(tzinfo=UTC) if to is None else datetime.fromisoformat(to)
        rows = [opened for opened in reversed(self.opened) if opened < bound][: min(count, 200)]
        return tuple(Candle(BTC, self.unit, opened, ONE, ONE, ONE, ONE, ONE, ONE) for opened in rows)


@st.composite
def traded(draw: st.DrawFn) -> Pages:
    """Stretches with trades, and long silences between them."""
    unit = draw(st.sampled_from(list(CandleUnit)))
    numbers: list[int] = []
    at = 0
    longest = 400 if unit.length is None else 3_000
    for _ in range(draw(st.integers(0, 4))):
        at += draw(st.integers(0, longest))
        length, every = draw(st.integers(1, 450)), draw(st.integers(1, 3))
        numbers.extend(range(at, at + length, every))
        at += length
    return Pages(unit, [number for number in numbers if unit is not CandleUnit.YEAR or number < 6_000])


moments = st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=2_000))


@given(traded(), st.data(), st.integers(0, 900))
def test_forward_and_back_from_any_moment(pages: Pages, data: st.DataObject, count: int) -> None:
    known = st.sampled_from(pages.opened or [START]) | st.builds(lambda shift: START + shift, moments)
    moment = data.draw(known)
    later = [opened for opened in pages.opened if opened >= moment]
    earlier = [opened for opened in pages.opened if opened < moment]
    forward = [candle.opened_at for candle in oldest_from(pages, pages.unit, moment, count)]
    assert forward == later[:count]
    back = [candle.opened_at for candle in newest_before(pages, moment, count)]
    assert back == (earlier[-count:] if count else [])
    assert [candle.opened_at for candle in all_between(pages, START, moment)] == earlier


def test_a_long_silence_is_crossed_in_a_few_steps() -> None:
    pages = Pages(CandleUnit.MINUTE, [0, 1, 2_000_000])
    found = oldest_from(pages, CandleUnit.MINUTE, START, 3)
    assert [candle.opened_at for candle in found] == pages.opened
    assert pages.reads < 60


def test_forward_needs_hardly_more_requests_than_there_are_pages() -> None:
    pages = Pages(CandleUnit.MINUTE, list(range(2_000)))
    assert len(oldest_from(pages, CandleUnit.MINUTE, START, 2_000)) == 2_000
    assert pages.reads <= 11
