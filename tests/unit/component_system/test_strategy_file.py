"""Strategy files: the form of each thing, everything that is wrong at once, and the layout that people read."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.strategy_components import CLOSE, small_registry
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvalidStrategy
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    ComponentKind,
    Condition,
    ConflictPolicy,
    Group,
    GroupKind,
    Limits,
    Part,
    Rearm,
    Role,
    Rule,
    StrategyDefinition,
    StrategyProblem,
    Use,
    Within,
)
from upbit_auto_trading.component_system import json_reading, strategy_file, strategy_reader, use_reader
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.json_reading import LARGEST_DOCUMENT, MOST_PROBLEMS
from upbit_auto_trading.component_system.strategy_file import FORMAT, read_strategy, write_strategy
from upbit_auto_trading.component_system.strategy_file_text import OF_FILES
from upbit_auto_trading.utils.bilingual_text import Text

REGISTRY = small_registry()
_READERS = (json_reading, strategy_file, strategy_reader, use_reader)

WHOLE = """\
{
  "format": "upbit-autotrader/strategy",
  "version": 1,
  "name": {"ko": "골든크로스", "en": "Golden cross"},
  "description": "Two lines.\\nOf it.",
  "unit": "5m",
  "markets": ["upbit:KRW-BTC", "practice:KRW-ETH"],
  "policy": "merge",
  "entry": {
    "rules": [
      {
        "id": "golden-cross",
        "name": "Cross",
        "role": "entry",
        "when": {
          "all": [
            {"left": {"variable": "mean", "period": 20, "source": "close"}, "operator": ">", "right": "close"},
            {"left": "close", "operator": "between", "right": [50, 70.5]},
            {"within": 5, "of": {"left": "close", "operator": "rising", "candles": 4}},
            {"none": []}
          ]
        },
        "action": {
          "action": "buy",
          "size": {"sizing": "share-of-cash", "percent": 95},
          "style": {"style": "market"},
          "levels": [{"level": "stop-distance", "distance": {"variable": "mean", "unit": "60m"}, "times": 2}]
        },
        "limits": {"times_per_position": 3, "times_per_day": 2, "cooldown": 5, "rearm": "after-false"},
        "strength": {"variable": "close", "ago": 1, "times": -1.5, "plus": 0.25},
        "enabled": false
      }
    ]
  },
  "management": [
    {"name": "Out", "rules": [], "levels": [{"level": "stop-distance", "distance": "close"}]},
    {
      "name": "Steps",
      "block": "staged-exit",
      "steps": [3, 6.5],
      "wait": "4h",
      "only_when": {"any": [{"left": "close", "operator": "about", "right": 100, "tolerance": 2}]}
    },
    {
      "rules": [
        {
          "id": "quiet",
          "role": "manage",
          "when": {"all": [{"left": {"variable": "times-fired", "rule": "x"}, "operator": ">", "right": 1}]},
          "action": {"action": "switch-rules", "rules": ["golden-cross"], "on": true}
        }
      ]
    }
  ],
  "risk": [{"risk": "max-positions", "count": 5}]
}
"""
MEAN = variable_use("mean", period=20, source=CLOSE)


def operator(name: str, **parameters: Any) -> Use:
    return Use(ComponentKind.OPERATOR, name, tuple(parameters.items()))


DEFINITION = StrategyDefinition(
    Text("골든크로스", "Golden cross"),
    CandleUnit.MINUTES_5,
    Part(
        rules=(
            Rule(
                "golden-cross",
                Role.ENTRY,
                Group(
                    GroupKind.ALL,
                    (
                        Condition(MEAN, operator(">"), (CLOSE,)),
                        Condition(CLOSE, operator("between"), (50.0, 70.5)),
                        Within(5, Condition(CLOSE, operator("rising", candles=4))),
                        Group(GroupKind.NONE),
                    ),
                ),
                Use(
                    ComponentKind.ACTION,
                    "buy",
                    (
                        ("size", Use(ComponentKind.SIZING, "share-of-cash", (("percent", 95.0),))),
                        ("style", Use(ComponentKind.STYLE, "market")),
                        (
                            "levels",
                            (
                                Use(
                                    ComponentKind.LEVEL,
                                    "stop-distance",
                                    (
                                        ("distance", Use(ComponentKind.VARIABLE, "mean", unit=CandleUnit.HOUR)),
                                        ("times", 2.0),
                                    ),
                                ),
                            ),
                        ),
                    ),
                ),
                Text("Cross", "Cross"),
                Limits(3, 2, 5, Rearm.AFTER_FALSE),
                Use(ComponentKind.VARIABLE, "close", ago=1, times=-1.5, plus=0.25),
                is_enabled=False,
            ),
        )
    ),
    (
        Part(Text("Out", "Out"), (), (Use(ComponentKind.LEVEL, "stop-distance", (("distance", CLOSE),)),)),
        Part(
            Text("Steps", "Steps"),
            block=Use(
                ComponentKind.BLOCK,
                "staged-exit",
                (
                    ("steps", (3.0, 6.5)),
                    ("wait", "4h"),
                    (
                        "only_when",
                        Group(GroupKind.ANY, (Condition(CLOSE, operator("about", tolerance=2.0), (100.0,)),)),
                    ),
                ),
            ),
        ),
        Part(
            rules=(
                Rule(
                    "quiet",
                    Role.MANAGE,
                    Group(GroupKind.ALL, (Condition(variable_use("times-fired", rule="x"), operator(">"), (1.0,)),)),
                    Use(ComponentKind.ACTION, "switch-rules", (("rules", ("golden-cross",)), ("on", True))),
                ),
            )
        ),
    ),
    (Market("upbit", "KRW-BTC"), Market("practice", "KRW-ETH")),
    ConflictPolicy.MERGE,
    (Use(ComponentKind.RISK_RULE, "max-positions", (("count", 5),)),),
    Text("Two lines.\nOf it.", "Two lines.\nOf it."),
)


def test_every_field_is_read() -> None:
    assert read_strategy(WHOLE, REGISTRY) == DEFINITION


def test_it_is_written_as_people_would() -> None:
    assert write_strategy(DEFINITION) == WHOLE


def small(**changed: Any) -> dict[str, Any]:
    entry = {
        "rules": [
            {
                "id": "in",
                "role": "entry",
                "when": {"all": [{"left": "close", "operator": ">", "right": 100}]},
                "action": {"action": "buy", "size": {"sizing": "share-of-cash"}},
            }
        ]
    }
    document = {"format": FORMAT, "version": 1, "name": "x", "unit": "1m", "entry": entry, **changed}
    return {name: value for name, value in document.items() if value is not ...}


def rule(**changed: Any) -> dict[str, Any]:
    document = small()
    written = {**document["entry"]["rules"][0], **changed}
    document["entry"]["rules"][0] = {name: value for name, value in written.items() if value is not ...}
    return document


def condition(**changed: Any) -> dict[str, Any]:
    written = {"left": "close", "operator": ">", "right": 100, **changed}
    return rule(when={"all": [{name: value for name, value in written.items() if value is not ...}]})


def problems(document: object) -> tuple[StrategyProblem, ...]:
    text = document if isinstance(document, str) else json.dumps(document)
    with pytest.raises(InvalidStrategy) as refused:
        read_strategy(text, REGISTRY)
    return refused.value.problems


def the_problem(document: object) -> StrategyProblem:
    (problem,) = problems(document)
    return problem


def read(document: object) -> StrategyDefinition:
    return read_strategy(json.dumps(document), REGISTRY)


FIRST_RULE = "entry.rules[0]"
FIRST_CONDITION = f"{FIRST_RULE}.when.all[0]"


@pytest.mark.parametrize(
    ("document", "place", "reason"),
    [
        (small(format=...), "format", "missing-field"),
        (small(format="mt4"), "format", "wrong-format"),
        (small(version=...), "version", "missing-field"),
        (small(version="1"), "version", "not-a-whole-number"),
        (small(version=True), "version", "not-a-whole-number"),
        (small(version=2), "version", "newer-version"),
        (small(version=0), "version", "unknown-version"),
        (small(version=-(10**30)), "version", "unknown-version"),
        ([1], "", "not-an-object"),
        ("12", "", "not-an-object"),
        (small(name=...), "name", "missing-field"),
        (small(name=7), "name", "not-an-object"),
        (small(name="  "), "name", "empty"),
        (small(name={}), "name", "empty"),
        (small(name={"ko": "가", "en": ""}), "name", "empty"),
        (small(name={"ko": "가", "fr": "à"}), "name.fr", "unknown-field"),
        (small(name={"ko": 5, "en": "x"}), "name.ko", "not-a-text"),
        (small(name="x" * 101), "name", "too-long"),
        (small(name="a\nb"), "name", "control-characters"),
        (small(description="x" * 4_001), "description", "too-long"),
        (small(unit=...), "unit", "missing-field"),
        (small(unit="2m"), "unit", "not-a-choice"),
        (small(policy="first"), "policy", "not-a-choice"),
        (small(markets="upbit:KRW-BTC"), "markets", "not-a-list"),
        (small(markets=["KRW-BTC"]), "markets[0]", "not-a-market"),
        (small(markets=[3]), "markets[0]", "not-a-text"),
        (small(markets=["upbit:KRW-BTC"] * 2), "markets[1]", "repeated"),
        (small(entry=...), "entry", "missing-field"),
        (small(entry=[]), "entry", "not-an-object"),
        (small(entry={"rules": {}}), "entry.rules", "not-a-list"),
        (small(entry={"rules": [3]}), "entry.rules[0]", "not-an-object"),
        (small(entry={"rules": [{}] * 101}), "entry.rules", "too-many"),
        (small(management=[{}] * 6), "management", "too-many"),
        (small(management=[3]), "management[0]", "not-an-object"),
        (small(management=[{"block": "staged-exit", "rules": []}]), "management[0].rules", "unknown-field"),
        (small(management=[{"block": "staged"}]), "management[0].block", "unknown-component"),
        (small(risk=[{"count": 5}]), "risk[0].risk", "missing-field"),
        (small(risk=[{"risk": 5}]), "risk[0].risk", "not-a-text"),
        (small(risk=["max-positions"]), "risk[0]", "not-an-object"),
        (small(risk=[{"risk": "max-positions", "count": 5.5}]), "risk[0].count", "not-a-whole-number"),
        (small(colour="red"), "colour", "unknown-field"),
        (small(**{"a b": 1}), '"a b"', "unknown-field"),
        (rule(id=...), f"{FIRST_RULE}.id", "missing-field"),
        (rule(id="Golden Cross"), f"{FIRST_RULE}.id", "not-an-id"),
        (rule(id=""), f"{FIRST_RULE}.id", "not-an-id"),
        (rule(role=...), f"{FIRST_RULE}.role", "missing-field"),
        (rule(role="enter"), f"{FIRST_RULE}.role", "not-a-choice"),
        (rule(when=...), f"{FIRST_RULE}.when", "missing-field"),
        (rule(when=[]), f"{FIRST_RULE}.when", "not-an-object"),
        (rule(when={"left": "close"}), f"{FIRST_RULE}.when", "not-a-group"),
        (rule(when={"all": 3}), f"{FIRST_RULE}.when.all", "not-a-list"),
        (rule(when={"all": [], "any": []}), f"{FIRST_RULE}.when.any", "unknown-field"),
        (rule(when={"all": [7]}), f"{FIRST_CONDITION}", "not-an-object"),
        (rule(when={"all": [{"within": 5}]}), f"{FIRST_CONDITION}.of", "missing-field"),
        (rule(when={"all": [{"of": {}}]}), f"{FIRST_CONDITION}.within", "missing-field"),
        (rule(when={"all": [{"within": 1.5, "of": {"all": []}}]}), f"{FIRST_CONDITION}.within", "not-a-whole-number"),
        (rule(action=...), f"{FIRST_RULE}.action", "missing-field"),
        (rule(action={"action": "bye"}), f"{FIRST_RULE}.action.action", "unknown-component"),
        (rule(action={"action": "buy", "size": 5}), f"{FIRST_RULE}.action.size", "not-an-object"),
        (rule(action={"action": "sell", "percent": "all"}), f"{FIRST_RULE}.action.percent", "not-a-number"),
        (rule(action={"action": "sell", "percent": True}), f"{FIRST_RULE}.action.percent", "not-a-number"),
        (rule(action={"action": "sell", "percent": 10**400}), f"{FIRST_RULE}.action.percent", "not-finite"),
        (rule(action={"action": "sell", "of": 3}), f"{FIRST_RULE}.action.of", "not-a-text"),
        (rule(action={"action": "switch-rules", "on": 1}), f"{FIRST_RULE}.action.on", "not-a-switch"),
        (rule(action={"action": "switch-rules", "rules": [1]}), f"{FIRST_RULE}.action.rules[0]", "not-a-text"),
        (rule(limits=3), f"{FIRST_RULE}.limits", "not-an-object"),
        (rule(limits={"cooldown": "5m"}), f"{FIRST_RULE}.limits.cooldown", "not-a-whole-number"),
        (rule(limits={"cool": 5}), f"{FIRST_RULE}.limits.cool", "unknown-field"),
        (rule(limits={"rearm": "never"}), f"{FIRST_RULE}.limits.rearm", "not-a-choice"),
        (rule(strength=[1]), f"{FIRST_RULE}.strength", "not-an-operand"),
        (rule(strength=True), f"{FIRST_RULE}.strength", "not-an-operand"),
        (rule(enabled="yes"), f"{FIRST_RULE}.enabled", "not-a-switch"),
        (condition(left=...), f"{FIRST_CONDITION}.left", "missing-field"),
        (condition(left=5), f"{FIRST_CONDITION}.left", "not-a-variable"),
        (condition(left="clsoe"), f"{FIRST_CONDITION}.left.variable", "unknown-component"),
        (condition(left={"period": 5}), f"{FIRST_CONDITION}.left.variable", "missing-field"),
        (condition(operator=...), f"{FIRST_CONDITION}.operator", "missing-field"),
        (condition(operator="=>"), f"{FIRST_CONDITION}.operator", "unknown-component"),
        (condition(right=[50]), f"{FIRST_CONDITION}.right", "not-an-operand"),
        (condition(right=[]), f"{FIRST_CONDITION}.right", "not-an-operand"),
        (condition(right=[50, True]), f"{FIRST_CONDITION}.right[1]", "not-an-operand"),
        (condition(right=None), f"{FIRST_CONDITION}.right", "not-an-operand"),
        (condition(tolerance=2), f"{FIRST_CONDITION}.tolerance", "unknown-field"),
        (condition(left={"variable": "close", "unit": "7m"}), f"{FIRST_CONDITION}.left.unit", "not-a-choice"),
        (condition(left={"variable": "close", "ago": 0.5}), f"{FIRST_CONDITION}.left.ago", "not-a-whole-number"),
        (condition(left={"variable": "mean", "source": 4}), f"{FIRST_CONDITION}.left.source", "not-a-variable"),
        (
            condition(left={"variable": "mean", "source": {"variable": "close", "ago": 1}}),
            f"{FIRST_CONDITION}.left.source.ago",
            "unknown-field",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(document: object, place: str, reason: str) -> None:
    problem = the_problem(document)
    assert (problem.place, problem.reason) == (place, reason)


def test_all_that_is_wrong_is_told_at_once() -> None:
    document = condition(left="clsoe", operator="=>")
    document |= {"unit": "2m", "colour": "red", "risk": [{"risk": "max-position"}]}
    document["entry"]["levels"] = [{"level": "stop-distance", "time": 3}]
    assert [problem.place for problem in problems(document)] == [
        "colour",
        "unit",
        f"{FIRST_CONDITION}.left.variable",
        f"{FIRST_CONDITION}.operator",
        "entry.levels[0].time",
        "risk[0].risk",
    ]


@pytest.mark.parametrize(
    ("document", "nearest"),
    [
        (condition(left="clsoe"), "close"),
        (condition(left="Close"), "close"),
        (condition(left="times_fired"), "times-fired"),
        (condition(left="bitcoin"), ""),
        (condition(left="x" * 5_000), ""),
        (small(unit="60"), "60m"),
        (small(managment=[]), "management"),
        (rule(role="partial_exit"), "partial-exit"),
        (small(risk=[{"risk": "max-position"}]), "max-positions"),
        (small(risk=[{"risk": "max-positions", "cout": 3}]), "count"),
    ],
)
def test_the_word_that_was_meant_is_offered(document: object, nearest: str) -> None:
    assert the_problem(document).nearest == nearest


def test_a_problem_says_what_stands_there_and_what_would_be_right() -> None:
    problem = the_problem(small(policy={"x": 1}))
    assert (problem.reason, problem.found) == ("not-a-text", "{…}")
    problem = the_problem(small(policy="first"))
    assert (problem.found, problem.allowed) == ("first", "priority, conservative, merge")
    assert the_problem(small(policy="y" * 500)).found == "y" * 59 + "…"
    assert the_problem(condition(left=10**90)).found == "a number of many digits"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("", "1", "1"), ('{\n  "format": x}', "2", "13"), ('{"a": 1,}', "1", "8"), ('{"a": 1} {', "1", "10")],
)
def test_text_that_is_no_json_is_told_by_line_and_column(text: str, line: str, column: str) -> None:
    problem = the_problem(text)
    assert problem.reason == "not-json"
    assert dict(problem.names)["line"] == line
    # versions of Python differ by the comma they point at
    assert abs(int(dict(problem.names)["column"]) - int(column)) <= 1


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ('{"format": 1, "format": 2}', "format", "repeated-field"),
        ('{"risk": [{"count": 1, "count": 1}]}', "risk[0].count", "repeated-field"),
        ('{"risk": [{"count": NaN}]}', "risk[0].count", "not-finite"),
        ('{"x": -Infinity}', "x", "not-finite"),
        ('{"x": 1e999}', "x", "not-finite"),
        ('{"x": "\\ud800"}', "x", "not-unicode"),
        ('{"\\udc00": 1}', "", "not-unicode"),
        ('{"x": ' + "[" * 120 + "1" + "]" * 120 + "}", "x" + "[0]" * 98, "too-deep"),
        ("[" * 200_000, "", "too-deep"),
        ('{"x": ' + "9" * 5_000 + "}", "", "not-finite"),
        (" " * (LARGEST_DOCUMENT + 1), "", "too-large"),
    ],
)
def test_json_that_no_other_program_reads_alike_is_refused(text: str, place: str, reason: str) -> None:
    problem = the_problem(text)
    assert (problem.place, problem.reason) == (place, reason)


def test_a_file_full_of_mistakes_does_not_drown_its_reader() -> None:
    found = problems(small(**{f"field{index}": 1 for index in range(5_000)}))
    assert len(found) == MOST_PROBLEMS


def test_an_editor_may_put_a_mark_before_it() -> None:
    assert read_strategy("\ufeff" + WHOLE, REGISTRY) == DEFINITION


def test_spellings_that_mean_the_same_are_the_same() -> None:
    assert read(condition(left={"variable": "close"}, right=100.0)) == read(small())
    assert read(small(name={"en": "x"})) == read(small(name={"ko": "x", "en": "x"})) == read(small())
    assert read(small(version=1.0, management=[], risk=[], policy="priority")) == read(small())
    assert read(rule(strength=1, enabled=True, limits={"cooldown": 0, "rearm": "at-once"})) == read(small())
    assert read(small(risk=[{"risk": "max-positions", "count": 3.0}])).risk[0].get("count") == 3


def test_parameters_stand_in_the_order_of_their_declaration() -> None:
    left = {"variable": "mean", "source": "close", "period": 5}
    found = read(condition(left=left)).entry.rules[0].when.members[0]
    assert isinstance(found, Condition)
    assert [name for name, _value in found.left.parameters] == ["period", "source"]


def test_a_file_of_an_older_version_is_brought_to_this_one() -> None:
    document = small(version=-1, unit=..., minutes=5)

    def unit_has_a_name(old: dict[str, object]) -> dict[str, object]:
        old["unit"] = f"{old.pop('minutes')}m"
        return old

    def name_is_shouted(old: dict[str, object]) -> dict[str, object]:
        return {**old, "name": str(old["name"]).upper()}

    upgrades = {-1: unit_has_a_name, 0: name_is_shouted}
    found = read_strategy(json.dumps(document), REGISTRY, upgrades)
    assert (found.name, found.unit) == (Text("X", "X"), CandleUnit.MINUTES_5)
    with pytest.raises(InvalidStrategy) as refused:
        read_strategy(json.dumps(document), REGISTRY, {0: name_is_shouted})
    assert refused.value.problems[0].reason == "unknown-version"


def test_of_a_newer_version_nothing_else_is_judged() -> None:
    problem = the_problem({"format": FORMAT, "version": 2, "parts": []})
    assert (problem.reason, problem.found, problem.allowed) == ("newer-version", "2", "1…1")


def test_every_reason_of_reading_has_a_sentence() -> None:
    """Read from the source, so that a new one is not forgotten."""
    written = "".join(Path(inspect.getfile(module)).read_text("utf-8") for module in _READERS)
    reasons = set(re.findall(r'note\([^)]*?"([a-z]+(?:-[a-z]+)+|empty|repeated)"', written)) | {
        *re.findall(r'StrategyProblem\("", "([a-z-]+)"', written)
    }
    assert len(reasons) > 20
    assert reasons - OF_FILES.keys() <= {"unknown-component"}  # which checking tells too
    for problem in problems(condition(left="clsoe", operator="=>") | {"unit": "2m", "colour": "red", "name": ""}):
        if problem.reason in OF_FILES:
            words = {"found": problem.found, "allowed": problem.allowed, **dict(problem.names)}
            assert "{" not in OF_FILES[problem.reason].format(**words).en
