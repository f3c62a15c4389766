"""Whatever a sizing is asked: never more than it may, and less where the stop is further away."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.declared_values import any_use, uses_of
from tests.fakes.made_candles import BITCOIN, RIPPLE
from tests.fakes.strategy_asks import held, proposal, sizing_ask
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Use
from upbit_auto_trading.business_logic.ports.strategy import PastTrades, SizingAsk
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.registry import built_in
from upbit_auto_trading.component_system.risk_component import RiskComponent
from upbit_auto_trading.component_system.sizing_component import SizingComponent

REGISTRY = built_in()
BUILDER = Builder(REGISTRY, CandleUnit.MINUTE)
ROUNDING = 1 + 1e-12

money = st.just(0.0) | st.floats(1e-3, 1e13)
distances = st.floats(1e-6, 1e9)
shares = st.floats(0, 1)
anything = st.floats() | st.integers(-10, 10).map(float)


@st.composite
def histories(draw: st.DrawFn) -> PastTrades:
    count = draw(st.integers(0, 500))
    return PastTrades(count, draw(st.integers(0, count)), draw(st.floats(0, 5)), draw(shares))


def uses(kind: ComponentKind) -> st.SearchStrategy[Use]:
    return any_use(kind, REGISTRY)


@st.composite
def asks(draw: st.DrawFn) -> SizingAsk:
    equity = draw(money)
    return sizing_ask(
        price=draw(distances),
        equity=equity,
        free_cash=equity * draw(shares),
        stop_distance=draw(st.none() | distances),
        first_funds=draw(money),
        last_funds=draw(money),
        past=draw(histories()),
    )


def funds(use: Use, ask: SizingAsk) -> float:
    component = BUILDER.component(use)
    assert isinstance(component, SizingComponent)
    return component.funds(ask)


#: what they spend is bound by something else than equity: an amount, or what was spent before
_NOT_OF_EQUITY = {"fixed-amount", "like-first-buy", "like-last-buy"}


@given(uses(ComponentKind.SIZING), asks())
def test_no_sizing_spends_more_than_there_is_or_than_its_cap(use: Use, ask: SizingAsk) -> None:
    spent = funds(use, ask)

    assert isfinite(spent)
    assert spent >= 0
    if use.id not in _NOT_OF_EQUITY:
        cap = use.get("cap_percent")
        assert spent <= ask.equity * (1.0 if cap is None else float(cap) / 100) * ROUNDING  # type: ignore[arg-type]
    if use.id == "share-of-cash":
        assert spent <= ask.free_cash


by_stop = st.sampled_from(["risk-per-stop", "kelly-risk"])


@given(by_stop.flatmap(lambda one: uses_of(ComponentKind.SIZING, one, REGISTRY)), asks(), distances, distances)
def test_a_stop_that_is_further_away_buys_less_and_loses_no_more(
    use: Use, ask: SizingAsk, one: float, other: float
) -> None:
    near, far = sorted((one, other))
    close_by, far_off = (funds(use, replace(ask, stop_distance=distance)) for distance in (near, far))

    assert far_off <= close_by * ROUNDING
    most = max(float(use.get(name) or 0) for name in ("percent", "risk_cap_percent"))  # type: ignore[arg-type]
    for distance, spent in ((near, close_by), (far, far_off)):
        assert spent * distance / ask.price <= ask.equity * most / 100 * (1 + 1e-9)


@given(uses(ComponentKind.SIZING), anything, anything, anything, anything, st.none() | anything, st.data())
def test_no_number_makes_a_sizing_fail_or_answer_nonsense(
    use: Use, equity: float, cash: float, price: float, before: float, stop: float | None, data: st.DataObject
) -> None:
    past = PastTrades(50, data.draw(st.integers(0, 50)), data.draw(anything), data.draw(anything))
    ask = sizing_ask(
        equity=equity, free_cash=cash, price=price, stop_distance=stop, first_funds=before, last_funds=before, past=past
    )

    spent = funds(use, ask)

    assert isfinite(spent)
    assert spent >= 0


@given(
    uses(ComponentKind.RISK_RULE),
    st.lists(st.tuples(st.sampled_from([BITCOIN, RIPPLE]), money, st.none() | money), max_size=4),
    st.fixed_dictionaries(
        {
            "funds": money,
            "equity": anything,
            "peak_equity": anything,
            "day_equity": anything,
            "price": distances,
            "stop_distance": st.none() | anything,
            "is_entry": st.booleans(),
            "entries_today": st.integers(0, 20),
            "now": st.integers(0, 2**32),
            "closed_at": st.none() | st.integers(0, 2**32),
            "closed_at_loss": st.booleans(),
        }
    ),
    st.none() | anything,
)
def test_a_brake_takes_away_and_never_adds(
    use: Use, positions: list[Any], changes: dict[str, Any], correlation: float | None
) -> None:
    component = BUILDER.component(use)
    assert isinstance(component, RiskComponent)
    asked = proposal(
        held=tuple(held(*one) for one in positions), correlation=lambda one, other, days: correlation, **changes
    )

    verdict = component.judge(asked)

    assert 0 <= verdict.funds <= asked.funds
