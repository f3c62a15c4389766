"""Guessing gets slower, and neither a restart, a changed clock nor a deleted counter makes it fast again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.fake_clock import FakeClock
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.errors import WrongPassword
from upbit_auto_trading.data_layer.encrypted_vault.try_limiter import TryLimiter, delay_after

ID, OTHER_ID = b"i" * 16, b"o" * 16


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "api_credentials.tries"


def fail_times(limiter: TryLimiter, clock: FakeClock, times: int) -> None:
    for number in range(times):
        limiter.start_try(ID)
        if number < times - 1:
            clock.advance(60)


def is_open(limiter: TryLimiter) -> bool:
    try:
        limiter.start_try(ID)
    except WrongPassword as refusal:
        return refusal.retry_at is None
    return True


def test_the_delays_grow_to_a_minute_and_no_further() -> None:
    assert [delay_after(failures) for failures in range(12)] == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert delay_after(10**9) == 60


def test_a_deleted_counter_gives_nothing_back_in_this_process(path: Path, clock: FakeClock) -> None:
    limiter = TryLimiter(path, clock)
    fail_times(limiter, clock, 6)
    path.unlink()
    assert not is_open(limiter)
    clock.advance(4)
    assert is_open(limiter)
    clock.advance(7.9)
    assert not is_open(limiter)


@pytest.mark.parametrize("jump", [-86_400 * 365, 86_400 * 365])
def test_a_changed_clock_neither_helps_nor_locks_out(path: Path, clock: FakeClock, jump: float) -> None:
    limiter = TryLimiter(path, clock)
    fail_times(limiter, clock, 6)
    clock.jump(jump)
    assert not is_open(limiter)
    clock.advance(4)
    assert is_open(limiter)


def test_a_restart_under_a_clock_set_back_waits_once_at_most(path: Path, clock: FakeClock) -> None:
    fail_times(TryLimiter(path, clock), clock, 6)
    clock.jump(-86_400 * 365)
    limiter = TryLimiter(path, clock)
    assert not is_open(limiter)
    clock.advance(4)
    assert is_open(limiter)


def test_a_try_counts_before_it_is_made(path: Path, clock: FakeClock) -> None:
    """A program killed while it derives the key has used its try up."""
    for _try in range(4):
        TryLimiter(path, clock).start_try(ID)
    assert not is_open(TryLimiter(path, clock))


def test_a_try_that_ended_otherwise_is_given_back(path: Path, clock: FakeClock) -> None:
    limiter = TryLimiter(path, clock)
    for _try in range(10):
        limiter.start_try(ID)
        limiter.take_back(ID)
    assert is_open(limiter)


def test_success_forgets(path: Path, clock: FakeClock) -> None:
    limiter = TryLimiter(path, clock)
    fail_times(limiter, clock, 8)
    limiter.succeeded(ID)
    assert not path.exists()
    assert is_open(TryLimiter(path, clock))


def test_another_file_starts_afresh(path: Path, clock: FakeClock) -> None:
    limiter = TryLimiter(path, clock)
    fail_times(limiter, clock, 8)
    limiter.start_try(OTHER_ID)
    assert not is_open(limiter)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[" * 4_000,
        b'{"file": "' + ID.hex().encode() + b'", "wrong_tries": 99, "last": "yesterday"}',
        b'{"file": "' + ID.hex().encode() + b'", "wrong_tries": 99, "last": "2026-11-20T00:00:00"}',
        b'{"file": "' + ID.hex().encode() + b'", "wrong_tries": 1e999, "last": "2026-11-20T00:00:00+00:00"}',
    ],
)
def test_an_unreadable_counter_does_not_lock_the_owner_out(
    path: Path, clock: FakeClock, content: bytes, expected_log: LogGuard
) -> None:
    expected_log.expect("the counter of wrong tries cannot be read")
    path.write_bytes(content)
    assert is_open(TryLimiter(path, clock))


def test_a_counter_that_cannot_be_written_counts_in_memory(
    path: Path, clock: FakeClock, expected_log: LogGuard
) -> None:
    for message in ("cannot be read", "are counted in memory only", "the counter of wrong tries stays"):
        expected_log.expect(message)
    path.mkdir()
    limiter = TryLimiter(path, clock)
    fail_times(limiter, clock, 6)
    assert not is_open(limiter)
    limiter.succeeded(ID)
    assert is_open(limiter)
