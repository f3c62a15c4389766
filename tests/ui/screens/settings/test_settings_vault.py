"""The key vault by hand: made, unlocked, its faults with their sentences and ways on; the security journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PyQt6.QtCore import Qt

from tests.fakes.settings_world import SettingsWorld
from tests.ui.screens.settings.conftest import User
from tests.ui.screens.settings.security_steps import (
    PASSPHRASE,
    make_vault,
    open_security,
    page,
)
from upbit_auto_trading.business_logic.domain.errors import (
    KeyStoreUnavailable,
    TradingAppError,
    VaultDamaged,
    VaultFromAnotherMachine,
    VaultFromNewerVersion,
    VaultTruncated,
)
from upbit_auto_trading.business_logic.ports.credentials import KeySource, SecurityEvent, SecurityRecord, VaultState
from upbit_auto_trading.data_layer.storage.journal_details import ALLOWED_NAMES
from upbit_auto_trading.ui.screens.settings.sections.security_words import DETAIL_NAMES, EVENTS, LEFT_OUT, detail_words

# no file yet


def test_a_passphrase_is_set_by_typing_it_twice(user: User, world: SettingsWorld) -> None:
    world.has_key_store = False
    form = open_security(user).create_panel.form
    assert form.source is KeySource.PASSPHRASE
    assert not form.cards[KeySource.SYSTEM_KEY_STORE].isEnabled()
    assert not page(user).create_panel.create_button.isEnabled()

    user.type(form.passphrase.field, PASSPHRASE)
    user.type(form.again.field, PASSPHRASE)
    user.click(page(user).create_panel.create_button)
    user.settle()

    assert world.vault.state() is VaultState.OPEN
    assert world.vault.key_source() is KeySource.PASSPHRASE
    assert page(user).keys_panel.isVisible()
    assert form.passphrase.text() == form.again.text() == ""


@pytest.mark.parametrize(
    ("first", "second", "sentence"), [("short", "short", "8자 이상"), (PASSPHRASE, PASSPHRASE + "x", "달라요")]
)
def test_a_passphrase_that_will_not_do_stays_typed(
    user: User, world: SettingsWorld, first: str, second: str, sentence: str
) -> None:
    world.has_key_store = False
    panel = open_security(user).create_panel
    user.type(panel.form.passphrase.field, first)
    user.type(panel.form.again.field, second)
    user.click(panel.create_button)
    notes = panel.form.passphrase.note.label.text() + panel.form.again.note.label.text()
    assert sentence in notes
    assert panel.form.passphrase.text() == first
    assert world.vault.state() is VaultState.EMPTY


def test_the_system_key_store_is_recommended_where_there_is_one(user: User, world: SettingsWorld) -> None:
    panel = open_security(user).create_panel
    user.see(lambda: panel.form.source is KeySource.SYSTEM_KEY_STORE)
    assert panel.form.badge.isVisible()
    user.click(panel.create_button)
    user.settle()
    assert world.vault.key_source() is KeySource.SYSTEM_KEY_STORE


def test_a_key_file_must_be_chosen_knowingly(user: User, world: SettingsWorld) -> None:
    panel = open_security(user).create_panel
    user.click(panel.form.cards[KeySource.KEY_FILE].title)
    panel.form.choose(KeySource.KEY_FILE)
    assert not panel.create_button.isEnabled()
    assert "위험" in panel.create_button.toolTip()
    user.see(lambda: panel.form.consent.isVisible())
    user.click(panel.form.consent)
    user.click(panel.create_button)
    user.settle()
    assert world.vault.key_source() is KeySource.KEY_FILE


# locked


def test_a_wrong_passphrase_is_said_under_the_field_and_the_right_one_opens(user: User, world: SettingsWorld) -> None:
    make_vault(world)
    world.vault.lock()
    panel = open_security(user).unlock_panel
    assert panel.isVisible()

    user.type(panel.passphrase.field, "wrong horse battery")
    user.press(panel.passphrase.field, Qt.Key.Key_Return)
    user.settle()
    assert panel.passphrase.note.error is not None
    assert panel.passphrase.text() == "wrong horse battery"
    assert world.journal.events[-1] is SecurityEvent.UNLOCK_FAILED

    panel.passphrase.clear()
    user.type(panel.passphrase.field, PASSPHRASE)
    user.click(panel.unlock_button)
    user.settle()
    assert page(user).keys_panel.isVisible()
    assert panel.passphrase.text() == ""


def test_wrong_tries_count_down_before_the_next(user: User, world: SettingsWorld) -> None:
    make_vault(world)
    world.vault.lock()
    panel = open_security(user).unlock_panel
    user.type(panel.passphrase.field, "wrong horse battery")
    for _ in range(4):
        user.click(panel.unlock_button)
        user.settle()
    assert panel.wait_note.label.text() == "1초 뒤에 다시 할 수 있어요."
    world.clock.advance(1)
    page(user).vault.tick()
    user.click(panel.unlock_button)
    user.settle()
    assert panel.wait_note.label.text() == "2초 뒤에 다시 할 수 있어요."
    assert not panel.unlock_button.isEnabled()

    world.clock.advance(1)
    page(user).vault.tick()
    assert panel.wait_note.label.text() == "1초 뒤에 다시 할 수 있어요."
    world.clock.advance(1)
    page(user).vault.tick()
    assert panel.unlock_button.isEnabled()
    assert not panel.wait_note.isVisible()


def test_a_key_store_opens_without_a_passphrase(user: User, world: SettingsWorld) -> None:
    make_vault(world, KeySource.SYSTEM_KEY_STORE)
    world.vault.lock()
    panel = open_security(user).unlock_panel
    assert not panel.passphrase.isVisible()
    user.click(panel.unlock_button)
    user.settle()
    assert page(user).keys_panel.isVisible()


def test_a_silent_key_store_can_be_tried_again(user: User, world: SettingsWorld) -> None:
    make_vault(world, KeySource.SYSTEM_KEY_STORE)
    world.vault.lock()
    world.vault.next_unlock_failure = KeyStoreUnavailable("silent")
    panel = open_security(user).unlock_panel
    user.click(panel.unlock_button)
    user.settle()
    assert "응답하지 않아요" in panel.error.fact.text()
    user.click(panel.unlock_button)
    user.settle()
    assert page(user).keys_panel.isVisible()


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (VaultDamaged("bit"), "손상"),
        (VaultTruncated("cut"), "끝부분"),
        (VaultFromAnotherMachine("gone"), "이 PC에 없어요"),
        (VaultFromNewerVersion("9"), "더 새로운 버전"),
    ],
)
def test_a_file_that_cannot_be_opened_is_set_aside_and_begun_anew(
    user: User, world: SettingsWorld, failure: TradingAppError, sentence: str
) -> None:
    make_vault(world, KeySource.SYSTEM_KEY_STORE)
    world.vault.lock()
    world.vault.next_unlock_failure = failure
    open_security(user)
    user.click(page(user).unlock_panel.unlock_button)
    user.settle()
    panel = page(user).unusable_panel
    assert panel.isVisible()
    assert sentence in panel.error.fact.text()

    user.hold(panel.set_aside_button, panel.set_aside_button.completed)
    user.settle()
    assert world.vault.state() is VaultState.EMPTY
    assert page(user).create_panel.isVisible()
    assert "api_credentials-set-aside.enc" in page(user).create_panel.set_aside_note.label.text()


# the journal


def test_the_journal_tells_in_words_and_says_that_its_chain_holds(user: User, world: SettingsWorld) -> None:
    make_vault(world)
    journal = open_security(user).journal
    user.see(lambda: journal.table.isVisible())
    shown = journal.table.rows_model
    assert shown.index(0, 2).data() == "거래소 업비트 · 이름 main 0 · 끝자리 ••••XYZ0"
    assert journal.chain.accessibleName() == "이어짐 확인"
    journal.table.selectRow(0)
    assert journal.chosen.text().startswith("2번 · 키 추가 · 거래소")


def test_a_changed_record_is_named(user: User, world: SettingsWorld) -> None:
    make_vault(world)
    world.journal.first_broken = 2
    journal = open_security(user).journal
    user.see(lambda: journal.broken_line.isVisible())
    assert "2번 기록이 바뀌었거나 지워졌어요" in journal.broken_line.text()
    assert journal.chain.accessibleName() == "2번부터 어긋남"


def test_every_event_has_its_words() -> None:
    assert set(EVENTS) == set(SecurityEvent)


def test_every_field_of_the_journal_has_its_words_and_no_other() -> None:
    assert not LEFT_OUT & set(DETAIL_NAMES)
    assert LEFT_OUT | set(DETAIL_NAMES) == ALLOWED_NAMES


def test_a_restore_is_told_with_its_times_in_korea() -> None:
    details = {
        "backup": "backup-1.zip",
        "made_at": datetime(2026, 11, 20, 5, 3, 27, tzinfo=UTC).isoformat(),
        "before_restore": "backup-2.zip",
    }
    record = SecurityRecord(1, datetime(2026, 11, 21, tzinfo=UTC), SecurityEvent.BACKUP_RESTORED, details, "")
    shown = detail_words(record)
    assert shown.ko == "백업 backup-1.zip · 백업 시각 2026-11-20 14:03:27\u00a0KST · 복원 전 백업 backup-2.zip"
    assert shown.en == "backup backup-1.zip · made at 2026-11-20 14:03:27\u00a0KST · backup before it backup-2.zip"
    assert "made at soon" in detail_words(replace(record, details={"made_at": "soon"})).en
