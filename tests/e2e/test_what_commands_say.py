"""What a command says where its reader has gone, where a fault is not the one it knows, and about times."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes.data_folder import paths_in
from upbit_auto_trading.composition_root.command_line import Workbench
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.data_layer.storage.startup import prepare_databases
from upbit_auto_trading.data_layer.system_clock import SystemClock

_ROOT = Path(__file__).resolve().parents[2]
_START = "import sys; from upbit_auto_trading import cli; sys.exit(cli.main(sys.argv[1:]))"
#: the first line cannot be served because there are too many files, or because the port is held
_CANNOT_SERVE = """
import sys
from upbit_auto_trading import cli
from upbit_auto_trading.composition_root import practice
def serve(wish, on_ready):
    raise OSError({number}, "as the system says it")
practice.serve_practice = serve
sys.exit(cli.main(sys.argv[1:]))
"""


def started(*words: str, script: str = _START) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *words],
        cwd=_ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def test_a_reader_that_leaves_is_no_fault(tmp_path: Path) -> None:
    with started("doctor", "--offline", "--data-dir", str(tmp_path)) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        complaints = process.stderr.read()
        assert (process.wait(60), complaints) == (0, "")


@pytest.mark.parametrize(("number", "is_the_port"), [("errno.EMFILE", False), ("errno.EADDRINUSE", True)])
def test_only_a_fault_of_the_port_is_blamed_on_it(number: str, is_the_port: bool) -> None:
    script = _CANNOT_SERVE.format(number=f"__import__('errno').{number.removeprefix('errno.')}")
    with started("practice-exchange", script=script) as process:
        printed, complaints = process.communicate(timeout=60)
    assert (process.returncode, printed) == (1, "")
    assert ("포트" in complaints) is is_the_port
    assert "Traceback" not in complaints


def test_a_restore_tells_the_time_of_the_backup_in_korea(tmp_path: Path) -> None:
    paths = _folder(tmp_path)
    with started("backup", "--data-dir", str(paths.user_root)) as process:
        process.communicate(timeout=60)
    (file,) = paths.backups.iterdir()
    made_at = datetime.strptime(file.name.split("-")[2], "%Y%m%dT%H%M%SZ") + timedelta(hours=9)
    with started("restore", file.name, "--data-dir", str(paths.user_root)) as process:
        printed, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints
    assert f"{made_at:%Y-%m-%d %H:%M:%S} (KST)" in printed


def _folder(tmp_path: Path) -> AppPaths:
    paths = paths_in(tmp_path)
    work = Workbench(paths, SystemClock())
    prepare_databases(paths, work.clock, work.backups.copy_before_migration)
    return paths
