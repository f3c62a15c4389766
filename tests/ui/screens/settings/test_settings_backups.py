"""Making a backup, cancelling it, and going back to one only after its word was typed."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QLabel

from tests.fakes.settings_world import SettingsWorld
from tests.ui.screens.settings.conftest import User
from upbit_auto_trading.business_logic.domain.errors import BackupUnusable, DiskFull
from upbit_auto_trading.config.app_paths import FolderChoice
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.screens.settings.sections.data_page import DataPage
from upbit_auto_trading.ui.screens.settings.sections.restore_dialog import RestoreDialog
from upbit_auto_trading.ui.screens.settings.view_model.backups import WHY_THIS_FOLDER
from upbit_auto_trading.utils.bilingual_text import Language


def page(user: User) -> DataPage:
    shown = user.view.page
    assert isinstance(shown, DataPage)
    return shown


def test_the_folder_its_reason_and_its_sizes_are_told(user: User, world: SettingsWorld) -> None:
    world.services.paths.data.mkdir()
    (world.services.paths.data / "settings.sqlite3").write_bytes(bytes(4_200_000))
    user.open("data")
    folder = page(user).folder
    assert folder.path.text() == str(world.services.paths.user_root)
    assert "--data-dir" in folder.why.text()
    assert [fact.value.text() for fact in folder.sizes] == ["4.2MB", "0B", "0B"]
    user.click(folder.open_button)
    assert world.opened_folders == [str(world.services.paths.user_root)]


def test_each_reason_for_a_folder_has_its_sentence() -> None:
    assert set(WHY_THIS_FOLDER) == set(FolderChoice)


@pytest.mark.parametrize("with_candles", [False, True])
def test_a_backup_is_made_with_or_without_candles(user: User, world: SettingsWorld, with_candles: bool) -> None:
    user.open("data")
    panel = page(user).backups
    assert panel.empty.isVisible()
    if with_candles:
        user.click(panel.with_candles)
    user.click(panel.make_button)
    user.settle()
    assert world.backups.calls == [("make", with_candles)]
    assert panel.table.rows_model.index(0, 2).data() == ("있음" if with_candles else "–")
    assert panel.made.label.text().startswith("09:00:00에 백업했어요")
    assert panel.table.isVisible()
    assert not panel.empty.isVisible()


def test_a_running_backup_shows_its_progress_and_can_be_cancelled(user: User, world: SettingsWorld) -> None:
    user.open("data")
    panel = page(user).backups
    world.backups.hold()
    user.click(panel.make_button)
    user.see(lambda: panel.progress is not None and panel.progress.figures.text() == "40%")
    assert panel.progress is not None
    assert not panel.make_button.isEnabled()
    assert "끝나면" in panel.make_button.toolTip()

    user.click(panel.progress.cancel_button)
    user.see(lambda: panel.progress is None)
    assert world.backups.all == ()
    assert panel.make_button.isEnabled()
    assert not page(user).error.isVisible()
    assert not panel.made.isVisible()


def test_a_backup_that_fails_says_what_it_means_and_can_be_tried_again(user: User, world: SettingsWorld) -> None:
    user.open("data")
    world.backups.failure = DiskFull("backups")
    user.click(page(user).backups.make_button)
    user.settle()
    error = page(user).error
    assert error.isVisible()
    assert "공간" in error.fact.text() + error.rest.text()
    assert not error.details.isVisible()
    user.click(error.details_button)
    assert "DiskFull" in error.details.toPlainText()
    assert error.details.isVisible()
    user.click(error.copy_button)
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert "DiskFull" in clipboard.text()
    user.click(page(user).backups.make_button)
    user.settle()
    assert not error.isVisible()
    assert len(world.backups.all) == 1


def restore_dialog(user: User, world: SettingsWorld) -> RestoreDialog:
    world.backups.add_old(1)
    wanted = world.backups.add_old(2, "manual", with_candles=True)
    user.open("data")
    panel = page(user).backups
    assert not panel.restore_button.isEnabled()
    panel.table.select_key(wanted.file_name)
    user.click(panel.restore_button)
    user.see(lambda: page(user).dialog is not None)
    dialog = page(user).dialog
    assert dialog is not None
    return dialog


def test_a_restore_needs_its_word_and_then_starts_again(user: User, world: SettingsWorld) -> None:
    dialog = restore_dialog(user, world)
    assert world.backups.calls == [("check", world.backups.all[1].file_name)]
    assert "2026-11-18 09:00:00" in dialog.title.text()
    assert not dialog.action.isEnabled()
    dialog.word.field.insert("복원")
    user.click(dialog.action)
    user.settle()
    assert world.backups.calls[-1] == ("prepare", world.backups.all[1].file_name)
    assert world.started_again == 1
    assert page(user).starting_again.isVisible()


def test_in_english_the_word_is_english(user: User, world: SettingsWorld) -> None:
    language_state().set_language(Language.ENGLISH)
    dialog = restore_dialog(user, world)
    user.type(dialog.word.field, "restor")
    user.press(dialog.word.field, Qt.Key.Key_Return)
    assert page(user).dialog is dialog
    user.type(dialog.word.field, "e")
    user.press(dialog.word.field, Qt.Key.Key_Return)
    user.settle()
    assert world.started_again == 1


def test_what_a_backup_leaves_out_is_told_before_and_after(user: User, world: SettingsWorld) -> None:
    world.backups.left_out = ("keys-with-key-file", "candles")
    user.open("data")
    panel = page(user).backups
    user.click(panel.make_button)
    user.settle()
    assert "키는 빼고" in panel.made.label.text()
    panel.table.selectRow(0)
    user.click(panel.restore_button)
    user.see(lambda: page(user).dialog is not None)
    dialog = page(user).dialog
    assert dialog is not None
    told = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "키는 이 백업에 없어요" in told
    assert "캔들은 백업에 없어서" in told


def test_a_restore_can_be_put_off(user: User, world: SettingsWorld) -> None:
    dialog = restore_dialog(user, world)
    user.press(dialog, Qt.Key.Key_Escape)
    user.see(lambda: page(user).dialog is None)
    assert world.started_again == 0
    assert [call[0] for call in world.backups.calls] == ["check"]
    user.click(page(user).backups.restore_button)
    user.see(lambda: page(user).dialog is not None)


def test_a_damaged_backup_is_refused_before_anything_is_asked(user: User, world: SettingsWorld) -> None:
    backup = world.backups.add_old(1)
    user.open("data")
    world.backups.failure = BackupUnusable(backup.file_name, "damaged")
    page(user).backups.table.select_key(backup.file_name)
    user.click(page(user).backups.restore_button)
    user.settle()
    assert "손상" in page(user).error.fact.text()
    assert "그대로" in page(user).error.rest.text()
    assert page(user).dialog is None


def test_a_backup_made_elsewhere_appears(user: User, world: SettingsWorld) -> None:
    user.open("data")
    world.backups.add_old(0)
    world.operations.changed.emit("backups", None)
    user.settle()
    assert page(user).backups.table.rows_model.rowCount() == 1


def test_the_table_tells_reasons_in_words(user: User, world: SettingsWorld) -> None:
    for days, reason in enumerate(("automatic", "manual", "before-restore", "before-migration", "of-a-later-version")):
        world.backups.add_old(days, reason)
    user.open("data")
    model = page(user).backups.table.rows_model
    shown = [model.index(row, 1).data() for row in range(model.rowCount())]
    assert shown == ["자동", "직접", "복원하기 전", "업그레이드하기 전", "of-a-later-version"]
