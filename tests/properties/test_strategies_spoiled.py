"""Strategy files that somebody spoiled are refused in words or compiled; nothing else ever happens."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from upbit_auto_trading.business_logic.domain.errors import InvalidStrategy
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind
from upbit_auto_trading.component_system.checking import problems_in
from upbit_auto_trading.component_system.compiler import compile_explained
from upbit_auto_trading.component_system.half_read import read_or_tell_all
from upbit_auto_trading.component_system.registry import Registry, built_in
from upbit_auto_trading.component_system.strategy_problem_text import placed_sentence

STRATEGIES = Path(__file__).parents[2] / "resources" / "strategies"
#: to stand where something else was
WORDS: list[Any] = [
    *(None, True, 0, -1, 3, 1e9, 0.5, "", "close", "rsi", "volume", "in", "position-profit", "equity", "60m", "1s"),
    [],
    {},
    [50, 70],
    ["golden-cross"],
    {"variable": "rsi"},
    {"variable": "ema", "period": 0},
    {"variable": "close", "unit": "240m", "ago": 2, "times": 0},
    {"variable": "position-times-fired", "rule": ["x"]},
    {"all": []},
    {"any": [{"left": "rsi", "operator": ">", "right": 100}]},
    {"within": 3, "of": {"left": "position-profit", "operator": ">", "right": 1}},
    {"block": "ma-cross"},
    {"block": "signal-exit", "when": {"all": [{"left": "rsi", "operator": "<", "right": "close"}]}},
    {"sizing": "kelly"},
    {"level": "target-percent", "percent": 5, "share": 90},
    {"action": "switch-rules", "rules": ["x"]},
]


@cache
def registry() -> Registry:
    return built_in()


@cache
def documents() -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in sorted(STRATEGIES.glob("*.json")))


def places_in(tree: object) -> list[tuple[Any, Any]]:
    """Each object or list, with each of its keys."""
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict | list):
            keys = list(one) if isinstance(one, dict) else list(range(len(one)))
            found += [(one, key) for key in keys]
            waiting += [one[key] for key in keys]
    return found


def spoil(tree: object, random: Random) -> None:
    ids = [one.declaration.id for kind in ComponentKind for one in registry().of(kind)]
    for _one in range(random.randint(1, 4)):
        holder, key = random.choice(places_in(tree))
        chance = random.random()
        if chance < 0.2:
            del holder[key]
        elif chance < 0.3 and isinstance(holder, list):
            holder.append(deepcopy(random.choice(holder)))
        elif chance < 0.4 and isinstance(holder, dict):
            holder[random.choice(["period", "unit", "ago", "strength", "x"])] = deepcopy(random.choice(WORDS))
        elif chance < 0.6 and isinstance(holder[key], str):
            holder[key] = random.choice(ids)
        else:
            holder[key] = deepcopy(random.choice(WORDS))
        if not places_in(tree):
            return


def told(text: str) -> list[str]:
    """Reasons of what is wrong; each has its words."""
    try:
        definition = read_or_tell_all(text, registry())
    except InvalidStrategy as error:
        problems = error.problems
    else:
        problems = problems_in(definition, registry())
        if not problems:
            compile_explained(definition, registry())
    for problem in problems:
        for words in (placed_sentence(problem).ko, placed_sentence(problem).en):
            assert words
            assert "{" not in words.replace(problem.found, "").replace(problem.allowed, "")
    return [one.reason for one in problems]


def spoiled(seed: int, files: int) -> tuple[set[str], int]:
    random = Random(seed)
    reasons: set[str] = set()
    compiled = 0
    for _one in range(files):
        tree = json.loads(random.choice(documents()))
        spoil(tree, random)
        found = told(json.dumps(tree))
        reasons.update(found)
        compiled += not found
    return reasons, compiled


def test_spoiled_files_are_refused_in_words_or_compiled() -> None:
    reasons, compiled = spoiled(1, 300)

    assert len(reasons) >= 20, sorted(reasons)
    assert compiled >= 10


@pytest.mark.long
def test_many_spoiled_files_are_refused_in_words_or_compiled() -> None:
    reasons, compiled = spoiled(2, 5000)

    assert len(reasons) >= 35, sorted(reasons)
    assert compiled >= 200


def test_the_files_that_come_with_the_program_are_right() -> None:
    assert len(documents()) >= 10
    assert [told(one) for one in documents()] == [[]] * len(documents())
