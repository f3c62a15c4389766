"""What a strategy's brakes say, with worked numbers. A first buy for 100,000 out of 1,000,000 at noon of a Thursday."""

from __future__ import annotations

from math import isnan, nan
from typing import Any

import pytest

from tests.fakes.made_candles import BITCOIN, RIPPLE
from tests.fakes.strategy_asks import ETHER, HOUR, NEW_YEAR_KST, Correlations, held, proposal
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Use
from upbit_auto_trading.business_logic.ports.strategy import Verdict
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.registry import built_in
from upbit_auto_trading.component_system.risk_component import RiskComponent

REGISTRY = built_in()
BUILDER = Builder(REGISTRY, CandleUnit.MINUTE)


def brake(component_id: str, **written: Any) -> RiskComponent:
    found = BUILDER.component(Use(ComponentKind.RISK_RULE, component_id, tuple(written.items())))
    assert isinstance(found, RiskComponent)
    return found


def judged(component_id: str, written: dict[str, Any], **changes: Any) -> Verdict:
    return brake(component_id, **written).judge(proposal(**changes))


def test_positions_are_counted_by_market() -> None:
    two = (held(RIPPLE), held(ETHER))

    assert judged("max-positions", {"count": 3}, held=two) == Verdict(100_000.0, 2, 3)
    assert judged("max-positions", {"count": 2}, held=two) == Verdict(0.0, 2, 2)
    assert judged("max-positions", {"count": 2}, held=(held(RIPPLE), held(RIPPLE))).funds == 100_000.0


def test_an_entry_under_way_is_no_other_position() -> None:
    assert judged("max-positions", {"count": 1}, held=(held(BITCOIN),)) == Verdict(100_000.0, 0, 1)


def test_a_full_house_does_not_stop_adding() -> None:
    both = (held(RIPPLE), held(BITCOIN))

    assert judged("max-positions", {"count": 1}, held=both, is_entry=False).funds == 100_000.0


@pytest.mark.parametrize(
    ("percent", "here", "expected"),
    [(20, 0.0, 100_000), (20, 150_000.0, 50_000), (20, 200_000.0, 0), (20, 260_000.0, 0), (5, 0.0, 50_000)],
)
def test_a_weight_cuts_the_buy_to_what_fits(percent: float, here: float, expected: float) -> None:
    mine = (held(BITCOIN, here), held(RIPPLE, 500_000.0))

    verdict = judged("market-weight", {"percent": percent}, held=mine)

    assert verdict.funds == pytest.approx(expected)
    assert (verdict.value, verdict.limit) == pytest.approx(((here + 100_000) / 10_000, percent))


@pytest.mark.parametrize(("elsewhere", "expected"), [(0.0, 100_000), (450_000.0, 50_000), (500_000.0, 0)])
def test_exposure_is_of_all_markets(elsewhere: float, expected: float) -> None:
    verdict = judged("total-exposure", {"percent": 50}, held=(held(RIPPLE, elsewhere),))

    assert verdict.funds == pytest.approx(expected)
    assert (verdict.value, verdict.limit) == pytest.approx(((elsewhere + 100_000) / 10_000, 50))


@pytest.mark.parametrize(
    ("stop_distance", "mine", "expected"),
    [
        (2.0, (), 100_000),  # 2,000 are at risk, 30,000 may be
        (60.0, (), 50_000),  # 60 % of it is at risk
        (None, (), 30_000),  # all of it is
        (60.0, (held(BITCOIN, 90_000.0, 24_000.0),), 10_000),  # 6,000 are left for this buy
        (60.0, (held(BITCOIN, 20_000.0, None),), 10_000 / 0.6),  # what has no stop is at risk as a whole
        (60.0, (held(BITCOIN, 90_000.0, 30_000.0),), 0),
        (60.0, (held(RIPPLE, 90_000.0, 90_000.0),), 50_000),  # another trade
        (nan, (), 0),
        (-1.0, (), 0),
    ],
)
def test_no_trade_risks_more_than_the_cap(stop_distance: float | None, mine: Any, expected: float) -> None:
    verdict = judged("risk-cap", {"percent": 3}, stop_distance=stop_distance, held=mine)

    assert verdict.funds == pytest.approx(expected)
    assert verdict.limit == 3


def test_the_risk_is_told_in_percent_of_equity() -> None:
    assert judged("risk-cap", {}, stop_distance=60.0).value == pytest.approx(6.0)


def test_a_market_that_goes_with_one_that_is_held_is_not_entered() -> None:
    asked = Correlations({RIPPLE: 0.5, ETHER: 0.81})
    both = (held(RIPPLE), held(ETHER))

    assert judged("correlation", {}, held=both, correlation=asked) == Verdict(0.0, 0.81, 0.8)
    assert set(asked.asked) == {(BITCOIN, RIPPLE, 30), (BITCOIN, ETHER, 30)}


def test_a_correlation_at_the_limit_is_not_above_it() -> None:
    asked = Correlations({RIPPLE: 0.8})

    assert judged("correlation", {"days": 7}, held=(held(RIPPLE),), correlation=asked).funds == 100_000.0
    assert asked.asked == [(BITCOIN, RIPPLE, 7)]


@pytest.mark.parametrize("unknown", [None, nan])
@pytest.mark.parametrize(("choice", "expected"), [("allow", 100_000.0), ("deny", 0.0)])
def test_what_an_unknown_correlation_means_is_chosen(unknown: float | None, choice: str, expected: float) -> None:
    asked = Correlations({RIPPLE: unknown, ETHER: 0.1})
    verdict = judged("correlation", {"when_unknown": choice}, held=(held(RIPPLE), held(ETHER)), correlation=asked)

    assert verdict == Verdict(expected, 0.1, 0.8)


def test_nothing_held_goes_with_anything() -> None:
    verdict = judged("correlation", {"when_unknown": "deny"}, held=(held(BITCOIN),))

    assert verdict.funds == 100_000.0
    assert isnan(verdict.value)


def test_adding_asks_no_correlation() -> None:
    asked = Correlations({RIPPLE: 0.99})

    assert judged("correlation", {}, held=(held(RIPPLE),), correlation=asked, is_entry=False).funds == 100_000.0
    assert asked.asked == []


@pytest.mark.parametrize(("minutes_ago", "expected"), [(59.5, 0.0), (60, 100_000.0), (61, 100_000.0)])
def test_a_market_rests_after_it_was_closed(minutes_ago: float, expected: float) -> None:
    closed_at = proposal().now - minutes_ago * 60

    assert judged("cooldown", {"minutes": 60}, closed_at=closed_at) == Verdict(expected, minutes_ago, 60)


@pytest.mark.parametrize(
    ("only_after_loss", "at_loss", "expected"),
    [(True, True, 0.0), (True, False, 100_000.0), (False, False, 0.0), (False, True, 0.0)],
)
def test_the_rest_may_be_for_losses_only(only_after_loss: bool, at_loss: bool, expected: float) -> None:
    written = {"minutes": 60, "only_after_loss": only_after_loss}
    verdict = judged("cooldown", written, closed_at=proposal().now - 60, closed_at_loss=at_loss)

    assert verdict.funds == expected


def test_nobody_rests_who_never_closed_or_who_adds() -> None:
    assert judged("cooldown", {}).funds == 100_000.0
    assert judged("cooldown", {}, closed_at=proposal().now, is_entry=False).funds == 100_000.0


@pytest.mark.parametrize(("entries", "expected"), [(0, 100_000.0), (2, 100_000.0), (3, 0.0), (4, 0.0)])
def test_entries_of_a_day_are_counted(entries: int, expected: float) -> None:
    assert judged("max-entries-a-day", {"count": 3}, entries_today=entries) == Verdict(expected, entries, 3)
    assert judged("max-entries-a-day", {"count": 3}, entries_today=entries, is_entry=False).funds == 100_000.0


@pytest.mark.parametrize(("component_id", "since"), [("daily-loss", "day_equity"), ("max-drawdown", "peak_equity")])
@pytest.mark.parametrize(("equity", "expected"), [(980_000.0, 100_000.0), (969_999.0, 0.0), (970_000.0, 0.0)])
def test_after_a_loss_nothing_is_bought(component_id: str, since: str, equity: float, expected: float) -> None:
    for is_entry in (True, False):
        begun = {"day_equity": equity, "peak_equity": equity} | {since: 1_000_000.0}
        verdict = judged(component_id, {"percent": 3}, equity=equity, is_entry=is_entry, **begun)

        assert verdict.funds == expected
        assert (verdict.value, verdict.limit) == pytest.approx(((1_000_000 - equity) / 10_000, 3))


@pytest.mark.parametrize(
    ("component_id", "written"),
    [
        ("daily-loss", {}),
        ("max-drawdown", {}),
        ("market-weight", {}),
        ("total-exposure", {}),
        ("risk-cap", {}),
    ],
)
def test_a_brake_that_cannot_judge_lets_nothing_through(component_id: str, written: Any) -> None:
    verdict = judged(component_id, written, equity=nan, day_equity=nan, peak_equity=nan)

    assert verdict.funds == 0.0
    assert isnan(verdict.value)


def test_a_buy_is_cut_to_the_largest_that_is_allowed() -> None:
    assert judged("order-size", {"amount": 30_000}) == Verdict(30_000.0, 100_000.0, 30_000)
    assert judged("order-size", {"amount": 300_000}).funds == 100_000.0


ALL_DAY = {"hours": "always"}
DAYTIME = {"hours": "09:00-23:00"}
#: across midnight
NIGHT = {"hours": "own", "opens": "22:00", "closes": "02:30"}
TO_MIDNIGHT = {"hours": "own", "opens": "12:00", "closes": "24:00"}


@pytest.mark.parametrize(
    ("written", "hour", "is_open"),
    [
        (ALL_DAY, 0, True),
        (ALL_DAY, 23.99, True),
        (DAYTIME, 8.98, False),
        (DAYTIME, 9, True),
        (DAYTIME, 22.98, True),
        (DAYTIME, 23, False),
        (NIGHT, 21.98, False),
        (NIGHT, 22, True),
        (NIGHT, 0, True),
        (NIGHT, 2.48, True),
        (NIGHT, 2.5, False),
        (TO_MIDNIGHT, 11.98, False),
        (TO_MIDNIGHT, 23.99, True),
        (TO_MIDNIGHT, 24, False),
        ({"hours": "own", "opens": "07:00", "closes": "07:00"}, 6, True),
    ],
)
def test_entries_keep_to_the_hours(written: Any, hour: float, is_open: bool) -> None:
    now = NEW_YEAR_KST + int(hour * HOUR)

    assert judged("trading-hours", written, now=now).funds == (100_000.0 if is_open else 0.0)
    assert judged("trading-hours", written, now=now, is_entry=False).funds == 100_000.0


THURSDAY, FRIDAY = 4, 5


@pytest.mark.parametrize(
    ("written", "hours_after_new_year", "weekday"),
    [
        (ALL_DAY, 0, THURSDAY),
        (ALL_DAY, 23.9, THURSDAY),
        (ALL_DAY, 24, FRIDAY),
        (NIGHT, 23, THURSDAY),
        (NIGHT, 25, THURSDAY),  # the night of Thursday goes on after midnight
        (NIGHT, 46, FRIDAY),
    ],
)
def test_hours_belong_to_the_weekday_on_which_they_began(
    written: Any, hours_after_new_year: float, weekday: int
) -> None:
    now = NEW_YEAR_KST + int(hours_after_new_year * HOUR)
    every = {1, 2, 3, 4, 5, 6, 7}

    assert judged("trading-hours", {**written, "weekdays": (float(weekday),)}, now=now).funds == 100_000.0
    others = tuple(float(day) for day in sorted(every - {weekday}))
    assert judged("trading-hours", {**written, "weekdays": others}, now=now).funds == 0.0


@pytest.mark.parametrize("component_id", [one.declaration.id for one in REGISTRY.of(ComponentKind.RISK_RULE)])
def test_a_brake_is_known_by_its_id(component_id: str) -> None:
    assert brake(component_id).id == component_id
