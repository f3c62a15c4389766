"""Studies: what they are, what goes together, what is kept, and that a tail says what the whole says."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache

import numpy as np
import pytest

from tests.fakes.made_candles import made_series
from tests.fakes.odd_candles import odd_series
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Use
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.business_logic.use_cases.checked_columns import SAME_FROM_WINDOW
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.registry import Registry, built_in
from upbit_auto_trading.component_system.variable import CandleVariable, Drawn
from upbit_auto_trading.ui.charts.studies import (
    Study,
    drawable,
    first_use,
    lines_together,
    made_study,
    problem_of,
    studies_of,
    study_of,
    study_tree,
)
from upbit_auto_trading.ui.charts.study_entries import source_entries, study_entries, study_from_entry
from upbit_auto_trading.ui.charts.study_lines import (
    BuiltStudy,
    built_study,
    compute_in_pieces,
    compute_lines,
    compute_tail,
    first_needed,
)

MINUTE = CandleUnit.MINUTE
DAY_START = timedelta(0)


@cache
def registry() -> Registry:
    return built_in()


def made(component: str, *beside: Study, **parameters: int | float | str) -> Study:
    return made_study(variable_use(component, **parameters), registry(), beside)


def built(study: Study, unit: CandleUnit = MINUTE) -> BuiltStudy:
    return built_study(registry(), study, unit)


# what goes together


@pytest.mark.parametrize(
    ("component", "lines"),
    [
        ("bollinger", ("upper", "middle", "lower")),
        ("keltner", ("upper", "middle", "lower")),
        ("donchian", ("upper", "middle", "lower")),
        ("macd", ("macd", "signal", "histogram")),
        ("stochastic", ("k", "d")),
        ("stochastic-rsi", ("k", "d")),
        ("kdj", ("k", "d", "j")),
        ("aroon", ("up", "down")),
        ("ichimoku", ("conversion", "base", "span-a", "span-b")),
        ("supertrend", ()),
        ("ema", ()),
    ],
)
def test_lines_of_one_indicator_go_together(component: str, lines: tuple[str, ...]) -> None:
    assert lines_together(first_use(component), registry()) == lines


def test_every_line_of_a_group_is_drawn_in_one_place() -> None:
    for component in drawable(registry()):
        study = made(component.declaration.id)
        variables = [Builder(registry(), MINUTE).component(use) for use in study.uses]
        assert len({one.where_drawn for one in variables if isinstance(one, CandleVariable)}) == 1, study


def test_a_band_wears_one_colour_and_other_groups_several() -> None:
    assert made("bollinger").colours == (1, 1, 1)
    assert made("macd").colours == (1, 2, 3)
    # what is not drawn on the price would be two lines that look the same
    assert made("wick-percent").colours == (1, 2)


def test_colours_are_given_out_in_order_and_the_least_worn_comes_again() -> None:
    studies: list[Study] = []
    for period in range(2, 12):
        studies.append(made("ema", *studies, period=period))
    assert [one.colours[0] for one in studies] == [1, 2, 3, 4, 5, 6, 7, 8, 1, 2]
    assert len({one.id for one in studies}) == 10
    without_third = [one for one in studies[:4] if one.colours != (3,)]
    assert made("sma", *without_third).colours == (3,)


def test_a_line_changes_its_colour_and_a_band_all_of_it() -> None:
    assert made("macd").coloured(1, 7).colours == (1, 7, 3)
    assert made("bollinger").coloured(1, 7).colours == (7, 7, 7)


# what is kept


@pytest.mark.parametrize(
    "study",
    [
        Study("s1", variable_use("ema", period=20)),
        Study("s2", variable_use("macd", fast=5), ("macd", "signal"), (3, 4), is_hidden=True),
        Study("s3", variable_use("ema", source=variable_use("rsi", period=7)), pane="s2"),
        Study("s4", Use(ComponentKind.VARIABLE, "close", unit=CandleUnit.HOUR, ago=2, times=1.5, plus=-1.0)),
        Study("s5", variable_use("user.gone", speed=1.5, word="x", fast=True)),
    ],
)
def test_a_study_comes_back_from_json(study: Study) -> None:
    assert study_of(json.loads(json.dumps(study_tree(study)))) == study


@pytest.mark.parametrize(
    "tree",
    [None, 3, [], {}, {"id": "s1"}, {"id": "s1", "use": "ema"}, {"id": 1, "use": {"variable": "ema"}},
     {"id": "s1", "use": {"variable": "ema", "period": [1]}}, {"id": "s1", "use": {"variable": "ema", "ago": "x"}}],
)  # fmt: skip
def test_what_is_no_study_is_none(tree: object) -> None:
    assert study_of(tree) is None
    assert studies_of([tree]) == ()


def test_odd_colours_become_the_first_and_ids_count_once() -> None:
    tree = {"id": "s1", "use": {"variable": "ema"}, "colours": [0, 9, True, "x"], "hidden": "yes", "pane": 3}
    assert studies_of([tree, tree]) == (Study("s1", Use(ComponentKind.VARIABLE, "ema")),)
    assert studies_of("nothing") == ()


def test_an_unknown_component_is_kept_and_has_no_lines() -> None:
    gone = Study("s1", variable_use("user.gone", speed=2))
    found = built(gone)
    assert found.problem == "unknown-component"
    assert found.lines == ()
    assert "user.gone" in found.title.ko
    assert study_of(study_tree(gone)) == gone


@pytest.mark.parametrize(
    ("use", "problem"),
    [
        (variable_use("ema", period=0), "out-of-bounds"),
        (variable_use("ema", speed=1), "unknown-parameter"),
        (variable_use("macd", line="none"), "not-a-choice"),
        (variable_use("equity"), "state-not-allowed"),
        (variable_use("ema", source=variable_use("nothing")), "unknown-component"),
        (variable_use("ema"), ""),
    ],
)
def test_what_cannot_be_computed_says_why(use: Use, problem: str) -> None:
    assert problem_of(Study("s1", use), registry(), MINUTE) == problem


# words and places


def test_names_tell_the_parameters() -> None:
    assert built(made("ema")).title.ko == "EMA(20)"
    assert built(made("bollinger")).title.en == "Bollinger(20, 2)"
    assert [line.name.ko for line in built(made("stochastic")).lines] == ["%K", "%D"]
    assert built(made("macd", fast=5)).title.en == "MACD(5, 26, 9)"


def test_where_it_is_drawn_is_what_its_declaration_says() -> None:
    assert built(made("ema")).where is Drawn.ON_PRICE
    assert built(Study("s", variable_use("ema", source=variable_use("volume")))).where is Drawn.OWN_PANE
    assert built(made("pattern-doji")).where is Drawn.MARKS
    rsi = built(made("rsi"))
    assert (rsi.where, rsi.bounds, rsi.guides) == (Drawn.OWN_PANE, (0.0, 100.0), (30.0, 70.0))
    assert built(made("macd")).guides == (0.0,)
    # J leaves the bounds that K and D keep
    assert built(made("kdj")).bounds is None


def test_bands_and_clouds_are_tinted_between_two_lines() -> None:
    assert built(made("bollinger")).band == (0, 2)
    assert built(made("ichimoku")).band == (2, 3)
    assert built(made("wick-percent")).band is None
    assert built(made("macd")).band is None


def test_the_histogram_is_bars() -> None:
    assert [line.is_bars for line in built(made("macd")).lines] == [False, False, True]
    assert built(Study("s", variable_use("macd", line="histogram"))).lines[0].is_bars


# values


def test_values_are_those_of_a_backtest() -> None:
    series = odd_series(600)
    frame = Frame(series, DAY_START)
    variable = Builder(registry(), MINUTE).market_variable(variable_use("ema", period=9))
    (values,) = compute_lines(built(Study("s", variable_use("ema", period=9))), Frame(series, DAY_START))
    assert np.array_equal(values, frame.of(variable), equal_nan=True)


def test_a_tail_of_every_variable_is_that_of_the_whole() -> None:
    """For the forming candle, for one that was appended, and for some that came at once; also with missing minutes."""
    series = made_series(9_000, missing=0.03)
    frame = Frame(series, DAY_START)
    compared = 0
    for component in drawable(registry()):
        study = built(made(component.declaration.id))
        whole = compute_lines(study, frame)
        for first_row in (len(series) - 1, len(series) - 2, len(series) - 300):
            tail = compute_tail(study, series, first_row, DAY_START)
            for line, values in zip(whole, tail, strict=True):
                scale = float(np.nanmax(np.abs(line), initial=0.0))
                near = np.isclose(values, line[first_row:], SAME_FROM_WINDOW[0], SAME_FROM_WINDOW[1] * scale, True)
                assert near.all(), (component.declaration.id, first_row)
                compared += 1
    assert compared > 600


def test_pieces_of_every_variable_are_the_whole() -> None:
    series = made_series(9_000, missing=0.03)
    frame = Frame(series, DAY_START)
    asked: list[int] = []
    for component in drawable(registry()):
        study = built(made(component.declaration.id))
        pieces = compute_in_pieces(study, series, DAY_START, lambda: asked.append(1), piece=1_000)
        for line, values in zip(compute_lines(study, frame), pieces, strict=True):
            scale = float(np.nanmax(np.abs(line), initial=0.0))
            near = np.isclose(values, line, SAME_FROM_WINDOW[0], SAME_FROM_WINDOW[1] * scale, True)
            assert near.all(), (component.declaration.id, np.flatnonzero(~near)[:3])
    assert len(asked) > 1_000
    empty = compute_in_pieces(built(made("macd")), made_series(0), DAY_START, lambda: None)
    assert [len(line) for line in empty] == [0, 0, 0]


@pytest.mark.parametrize("unit", [CandleUnit("15m"), CandleUnit.HOUR, CandleUnit.DAY])
def test_levels_of_the_day_are_known_at_the_end_on_other_units(unit: CandleUnit) -> None:
    series = made_series(900, unit=unit)
    for component in ("vwap", "day-level", "yesterday-level", "pivot-point", "breakout-target"):
        study = built(made(component), unit)
        whole = compute_lines(study, Frame(series, DAY_START))
        tail = compute_tail(study, series, len(series) - 3, DAY_START)
        for line, values in zip(whole, tail, strict=True):
            assert np.allclose(line[-3:], values, equal_nan=True), component


def test_a_tail_asks_for_no_more_than_its_window() -> None:
    study = built(made("ema"))
    assert first_needed(study, 10_000) == 10_000 - study.window + 1
    assert first_needed(study, 3) == 0
    assert len(compute_tail(study, made_series(50), 48, DAY_START)[0]) == 2


def test_a_value_of_a_coarser_unit_is_known_at_the_tail() -> None:
    use = Use(ComponentKind.VARIABLE, "ema", (("period", 5),), CandleUnit.HOUR)
    series = made_series(8_000)
    study = built(Study("s", use))
    whole = compute_lines(study, Frame(series, DAY_START))[0]
    assert np.allclose(whole[-5:], compute_tail(study, series, len(series) - 5, DAY_START)[0])
    assert study.title.ko.startswith("EMA(5)")


def test_the_users_own_are_never_quick() -> None:
    assert built(made("kama")).is_quick
    assert not BuiltStudy(Study("s", variable_use("user.x")), built(made("ema")).title, (), Drawn.OWN_PANE,
                          is_own=True).is_quick  # fmt: skip
    assert not built(made("vwap"), CandleUnit.SECOND).is_quick


# what is offered


def test_every_drawable_variable_is_offered_once_and_other_lines_beside_it() -> None:
    entries = study_entries(registry())
    ids = [entry.id for entry in entries]
    assert len(ids) == len(set(ids))
    assert {one.declaration.id for one in drawable(registry())} <= set(ids)
    assert {"bollinger", "bollinger/percent-b", "bollinger/width", "aroon/oscillator", "supertrend/direction"} <= set(
        ids
    )
    assert "bollinger/upper" not in ids
    assert not {"weekday", "equity", "position-profit"} & set(ids)
    assert all(entry.title.ko and entry.help.ko and entry.category.ko for entry in entries)  # type: ignore[union-attr]


def test_every_entry_makes_a_study_that_can_be_drawn() -> None:
    for entry in study_entries(registry()):
        study = study_from_entry(entry.id, registry())
        assert study is not None
        assert problem_of(study, registry(), MINUTE) == "", entry.id
    width = study_from_entry("bollinger/width", registry())
    assert width is not None
    assert (width.lines, width.use.get("line")) == ((), "width")
    assert study_from_entry("user.gone", registry()) is None


def test_sources_are_those_that_fit() -> None:
    every, prices = source_entries(registry()), source_entries(registry(), ("price",))
    assert {"volume", "rsi", "close"} <= {one.id for one in every}
    assert "rsi" not in {one.id for one in prices}
    assert {"close", "typical-price", "ema"} <= {one.id for one in prices}
