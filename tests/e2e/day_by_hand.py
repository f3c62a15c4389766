"""What a user does with the window in one day, by clicking and typing alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from tests.e2e.test_no_secret_leaks import random_key
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.ui.forms.setting_control import NumberControl, SegmentsControl
from upbit_auto_trading.ui.screens.practice.view import PracticeView
from upbit_auto_trading.ui.screens.settings.sections.data_page import DataPage
from upbit_auto_trading.ui.screens.settings.sections.form_page import FormPage
from upbit_auto_trading.ui.screens.settings.sections.key_entry import AddKeyDialog
from upbit_auto_trading.ui.screens.settings.sections.page import SectionPage
from upbit_auto_trading.ui.screens.settings.sections.security_page import SecurityPage
from upbit_auto_trading.ui.screens.settings.view import SettingsView
from upbit_auto_trading.ui.widgets.kill_switch import KillState

_LIMIT_MS = 20_000
Page = TypeVar("Page", bound=SectionPage)


@dataclass(frozen=True, slots=True)
class Secrets:
    """Random in each run, so that no earlier file can hold them."""

    passphrase: str = field(default_factory=lambda: f"pass {random_key()[:16]}")
    wrong_passphrase: str = field(default_factory=lambda: f"wrong {random_key()[:16]}")
    access_key: str = field(default_factory=random_key)
    secret_key: str = field(default_factory=random_key)

    def all(self) -> tuple[str, ...]:
        return self.passphrase, self.wrong_passphrase, self.access_key, self.secret_key


class Hand:
    def __init__(self, qtbot: QtBot, program: DesktopProgram) -> None:
        self.qtbot = qtbot
        self.program = program

    def see(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=_LIMIT_MS)

    def settle(self) -> None:
        """Nothing is under way: no work, and no change of look or language."""
        self.see(lambda: not (self.program.core.operations.running() or self.program.slices.is_under_way))

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        self.see(lambda: widget.isVisible() and widget.isEnabled())
        _scroll_to(widget)
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())

    def write(self, field: QWidget, text: str) -> None:
        self.see(field.isVisible)
        field.setFocus()
        self.qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.qtbot.keyClicks(field, text)

    def sees_a_price(self) -> None:
        self.see(lambda: self.program.window.status_bar.last_price.shown_text().startswith("BTC 1"))

    # practice

    def buys_in_practice(self, won: int) -> str:
        """On the screen; the number of the order, once its coins are among the balances."""
        core = self.program.core
        self.click(self.program.window.rail.items["practice"])
        view = self.program.window.screen_widget("practice")
        assert isinstance(view, PracticeView)
        ticket = view.trade.ticket
        self.see(lambda: ticket.amount.isVisible() and core.engine.account.has_all_balances)
        self.write(ticket.amount.field, str(won))
        self.see(ticket.send.isEnabled)
        self.click(ticket.send)
        self.see(lambda: not ticket.outcome.isHidden() and ticket.outcome.mark.isVisible())
        self.see(lambda: "BTC" in core.engine.account.balances)
        [number] = {*core.engine.account.orders, *core.engine.account.unread}
        return number

    # settings

    def open_section(self, section: str, kind: type[Page]) -> Page:
        self.click(self.program.window.rail.items["settings"])
        view = self.program.window.screen_widget("settings")
        assert isinstance(view, SettingsView)
        self.see(view.isVisible)
        self.click(view.sections.item(section))
        self.see(lambda: view.page.isVisible())
        assert isinstance(view.page, kind)
        return view.page

    def choose(self, setting_id: str, value: str) -> None:
        row = self.open_section("appearance", FormPage).form.row(setting_id)
        assert isinstance(row.control, SegmentsControl)
        place = [choice.value for choice in row.setting.choices].index(value)
        self.click(row.control.segments, row.control.segments.rects()[place].center().toPoint())
        self.settle()
        assert self.program.core.settings.text(setting_id) == value

    def set_text_scale(self, percent: int) -> None:
        row = self.open_section("appearance", FormPage).form.row("appearance.text_scale")
        assert isinstance(row.control, NumberControl)
        self.write(row.control.input.field, str(percent))
        self.qtbot.keyClick(row.control.input.field, Qt.Key.Key_Return)
        self.settle()
        assert self.program.core.settings.whole_number("appearance.text_scale") == percent

    # keys

    def make_vault(self, passphrase: str) -> None:
        panel = self.open_section("security", SecurityPage).create_panel
        self.see(panel.form.passphrase.isVisible)
        self.write(panel.form.passphrase.field, passphrase)
        self.write(panel.form.again.field, passphrase)
        self.click(panel.create_button)
        self.settle()

    def add_key(self, label: str, access_key: str, secret_key: str) -> None:
        panel = self.open_section("security", SecurityPage).keys_panel
        self.click(panel.add_button)
        dialog = panel.dialog
        assert isinstance(dialog, AddKeyDialog)
        self.write(dialog.label.field, label)
        self.write(dialog.access_key.field, access_key)
        self.write(dialog.secret_key.field, secret_key)
        self.click(dialog.box)
        self.click(dialog.send_button)
        self.see(lambda: panel.dialog is None)

    def lock(self) -> None:
        page = self.open_section("security", SecurityPage)
        self.click(page.keys_panel.lock_button)
        self.see(page.unlock_panel.isVisible)

    def unlock(self, passphrase: str) -> bool:
        """Whether it opened."""
        page = self.open_section("security", SecurityPage)
        self.see(page.unlock_panel.isVisible)
        self.write(page.unlock_panel.passphrase.field, passphrase)
        self.click(page.unlock_panel.unlock_button)
        self.settle()
        return page.keys_panel.isVisible()

    # the rest of the day

    def make_backup(self) -> str:
        """Its file name."""
        before = set(self.program.opened.paths.backups.glob("*manual*.zip"))
        panel = self.open_section("data", DataPage).backups
        self.click(panel.make_button)
        self.settle()
        self.see(lambda: panel.made.isVisible())
        (made,) = set(self.program.opened.paths.backups.glob("*manual*.zip")) - before
        return made.name

    def stop_entries_by_key(self) -> None:
        held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        handle = self.program.window.windowHandle()
        assert handle is not None
        handle.requestActivate()  # after a dialog the offscreen platform, unlike a real one, gives the focus to nobody
        self.see(lambda: QGuiApplication.focusWindow() is handle)
        QTest.keyClick(handle, Qt.Key.Key_X, held)  # type: ignore[call-overload]  # the stubs ask for a self
        self.see(lambda: self.program.kill_switch.state is KillState.STOPPED)
        self.program.kill_switch.menu.close()
        self.settle()

    def close_window(self) -> None:
        with self.qtbot.waitSignal(self.program.core.shutdown.finished, timeout=30_000):
            self.program.window.close()


def _scroll_to(widget: QWidget) -> None:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget)
        parent = parent.parentWidget()
