"""Missing system libraries are named with the packages that hold them."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from upbit_auto_trading.config.qt_libraries import ALWAYS_NEEDED, NEEDED_FOR_X11, missing_qt_libraries

ROOT = Path(__file__).resolve().parents[3]
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux leaves Qt's libraries to the user")


@on_linux
def test_a_missing_library_is_named_with_its_package() -> None:
    def all_but_one(library: str) -> bool:
        return library != "libxcb-cursor.so.0"

    assert missing_qt_libraries(all_but_one, {}) == {"libxcb-cursor.so.0": "libxcb-cursor0"}


@on_linux
def test_without_a_screen_less_is_needed() -> None:
    nothing_there = lambda library: False  # noqa: E731
    assert missing_qt_libraries(nothing_there, {"QT_QPA_PLATFORM": "offscreen"}) == ALWAYS_NEEDED
    assert missing_qt_libraries(nothing_there, {}) == ALWAYS_NEEDED | NEEDED_FOR_X11


@on_linux
@pytest.mark.needs("xvfb")
def test_a_machine_that_runs_qt_misses_nothing() -> None:
    assert missing_qt_libraries(variables={}) == {}


@on_linux
def test_a_library_that_does_not_exist_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ALWAYS_NEEDED, "libno-such-thing.so.1", "libno-such-thing1")
    assert missing_qt_libraries()["libno-such-thing.so.1"] == "libno-such-thing1"


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_elsewhere_qt_brings_everything(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert missing_qt_libraries(lambda library: False, {}) == {}


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_the_readme_installs_all_of_them_and_a_korean_font(name: str) -> None:
    readme = (ROOT / name).read_text(encoding="utf-8")
    (command,) = re.findall(r"^sudo apt-get install ((?:[^\n]*\\\n)*[^\n]*)", readme, re.MULTILINE)
    named = command.replace("\\\n", " ").split()
    assert sorted(named) == sorted({*ALWAYS_NEEDED.values(), *NEEDED_FOR_X11.values(), "fonts-nanum"})
