"""``check`` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.backtest_shell import (
    Shell,
    btc,
    cross,
    minutes,
    shell,
)
from tests.fakes.strategy_texts import strategy_file, with_entry

#: pytest finds fixtures by their names here
__all__ = ["btc", "cross", "minutes", "shell"]


@pytest.mark.claims("command:check", "option:check --candles", "option:check --unit")
def test_a_sound_strategy_is_checked_on_candles(shell: Shell, cross: str, btc: str) -> None:
    assert shell("check", cross) == 0
    assert "Cross: nothing is wrong with the file. Unit 1m, 2 rules, 21 candles before the first decision." in shell.out
    assert "future" not in shell.out
    assert shell("check", cross, "--candles", btc) == 0
    assert "No look-ahead and no warm-up that is too short was found." in shell.out
    assert "6,000 candles" in shell.out
    assert shell("check", cross, "--candles", btc, "--unit", "60m") == 0
    assert "100 candles" in shell.out
    assert "the future was cut off at every candle" in shell.out
    assert shell("check", cross, "--candles", btc, "--unit", "60m", language="ko") == 0
    assert "모든 캔들에서 미래를 잘라 보고" in shell.out


def test_every_problem_of_a_file_is_told_with_its_place(shell: Shell, tmp_path: Path) -> None:
    condition = {"left": {"variable": "rsi", "period": 14}, "operator": ">", "right": "close"}
    wrong = strategy_file(tmp_path / "wrong.json", entry=with_entry(condition, dict(condition, right=500)))
    assert shell("check", str(wrong)) == 1
    assert "problems to be mended: 2." in shell.out
    lines = [line for line in shell.out.splitlines() if "entry.rules[0].when.all[" in line]
    assert [line.split("all[")[1][0] for line in lines] == ["0", "1"]
    assert shell("check", str(wrong), "--debug") == 1
    assert "InvalidStrategy" in shell.err
    assert shell("check", str(tmp_path / "none.json")) == 1
    assert shell("check", str(wrong), "--candles", "none.csv") == 2
    assert shell("check", str(wrong), "--unit", "7m") == 2
