"""Backups: what is in them, what never is, and that only whole ones are listed."""

from __future__ import annotations

import json
import os
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes.data_folder import make_data_folder, mark_of, paths_in, write_database
from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.errors import (
    BackupUnusable,
    DatabaseDamaged,
    DiskFull,
    InvalidParameter,
    NothingToBackUp,
    VaultDamaged,
)
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.storage.backup import FolderBackups
from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    return make_data_folder(tmp_path / "자료 folder?#1")


def backups_of(paths: AppPaths, clock: FakeClock, source: KeySource | None = None) -> FolderBackups:
    return FolderBackups(paths, clock, key_source=lambda: source)


def content_of(paths: AppPaths, file_name: str) -> dict[str, bytes]:
    with zipfile.ZipFile(paths.backups / file_name) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_backup_holds_settings_strategies_and_components(paths: AppPaths, clock: FakeClock, tmp_path: Path) -> None:
    summary = backups_of(paths, clock).make("manual")

    content = content_of(paths, summary.file_name)
    assert set(content) == {
        "manifest.json",
        "data/settings.sqlite3",
        "data/strategies.sqlite3",
        "data/components/my_block.py",
    }
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes(content["data/settings.sqlite3"])
    assert mark_of(copy) == {"old"}
    assert summary.file_name == "upbit-autotrader-20261120T000000Z-manual.zip"
    assert summary.left_out == ("candles",)
    assert summary.size_bytes == (paths.backups / summary.file_name).stat().st_size


def test_candles_come_on_request_only(paths: AppPaths, clock: FakeClock) -> None:
    summary = backups_of(paths, clock).make("manual", with_candles=True)

    assert summary.with_candles
    assert "data/market_data.sqlite3" in content_of(paths, summary.file_name)


def test_the_manifest_says_what_is_in_the_file(paths: AppPaths, clock: FakeClock) -> None:
    summary = backups_of(paths, clock).make("automatic")

    manifest = json.loads(content_of(paths, summary.file_name)["manifest.json"])
    assert manifest["format"] == "upbit-autotrader/backup"
    assert manifest["version"] == 1
    assert manifest["reason"] == "automatic"
    by_name = {entry["name"]: entry for entry in manifest["files"]}
    assert by_name["data/settings.sqlite3"]["revision"] == SETTINGS_FILE.head
    assert len(by_name["data/settings.sqlite3"]["sha256"]) == 64


def test_a_backup_is_made_of_what_a_running_program_has_just_committed(paths: AppPaths, clock: FakeClock) -> None:
    with closing(sqlite3.connect(paths.settings_database, isolation_level=None)) as running:
        running.execute("PRAGMA wal_autocheckpoint = 0")
        running.execute("UPDATE marks SET mark = 'just now'")
        running.execute("BEGIN IMMEDIATE")
        running.execute("UPDATE marks SET mark = 'not committed'")

        summary = backups_of(paths, clock).make("manual")

        running.execute("ROLLBACK")
    copy = paths.user_root / "copy.sqlite3"
    copy.write_bytes(content_of(paths, summary.file_name)["data/settings.sqlite3"])
    assert mark_of(copy) == {"just now"}


def test_writes_between_two_steps_neither_tear_nor_restart_the_copy(paths: AppPaths, clock: FakeClock) -> None:
    write_database(paths.settings_database, SETTINGS_FILE, "old", rows=300_000)
    fractions: list[float] = []
    with closing(sqlite3.connect(paths.settings_database, isolation_level=None)) as running:

        def write_meanwhile(fraction: float) -> bool:
            fractions.append(fraction)
            running.execute("INSERT INTO marks (mark) VALUES ('meanwhile')")
            return True

        summary = backups_of(paths, clock).make("manual", progress=write_meanwhile)

    copy = paths.user_root / "copy.sqlite3"
    copy.write_bytes(content_of(paths, summary.file_name)["data/settings.sqlite3"])
    assert mark_of(copy) == {"old"}
    assert len(fractions) > 6, "the copy was to be made in several steps"
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


@pytest.mark.parametrize("source", [KeySource.PASSPHRASE, KeySource.SYSTEM_KEY_STORE])
def test_encrypted_keys_come_along(paths: AppPaths, clock: FakeClock, source: KeySource) -> None:
    paths.credentials.write_bytes(b"encrypted")

    summary = backups_of(paths, clock, source).make("manual")

    assert content_of(paths, summary.file_name)["data/settings/api_credentials.enc"] == b"encrypted"
    assert summary.left_out == ("candles",)


def test_with_a_key_file_neither_keys_nor_key_file_leave_and_the_backup_says_so(
    paths: AppPaths, clock: FakeClock
) -> None:
    paths.credentials.write_bytes(b"encrypted")
    key_file = paths.credentials.with_suffix(".key")
    key_file.write_bytes(b"the key in the clear")
    (paths.components / "api_credentials.key").write_bytes(b"the key in the clear")
    (paths.components / "linked.py").symlink_to(key_file)

    summary = backups_of(paths, clock, KeySource.KEY_FILE).make("manual", with_candles=True)

    content = content_of(paths, summary.file_name)
    assert not [name for name in content if "credentials" in name or "linked" in name]
    assert not [name for name, data in content.items() if b"the key in the clear" in data]
    assert summary.left_out == ("keys-with-key-file",)


def test_keys_that_cannot_be_judged_stay_and_the_backup_says_so(paths: AppPaths, clock: FakeClock) -> None:
    paths.credentials.write_bytes(b"???")

    def unreadable() -> KeySource | None:
        raise VaultDamaged

    summary = FolderBackups(paths, clock, key_source=unreadable).make("manual")

    assert "data/settings/api_credentials.enc" not in content_of(paths, summary.file_name)
    assert summary.left_out == ("candles", "keys-unreadable")


def test_cancelling_leaves_nothing(paths: AppPaths, clock: FakeClock) -> None:
    backups = backups_of(paths, clock)
    calls = 0
    while True:
        calls += 1
        remaining = iter([True] * (calls - 1))
        try:
            backups.make("manual", progress=lambda _fraction, left=remaining: next(left, False))  # type: ignore[misc]
        except Cancelled:
            assert list(paths.backups.iterdir()) == []
        else:
            break
    assert calls > 8, "each step of the way was cancelled once"


def test_a_file_that_the_disk_spoils_while_it_is_written_never_becomes_a_backup(
    paths: AppPaths, clock: FakeClock
) -> None:
    (paths.components / "large.py").write_bytes(os.urandom(3_000_000))
    spoilt: list[Path] = []

    def spoil(fraction: float) -> bool:
        for packed in paths.backups.glob(".partial-*/backup.zip"):
            if fraction > 0.7 and not spoilt:
                spoilt.append(packed)
                with packed.open("r+b") as stream:
                    stream.seek(1_000_000)
                    stream.write(b"spoilt")
        return True

    with pytest.raises(BackupUnusable):
        backups_of(paths, clock).make("manual", progress=spoil)

    assert spoilt
    assert list(paths.backups.iterdir()) == []


def test_too_little_room_is_noticed_before_anything_is_written(paths: AppPaths, clock: FakeClock) -> None:
    backups = FolderBackups(paths, clock, key_source=lambda: None, free_bytes=lambda _folder: 100_000)

    with pytest.raises(DiskFull):
        backups.make("manual")

    assert list(paths.backups.iterdir()) == []


def test_a_damaged_database_is_named_and_not_backed_up(paths: AppPaths, clock: FakeClock) -> None:
    write_database(paths.strategies_database, SETTINGS_FILE, "old", rows=5_000)
    with closing(sqlite3.connect(paths.strategies_database)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    damaged = bytearray(paths.strategies_database.read_bytes())
    damaged[3 * 4096 : 3 * 4096 + 200] = b"\xff" * 200
    paths.strategies_database.write_bytes(damaged)

    with pytest.raises(DatabaseDamaged) as raised:
        backups_of(paths, clock).make("manual")

    assert raised.value.path == str(paths.strategies_database)
    assert list(paths.backups.iterdir()) == []


@pytest.mark.claims("error:NothingToBackUp")
def test_an_empty_folder_has_nothing_to_back_up(tmp_path: Path, clock: FakeClock) -> None:
    with pytest.raises(NothingToBackUp):
        backups_of(paths_in(tmp_path / "empty"), clock).make("manual")


@pytest.mark.parametrize("reason", ["", "../x", "Manual", "a" * 40, "a b"])
def test_a_reason_is_a_short_plain_word(paths: AppPaths, clock: FakeClock, reason: str) -> None:
    with pytest.raises(InvalidParameter):
        backups_of(paths, clock).make(reason)


def test_two_backups_of_one_second_both_stay(paths: AppPaths, clock: FakeClock) -> None:
    backups = backups_of(paths, clock)

    names = {backups.make("manual").file_name for _ in range(3)}

    assert len(names) == 3
    assert {summary.file_name for summary in backups.newest()} == names


def test_newest_first_and_nothing_that_is_no_backup(paths: AppPaths, clock: FakeClock) -> None:
    backups = backups_of(paths, clock)
    first = backups.make("automatic")
    clock.advance(timedelta(days=1))
    second = backups.make("manual")
    (paths.backups / "upbit-autotrader-20261122T000000Z-manual.zip").write_bytes(b"no zip at all")
    (paths.backups / "notes.zip").write_bytes((paths.backups / first.file_name).read_bytes())

    assert backups.newest() == (second, first)


def test_before_a_migration_one_file_is_copied(paths: AppPaths, clock: FakeClock) -> None:
    backups = backups_of(paths, clock)

    path = backups.copy_before_migration(paths.strategies_database)

    assert path.name == "upbit-autotrader-20261120T000000Z-before-migration.zip"
    assert set(content_of(paths, path.name)) == {"manifest.json", "data/strategies.sqlite3"}
    assert not backups.verify(path).is_whole


def test_pruning_deletes_files_by_the_rule(paths: AppPaths, clock: FakeClock) -> None:
    backups = backups_of(paths, clock)
    made = []
    for _ in range(4):
        made.append(backups.make("automatic").file_name)
        clock.advance(3600)

    gone = backups.prune(keep=2, max_bytes=10**9)

    assert gone == tuple(made[:2])
    assert [summary.file_name for summary in backups.newest()] == made[:1:-1]


def test_what_a_kill_left_is_removed_by_the_next_backup(paths: AppPaths, clock: FakeClock) -> None:
    abandoned = paths.backups / ".partial-4194305-abcd"  # above the largest process number of Linux
    (abandoned / "gathered").mkdir(parents=True)

    backups_of(paths, clock).make("manual")

    assert not abandoned.exists()


def _flip_one_byte_of_a_member(file: Path) -> None:
    data = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        info = archive.getinfo("data/settings.sqlite3")
    data[info.header_offset + 30 + len(info.filename) + info.compress_size // 2] ^= 0x10
    file.write_bytes(data)


def _cut_the_end(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-40])


@pytest.mark.parametrize("damage", [_flip_one_byte_of_a_member, _cut_the_end])
def test_a_damaged_backup_is_found_by_verifying(
    paths: AppPaths, clock: FakeClock, damage: Callable[[Path], None]
) -> None:
    backups = backups_of(paths, clock)
    file = paths.backups / backups.make("manual").file_name
    backups.verify(file)

    damage(file)

    with pytest.raises(BackupUnusable) as raised:
        backups.verify(file)
    assert raised.value.detail == "damaged"
