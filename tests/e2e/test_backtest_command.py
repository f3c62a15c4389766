"""``backtest`` as a user types it: candles in, the result file out."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.contract.other_engines.made_markets import minutes_of
from tests.e2e.backtest_shell import (
    CANDLES,
    Shell,
    at,
    btc,
    cross,
    minutes,
    shell,
    span_of,
    store,
    trades_of,
)
from tests.fakes.strategy_texts import strategy_file, with_entry
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_grid import derived
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, moment_of
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.data_layer.candle_files import write_candle_series

#: pytest finds fixtures by their names here
__all__ = ["btc", "cross", "minutes", "shell"]


@pytest.mark.claims("command:backtest", "option:backtest --candles", "option:backtest --json")
def test_the_result_file_is_that_of_the_contract(shell: Shell, cross: str, btc: str, minutes: CandleSeries) -> None:
    found = shell.result(cross, "--candles", btc)

    assert list(found)[:6] == ["version", "strategy", "data", "settings", "summary", "trades"]
    assert found["version"] == 1
    assert found["strategy"] == {"name": "교차", "sha256": hashlib.sha256(Path(cross).read_bytes()).hexdigest()}
    data = found["data"]
    assert list(data)[:6] == ["market", "unit", "candles", "first", "last", "sha256"]
    assert (data["market"], data["unit"], data["candles"]) == ("btc", "1m", CANDLES)
    assert (at(data["first"]), at(data["last"])) == tuple(moment_of(int(minutes.opened[one])) for one in (0, -1))
    assert data["first"].endswith("Z")
    assert data["sha256"] == candles_by_hand("btc", minutes)
    assert list(found["settings"])[:3] == ["cash", "fee", "slippage"]
    assert [found["settings"][name] for name in ("cash", "fee", "slippage")] == [10_000_000, 0.0005, 0]
    summary = ["final_equity", "return", "max_drawdown", "sharpe", "trades", "win_rate"]
    assert list(found["summary"])[:6] == summary
    assert len(found["trades"]) > 50
    trade = found["trades"][0]
    assert list(trade) == [
        "market", "entry_time", "entry_price", "exit_time", "exit_price", "quantity", "fees", "profit", "entry_reason",
        "exit_reason", "open", "fills",
    ]  # fmt: skip
    assert list(trade["fills"][0]) == ["time", "side", "price", "quantity", "fee", "reason"]
    assert {one["entry_reason"] for one in found["trades"]} == {"golden-cross"}
    assert "\nCross\n" in f"\n{shell.out}"
    assert "btc 1m" in shell.out


def candles_by_hand(code: str, series: CandleSeries) -> str:
    """As docs/backtest.md defines it."""
    digest = hashlib.sha256(f"{code}\n1m\n".encode())
    digest.update(series.opened.astype("<i8").tobytes())
    for column in (series.open, series.high, series.low, series.close, series.volume):
        digest.update(column.astype("<f8").tobytes())
    return digest.hexdigest()


def test_the_summary_follows_from_the_trades(shell: Shell, cross: str, btc: str, minutes: CandleSeries) -> None:
    found = shell.result(cross, "--candles", btc)
    cash, held = found["settings"]["cash"], 0.0
    at_close: dict[int, tuple[float, float]] = {}
    for fill in (fill for trade in found["trades"] for fill in trade["fills"]):
        sign = 1 if fill["side"] == "buy" else -1
        assert fill["fee"] == pytest.approx(fill["price"] * fill["quantity"] * 0.0005)
        cash -= sign * fill["price"] * fill["quantity"] + fill["fee"]
        held += sign * fill["quantity"]
        at_close[int(at(fill["time"]).timestamp())] = (cash, held)
    equity, now = [], (found["settings"]["cash"], 0.0)
    for opened, close in zip(minutes.opened.tolist(), minutes.close.tolist(), strict=True):
        now = at_close.get(opened, now)
        equity.append(now[0] + now[1] * close)
    summary, closed = found["summary"], [trade for trade in found["trades"] if not trade["open"]]
    assert summary["final_equity"] == pytest.approx(equity[-1])
    assert summary["return"] == pytest.approx(equity[-1] / equity[0] - 1)
    peaks = np.maximum.accumulate(equity)
    assert summary["max_drawdown"] == pytest.approx(float((1 - equity / peaks).max()))
    assert summary["trades"] == len(closed)
    assert summary["win_rate"] == pytest.approx(sum(trade["profit"] > 0 for trade in closed) / len(closed))
    assert summary["sharpe"] is None  # four days
    assert summary["fees"] == pytest.approx(sum(trade["fees"] for trade in found["trades"]))


def test_an_order_is_filled_at_the_open_of_the_candle_after_its_signal(
    shell: Shell, cross: str, btc: str, minutes: CandleSeries
) -> None:
    opens = dict(zip(minutes.opened.tolist(), minutes.open.tolist(), strict=True))
    for trade in shell.result(cross, "--candles", btc)["trades"]:
        assert trade["entry_price"] == opens[int(at(trade["entry_time"]).timestamp())]


@pytest.mark.claims("option:backtest --step")
def test_stepping_through_every_candle_comes_to_the_same(shell: Shell, cross: str, btc: str) -> None:
    fast, slow = shell.result(cross, "--candles", btc), shell.result(cross, "--candles", btc, "--step")
    assert (fast["settings"].pop("fast_forward"), slow["settings"].pop("fast_forward")) == (True, False)
    assert fast == slow


@pytest.mark.claims("option:backtest --fee", "option:backtest --slippage", "option:backtest --cash")
def test_fee_slippage_and_cash_are_what_is_said(shell: Shell, cross: str, btc: str) -> None:
    plain, free = shell.result(cross, "--candles", btc), shell.result(cross, "--candles", btc, "--fee", "0")
    assert {trade["fees"] for trade in free["trades"]} == {0}
    assert free["summary"]["final_equity"] > plain["summary"]["final_equity"]
    slipping = shell.result(cross, "--candles", btc, "--slippage", "0.001")
    price, dearer = (found["trades"][0]["entry_price"] for found in (plain, slipping))
    assert dearer == pytest.approx(price * 1.001)
    rich = shell.result(cross, "--candles", btc, "--cash", "1,000,000,000")
    assert rich["settings"]["cash"] == 1e9
    assert rich["trades"][0]["quantity"] == pytest.approx(plain["trades"][0]["quantity"] * 100, rel=1e-6)


@pytest.mark.claims(
    "option:backtest --spread",
    "option:backtest --latency",
    "option:backtest --volume-share",
    "option:backtest --touching",
)
def test_what_is_assumed_of_the_market_changes_the_fills(
    shell: Shell, cross: str, btc: str, tmp_path: Path, minutes: CandleSeries
) -> None:
    plain = shell.result(cross, "--candles", btc)["trades"]
    wide = shell.result(cross, "--candles", btc, "--spread", "0.002")["trades"]
    assert wide[0]["entry_price"] == pytest.approx(plain[0]["entry_price"] * 1.001)
    late = shell.result(cross, "--candles", btc, "--latency", "1")["trades"]
    assert at(late[0]["entry_time"]) > at(plain[0]["entry_time"])
    scarce = shell.result(cross, "--candles", btc, "--volume-share", "0.000001")["trades"]
    assert scarce[0]["fills"][0]["quantity"] < plain[0]["fills"][0]["quantity"] / 100
    assert shell("backtest", cross, "--candles", btc, "--latency", "soon") == 2

    entry = with_entry({"left": "close", "operator": "falling", "candles": 2})
    entry["rules"][0]["action"]["style"] = {"style": "limit", "base": "close", "wait_candles": 3}
    waiting = str(strategy_file(tmp_path / "limit.json", entry=entry))
    through = shell.result(waiting, "--candles", btc)
    touching = shell.result(waiting, "--candles", btc, "--touching")
    assert through["limit_orders"]["touched"] > through["limit_orders"]["through"] > 0
    assert touching["trades"] != through["trades"]
    assert "Candles that touched a waiting limit order" in shell.out


@pytest.mark.claims("option:backtest --market")
def test_a_market_brings_its_ticks_and_its_smallest_order(shell: Shell, cross: str, btc: str) -> None:
    words = (cross, "--candles", btc, "--slippage", "0.000123")
    plain, ruled = shell.result(*words), shell.result(*words, "--market", "KRW-BTC")
    assert any(trade["exit_price"] % 1_000 for trade in plain["trades"])
    assert all(fill["price"] % 500 == 0 for trade in ruled["trades"] for fill in trade["fills"])
    assert ruled["data"]["market"] == "KRW-BTC"
    assert (ruled["settings"]["fee"], ruled["settings"]["fee_by_date"]) == (0.0005, True)
    assert shell.result(cross, "--candles", btc, "--cash", "9000")["summary"]["trades"] > 0
    # half of nine thousand won is less than Upbit takes
    assert shell.result(cross, "--candles", f"KRW-BTC={btc}", "--cash", "9000")["trades"] == []
    assert "no size that can be bought" in shell.out


@pytest.mark.claims("option:backtest --unit")
def test_minutes_make_hours_and_order_what_happens_inside(
    shell: Shell, cross: str, btc: str, tmp_path: Path, minutes: CandleSeries
) -> None:
    found = shell.result(cross, "--candles", btc, "--unit", "60m")
    assert found["data"]["unit"] == "60m"
    assert found["data"]["markets"][0]["source_unit"] == found["data"]["markets"][0]["finer_unit"] == "1m"
    assert found["data"]["candles"] == CANDLES // 60
    assert "candles of 60m are made of 1m" in shell.out
    hours = strategy_file(tmp_path / "hours.json", unit="60m")
    assert trades_of(shell.result(str(hours), "--candles", btc)) == trades_of(found)


def test_candles_coarser_than_the_strategy_was_written_for(
    shell: Shell, cross: str, tmp_path: Path, minutes: CandleSeries
) -> None:
    """It runs on theirs and says so, unless somebody asked for a unit that they do not make."""
    file = tmp_path / "hours.csv"
    write_candle_series(file, derived(minutes, CandleUnit.HOUR, timedelta(0)))
    found = shell.result(cross, "--candles", str(file))
    assert found["data"]["unit"] == "60m"
    assert "written for candles of 1m; it ran on those of 60m" in shell.out
    assert found["trades"] == shell.result(cross, "--candles", str(file), "--unit", "60m")["trades"]
    assert shell("check", cross, "--candles", str(file)) == 0
    assert "it ran on those of 60m" in shell.out
    assert shell("backtest", cross, "--candles", str(file), "--unit", "10m") == 1
    assert "do not make those of the strategy (60m → 10m)" in shell.err
    fives = strategy_file(tmp_path / "fives.json", unit="5m")
    write_candle_series(tmp_path / "threes.csv", derived(minutes, CandleUnit.MINUTES_3, timedelta(0)))
    assert shell("backtest", str(fives), "--candles", str(tmp_path / "threes.csv")) == 1  # finer, and no part of it
    assert "3m → 5m" in shell.err


@pytest.mark.claims("option:backtest --from", "option:backtest --to")
def test_a_range_is_warmed_up_by_the_candles_before_it(
    shell: Shell, cross: str, btc: str, minutes: CandleSeries
) -> None:
    begin, end = (moment_of(int(minutes.opened[row])) for row in (2_000, 4_000))
    ends = ("--from", f"{begin:%Y-%m-%dT%H:%MZ}", "--to", f"{end:%Y-%m-%dT%H:%MZ}")
    whole, part = shell.result(cross, "--candles", btc), shell.result(cross, "--candles", btc, *ends)
    assert part["data"]["candles"] == 2_000
    assert at(part["data"]["first"]) == begin
    entries = [trade["entry_time"] for trade in part["trades"]]
    assert min(map(at, entries)) < begin + timedelta(hours=1)
    all_entries = {trade["entry_time"] for trade in whole["trades"]}
    assert len(all_entries.intersection(entries)) >= len(entries) - 1
    assert all(begin < at(entry) < end for entry in entries)
    assert shell("backtest", cross, "--candles", btc, "--from", ends[3], "--to", ends[1]) == 2
    assert shell("backtest", cross, "--candles", btc, "--from", "2040-01-01") == 1
    assert "too few candles" in shell.err


def test_a_file_of_too_few_candles_says_how_many_are_needed(
    shell: Shell, cross: str, tmp_path: Path, minutes: CandleSeries
) -> None:
    write_candle_series(tmp_path / "few.csv", minutes.rows(slice(0, 12)))
    assert shell("backtest", cross, "--candles", str(tmp_path / "few.csv")) == 1
    assert "few" in shell.err
    assert "(there / needed: 12 / 2" in shell.err


def test_several_markets_share_one_purse(shell: Shell, cross: str, btc: str, tmp_path: Path) -> None:
    write_candle_series(tmp_path / "eth.parquet", minutes_of("KRW-ETH", CANDLES))
    both = ("--candles", f"KRW-BTC={btc}", "--candles", f"KRW-ETH={tmp_path / 'eth.parquet'}")
    found = shell.result(cross, *both)
    assert {trade["market"] for trade in found["trades"]} == {"KRW-BTC", "KRW-ETH"}
    assert [one["market"] for one in found["data"]["markets"]] == ["KRW-BTC", "KRW-ETH"]
    assert found["data"]["candles"] == 2 * CANDLES
    assert shell("backtest", cross, *both, "--market", "KRW-BTC") == 2
    assert shell("backtest", cross, *both[:2], "--candles", f"KRW-BTC={btc}") == 2
    assert shell("backtest", cross, *both[:2], "--candles", btc) == 2
    assert shell("backtest", cross, *both[:2], "--candles", f"BTC-ETH={btc}") == 1
    assert "is not traded in KRW" in shell.err


def test_stored_candles_come_to_the_same_as_their_file(
    shell: Shell, cross: str, btc: str, minutes: CandleSeries
) -> None:
    store(shell, minutes, span_of(minutes))
    of_file = shell.result(cross, "--candles", f"KRW-BTC={btc}")
    stored = shell.result(cross, "--market", "KRW-BTC")
    assert trades_of(stored) == trades_of(of_file)
    assert stored["summary"] == of_file["summary"]
    assert stored["data"]["sha256"] == of_file["data"]["sha256"]
    hours = shell.result(cross, "--market", "KRW-BTC", "--unit", "60m")
    assert hours["data"]["markets"][0]["finer_unit"] == "1m"
    assert trades_of(hours) == trades_of(shell.result(cross, "--candles", f"KRW-BTC={btc}", "--unit", "60m"))


def test_the_markets_may_stand_in_the_strategy(shell: Shell, tmp_path: Path, minutes: CandleSeries) -> None:
    own = str(strategy_file(tmp_path / "own.json", markets=["upbit:KRW-BTC"]))
    assert shell("backtest", own) == 1
    assert "No 1m candles of KRW-BTC are stored." in shell.err
    assert shell("backtest", own, "--to", "2025-01-01") == 1
    store(shell, minutes, span_of(minutes))
    assert shell.result(own)["data"]["market"] == "KRW-BTC"


@pytest.mark.claims("option:backtest --exchange")
def test_unknown_candles_are_refused_with_the_command_that_fetches_them(
    shell: Shell, cross: str, minutes: CandleSeries
) -> None:
    begin, end = span_of(minutes).start, span_of(minutes).end
    gap = Span(begin + timedelta(hours=40), begin + timedelta(hours=43))
    known = (Span(begin, gap.start), Span(gap.end, end))
    store(shell, minutes, *known, exchange="practice")
    words = ("backtest", cross, "--market", "KRW-BTC", "--exchange", "practice")

    assert shell(*words) == 1
    command = re.search(r"download KRW-BTC --exchange practice --unit 1m --from (\S+) --to (\S+Z)", shell.err)
    assert command is not None
    assert (at(command[1]), at(command[2])) == (gap.start, gap.end)
    assert shell(*words, "--to", f"{gap.start:%Y-%m-%dT%H:%MZ}") == 0
    assert shell(*words, "--from", f"{gap.end:%Y-%m-%dT%H:%MZ}") == 0
    # right behind the gap there is nothing to warm up on
    assert "decisions begin at" in shell.out
    later = gap.end + timedelta(hours=20)
    assert shell(*words, "--from", f"{later:%Y-%m-%dT%H:%MZ}") == 0
    assert "decisions begin at" not in shell.out
    assert shell("backtest", cross, "--market", "KRW-BTC") == 1  # of Upbit nothing is stored
    assert shell("backtest", cross, "--market", "KRW-BTC", "--exchange", "binance") == 1
