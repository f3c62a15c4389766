"""The screener: filters made by hand, results that follow, what cannot be judged, saved screens, csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget

from tests.fakes.market_data_world import summary_of
from tests.ui.screens.market.conftest import BTC, SOL, World
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.screen import Filter, Operator, Screen
from upbit_auto_trading.business_logic.domain.screen_variables import BY_ID
from upbit_auto_trading.business_logic.ports.downloads import DownloadPhase
from upbit_auto_trading.component_system.registry import built_in
from upbit_auto_trading.component_system.screening import ScreenVariables
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.market_views.markets import SCREENER
from upbit_auto_trading.ui.runtime.component_shelf import ComponentShelf
from upbit_auto_trading.ui.screens.market.result_csv import result_csv
from upbit_auto_trading.ui.screens.market.screener_panel import ScreenerPanel
from upbit_auto_trading.ui.widgets.picker_button import PickerButton
from upbit_auto_trading.utils.bilingual_text import Language, Text


@pytest.fixture
def world(world: World) -> World:
    """The screener lies behind a tab, which the user has opened."""
    world.choose_tab(SCREENER)
    return world


def panel(world: World) -> ScreenerPanel:
    return world.view.screener


def pick(world: World, button: PickerButton, variable: str) -> None:
    """By its id, as somebody who knows it."""
    world.click(button)
    assert button.picker is not None
    world.type(button.picker.field, variable)
    assert button.picker.highlighted == variable
    world.qtbot.keyClick(button.picker.field, Qt.Key.Key_Return)


def add(world: World, variable: str) -> None:
    pick(world, panel(world).add, variable)
    world.click(panel(world).add_button)


def give(world: World, row: int, text: str, place: int = 0) -> None:
    field = panel(world).rows[row].values[place].input.field  # type: ignore[attr-defined]
    field.setFocus()
    field.selectAll()
    world.type(field, text)
    world.qtbot.keyClick(field, Qt.Key.Key_Return)


def settle(world: World) -> None:
    world.see(lambda: not world.settings.operations.running())


def test_without_filters_all_markets_are_listed(reached: World) -> None:
    assert len(reached.codes) == 5
    assert panel(reached).empty.isVisible()
    assert not panel(reached).export.isEnabled()
    assert "조건" in panel(reached).clear.toolTip()


def test_a_filter_leaves_the_markets_that_meet_it(reached: World) -> None:
    add(reached, "turnover_24h")
    give(reached, 0, "1000억")
    reached.see(lambda: reached.codes == ["BTC", "ETH"])
    assert reached.view.list.figures.text() == "5개 중 2개"
    assert panel(reached).result.label.text() == "5개 중 2개가 맞아요."


def test_all_and_any_of_two_filters(reached: World) -> None:
    add(reached, "change_today")
    give(reached, 0, "10")
    reached.see(lambda: reached.codes == ["SOL"])
    add(reached, "turnover_24h")
    give(reached, 1, "1000억")
    reached.see(lambda: reached.codes == [])
    assert reached.view.list._none_found.isVisible()
    reached.choose(panel(reached).match, "any")
    reached.see(lambda: reached.codes == ["BTC", "ETH", "SOL"])
    reached.click(panel(reached).rows[1].remove)
    reached.see(lambda: reached.codes == ["SOL"])


def test_between_takes_two_values_and_names_crossed_bounds(reached: World) -> None:
    add(reached, "change_today")
    reached.choose_by_keys(panel(reached).rows[0].operator, Operator.BETWEEN.value)
    reached.see(lambda: len(panel(reached).rows[0].values) == 2)
    give(reached, 0, "1", 0)
    give(reached, 0, "5", 1)
    reached.see(lambda: reached.codes == ["BTC", "DOGE"])
    give(reached, 0, "9", 0)
    assert panel(reached).rows[0].note.error is not None
    assert "고치면" in panel(reached).result.label.text()
    assert reached.codes == ["BTC", "DOGE"]


def test_what_is_no_number_stays_as_typed_and_changes_nothing(reached: World) -> None:
    add(reached, "change_today")
    give(reached, 0, "10")
    reached.see(lambda: reached.codes == ["SOL"])
    give(reached, 0, "많이")
    field = panel(reached).rows[0].values[0].input  # type: ignore[attr-defined]
    assert field.field.text() == "많이"
    assert field.has_error
    assert reached.codes == ["SOL"]


def test_the_result_follows_prices_by_itself(reached: World) -> None:
    add(reached, "change_today")
    give(reached, 0, "10")
    reached.see(lambda: reached.codes == ["SOL"])
    reached.settings.clock.advance(2)
    reached.data.tell(summary_of(BTC, "200000000", before="141500000", turnover="384200000000", at=reached.now))
    reached.see(lambda: reached.codes == ["BTC", "SOL"])


def test_warned_markets_are_left_out_by_a_switch(reached: World) -> None:
    add(reached, "is_warned")
    reached.see(lambda: "SOL" not in reached.codes and len(reached.codes) == 4)
    reached.choose(panel(reached).rows[0].values[0].segments, "true")  # type: ignore[attr-defined]
    reached.see(lambda: reached.codes == ["SOL"])


def test_what_lacks_candles_is_counted_and_can_be_downloaded(reached: World) -> None:
    """Volatility needs a week of hours: only one market has them."""
    start = (reached.now - timedelta(days=9)).replace(minute=0, second=0, microsecond=0)
    reached.data.store(BTC, CandleUnit.HOUR, start, 9 * 24 + 12)
    add(reached, "volatility_7d")
    give(reached, 0, "0")
    reached.see(lambda: reached.codes == ["BTC"])
    assert "캔들이 모자람 4개" in panel(reached).unknown.label.text()
    shown: list[tuple[str, str]] = []
    reached.settings.navigation.shown.connect(lambda screen, place: shown.append((screen, place)))
    reached.click(panel(reached).download)
    assert {entry.request.market.base for entry in reached.data.downloads.entries} == {"ETH", "XRP", "SOL", "DOGE"}
    assert {entry.request.unit for entry in reached.data.downloads.entries} == {CandleUnit.HOUR}
    assert shown == [("settings", "market_data/downloads")]


def test_a_finished_download_lets_the_rest_be_judged(reached: World) -> None:
    add(reached, "volatility_7d")
    give(reached, 0, "0")
    reached.see(lambda: "캔들이 모자람 5개" in panel(reached).unknown.label.text())
    reached.click(panel(reached).download)
    reached.view.show()
    start = (reached.now - timedelta(days=9)).replace(minute=0, second=0, microsecond=0)
    reached.data.store(SOL, CandleUnit.HOUR, start, 9 * 24 + 12)
    reached.settings.clock.advance(2)
    reached.data.downloads.show(1, DownloadPhase.COMPLETE)
    reached.see(lambda: reached.codes == ["SOL"])


def test_a_screen_is_saved_opened_renamed_and_deleted(reached: World) -> None:
    bar = panel(reached).saved
    assert not bar.save.isEnabled()
    add(reached, "change_today")
    give(reached, 0, "10")
    reached.type(bar.name.field, "급등")
    reached.click(bar.save)
    reached.see(lambda: bar.choice.current == "급등")
    stored = reached.settings.screens.read("급등")
    assert stored is not None
    assert stored.screen == Screen("급등", (Filter("change_today", Operator.AT_LEAST, ("10",)),))

    reached.choose_by_keys(bar.choice, "")
    reached.see(lambda: not panel(reached).rows and len(reached.codes) == 5)
    reached.choose_by_keys(bar.choice, "급등")
    reached.see(lambda: reached.codes == ["SOL"])

    reached.click(bar.edit)
    bar.name.field.selectAll()
    reached.type(bar.name.field, "많이 오른 것")
    reached.click(bar.rename)
    reached.see(lambda: bar.choice.current == "많이 오른 것")
    assert [one.name for one in reached.settings.screens.all()] == ["많이 오른 것"]

    with reached.qtbot.waitSignal(bar.delete.completed):
        reached.qtbot.mousePress(bar.delete, Qt.MouseButton.LeftButton)
    reached.qtbot.mouseRelease(bar.delete, Qt.MouseButton.LeftButton)
    reached.see(lambda: reached.settings.screens.all() == ())
    assert len(panel(reached).rows) == 1


def test_a_name_that_is_taken_is_refused_with_a_sentence(reached: World) -> None:
    bar = panel(reached).saved
    add(reached, "change_today")
    for name in ("하나", "둘"):
        bar.name.field.selectAll()
        reached.type(bar.name.field, name)
        reached.click(bar.save)
        reached.see(lambda wanted=name: bar.choice.current == wanted)  # type: ignore[misc]
    reached.click(bar.edit)
    bar.name.field.selectAll()
    reached.type(bar.name.field, "하나")
    reached.click(bar.rename)
    reached.see(lambda: bar.problem.error is not None)
    assert len(reached.settings.screens.all()) == 2


def test_the_screen_comes_back_after_a_restart(reached: World) -> None:
    add(reached, "change_today")
    give(reached, 0, "10")
    reached.see(lambda: reached.codes == ["SOL"])
    reached.view.hide()
    reached.show()
    reached.see(lambda: reached.codes == ["SOL"])
    assert len(panel(reached).rows) == 1


def test_the_result_is_exported_as_csv(reached: World) -> None:
    paths: list[str] = []

    def choose(_parent: QWidget, _title: Text, _kinds: Text, proposed: str, take: Callable[[str], None]) -> None:
        paths.append(proposed)
        take("/x/a.csv")

    panel(reached)._choose = choose
    add(reached, "change_today")
    give(reached, 0, "10")
    reached.see(lambda: reached.codes == ["SOL"])
    reached.click(panel(reached).export)
    settle(reached)
    path, result = reached.data.screens_exported[0]
    assert (path, paths) == ("/x/a.csv", ["screen.csv"])
    lines = list(csv.reader(io.StringIO(result_csv(result))))
    assert lines[0][:4] == ["exchange", "market", "korean_name", "english_name"]
    assert lines[1][:4] == ["practice", "KRW-SOL", "솔라나", "Solana"]
    assert "231400" in lines[1]
    assert "종목 1개" in panel(reached).result.label.text()
    assert SOL.code == lines[1][1]


def test_another_variable_is_picked_by_its_korean_initials(world: World) -> None:
    world.data.screen_variables = ScreenVariables(BY_ID, built_in())
    world.show()
    world.choose_tab(SCREENER)
    world.reach()
    reached = world
    reached.see(lambda: any(value == "rsi@60m" for value, _name in panel(reached).add.options))
    add(reached, "rsi@60m")
    button = panel(reached).rows[0].variable
    assert button.shown_text() == "RSI(14), 60m"
    reached.see(button.isVisible)
    reached.click(button)
    picker = button.picker
    assert picker is not None
    assert len(picker.entries) > 200
    reached.type(picker.field, "볼밴")  # as people call it
    assert picker.highlighted == "bollinger@60m"
    picker.field.clear()
    reached.type(picker.field, "ㅂㄹㅈ")
    assert picker.highlighted == "bollinger@60m"
    reached.qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    reached.see(lambda: panel(reached).rows[0].variable.current == "bollinger@60m")


def test_variables_of_strategies_are_offered_and_their_parameters_chosen(world: World) -> None:
    world.data.screen_variables = ScreenVariables(BY_ID, built_in())
    world.show()
    world.reach()
    reached = world
    reached.see(lambda: any(value == "rsi@60m" for value, _name in panel(reached).add.options))
    add(reached, "rsi@60m")
    row = panel(reached).rows[0]
    assert [one.widget.accessibleName() for one in row.settings[1:]] == ["기준 값", "캔들"]
    field = row.settings[0].input.field  # type: ignore[attr-defined]
    field.setFocus()
    field.selectAll()
    reached.type(field, "9")
    reached.qtbot.keyClick(field, Qt.Key.Key_Return)
    reached.see(lambda: panel(reached).rows[0].variable.current == "rsi(period=9)@60m")
    assert panel(reached).rows[0].variable.shown_text() == "RSI(9), 60m"
    reached.choose_by_keys(panel(reached).rows[0].settings[2].select, "1d")  # type: ignore[attr-defined]
    reached.see(lambda: panel(reached).rows[0].variable.current == "rsi(period=9)@1d")
    for language in (Language.ENGLISH, Language.KOREAN):
        language_state().set_language(language)
        reached.see(lambda: _is_whole(panel(reached)))


def _is_whole(screener: ScreenerPanel) -> bool:
    """The longest of two hundred names pushes nothing out of the panel."""
    row = screener.rows[0]
    right = row.mapTo(screener, row.rect().topRight()).x()
    return right <= screener.width() and row.remove.geometry().right() <= row.width()


# what the picker keeps


def star(world: World, button: PickerButton, variable: str) -> None:
    """Alt+Enter, and the picker is closed again."""
    world.click(button)
    assert button.picker is not None
    world.type(button.picker.field, variable)
    world.qtbot.keyClick(button.picker.field, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    world.qtbot.keyClick(button.picker.field, Qt.Key.Key_Escape)


def offered_first(world: World, button: PickerButton) -> list[str]:
    """What stands above all others: favourites, then what was used last."""
    world.click(button)
    assert button.picker is not None
    rows = [row.entry.id for row in button.picker.results.rows if row.entry is not None]
    world.qtbot.keyClick(button.picker.field, Qt.Key.Key_Escape)
    return rows


def again(world: World) -> None:
    """As after a start."""
    world.view.hide()
    world.show()
    world.choose_tab(SCREENER)


def test_favourites_and_what_was_used_last_come_back(reached: World) -> None:
    star(reached, panel(reached).add, "price")
    add(reached, "turnover_24h")
    again(reached)
    assert offered_first(reached, panel(reached).add)[:2] == ["price", "turnover_24h"]
    row = panel(reached).rows[0]
    assert row.variable.memory.favourites[-1] == "price", "filters that were made offer the same"
    star(reached, row.variable, "turnover_24h")
    assert "turnover_24h" in panel(reached).add.memory.favourites


def test_what_was_marked_on_a_chart_is_marked_here_and_the_other_way_round(reached: World) -> None:
    reached.data.screen_variables = ScreenVariables(BY_ID, built_in())
    chart = ComponentShelf(built_in, reached.settings.operations, reached.settings.services.layouts)
    chart.load()
    reached.see(lambda: bool(chart.entries))
    chart.keep(chart.memory.marked("choppiness", True).used("mfi"))
    again(reached)
    reached.see(lambda: len(panel(reached).add.entries) > 200)
    memory = panel(reached).add.memory
    assert "choppiness@60m" in memory.favourites
    assert memory.recent == ("mfi@60m",)
    add(reached, "bollinger@60m")
    assert chart.memory.recent == ("bollinger", "mfi")
    for variable in list(BY_ID)[:12]:
        panel(reached).add.memory_changed.emit(panel(reached).add.memory.used(variable))
    assert "mfi" in chart.memory.recent, "what only the screener has does not push it out"
    assert {"choppiness"} <= set(chart.memory.favourites)
