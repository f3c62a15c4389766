"""Restoring: what is refused, what is kept, and what the way back looks like."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.data_folder import make_data_folder, mark_of, marks_in, paths_in, write_database
from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.errors import (
    AnotherInstanceRuns,
    BackupUnusable,
    DatabaseBusy,
    DatabaseDamaged,
    DiskFull,
)
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.owner_only_files import is_owner_only
from upbit_auto_trading.data_layer.storage.backup import FolderBackups, free_bytes_of
from upbit_auto_trading.data_layer.storage.backup_names import CREDENTIALS
from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE, STRATEGIES_FILE
from upbit_auto_trading.data_layer.storage.restore import BackupRestorer
from upbit_auto_trading.data_layer.storage.restore_journal import finish_interrupted_restore, record_restore

Edit = Callable[[dict[str, bytes]], None]


@dataclass
class Scene:
    paths: AppPaths
    backup: Path
    backups: FolderBackups
    clock: FakeClock

    def restorer(
        self,
        hold: Callable[[], AbstractContextManager[object]] = contextlib.nullcontext,
        free_bytes: Callable[[Path], int] = free_bytes_of,
    ) -> BackupRestorer:
        return BackupRestorer(self.paths, self.clock, self.backups, hold, free_bytes)

    def snapshot(self) -> dict[str, bytes]:
        """Every file and its bytes; a reader of SQLite leaves an empty log and its index, which say nothing."""
        files = [path for path in self.paths.data.rglob("*") if path.is_file() and path.suffix != ".sqlite3-shm"]
        content = {str(path.relative_to(self.paths.data)): path.read_bytes() for path in files}
        return {name: data for name, data in content.items() if data or not name.endswith("-wal")}


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A backup of a "new" folder, and a present folder that is "old"."""
    clock = FakeClock()
    source = make_data_folder(tmp_path / "source", "new")
    made = FolderBackups(source, clock, key_source=lambda: None).make("manual")
    paths = make_data_folder(tmp_path / "present", "old")
    backups = FolderBackups(paths, clock, key_source=lambda: KeySource.PASSPHRASE)
    return Scene(paths, source.backups / made.file_name, backups, clock)


def rewritten(backup: Path, edit: Edit, name: str = "edited.zip") -> Path:
    """The same backup after somebody worked on it."""
    with zipfile.ZipFile(backup) as archive:
        content = {entry: archive.read(entry) for entry in archive.namelist()}
    edit(content)
    target = backup.with_name(name)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in content.items():
            archive.writestr(entry, data)
    return target


def edit_manifest(change: Callable[[dict[str, Any]], None]) -> Edit:
    def edit(content: dict[str, bytes]) -> None:
        manifest = json.loads(content["manifest.json"])
        change(manifest)
        content["manifest.json"] = json.dumps(manifest).encode()

    return edit


def with_database(change: Callable[[sqlite3.Connection], object], place: Path) -> Edit:
    """Changes the settings inside, with a manifest that fits: only looking at the database can tell."""

    def edit(content: dict[str, bytes]) -> None:
        file = place / "work.sqlite3"
        file.write_bytes(content["data/settings.sqlite3"])
        with closing(sqlite3.connect(file)) as connection, connection:
            change(connection)
        replace_member(content, "data/settings.sqlite3", file.read_bytes())

    return edit


def replace_member(content: dict[str, bytes], name: str, data: bytes) -> None:
    import hashlib

    content[name] = data
    manifest = json.loads(content["manifest.json"])
    entry = next((each for each in manifest["files"] if each["name"] == name), None)
    if entry is None:
        entry = {"name": name, "revision": None}
        manifest["files"].append(entry)
    entry.update(size=len(data), sha256=hashlib.sha256(data).hexdigest())
    content["manifest.json"] = json.dumps(manifest).encode()


def test_a_restore_brings_back_databases_and_components(scene: Scene) -> None:
    (scene.paths.components / "later.py").write_text("", encoding="utf-8")

    report = scene.restorer().restore(scene.backup)

    assert marks_in(scene.paths) == {"new"}
    assert mark_of(scene.paths.market_data_database) == {"old"}, "candles were not in the backup"
    assert [path.name for path in scene.paths.components.iterdir()] == ["my_block.py"]
    assert report.before_restore is not None
    assert report.set_aside == ()
    with closing(sqlite3.connect(scene.paths.settings_database)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_present_state_can_be_had_back(scene: Scene) -> None:
    (scene.paths.components / "later.py").write_text("x = 1\n", encoding="utf-8")
    report = scene.restorer().restore(scene.backup)
    assert report.before_restore is not None

    scene.clock.advance(60)
    scene.restorer().restore(scene.paths.backups / report.before_restore.file_name)

    assert marks_in(scene.paths) == {"old"}
    assert (scene.paths.components / "later.py").read_text(encoding="utf-8") == "x = 1\n"


def test_a_running_program_keeps_its_folder(scene: Scene) -> None:
    @contextlib.contextmanager
    def held() -> Iterator[None]:
        raise AnotherInstanceRuns(str(scene.paths.data), 4711)
        yield

    before = scene.snapshot()

    with pytest.raises(AnotherInstanceRuns):
        scene.restorer(hold=held).restore(scene.backup)

    assert scene.snapshot() == before


def _traversal(content: dict[str, bytes]) -> None:
    replace_member(content, "data/components/../../../evil.py", b"evil")


def _absolute(content: dict[str, bytes]) -> None:
    replace_member(content, "/tmp/evil.py", b"evil")


def _backslashes(content: dict[str, bytes]) -> None:
    replace_member(content, "data/components/..\\..\\evil.py", b"evil")


def _key_file(content: dict[str, bytes]) -> None:
    replace_member(content, "data/settings/api_credentials.key", b"evil")


def _stowaway(content: dict[str, bytes]) -> None:
    content["data/components/stowaway.py"] = b"not in the manifest"


def _missing(content: dict[str, bytes]) -> None:
    del content["data/strategies.sqlite3"]


def _changed(content: dict[str, bytes]) -> None:
    content["data/components/my_block.py"] = b"MARK = 'bad'\n"


def _no_manifest(content: dict[str, bytes]) -> None:
    del content["manifest.json"]


def _broken_manifest(content: dict[str, bytes]) -> None:
    content["manifest.json"] = b"[" * 100_000


def _bomb(content: dict[str, bytes]) -> None:
    replace_member(content, "data/components/my_block.py", b"\0" * (17 << 20))


def _foreign_application_id(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA application_id = {STRATEGIES_FILE.application_id}")


def _newer_revision(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE alembic_version SET version_num = 'settings_9999'")


def _say(key: str, value: object) -> Edit:
    return edit_manifest(lambda manifest: manifest.update({key: value}))


def _lie_about_the_size(content: dict[str, bytes]) -> None:
    manifest = json.loads(content["manifest.json"])
    manifest["files"][0]["size"] += 4096
    content["manifest.json"] = json.dumps(manifest).encode()


REFUSED: dict[str, tuple[Edit, str]] = {
    "leads out of the folder": (_traversal, "unexpected-content"),
    "absolute name": (_absolute, "unexpected-content"),
    "backslashes": (_backslashes, "unexpected-content"),
    "a key file inside": (_key_file, "unexpected-content"),
    "more than the manifest says": (_stowaway, "unexpected-content"),
    "less than the manifest says": (_missing, "unexpected-content"),
    "another size": (_lie_about_the_size, "unexpected-content"),
    "changed content": (_changed, "damaged"),
    "no manifest": (_no_manifest, "not-a-backup"),
    "a manifest too deep to read": (_broken_manifest, "damaged"),
    "another format": (_say("format", "other"), "not-a-backup"),
    "newer format": (_say("version", 2), "newer-version"),
    "time without zone": (_say("made_at", "2026-11-20T00:00:00"), "damaged"),
    "a reason that is a path": (_say("reason", "../x"), "unexpected-content"),
    "nothing inside": (_say("files", []), "unexpected-content"),
    "unpacks to far too much": (_bomb, "too-large"),
}


@pytest.mark.parametrize(("edit", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_backup_that_cannot_be_trusted_is_refused_and_nothing_changes(scene: Scene, edit: Edit, reason: str) -> None:
    file = rewritten(scene.backup, edit)
    before = scene.snapshot()

    with pytest.raises(BackupUnusable) as raised:
        scene.restorer().restore(file)

    assert raised.value.detail == reason
    assert scene.snapshot() == before
    assert not list(scene.paths.user_root.parent.rglob("evil*"))
    assert scene.backups.newest() == ()


@pytest.mark.parametrize(
    ("change", "said_revision", "reason"),
    [
        (_foreign_application_id, SETTINGS_FILE.head, "unexpected-content"),
        (_newer_revision, "settings_9999", "newer-version"),
        (_newer_revision, SETTINGS_FILE.head, "damaged"),
    ],
)
def test_the_databases_inside_are_looked_at(
    scene: Scene, tmp_path: Path, change: Callable[[sqlite3.Connection], object], said_revision: str, reason: str
) -> None:
    def edit(content: dict[str, bytes]) -> None:
        with_database(change, tmp_path)(content)
        manifest = json.loads(content["manifest.json"])
        next(each for each in manifest["files"] if each["name"] == "data/settings.sqlite3")["revision"] = said_revision
        content["manifest.json"] = json.dumps(manifest).encode()

    before = scene.snapshot()

    with pytest.raises(BackupUnusable) as raised:
        scene.restorer().restore(rewritten(scene.backup, edit))

    assert raised.value.detail == reason
    assert scene.snapshot() == before


def test_a_malformed_database_inside_is_found(scene: Scene, tmp_path: Path) -> None:
    def edit(content: dict[str, bytes]) -> None:
        data = bytearray(content["data/settings.sqlite3"])
        data[4096:4296] = b"\xff" * 200
        replace_member(content, "data/settings.sqlite3", bytes(data))

    with pytest.raises(BackupUnusable) as raised:
        scene.restorer().restore(rewritten(scene.backup, edit))

    assert raised.value.detail == "damaged"


@pytest.mark.claims("error:BackupUnusable")
@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "not-found"), (b"", "not-a-backup"), (b"hello", "not-a-backup"), (b"PK\3\4cut", "damaged")],
)
def test_what_is_no_zip_is_refused(scene: Scene, tmp_path: Path, content: bytes | None, reason: str) -> None:
    file = tmp_path / "file.zip"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(BackupUnusable) as raised:
        scene.restorer().restore(file)

    assert raised.value.detail == reason


def test_a_doubled_name_is_refused(scene: Scene) -> None:
    with zipfile.ZipFile(scene.backup, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("data/components/my_block.py", b"second")

    with pytest.raises(BackupUnusable) as raised:
        scene.restorer().restore(scene.backup)

    assert raised.value.detail == "unexpected-content"


def test_room_is_asked_for_before_unpacking(scene: Scene) -> None:
    with pytest.raises(DiskFull):
        scene.restorer(free_bytes=lambda _folder: 1 << 20).restore(scene.backup)

    assert marks_in(scene.paths) == {"old"}


def test_cancelling_before_the_swap_changes_nothing(scene: Scene) -> None:
    for allowed in range(200):
        before = scene.snapshot()
        answers = iter([True] * allowed)
        try:
            scene.restorer().restore(scene.backup, progress=lambda _fraction, left=answers: next(left, False))  # type: ignore[misc]
        except Cancelled:
            assert scene.snapshot() == before
        else:
            break
    assert 10 < allowed < 200
    assert marks_in(scene.paths) == {"new"}


def test_damaged_present_files_are_set_aside_not_deleted(scene: Scene) -> None:
    damaged = b"not a database at all " * 100
    scene.paths.settings_database.write_bytes(damaged)

    report = scene.restorer().restore(scene.backup)

    assert report.before_restore is None
    assert marks_in(scene.paths) == {"new"}
    kept = {path.name.split("-", 2)[2]: path for path in scene.paths.set_aside.iterdir()}
    assert kept["settings.sqlite3"].read_bytes() == damaged
    assert mark_of(kept["strategies.sqlite3"]) == {"old"}


def test_other_keys_are_kept_beside(scene: Scene, tmp_path: Path) -> None:
    scene.paths.credentials.write_bytes(b"the only keys there are")
    source = make_data_folder(tmp_path / "with keys", "new")
    source.credentials.write_bytes(b"older keys")
    made = FolderBackups(source, scene.clock, key_source=lambda: KeySource.PASSPHRASE).make("manual")

    report = scene.restorer().restore(source.backups / made.file_name)

    assert scene.paths.credentials.read_bytes() == b"older keys"
    assert report.set_aside == (CREDENTIALS,)
    (kept,) = scene.paths.set_aside.iterdir()
    assert kept.read_bytes() == b"the only keys there are"


def test_restored_keys_are_their_owners_alone(scene: Scene, tmp_path: Path) -> None:
    source = make_data_folder(tmp_path / "with keys", "new")
    source.credentials.write_bytes(b"encrypted")
    made = FolderBackups(source, scene.clock, key_source=lambda: KeySource.PASSPHRASE).make("manual")
    scene.restorer().restore(source.backups / made.file_name)
    assert scene.paths.credentials.read_bytes() == b"encrypted"
    assert is_owner_only(scene.paths.credentials)


def test_keys_stay_where_the_backup_has_none(scene: Scene) -> None:
    scene.paths.credentials.write_bytes(b"the only keys there are")

    scene.restorer().restore(scene.backup)

    assert scene.paths.credentials.read_bytes() == b"the only keys there are"


def test_a_backup_of_one_file_restores_that_file_alone(scene: Scene) -> None:
    write_database(scene.paths.strategies_database, STRATEGIES_FILE, "before the migration")
    copy = scene.backups.copy_before_migration(scene.paths.strategies_database)
    write_database(scene.paths.strategies_database, STRATEGIES_FILE, "migrated")

    scene.restorer().restore(copy)

    assert mark_of(scene.paths.strategies_database) == {"before the migration"}
    assert mark_of(scene.paths.settings_database) == {"old"}
    assert (scene.paths.components / "my_block.py").exists()


def test_an_empty_folder_can_be_restored_into(scene: Scene, tmp_path: Path) -> None:
    empty = paths_in(tmp_path / "empty")
    backups = FolderBackups(empty, scene.clock, key_source=lambda: None)

    report = BackupRestorer(empty, scene.clock, backups, contextlib.nullcontext).restore(scene.backup)

    assert report.before_restore is None
    assert marks_in(empty) == {"new"}


def test_the_security_journal_is_told_once(scene: Scene) -> None:
    told: list[Mapping[str, str]] = []
    report = scene.restorer().restore(scene.backup)
    assert report.before_restore is not None

    assert record_restore(scene.paths, told.append)
    assert not record_restore(scene.paths, told.append)

    assert told == [
        {
            "backup": scene.backup.name,
            "made_at": "2026-11-20T00:00:00+00:00",
            "before_restore": report.before_restore.file_name,
        }
    ]


def test_a_journal_that_refuses_is_told_at_the_next_start(scene: Scene) -> None:
    def refuse(_details: Mapping[str, str]) -> None:
        raise DiskFull("settings.sqlite3")

    scene.restorer().restore(scene.backup)
    with pytest.raises(DiskFull):
        record_restore(scene.paths, refuse)

    assert not finish_interrupted_restore(scene.paths), "the files are in place already"
    told: list[Mapping[str, str]] = []
    assert record_restore(scene.paths, told.append)
    assert len(told) == 1


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"token": "../../x"}', '{"details": []}'])
def test_a_plan_that_cannot_be_read_stops_the_start(scene: Scene, text: str) -> None:
    (scene.paths.data / "restore.json").write_text(text, encoding="utf-8")

    with pytest.raises(DatabaseDamaged):
        finish_interrupted_restore(scene.paths)


def test_a_new_restore_is_the_way_out_of_a_plan_that_cannot_be_read(scene: Scene) -> None:
    (scene.paths.data / "restore.json").write_text("{", encoding="utf-8")

    scene.restorer().restore(scene.backup)

    assert marks_in(scene.paths) == {"new"}
    assert [path.name.rpartition("-")[2] for path in scene.paths.set_aside.iterdir()] == ["restore.json"]
    assert not finish_interrupted_restore(scene.paths)


def test_a_plan_that_leads_out_of_the_folder_is_not_followed(scene: Scene) -> None:
    scene.restorer().restore(scene.backup)
    place = scene.paths.data / "restore.json"
    plan = json.loads(place.read_text(encoding="utf-8"))
    plan.update(is_swapped=False, removed=["../outside.py"])
    place.write_text(json.dumps(plan), encoding="utf-8")

    with pytest.raises(DatabaseDamaged):
        finish_interrupted_restore(scene.paths)


def test_a_half_finished_swap_is_not_backed_up(scene: Scene) -> None:
    scene.restorer().restore(scene.backup)
    place = scene.paths.data / "restore.json"
    plan = json.loads(place.read_text(encoding="utf-8"))
    before = scene.backups.newest()
    place.write_text(json.dumps({**plan, "is_swapped": False}), encoding="utf-8")

    with pytest.raises(DatabaseBusy):
        scene.backups.make("manual")

    assert scene.backups.newest() == before
    finish_interrupted_restore(scene.paths)
    scene.backups.make("manual")
