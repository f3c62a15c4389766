"""The screen in the real program: real databases, key file and backups, in a folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.whole_program import running_program
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.config.settings import THEME
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import ThemeName
from upbit_auto_trading.ui.screens.settings.sections.data_page import DataPage
from upbit_auto_trading.ui.screens.settings.sections.form_page import FormPage
from upbit_auto_trading.ui.screens.settings.sections.history_page import HistoryPage
from upbit_auto_trading.ui.screens.settings.sections.key_entry import AddKeyDialog
from upbit_auto_trading.ui.screens.settings.sections.page import SectionPage
from upbit_auto_trading.ui.screens.settings.sections.security_page import SecurityPage
from upbit_auto_trading.ui.screens.settings.view import SettingsView

PASSPHRASE = "correct horse battery"
SECRET = "kQ83nfPz01mVbXyT55rE"


def section(qtbot: QtBot, program: DesktopProgram, place: str) -> SectionPage:
    program.navigation.show(f"settings/{place}")
    view = program.window.findChild(SettingsView)
    assert view is not None
    qtbot.waitUntil(lambda: view.current_section == place and view.page.isVisible())
    return view.page


def click(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.waitUntil(lambda: widget.isVisible() and widget.isEnabled())
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_keys_backups_and_settings_reach_the_files(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        paths = program.opened.paths
        add_a_key(qtbot, program)
        assert paths.credentials.is_file()
        assert SECRET.encode() not in paths.credentials.read_bytes()

        data = cast(DataPage, section(qtbot, program, "data"))
        click(qtbot, data.backups.make_button)
        qtbot.waitUntil(lambda: "직접" in reasons_listed(data), timeout=20_000)
        assert any(paths.backups.glob("upbit-autotrader-*-manual.zip"))
        assert not data.error.isVisible()

        looks = cast(FormPage, section(qtbot, program, "appearance")).form.row(THEME.id)
        place = looks.control.segments.rects()[1].center().toPoint()  # type: ignore[attr-defined]
        qtbot.mouseClick(looks.control.widget, Qt.MouseButton.LeftButton, pos=place)
        assert current_theme().name is ThemeName.LIGHT

        history = cast(HistoryPage, section(qtbot, program, "history"))
        qtbot.waitUntil(lambda: history.table.rows_model.rowCount() == 1)
        history.table.selectRow(0)
        click(qtbot, history.roll_back_button)
        qtbot.waitUntil(lambda: current_theme().name is ThemeName.DARK)


def reasons_listed(page: DataPage) -> list[str]:
    """The program makes a backup of its own at the first start; ours is the one made by hand."""
    model = page.backups.table.rows_model
    return [model.index(row, 1).data() for row in range(model.rowCount())]


def add_a_key(qtbot: QtBot, program: DesktopProgram) -> None:
    page = cast(SecurityPage, section(qtbot, program, "security"))
    form = page.create_panel.form
    qtbot.waitUntil(lambda: form.source is KeySource.PASSPHRASE, timeout=10_000)
    qtbot.keyClicks(form.passphrase.field, PASSPHRASE)
    qtbot.keyClicks(form.again.field, PASSPHRASE)
    click(qtbot, page.create_panel.create_button)
    click(qtbot, page.keys_panel.add_button)
    dialog = page.keys_panel.dialog
    assert isinstance(dialog, AddKeyDialog)
    qtbot.keyClicks(dialog.label.field, "trading")
    qtbot.keyClicks(dialog.access_key.field, "AbCdEfGh1234567890WXYZ")
    qtbot.keyClicks(dialog.secret_key.field, SECRET)
    click(qtbot, dialog.box)
    click(qtbot, dialog.send_button)
    qtbot.waitUntil(lambda: page.keys_panel.table.rows_model.rowCount() == 1, timeout=10_000)
    qtbot.waitUntil(lambda: page.journal.table.rows_model.rowCount() == 2)
    assert page.journal.chain.accessibleName() == "이어짐 확인"
