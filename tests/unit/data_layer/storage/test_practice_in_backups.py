"""The practice account is part of a backup: all of it or none, and never the changes of another account."""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path

import pytest

from tests.fakes.data_folder import make_data_folder
from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.storage.backup import FolderBackups
from upbit_auto_trading.data_layer.storage.backup_names import is_member_name
from upbit_auto_trading.data_layer.storage.restore import BackupRestorer

STATE, JOURNAL, WORLD = "state.json", "state.json.journal", "world.json"
CANDLES = "candles/KRW-BTC.csv.gz"


def keep(paths: AppPaths, **files: str) -> None:
    """By their names in the folder of the practice exchange."""
    for name, text in files.items():
        place = paths.practice_state.parent / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def kept(paths: AppPaths) -> dict[str, str]:
    folder = paths.practice_state.parent
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


def backups_of(paths: AppPaths) -> FolderBackups:
    return FolderBackups(paths, FakeClock(), key_source=lambda: KeySource.PASSPHRASE)


def restore(paths: AppPaths, backup: Path) -> None:
    BackupRestorer(paths, FakeClock(), backups_of(paths), contextlib.nullcontext).restore(backup)


def made_of(paths: AppPaths) -> Path:
    return paths.backups / backups_of(paths).make("manual").file_name


@pytest.fixture
def source(tmp_path: Path) -> AppPaths:
    return make_data_folder(tmp_path / "source", "new")


@pytest.fixture
def present(tmp_path: Path) -> AppPaths:
    return make_data_folder(tmp_path / "present", "old")


def test_account_and_market_come_along_and_back(source: AppPaths, present: AppPaths) -> None:
    new = {STATE: "new state", JOURNAL: "new line\n", WORLD: "new world", CANDLES: "new candles"}
    keep(source, **new)
    keep(present, **{STATE: "old", JOURNAL: "old\n", WORLD: "old", CANDLES: "old", "candles/KRW-ETH.csv": "old"})
    backup = made_of(source)
    with zipfile.ZipFile(backup) as archive:
        names = [name for name in archive.namelist() if name.startswith("data/practice/")]
    assert names == [f"data/practice/{name}" for name in (JOURNAL, STATE, WORLD, CANDLES)], "the journal comes first"
    restore(present, backup)
    assert kept(present) == new


def test_the_changes_of_another_account_do_not_stay(source: AppPaths, present: AppPaths) -> None:
    """Their numbers go on after those of the restored state: they would be taken for its own."""
    keep(source, **{STATE: "new state"})
    keep(present, **{STATE: "old", JOURNAL: "old\n", WORLD: "old"})
    restore(present, made_of(source))
    assert kept(present) == {STATE: "new state"}


def test_a_backup_without_a_practice_account_leaves_the_present_one(source: AppPaths, present: AppPaths) -> None:
    old = {STATE: "old", JOURNAL: "old\n", WORLD: "old"}
    keep(present, **old)
    restore(present, made_of(source))
    assert kept(present) == old


def test_what_else_lies_in_the_folder_stays_there(source: AppPaths) -> None:
    keep(
        source,
        **{STATE: "s", "state.json.tmp": "half", "candles/notes.txt": "mine", "candles/.KRW-BTC.csv.new": "half"},
    )
    with zipfile.ZipFile(made_of(source)) as archive:
        names = [name for name in archive.namelist() if name.startswith("data/practice/")]
    assert names == ["data/practice/state.json"]


@pytest.mark.parametrize(
    "name",
    [
        "data/practice/candles/../../settings.sqlite3",
        "data/practice/candles/.csv",
        "data/practice/candles/a/b.csv",
        "data/practice/candles/KRW-BTC.exe",
        "data/practice/other.json",
        "/data/practice/state.json",
    ],
)
def test_no_other_name_is_taken_from_a_backup(name: str) -> None:
    assert not is_member_name(name)
