"""The window ends in order when the system says so, as it does when it is closed."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from tests.e2e.running import last_end, start

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no other process can be told so there")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_the_window_ends_in_order(tmp_path: Path, name: str) -> None:
    program = start("--data-dir", str(tmp_path))
    try:
        program.wait_for("exchange reached")
        status = program.stop(getattr(signal, name))
    finally:
        program.process.kill()
    ended = last_end(tmp_path)
    assert (status, ended["state"], ended["reason"]) == (0, "ended", "user")


def test_told_before_anything_is_ready_and_twice(tmp_path: Path) -> None:
    program = start("--data-dir", str(tmp_path))
    try:
        program.wait_for("preparing files")
        program.process.send_signal(signal.SIGTERM)
        status = program.stop(signal.SIGTERM)
    finally:
        program.process.kill()
    assert (status, last_end(tmp_path)["state"]) == (0, "ended")
