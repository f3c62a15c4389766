"""Changing settings leaves a history that can be taken back, and limits leave a trace in the security journal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_security_journal import FakeSecurityJournal
from tests.fakes.memory_stores import MemorySettingsStore
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.ports.credentials import SecurityEvent
from upbit_auto_trading.business_logic.use_cases.change_settings import change_settings, roll_back_setting

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LIMITS = frozenset({"risk.daily_loss"})


@pytest.fixture
def store() -> MemorySettingsStore:
    return MemorySettingsStore({"appearance.theme": "light"})


@pytest.fixture
def journal() -> FakeSecurityJournal:
    return FakeSecurityJournal(FakeClock(NOW))


def test_a_change_is_written_with_its_line_of_history(store: MemorySettingsStore, journal: FakeSecurityJournal) -> None:
    changes = {"appearance.theme": "dark", "appearance.flash": "false"}
    written = change_settings(store, journal, changes, LIMITS, NOW)
    assert [(change.setting_id, change.before, change.after) for change in written] == [
        ("appearance.theme", "light", "dark"),
        ("appearance.flash", None, "false"),
    ]
    assert store.read_all() == changes
    assert journal.events == []


@pytest.mark.claims("event:limit-changed")
def test_a_changed_limit_stands_in_the_security_journal(
    store: MemorySettingsStore, journal: FakeSecurityJournal
) -> None:
    change_settings(store, journal, {"risk.daily_loss": "0.05", "appearance.theme": "dark"}, LIMITS, NOW)
    change_settings(store, journal, {"risk.daily_loss": None}, LIMITS, NOW)
    assert journal.events == [SecurityEvent.LIMIT_CHANGED, SecurityEvent.LIMIT_CHANGED]
    assert [dict(record.details) for record in journal.records] == [
        {"setting": "risk.daily_loss", "before": "default", "after": "0.05"},
        {"setting": "risk.daily_loss", "before": "0.05", "after": "default"},
    ]


def test_an_unchanged_limit_leaves_no_trace(store: MemorySettingsStore, journal: FakeSecurityJournal) -> None:
    change_settings(store, journal, {"risk.daily_loss": None}, LIMITS, NOW)
    assert journal.events == []


def test_rolling_back_gives_the_value_before_the_change_and_can_be_rolled_back_too(
    store: MemorySettingsStore, journal: FakeSecurityJournal
) -> None:
    (change,) = change_settings(store, journal, {"appearance.theme": "dark"}, LIMITS, NOW)
    change_settings(store, journal, {"appearance.theme": "system"}, LIMITS, NOW)
    assert roll_back_setting(store, journal, change.number, LIMITS, NOW + timedelta(days=1)) == change
    assert store.read_all() == {"appearance.theme": "light"}
    newest = store.history(limit=1)[0]
    assert (newest.before, newest.after, newest.changed_at) == ("system", "light", NOW + timedelta(days=1))
    roll_back_setting(store, journal, newest.number, LIMITS, NOW)
    assert store.read_all() == {"appearance.theme": "system"}


def test_rolling_back_a_first_change_goes_back_to_the_default(
    store: MemorySettingsStore, journal: FakeSecurityJournal
) -> None:
    (change,) = change_settings(store, journal, {"risk.daily_loss": "0.05"}, LIMITS, NOW)
    roll_back_setting(store, journal, change.number, LIMITS, NOW)
    assert "risk.daily_loss" not in store.read_all()
    assert len(journal.events) == 2


@pytest.mark.claims("error:InvalidParameter")
def test_a_change_that_never_was_cannot_be_rolled_back(
    store: MemorySettingsStore, journal: FakeSecurityJournal
) -> None:
    with pytest.raises(InvalidParameter) as caught:
        roll_back_setting(store, journal, 17, LIMITS, NOW)
    assert (caught.value.value, caught.value.reason) == (17, "unknown-change")
    assert store.history() == ()
