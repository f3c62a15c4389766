"""Buttons, choices, fields and the parts of the shell, by mouse and by keyboard."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPoint, QSize, Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui import widgets
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import Theme
from upbit_auto_trading.ui.widgets.badges import Badge, CountBadge
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole, ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.card import Card
from upbit_auto_trading.ui.widgets.help_mark import HelpMark
from upbit_auto_trading.ui.widgets.meter_bar import MeterBar
from upbit_auto_trading.ui.widgets.mode_badge import ModeBadge, ModeShape, mode_title
from upbit_auto_trading.ui.widgets.navigation_rail import NavigationRail, RailEntry
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.search_field import SearchField
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.select import Select
from upbit_auto_trading.ui.widgets.sparkline import Sparkline
from upbit_auto_trading.ui.widgets.status_segment import StatusSegment
from upbit_auto_trading.ui.widgets.tabs import Tabs
from upbit_auto_trading.ui.widgets.text_input import FilterInput, PasswordInput, TextInput
from upbit_auto_trading.ui.widgets.toggles import CheckBox, RadioCard, Switch
from upbit_auto_trading.utils.bilingual_text import Language, Text

LEFT = Qt.MouseButton.LeftButton
SAVE = Text(ko="저장", en="Save")
OPTIONS = [("a", Text(ko="가", en="A")), ("b", Text(ko="나", en="B")), ("c", Text(ko="다", en="C"))]


def shown(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.show()


def test_every_name_of_the_package_can_be_imported() -> None:
    for name in widgets.__all__:
        assert getattr(widgets, name).__name__ == name
    with pytest.raises(AttributeError):
        _ = widgets.Carousel


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_keys_press_a_button(qtbot: QtBot, key: Qt.Key) -> None:
    button = Button(SAVE)
    shown(qtbot, button)
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, key)


def test_a_busy_button_keeps_width_and_label_and_takes_no_press(qtbot: QtBot) -> None:
    button = Button(SAVE, ButtonRole.PRIMARY)
    shown(qtbot, button)
    width = button.sizeHint().width()
    button.set_busy(True)
    assert (button.sizeHint().width(), button.shown_text()) == (width, "저장")
    with qtbot.assertNotEmitted(button.clicked):
        qtbot.mouseClick(button, LEFT)
        qtbot.keyClick(button, Qt.Key.Key_Space)
        qtbot.keyClick(button, Qt.Key.Key_Return)
    assert not button.grab().isNull()
    button.set_busy(False)
    with qtbot.waitSignal(button.clicked):
        qtbot.mouseClick(button, LEFT)


def test_what_is_off_says_why(qtbot: QtBot) -> None:
    button = Button(SAVE)
    shown(qtbot, button)
    button.set_disabled_reason(Text(ko="연결되면 쓸 수 있어요.", en="Available once connected."))
    assert not button.isEnabled()
    assert button.toolTip() == button.accessibleDescription() == "연결되면 쓸 수 있어요."
    language_state().set_language(Language.ENGLISH)
    assert button.toolTip() == "Available once connected."
    button.set_disabled_reason(None)
    assert button.isEnabled()
    assert button.toolTip() == ""


def test_sizes_and_an_ampersand(qtbot: QtBot) -> None:
    assert [Button("x", size=size).height() for size in ButtonSize] == [26, 32, 40, 44]
    button = Button("Buy & hold")
    assert button.accessibleName() == button.shown_text() == "Buy & hold"
    assert button.shortcut().isEmpty()


@pytest.mark.parametrize(
    ("role", "token"), [(ButtonRole.PRIMARY, "primary"), (ButtonRole.BUY, "buy"), (ButtonRole.SELL, "sell")]
)
def test_filled_roles(qtbot: QtBot, theme: Theme, role: ButtonRole, token: str) -> None:
    button = Button(SAVE, role)
    shown(qtbot, button)
    assert button.grab().toImage().pixelColor(6, 6) == QColor(theme.palette.colour(token))


def test_an_icon_alone_has_a_name(qtbot: QtBot) -> None:
    button = IconButton(Icon.MORE, Text(ko="더 보기", en="More"))
    shown(qtbot, button)
    assert button.accessibleName() == button.toolTip() == "더 보기"
    assert button.width() >= 26


def test_segments(qtbot: QtBot) -> None:
    segments = Segments(OPTIONS, "b", name="기간")
    shown(qtbot, segments)
    assert segments.accessibleName() == "기간 나"
    with qtbot.waitSignal(segments.chosen) as signal:
        qtbot.mouseClick(segments, LEFT, pos=segments.rects()[2].center().toPoint())
    assert signal.args == ["c"]
    for key, expected in ((Qt.Key.Key_Left, "b"), (Qt.Key.Key_Home, "a"), (Qt.Key.Key_End, "c")):
        qtbot.keyClick(segments, key)
        assert segments.current == expected
    with qtbot.assertNotEmitted(segments.chosen):
        segments.set_current("a")
        qtbot.keyClick(segments, Qt.Key.Key_Left)
    segments.set_options(OPTIONS[1:])
    assert segments.current == "b"


def test_tabs(qtbot: QtBot) -> None:
    tabs = Tabs(OPTIONS)
    shown(qtbot, tabs)
    width = tabs.sizeHint().width()
    tabs.set_count("b", 120)
    assert tabs.sizeHint().width() > width
    with qtbot.waitSignal(tabs.chosen) as signal:
        qtbot.mouseClick(tabs, LEFT, pos=tabs.rects()[1].center().toPoint())
    assert signal.args == ["b"]
    tabs.next_tab()
    tabs.next_tab()
    assert tabs.current == "a"
    qtbot.keyClick(tabs, Qt.Key.Key_Right)
    assert tabs.current == "b"
    tabs.set_count("b", None)
    assert tabs.sizeHint().width() == width


def test_select(qtbot: QtBot) -> None:
    select = Select(OPTIONS, "b")
    shown(qtbot, select)
    assert select.current == "b"
    with qtbot.assertNotEmitted(select.chosen):
        select.set_current("c")
    with qtbot.waitSignal(select.chosen) as signal:
        qtbot.keyClick(select, Qt.Key.Key_Up)
    assert signal.args == ["b"]
    language_state().set_language(Language.ENGLISH)
    assert select.currentText() == "B"
    assert select.current == "b"
    select.set_options(OPTIONS[:2])
    assert select.current == "b"
    assert not select.grab().isNull()


@pytest.mark.parametrize("kind", [Switch, CheckBox])
def test_switch_and_checkbox(qtbot: QtBot, kind: type[Switch] | type[CheckBox]) -> None:
    toggle = kind(SAVE)
    shown(qtbot, toggle)
    with qtbot.waitSignal(toggle.toggled) as signal:
        qtbot.keyClick(toggle, Qt.Key.Key_Space)
    assert signal.args == [True]
    with qtbot.assertNotEmitted(toggle.toggled):
        toggle.set_on(False)
    assert not toggle.isChecked()
    assert toggle.height() >= 26


def test_radio_cards_exclude_each_other(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    first, second = RadioCard(SAVE, "x", holder), RadioCard("b", "y", holder)
    first.setGeometry(0, 0, 300, 90)
    second.setGeometry(310, 0, 300, 90)
    holder.show()
    qtbot.mouseClick(first, LEFT)
    qtbot.mouseClick(second, LEFT)
    assert (first.isChecked(), second.isChecked()) == (False, True)
    first.add_badge(Badge("추천"))
    first.add_below(MeterBar(0.5))
    assert not holder.grab().isNull()


def test_text_input(qtbot: QtBot) -> None:
    field = TextInput(Text(ko="이름", en="Name"))
    shown(qtbot, field)
    assert field.field.placeholderText() == "이름"
    qtbot.keyClicks(field.field, "abc")
    with qtbot.waitSignal(field.committed) as signal:
        qtbot.keyClick(field.field, Qt.Key.Key_Return)
    assert signal.args == ["abc"]
    with qtbot.assertNotEmitted(field.committed):
        qtbot.keyClick(field.field, Qt.Key.Key_Return)
    field.set_error(Text(ko="이미 있어요", en="Taken"))
    assert field.note.label.text() == field.field.accessibleDescription() == "이미 있어요"
    assert field.box.has_fault
    assert field.text() == "abc"


def test_a_password_stays_hidden_and_out_of_signals(qtbot: QtBot) -> None:
    field = PasswordInput(Text(ko="비밀번호", en="Password"))
    shown(qtbot, field)
    with qtbot.assertNotEmitted(field.changed), qtbot.assertNotEmitted(field.committed):
        qtbot.keyClicks(field.field, "s3cret")
        qtbot.keyClick(field.field, Qt.Key.Key_Return)
    assert field.field.echoMode() is QLineEdit.EchoMode.Password
    assert repr(field.secret()) == "***"
    assert field.secret().reveal() == "s3cret"
    qtbot.mouseClick(field.toggle, LEFT)
    assert field.is_shown
    assert field.toggle.accessibleName() == "숨기기"
    field.clear()
    assert not field.secret()


def test_filter_input_can_be_emptied(qtbot: QtBot) -> None:
    field = FilterInput(Text(ko="이름", en="Name"))
    shown(qtbot, field)
    assert field.clear_button.isHidden()
    qtbot.keyClicks(field.field, "btc")
    qtbot.mouseClick(field.clear_button, LEFT)
    assert field.text() == ""


def test_badges_and_counts(qtbot: QtBot) -> None:
    badge = Badge(Text(ko="실행", en="Running"), "success", Icon.RUNNING)
    shown(qtbot, badge)
    assert badge.height() == 20
    assert badge.accessibleName() == "실행"
    count = CountBadge(240)
    shown(qtbot, count)
    assert count.shown_text() == "99+"
    count.set_count(None)
    assert count.isHidden()


@pytest.mark.parametrize("mode", list(ModeShape))
def test_the_three_shapes_differ_without_colour(qtbot: QtBot, theme: Theme, mode: ModeShape) -> None:
    badge = ModeBadge(mode)
    shown(qtbot, badge)
    badge.resize(badge.sizeHint())
    image = badge.grab().toImage()
    fill = image.pixelColor(badge.width() // 2, 4)
    edge = {image.pixelColor(x, 0).name() for x in range(10, badge.width() - 10)}
    outside = QColor(theme.palette.bg0)
    assert (fill == outside) == (mode is ModeShape.PRACTICE)
    assert (len(edge) > 1) == (mode is ModeShape.PRACTICE)  # dashed
    assert (fill == QColor(theme.palette.live_plate)) == (mode is ModeShape.LIVE)
    assert badge.accessibleName() == mode_title(mode).ko


def test_card(qtbot: QtBot, theme: Theme) -> None:
    card = Card(Text(ko="오늘 손익", en="Profit today"))
    shown(qtbot, card)
    assert card.value.text() == "–"
    card.set_value("+284,150", Text(ko="원", en="KRW"), 1)
    card.set_context(Text(ko="수수료 차감 후", en="after fees"), "+2.26%", 1)
    assert card.change.text().startswith("▲")
    assert card.value.palette().windowText().color() == QColor(theme.palette.up)
    assert card.accessibleName() == "오늘 손익 +284,150원"
    card.set_stale(True)
    assert card.value.property("token") == "t3"


def test_a_panel_folds_to_its_header(qtbot: QtBot) -> None:
    panel = Panel(Text(ko="미체결 주문", en="Open orders"), collapsible=True)
    body = QLineEdit()
    panel.set_body(body)
    panel.set_count(3)
    panel.add_tool(Button(SAVE, size=ButtonSize.SMALL))
    shown(qtbot, panel)
    panel.resize(400, 300)
    with qtbot.waitSignal(panel.collapsed_changed) as signal:
        panel.toggle()
    assert signal.args == [True]
    assert panel.maximumHeight() == 38
    assert body.isHidden()
    panel.toggle()
    assert not body.isHidden()
    panel.set_live(True)
    panel.replace_title(Tabs(OPTIONS))
    assert not panel.grab().isNull()


ENTRIES = [
    RailEntry("dashboard", Text(ko="대시보드", en="Dashboard"), Icon.DASHBOARD),
    RailEntry("chart", Text(ko="차트", en="Chart"), Icon.CHART),
    RailEntry("settings", Text(ko="설정", en="Settings"), Icon.SETTINGS, at_bottom=True),
]


def test_the_rail(qtbot: QtBot) -> None:
    rail = NavigationRail(ENTRIES, "chart")
    rail.resize(72, 800)
    shown(qtbot, rail)
    assert rail.current == "chart"
    assert rail.items["chart"].height() == 56
    with qtbot.waitSignal(rail.chosen) as signal:
        qtbot.mouseClick(rail.items["settings"], LEFT)
    assert signal.args == ["settings"]
    assert rail.current == "chart"  # the shell decides
    rail.set_current("settings")
    rail.resize(72, 640)
    assert rail.items["chart"].height() == 48
    rail.items["dashboard"].setFocus()
    qtbot.waitUntil(rail.items["dashboard"].hasFocus)
    qtbot.keyClick(rail.items["dashboard"], Qt.Key.Key_Down)
    qtbot.waitUntil(rail.items["chart"].hasFocus)
    with qtbot.waitSignal(rail.chosen):
        qtbot.keyClick(rail.items["chart"], Qt.Key.Key_Return)


def test_the_search_becomes_an_icon(qtbot: QtBot) -> None:
    field = SearchField()
    shown(qtbot, field)
    assert field.width() == 250
    field.set_narrow(True)
    assert field.size() == QSize(32, 32)
    with qtbot.waitSignal(field.clicked):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not field.grab().isNull()


def test_a_status_segment_does_not_shake(qtbot: QtBot) -> None:
    segment = StatusSegment("CPU 100%", pressable=True)
    shown(qtbot, segment)
    wide = segment.sizeHint().width()
    segment.set_state("CPU 9%", "warning", Icon.WARNING)
    assert segment.sizeHint().width() >= wide
    assert not segment.grab().isNull()


def test_help_mark_opens_its_entry(qtbot: QtBot) -> None:
    mark = HelpMark("trailing_stop")
    shown(qtbot, mark)
    assert mark.toolTip().startswith("추적 손절: ")
    with qtbot.waitSignal(mark.opened) as signal:
        qtbot.mouseClick(mark, LEFT)
    assert signal.args == ["trailing_stop"]
    with pytest.raises(KeyError):
        HelpMark("moon")


@pytest.mark.parametrize("values", [[], [1.0], [2.0, 2.0], [1.0, 3.0, 2.0], list(map(float, range(5000)))])
def test_sparklines_of_any_length(qtbot: QtBot, values: list[float]) -> None:
    line = Sparkline()
    shown(qtbot, line)
    line.set_values(values)
    assert not line.grab().isNull()


def test_the_meter_stays_within_its_bar(qtbot: QtBot, theme: Theme) -> None:
    meter = MeterBar(0.5, mark=0.9)
    shown(qtbot, meter)
    meter.resize(200, 6)
    image = meter.grab().toImage()
    assert image.pixelColor(50, 3) == QColor(theme.palette.accent)
    assert image.pixelColor(150, 3) == QColor(theme.palette.bg3)
    meter.set_value(7.0)
    assert meter.grab().toImage().pixelColor(QPoint(150, 3)) == QColor(theme.palette.accent)
