"""What pip says, turned into one sentence in each language."""

from __future__ import annotations

import errno

import pytest

from upbit_auto_trading.config import startup_failure, virtual_environment
from upbit_auto_trading.config.startup_failure import explain_pip

HASHES = """ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated …
    numpy==2.4.6 from https://example.invalid/numpy.whl:
        Expected sha256 11
             Got        22
"""
REFUSED = """WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(…)': /simple/numpy/
ERROR: Could not find a version that satisfies the requirement numpy==2.4.6 (from versions: none)
ERROR: No matching distribution found for numpy==2.4.6
"""


@pytest.mark.parametrize(
    ("output", "english"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n", "disk is full"),
        ("OSError: [WinError 112] There is not enough space on the disk", "disk is full"),
        (REFUSED + "ERROR: [Errno 28] No space left on device", "disk is full"),
        (HASHES, "numpy==2.4.6 is not the one that was pinned"),
        ("ERROR: … OSError: [Errno 13] Permission denied: 'x'", "Cannot write to"),
        ("ERROR: … [WinError 5] Access is denied: 'python.exe'", "close it where it still runs"),
        ("OSError: [Errno 30] Read-only file system: 'x'", "Cannot write to"),
        (REFUSED, "check the internet connection"),
        ("ERROR: HTTP error 503 while getting …", "check the internet connection"),
        ("ERROR: No matching distribution found for pyqt6==6.11.0", "no package pyqt6==6.11.0 for this computer"),
        ("ERROR: a.whl is not a supported wheel on this platform.", "no package a.whl for this computer"),
        (
            "gone wrong\nERROR: the reason\nsee above\n",
            "installation failed: ERROR: the reason (all of it: pip.log)",
        ),
        ("", "The installation failed: ?"),
    ],
)
def test_each_cause_has_its_sentence(output: str, english: str) -> None:
    failure = explain_pip(output, "place", 1000, "pip.log")
    assert english in failure.en
    assert not failure.ko.isascii()
    assert "\n" not in failure.ko + failure.en


@pytest.mark.parametrize(
    ("code", "english"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EROFS, "Cannot write to /program"),
        (errno.EACCES, "Cannot write to /program"),
        (errno.EIO, "The installation failed"),
    ],
)
def test_an_error_of_the_system_has_its_sentence(code: int, english: str) -> None:
    failure = virtual_environment.explain_os_error(OSError(code, "as the system says"), "/program/.venv")
    assert failure.en.startswith(english)


def test_windows_and_macos_are_told_about_the_other_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    assert startup_failure.no_wheel("pyqt6==6.11.0").en.endswith("install the 64-bit Python 3.13 from python.org.")


def test_the_missing_venv_module_is_named_as_debian_calls_it() -> None:
    assert "sudo apt install python3." in startup_failure.no_venv_module().en
    assert startup_failure.no_venv_module().en.endswith("-venv")
