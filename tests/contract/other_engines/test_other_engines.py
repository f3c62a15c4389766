"""The same rules in backtesting.py, in backtrader and in ours, on the same candle files: the same trades.

The two are first compared with each other, so that what they say together is more than the habit of one. Parameters and
markets vary by seed; a year of minutes is among them.
"""

from __future__ import annotations

import json
import random
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from tests.contract.other_engines.agreeing import first_difference
from tests.contract.other_engines.cross_rules import CrossRules, EngineTrade
from tests.contract.other_engines.made_markets import CALM, TROUBLED, YEAR, Troubles, hours_of, minutes_of, written
from tests.contract.other_engines.running_ours import our_trades
from tests.peer_environment import ROOT, peer_python
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

ENGINES = {"backtesting": "in_backtesting_py", "backtrader": "in_backtrader"}
USUAL = CrossRules()
VARIED = 16
_LIMIT_SECONDS = 200


@dataclass(frozen=True)
class Case:
    series: CandleSeries
    rules: CrossRules = USUAL


def drawn_rules(seed: int) -> CrossRules:
    draw = random.Random(seed)
    fast = draw.randint(3, 25)
    lowest = draw.choice([0.0, 30.0, 50.0, 55.0])
    return CrossRules(
        fast=fast,
        slow=fast + draw.randint(3, 60),
        rsi=draw.randint(5, 21),
        lowest=lowest,
        highest=lowest + draw.choice([20.0, 25.0, 45.0]),
        atr=draw.randint(5, 21),
        times=draw.choice([0.5, 1.0, 2.0, 3.5]),
        percent=draw.choice([10.0, 33.3, 95.0, 99.0]),
        fee=draw.choice([0.0, 0.0005, 0.0025]),
        cash=draw.choice([1_000_000.0, 10_000_000.0, 123_456_789.0]),
    )


def told_by(engine: str, cases: Sequence[Case], folder: Path) -> list[list[EngineTrade]]:
    listed = [
        {"candles": str(written(case.series, folder / f"{engine}-{number}.csv")), "rules": asdict(case.rules)}
        for number, case in enumerate(cases)
    ]
    asked = folder / f"{engine}.json"
    asked.write_text(json.dumps(listed), encoding="utf-8")
    command: list[str | Path] = [peer_python(engine), "-m", f"tests.contract.other_engines.{ENGINES[engine]}", asked]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=_LIMIT_SECONDS)
    assert done.returncode == 0, done.stderr
    return [[EngineTrade(**trade) for trade in json.loads(line)] for line in done.stdout.splitlines()]


def same_in_all(cases: Sequence[Case], folder: Path, at_least: int) -> None:
    told: dict[str, list[list[EngineTrade]]] = {}
    for engine in ENGINES:
        peer_python(engine)  # a test is skipped from its own thread only
    threads = [
        threading.Thread(target=lambda engine=engine: told.update({engine: told_by(engine, cases, folder)}))
        for engine in ENGINES
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(told) == set(ENGINES)
    count = 0
    for case, one, other in zip(cases, *told.values(), strict=True):
        assert first_difference(one, other) == "", f"{list(ENGINES)} differ: {case.rules}"
        assert first_difference(our_trades(case.rules, case.series), one) == "", f"we differ: {case.rules}"
        count += len(one)
    print(f"{len(cases)} runs, {count} trades in {' and '.join(ENGINES)}, and the same in ours")
    assert count >= at_least


def test_a_year_of_minutes(tmp_path: Path) -> None:
    same_in_all([Case(minutes_of("KRW-BTC", YEAR))], tmp_path, 1_000)


@pytest.mark.parametrize("troubles", [CALM, TROUBLED], ids=["calm", "troubled"])
def test_several_markets(tmp_path: Path, troubles: Troubles) -> None:
    """Dear and cheap ones, lively ones and one with few trades."""
    codes = ("KRW-BTC", "KRW-DOGE", "KRW-SHIB", "KRW-STRAX")
    same_in_all([Case(minutes_of(code, 20_000, 3, troubles)) for code in codes], tmp_path, 300)


def test_hours(tmp_path: Path) -> None:
    years = [hours_of(minutes_of(code, YEAR, 5, TROUBLED)) for code in ("KRW-ETH", "KRW-WAXP")]
    same_in_all([Case(series) for series in years], tmp_path, 100)


def test_other_parameters(tmp_path: Path) -> None:
    codes = ("KRW-BTC", "KRW-XRP", "KRW-TRX", "KRW-WAXP")
    cases = [
        Case(minutes_of(codes[seed % len(codes)], 4_000, seed, TROUBLED), drawn_rules(seed)) for seed in range(VARIED)
    ]
    same_in_all(cases, tmp_path, 200)
