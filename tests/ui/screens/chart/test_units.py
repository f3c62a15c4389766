"""Only units that the opened exchange has, or that are made of what it has, are offered; what was kept falls back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt

from tests.ui.screens.chart.conftest import BTC, World
from tests.ui.test_every_screen import cut_off
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import divides
from upbit_auto_trading.ui.candle_words import SHORT_UNIT_WORDS, UNIT_WORDS
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Shell, ThemeName
from upbit_auto_trading.ui.screens.chart.view_model.units import nearest_unit, offered_units
from upbit_auto_trading.utils.bilingual_text import Language

LEFT = Qt.MouseButton.LeftButton
QUARTER, HOUR, SECOND = CandleUnit.MINUTES_15, CandleUnit.HOUR, CandleUnit.SECOND


def has_only(world: World, *units: CandleUnit) -> None:
    """The exchange that is opened next."""
    exchange = world.data.connection.exchange
    exchange.capabilities = replace(exchange.capabilities, candle_units=frozenset(units))  # type: ignore[misc]


def in_sight(world: World) -> list[CandleUnit]:
    return [CandleUnit(name) for name, _words in world.view.toolbar.units.options]


def in_menu(world: World) -> list[str]:
    toolbar = world.view.toolbar
    if not toolbar.more_units.isVisible():
        return []
    world.qtbot.mouseClick(toolbar.more_units, LEFT)
    assert toolbar.menu is not None
    words = [action.text() for action in toolbar.menu.actions()]
    toolbar.menu.close()
    return words


def keep(world: World, unit: CandleUnit) -> None:
    """As the last run left it."""
    world.view.model.choose_market(BTC)
    world.view.model.choose_unit(unit)
    world.view.model.write_now()
    world.view.hide()
    world.show()


def test_before_an_exchange_is_there_every_unit_is_offered_and_then_its_own(world: World) -> None:
    toolbar = world.view.toolbar
    shown = {UNIT_WORDS[unit].ko for unit in in_sight(world)} | set(in_menu(world))
    assert shown == {words.ko for words in UNIT_WORDS.values()}
    has_only(world, CandleUnit.MINUTE, QUARTER, HOUR, CandleUnit.DAY)
    world.reach()
    assert SECOND.value not in [name for name, _ in toolbar.units.options]
    assert not any("1초" in words for words in in_menu(world))


def test_what_is_made_of_others_says_so(world: World) -> None:
    """Half an hour of quarters, a week of days; three minutes of minutes."""
    has_only(world, CandleUnit.MINUTE, QUARTER, HOUR, CandleUnit.DAY)
    world.reach()
    words = in_menu(world)
    assert "30분 · 15분 캔들로 만들어요" in words
    assert "3분 · 1분 캔들로 만들어요" in words
    assert "연 · 일 캔들로 만들어요" in words
    assert not any("1초" in one for one in words)


def test_a_kept_unit_that_is_not_there_gives_way_to_the_nearest_with_a_sentence(world: World) -> None:
    keep(world, SECOND)
    assert world.view.model.state.chosen.unit is SECOND
    assert not world.view.toolbar.replaced.isVisible()
    has_only(world, CandleUnit.MINUTE, HOUR)
    world.reach()
    world.see_candles(BTC, CandleUnit.MINUTE)
    toolbar = world.view.toolbar
    assert toolbar.replaced.isVisible()
    assert "1초" in toolbar.replaced.accessibleName()
    assert "1분" in toolbar.replaced.accessibleName()
    language_state().set_language(Language.ENGLISH)
    assert "1 min" in toolbar.replaced.rest.text()
    language_state().set_language(Language.KOREAN)
    world.view.model.write_now()
    kept = json.loads(world.settings.kept_layouts["charts"])
    assert kept["charts"][0]["unit"] == SECOND.value, "an exchange that has it shows it again"
    world.qtbot.mouseClick(
        toolbar.units, LEFT, pos=toolbar.units.rects()[in_sight(world).index(HOUR)].center().toPoint()
    )
    assert not toolbar.replaced.isVisible()
    world.view.model.write_now()
    assert json.loads(world.settings.kept_layouts["charts"])["charts"][0]["unit"] == HOUR.value


@pytest.mark.parametrize("language", [Language.KOREAN, Language.ENGLISH])
def test_the_sentence_is_whole_where_there_is_little_room(
    world: World, language: Language, request: pytest.FixtureRequest
) -> None:
    """With the largest text, in the narrowest chart there can be."""

    def as_before() -> None:
        language_state().set_language(Language.KOREAN)
        current_theme().apply(ThemeName.DARK)

    request.addfinalizer(as_before)
    language_state().set_language(language)
    current_theme().apply(ThemeName.DARK, text_scale=130)
    keep(world, CandleUnit.MINUTES_30)
    world.view.resize(1208, 566)
    has_only(world, CandleUnit.HOURS_4)
    world.reach()
    note = world.view.toolbar.replaced
    world.see(note.isVisible)
    world.view.splitter.setSizes([2_000, 1, 2_000])
    world.see(lambda: world.view.middle.width() == Shell.CHART_LEAST)
    world.see(lambda: cut_off(note) == [] and note.rect().contains(note.rest.geometry()))


def test_the_sentence_is_closed_and_stays_closed(world: World) -> None:
    keep(world, SECOND)
    has_only(world, CandleUnit.MINUTE, HOUR)
    world.reach()
    world.see(lambda: world.view.toolbar.replaced.isVisible())
    world.view.toolbar.replaced.action.emit()
    assert not world.view.toolbar.replaced.isVisible()
    world.view.model.choose_scale("log")
    assert not world.view.toolbar.replaced.isVisible()


def test_the_keys_walk_through_what_is_offered(world: World) -> None:
    has_only(world, CandleUnit.MINUTE, HOUR)
    world.reach()
    units = world.view.toolbar.units
    units.setFocus()
    seen = set()
    for _ in range(len(CandleUnit)):
        world.qtbot.keyClick(units, Qt.Key.Key_Right)
        seen.add(world.view.model.state.chosen.unit)
    for _ in range(len(CandleUnit)):
        world.qtbot.keyClick(units, Qt.Key.Key_Left)
        seen.add(world.view.model.state.chosen.unit)
    assert seen == set(in_sight(world))
    assert SECOND not in seen


def test_an_exchange_without_the_usual_ones_shows_the_nearest(world: World) -> None:
    has_only(world, CandleUnit.MINUTES_3, CandleUnit.MINUTES_10)
    world.reach()
    assert CandleUnit.MINUTE not in in_sight(world)
    assert CandleUnit.MINUTES_3 in in_sight(world)


def test_units_follow_the_exchange_that_is_opened_anew(world: World) -> None:
    has_only(world, CandleUnit.MINUTE, HOUR)
    world.reach()
    assert not any("1초" in words for words in in_menu(world))
    has_only(world, *CandleUnit)
    world.data.ahead.append(world.data.connection)
    world.data.link.reopen(lambda: None)
    world.see(lambda: any("1초" in words for words in in_menu(world)))


@pytest.mark.parametrize(
    "declared",
    [{unit} for unit in CandleUnit] + [set(CandleUnit), set()],
    ids=lambda units: "-".join(unit.value for unit in CandleUnit if unit in units) or "none",
)
def test_offered_is_what_is_declared_or_divided_by_it(declared: set[CandleUnit]) -> None:
    offered = offered_units(declared)
    assert [one.unit for one in offered] == [
        unit for unit in CandleUnit if unit in declared or any(divides(finer, unit) for finer in declared)
    ]
    for one in offered:
        assert one.made_of is None or (one.made_of in declared and one.unit not in declared)


@pytest.mark.parametrize(
    ("wanted", "there", "nearest"),
    [
        (SECOND, (CandleUnit.MINUTE, HOUR), CandleUnit.MINUTE),
        (CandleUnit.MINUTES_10, (CandleUnit.MINUTES_5, QUARTER), QUARTER),
        (CandleUnit.YEAR, (HOUR, CandleUnit.MONTH), CandleUnit.MONTH),
        (CandleUnit.MONTH, (CandleUnit.WEEK, CandleUnit.YEAR), CandleUnit.WEEK),
        (HOUR, (HOUR, CandleUnit.DAY), HOUR),
    ],
)
def test_nearest_by_length(wanted: CandleUnit, there: tuple[CandleUnit, ...], nearest: CandleUnit) -> None:
    assert nearest_unit(wanted, there) is nearest


def test_every_unit_has_words_of_its_own_in_both_languages() -> None:
    for table in (UNIT_WORDS, SHORT_UNIT_WORDS):
        assert set(table) == set(CandleUnit)
        for language in ("ko", "en"):
            assert len({getattr(words, language) for words in table.values()}) == len(CandleUnit)
    assert (UNIT_WORDS[CandleUnit.HOURS_4].ko, UNIT_WORDS[CandleUnit.MINUTES_30].en) == ("4시간", "30 min")
    assert [SHORT_UNIT_WORDS[unit].en for unit in (SECOND, QUARTER, CandleUnit.WEEK)] == ["1s", "15m", "1W"]
