"""Variables of strategies in screens: by their text, on the last closed candle."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import cache
from math import sin

import pytest

from tests.fakes.screened_markets import HOUR, NOW, Candles, known
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidScreen
from upbit_auto_trading.business_logic.domain.screen import Filter, Operator, Screen, Sort
from upbit_auto_trading.business_logic.domain.screen_form import ScreenForm
from upbit_auto_trading.business_logic.domain.screen_json import screen_from_json, screen_to_json
from upbit_auto_trading.business_logic.domain.screen_text import filter_text, read_filter, read_sort
from upbit_auto_trading.business_logic.domain.screen_variable import ScreenVariable, UnknownReason, ValueKind
from upbit_auto_trading.business_logic.domain.screen_variables import BY_ID
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Use
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.use_cases.run_screen import ScreenResult, needed_candles, run_screen
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.registry import Registry, built_in
from upbit_auto_trading.component_system.screening import ScreenVariables
from upbit_auto_trading.component_system.variable import CandleVariable

LAST_HOUR = CandleUnit.HOUR.floor(NOW)


@cache
def registry() -> Registry:
    return built_in()


@cache
def variables() -> Mapping[str, ScreenVariable]:
    return ScreenVariables(BY_ID, registry())


def waves(count: int) -> list[float]:
    return [100.0 + 10.0 * sin(place / 7.0) + place / 50 for place in range(count)]


def screened(screen: Screen, candles: Candles, *codes: str) -> ScreenResult:
    listings = [known(code) for code in codes or ("KRW-BTC",)]
    return run_screen(screen, (), listings, candles, NOW, variables=variables())


def asking(variable_id: str, operator: Operator = Operator.AT_LEAST, *values: str) -> Screen:
    return Screen(filters=(Filter(variable_id, operator, values or ("0",)),))


def test_those_of_screens_come_first_and_stay_what_they_were() -> None:
    assert list(variables())[: len(BY_ID)] == list(BY_ID)
    assert all(variables()[name] is BY_ID[name] for name in BY_ID)
    offered = list(variables())[len(BY_ID) :]
    candles = [one for one in registry().of(ComponentKind.VARIABLE) if issubclass(one, CandleVariable)]
    whole = [one for one in candles if not any(parameter.is_required for parameter in one.declaration.parameters)]
    assert len(variables()) == len(BY_ID) + len(whole)
    assert {name.removesuffix("@60m") for name in offered} == {one.declaration.id for one in whole}
    print(f"{len(offered)} variables of strategies are offered to screens")


def test_the_value_is_that_of_the_last_closed_candle() -> None:
    candles = Candles()
    candles.put("KRW-BTC", CandleUnit.HOUR, LAST_HOUR, waves(1_500))
    for text, parameters in (("rsi@60m", ()), ("rsi(period=5)@60m", (("period", 5),))):
        result = screened(Screen(filters=asking(text).filters, sort=Sort(text)), candles)
        (row,) = result.rows
        value = row.values[result.shown.index(text)]
        series = candles.stored["KRW-BTC", CandleUnit.HOUR].series
        use = Use(ComponentKind.VARIABLE, "rsi", parameters)
        whole = Frame(series).of(Builder(registry(), CandleUnit.HOUR).market_variable(use))
        assert isinstance(value, Decimal)
        assert float(value) == pytest.approx(whole[-1], rel=1e-9)


def test_candles_that_are_not_known_can_be_downloaded() -> None:
    candles = Candles()
    candles.put("KRW-BTC", CandleUnit.HOUR, LAST_HOUR, waves(50))
    result = screened(asking("rsi@60m"), candles)
    assert [one.reasons for one in result.not_judged] == [(("rsi@60m", UnknownReason.CANDLES_MISSING),)]
    (missing,) = result.missing
    assert missing.unit is CandleUnit.HOUR
    need = variables()["rsi@60m"].candles
    assert need is not None
    assert missing.spans[0].start == LAST_HOUR - need.length


def test_a_young_market_has_too_few() -> None:
    candles = Candles()
    candles.put("KRW-BTC", CandleUnit.HOUR, LAST_HOUR, waves(10), known_before=timedelta(days=400))
    result = screened(asking("rsi@60m"), candles)
    assert result.not_judged[0].reasons == (("rsi@60m", UnknownReason.TOO_FEW_CANDLES),)
    candles.put("KRW-BTC", CandleUnit.HOUR, LAST_HOUR, waves(40), known_before=timedelta(days=400))
    assert [row.market.code for row in screened(asking("rsi@60m"), candles).rows] == ["KRW-BTC"]


def test_what_has_no_value_is_told() -> None:
    candles = Candles()
    candles.put("KRW-BTC", CandleUnit.HOUR, LAST_HOUR, [100.0] * 1_500)
    names = [name for name in variables() if name not in BY_ID]
    values = {name: screened(asking(name), candles) for name in ("stochastic@60m", "williams-r@60m") if name in names}
    assert values
    for result in values.values():
        reasons = {why for one in result.not_judged for _name, why in one.reasons}
        assert reasons <= {UnknownReason.NOT_DEFINED}


def test_every_one_can_be_screened_by() -> None:
    """On hours of a year, or however long it asks for; each gives a number or says why it does not."""
    candles = Candles()
    names = [name for name in variables() if name not in BY_ID]
    longest = max((variables()[name].candles for name in names), key=lambda need: need.length if need else HOUR)
    assert longest is not None
    candles.put("KRW-BTC", CandleUnit.HOUR, LAST_HOUR, waves(longest.length // HOUR + 1))
    known_of: dict[bool, int] = {True: 0, False: 0}
    for name in names:
        screen = Screen(filters=(Filter(name, *_first(name)),), sort=Sort(name))
        result = screened(screen, candles)
        assert not result.missing, name
        assert set(needed_candles(screen, variables())) == {CandleUnit.HOUR}
        reasons = {why for one in result.not_judged for _name, why in one.reasons}
        assert reasons <= {UnknownReason.NOT_DEFINED}, name
        known_of[not reasons] += 1
    print(f"{known_of[True]} have a value, {known_of[False]} none on these candles")
    assert known_of[True] >= 100


def _first(name: str) -> tuple[Operator, tuple[str, ...]]:
    variable = variables()[name]
    assert all(variable.canonical(text) for text in variable.values)
    return variable.operator, variable.values


@pytest.mark.parametrize(
    "text",
    [
        "rsi", "rsi@", "@60m", "rsi@2m", "rsi@1s", "rsi@1M", "nothing@60m", "rsi()x@60m", "rsi(period=0)@60m",
        "rsi(period=5,period=6)@60m", "rsi(period=x)@60m", "rsi(period)@60m", "rsi(length=5)@60m",
        "sma(source=nothing)@60m", "sma(source=equity)@60m", "equity@60m", "position-profit@60m", "rsi(@60m",
        "ema(source=sma(period=3)@60m", "RSI@60m", "",
    ],
)  # fmt: skip
def test_a_text_that_is_none_is_not_known(text: str) -> None:
    assert text not in variables()


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("rsi(period=9)@1d", "RSI(9), 1d", ValueKind.NUMBER),
        ("close@5m", "Close, 5m", ValueKind.MONEY),
        ("sma(period=5,source=volume)@240m", "Simple moving average(5, Volume), 240m", ValueKind.NUMBER),
        ("sma(source=ema(period=3))@60m", "Simple moving average(20, Exponential moving average(3)), 60m",
         ValueKind.MONEY),
    ],
)  # fmt: skip
def test_a_text_says_what_it_is(text: str, name: str, kind: ValueKind) -> None:
    found = variables()[text]
    assert (found.id, found.name.en, found.kind) == (text, name, kind)
    assert found.candles is not None
    assert found.candles.unit.value == text.partition("@")[2]
    line = f"{text} >= 5"
    read = read_filter(line, 0, variables())
    assert (read.variable, filter_text(read)) == (text, line)
    assert read_sort(f"-{text}", variables()) == Sort(text)


def test_a_screen_with_them_is_kept_like_any_other() -> None:
    screen = asking("rsi(period=5)@60m", Operator.BETWEEN, "20", "30")
    assert screen_from_json(screen_to_json(screen)) == screen
    form = ScreenForm(variables(), screen)
    assert form.runnable() == screen
    assert form.rows[0].fields[0].maximum == 100
    titles = [group.title.en for group in form.groups]
    assert titles[:4] == ["Price", "Trading", "Movement", "Listing and alerts"]
    assert "Momentum" in titles
    assert len(titles) == len(set(titles))
    plain = ScreenForm(BY_ID, screen)
    assert plain.rows[0].variable is None, "a version without them keeps the row, and says that it does not know it"


def test_of_many_names_the_likely_ones_are_told() -> None:
    with pytest.raises(InvalidScreen) as refused:
        read_filter("rsi@60n >= 3", 0, variables())
    allowed = refused.value.problems[0].allowed
    assert "rsi@60m" in allowed.split(", ")[:5]
    assert len(allowed.split(", ")) <= 16
    with pytest.raises(InvalidScreen):
        run_screen(asking("rsi@60n"), (), (), Candles(), NOW, variables=variables())


def settings(variable_id: str) -> dict[str, str]:
    return {one.name: one.text for one in variables()[variable_id].settings}


def test_its_parameters_and_candles_can_be_chosen() -> None:
    assert settings("rsi@60m") == {"period": "14", "source": "close", "@": "60m"}
    form = ScreenForm(variables(), asking("rsi@60m", Operator.AT_MOST, "25"))
    form = form.change_setting(0, "period", "9")
    assert form.screen.filters[0] == Filter("rsi(period=9)@60m", Operator.AT_MOST, ("25",))
    form = form.change_setting(0, "@", "1d").change_setting(0, "source", "high")
    assert form.screen.filters[0].variable == "rsi(period=9,source=high)@1d"
    assert form.rows[0].settings == variables()["rsi(period=9,source=high)@1d"].settings
    back = form.change_setting(0, "period", "14").change_setting(0, "source", "close").change_setting(0, "@", "60m")
    assert back.screen.filters[0].variable == "rsi@60m"


def test_what_cannot_be_chosen_is_not_taken() -> None:
    form = ScreenForm(variables(), asking("rsi@60m"))
    assert form.change_setting(0, "period", "0") == form
    assert form.change_setting(0, "@", "7m") == form
    plain = ScreenForm(variables(), asking("price"))
    assert plain.change_setting(0, "period", "9") == plain
    assert plain.rows[0].settings == ()
    unknown = ScreenForm(variables(), asking("gone@60m"))
    assert unknown.change_setting(0, "period", "9") == unknown
    assert unknown.rows[0].settings == ()


def test_every_setting_says_what_it_is_and_leads_to_a_variable() -> None:
    for name in variables():
        found = variables()[name]
        assert bool(found.settings) is (name not in BY_ID)
        for one in found.settings:
            assert found.having is not None
            assert found.having(one.name, one.text) == name, "what it is already changes nothing"
            others = [choice.value for choice in one.choices] or [str(one.maximum)] * (one.maximum is not None)
            for other in others[-2:]:
                changed = found.having(one.name, other)
                assert changed in variables() or one.maximum is not None, (name, one.name, other)
                if changed in variables():
                    assert settings(changed)[one.name] == other.removesuffix(".0")


def test_a_source_with_parameters_of_its_own_stays_until_another_is_chosen() -> None:
    name = "sma(source=ema(period=3))@60m"
    assert settings(name)["source"] == "ema(period=3)"
    having = variables()[name].having
    assert having is not None
    assert having("period", "5") == "sma(period=5,source=ema(period=3))@60m"
    assert having("source", "volume") == "sma(source=volume)@60m"
