"""A test that holds the interpreter's lock for ever ends as a crash that says where, and the others go on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

CONFTEST = """
from tests import hang_guard
hang_guard.GRACE_SECONDS = 0.5
"""

# A mutex that is locked twice waits for itself, takes no signal, and PyDLL does not let go of the lock.
TESTS = """
import ctypes, sys
import pytest

@pytest.mark.timeout(1)
def test_waits_for_itself():
    libc = ctypes.PyDLL(None)
    mutex = ctypes.create_string_buffer(64)
    libc.pthread_mutex_lock(mutex)
    libc.pthread_mutex_lock(mutex)

def test_another(): pass
"""


@pytest.mark.long  # ten seconds go by before a crashed worker is given up
def test_a_hang_is_ended_and_named_and_the_rest_runs(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_tiny.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\ntimeout = 20\n")
    command = [sys.executable, "-m", "pytest", "-n", "1", "-p", "tests.hang_guard", "--rootdir", str(tmp_path), "."]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert "1 failed, 1 passed" in done.stdout, done.stdout
    assert "crashed while running 'test_tiny.py::test_waits_for_itself'" in done.stdout
    assert "in test_waits_for_itself" in done.stderr
