"""The lock and the last end where nothing more can be written: a clear error, and what was there stays whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.data_layer.instance_lock import InstanceLock
from upbit_auto_trading.data_layer.last_end import LastEndFile, read_last_end

PROJECT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the limit on file sizes is a Unix one")

ON_A_FULL_DISK = """
import os, resource, sys
from pathlib import Path
from upbit_auto_trading.business_logic.domain.errors import DiskFull
from upbit_auto_trading.data_layer.instance_lock import InstanceLock
from upbit_auto_trading.data_layer.last_end import LastEndFile
from upbit_auto_trading.data_layer.system_clock import SystemClock

folder, clock = Path(sys.argv[1]), SystemClock()
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # every write fails, as on a disk without room
lock, last_end = InstanceLock(folder / "program.lock", clock), LastEndFile(folder / "last_end.json", clock)
lowest = os.dup(0)
os.close(lowest)
for act in (lock.acquire, last_end.begin, lambda: last_end.end("user", 0)):
    try:
        act()
    except DiskFull as error:
        print(Path(error.path).name)
assert not lock.is_held
after = os.dup(0)
assert after == lowest, "a file stayed open"
"""


def test_a_full_disk_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    file = LastEndFile(tmp_path / "last_end.json", FakeClock())
    file.begin()
    file.end("user", 0)
    before = read_last_end(tmp_path / "last_end.json")
    ended = subprocess.run(
        [sys.executable, "-c", ON_A_FULL_DISK, str(tmp_path)],
        cwd=PROJECT,
        # on this disk the coverage of the child could not be written either, and it would say so
        env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (ended.stdout.split(), ended.stderr) == (["program.lock", "last_end.json", "last_end.json"], "")
    assert before is not None
    assert read_last_end(tmp_path / "last_end.json") == before
    lock = InstanceLock(tmp_path / "program.lock", FakeClock())
    lock.acquire()  # free again
    lock.release()
