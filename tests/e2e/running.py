"""Starts the real program as a process of its own, and waits for what it says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
START = PROJECT / "run_desktop_ui.py"
LIMIT_SECONDS = 60.0


@dataclass(slots=True)
class RunningProgram:
    """Its output is read all the while, so that a full pipe never stops it."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _reader: threading.Thread | None = None

    def watch(self) -> None:
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                with self._changed:
                    self.lines.append(line.rstrip("\n"))
                    self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def wait(self) -> int:
        """For its end, and for the last line it said."""
        status = self.process.wait(LIMIT_SECONDS)
        assert self._reader is not None
        self._reader.join(LIMIT_SECONDS)
        return status

    def wait_for(self, words: str) -> str:
        self.wait_until(lambda lines: any(words in line for line in lines), f"{words!r} was never said")
        return next(line for line in self.lines if words in line)

    def wait_until(self, is_enough: Callable[[list[str]], bool], otherwise: str = "not enough was said") -> None:
        with self._changed:
            self._changed.wait_for(lambda: is_enough(self.lines) or not self._is_read(), LIMIT_SECONDS)
        assert is_enough(self.lines), f"{otherwise}:\n" + "\n".join(self.lines)

    def _is_read(self) -> bool:
        return self._reader is not None and self._reader.is_alive()

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.wait()


def start(*arguments: str, **variables: str | None) -> RunningProgram:
    return _start(arguments, variables)


def start_in_a_terminal(*arguments: str) -> RunningProgram:
    """What a terminal sends to all of its processes can be sent to these alone."""
    return _start(arguments, {}, has_own_terminal=True)


def _start(
    arguments: tuple[str, ...], variables: Mapping[str, str | None], has_own_terminal: bool = False
) -> RunningProgram:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    for name, value in variables.items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = value
    process = subprocess.Popen(
        [sys.executable, str(START), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env=environment,
        start_new_session=has_own_terminal,
    )
    running = RunningProgram(process)
    running.watch()
    return running


def run(*arguments: str, **variables: str | None) -> RunningProgram:
    """To its end."""
    running = start(*arguments, **variables)
    running.wait()
    return running


def last_end(folder: Path) -> dict[str, Any]:
    text = (folder / "data" / "last_end.json").read_text(encoding="utf-8")
    record: dict[str, Any] = json.loads(text)
    return record
