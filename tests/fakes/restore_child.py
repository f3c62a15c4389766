"""Restores a backup and gets a signal at the n-th touch of the file system; for the kill tests.

Arguments: data folder, backup file, n (0: never), what ("restore", "finish", or "interrupt" for Ctrl-C in place of
SIGKILL). Prints how many touches there were, or "interrupted".
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path

from tests.fakes.data_folder import paths_in
from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.data_layer.storage.backup import FolderBackups
from upbit_auto_trading.data_layer.storage.restore import BackupRestorer
from upbit_auto_trading.data_layer.storage.restore_journal import finish_interrupted_restore

_TOUCHES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "sqlite3.connect", "shutil.rmtree")


class Killer:
    """Counts what Python reports to audit hooks: each is a moment at which the power may go."""

    def __init__(self, folder: Path, kill_at: int, signal_number: int) -> None:
        self._folder = str(folder)
        self._signal_number = signal_number
        self._kill_at = kill_at
        self.touches = 0

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        is_write = event == "open" and str(arguments[0]).startswith(self._folder)
        if event in _TOUCHES or is_write:
            self.touches += 1
            if self.touches == self._kill_at:
                os.kill(os.getpid(), self._signal_number)


def main() -> None:
    folder, backup, kill_at, what = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    paths, clock = paths_in(folder), FakeClock()
    backups = FolderBackups(paths, clock, key_source=lambda: KeySource.PASSPHRASE)
    restorer = BackupRestorer(paths, clock, backups, hold_folder=contextlib.nullcontext)
    import psutil  # noqa: F401 - loaded before the counting begins

    killer = Killer(folder, kill_at, signal.SIGINT if what == "interrupt" else signal.SIGKILL)
    sys.addaudithook(killer)
    try:
        if what == "finish":
            finish_interrupted_restore(paths)
        else:
            restorer.restore(backup)
    except KeyboardInterrupt:
        print("interrupted")
    else:
        print(killer.touches)


if __name__ == "__main__":
    main()
