"""Settings hold at once, are written behind, and go back where that fails; history can be rolled back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import FakeClock
from tests.fakes.memory_stores import MemorySettingsStore
from tests.fakes.runtime_stores import RuntimeStores
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.errors import DiskFull, InvalidParameter, InvariantBroken
from upbit_auto_trading.business_logic.ports.credentials import SecurityEvent
from upbit_auto_trading.business_logic.ports.stores import SettingChange
from upbit_auto_trading.config.setting import Kind, Setting
from upbit_auto_trading.config.settings import ALL_SETTINGS, FLASH, TEXT_SCALE, THEME
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.ui.settings_state import SETTINGS_TOPIC, SettingsState
from upbit_auto_trading.utils.bilingual_text import Text

NAME = Text("시험", "Trying")
DAILY_LOSS = Setting(
    id="risk.daily_loss",
    title=NAME,
    help=NAME,
    kind=Kind.DECIMAL_NUMBER,
    default=Decimal("0.05"),
    minimum=Decimal(0),
    maximum=Decimal(1),
    is_risk_limit=True,
)
DECLARED = (*ALL_SETTINGS, DAILY_LOSS)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def stored() -> MemorySettingsStore:
    return MemorySettingsStore({THEME.id: "light", TEXT_SCALE.id: "999", "gone.setting": "7"})


@pytest.fixture
def stores(clock: FakeClock, stored: MemorySettingsStore) -> RuntimeStores:
    return RuntimeStores(clock, stored)


@pytest.fixture
def operations(stores: RuntimeStores, clock: FakeClock, qtbot: QtBot) -> Iterator[Operations]:
    operations = Operations(stores.open, clock)
    operations.start()
    yield operations
    stop_operations(operations)


@pytest.fixture
def state(stored: MemorySettingsStore, operations: Operations, clock: FakeClock) -> SettingsState:
    return SettingsState(stored.read_all(), operations, clock, DECLARED)


@pytest.fixture
def changes(state: SettingsState) -> list[tuple[str, Any]]:
    seen: list[tuple[str, Any]] = []
    state.changed.connect(lambda setting_id, value: seen.append((setting_id, value)))
    return seen


def settled(operations: Operations, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not operations.running(), timeout=5_000)


def test_values_come_from_the_stored_texts_or_are_the_default(state: SettingsState) -> None:
    assert state.value(THEME) == state.value("appearance.theme") == state.text(THEME) == "light"
    assert state.is_on(FLASH) is True
    assert state.whole_number(TEXT_SCALE) == 100
    assert state.value(DAILY_LOSS) == Decimal("0.05")
    assert not state.is_default(THEME)
    assert state.is_default(FLASH)
    assert state.texts_that_differ() == {THEME.id: "light"}


def test_a_stored_text_that_is_refused_is_kept_and_listed(state: SettingsState, stored: MemorySettingsStore) -> None:
    (problem,) = state.problems
    assert (problem.setting, problem.stored_text, problem.reason) == (TEXT_SCALE, "999", "out-of-bounds")
    assert stored.read_all()[TEXT_SCALE.id] == "999"


def test_a_problem_goes_away_when_the_setting_is_set_or_reset(
    state: SettingsState, stored: MemorySettingsStore, operations: Operations, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(state.problems_changed, timeout=5_000):
        state.reset(TEXT_SCALE)
    settled(operations, qtbot)
    assert state.problems == ()
    assert TEXT_SCALE.id not in stored.read_all()


def test_a_change_holds_at_once_and_is_stored_behind(
    state: SettingsState,
    stored: MemorySettingsStore,
    operations: Operations,
    changes: list[tuple[str, Any]],
    clock: FakeClock,
    qtbot: QtBot,
) -> None:
    with qtbot.waitSignal(operations.changed, timeout=5_000) as told:
        state.set(FLASH, False)
        assert state.is_on(FLASH) is False
        assert changes == [(FLASH.id, False)]
    assert told.args == [SETTINGS_TOPIC, state]
    assert stored.read_all()[FLASH.id] == "false"
    assert stored.read_all()["gone.setting"] == "7"
    assert stored.history(limit=1)[0] == SettingChange(1, clock.now(), FLASH.id, None, "false")


@pytest.mark.parametrize(("value", "reason"), [("purple", "not-a-choice"), (True, "not-a-text"), (3, "not-a-text")])
def test_a_refused_value_changes_nothing(
    state: SettingsState, changes: list[tuple[str, Any]], operations: Operations, value: Any, reason: str
) -> None:
    with pytest.raises(InvalidParameter) as caught:
        state.set(THEME, value)
    assert (caught.value.name, caught.value.value, caught.value.reason) == (THEME.id, value, reason)
    assert caught.value.allowed == "dark | light | system"
    assert state.text(THEME) == "light"
    assert changes == []
    assert operations.running() == ()


def test_setting_what_already_holds_tells_nobody_and_leaves_no_line(
    state: SettingsState,
    stored: MemorySettingsStore,
    changes: list[tuple[str, Any]],
    operations: Operations,
    qtbot: QtBot,
) -> None:
    state.set(THEME, "light")
    settled(operations, qtbot)
    assert changes == []
    assert stored.history() == ()


def test_where_writing_fails_the_old_value_comes_back_and_the_reason_is_told(
    state: SettingsState,
    stored: MemorySettingsStore,
    changes: list[tuple[str, Any]],
    qtbot: QtBot,
) -> None:
    stored.fail_next_write = DiskFull("settings.sqlite3")
    with qtbot.waitSignal(state.write_failed, timeout=5_000) as told:
        state.set(THEME, "dark")
    assert told.args[0] == THEME.id
    assert isinstance(told.args[1], DiskFull)
    assert changes == [(THEME.id, "dark"), (THEME.id, "light")]
    assert stored.read_all()[THEME.id] == "light"


def test_a_problem_comes_back_with_the_old_text(
    state: SettingsState, stored: MemorySettingsStore, operations: Operations, qtbot: QtBot
) -> None:
    stored.fail_next_write = DiskFull("settings.sqlite3")
    with qtbot.waitSignal(state.write_failed, timeout=5_000):
        state.set(TEXT_SCALE, 110)
    assert state.whole_number(TEXT_SCALE) == 100
    assert [problem.stored_text for problem in state.problems] == ["999"]


def test_an_older_write_that_fails_does_not_undo_a_newer_one(
    state: SettingsState,
    stored: MemorySettingsStore,
    operations: Operations,
    changes: list[tuple[str, Any]],
    qtbot: QtBot,
) -> None:
    stored.fail_next_write = DiskFull("settings.sqlite3")
    with qtbot.waitSignal(state.write_failed, timeout=5_000):
        state.set(THEME, "dark")
        state.set(THEME, "system")
    settled(operations, qtbot)
    assert state.text(THEME) == stored.read_all()[THEME.id] == "system"
    assert changes == [(THEME.id, "dark"), (THEME.id, "system")]


def test_a_newer_write_that_fails_goes_back_to_the_older_one(
    state: SettingsState, stored: MemorySettingsStore, operations: Operations, qtbot: QtBot
) -> None:
    gate = threading.Event()
    state.set(THEME, "dark")
    operations.submit_to_storage(StorageOperation(NAME, lambda _stores, _context: gate.wait(30)))

    def fill_the_disk(_stores: object, _context: object) -> None:
        stored.fail_next_write = DiskFull("settings.sqlite3")

    operations.submit_to_storage(StorageOperation(NAME, fill_the_disk))
    state.set(THEME, "system")
    with qtbot.waitSignal(state.write_failed, timeout=5_000):
        gate.set()
    assert state.text(THEME) == stored.read_all()[THEME.id] == "dark"


def test_reset_removes_the_stored_text(
    state: SettingsState, stored: MemorySettingsStore, operations: Operations, qtbot: QtBot
) -> None:
    state.reset(THEME)
    assert state.text(THEME) == "dark"
    settled(operations, qtbot)
    assert THEME.id not in stored.read_all()


def test_the_history_is_newest_first_and_can_be_narrowed(
    state: SettingsState, operations: Operations, qtbot: QtBot
) -> None:
    state.set(THEME, "dark")
    state.set(FLASH, False)
    seen: list[tuple[SettingChange, ...]] = []
    state.load_history(seen.append)
    state.load_history(seen.append, setting_id=THEME.id)
    state.load_history(seen.append, limit=1)
    settled(operations, qtbot)
    assert [[change.setting_id for change in lines] for lines in seen] == [[FLASH.id, THEME.id], [THEME.id], [FLASH.id]]


def test_a_change_is_rolled_back_and_shown(
    state: SettingsState,
    stored: MemorySettingsStore,
    operations: Operations,
    changes: list[tuple[str, Any]],
    qtbot: QtBot,
) -> None:
    state.set(THEME, "dark")
    state.set(THEME, "system")
    settled(operations, qtbot)
    first = stored.history()[-1]
    done: list[SettingChange] = []
    state.roll_back(first.number, on_success=done.append)
    settled(operations, qtbot)
    assert done == [first]
    assert state.text(THEME) == stored.read_all()[THEME.id] == "light"
    assert changes[-1] == (THEME.id, "light")
    assert len(stored.history()) == 3


def test_a_change_that_cannot_hold_today_is_not_rolled_back(
    state: SettingsState, stored: MemorySettingsStore, operations: Operations, qtbot: QtBot
) -> None:
    state.set(TEXT_SCALE, 110)  # before it the stored text was 999, which is refused
    settled(operations, qtbot)
    failures: list[Exception] = []
    state.roll_back(stored.history()[0].number, on_failure=failures.append)
    state.roll_back(4_711, on_failure=failures.append)
    settled(operations, qtbot)
    assert [type(error) for error in failures] == [InvalidParameter, InvalidParameter]
    assert state.whole_number(TEXT_SCALE) == 110
    assert stored.read_all()[TEXT_SCALE.id] == "110"


def test_rolling_back_to_the_default_removes_the_text(
    state: SettingsState, stored: MemorySettingsStore, operations: Operations, qtbot: QtBot
) -> None:
    state.set(FLASH, False)
    settled(operations, qtbot)
    state.roll_back(stored.history()[0].number)
    settled(operations, qtbot)
    assert state.is_on(FLASH) is True
    assert FLASH.id not in stored.read_all()


def test_a_changed_limit_stands_in_the_security_journal(
    state: SettingsState, stores: RuntimeStores, operations: Operations, qtbot: QtBot
) -> None:
    state.set(DAILY_LOSS, Decimal("0.1"))
    state.set(THEME, "dark")
    settled(operations, qtbot)
    assert stores.journal.events == [SecurityEvent.LIMIT_CHANGED]


def test_refreshing_takes_up_what_the_store_holds_but_nothing_older_than_a_change(
    stored: MemorySettingsStore, operations: Operations, clock: FakeClock, qtbot: QtBot
) -> None:
    state = SettingsState({}, operations, clock, DECLARED)
    assert state.text(THEME) == "dark"
    state.refresh()
    state.set(FLASH, False)
    settled(operations, qtbot)
    assert state.text(THEME) == "light"
    assert state.is_on(FLASH) is False
    assert [problem.stored_text for problem in state.problems] == ["999"]


def test_an_unknown_setting_and_a_wrong_type_are_our_mistakes(state: SettingsState) -> None:
    with pytest.raises(InvalidParameter):
        state.value("no.such_setting")
    with pytest.raises(InvariantBroken):
        state.is_on(THEME)
    with pytest.raises(InvariantBroken):
        state.whole_number(FLASH)
    with pytest.raises(InvariantBroken):
        state.text(FLASH)


def test_a_secret_is_no_setting(operations: Operations, clock: FakeClock) -> None:
    secret = Setting(id="a.key", title=NAME, help=NAME, kind=Kind.TEXT, default="", is_secret=True)
    with pytest.raises(InvariantBroken):
        SettingsState({}, operations, clock, [secret])
