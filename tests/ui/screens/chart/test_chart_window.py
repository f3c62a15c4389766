"""The chart window as a trader uses it: choose, look, compare, arrange; and it comes back as it was left."""

from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QAction, QImage
from PyQt6.QtWidgets import QMenu, QWidget

from tests.ui.screens.chart.conftest import BTC, ETH, XRP, World, walk
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.stream import TopicKind
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.canvas import PRICE
from upbit_auto_trading.ui.charts.price_scale import ScaleKind
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.screens.chart import picture
from upbit_auto_trading.ui.screens.chart.picture import picture_of
from upbit_auto_trading.ui.screens.chart.view_model.charts import Arrangement
from upbit_auto_trading.utils.bilingual_text import Language, Text

LEFT = Qt.MouseButton.LeftButton
QUARTER = CandleUnit.MINUTES_15


@pytest.fixture
def opened(world: World) -> World:
    world.reach()
    world.see_candles(BTC, QUARTER)
    return world


def choose_unit(world: World, unit: CandleUnit) -> None:
    units = world.view.toolbar.units
    place = [name for name, _ in units.options].index(unit.value)
    world.qtbot.mouseClick(units, LEFT, pos=units.rects()[place].center().toPoint())


def entry(menu: QMenu | None, words: str) -> QAction:
    assert menu is not None
    return next(action for action in menu.actions() if action.text() == words)


def arrange(world: World, words: str) -> None:
    world.qtbot.mouseClick(world.view.toolbar.arrangement, LEFT)
    menu = world.view.toolbar.menu
    entry(menu, words).trigger()
    assert menu is not None
    menu.close()


# which market


def test_before_anything_is_chosen_bitcoin_is_shown(opened: World) -> None:
    candles = opened.view.grid.current.canvas.candles
    assert candles is not None
    source = walk(BTC, QUARTER, opened.now)
    assert np.array_equal(candles.close, source.close)
    assert opened.view.header.accessibleName() or opened.view.header.isVisible()
    assert opened.view.list.current == BTC


def test_a_market_of_the_list_changes_chart_book_and_trades(opened: World) -> None:
    opened.view.list.market_chosen.emit(ETH)
    opened.see_candles(ETH, QUARTER)
    assert {topic.market for topic in opened.data.wishes["chart"]} == {ETH}
    assert {topic.kind for topic in opened.data.wishes["chart"]} == {TopicKind.BOOKS, TopicKind.TRADES}
    assert opened.view.list.current == ETH


def test_a_place_asked_for_before_the_exchange_is_there_is_shown_when_it_is(world: World) -> None:
    world.view.show_place("KRW-XRP")
    assert world.view.model.state.chosen.market is None
    world.reach()
    world.see_candles(XRP, QUARTER)


def test_a_place_that_is_not_listed_changes_nothing(opened: World) -> None:
    opened.view.show_place("KRW-NONE")
    assert opened.view.model.state.chosen.market == BTC


def test_nobody_looks_so_nothing_is_followed(opened: World) -> None:
    opened.view.hide()
    assert opened.data.wishes["chart"] == frozenset()
    assert opened.view.grid.current.candles.columns is None
    opened.view.show()
    opened.see_candles(BTC, QUARTER)
    assert {topic.market for topic in opened.data.wishes["chart"]} == {BTC}


# how it is drawn


def test_units_are_buttons_and_the_rest_a_menu(opened: World) -> None:
    choose_unit(opened, CandleUnit.HOUR)
    opened.see_candles(BTC, CandleUnit.HOUR)
    opened.qtbot.mouseClick(opened.view.toolbar.more_units, LEFT)
    entry(opened.view.toolbar.menu, "3분").trigger()
    assert opened.view.model.state.chosen.unit is CandleUnit.MINUTES_3
    assert CandleUnit.MINUTES_3.value in [name for name, _ in opened.view.toolbar.units.options]
    choose_unit(opened, CandleUnit.HOUR)
    assert CandleUnit.MINUTES_3.value not in [name for name, _ in opened.view.toolbar.units.options]


def test_another_unit_shows_the_same_time(opened: World) -> None:
    canvas = opened.view.grid.current.canvas
    end = canvas.time.end
    choose_unit(opened, CandleUnit.HOUR)
    opened.see_candles(BTC, CandleUnit.HOUR)
    assert abs(canvas.time.end - end) <= canvas.plot_width * canvas.time.seconds_per_pixel
    first, last = canvas.candles.rows_between(canvas.time.start, canvas.time.end)  # type: ignore[union-attr]
    assert last > first


def test_log_and_percent_exclude_each_other_and_a_second_press_ends_them(opened: World) -> None:
    toolbar, canvas = opened.view.toolbar, opened.view.grid.current.canvas
    for button, kind in ((toolbar.log, ScaleKind.LOG), (toolbar.percent, ScaleKind.PERCENT)):
        opened.qtbot.mouseClick(button, LEFT)
        assert canvas.price_scale is kind
        assert [toolbar.log.isChecked(), toolbar.percent.isChecked()].count(True) == 1
    opened.qtbot.mouseClick(toolbar.percent, LEFT)
    assert canvas.price_scale is ScaleKind.LINEAR
    assert not toolbar.percent.isChecked()


def test_candles_filled_hollow_and_heikin_ashi_look_different(opened: World) -> None:
    canvas, seen = opened.view.grid.current.canvas, []
    for words in ("채운 캔들", "오른 캔들은 속을 비움", "하이킨아시"):
        opened.qtbot.mouseClick(opened.view.toolbar.style_button, LEFT)
        entry(opened.view.toolbar.menu, words).trigger()
        seen.append(canvas.image())
    assert seen[0] != seen[1] != seen[2] != seen[0]
    view = canvas.view_of(PRICE)
    assert view is not None
    assert view.candles is opened.view.grid.current.candles.columns, "crosshair and studies stay with the true prices"


# several charts


def test_two_charts_share_crosshair_and_time_until_that_is_turned_off(opened: World) -> None:
    arrange(opened, "좌우로 둘")
    opened.see_candles(BTC, QUARTER, 1)
    first, second = (panel.canvas for panel in opened.view.grid.panels)
    opened.qtbot.mouseMove(first.viewport(), QPoint(200, 120))
    assert first.crosshair is not None
    assert second.crosshair is not None
    assert second.crosshair.second == first.crosshair.second
    first.pan(120)
    assert second.time.end == pytest.approx(first.time.end)
    opened.qtbot.mouseClick(opened.view.toolbar.arrangement, LEFT)
    entry(opened.view.toolbar.menu, "시간과 십자선 함께 움직이기").trigger()
    before = second.time
    first.pan(120)
    assert second.time == before


def test_toolbar_and_lists_speak_to_the_chart_that_was_pressed(opened: World) -> None:
    arrange(opened, "좌우로 둘")
    opened.see_candles(BTC, QUARTER, 1)
    opened.qtbot.mouseClick(opened.view.grid.panels[1].canvas.viewport(), LEFT, pos=QPoint(100, 100))
    assert opened.view.model.state.current == 1
    opened.view.list.market_chosen.emit(ETH)
    choose_unit(opened, CandleUnit.HOUR)
    opened.see_candles(ETH, CandleUnit.HOUR, 1)
    opened.see_candles(BTC, QUARTER, 0)
    assert {topic.market for topic in opened.data.wishes["chart"]} == {ETH}
    opened.qtbot.mouseClick(opened.view.grid.panels[0].canvas.viewport(), LEFT, pos=QPoint(100, 100))
    assert opened.view.list.current == BTC


@pytest.mark.parametrize(("words", "count"), [("넷", 4), ("위아래로 둘", 2)])
def test_as_many_charts_as_were_asked_for(opened: World, words: str, count: int) -> None:
    arrange(opened, words)
    for place in range(count):
        opened.see_candles(BTC, QUARTER, place)
    assert sum(panel.isVisible() for panel in opened.view.grid.panels) == count
    arrange(opened, "하나")
    assert len(opened.view.grid.panels) == 1


# what comes back


def test_charts_come_back_as_they_were_left(opened: World) -> None:
    arrange(opened, "좌우로 둘")
    opened.view.model.choose_chart(1)
    opened.view.list.market_chosen.emit(ETH)
    choose_unit(opened, CandleUnit.HOUR)
    opened.qtbot.mouseClick(opened.view.toolbar.log, LEFT)
    opened.view.model.write_now()
    opened.view.hide()
    again = opened.show()
    opened.see_candles(BTC, QUARTER, 0)
    opened.see_candles(ETH, CandleUnit.HOUR, 1)
    state = again.model.state
    assert (state.arrangement, state.current) == (Arrangement.COLUMNS, 1)
    assert again.grid.panels[1].canvas.price_scale is ScaleKind.LOG
    assert again.toolbar.log.isChecked()


@pytest.mark.parametrize("kept", [b"[]", b"{", b'{"charts":[{}]}', b'{"version":1,"charts":3}', b"\xff"])
def test_what_was_kept_and_is_none_of_ours_is_as_nothing(world: World, kept: bytes) -> None:
    world.settings.kept_layouts["charts"] = kept
    world.view.hide()
    assert world.show().model.state.arrangement is Arrangement.ONE


def test_indicators_come_back_with_their_values(opened: World) -> None:
    view = opened.view
    opened.qtbot.mouseClick(view.toolbar.indicators, LEFT)
    opened.see(lambda: view.indicators.shelf.registry is not None)
    view.indicators.models[view.grid.current].add("rsi")
    assert view.indicators.popover is not None
    view.indicators.popover.close()
    opened.see(lambda: len(view.grid.current.canvas.panes) == 2)
    assert "1" in view.toolbar.indicators.shown_text()
    view.model.write_now()
    view.hide()
    again = opened.show()
    opened.see(lambda: len(again.grid.current.canvas.panes) == 2)
    drawn = again.grid.current.studies.drawn
    opened.see(lambda: len(drawn[0].lines[0]) == len(again.grid.current.candles.columns or ()))


# a picture


def test_a_chart_is_saved_as_a_picture(opened: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, asked = tmp_path / "chart.png", []

    def choose(_parent: QWidget, _title: Text, _kinds: Text, proposed: str, take: object) -> None:
        asked.append(proposed)
        take(str(target))  # type: ignore[operator]

    monkeypatch.setattr(picture, "choose_save", choose)  # the system's own dialog
    opened.qtbot.mouseClick(opened.view.toolbar.picture, LEFT)
    opened.see(target.exists)
    assert asked[0].startswith("KRW-BTC 15m ")
    opened.see(lambda: not QImage(str(target)).isNull())
    shown = opened.view.grid.current.canvas
    assert QImage(str(target)).width() == shown.width()
    assert QImage(str(target)).height() > shown.height()
    opened.see(lambda: any(notice.body.en == str(target) for notice in opened.settings.services.notices.all()))


def test_a_picture_says_of_what_it_is(opened: World) -> None:
    one = picture_of(opened.view.grid.current, Text("비트코인", "Bitcoin"))
    other = picture_of(opened.view.grid.current, Text("이더리움", "Ethereum"))
    head = one.copy(0, 0, one.width(), 36)
    assert head != other.copy(0, 0, one.width(), 36)
    assert one.copy(0, 40, one.width(), 200) == other.copy(0, 40, one.width(), 200)


# alone, offline, in the other language


def test_the_chart_alone_and_back(opened: World) -> None:
    opened.qtbot.mouseClick(opened.view.toolbar.wide, LEFT)
    assert not opened.view.list.isVisible()
    assert not opened.view.right.isVisible()
    opened.qtbot.mouseClick(opened.view.toolbar.wide, LEFT)
    assert opened.view.list.isVisible()
    assert opened.view.right.isVisible()


def test_another_language_renames_the_chart(opened: World, request: pytest.FixtureRequest) -> None:
    canvas = opened.view.grid.current.canvas
    request.addfinalizer(lambda: language_state().set_language(Language.KOREAN))
    assert "차트" in canvas.accessibleName()
    language_state().set_language(Language.ENGLISH)
    assert canvas.accessibleName().startswith("Chart of")


def test_the_time_to_the_close_is_told_and_counts(opened: World) -> None:
    panel = opened.view.grid.current
    canvas = panel.canvas
    canvas.grab()
    plates = [label for layer in canvas.panes[0].layers for label in layer.labels(canvas.view_of(PRICE))]  # type: ignore[arg-type]
    assert any(label.weight == 10 for label in plates)


def test_candles_that_are_no_longer_shown_are_let_go_at_once(opened: World) -> None:
    """Not when the garbage is next looked through: a million take 120 MB."""
    gc.collect()
    for market in (ETH, XRP, BTC, ETH):
        opened.view.model.choose_market(market)
        opened.see_candles(market, QUARTER)
    shown = opened.view.grid.current.candles.columns

    def left() -> list[str]:
        return [str(one.market) for one in gc.get_objects() if isinstance(one, CandleColumns) and one is not shown]

    opened.see(lambda: left() == [])
