"""Progress on a terminal and in a file."""

from __future__ import annotations

import io

from tests.fakes.fake_clock import FakeClock
from upbit_auto_trading.cli.progress_line import ProgressLine
from upbit_auto_trading.utils.bilingual_text import Language, Text

_TITLE = Text("백업 중", "Backing up")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_file_gets_one_line_per_tenth() -> None:
    stream = io.StringIO()
    line = ProgressLine(_TITLE, Language.ENGLISH, stream, FakeClock())

    for percent in range(101):
        assert line(percent / 100)
    line.end()

    assert stream.getvalue().splitlines() == [f"Backing up {tenth}%" for tenth in range(0, 101, 10)]


def test_a_terminal_gets_one_line_that_changes_and_goes() -> None:
    stream = Terminal()
    line = ProgressLine(_TITLE, Language.KOREAN, stream, FakeClock())

    for fraction in (0.0, 0.004, 0.5, 1.0):
        line(fraction)
    line.end()

    assert "\n" not in stream.getvalue()
    shown = stream.getvalue().split("\r\x1b[K")
    assert shown == ["", "백업 중 0%", "백업 중 50%", "백업 중 100%", ""]


def test_the_time_left_is_told_once_it_is_known() -> None:
    stream, clock = io.StringIO(), FakeClock()
    line = ProgressLine(_TITLE, Language.ENGLISH, stream, clock)

    line(0.0)
    clock.advance(10)
    line(0.1)
    clock.advance(590)
    line(0.2)

    lines = stream.getvalue().splitlines()
    assert lines[0] == "Backing up 0%"
    assert lines[1] == "Backing up 10% · about 2 min left"
    assert "min left" in lines[2]


def test_without_a_stream_nothing_happens() -> None:
    line = ProgressLine(_TITLE, Language.ENGLISH, None, FakeClock())

    assert line(0.5)
    line.end()
