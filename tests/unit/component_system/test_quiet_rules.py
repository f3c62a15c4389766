"""How often each condition of an entry rule held, in words that a trader knows."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.made_candles import made_series
from tests.fakes.strategy_texts import CROSS, with_entry
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.component_system.compiler import compile_explained
from upbit_auto_trading.component_system.quiet_rules import QuietRule, quiet_rules
from upbit_auto_trading.component_system.registry import built_in
from upbit_auto_trading.component_system.strategy_file import read_strategy

CANDLES = made_series(300)


def quiet(*conditions: dict[str, Any], has_name: bool = True) -> QuietRule:
    registry = built_in()
    entry = with_entry(*conditions)
    if not has_name:
        del entry["rules"][0]["name"]
    text = json.dumps({**CROSS, "entry": entry})
    (found,) = quiet_rules(compile_explained(read_strategy(text, registry), registry), [Frame(CANDLES)] * 2)
    return found


def test_each_condition_is_counted_over_all_markets() -> None:
    rising = {"left": "close", "operator": ">", "right": {"variable": "close", "ago": 1}}
    found = quiet(rising, {"left": "close", "operator": ">", "right": 1})
    count = int((CANDLES.close[1:] > CANDLES.close[:-1]).sum())
    assert [one.held for one in found.conditions] == [2 * count, 600]
    assert found.held == 2 * count
    assert (found.id, found.name.en) == ("golden-cross", "Golden cross")
    assert found.conditions[1].condition.en.endswith("> 1")


def test_what_was_true_lately_and_groups_are_told_by_their_conditions() -> None:
    never = {"left": {"variable": "rsi", "period": 5}, "operator": ">", "right": 99.9}
    lately = {"within": 5, "of": never}
    found = quiet({"any": [lately, {"left": "close", "operator": "between", "right": [1, 2]}]}, has_name=False)
    assert [one.held for one in found.conditions] == [0, 0]
    assert found.conditions[0].condition.en == "RSI(5) > 99.9 within 5 candles"
    assert found.conditions[0].condition.ko.startswith("최근 5캔들 안에 RSI(5)")
    assert found.name.ko == "golden-cross"


def test_what_the_purse_decides_is_not_counted() -> None:
    found = quiet({"left": {"variable": "free-cash"}, "operator": ">", "right": 1_000})
    assert [one.held for one in found.conditions] == [None]
    assert found.held is None
