"""Keys in the real window, looked at through the real client at a practice exchange in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.log_guard import LogGuard
from tests.whole_program import running_program
from upbit_auto_trading.business_logic.domain.exchange_key import NEEDED_RIGHTS, Right
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.composition_root.exchange_keys import ExchangeKeys
from upbit_auto_trading.composition_root.practice import practice_child
from upbit_auto_trading.config.app_paths import resources_folder
from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.ui.screens.settings.sections.key_entry import AddKeyDialog, KeyEntryDialog
from upbit_auto_trading.ui.screens.settings.sections.keys_panel import KeysPanel
from upbit_auto_trading.ui.screens.settings.sections.security_page import SecurityPage
from upbit_auto_trading.ui.screens.settings.view import SettingsView

PASSPHRASE = "correct horse battery"
_LIMIT_MS = 30_000


@dataclass(frozen=True, slots=True)
class Exchange:
    control: PracticeControl
    keys: ExchangeKeys

    def new_key(self, without: Right | None = None, **members: Any) -> tuple[str, str]:
        rights = [right.value for right in NEEDED_RIGHTS if right is not without]
        told = self.control.add_key(rights=rights, **members)
        return told["access_key"], told["secret_key"]


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    child = practice_child(("--markets", "1", "--seed", "7"), SystemClock())
    try:
        told = child.start()
        addresses = UpbitAddresses(told.rest_url, told.websocket_url)
        keys = ExchangeKeys(resources_folder(), SystemClock(), addresses)
        yield Exchange(PracticeControl(told.control_url, told.control_token), keys)
    finally:
        child.stop()


class Hand:
    def __init__(self, qtbot: QtBot, program: DesktopProgram) -> None:
        self.qtbot = qtbot
        self.program = program

    def see(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=_LIMIT_MS)

    def click(self, widget: QWidget) -> None:
        self.see(lambda: widget.isVisible() and widget.isEnabled())
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def page(self) -> SecurityPage:
        self.program.navigation.show("settings/security")
        view = self.program.window.findChild(SettingsView)
        assert view is not None
        self.see(lambda: view.current_section == "security" and view.page.isVisible())
        assert isinstance(view.page, SecurityPage)
        return view.page

    def panel(self) -> KeysPanel:
        panel = self.page().keys_panel
        self.see(panel.isVisible)
        return panel

    def make_vault(self) -> None:
        form = self.page().create_panel.form
        self.see(lambda: form.source is KeySource.PASSPHRASE)
        self.qtbot.keyClicks(form.passphrase.field, PASSPHRASE)
        self.qtbot.keyClicks(form.again.field, PASSPHRASE)
        self.click(self.page().create_panel.create_button)

    def unlock(self) -> None:
        unlocking = self.page().unlock_panel
        self.see(unlocking.passphrase.isVisible)
        self.qtbot.keyClicks(unlocking.passphrase.field, PASSPHRASE)
        self.click(unlocking.unlock_button)

    def enter(self, dialog: KeyEntryDialog, keys: tuple[str, str]) -> None:
        for field, text in zip((dialog.access_key.field, dialog.secret_key.field), keys, strict=True):
            field.selectAll()
            self.qtbot.keyClicks(field, text)
        if not dialog.box.isChecked():
            self.click(dialog.box)
        self.click(dialog.send_button)

    def is_refused_for(self, dialog: KeyEntryDialog, words: str) -> None:
        self.see(lambda: dialog.outcome.isVisible() and words in dialog.outcome.notice.fact.text())

    def reads(self, word: str) -> None:
        badge = self.panel().details.badge
        self.see(lambda: badge.accessibleName() == word)


def entry_dialog(panel: KeysPanel) -> KeyEntryDialog:
    assert isinstance(panel.dialog, KeyEntryDialog)
    return panel.dialog


def test_keys_live_and_die_in_the_real_window(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, exchange: Exchange, expected_log: LogGuard
) -> None:
    expected_log.expect("refused", at_least=0)
    with running_program(qtbot, qapp, tmp_path, exchange_keys=exchange.keys) as program:
        hand = Hand(qtbot, program)
        hand.make_vault()
        panel = hand.panel()
        hand.click(panel.add_button)
        dialog = entry_dialog(panel)
        assert isinstance(dialog, AddKeyDialog)
        qtbot.keyClicks(dialog.label.field, "trading")
        hand.enter(dialog, exchange.new_key(without=Right.MAKE_ORDERS))
        hand.is_refused_for(dialog, "‘주문하기’ 권한이 없어요")
        hand.enter(dialog, exchange.new_key(addresses=["203.0.113.7"]))
        hand.is_refused_for(dialog, "인터넷 주소가 키에 없어요")
        access, _secret = exchange.new_key()
        hand.enter(dialog, (access, "y" * 40))
        hand.is_refused_for(dialog, "Access Key와 맞지 않아요")
        assert panel.table.rows_model.rowCount() == 0
        hand.enter(dialog, exchange.new_key(valid_days=20))
        hand.see(lambda: panel.dialog is None)
        hand.reads("20일 뒤 끝남")

        exchange.control.add_fault("status", amount=503)
        hand.click(panel.details.check_button)
        hand.see(panel.details.trouble.isVisible)
        hand.reads("20일 뒤 끝남")
        exchange.control.clear_faults()

        hand.click(panel.details.replace_button)
        dialog = entry_dialog(panel)
        hand.enter(dialog, exchange.new_key(without=Right.VIEW_ORDERS))
        hand.is_refused_for(dialog, "‘주문조회’ 권한이 없어요")
        hand.reads("20일 뒤 끝남")
        hand.enter(dialog, exchange.new_key(valid_days=300))
        hand.see(lambda: panel.dialog is None)
        hand.reads("쓸 수 있음")
        events = page_events(hand)
        assert events[:2] == ["키 바꿈", "키 추가"], events

    exchange.control.jump(SystemClock().now() + timedelta(days=301))
    with running_program(qtbot, qapp, tmp_path, exchange_keys=exchange.keys) as program:
        hand = Hand(qtbot, program)
        hand.unlock()
        hand.reads("기간 끝남")  # found out by the program itself, since the keys lie open
        hand.see(lambda: any("유효 기간이 끝났어요" in notice.title.ko for notice in program.notices.all()))
        notice = next(notice for notice in program.notices.all() if "유효 기간이 끝났어요" in notice.title.ko)
        program.navigation.show("dashboard")
        assert notice.action is not None
        notice.action.run()
        hand.see(hand.panel().details.notice.isVisible)
        assert "키 바꾸기" in hand.panel().details.notice.rest.text()


def page_events(hand: Hand) -> list[str]:
    model = hand.page().journal.table.rows_model
    hand.see(lambda: model.rowCount() >= 3)
    return [str(model.index(row, 1).data()) for row in range(model.rowCount())]
