"""The page of a backtest, and how a run ends: whole, killed, interrupted."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.e2e.backtest_shell import (
    COMMAND,
    KILLS,
    Shell,
    btc,
    cross,
    minutes,
    shell,
)
from tests.e2e.running import PROJECT
from tests.fakes.made_candles import made_series
from tests.fakes.strategy_texts import CROSS, strategy_file
from upbit_auto_trading.data_layer.candle_files import write_candle_series

#: pytest finds fixtures by their names here
__all__ = ["btc", "cross", "minutes", "shell"]


class _Page(HTMLParser):
    """Everything that a browser would fetch or run, and what stands in tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attributes


@pytest.mark.claims("option:backtest --html")
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_needs_nothing_else_and_runs_nothing(shell: Shell, tmp_path: Path, btc: str, language: str) -> None:
    hostile = "<script>alert('x')</script>&\"><img src=x onerror=y>"
    entry = json.loads(json.dumps(CROSS["entry"]))
    entry["rules"][0]["name"] = hostile
    file = strategy_file(tmp_path / "hostile.json", name=hostile, entry=entry)
    out = tmp_path / "out.html"
    assert shell("backtest", str(file), "--candles", btc, "--html", str(out), language=language) == 0
    text = out.read_text("utf-8")
    page = _Page(text)

    assert not {"script", "img", "link", "iframe", "object"} & set(page.tags)
    assert not [name for name, _value in page.attributes if name.startswith("on") or name in ("src", "href")]
    assert "url(" not in text
    assert "http://" not in text
    assert "https://" not in text
    assert page.tags.count("svg") == 3
    assert text.count("<tr>") > 50
    assert "prefers-color-scheme:dark" in text
    assert f'lang="{language}"' in text
    headings = re.findall(r"<h2>([^<]*)</h2>", text)
    assert headings[0] == {"ko": "가정", "en": "Assumptions"}[language]
    assert "&lt;script&gt;" in text


def started(shell: Shell, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *words, "--data-dir", str(shell.paths.user_root), "--lang", "en"],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "QT_QPA_PLATFORM": "offscreen"},
    )


def test_a_real_process_answers(shell: Shell, cross: str, btc: str, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    with started(shell, "backtest", cross, "--candles", btc, "--json", str(out)) as process:
        said, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints
    assert "Final equity" in said
    assert json.loads(out.read_text("utf-8"))["summary"]["trades"] > 50


@pytest.mark.long
def test_a_killed_run_leaves_no_half_result(shell: Shell, cross: str, btc: str, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    words = ("backtest", cross, "--candles", btc, "--json", str(out))
    with started(shell, *words) as process:
        process.communicate(timeout=60)
    whole = json.loads(out.read_text("utf-8"))["summary"]
    chance, finished = random.Random(7), 0
    for _kill in range(KILLS):
        out.unlink(missing_ok=True)
        with started(shell, *words) as process:
            with suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0.1, 2.5))
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=60)
        if out.exists():
            assert json.loads(out.read_text("utf-8"))["summary"] == whole
            finished += 1
    print(f"{KILLS} kills, {finished} of them after the result was there")


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of its own is made as on POSIX")
def test_a_watched_run_shows_its_progress_and_ends_at_ctrl_c(shell: Shell, cross: str, tmp_path: Path) -> None:
    slow, out = tmp_path / "slow.parquet", tmp_path / "out.json"
    write_candle_series(slow, made_series(300_000, first=datetime(2024, 1, 1, tzinfo=UTC)))
    terminal, end = os.openpty()
    words = ("backtest", cross, "--candles", str(slow), "--step", "--json", str(out))
    process = subprocess.Popen(
        [*COMMAND, *words, "--data-dir", str(shell.paths.user_root), "--lang", "en"],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=end,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    os.close(end)
    with process, os.fdopen(terminal, "rb", buffering=0) as seen:
        said = b""
        while not re.search(rb"Running the backtest [1-9]", said):
            said += seen.read(4_096)
        process.send_signal(signal.SIGINT)
        with suppress(OSError):  # how a terminal says that its other end is closed
            while more := seen.read(4_096):
                said += more
        printed, _nothing = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"Stopped. Nothing was changed." in said
    assert printed == b""
    assert not out.exists()
