"""Toasts, dialogs, progress and the states of a screen that has nothing to show."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QGuiApplication
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import Theme
from upbit_auto_trading.ui.design.tokens import Motion
from upbit_auto_trading.ui.widgets.buttons import ButtonRole
from upbit_auto_trading.ui.widgets.dialog import Dialog
from upbit_auto_trading.ui.widgets.progress_row import ProgressRow
from upbit_auto_trading.ui.widgets.states import EmptyState, ErrorState, LoadingState, OfflineStrip, StaleMark
from upbit_auto_trading.ui.widgets.toast import ToastHost, ToastLevel
from upbit_auto_trading.utils.bilingual_text import Language, Text

TITLE = Text(ko="매수 체결", en="Buy filled")
LINE = Text(ko="비트코인 0.0032 BTC", en="0.0032 BTC")


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(1280, 640)
    widget.show()
    return widget


# toasts


def test_a_toast_has_room_for_its_words_in_the_other_language(window: QWidget, qtbot: QtBot) -> None:
    line = Text("키를 바꾸세요.", "This sentence is much longer than the one before it. " * 4)
    host = ToastHost(window)
    host.show_toast(ToastLevel.ERROR, TITLE, line)
    (toast,) = host.toasts
    short = toast.height()
    language_state().set_language(Language.ENGLISH)
    qtbot.waitUntil(lambda: toast.height() > short)
    assert toast.height() == toast.heightForWidth(toast.width())
    assert toast.geometry().bottom() <= window.height() - 26
    language_state().set_language(Language.KOREAN)
    qtbot.waitUntil(lambda: toast.height() == short)


def test_toasts_stand_bottom_right_newest_lowest(window: QWidget) -> None:
    host = ToastHost(window)
    host.show_toast(ToastLevel.SUCCESS, TITLE, LINE)
    host.show_toast(ToastLevel.INFO, TITLE, LINE)
    first, second = host.toasts
    assert second.geometry().right() <= window.width() - 12
    assert second.geometry().bottom() <= window.height() - 26
    assert first.geometry().bottom() < second.y()
    window.resize(1400, 700)
    assert host.toasts[1].x() == 1400 - 12 - 340


def test_only_three_and_passing_ones_give_way(qtbot: QtBot, window: QWidget) -> None:
    host = ToastHost(window)
    for level in (ToastLevel.SUCCESS, ToastLevel.ERROR, ToastLevel.WARNING):
        host.show_toast(level, TITLE)
    host.show_toast(ToastLevel.ERROR, TITLE)
    assert [toast.message.level for toast in host.toasts] == [ToastLevel.ERROR, ToastLevel.WARNING, ToastLevel.ERROR]
    with qtbot.waitSignal(host.overflowed):
        host.show_toast(ToastLevel.INFO, TITLE)
    assert len(host.toasts) == 3


def test_how_long_each_level_stays(window: QWidget) -> None:
    host = ToastHost(window)
    timed = {}
    for level in ToastLevel:
        host.show_toast(level, TITLE)
        timed[level] = host.toasts[-1]._timer.isActive()
        host.toasts[-1].dismiss()
    assert timed == {
        ToastLevel.SUCCESS: True,
        ToastLevel.INFO: True,
        ToastLevel.WARNING: False,
        ToastLevel.ERROR: False,
    }
    assert Motion.TOAST_MS == 5000


def test_a_passing_toast_goes_by_itself(qtbot: QtBot, window: QWidget) -> None:
    host = ToastHost(window)
    host.show_toast(ToastLevel.INFO, TITLE)
    host.toasts[0]._timer.start(10)
    qtbot.waitUntil(lambda: host.toasts == [])


def test_a_press_reads_a_warning_but_an_error_needs_its_button(qtbot: QtBot, window: QWidget) -> None:
    host = ToastHost(window)
    host.show_toast(ToastLevel.ERROR, TITLE)
    host.show_toast(ToastLevel.WARNING, TITLE)
    error, warning = host.toasts
    qtbot.mouseClick(warning, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(error, Qt.MouseButton.LeftButton)
    assert host.toasts == [error]
    qtbot.mouseClick(error.close_button, Qt.MouseButton.LeftButton)
    assert host.toasts == []


def test_the_ticket_is_not_covered(window: QWidget) -> None:
    ticket = QWidget(window)
    ticket.setGeometry(970, 50, 300, 550)
    ticket.show()
    host = ToastHost(window)
    host.keep_free(ticket)
    host.show_toast(ToastLevel.WARNING, TITLE, LINE)
    assert host.toasts[0].geometry().right() < ticket.x()


# dialogs


def test_a_dialog_is_safe_by_default(qtbot: QtBot) -> None:
    dialog = Dialog(Text(ko="포지션 4개를 팔까요?", en="Sell 4 positions?"), live=True)
    qtbot.addWidget(dialog)
    sell = dialog.set_action(Text(ko="포지션 4개 매도", en="Sell 4 positions"), ButtonRole.SELL)
    dialog.add_line(Text(ko="약 441만원을 시장가로 팔아요.", en="About 4.41M KRW at market."))
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.cancel_button.hasFocus)
    assert 420 <= dialog.width() <= 560
    assert dialog.cancel_button.x() < sell.x()
    with qtbot.assertNotEmitted(dialog.accepted):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_enter_on_the_focused_button(qtbot: QtBot) -> None:
    dialog = Dialog("?")
    qtbot.addWidget(dialog)
    action = dialog.set_action("go")
    dialog.show()
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog.cancel_button, Qt.Key.Key_Return)
    dialog.show()
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(action, Qt.Key.Key_Return)


def test_a_live_dialog_carries_the_strip(qtbot: QtBot, theme: Theme) -> None:
    for live, token in ((True, "live_plate"), (False, "bg1")):
        dialog = Dialog("?", live=live)
        qtbot.addWidget(dialog)
        dialog.show()
        assert dialog.grab().toImage().pixelColor(40, 1) == QColor(theme.palette.colour(token))


def test_its_title_changes_language(qtbot: QtBot) -> None:
    dialog = Dialog(Text(ko="팔까요?", en="Sell?"))
    qtbot.addWidget(dialog)
    language_state().set_language(Language.ENGLISH)
    assert (dialog.windowTitle(), dialog.cancel_button.shown_text()) == ("Sell?", "Cancel")


# progress


def test_progress_reads_verb_percent_and_time(qtbot: QtBot) -> None:
    row = ProgressRow(Text(ko="캔들 내려받는 중", en="Downloading candles"))
    qtbot.addWidget(row)
    row.set_progress(0.64)
    assert row.figures.text() == "64%"  # no estimate in the first three seconds
    row.set_progress(0.64, remaining_s=121)
    assert row.figures.text() == "64% · 약\N{NO-BREAK SPACE}2분 남음"
    language_state().set_language(Language.ENGLISH)
    assert row.figures.text().endswith("about 2\N{NO-BREAK SPACE}min left")
    row.set_progress(7)
    assert row.meter.fraction == 1


def test_cancelling_says_so_and_the_result_takes_the_place(qtbot: QtBot) -> None:
    row = ProgressRow("x")
    qtbot.addWidget(row)
    row.set_progress(0.5)
    with qtbot.waitSignal(row.cancelled):
        qtbot.mouseClick(row.cancel_button, Qt.MouseButton.LeftButton)
    assert row.cancel_button.shown_text() == "취소하는 중…"
    assert not row.cancel_button.isEnabled()
    row.set_result(Text(ko="취소했어요", en="Cancelled"), success=False)
    assert row.verb.text() == "취소했어요"
    assert row.meter.isHidden()
    assert row.figures.isHidden()


# states


def test_loading_shows_itself_little_by_little(qtbot: QtBot) -> None:
    loading = LoadingState()
    qtbot.addWidget(loading)
    assert [timer.interval() for timer in loading._timers] == [150, 1000, 3000]
    for timer in loading._timers:
        timer.setInterval(timer.interval() // 50)
    loading.show()
    assert loading.skeleton.isHidden()
    qtbot.waitUntil(lambda: not loading.cancel_button.isHidden())
    assert not loading.words.isHidden()
    with qtbot.waitSignal(loading.cancelled):
        qtbot.mouseClick(loading.cancel_button, Qt.MouseButton.LeftButton)
    loading.hide()
    assert loading.skeleton.isHidden()


def test_an_error_has_folded_details_that_can_be_copied(qtbot: QtBot) -> None:
    state = ErrorState(Text(ko="기록을 읽지 못했어요", en="Could not read"), details="DatabaseBusy")
    qtbot.addWidget(state)
    state.show()
    assert state.details.isHidden()
    qtbot.mouseClick(state.details_button, Qt.MouseButton.LeftButton)
    assert not state.details.isHidden()
    qtbot.mouseClick(state.copy_button, Qt.MouseButton.LeftButton)
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert "DatabaseBusy" in clipboard.text()
    with qtbot.waitSignal(state.retry):
        qtbot.mouseClick(state.retry_button, Qt.MouseButton.LeftButton)


def test_an_empty_place_offers_one_action(qtbot: QtBot) -> None:
    state = EmptyState("a", "b", "c")
    qtbot.addWidget(state)
    state.show()
    assert state.button is not None
    with qtbot.waitSignal(state.action):
        qtbot.mouseClick(state.button, Qt.MouseButton.LeftButton)


def test_offline_and_stale_name_the_time(qtbot: QtBot) -> None:
    strip, mark = OfflineStrip(), StaleMark()
    qtbot.addWidget(strip)
    qtbot.addWidget(mark)
    assert strip.isHidden()
    strip.show_offline("14:02:51", "x")
    assert strip.fact.text() == "14:02:51부터 연결이 끊겼어요."
    mark.set_age("12초 전")
    assert "12초 전" in mark.accessibleName()
