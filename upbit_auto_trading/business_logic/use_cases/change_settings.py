"""Change settings, all or nothing, with a line of history each; take a change back."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.ports.credentials import SecurityEvent, SecurityJournal
from upbit_auto_trading.business_logic.ports.stores import SettingChange, SettingsStore

#: more lines than a history will ever have: a change is looked for in all of it
_WHOLE_HISTORY = 1_000_000
_DEFAULT_MARK = "default"


def change_settings(
    store: SettingsStore,
    journal: SecurityJournal,
    changes: Mapping[str, str | None],
    risk_limit_ids: Set[str],
    changed_at: datetime,
) -> tuple[SettingChange, ...]:
    """Write canonical texts (``None``: the default). A changed limit also goes into the security journal."""
    written = store.write(changes, changed_at)
    for change in written:
        if change.setting_id in risk_limit_ids:
            details = {
                "setting": change.setting_id,
                "before": _DEFAULT_MARK if change.before is None else change.before,
                "after": _DEFAULT_MARK if change.after is None else change.after,
            }
            journal.append(SecurityEvent.LIMIT_CHANGED, details)
    return written


def find_change(store: SettingsStore, number: int) -> SettingChange:
    """Raises InvalidParameter where the history has no such line."""
    for change in store.history(limit=_WHOLE_HISTORY):
        if change.number == number:
            return change
    raise InvalidParameter("change", number, "unknown-change")


def roll_back_setting(
    store: SettingsStore,
    journal: SecurityJournal,
    number: int,
    risk_limit_ids: Set[str],
    changed_at: datetime,
) -> SettingChange:
    """Give a setting the value it had before a change of the history, and return that change.

    That is a change of its own, so it can be taken back too.
    """
    change = find_change(store, number)
    change_settings(store, journal, {change.setting_id: change.before}, risk_limit_ids, changed_at)
    return change
