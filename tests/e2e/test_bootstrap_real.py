"""The real packages into an empty folder, killed half-way and mended. Minutes, and a package index: long."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.tiny_project import ROOT, TinyProject

pytestmark = [pytest.mark.long, pytest.mark.timeout(1500)]
IMPORTS_EVERYTHING = '''"""Imports what the program runs on."""


def main(argv):
    import alembic, apscheduler, cryptography, keyring, numpy, platformdirs, psutil, pyqtgraph, qtawesome, sqlalchemy
    from PyQt6 import QtCore, QtGui, QtWidgets

    print("Qt", QtCore.QT_VERSION_STR)
    return 0
'''


def variables_of_the_user() -> dict[str, str]:
    """The real user's package index and cache of downloads, not the test's empty home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "PYTHON", "COVERAGE"))}
    return kept | {"HOME": os.environ["UPBIT_TESTS_REAL_HOME"]}


@pytest.fixture
def real_project(tmp_path: Path) -> TinyProject:
    project = TinyProject.create(tmp_path / "자동매매 새 폴더")
    shutil.copy(ROOT / "requirements.txt", project.folder)
    (project.folder / "upbit_auto_trading" / "cli" / "desktop.py").write_text(IMPORTS_EVERYTHING, encoding="utf-8")
    return project


def test_killed_while_downloading_then_mended_then_offline(real_project: TinyProject) -> None:
    process = subprocess.Popen(
        real_project.command("--version"),
        env=variables_of_the_user(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "      9/" in line:
            break
    process.kill()
    process.stdout.close()
    process.wait(timeout=60)

    began = time.monotonic()
    command = [*real_project.command()]
    done = subprocess.run(
        command,
        env=variables_of_the_user(),
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        timeout=1200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Qt 6.11" in done.stdout
    built = time.monotonic() - began

    began = time.monotonic()
    again = real_project.start("--version", variables=real_project.without_network())
    assert (again.status, again.output) == (0, "Upbit AutoTrader 0.1.0\n"), again
    print(f"killed at 9 packages; mended in {built:.0f} s; next start {time.monotonic() - began:.3f} s")


def test_the_decision_to_go_on_costs_a_few_milliseconds() -> None:
    """Measured inside, against the start of Python itself in the same run."""
    code = (
        f"import sys, time; began = time.perf_counter(); sys.path.insert(0, {str(ROOT)!r});"
        "from upbit_auto_trading.config import environment_stamp, virtual_environment;"
        f"state = virtual_environment.state_of({str(ROOT)!r}, environment_stamp.ALL_SETS);"
        "print(state.value, (time.perf_counter() - began) * 1000)"
    )
    decisions, starts = [], []
    for _ in range(9):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True, timeout=60)
        starts.append((time.perf_counter() - began) * 1000)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
        state, milliseconds = done.stdout.split()
        assert state == "complete"
        decisions.append(float(milliseconds))
    print(f"decision with its imports: {min(decisions):.1f} ms, a start of Python {min(starts):.1f} ms")
    assert min(decisions) < 4 * min(starts)
