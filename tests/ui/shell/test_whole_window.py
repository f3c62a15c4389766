"""The window of the real program, used as a user would."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication, QInputMethodEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.e2e.running import start
from tests.log_guard import LogGuard
from tests.whole_program import running_program
from upbit_auto_trading.business_logic.ports.crash_reports import Crash, CrashKind
from upbit_auto_trading.business_logic.ports.credentials import SecurityEvent
from upbit_auto_trading.business_logic.ports.stores import Heartbeat, Stores
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.config.app_paths import find_app_paths
from upbit_auto_trading.ui.notices import NoticeLevel
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.ui.runtime.shutdown import EndReason
from upbit_auto_trading.ui.screens.chart.view import ChartView
from upbit_auto_trading.ui.startup_problem import StartupProblemDialog
from upbit_auto_trading.ui.widgets.kill_switch import KillState
from upbit_auto_trading.utils.bilingual_text import Language, Text

CONTROL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
T = TypeVar("T")
_ASKING = Text("묻기", "Asking")


def compose(widget: QWidget, text: str) -> None:
    """As a Korean input method does: the finished syllables arrive without key presses."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def press(
    qtbot: QtBot,
    program: DesktopProgram,
    key: Qt.Key,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Into the window as the system delivers it, before any widget."""
    send_key(qtbot, program.window, key, modifiers)


def send_key(qtbot: QtBot, widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    handle = widget.windowHandle()
    assert handle is not None
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is handle)
    QTest.keyClick(handle, key, modifiers)  # type: ignore[call-overload]  # the stubs ask for a self


def ask(qtbot: QtBot, program: DesktopProgram, question: Callable[[Stores], T]) -> T:
    answers: list[T] = []
    program.core.operations.submit_to_storage(
        StorageOperation(_ASKING, lambda stores, _context: question(stores)), on_success=answers.append
    )
    qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
    return answers[0]


def journal_events(qtbot: QtBot, program: DesktopProgram) -> list[SecurityEvent]:
    return ask(qtbot, program, lambda stores: [record.event for record in stores.journal.newest()])


def test_prices_reach_dashboard_and_status_bar(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        qtbot.waitUntil(lambda: len(program.screens.dashboard.state.rows) == 5)
        qtbot.waitUntil(lambda: program.window.status_bar.last_price.shown_text().startswith("BTC 1"))
        first = program.screens.dashboard.state.path[1]
        qtbot.waitUntil(lambda: len(program.screens.dashboard.state.path[1]) > len(first) + 3, timeout=20_000)
        assert program.window.top_bar.title.text() == "대시보드"


@pytest.mark.claims(
    "shortcut:kill_switch",
    "shortcut:screen_dashboard",
    "shortcut:screen_market",
    "shortcut:screen_chart",
    "shortcut:screen_backtest",
    "shortcut:screen_practice",
    "shortcut:screen_monitor",
    "shortcut:settings",
    "shortcut:help",
    "shortcut:theme",
    "shortcut:search",
    "shortcut:back",
    "shortcut:forward",
    "shortcut:next_tab",
    "shortcut:previous_tab",
    "screen:dashboard",
    "screen:market",
    "screen:chart",
    "screen:backtest",
    "screen:practice",
    "screen:monitor",
    "screen:settings",
    "screen:help",
)
def test_every_shortcut_of_the_window_does_something(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    """Each is pressed and its effect seen; one that is declared for the window but not claimed here fails."""
    with running_program(qtbot, qapp, tmp_path) as program:
        claimed = set()

        def shows(shortcut: str, screen: str, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
            press(qtbot, program, key, modifiers)
            qtbot.waitUntil(lambda: program.navigation.current == screen)
            claimed.add(shortcut)

        shows("screen_market", "market", Qt.Key.Key_2, CONTROL)
        tabs = program.window.screen_widget("market").list.tabs  # type: ignore[attr-defined]
        first = tabs.current
        press(qtbot, program, Qt.Key.Key_Tab, CONTROL)
        assert tabs.current != first
        claimed.add("next_tab")
        press(qtbot, program, Qt.Key.Key_Backtab, CONTROL | SHIFT)
        assert tabs.current == first
        claimed.add("previous_tab")
        shows("screen_chart", "chart", Qt.Key.Key_3, CONTROL)
        shows("screen_backtest", "backtest", Qt.Key.Key_5, CONTROL)
        shows("screen_practice", "practice", Qt.Key.Key_7, CONTROL)
        shows("screen_monitor", "monitor", Qt.Key.Key_9, CONTROL)
        shows("screen_dashboard", "dashboard", Qt.Key.Key_1, CONTROL)
        shows("settings", "settings", Qt.Key.Key_Comma, CONTROL)
        shows("back", "dashboard", Qt.Key.Key_Left, ALT)
        shows("forward", "settings", Qt.Key.Key_Right, ALT)
        shows("help", "help", Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier)
        dark = program.theme.palette.bg0
        press(qtbot, program, Qt.Key.Key_L, CONTROL | SHIFT)
        assert program.theme.palette.bg0 != dark
        claimed.add("theme")
        press(qtbot, program, Qt.Key.Key_K, CONTROL)
        finder = program.wiring.finder
        assert finder is not None
        assert finder.isVisible()
        claimed.add("search")
        finder.close()
        press(qtbot, program, Qt.Key.Key_X, CONTROL | ALT)
        qtbot.waitUntil(lambda: program.kill_switch.state is KillState.STOPPED)
        program.kill_switch.menu.close()
        claimed.add("kill_switch")
        assert set(program.wiring.keys.shortcut_ids) == claimed


def test_work_is_counted_and_kept_at_the_end(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        program.core.settings.set("appearance.text_scale", 110)
        qtbot.waitUntil(lambda: not program.core.operations.running())
    with running_program(qtbot, qapp, tmp_path) as program:
        program.navigation.show("monitor/operations")
        model = program.screens.monitor_model()
        qtbot.waitUntil(lambda: bool(model.state.daily))
        counted = {row.operation: row for row in model.state.daily}
        assert counted["storage.settings"].count == 1
        assert counted["engine.prices"].count >= 1
        assert sum(counted["engine.prices"].latency_counts) == counted["engine.prices"].count


def test_no_start_leaves_a_heartbeat_that_says_the_engine_was_silent(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    """The first is of the engine's first poll, and comes at once rather than after a minute."""
    for start_number in (1, 2, 3):
        with running_program(qtbot, qapp, tmp_path) as program:
            qtbot.waitUntil(partial(has_beats, qtbot, program, start_number), timeout=20_000)
            beats = ask(qtbot, program, lambda stores: stores.operations.newest_heartbeats())
            assert [(beat.engine_alive, beat.streams_stale) for beat in beats] == [(True, 0)] * start_number


@pytest.mark.claims("job:operations.forget")
def test_heartbeats_and_runs_go_after_a_year(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        now = program.core.opened.clock.now()

        def remember(stores: Stores) -> None:
            for days in (364, 366):
                moment = now - timedelta(days=days)
                stores.operations.record_heartbeat(Heartbeat(moment, True, 1, 0, days))
                number = stores.runs.record_planned(f"planned {days} days ago", moment)
                stores.runs.record_ended(number, moment, "done", "")

        def known(stores: Stores) -> tuple[set[str], set[int]]:
            runs = {run.job_id for run in stores.runs.newest() if run.job_id.startswith("planned")}
            return runs, {beat.positions_watched for beat in stores.operations.newest_heartbeats()} - {0}

        ask(qtbot, program, remember)
        # The run of the start may still be under way, and then a second one is skipped: asked again until it was done.
        qtbot.waitUntil(lambda: len(ask(qtbot, program, known)[0]) == 1 or run_forgetting(program), timeout=20_000)
        assert ask(qtbot, program, known) == ({"planned 364 days ago"}, {364})


def run_forgetting(program: DesktopProgram) -> bool:
    program.core.periodic.run_now("operations.forget")
    return False


def has_beats(qtbot: QtBot, program: DesktopProgram, count: int) -> bool:
    return len(ask(qtbot, program, lambda stores: stores.operations.newest_heartbeats())) >= count


def test_help_opens_the_page_of_the_screen(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        press(qtbot, program, Qt.Key.Key_9, CONTROL)
        press(qtbot, program, Qt.Key.Key_F1)
        view = program.window.screen_widget("help")
        assert "모니터" in view.text.toPlainText()  # type: ignore[attr-defined]
        compose(view.words.field, "없는말")  # type: ignore[attr-defined]
        assert view.model.state.found == ()  # type: ignore[attr-defined]


def _code_of(charts: ChartView) -> str:
    market = charts.model.state.chosen.market
    return "" if market is None else market.code


def test_finder_finds_by_initials_and_runs(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        qtbot.waitUntil(lambda: len(program.screens.dashboard.state.rows) == 5)
        program.navigation.show("help")
        qtbot.mouseClick(program.window.top_bar.search, Qt.MouseButton.LeftButton)
        finder = program.wiring.finder
        assert finder is not None
        compose(finder.field, "ㅇㄷㄹㅇ")
        qtbot.keyClick(finder.field, Qt.Key.Key_Return)
        assert program.navigation.current == "chart"
        charts = cast(ChartView, program.window.screen_widget("chart"))
        qtbot.waitUntil(lambda: _code_of(charts) == "KRW-ETH")
        program.wiring.open_finder()
        finder = program.wiring.finder
        assert finder is not None
        compose(finder.field, "ㅁㄴㅌ")
        qtbot.keyClick(finder.field, Qt.Key.Key_Down)
        qtbot.keyClick(finder.field, Qt.Key.Key_Up)
        qtbot.keyClick(finder.field, Qt.Key.Key_Return)
        assert program.navigation.current == "monitor"
        program.wiring.open_finder()
        finder = program.wiring.finder
        assert finder is not None
        qtbot.keyClicks(finder.field, "zzzz")
        assert finder.nothing.isVisible()
        assert not finder.results.isVisible()
        qtbot.keyClick(finder.field, Qt.Key.Key_Escape)


@pytest.mark.claims("event:entries-stopped", "event:entries-resumed")
def test_kill_switch_stops_is_journalled_survives_restart_and_resumes(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        program.kill_switch.trigger_first_level()
        qtbot.waitUntil(lambda: program.kill_switch.state is KillState.STOPPED)
        assert [row.is_done for row in program.kill_switch.menu.rows] == [True]
        program.kill_switch.menu.close()
        assert program.screens.dashboard.state.entries_stopped_at is not None
        assert journal_events(qtbot, program)[0] is SecurityEvent.ENTRIES_STOPPED
    with running_program(qtbot, qapp, tmp_path) as program:
        qtbot.waitUntil(lambda: program.kill_switch.state is KillState.STOPPED)
        assert journal_events(qtbot, program).count(SecurityEvent.ENTRIES_STOPPED) == 1
        qtbot.mouseClick(program.kill_switch, Qt.MouseButton.LeftButton)
        assert [row.is_done for row in program.kill_switch.menu.rows] == [True]
        qtbot.keyClick(program.kill_switch.menu, Qt.Key.Key_Down)
        way_back = program.kill_switch.menu.focusWidget()
        assert way_back is not None
        qtbot.keyClick(way_back, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: program.kill_switch.state is KillState.READY)
        assert journal_events(qtbot, program)[0] is SecurityEvent.ENTRIES_RESUMED
    with running_program(qtbot, qapp, tmp_path) as program:
        qtbot.waitUntil(lambda: program.core.engine.last_poll_age_seconds() is not None)
        assert program.kill_switch.state is KillState.READY


def test_kill_switch_key_works_in_a_dialog_and_others_do_not(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        dialog = QDialog(program.window)
        dialog.setModal(True)
        dialog.open()
        qtbot.waitUntil(lambda: qapp.activeModalWidget() is dialog)
        send_key(qtbot, dialog, Qt.Key.Key_9, CONTROL)
        assert program.navigation.current == "dashboard"
        send_key(qtbot, dialog, Qt.Key.Key_X, CONTROL | ALT)
        qtbot.waitUntil(lambda: program.kill_switch.state is KillState.STOPPED)
        program.kill_switch.menu.close()
        dialog.close()


def test_language_theme_size_and_screen_come_back(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path, language=None) as program:
        assert program.appearance.language.current is Language.KOREAN
        program.appearance.toggle_language()
        program.appearance.toggle_theme()
        light = program.theme.palette
        for screen in ("help", "dashboard", "monitor"):
            program.navigation.show(screen)
        program.window.resize(1111, 777)
        qtbot.waitUntil(lambda: not program.core.operations.running())
        assert program.window.top_bar.title.text() == "Monitor"
        with qtbot.waitSignal(program.core.shutdown.finished, timeout=30_000):
            program.window.close()
    with running_program(qtbot, qapp, tmp_path, language=None, wait_until_usable=False) as program:
        assert program.navigation.current == "monitor"
        assert program.appearance.language.current is Language.ENGLISH
        assert program.theme.palette == light
        # the offscreen platform's screen is 800 pixels wide, so only the height can come back whole
        assert abs(program.window.height() - 777) <= 4
        qtbot.waitUntil(lambda: program.core.engine.last_poll_age_seconds() is not None, timeout=30_000)


def test_language_of_one_run_is_not_kept(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path, language=Language.ENGLISH) as program:
        assert program.window.top_bar.title.text() == "Dashboard"
        assert program.core.settings.is_default("appearance.language")


def test_notices_reach_bell_toast_and_status_bar(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        before = program.notices.unread_count()
        program.notices.add(NoticeLevel.WARNING, Text("경고 하나", "One warning"), Text("내용", "Body"))
        assert program.wiring.toasts.toasts[-1].message.title == Text("경고 하나", "One warning")
        assert "1" in program.window.status_bar.problems.shown_text()
        qtbot.mouseClick(program.window.status_bar.problems, Qt.MouseButton.LeftButton)
        assert program.bell.popover is not None
        assert program.bell.popover.isVisible()
        assert program.notices.unread_count() == 0
        assert before == 0
        assert "없음" in program.window.status_bar.problems.shown_text()
        program.bell.popover.close()


def test_success_toasts_can_be_switched_off_and_warnings_cannot(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        program.core.settings.set("notices.success_toasts", False)
        shown = len(program.wiring.toasts.toasts)
        program.notices.add(NoticeLevel.SUCCESS, Text("끝", "Done"), Text("", ""))
        assert len(program.wiring.toasts.toasts) == shown
        program.notices.add(NoticeLevel.ERROR, Text("오류", "Error"), Text("", ""))
        assert len(program.wiring.toasts.toasts) == shown + 1
        assert len(program.notices.all()) >= 2


def test_the_first_window_fits_the_screen(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        screen = program.window.screen()
        assert screen is not None
        assert program.window.height() <= screen.availableSize().height() - 40
        program.window.restore(b"not a geometry")
        assert program.window.height() <= screen.availableSize().height() - 40


@pytest.mark.parametrize("width", [1280, 1000])
def test_mode_bell_and_kill_switch_never_give_way(qtbot: QtBot, qapp: QApplication, tmp_path: Path, width: int) -> None:
    with running_program(qtbot, qapp, tmp_path, wait_until_usable=False) as program:
        program.window.resize(width, 640)
        qapp.processEvents()
        top = program.window.top_bar
        for widget in (top.mode, top.bell, top.kill_switch):
            assert widget.isVisible()
            assert widget.width() >= widget.sizeHint().width()
            assert top.rect().contains(widget.geometry())
        assert top.search.is_narrow == (width < 1040)
        qtbot.waitUntil(lambda: program.core.engine.last_poll_age_seconds() is not None, timeout=30_000)


def test_an_error_nobody_foresaw_is_told_in_a_dialog_and_its_report_can_be_read(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        reports = program.services.maintenance.crash_reports
        summary = reports.write(Crash(CrashKind.EXCEPTION, "engine", ZeroDivisionError("division by zero")))
        program.tell_crash(summary)
        dialog = program.crash_dialog
        assert dialog is not None
        assert dialog.isVisible()
        assert dialog.read_button is not None
        program.tell_crash(summary)
        assert program.crash_dialog is dialog, "dialogs are never stacked"
        assert len([n for n in program.notices.all() if n.level is NoticeLevel.ERROR]) == 2
        qtbot.mouseClick(dialog.read_button, Qt.MouseButton.LeftButton)
        assert program.navigation.current == "monitor"
        model = program.screens.monitor_model()
        qtbot.waitUntil(lambda: bool(model.state.reports))
        assert model.state.reports is not None
        assert model.state.reports[0].file_name == summary.file_name


def test_after_a_crash_the_market_data_is_checked_in_the_background(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, expected_log: LogGuard
) -> None:
    with running_program(qtbot, qapp, tmp_path):
        pass
    paths = find_app_paths(tmp_path)
    with closing(sqlite3.connect(paths.market_data_database)) as connection, connection:
        connection.execute("CREATE TABLE filler (content BLOB)")
        connection.executemany("INSERT INTO filler VALUES (?)", [(b"x" * 3000,)] * 200)
    content = bytearray(paths.market_data_database.read_bytes())
    content[-8192 * 10 : -8192] = b"\xff" * (8192 * 9)
    paths.market_data_database.write_bytes(content)
    paths.last_end.write_text(paths.last_end.read_text().replace('"ended"', '"running"'))
    expected_log.expect("the market data does not hold")
    with running_program(qtbot, qapp, tmp_path) as program:
        titles = lambda: [notice.title.en for notice in program.notices.all()]  # noqa: E731
        qtbot.waitUntil(lambda: "The market data is damaged" in titles(), timeout=20_000)
        assert "The last run ended abruptly" in titles()


def test_a_damaged_settings_file_can_be_set_aside_from_the_window(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        # the automatic backup of the first start, and only then the change
        qtbot.waitUntil(lambda: program.screens.dashboard.state.newest_backup is not None, timeout=30_000)
        program.core.settings.set("appearance.text_scale", 120)
        qtbot.waitUntil(lambda: not program.core.operations.running())
    path = find_app_paths(tmp_path).settings_database
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with running_program(qtbot, qapp, tmp_path, wait_until_usable=False) as program:
        qtbot.waitUntil(lambda: qapp.activeModalWidget() is not None, timeout=30_000)
        dialog = qapp.activeModalWidget()
        assert isinstance(dialog, StartupProblemDialog)
        ways = {button.shown_text(): button for button in dialog.way_buttons}
        assert set(ways) == {"최근 백업 복원", "새 파일로 시작"}
        with qtbot.waitSignal(program.core.shutdown.finished, timeout=30_000):
            qtbot.mouseClick(ways["최근 백업 복원"], Qt.MouseButton.LeftButton)
        assert program.core.shutdown.outcome is not None
        assert program.core.shutdown.outcome.reason is EndReason.START_AGAIN
        between_runs = program.core.between_runs
    assert between_runs is not None
    between_runs()
    assert list((tmp_path / "data" / "damaged").iterdir())
    with running_program(qtbot, qapp, tmp_path) as program:
        assert program.core.settings.is_default("appearance.text_scale"), "the backup is older than the change"


def test_a_second_start_brings_the_first_to_the_front(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        program.window.showMinimized()
        qtbot.waitUntil(program.window.isMinimized)
        second = start("--data-dir", str(tmp_path), "--lang", "en")
        qtbot.waitUntil(lambda: not program.window.isMinimized(), timeout=30_000)
        assert second.wait() == 1
        second.wait_for("already")
