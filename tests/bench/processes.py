"""Starts the program and its peer as their users do: alone, with compiled modules at hand, and unmeasured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
BARE_WINDOW = PROJECT / "tests" / "bench" / "bare_window.py"
PROGRAM = PROJECT / "run_desktop_ui.py"
#: set by tools around tests; a user has none of them
_FOREIGN = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONPATH", "PYTHONWARNINGS", "DISPLAY", "WAYLAND_DISPLAY")
_LIMIT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Bench:
    """A folder of its own, and a display."""

    folder: Path
    platform: dict[str, str]

    def peer(self, wait_seconds: float = 0.0) -> dict[str, Any]:
        return self._run([sys.executable, str(BARE_WINDOW)], [str(wait_seconds)])

    def program(self, python: str = sys.executable) -> dict[str, Any]:
        data = str(self.folder / "data")
        return self._run([python, str(PROGRAM), "--data-dir", data, "--start-report"], [])

    def watched(self, seconds: float) -> dict[str, Any]:
        command = [sys.executable, "-m", "tests.bench.watched_program", str(self.folder / "data")]
        return self._run(command, [str(seconds)])

    def _run(self, command: list[str], after: list[str]) -> dict[str, Any]:
        """The report's path stands between."""
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        done = subprocess.run(
            [*command, str(report), *after],
            env=self._variables(),
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_LIMIT_SECONDS,
        )
        assert done.returncode == 0, f"ended with {done.returncode}: {done.stdout}{done.stderr}"
        told: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return told

    def _variables(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in _FOREIGN and not name.startswith(("COV_", "COVERAGE_", "QT_"))
        }
        return {**kept, "PYTHONPYCACHEPREFIX": str(self.folder / "compiled"), **self.platform}


@contextmanager
def offscreen() -> Iterator[dict[str, str]]:
    yield {"QT_QPA_PLATFORM": "offscreen"}


@contextmanager
def xvfb() -> Iterator[dict[str, str]]:
    """A real X server without a screen, on a display number it chooses itself."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        yield {"QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{number}"}
    finally:
        server.terminate()
        server.wait(30)


#: how a display is come by, entered around a whole series
Display = AbstractContextManager[dict[str, str]]
