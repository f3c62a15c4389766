"""Programs by others that ours is tried or measured against, each in a pinned environment of its own.

Their pins differ from ours, so they share neither packages nor process with the program. An environment is made when it
is first wanted, and again when its list in ``tests/peers/`` changes; without the package index its tests are not run.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LISTS = ROOT / "tests" / "peers"
HOME = ROOT / ".venv-peers"
_MADE = "made-from.txt"
_LIMIT_SECONDS = 300


def peer_python(name: str) -> Path:
    """The interpreter of the environment; skips the test where it cannot be made."""
    wanted = LISTS / f"{name}.txt"
    digest = hashlib.sha256(wanted.read_bytes() + sys.version.encode()).hexdigest()
    folder = HOME / name
    with _alone(HOME / f"{name}.lock"):
        if not _is_made(folder, digest):
            shutil.rmtree(folder, ignore_errors=True)
            _make(folder, wanted, name)
            (folder / _MADE).write_text(digest, encoding="utf-8")
    return _python_of(folder)


def _is_made(folder: Path, digest: str) -> bool:
    mark = folder / _MADE
    return mark.is_file() and mark.read_text(encoding="utf-8") == digest


def _make(folder: Path, wanted: Path, name: str) -> None:
    # A venv made out of a venv would begin with its packages' paths on some systems: the real interpreter makes it.
    base = Path(sys.base_prefix) / ("python.exe" if os.name == "nt" else f"bin/python3.{sys.version_info.minor}")
    subprocess.run(
        [base if base.exists() else sys.executable, "-m", "venv", folder], check=True, timeout=_LIMIT_SECONDS
    )
    command: list[str | Path] = [_python_of(folder), "-m", "pip", "install", "--quiet", "--no-input", "-r", wanted]
    # Where packages come from is the machine's affair; the tests took the user's folders away.
    variables = os.environ | {"HOME": os.environ.get("UPBIT_TESTS_REAL_HOME", os.environ.get("HOME", ""))}
    variables["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=_LIMIT_SECONDS)
    if done.returncode != 0:
        pytest.skip(f"needs the package index for {name}: {done.stderr.strip().splitlines()[-1:]}")


def _python_of(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


class _alone:
    """Test processes of one run want the same environment at the same time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        self._path.parent.mkdir(exist_ok=True)
        self._file = self._path.open("a+b")
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(self._file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()
