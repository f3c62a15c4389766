"""Options of the program that no other test starts it with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.running import PROJECT, run

# Asked before there is an application: answered by the first turn of its event loop.
LOOK_AT_THE_WINDOWS = """
import sys
from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import QApplication

class Looking(QObject):
    asked = pyqtSignal()

def look():
    print(*(type(window).__name__ for window in QApplication.topLevelWidgets() if window.isVisible()))
    QApplication.closeAllWindows()

looking = Looking()
looking.asked.connect(look, Qt.ConnectionType.QueuedConnection)
looking.asked.emit()
from upbit_auto_trading.cli import desktop
sys.exit(desktop.main(sys.argv[1:]))
"""


@pytest.mark.claims("option:--help")
def test_help_names_every_option_and_starts_nothing(tmp_path: Path) -> None:
    program = run("--help", "--data-dir", str(tmp_path))
    assert program.process.returncode == 0
    for option in ("--version", "--data-dir", "--headless", "--smoke-test", "--lang", "--gallery", "--start-report"):
        program.wait_for(option)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.claims("option:--gallery")
def test_the_gallery_opens_instead_of_the_program(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOOK_AT_THE_WINDOWS, "--gallery", "--data-dir", str(tmp_path)],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout.split()) == (0, ["GalleryWindow"]), ended.stderr
    assert list(tmp_path.iterdir()) == []
