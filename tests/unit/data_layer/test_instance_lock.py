"""The lock of the data folder inside one process; tests/e2e/test_instance_lock.py uses several."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.errors import AnotherInstanceRuns, StorageError
from upbit_auto_trading.data_layer.instance_lock import InstanceLock, LockHolder

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "program.lock"


def lock_of(path: Path) -> InstanceLock:
    return InstanceLock(path, FakeClock(NOON))


@pytest.fixture
def held(path: Path) -> Iterator[InstanceLock]:
    lock = lock_of(path)
    lock.acquire()
    yield lock
    lock.release()


def test_the_file_says_who_holds_it_and_since_when(held: InstanceLock, path: Path) -> None:
    assert held.is_held
    assert json.loads(path.read_bytes()) == {"process_id": os.getpid(), "started_at": "2026-11-20T12:00:00+00:00"}


@pytest.mark.claims("error:AnotherInstanceRuns")
def test_a_second_lock_is_refused_and_told_by_whom(held: InstanceLock, path: Path) -> None:
    second = lock_of(path)
    with pytest.raises(AnotherInstanceRuns) as caught:
        second.acquire()
    assert (caught.value.process_id, caught.value.data_folder) == (os.getpid(), str(path.parent))
    assert not second.is_held
    assert json.loads(path.read_bytes())["process_id"] == os.getpid()


def test_a_refused_lock_does_not_loosen_the_first(held: InstanceLock, path: Path) -> None:
    for _ in range(3):
        with pytest.raises(AnotherInstanceRuns):
            lock_of(path).acquire()


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a privilege there")
def test_the_same_folder_by_a_link_is_the_same_lock(held: InstanceLock, path: Path, tmp_path: Path) -> None:
    link = tmp_path / "다른 이름"
    link.symlink_to(path.parent, target_is_directory=True)
    with pytest.raises(AnotherInstanceRuns):
        lock_of(link / path.name).acquire()


def test_acquiring_twice_and_releasing_twice_is_harmless(path: Path) -> None:
    lock = lock_of(path)
    lock.acquire()
    lock.acquire()
    lock.release()
    lock.release()
    assert not lock.is_held


def test_after_a_release_the_next_finds_no_crash(path: Path) -> None:
    first, second = lock_of(path), lock_of(path)
    first.acquire()
    first.release()
    second.acquire()
    assert second.left_by_crash is None
    second.release()


def test_a_lock_file_left_by_a_crash_is_taken_and_named(path: Path) -> None:
    path.write_text('{"process_id": 4711, "started_at": "2026-11-19T00:00:00+00:00"}', encoding="utf-8")
    lock = lock_of(path)
    lock.acquire()
    assert lock.left_by_crash == LockHolder(4711, "2026-11-19T00:00:00+00:00")
    lock.release()


@pytest.mark.parametrize("content", [b"\x00" * 50, b"[" * 5_000, b"{}", b"17", b'{"process_id": "x", "started_at": 1}'])
def test_rubbish_in_the_lock_file_hinders_nobody(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    lock = lock_of(path)
    lock.acquire()
    assert lock.left_by_crash is None
    assert json.loads(path.read_bytes())["process_id"] == os.getpid()
    lock.release()


def test_a_folder_that_is_missing_is_a_storage_error(tmp_path: Path) -> None:
    lock = lock_of(tmp_path / "missing" / "program.lock")
    with pytest.raises(StorageError):
        lock.acquire()
    assert not lock.is_held


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="counts open files through /proc")
def test_no_file_stays_open(path: Path, held: InstanceLock) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        with pytest.raises(AnotherInstanceRuns):
            lock_of(path).acquire()
    held.release()
    assert len(os.listdir("/proc/self/fd")) == before - 1
