"""Each declared setting has its control; a click changes what is stored, and what is wrong stays on the screen."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.settings_world import SettingsWorld
from tests.ui.screens.settings.conftest import User
from upbit_auto_trading.business_logic.domain.errors import DiskFull
from upbit_auto_trading.config.setting import Choice, Kind, Setting, Value
from upbit_auto_trading.config.settings import ALL_SETTINGS, BACKUP_HOURS, FLASH, LANGUAGE, TEXT_SCALE, THEME
from upbit_auto_trading.ui.design.language import language_state, tr
from upbit_auto_trading.ui.forms.setting_control import (
    NumberControl,
    SegmentsControl,
    SelectControl,
    SwitchControl,
    TextControl,
)
from upbit_auto_trading.ui.forms.setting_form import SettingForm
from upbit_auto_trading.ui.forms.setting_row import SettingRow
from upbit_auto_trading.ui.screens.settings.view import setting_place
from upbit_auto_trading.ui.settings_state import SettingsState
from upbit_auto_trading.utils.bilingual_text import Language, Text

NAME = Text("시험", "Trying")
INVENTED = (
    Setting(
        id="trying.share",
        title=NAME,
        help=NAME,
        kind=Kind.DECIMAL_NUMBER,
        default=Decimal("0.5"),
        step=Decimal("0.1"),
        minimum=Decimal(0),
        maximum=Decimal(1),
        needs_restart=True,
    ),
    Setting(id="trying.name", title=NAME, help=NAME, kind=Kind.TEXT, default="하나"),
    Setting(id="trying.time", title=NAME, help=NAME, kind=Kind.TIME_OF_DAY, default="09:00"),
    Setting(
        id="trying.kind",
        title=NAME,
        help=NAME,
        kind=Kind.CHOICE,
        default="a",
        choices=tuple(
            Choice(sign, Text(f"긴 이름의 선택 {sign}", f"A choice with a long name {sign}")) for sign in "abcde"
        ),
    ),
)


def change(user: User, row: SettingRow) -> Value:
    """Change a setting as its user would, and answer what it should be now."""
    control, setting = row.control, row.setting
    if isinstance(control, SwitchControl):
        user.click(control.switch)
        return not setting.default
    if isinstance(control, SegmentsControl):
        place = 1 if setting.choices[0].value == setting.default else 0
        user.click(control.segments, control.segments.rects()[place].center().toPoint())
        return setting.choices[place].value
    if isinstance(control, SelectControl):
        control.select.setFocus()
        user.press(control.select, Qt.Key.Key_Down)
        place = [choice.value for choice in setting.choices].index(str(setting.default)) + 1
        return setting.choices[place].value
    if isinstance(control, NumberControl):
        return change_number(user, control, setting)
    assert isinstance(control, TextControl)
    wanted = "23:15" if setting.kind is Kind.TIME_OF_DAY else "two"
    overwrite(user, control.input.field, wanted)
    return wanted


def change_number(user: User, control: NumberControl, setting: Setting) -> Value:
    assert setting.maximum is not None
    assert setting.minimum is not None
    wanted = setting.maximum if setting.maximum != setting.default else setting.minimum
    overwrite(user, control.input.field, format(wanted, "f"))
    return int(wanted) if setting.kind is Kind.WHOLE_NUMBER else wanted


def overwrite(user: User, field: QWidget, text: str) -> None:
    field.setFocus()
    user.press(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    user.qtbot.keyClicks(field, text)
    user.press(field, Qt.Key.Key_Return)


@pytest.mark.parametrize("setting", ALL_SETTINGS, ids=lambda setting: setting.id)
def test_each_setting_is_changed_and_stored_by_hand(user: User, world: SettingsWorld, setting: Setting) -> None:
    user.open(setting_place(setting).partition("/")[2])
    row = user.view.page.form.row(setting.id)  # type: ignore[attr-defined]  # every page with settings has a form
    assert row.title.text() == tr(setting.title)

    wanted = change(user, row)
    user.settle()

    assert world.settings.value(setting) == wanted != setting.default
    assert world.settings_store.read_all()[setting.id] == setting.to_text(wanted)
    assert row.note.label.text() in ("적용했어요", "Applied")
    user.click(row.reset_button)
    user.settle()
    assert setting.id not in world.settings_store.read_all()
    assert not row.reset_button.isVisible()


@pytest.fixture
def invented(user: User, world: SettingsWorld, qtbot: QtBot) -> SettingForm:
    settings = SettingsState({}, world.operations, world.clock, INVENTED)
    settings.setParent(world.operations)
    form = SettingForm(INVENTED, settings)
    qtbot.addWidget(form)
    form.resize(760, 500)
    form.show()
    return form


@pytest.mark.parametrize("setting", INVENTED, ids=lambda setting: setting.id)
def test_a_setting_declared_later_appears_with_its_control(
    user: User, world: SettingsWorld, invented: SettingForm, setting: Setting
) -> None:
    row = invented.row(setting.id)
    wanted = change(user, row)
    user.settle()
    assert world.settings_store.read_all()[setting.id] == setting.to_text(wanted)


def test_a_setting_that_needs_a_restart_says_so_before_and_after(user: User, invented: SettingForm) -> None:
    row = invented.row("trying.share")
    assert row.restart_badge.isVisible()
    change(user, row)
    assert row.note.label.text() == "저장했어요. 다시 시작하면 바뀌어요."
    assert not invented.row("trying.name").restart_badge.isVisible()


def test_a_number_out_of_bounds_stays_as_typed_with_its_sentence(user: User, world: SettingsWorld) -> None:
    user.open("data")
    row = user.view.page.form.row(BACKUP_HOURS.id)  # type: ignore[attr-defined]
    field = row.control.input.field

    overwrite(user, field, "9")
    assert field.text() == "9"
    assert row.control.input.note.label.text() == "24시간 이상이어야 해요"
    assert world.settings.value(BACKUP_HOURS) == BACKUP_HOURS.default

    overwrite(user, field, "48")
    user.settle()
    assert world.settings_store.read_all()[BACKUP_HOURS.id] == "48"
    assert not row.control.input.has_error


@pytest.mark.parametrize(("typed", "sentence"), [("25:00", "09:30처럼"), ("soon", "09:30처럼")])
def test_a_time_that_is_none_stays_as_typed(user: User, invented: SettingForm, typed: str, sentence: str) -> None:
    control = invented.row("trying.time").control
    assert isinstance(control, TextControl)
    overwrite(user, control.input.field, typed)
    assert control.input.text() == typed
    assert sentence in control.input.note.label.text()


def test_what_could_not_be_stored_goes_back_and_says_why(user: User, world: SettingsWorld) -> None:
    user.open("appearance")
    row = user.view.page.form.row(FLASH.id)  # type: ignore[attr-defined]
    world.settings_store.fail_next_write = DiskFull("settings.sqlite3")

    user.click(row.control.switch)
    user.settle()

    assert row.control.switch.isChecked() is FLASH.default
    assert "공간" in row.note.label.text()


def test_only_the_last_change_says_that_it_was_applied(user: User) -> None:
    user.open("appearance")
    form = user.view.page.form  # type: ignore[attr-defined]
    user.click(form.row(FLASH.id).control.switch)
    change(user, form.row(THEME.id))
    assert form.row(THEME.id).note.label.text() == "적용했어요"
    assert form.row(FLASH.id).note.label.text() == "기본값 켜짐"


def test_a_change_from_elsewhere_is_shown(user: User, world: SettingsWorld) -> None:
    user.open("appearance")
    row = user.view.page.form.row(TEXT_SCALE.id)  # type: ignore[attr-defined]
    world.settings.set(TEXT_SCALE, 120)
    assert row.control.input.field.text() == "120"
    assert row.reset_button.isVisible()


def test_a_stored_text_that_cannot_be_used_is_told_and_can_be_reset(user: User, world: SettingsWorld) -> None:
    world.settings_store.write({THEME.id: "sepia"}, world.clock.now())
    world.settings.refresh()
    user.open("appearance")
    row = user.view.page.form.row(THEME.id)  # type: ignore[attr-defined]
    assert "기본값을 쓰고 있어요" in row.note.label.text()
    user.click(row.reset_button)
    user.settle()
    assert THEME.id not in world.settings_store.read_all()
    assert row.note.label.text() == "적용했어요"


def test_a_switch_is_thrown_with_the_keyboard(user: User, world: SettingsWorld) -> None:
    user.open("appearance")
    switch = user.view.page.form.row(FLASH.id).control.switch  # type: ignore[attr-defined]
    switch.setFocus()
    user.press(switch, Qt.Key.Key_Space)
    assert world.settings.value(FLASH) is False


def test_a_form_changes_language_in_place(user: User) -> None:
    user.open("appearance")
    row = user.view.page.form.row(LANGUAGE.id)  # type: ignore[attr-defined]
    language_state().set_language(Language.ENGLISH)
    assert row.title.text() == "Language"
    assert row.note.label.text() == "Default: 한국어"
    assert row.control.focus.accessibleDescription().startswith("Language of windows")


def test_each_control_says_what_it_is(user: User) -> None:
    for group in dict.fromkeys(setting.group for setting in ALL_SETTINGS):
        user.open(group)
        for row in user.view.page.form.rows:  # type: ignore[attr-defined]
            assert tr(row.setting.title) in row.control.focus.accessibleName()
            assert tr(row.setting.title) in row.reset_button.accessibleName()


def test_a_click_beside_the_stepper_changes_nothing(user: User, world: SettingsWorld) -> None:
    user.open("appearance")
    row = user.view.page.form.row(TEXT_SCALE.id)  # type: ignore[attr-defined]
    user.click(row, QPoint(4, 4))
    assert world.settings.is_default(TEXT_SCALE)
