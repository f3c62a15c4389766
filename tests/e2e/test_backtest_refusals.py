"""What ``backtest`` refuses, and what it says of a result that a reader has to know."""

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
from tests.fakes.disks import small_disk
from tests.fakes.strategy_texts import strategy_file, with_entry
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries

#: pytest finds fixtures by their names here
__all__ = ["btc", "cross", "minutes", "shell"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--fee", "-0.01"), "The fee of the backtest cannot be that."),
        (("--fee", "5"), "The fee of the backtest cannot be that."),
        (("--slippage", "1"), "The slippage of the backtest cannot be that."),
        (("--cash", "0"), "The starting cash of the backtest cannot be that."),
        (("--cash", "nan"), "The starting cash of the backtest cannot be that."),
        (("--cash", "much"), "--cash takes a number."),
        (("--unit", "7m"), "--unit takes one of"),
        (("--exchange", "mtgox"), "--exchange takes one of"),
        (("--market", "bitcoin"), "--market takes a market"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_refused_before_anything_runs(
    shell: Shell, cross: str, btc: str, words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    assert shell("backtest", cross, "--candles", btc, "--json", str(out), *words) == 2
    assert said in shell.err
    assert not out.exists()


def test_without_candles_it_says_where_to_put_them(shell: Shell, cross: str) -> None:
    assert shell("backtest", cross) == 2
    assert "Give candle files with --candles" in shell.err
    assert shell("backtest", cross, "--candles", "nowhere.csv") == 2
    assert "There is no such candle file: nowhere.csv" in shell.err
    assert shell("backtest", cross, "--market", "KRW-BTC", "--market", "KRW-BTC") == 2


def test_a_built_in_strategy_is_called_by_its_name(shell: Shell, btc: str) -> None:
    assert shell("backtest", "ema-rsi-atr", "--candles", btc) == 0
    assert shell("backtest", "ema-rsi-atrr", "--candles", btc) == 1
    assert "There is no strategy file ema-rsi-atrr." in shell.err
    assert "basic-seven-rules" in shell.err


def test_a_strategy_that_cannot_be_read_is_a_sentence(shell: Shell, tmp_path: Path, btc: str) -> None:
    broken = tmp_path / "broken.json"
    for content, said in ((b"\xff\xfe{", "no text in UTF-8"), (b"{", ""), (b"[" * 10_000, "")):
        broken.write_bytes(content)
        assert shell("backtest", str(broken), "--candles", btc) == 1
        assert said in shell.err
        assert "Traceback" not in shell.err
    broken.write_bytes(b" " * 5_000_001)
    assert shell("backtest", str(broken), "--candles", btc) == 1
    assert "too large" in shell.err


def test_a_result_that_cannot_be_written_is_known_before_the_run(
    shell: Shell, cross: str, btc: str, tmp_path: Path
) -> None:
    assert shell("backtest", cross, "--candles", btc, "--json", str(tmp_path / "none" / "out.json")) == 1
    assert "none" in shell.err
    assert shell.out == ""
    assert shell("backtest", cross, "--candles", btc, "--html", str(tmp_path)) == 1
    assert shell.out == ""


def test_a_full_disk_leaves_the_old_result(shell: Shell, cross: str, btc: str) -> None:
    with small_disk(65_536) as folder:
        out = folder / "out.json"
        out.write_text("old")
        assert shell("backtest", cross, "--candles", btc, "--json", str(out)) == 1
        assert "The disk has too little free space." in shell.err
        assert out.read_text() == "old"
        assert [path.name for path in folder.iterdir() if "out" in path.name] == ["out.json"]


def test_a_strategy_that_never_bought_says_which_condition_never_held(shell: Shell, tmp_path: Path, btc: str) -> None:
    above = {"left": {"variable": "rsi", "period": 14}, "operator": ">", "right": 99.5}
    never = strategy_file(
        tmp_path / "never.json", entry=with_entry(above, {"left": "close", "operator": ">", "right": 1})
    )
    assert shell.result(str(never), "--candles", btc)["trades"] == []
    assert "It never bought anything." in shell.out
    assert "In the rule “Golden cross” this condition never held: RSI(14) > 99.5" in shell.out


def test_conditions_that_never_held_together_are_counted(shell: Shell, tmp_path: Path, btc: str) -> None:
    low = {"left": {"variable": "rsi", "period": 2}, "operator": "<", "right": 10}
    high = {"left": {"variable": "rsi", "period": 5}, "operator": ">", "right": 60}
    apart = strategy_file(tmp_path / "apart.json", entry=with_entry(low, high))
    assert shell.result(str(apart), "--candles", btc)["trades"] == []
    assert (
        "In the rule “Golden cross” the conditions held on some candles, but never together: RSI(2) < 10 (" in shell.out
    )


def test_what_is_still_open_is_said_and_valued_at_the_last_close(
    shell: Shell, tmp_path: Path, btc: str, minutes: CandleSeries
) -> None:
    always = with_entry({"left": "close", "operator": ">", "right": 1})
    always["rules"][0]["action"]["levels"] = []
    keep = strategy_file(tmp_path / "keep.json", entry=always, management=[])
    found = shell.result(str(keep), "--candles", btc)
    (trade,) = found["trades"]
    assert trade["open"] is True
    assert trade["exit_price"] == minutes.close[-1]
    assert (found["summary"]["trades"], found["summary"]["open_trades"], found["summary"]["win_rate"]) == (0, 1, 0)
    assert "Positions still open at the end, valued at the last close: 1." in shell.out
    assert {one["en"] for one in found["warnings"]} == {"Positions still open at the end, valued at the last close: 1."}
