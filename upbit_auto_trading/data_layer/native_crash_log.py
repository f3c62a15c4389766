"""Where the interpreter itself writes when it dies: a segmentation fault has nobody left to write a report.

``faulthandler`` needs an open file, so an empty one lies ready while the program runs. On Windows it also notes some
errors of the system's own components that did not end the program: a native report alone does not prove a crash.
"""

from __future__ import annotations

import faulthandler
from pathlib import Path
from typing import IO

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.config.text_scrubber import hide_home
from upbit_auto_trading.utils.korean_time import kst_day

#: beyond this, something writes in a circle; the beginning is what matters
MOST_BYTES = 1_000_000


class NativeCrashLog:
    """``logs/crashes/native-<date>.txt``; one for the process."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._file: IO[bytes] | None = None
        self._path = folder

    def start(self) -> bool:
        """Whether the interpreter now has somewhere to write; a folder that cannot be written is no reason to stop."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._shorten_older()
            self._path = self._folder / f"native-{kst_day(self._clock.now()):%Y%m%d}.txt"
            self._file = self._path.open("ab")
        except OSError:
            return False
        faulthandler.enable(self._file, all_threads=True)
        return True

    def stop(self) -> None:
        if self._file is None:
            return
        faulthandler.disable()
        file, self._file = self._file, None
        try:
            file.close()
            if self._path.stat().st_size == 0:
                self._path.unlink()
        except OSError:
            return  # an empty file stays; it is not listed

    def _shorten_older(self) -> None:
        """What was written in the moment of dying names the user's folders: not any longer than until now."""
        for path in self._folder.glob("native-*.txt"):
            text = path.read_bytes()[:MOST_BYTES].decode("utf-8", errors="replace")
            shortened = hide_home(text)
            if not text:
                path.unlink()
            elif shortened != text:
                path.write_text(shortened, "utf-8")
