"""The retention rule, as its docstring states it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from upbit_auto_trading.business_logic.ports.maintenance import BackupSummary
from upbit_auto_trading.data_layer.storage.backup_retention import superfluous

_START = datetime(2026, 1, 1, tzinfo=UTC)
_REASONS = ("manual", "automatic", "before-restore", "before-migration", "other")


def backup(day: int, reason: str = "automatic", size: int = 1) -> BackupSummary:
    return BackupSummary(f"{day}-{reason}.zip", _START + timedelta(days=day), size, False, reason)


def going(*backups: BackupSummary, keep: int = 30, max_bytes: int = 10**9) -> list[str]:
    return [each.file_name for each in superfluous(backups, keep, max_bytes)]


def test_automatic_backups_beyond_the_number_go_oldest_first() -> None:
    assert going(*(backup(day) for day in range(5)), keep=3) == ["0-automatic.zip", "1-automatic.zip"]


def test_what_the_user_asked_for_is_never_deleted_and_not_counted() -> None:
    assert going(*(backup(day, "manual", 10**6) for day in range(40)), backup(50), keep=1, max_bytes=1) == []


def test_five_of_each_dangerous_step_stay() -> None:
    assert going(*(backup(day, "before-restore") for day in range(7)), backup(9, "before-migration")) == [
        "0-before-restore.zip",
        "1-before-restore.zip",
    ]


def test_the_size_limit_takes_the_oldest_but_never_the_newest_nor_the_last_way_back() -> None:
    backups = [backup(0, "before-restore", 100), backup(1, size=100), backup(2, size=100), backup(3, size=100)]

    assert going(*backups, max_bytes=250) == ["1-automatic.zip", "2-automatic.zip"]


@given(
    st.lists(st.tuples(st.sampled_from(_REASONS), st.integers(0, 1_000)), max_size=60),
    st.integers(0, 40),
    st.integers(0, 20_000),
)
def test_the_rule_holds_for_any_history(history: list[tuple[str, int]], keep: int, max_bytes: int) -> None:
    backups = tuple(backup(day, reason, size) for day, (reason, size) in enumerate(history))
    gone = superfluous(backups, keep, max_bytes)
    stays = [each for each in backups if each not in gone]

    if backups:
        assert backups[-1] in stays
    assert not [each for each in gone if each.reason == "manual"]
    automatic = [each for each in stays if each.reason in ("automatic", "other")]
    assert len(automatic) <= max(keep, 1)
    for step in ("before-restore", "before-migration"):
        had = [each for each in backups if each.reason == step]
        assert len([each for each in stays if each.reason == step]) <= 5
        assert not had or had[-1] in stays
    assert list(gone) == sorted(gone, key=lambda each: each.made_at)
    free_to_go = [each for each in automatic if each is not backups[-1]]
    assert sum(each.size_bytes for each in stays) <= max_bytes or not free_to_go
