"""Each section fits the smallest window in both languages and text scales: nothing cut off, nothing sideways."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from PyQt6.QtCore import QEvent, QObject, QPoint, Qt
from PyQt6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.exceptions import TimeoutError as WaitedInVain
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import FakeClock
from tests.fakes.settings_world import SettingsWorld
from tests.ui.screens.settings.conftest import User
from tests.ui.screens.settings.security_steps import UNREACHABLE, open_security, status, store_key
from upbit_auto_trading.business_logic.domain.exchange_key import NEEDED_RIGHTS, Granted, KeyFault, KeyStatus, Right
from upbit_auto_trading.business_logic.domain.key_facts import KeyTrouble
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.business_logic.use_cases import manage_credentials
from upbit_auto_trading.config.settings import THEME
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import Theme, current_theme
from upbit_auto_trading.ui.design.tokens import ThemeName, Type
from upbit_auto_trading.ui.screens.settings.sections.key_dialogs import ChangeSourceDialog
from upbit_auto_trading.ui.screens.settings.sections.key_entry import AddKeyDialog, KeyEntryDialog
from upbit_auto_trading.ui.screens.settings.sections.market_data_page import MarketDataPage
from upbit_auto_trading.ui.screens.settings.sections.page import COLUMN_WIDTH, SectionPage
from upbit_auto_trading.ui.screens.settings.sections.restore_dialog import RestoreDialog
from upbit_auto_trading.ui.screens.settings.sections.security_page import SecurityPage
from upbit_auto_trading.ui.screens.settings.sections.shortcuts_page import ShortcutsPage
from upbit_auto_trading.ui.screens.settings.view import SettingsView, section_ids
from upbit_auto_trading.ui.widgets.pressable import Pressable
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.table import DataTable
from upbit_auto_trading.ui.widgets.table_painter import PADDING
from upbit_auto_trading.utils.bilingual_text import Language
from upbit_auto_trading.utils.secret import Secret

#: what the shell leaves of 1280×640: rail, top bar, status bar
CONTENT = (1280 - 72, 640 - 48 - 26)
NOW = FakeClock().now()


def fill_world(world: SettingsWorld) -> None:
    world.settings_store.write({THEME.id: "light", "appearance.direction_colours": "alternative"}, world.clock.now())
    for days, reason in enumerate(("automatic", "manual", "before-restore", "before-migration")):
        world.backups.add_old(days, reason)
    manage_credentials.create_vault(world.vault, world.journal, KeySource.PASSPHRASE, Secret("correct horse"))
    keys = (Secret("AbCdEfGh1234567890WXYZ"), Secret("kQ83nfPz01mVbXyT55rE"))
    manage_credentials.add_key(world.vault, world.journal, "upbit", "매매용", *keys)


def faults(root: QWidget) -> list[str]:
    """Texts, buttons and choices that have less room than they need, or stick out at the right."""
    found: list[str] = []
    edge = root.mapToGlobal(QPoint(root.width(), 0)).x()
    for widget in root.findChildren(QWidget):
        if not widget.isVisible():
            continue
        name = f"{type(widget).__name__} {widget.accessibleName() or getattr(widget, 'text', str)()!r}"
        if widget.mapToGlobal(QPoint(widget.width(), 0)).x() > edge:
            found.append(f"sticks out: {name}")
        if isinstance(widget, QLabel):
            found += label_faults(widget, name)
        elif isinstance(widget, Pressable | Segments) and widget.width() < widget.sizeHint().width():
            found.append(f"too narrow: {name}")
        elif isinstance(widget, DataTable):
            found += table_faults(widget, name)
    return found


def label_faults(label: QLabel, name: str) -> list[str]:
    needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
    if label.height() < needed:
        return [f"cut off below: {name} {label.height()} < {needed}"]
    if not label.wordWrap() and label.width() < label.sizeHint().width():
        return [f"cut off at the right: {name}"]
    return []


def table_faults(table: DataTable, name: str) -> list[str]:
    bar = table.horizontalScrollBar()
    found = [f"scrolls sideways: {name}"] if bar is not None and bar.maximum() > 0 else []
    model = table.rows_model
    for place, column in enumerate(model.columns):
        if column.key == "details":  # read in full below the table
            continue
        font = current_theme().font(Type.TABLE_BOLD if column.bold else Type.TABLE)
        for row in range(model.rowCount()):
            shown = str(model.index(row, place).data())
            if painting.text_width(shown, font) > table.columnWidth(place) - 2 * PADDING + 1:
                found.append(f"elided in {name}: {shown}")
    return found


@pytest.mark.parametrize("scale", [90, 130])
@pytest.mark.parametrize("language", list(Language), ids=lambda language: language.value)
@pytest.mark.parametrize("section", section_ids())
def test_a_section_fits(
    user: User, world: SettingsWorld, looks: Theme, section: str, language: Language, scale: int
) -> None:
    fill_world(world)
    language_state().set_language(language)
    looks.apply(ThemeName.LIGHT if scale == 90 else ThemeName.DARK, text_scale=scale)
    user.view.resize(*CONTENT)
    user.open(section)
    viewport = user.view.page.viewport()
    assert viewport is not None
    with contextlib.suppress(WaitedInVain):
        user.qtbot.waitUntil(lambda: not faults(viewport), timeout=1_000)
    assert faults(viewport) == []
    sideways = user.view.page.horizontalScrollBar()
    assert sideways is not None
    assert sideways.maximum() == 0


def test_sections_stay_a_readable_column_in_a_large_window(user: User, world: SettingsWorld) -> None:
    fill_world(world)
    user.view.resize(1920 - 72, 1080 - 48 - 26)
    for section in section_ids():
        user.open(section)
        viewport = user.view.page.viewport()
        assert viewport is not None
        with contextlib.suppress(WaitedInVain):
            user.qtbot.waitUntil(lambda: not faults(user.view.page), timeout=1_000)
        assert faults(viewport) == []
        column = user.view.page.heading.parentWidget()
        assert column is not None
        wide = isinstance(user.view.page, MarketDataPage)  # tables of eight columns
        assert column.width() == (MarketDataPage.column_width if wide else COLUMN_WIDTH)


@pytest.mark.parametrize("scale", [90, 130])
@pytest.mark.parametrize("language", list(Language), ids=lambda language: language.value)
def test_dialogs_fit_the_smallest_window(
    user: User, world: SettingsWorld, looks: Theme, qtbot: QtBot, language: Language, scale: int
) -> None:
    fill_world(world)
    language_state().set_language(language)
    looks.apply(ThemeName.DARK, text_scale=scale)
    user.open("security")
    security = user.view.page
    assert isinstance(security, SecurityPage)
    user.see(lambda: security.vault.state.key_store_is_usable is not None)
    change = ChangeSourceDialog(security.vault)
    for dialog in (change, RestoreDialog(world.backups.all[1])):
        qtbot.addWidget(dialog)
        dialog.show()
        fits(user, dialog)
        if dialog is change:
            change.form.choose(KeySource.PASSPHRASE)
            user.see(change.form.passphrase.isVisible)
            fits(user, dialog)
        dialog.close()


@pytest.mark.parametrize("scale", [90, 130])
@pytest.mark.parametrize("language", list(Language), ids=lambda language: language.value)
def test_a_key_on_its_way_fits_at_each_step(
    user: User, world: SettingsWorld, looks: Theme, language: Language, scale: int
) -> None:
    fill_world(world)
    language_state().set_language(language)
    looks.apply(ThemeName.LIGHT, text_scale=scale)
    panel = open_security(user).keys_panel
    for button in (panel.add_button, panel.details.replace_button):
        user.click(button)
        dialog = panel.dialog
        assert isinstance(dialog, KeyEntryDialog)
        fits(user, dialog)
        if isinstance(dialog, AddKeyDialog):
            assert dialog.label.field.hasFocus() or not dialog.isActiveWindow()
            user.type(dialog.label.field, "new")
        user.type(dialog.access_key.field, "AbCdEfGh1234567890NEW1")
        user.type(dialog.secret_key.field, "kQ83nfPz01mVbXyT55rE")
        user.click(dialog.box)
        world.inspector.hold()
        for answer in (status(missing=Right.MAKE_ORDERS), status(fault=KeyFault.ADDRESS_NOT_ALLOWED), UNREACHABLE):
            world.inspector.answer = answer
            user.click(dialog.send_button)
            user.see(dialog.asking.isVisible)
            fits(user, dialog)
            world.inspector.let_go()
            user.see(dialog.outcome.isVisible)
            fits(user, dialog)
            world.inspector.hold()
        user.click(dialog.cancel_button)
        world.inspector.let_go()


#: every way in which a key can stand in the table and below it
STATES: dict[str, KeyStatus | KeyTrouble | None] = {
    "not checked": None,
    "offline": KeyTrouble.UNREACHABLE,
    "good": status(NOW + timedelta(days=200)),
    "within a month": status(NOW + timedelta(days=29)),
    "within a week": status(NOW + timedelta(days=6)),
    "within a day": status(NOW + timedelta(hours=9)),
    "expired": status(NOW - timedelta(days=1), fault=KeyFault.EXPIRED),
    "may withdraw": status(NOW + timedelta(days=200), withdraw=Granted.YES),
    **{f"missing {right.value}": status(NOW + timedelta(days=200), missing=right) for right in NEEDED_RIGHTS},
    **{f"refused {fault.value}": status(NOW + timedelta(days=200), fault=fault) for fault in KeyFault},
}


@pytest.mark.parametrize("scale", [90, 130])
@pytest.mark.parametrize("language", list(Language), ids=lambda language: language.value)
def test_every_state_of_a_key_fits(
    user: User, world: SettingsWorld, looks: Theme, language: Language, scale: int
) -> None:
    manage_credentials.create_vault(world.vault, world.journal, KeySource.SYSTEM_KEY_STORE)
    for number, found in enumerate(STATES.values()):
        store_key(world, f"매매용 {number}", found, number=number)
    language_state().set_language(language)
    looks.apply(ThemeName.DARK, text_scale=scale)
    user.view.resize(*CONTENT)
    panel = open_security(user).keys_panel
    viewport = user.view.page.viewport()
    assert viewport is not None
    for place in range(len(STATES)):
        panel.table.selectRow(place)
        with contextlib.suppress(WaitedInVain):
            user.qtbot.waitUntil(lambda: not faults(viewport), timeout=1_000)
        assert faults(viewport) == [], f"{list(STATES)[place]}: {faults(viewport)}"
    assert len(STATES) >= 18


def fits(user: User, dialog: QWidget) -> None:
    with contextlib.suppress(WaitedInVain):
        user.qtbot.waitUntil(lambda: not faults(dialog), timeout=1_000)
    assert faults(dialog) == []
    assert dialog.width() <= 560
    assert dialog.height() <= 640, type(dialog).__name__


def test_a_refusal_makes_room_for_itself(user: User) -> None:
    user.open("shortcuts")
    page = user.view.page
    assert isinstance(page, ShortcutsPage)
    user.click(page.lines["search"].change_button)
    assert page.dialog is not None
    fits(user, page.dialog)
    user.press(page.dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    fits(user, page.dialog)


def test_everything_is_reached_by_tab_and_has_a_name(user: User, world: SettingsWorld) -> None:
    fill_world(world)
    for section in section_ids():
        user.open(section)
        page = user.view.page
        for widget in page.findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget is not page:
                assert widget.accessibleName(), f"{section}: a {type(widget).__name__} without a name"


def test_sections_are_chosen_with_arrows_and_the_way_back_is_kept(user: User, world: SettingsWorld) -> None:
    user.open("appearance")
    user.click(user.view.sections.item("security"))
    user.press(user.view.sections.item("security"), Qt.Key.Key_Down)
    assert user.view.current_section == "logging"
    user.press(user.view.sections.item("logging"), Qt.Key.Key_End)
    assert user.view.current_section == "history"
    user.press(user.view.sections.item("history"), Qt.Key.Key_Down)
    assert user.view.current_section == "history"

    seen: list[str] = []
    world.navigation.shown.connect(lambda _screen, place: seen.append(place))
    world.navigation.back()
    world.navigation.back()
    assert seen == ["logging", "security"]


def test_an_unknown_place_changes_nothing(user: User) -> None:
    user.open("data")
    user.view.show_place("nowhere")
    assert user.view.current_section == "data"
    user.view.show_place("security/journal")
    assert user.view.current_section == "security"


def test_nothing_is_made_or_asked_for_before_it_is_shown(world: SettingsWorld, qtbot: QtBot) -> None:
    view = SettingsView(world.services)
    qtbot.addWidget(view)
    view.show_place("security")
    assert view.findChildren(QWidget) == []
    assert world.operations.running() == ()


def test_no_part_flashes_up_as_a_window_of_its_own(user: User, world: SettingsWorld, qapp: QApplication) -> None:
    windows: list[str] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
            shown = event is not None and event.type() == QEvent.Type.Show
            if shown and isinstance(watched, QWidget) and watched.isWindow():
                windows.append(type(watched).__name__)
            return False

    fill_world(world)
    watch = Watch()
    qapp.installEventFilter(watch)
    for section in section_ids():
        user.open(section)
    qapp.removeEventFilter(watch)
    assert set(windows) == {"SettingsView"}


def test_a_page_is_read_anew_each_time_it_is_shown(user: User, world: SettingsWorld) -> None:
    user.open("data")
    page = user.view.page
    world.backups.add_old(1)
    user.open("appearance")
    user.open("data")
    assert user.view.page is page
    assert isinstance(page, SectionPage)
    user.see(lambda: page.backups.table.rows_model.rowCount() == 1)  # type: ignore[attr-defined]
