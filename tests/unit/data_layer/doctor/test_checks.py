"""Every check of the doctor is seen good and is seen to notice what it is there for."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.data_folder import make_data_folder, paths_in, write_database
from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.errors import (
    DatabaseDamaged,
    ExchangeError,
    ExchangeUnavailable,
    InvalidParameter,
    KeyStoreMissing,
    KeyStoreUnavailable,
    NewerSchema,
    RateLimited,
    VaultDamaged,
    VaultFromNewerVersion,
)
from upbit_auto_trading.business_logic.domain.exchange_key import NEEDED_RIGHTS, Granted, KeyFault, KeyStatus, Right
from upbit_auto_trading.business_logic.domain.health import HealthFinding, HealthStatus
from upbit_auto_trading.business_logic.domain.key_facts import KeyTrouble
from upbit_auto_trading.business_logic.ports.credentials import CredentialSummary, KeySource
from upbit_auto_trading.config.app_paths import AppPaths, FolderChoice
from upbit_auto_trading.data_layer.doctor.context import CrashReportFacts, DoctorContext
from upbit_auto_trading.data_layer.doctor.data_folder import is_synced
from upbit_auto_trading.data_layer.doctor.exchange_facts import ExaminedKey, Reached
from upbit_auto_trading.data_layer.doctor.registry import ALL_CHECKS, run_checks
from upbit_auto_trading.data_layer.storage.backup import FolderBackups
from upbit_auto_trading.data_layer.storage.file_kinds import SETTINGS_FILE, STRATEGIES_FILE
from upbit_auto_trading.data_layer.storage.stored_time import time_to_text

GOOD, WARNING, BROKEN = HealthStatus.GOOD, HealthStatus.WARNING, HealthStatus.BROKEN
_NOW = datetime(2026, 11, 20, tzinfo=UTC)
_ALIVE, _DEAD = 4711, 4712

Ill = Callable[[DoctorContext], DoctorContext | None]


def raising(error: Exception) -> Callable[[], Any]:
    def raise_it() -> Any:
        raise error

    return raise_it


def with_keys(context: DoctorContext, **changes: Any) -> DoctorContext:
    context.paths.credentials.write_bytes(b"encrypted")
    return replace(context, **changes)


def write_last_end(paths: AppPaths, **changes: Any) -> None:
    record = {
        "state": "ended",
        "reason": "user",
        "exit_status": 0,
        "at": _NOW.isoformat(),
        "process_id": _DEAD,
        "positions_unprotected": [],
    }
    paths.last_end.write_text(json.dumps({**record, **changes}), encoding="utf-8")


def no_data(context: DoctorContext) -> None:
    shutil.rmtree(context.paths.data)


def folder_is_a_file(context: DoctorContext) -> None:
    shutil.rmtree(context.paths.backups)
    context.paths.backups.write_bytes(b"")


def below(*names: str) -> Ill:
    """A data folder that cannot be made: below a file, or with a name that no system takes."""

    def change(context: DoctorContext) -> DoctorContext:
        root = context.paths.user_root
        (root / "a file").write_bytes(b"")
        return replace(context, paths=paths_in(root.joinpath(*names)))

    return change


def in_a_cloud(context: DoctorContext) -> DoctorContext:
    return replace(context, paths=make_data_folder(context.paths.user_root / "OneDrive - Home" / "x"))


def database_missing(context: DoctorContext) -> None:
    context.paths.strategies_database.unlink()


def database_is_garbage(context: DoctorContext) -> None:
    context.paths.strategies_database.write_bytes(b"garbage " * 999)


def database_is_a_folder(context: DoctorContext) -> None:
    context.paths.strategies_database.unlink()
    context.paths.strategies_database.mkdir()


def database_is_torn(context: DoctorContext) -> None:
    write_database(context.paths.strategies_database, STRATEGIES_FILE, "x", rows=5_000)
    content = bytearray(context.paths.strategies_database.read_bytes())
    content[3 * 4096 : 3 * 4096 + 300] = os.urandom(300)
    context.paths.strategies_database.write_bytes(content)


def database_is_foreign(context: DoctorContext) -> None:
    write_database(context.paths.strategies_database, SETTINGS_FILE, "x")


def database_is_newer(context: DoctorContext) -> None:
    write_database(context.paths.strategies_database, STRATEGIES_FILE, "x", revision="strategies_9999")


def database_without_wal(context: DoctorContext) -> None:
    with closing(sqlite3.connect(context.paths.strategies_database)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def journal_unreadable(context: DoctorContext) -> DoctorContext:
    return replace(context, first_broken_line=raising(DatabaseDamaged("settings.sqlite3")))


def failed_run(context: DoctorContext) -> None:
    _add_run(context, _NOW - timedelta(days=1), "failed", "DiskFull")


def _add_run(context: DoctorContext, planned_at: datetime, result: str, detail: str) -> None:
    row = ("backup", time_to_text(planned_at), result, detail)
    with closing(sqlite3.connect(context.paths.settings_database)) as connection, connection:
        connection.execute("INSERT INTO scheduled_runs VALUES (?, ?, ?, ?)", row)


def no_backup(context: DoctorContext) -> None:
    for path in context.paths.backups.iterdir():
        path.unlink()


def backup_is_damaged(context: DoctorContext) -> None:
    (path,) = context.paths.backups.iterdir()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def backup_is_old(context: DoctorContext) -> None:
    assert isinstance(context.clock, FakeClock)
    context.clock.advance(timedelta(days=8))


def backups_are_too_large(context: DoctorContext) -> DoctorContext:
    (context.paths.components / "large.py").write_bytes(os.urandom(16_000_000))
    made = context.backups.make("manual").file_name
    for number in range(3):
        (context.paths.backups / f"{Path(made).stem}-{number + 2}.zip").hardlink_to(context.paths.backups / made)
    return replace(context, settings={"data.backup_size_limit_mb": "50"})


def logs_are_too_large(context: DoctorContext) -> DoctorContext:
    with (context.paths.logs / "large.jsonl").open("wb") as stream:
        stream.truncate(13_000_000)
    return replace(context, settings={"logging.size_limit_mb": "10"})


def logs_are_a_file(context: DoctorContext) -> None:
    shutil.rmtree(context.paths.logs)
    context.paths.logs.write_bytes(b"")


def clock_before_this_version(context: DoctorContext) -> DoctorContext:
    return replace(context, clock=FakeClock(datetime(2020, 1, 1, tzinfo=UTC)))


def clock_behind_what_was_written(context: DoctorContext) -> None:
    write_last_end(context.paths, at=(_NOW + timedelta(hours=1)).isoformat())


def clock_jumps(context: DoctorContext) -> None:
    assert isinstance(context.clock, FakeClock)
    context.clock.jump(30)


def plan_waits(context: DoctorContext) -> None:
    details = {"backup": "x.zip", "made_at": "", "before_restore": ""}
    plan = {"token": "0" * 8, "stamp": "T", "replaced": [], "removed": [], "set_aside": [], "is_swapped": True}
    (context.paths.data / "restore.json").write_text(json.dumps({**plan, "details": details}), encoding="utf-8")


def plan_unreadable(context: DoctorContext) -> None:
    (context.paths.data / "restore.json").write_text("{", encoding="utf-8")


@dataclass(frozen=True)
class Case:
    check_id: str
    make_ill: Ill
    expected: HealthStatus
    says: str


def changed(**changes: Any) -> Ill:
    return lambda context: replace(context, **changes)


def keys(**changes: Any) -> Ill:
    return lambda context: with_keys(context, **changes)


def last_end(**changes: Any) -> Ill:
    return lambda context: write_last_end(context.paths, **changes)


def reaching(
    error: ExchangeError | None = None, *, seconds: float = 0.1, ahead: timedelta | None = timedelta(0)
) -> Ill:
    if error is not None:
        return changed(reach_exchange=raising(error))
    return changed(reach_exchange=lambda: Reached("upbit", seconds, ahead))


def key_with(
    fault: KeyFault | None = None, expires_at: datetime | None = _NOW + timedelta(days=200), **rights: Granted
) -> KeyStatus:
    answers = dict.fromkeys(NEEDED_RIGHTS, Granted.YES) | {Right.WITHDRAW: Granted.CANNOT_BE_CHECKED}
    answers |= {Right[name.upper()]: answer for name, answer in rights.items()}
    return KeyStatus(tuple(answers.items()), expires_at, fault)


def examined(found: KeyStatus | KeyTrouble | None) -> Ill:
    key = CredentialSummary("key-1", "upbit", "매매용", "abcd", _NOW)
    return keys(examine_keys=lambda: (ExaminedKey(key, found),))


KEY_FAULTS = {
    KeyFault.UNKNOWN_KEY: "does not know it",
    KeyFault.WRONG_SECRET: "secret key is wrong",
    KeyFault.EXPIRED: "has expired",
    KeyFault.RIGHT_MISSING: "lacks a right",
    KeyFault.ADDRESS_NOT_ALLOWED: "this computer's address",
    KeyFault.CLOCK_WRONG: "clock",
    KeyFault.OTHER: "refuses it",
}
CASES = [
    Case("python-environment", changed(missing_packages=lambda: ("numpy",)), BROKEN, "numpy"),
    Case("python-environment", changed(environment_state=lambda: "damaged"), WARNING, "damaged"),
    Case("python-environment", changed(environment_state=lambda: "frozen"), GOOD, "carries everything"),
    Case("display", changed(missing_qt_libraries=lambda: {"libEGL.so.1": "libegl1"}), BROKEN, "libEGL"),
    Case("display", changed(has_display=lambda: False), WARNING, "no display"),
    Case("fonts", changed(hangul_fonts=tuple), WARNING, "no Hangul font"),
    Case("fonts", changed(hangul_fonts=lambda: None), WARNING, "could not be found out"),
    Case("clock", clock_before_this_version, BROKEN, "before this version"),
    Case("clock", clock_behind_what_was_written, BROKEN, "behind the newest record"),
    Case("clock", clock_jumps, WARNING, "+30.0 s"),
    Case("data-folder", no_data, WARNING, "no data"),
    Case("data-folder", folder_is_a_file, BROKEN, "cannot be written"),
    Case("data-folder", below("a file"), BROKEN, "a file cannot be a data folder"),
    Case("data-folder", below("a file", "x", "y"), BROKEN, "a file cannot be a data folder"),
    Case("data-folder", below("가" * 90, "x"), BROKEN, "cannot be a data folder"),
    Case("data-folder", in_a_cloud, WARNING, "synchronised"),
    Case("disk-space", changed(free_bytes=lambda _folder: 99_000_000), BROKEN, "99 MB"),
    Case("disk-space", changed(free_bytes=lambda _folder: 999_000_000), WARNING, "999 MB"),
    Case("last-end", last_end(state="running"), WARNING, "without warning"),
    Case("last-end", last_end(state="running", process_id=_ALIVE), GOOD, "Running now"),
    Case("last-end", last_end(exit_status=70, reason="internal-error"), WARNING, "internal-error"),
    Case("last-end", last_end(positions_unprotected=["KRW-BTC"]), BROKEN, "KRW-BTC"),
    Case("last-end", last_end(state="?"), WARNING, "cannot be read"),
    Case("last-end", last_end(), GOOD, "as it should"),
    Case("unfinished-restore", plan_waits, WARNING, "not been finished"),
    Case("unfinished-restore", plan_unreadable, BROKEN, "cannot be read"),
    Case("databases.strategies", database_missing, WARNING, "Not there"),
    Case("databases.strategies", database_is_garbage, BROKEN, "damaged"),
    Case("databases.strategies", database_is_a_folder, BROKEN, "a folder"),
    Case("databases.strategies", database_is_torn, BROKEN, "damaged"),
    Case("databases.strategies", database_is_foreign, BROKEN, "not-ours"),
    Case("databases.strategies", database_is_newer, BROKEN, "newer version"),
    Case("databases.strategies", database_without_wal, WARNING, "WAL"),
    Case("settings", changed(settings={"appearance.theme": "pink"}), WARNING, "Theme"),
    Case("settings", changed(settings={"of.a.later.version": "x"}), GOOD, "All 0"),
    Case("key-file", keys(key_source=raising(VaultDamaged())), BROKEN, "damaged"),
    Case("key-file", keys(key_source=raising(VaultFromNewerVersion())), BROKEN, "newer version"),
    Case("key-file", keys(is_owner_only=lambda _path: False), BROKEN, "api_credentials.enc"),
    Case("key-file", keys(key_source=lambda: KeySource.PASSPHRASE), GOOD, "passphrase"),
    Case("key-file", keys(key_source=lambda: KeySource.SYSTEM_KEY_STORE), GOOD, "Keychain"),
    Case(
        "key-file",
        keys(key_source=lambda: KeySource.SYSTEM_KEY_STORE, key_store_name=raising(KeyStoreMissing())),
        BROKEN,
        "missing",
    ),
    Case(
        "key-file",
        keys(key_source=lambda: KeySource.SYSTEM_KEY_STORE, key_store_name=raising(KeyStoreUnavailable())),
        WARNING,
        "does not answer",
    ),
    Case("key-file", keys(key_source=lambda: KeySource.KEY_FILE), BROKEN, "key file that opens it is missing"),
    Case("practice", changed(try_practice=lambda: 0.84), GOOD, "within 0.8 s"),
    Case("practice", changed(try_practice=lambda: None), GOOD, "runs with the program"),
    Case("practice", changed(try_practice=raising(ExchangeUnavailable("practice", "no-reply"))), BROKEN, "no-reply"),
    Case("practice", changed(try_practice=raising(InvalidParameter("state", "x", "y"))), BROKEN, "cannot be read"),
    Case("practice", changed(try_practice=raising(NewerSchema("x", "version 2"))), BROKEN, "newer version"),
    Case("connection", reaching(ExchangeUnavailable("upbit", "name")), WARNING, "cannot be reached (name)"),
    Case("connection", reaching(RateLimited("upbit", _NOW)), WARNING, "until 09:00:00 KST"),
    Case("connection", reaching(seconds=4.2), WARNING, "slowly (4.2 s)"),
    Case("connection", reaching(seconds=1.9), GOOD, "within 1.9 s"),
    Case("connection", changed(reach_exchange=None), GOOD, "without using the internet"),
    Case("connection.clock", reaching(ahead=timedelta(seconds=9)), WARNING, "by 9 s"),
    Case("connection.clock", reaching(ahead=timedelta(seconds=-9)), WARNING, "by 9 s"),
    Case("connection.clock", reaching(ahead=timedelta(seconds=3)), GOOD, "agrees"),
    Case("connection.clock", reaching(ahead=None), GOOD, "could not be learnt"),
    Case("key", examined(key_with()), GOOD, "“매매용”: It works, for 200 days more"),
    Case("key", examined(key_with(expires_at=None)), GOOD, "It works."),
    Case("key", examined(key_with(expires_at=_NOW + timedelta(days=6))), WARNING, "expires in 6 days"),
    Case("key", examined(key_with(expires_at=_NOW)), BROKEN, "has expired"),
    *(Case("key", examined(key_with(fault=fault)), BROKEN, says) for fault, says in KEY_FAULTS.items()),
    Case("key", examined(key_with(make_orders=Granted.NO)), BROKEN, "lacks the right “place orders”"),
    Case("key", examined(key_with(make_orders=Granted.UNKNOWN)), WARNING, "Not all of it"),
    Case("key", examined(key_with(withdraw=Granted.YES)), BROKEN, "may withdraw"),
    Case("key", examined(KeyTrouble.UNREACHABLE), WARNING, "right now"),
    Case("key", examined(None), GOOD, "does not know its exchange"),
    Case("key", keys(examine_keys=lambda: None), GOOD, "Locked by a passphrase"),
    Case("key", keys(examine_keys=tuple), GOOD, "No keys"),
    Case("key", keys(examine_keys=None), GOOD, "Not asked about"),
    Case("security-journal", changed(first_broken_line=lambda: 17), BROKEN, "17"),
    Case("security-journal", journal_unreadable, WARNING, "Could not be checked (DatabaseDamaged)"),
    Case("scheduled-runs", failed_run, WARNING, "backup ×1"),
    Case("backups", no_backup, WARNING, "no usable backup"),
    Case("backups", backup_is_damaged, BROKEN, "damaged"),
    Case("backups", backup_is_old, WARNING, "192 h old"),
    Case("backups", backups_are_too_large, WARNING, "more than the 50 MB"),
    Case("logs", logs_are_too_large, WARNING, "13 MB of 10 MB"),
    Case("logs", logs_are_a_file, BROKEN, "cannot be written"),
    Case("crash-reports", changed(crash_reports=lambda: (CrashReportFacts("a.txt", False),)), WARNING, "1 crash"),
    Case("crash-reports", changed(crash_reports=lambda: (CrashReportFacts("a.txt", True),)), GOOD, "No crash report"),
]


def finding_of(context: DoctorContext, check_id: str) -> HealthFinding:
    findings = [each for each in run_checks(context) if each.check_id == check_id]
    assert len(findings) == 1, f"{check_id}: {findings}"
    return findings[0]


def test_a_healthy_folder_has_only_good_findings(context: DoctorContext) -> None:
    findings = run_checks(context)

    assert [each for each in findings if each.status is not GOOD] == []
    assert len({each.check_id for each in findings}) == len(findings) == len(ALL_CHECKS) + 3


@pytest.mark.claims(
    "check:python-environment",
    "check:display",
    "check:fonts",
    "check:clock",
    "check:data-folder",
    "check:disk-space",
    "check:last-end",
    "check:unfinished-restore",
    "check:databases",
    "check:settings",
    "check:key-file",
    "check:security-journal",
    "check:scheduled-runs",
    "check:backups",
    "check:logs",
    "check:crash-reports",
    "check:practice",
    "check:connection",
    "check:key",
)
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.check_id}: {case.says}")
def test_a_check_notices(context: DoctorContext, case: Case) -> None:
    ill = case.make_ill(context) or context

    finding = finding_of(ill, case.check_id)

    assert finding.status is case.expected
    assert case.says in finding.what.en
    assert bool(finding.mend.ko) == bool(finding.mend.en) == (case.expected is not GOOD)
    assert "{" not in finding.what.ko + finding.what.en + finding.mend.ko + finding.mend.en


def test_every_check_is_seen_to_notice_something() -> None:
    ill = {case.check_id.partition(".")[0] for case in CASES if case.expected is not GOOD}

    assert {check.id for check in ALL_CHECKS} - ill == {"instance-lock"}, "which only ever reports"


@pytest.mark.claims("check:instance-lock")
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (json.dumps({"process_id": _ALIVE}) + "\n", "A program is running (4711)"),
        (json.dumps({"process_id": _DEAD}) + "\n", "crashed run left its lock"),
        ("", "No program"),
        ("half-writ", "No program"),
    ],
)
def test_the_lock_is_read_and_not_taken(context: DoctorContext, content: str, says: str) -> None:
    context.paths.instance_lock.write_text(content, encoding="utf-8")

    assert says in finding_of(context, "instance-lock").what.en
    assert context.paths.instance_lock.read_text(encoding="utf-8") == content


def test_interrupted_old_and_good_runs_are_no_failures(context: DoctorContext) -> None:
    _add_run(context, _NOW - timedelta(days=1), "failed", "interrupted")
    _add_run(context, _NOW - timedelta(days=8), "failed", "DiskFull")
    _add_run(context, _NOW - timedelta(days=1), "done", "")

    assert finding_of(context, "scheduled-runs").status is GOOD


def test_a_key_file_beside_the_keys_must_be_private_too(context: DoctorContext) -> None:
    key_file = context.paths.credentials.with_suffix(".key")
    key_file.write_bytes(b"key")
    ill = with_keys(context, key_source=lambda: KeySource.KEY_FILE)
    assert finding_of(ill, "key-file").status is GOOD

    open_to_others = replace(ill, is_owner_only=lambda path: path != key_file)

    assert "api_credentials.key" in finding_of(open_to_others, "key-file").what.en


def test_a_folder_that_was_never_used_is_no_fault(context: DoctorContext, tmp_path: Path) -> None:
    empty = paths_in(tmp_path / "never")
    fresh = replace(
        context, paths=empty, settings={}, backups=FolderBackups(empty, context.clock, key_source=lambda: None)
    )

    assert [each for each in run_checks(fresh) if each.status is BROKEN] == []
    assert not empty.user_root.exists(), "looking made nothing"


def test_each_reason_for_a_folder_is_said(context: DoctorContext) -> None:
    said = {
        finding_of(replace(context, paths=replace(context.paths, choice=choice)), "data-folder").what.en
        for choice in FolderChoice
    }

    assert len(said) == len(FolderChoice)


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("/home/kim/Dropbox/trader", True),
        ("C:/Users/kim/OneDrive/바탕 화면", True),
        ("/Users/kim/Library/Mobile Documents/x", True),
        ("/home/kim/trader", False),
    ],
)
def test_cloud_folders_are_known_by_name(folder: str, expected: bool) -> None:
    assert is_synced(Path(folder)) is expected
