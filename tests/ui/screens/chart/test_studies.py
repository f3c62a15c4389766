"""The list of a chart's indicators, by hand: added, changed, coloured, hidden, moved, removed, brought back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import FakeClock
from tests.fakes.runtime_stores import RuntimeStores
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.errors import DatabaseBusy
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Use
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.registry import Registry, built_in
from upbit_auto_trading.ui.charts.studies import Study, studies_of, study_tree
from upbit_auto_trading.ui.charts.study_names import FIRST_FAVOURITES
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import Theme
from upbit_auto_trading.ui.design.tokens import ThemeName
from upbit_auto_trading.ui.forms.parameter_field import NumberField
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.runtime.chart_studies import StudyState
from upbit_auto_trading.ui.runtime.component_shelf import ComponentShelf
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.ui.screens.chart.studies_panel import StudiesPanel, StudiesPopover
from upbit_auto_trading.ui.screens.chart.study_card import StudyCard
from upbit_auto_trading.ui.screens.chart.view_model.studies import MOST_STUDIES, StudiesViewModel
from upbit_auto_trading.utils.bilingual_text import Language

LIMIT_MS = 10_000
EMA = Study("s1", variable_use("ema"))
BANDS = Study("s2", variable_use("bollinger"), ("upper", "middle", "lower"), (2, 2, 2))
RSI = Study("s3", variable_use("rsi"), colours=(3,))
MFI = Study("s4", variable_use("mfi"), colours=(4,))
GONE = Study("s5", variable_use("user.gone"), colours=(5,))


@cache
def registry() -> Registry:
    return built_in()


class World:
    def __init__(self, qtbot: QtBot, operations: Operations) -> None:
        self.qtbot = qtbot
        self.operations = operations
        self.written: dict[str, bytes] = {}
        self.layouts = LayoutMemory(self.written.get, self.written.__setitem__)
        self.failure: Exception | None = None
        self.shelf = ComponentShelf(self._load, operations, self.layouts)
        self.kept: tuple[dict[str, Any], ...] = ()
        self.drawn: list[tuple[Study, ...]] = []

    def _load(self) -> Registry:
        if self.failure is not None:
            raise self.failure
        return registry()

    def _keep(self, trees: tuple[dict[str, Any], ...]) -> None:
        self.kept = trees

    def show(self, *studies: Study, load: bool = True) -> StudiesPanel:
        self.model = StudiesViewModel(self.shelf, [study_tree(one) for one in studies], self._keep)
        self.model.studies_changed.connect(self.drawn.append)
        self.popover = StudiesPopover(self.model)
        self.panel = self.popover.panel
        self.qtbot.addWidget(self.popover)
        if load:
            self.shelf.load()
            self.see(lambda: self.model.state.is_ready)
        self.popover.open_at(QPoint(100, 100))
        return self.panel

    # what a user does

    def see(self, condition: Any) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=LIMIT_MS)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        assert widget.isVisible(), f"{widget.accessibleName()} cannot be seen"
        assert widget.isEnabled(), f"{widget.accessibleName()}: {widget.toolTip()}"
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())

    def add(self, words: str) -> None:
        self.click(self.panel.add)
        picker = self.panel.picker
        assert picker is not None
        self.qtbot.keyClicks(picker.field, words)
        self.qtbot.keyClick(picker.field, Qt.Key.Key_Return)

    def card(self, study: str) -> StudyCard:
        return self.panel.cards[study]

    def unfold(self, study: str) -> StudyCard:
        self.click(self.card(study).head)
        return self.card(study)

    def number(self, study: str, name: str) -> QLineEdit:
        form = self.card(study).form
        assert form is not None
        field = form.fields[name]
        assert isinstance(field, NumberField)
        return field.input.field

    def write(self, field: QLineEdit, words: str) -> None:
        field.setFocus()
        field.selectAll()
        self.qtbot.keyClicks(field, words)

    def titles(self) -> list[str]:
        return [row.title.ko for row in self.model.state.rows]

    def shown(self) -> list[str]:
        """In the order in which they stand on the screen."""
        return [card.study_id for card in sorted(self.panel.cards.values(), key=lambda one: one.y())]

    def found(self, study: str) -> Study:
        return next(one for one in self.model.studies if one.id == study)


@pytest.fixture
def world(qtbot: QtBot) -> Iterator[World]:
    clock = FakeClock()
    operations = Operations(RuntimeStores(clock).open, clock)
    operations.start()
    yield World(qtbot, operations)
    stop_operations(operations)


def test_an_indicator_is_added_by_typing(world: World) -> None:
    panel = world.show()
    assert panel.empty.isVisible()
    world.add("ema")
    assert world.titles() == ["EMA(20)"]
    assert not panel.empty.isVisible()
    assert world.drawn[-1][0].use.id == "ema"
    assert studies_of(list(world.kept)) == world.model.studies
    assert panel.cards["s1"].head.hasFocus()


def test_all_lines_of_one_come_at_once_as_one_entry(world: World) -> None:
    world.show()
    world.add("macd")
    world.add("bollinger")
    assert world.titles() == ["MACD(12, 26, 9)", "볼린저(20, 2)"]
    macd, bands = world.model.studies
    assert (macd.lines, macd.colours) == (("macd", "signal", "histogram"), (1, 2, 3))
    assert (bands.lines, bands.colours) == (("upper", "middle", "lower"), (4, 4, 4))


def test_one_line_alone_can_be_added(world: World) -> None:
    world.show()
    world.add("bollinger width")
    assert world.model.studies[0].use == variable_use("bollinger", line="width")


def test_what_was_used_is_offered_first_the_next_time(world: World) -> None:
    world.show()
    assert world.shelf.memory.favourites == FIRST_FAVOURITES
    world.add("choppiness")
    assert world.shelf.memory.recent == ("choppiness",)
    again = ComponentShelf(registry, world.operations, world.layouts)
    assert again.memory.recent == ("choppiness",)


def test_a_parameter_is_changed_while_it_is_typed(world: World) -> None:
    world.show(EMA, RSI)
    world.unfold("s1")
    field = world.number("s1", "period")
    world.write(field, "50")
    assert world.titles() == ["EMA(50)", "RSI(14)"]
    assert world.drawn[-1][0].use.get("period") == 50
    assert field.text() == "50"


def test_a_wrong_parameter_changes_nothing(world: World) -> None:
    world.show(EMA)
    world.unfold("s1")
    field = world.number("s1", "period")
    world.write(field, "9")
    told = len(world.drawn)
    field.setText("")
    world.qtbot.keyClicks(field, "x")
    assert len(world.drawn) == told
    assert world.model.studies[0].use.get("period") == 9
    assert world.card("s1").form is not None
    assert field.text() == "x"


def test_the_line_of_a_group_is_no_parameter_and_stays(world: World) -> None:
    world.show(BANDS)
    form = world.unfold("s2").form
    assert form is not None
    assert "line" not in form.fields
    world.write(world.number("s2", "deviations"), "3")
    assert world.found("s2").lines == BANDS.lines
    assert world.titles() == ["볼린저(20, 3)"]


def test_one_is_unfolded_at_a_time(world: World) -> None:
    world.show(EMA, RSI)
    world.unfold("s1")
    world.unfold("s3")
    assert [card.is_open for card in world.panel.cards.values()] == [False, True]
    world.unfold("s3")
    assert not world.card("s3").is_open


def test_a_colour_is_chosen_for_a_line_and_for_a_whole_band(world: World) -> None:
    world.show(BANDS, Study("s9", variable_use("macd"), ("macd", "signal", "histogram"), (1, 2, 3)))
    (only,) = world.unfold("s2").swatches
    world.click(only, only.rects()[6].center().toPoint())
    assert world.found("s2").colours == (7, 7, 7)
    world.panel.unfold("s9")
    swatches = world.card("s9").swatches
    assert len(swatches) == 3
    swatches[1].setFocus()
    world.qtbot.keyClick(swatches[1], Qt.Key.Key_Right)
    assert world.found("s9").colours == (1, 3, 3)
    assert swatches[1].accessibleName() == "신호선 3번 색, 실선"


def test_hidden_ones_are_kept_and_come_back(world: World) -> None:
    world.show(EMA)
    eye = world.card("s1").eye
    assert eye.toolTip() == "EMA(20) 숨기기"
    world.click(eye)
    assert world.found("s1").is_hidden
    assert eye.toolTip() == "EMA(20) 보이기"
    assert "숨김" in world.card("s1").head.accessibleName()
    world.click(eye)
    assert not world.found("s1").is_hidden


def test_removed_by_mouse_and_brought_back_where_it_was(world: World) -> None:
    panel = world.show(EMA, BANDS, RSI)
    world.click(world.card("s2").bin)
    assert world.titles() == ["EMA(20)", "RSI(14)"]
    assert panel.told.text() == "볼린저(20, 2)를 뺐어요."
    world.click(panel.undo)
    assert [one.id for one in world.model.studies] == ["s1", "s2", "s3"]
    assert not panel.undo.isVisible()


def test_removed_by_key_and_the_keys_stay_in_the_list(world: World) -> None:
    panel = world.show(EMA, RSI)
    assert world.card("s1").head.hasFocus()
    world.qtbot.keyClick(world.card("s1").head, Qt.Key.Key_Delete)
    assert world.card("s3").head.hasFocus()
    world.qtbot.keyClick(world.card("s3").head, Qt.Key.Key_Delete)
    assert panel.add.hasFocus()
    assert panel.empty.isVisible()


def test_removing_the_host_of_a_pane_leaves_its_guest_alone(world: World) -> None:
    world.show(RSI, Study("s4", MFI.use, pane="s3"))
    world.click(world.card("s3").bin)
    assert world.found("s4").pane == ""


def test_moved_by_keys_buttons_and_a_drag(world: World) -> None:
    world.show(EMA, BANDS, RSI)
    head = world.card("s1").head
    world.qtbot.keyClick(head, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [one.id for one in world.model.studies] == ["s2", "s1", "s3"]
    assert world.shown() == ["s2", "s1", "s3"]
    world.qtbot.keyClick(head, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    world.qtbot.keyClick(head, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)  # there is nothing above
    assert world.shown() == ["s1", "s2", "s3"]
    dragged = world.card("s3").head
    target = world.card("s1").head.mapToGlobal(QPoint(60, 4))
    world.qtbot.mousePress(dragged, Qt.MouseButton.LeftButton, pos=QPoint(60, 10))
    for place in (world.card("s2").head.mapToGlobal(QPoint(60, 4)), target, target):
        move = QMouseEvent(
            QMouseEvent.Type.MouseMove, QPointF(dragged.mapFromGlobal(place)), QPointF(place),
            Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(dragged, move)
    world.qtbot.mouseRelease(dragged, Qt.MouseButton.LeftButton, pos=QPoint(60, 10))
    assert world.shown() == ["s3", "s1", "s2"]
    assert not world.card("s3").is_open  # a drag is no press


def test_arrows_go_from_one_to_the_next(world: World) -> None:
    world.show(EMA, RSI)
    world.qtbot.keyClick(world.card("s1").head, Qt.Key.Key_Down)
    assert world.card("s3").head.hasFocus()
    world.qtbot.keyClick(world.card("s3").head, Qt.Key.Key_Up)
    assert world.card("s1").head.hasFocus()


def test_a_pane_is_shared_by_choice(world: World) -> None:
    world.show(EMA, RSI, MFI)
    card = world.unfold("s4")
    assert card.pane is not None
    assert [card.pane.itemText(place) for place in range(2)] == ["따로 된 칸", "RSI(14)와 함께"]
    card.pane.setFocus()
    world.qtbot.keyClick(card.pane, Qt.Key.Key_Down)
    assert world.found("s4").pane == "s3"
    world.panel.unfold("s1")
    assert world.card("s1").pane is None  # on the price


def test_an_unknown_component_says_so_and_is_kept(world: World) -> None:
    world.show(GONE, EMA)
    card = world.card("s5")
    assert "찾을 수 없어요" in card.note.label.text()
    world.unfold("s5")
    assert card.form is None
    world.add("rsi")
    assert studies_of(list(world.kept))[0] == GONE


def test_an_error_of_the_users_own_is_told(world: World) -> None:
    world.show(EMA)
    world.model.show_states({"s1": StudyState.FAILED})
    assert "오류" in world.card("s1").note.label.text()
    world.model.show_states({"s1": StudyState.READY})
    assert world.card("s1").note.label.text() == ""


def test_before_the_components_are_there_nothing_can_be_added(world: World) -> None:
    panel = world.show(EMA, load=False)  # opening the popover loads them
    assert not panel.add.isEnabled()
    assert "읽는 중" in panel.add.toolTip()
    world.see(lambda: world.model.state.is_ready)
    assert panel.add.isEnabled()
    assert world.titles() == ["EMA(20)"]


def test_a_failure_is_told_and_tried_again(world: World) -> None:
    world.failure = DatabaseBusy("strategies.sqlite3", "")
    panel = world.show(load=False)
    world.see(lambda: panel.error is not None)
    assert panel.error is not None
    assert panel.error.isVisible()
    world.failure = None
    panel.error.retry.emit()
    world.see(lambda: world.model.state.is_ready)
    assert panel.error is None
    assert panel.empty.isVisible()


def test_a_chart_holds_so_many_and_says_it(world: World) -> None:
    panel = world.show(*(Study(f"x{number}", variable_use("ema", period=number + 2)) for number in range(MOST_STUDIES)))
    assert not panel.add.isEnabled()
    assert str(MOST_STUDIES) in panel.add.toolTip()
    assert world.model.add("rsi") == ""


def test_the_same_list_after_a_restart(world: World) -> None:
    world.show(EMA)
    world.add("macd")
    again = StudiesViewModel(world.shelf, list(world.kept))
    assert again.studies == world.model.studies


def test_an_average_of_hours_on_a_chart_of_minutes(world: World) -> None:
    world.show(EMA)
    select = world.unfold("s1").candles
    assert select is not None
    assert select.current == ""
    select.setFocus()
    while select.current != "60m":
        world.qtbot.keyClick(select, Qt.Key.Key_Down)
    assert world.found("s1").use.unit is CandleUnit.HOUR
    assert world.titles() == ["EMA(20) 60m"]
    world.write(world.number("s1", "period"), "50")
    assert world.titles() == ["EMA(50) 60m"]


def test_candles_that_cannot_be_made_of_the_charts_are_told(world: World) -> None:
    world.show(Study("s1", Use(ComponentKind.VARIABLE, "ema", unit=CandleUnit.HOUR)), RSI)
    assert world.card("s1").note.label.text() == ""
    world.model.set_unit(CandleUnit.DAY)
    assert "만들 수 없는" in world.card("s1").note.label.text()
    assert [row.problem for row in world.model.state.rows] == ["unit-not-coarser", ""]
    world.unfold("s1")
    assert "1시간" in world.card("s1").candles.currentText()  # type: ignore[union-attr]
    world.model.set_unit(CandleUnit.MINUTE)
    assert world.card("s1").note.label.text() == ""


def test_escape_closes(world: World) -> None:
    panel = world.show(EMA)
    world.qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert not world.popover.isVisible()


@pytest.mark.parametrize("scale", [100, 130])
@pytest.mark.parametrize("name", ThemeName)
def test_everything_has_room_and_a_name(world: World, looks: Theme, name: ThemeName, scale: int) -> None:
    looks.apply(name, text_scale=scale)
    world.show(EMA, BANDS, RSI, MFI, GONE)
    for language in Language:
        language_state().set_language(language)
        for study in ("s1", "s2", "s4"):
            world.panel.unfold(study)
            for label in world.panel.findChildren(QLabel):
                if label.isVisible() and label.text() and not label.wordWrap():
                    assert label.width() >= label.sizeHint().width(), label.text()
            for widget in world.panel.findChildren(QWidget):
                if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                    assert widget.accessibleName(), type(widget)
            assert world.popover.width() == world.panel.width() + 2
            assert not world.popover.grab().isNull()
