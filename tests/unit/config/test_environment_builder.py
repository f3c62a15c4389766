"""Obstacles that a machine for tests does not have: a full disk, a Python without venv; and the progress."""

from __future__ import annotations

import importlib.util
import shutil
from collections import namedtuple
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from upbit_auto_trading.config import environment_builder, environment_layout, environment_stamp, virtual_environment
from upbit_auto_trading.config.startup_failure import StartupFailure

Usage = namedtuple("Usage", ["total", "used", "free"])


def build(folder: Path) -> None:
    environment_builder.build(str(folder), str(folder), [environment_stamp.PROGRAM], anew=True, lock=0)


def test_a_full_disk_is_noticed_before_anything_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage(0, 0, 5_000_000))
    with pytest.raises(StartupFailure, match="free at least 1000 MB"):
        build(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_python_without_ensurepip_names_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Debian splits it: venv is there, ensurepip is not."""
    real = importlib.util.find_spec

    def find_spec(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "ensurepip" else real(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)
    with pytest.raises(StartupFailure, match=r"sudo apt install python3\.\d+-venv"):
        build(tmp_path)


def test_a_big_download_tells_how_far_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    progress = environment_builder.DownloadProgress(3, str(tmp_path))
    progress.read_line("Ignoring pywin32-ctypes: markers 'sys_platform == \"win32\"' don't match your environment")
    progress.read_line("Collecting pyqt6-qt6==6.11.2 (from -r requirements.txt (line 7))")
    (tmp_path / "earlier.whl").write_bytes(bytes(1_000_000))
    progress.read_line("  Downloading pyqt6_qt6-6.11.2-py3-none-manylinux_2_34_x86_64.whl (85.3 MB)")
    (tmp_path / "this.whl").write_bytes(bytes(2_500_000))
    progress.look()
    progress.read_line("Processing /mirror/pyqt6_sip-13.13.0-cp311-cp311-manylinux1_x86_64.whl (from -r …)")
    progress.look()
    assert capsys.readouterr().out.split("\n") == [
        "      1/2 (50 %)  pyqt6-qt6 6.11.2",
        "          2.5 MB / 85.3 MB",
        "      2/2 (100 %)  pyqt6-sip 13.13.0",
        "",
    ]


def test_a_built_program_carries_its_own_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.frozen", True, raising=False)
    assert virtual_environment.prepare([environment_stamp.PROGRAM], ["unused"]) is False


def test_a_console_that_cannot_write_hangul_gets_question_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    console = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", console)
    environment_layout.say("준비 · Ready")
    console.seek(0)
    assert console.read() == "?? ? Ready\n"
    monkeypatch.setattr(sys, "stdout", None)
    environment_layout.say("nobody listens")


def test_a_package_that_one_list_wants_everywhere_is_wanted_everywhere() -> None:
    plain = "colour==1.0 \\\n    --hash=sha256:aa\n"
    conditional = "colour==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:aa\n"
    for lists in ([plain, conditional], [conditional, plain]):
        assert "win32" not in environment_builder.missing_blocks(lists, {})
    assert "win32" in environment_builder.missing_blocks([conditional], {})
    assert not environment_stamp.pins_of(environment_builder.missing_blocks([plain], {"colour": "1.0"}))
