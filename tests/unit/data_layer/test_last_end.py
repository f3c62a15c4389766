"""The file that tells a crash from an ordinary end."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.domain.errors import PathUnusable, StorageError
from upbit_auto_trading.data_layer.last_end import LastEndFile, read_last_end

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "last_end.json"


def started(path: Path) -> LastEndFile:
    file = LastEndFile(path, FakeClock(NOON))
    file.begin()
    return file


def test_the_very_first_start_follows_no_crash(path: Path) -> None:
    file = started(path)
    assert not file.was_unclean()
    assert file.previous is None


def test_while_running_the_file_says_so(path: Path) -> None:
    started(path)
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "state": "running",
        "reason": None,
        "exit_status": None,
        "at": "2026-11-20T12:00:00.000+00:00",
        "process_id": os.getpid(),
        "positions_unprotected": [],
    }


def test_a_start_after_a_crash_knows_it(path: Path) -> None:
    started(path)
    assert started(path).was_unclean()


def test_a_start_after_an_end_knows_its_reason_and_the_unprotected_positions(path: Path) -> None:
    started(path).end("internal-error", 70, ("practice:KRW-BTC",))
    file = started(path)
    assert not file.was_unclean()
    assert file.previous is not None
    assert (file.previous.reason, file.previous.exit_status) == ("internal-error", 70)
    assert file.previous.positions_unprotected == ("practice:KRW-BTC",)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"state": "ended"}', b"[" * 100_000,
     b'{"state":"gone","reason":null,"exit_status":0,"at":"2026-11-20T12:00:00+00:00","process_id":1,"positions_unprotected":[]}',
     b'{"state":"ended","reason":null,"exit_status":0,"at":"noon","process_id":1,"positions_unprotected":[]}',
     b'{"state":"ended","reason":null,"exit_status":0,"at":5,"process_id":1,"positions_unprotected":[]}'],
)  # fmt: skip
def test_a_file_that_cannot_be_read_counts_as_a_crash(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert read_last_end(path) is None
    file = started(path)
    assert file.was_unclean()
    assert file.previous is None
    assert json.loads(path.read_bytes())["state"] == "running"


def test_readers_see_the_end_without_changing_it(path: Path) -> None:
    assert read_last_end(path) is None
    started(path).end("user", 0)
    before = path.read_bytes()
    end = read_last_end(path)
    assert end is not None
    assert end.is_clean
    assert path.read_bytes() == before


def test_a_place_that_cannot_be_used_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "last_end.json").mkdir()
    with pytest.raises(PathUnusable):
        started(tmp_path / "last_end.json")
    file = LastEndFile(tmp_path / "no folder" / "last_end.json", FakeClock(NOON))
    with pytest.raises(StorageError):
        file.begin()
