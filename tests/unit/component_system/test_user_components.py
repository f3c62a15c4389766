"""Components of users: run only when allowed, named with line and reason when broken, and caught looking ahead."""

from __future__ import annotations

import inspect
import re
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path
from textwrap import dedent, indent

import pytest

from upbit_auto_trading.business_logic.domain.errors import InvalidStrategy
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind
from upbit_auto_trading.business_logic.ports.strategies import ComponentSource
from upbit_auto_trading.component_system import user_component_checks, user_components
from upbit_auto_trading.component_system.registry import Registry, built_in
from upbit_auto_trading.component_system.strategy_file import read_strategy
from upbit_auto_trading.component_system.user_component_text import REASONS, fault_sentence, file_sentence
from upbit_auto_trading.component_system.user_components import (
    FileFault,
    FileState,
    LoadedComponents,
    load_user_components,
)

HEAD = """\
import numpy as np

from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.variable import PRICE, CandleVariable, StateVariable
from upbit_auto_trading.component_system.operator import LookBackOperator, PointOperator
from upbit_auto_trading.utils.bilingual_text import Text


class Mine(CandleVariable, id="mine", title=Text("내 것", "Mine"), group=PRICE):
    period = declare.whole(5, Text("기간", "Period"), 1, 50)

    @property
    def own_needs(self):
        return self.period

    def compute(self, columns):
"""
#: of the last so many closes
GOOD = """\
close = columns.close
values = np.convolve(close, np.ones(self.period) / self.period)[: len(close)]
values[: self.period - 1] = np.nan
return values
"""


@cache
def registry() -> Registry:
    return built_in()


def source(text: str, name: str = "mine.py") -> ComponentSource:
    return ComponentSource(name, text, sha256(text.encode()).hexdigest())


def computing(body: str) -> str:
    return HEAD + indent(dedent(body), " " * 8)


def loaded(*sources: ComponentSource) -> LoadedComponents:
    return load_user_components(sources, frozenset(one.fingerprint for one in sources), registry())


def fault_of(text: str) -> FileFault:
    (file,) = loaded(source(text)).files
    assert file.state is FileState.BROKEN, file
    assert file.components == ()
    assert file.fault is not None
    told = file_sentence(file)
    assert "{" not in told.ko + told.en
    return file.fault


def test_a_good_one_is_used_like_those_of_the_program() -> None:
    found = loaded(source(computing(GOOD)))
    (file,) = found.files
    assert (file.state, file.components, file.fault) == (FileState.LOADED, ("user.mine",), None)
    component = found.registry.find(ComponentKind.VARIABLE, "user.mine")
    assert component is not None
    assert component.declaration.title.en == "Mine"
    assert registry().find(ComponentKind.VARIABLE, "user.mine") is None, "the built-in registry stays as it was"
    assert file_sentence(file).en == "mine.py: in use (user.mine)."


def test_the_example_of_the_page_is_a_good_one() -> None:
    page = Path(__file__).parents[3].joinpath("docs", "own-components.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```", page, re.S)
    assert found is not None
    assert loaded(source(found[1])).files[0].components == ("user.distance-from-high",)


def test_nothing_runs_before_its_content_was_allowed(capsys: pytest.CaptureFixture[str]) -> None:
    spoken = source(f"print('I ran')\n{computing(GOOD)}")
    found = load_user_components((spoken,), frozenset(), registry())
    assert [file.state for file in found.files] == [FileState.NOT_ALLOWED]
    assert len(found.registry) == len(registry())
    assert "I ran" not in capsys.readouterr().out
    load_user_components((spoken,), frozenset({spoken.fingerprint}), registry())
    assert "I ran" in capsys.readouterr().out


def test_a_content_that_changed_is_not_the_one_that_was_allowed() -> None:
    first, second = source(computing(GOOD)), source(computing(GOOD) + "# changed\n")
    found = load_user_components((second,), frozenset({first.fingerprint}), registry())
    assert found.files[0].state is FileState.NOT_ALLOWED


LOOKING_AHEAD = {
    "shifted by one candle": "return np.append(columns.close[1:], np.nan)",
    "shifted, its last known": "return np.append(columns.close[1:], columns.close[-1:])",
    "centred mean": """\
        padded = np.concatenate(([np.nan, np.nan], columns.close, [np.nan, np.nan]))
        return np.array([padded[place : place + 5].mean() for place in range(len(columns))])
        """,
    "centred mean that closes its end": """\
        close = columns.close
        return np.array([close[max(0, place - 2) : place + 3].mean() for place in range(len(close))])
        """,
    "the largest of all": "return columns.close / columns.close.max()",
    "the mean of all": "return columns.close - columns.close.mean()",
    "how many there are": "return columns.close * 0 + len(columns)",
    "the last one": "return columns.close * 0 + columns.close[-1]",
    "the last one, in the middle alone": """\
        values = columns.close.copy()
        values[len(values) // 2] = columns.close[-1]
        return values
        """,
    "backwards": "return np.minimum.accumulate(columns.low[::-1])[::-1].copy()",
    "gaps filled from behind": """\
        values = columns.close.copy()
        unknown = np.diff(columns.opened, prepend=columns.opened[0]) > 60
        following = np.append(values[1:], values[-1:])
        values[unknown] = following[unknown]
        return values
        """,
    "only on a jump": """\
        values = columns.close.copy()
        jumps = np.flatnonzero(np.abs(np.diff(values)) > values[:-1] * 0.3)
        values[jumps] = values[jumps + 1]
        return values
        """,
    "through another variable": """\
        from upbit_auto_trading.component_system.variables.prices import Close
        values = columns.of(Close())
        return np.append(values[1:], np.nan)
        """,
    "what was remembered of the whole": """\
        seen = type(self).__dict__.get("seen")
        if seen is None or len(seen) < len(columns):
            type(self).seen = seen = np.append(columns.close[1:], np.nan)
        return seen[: len(columns)].copy()
        """,
}


@pytest.mark.parametrize("how", LOOKING_AHEAD)
def test_a_look_ahead_is_named(how: str) -> None:
    body = LOOKING_AHEAD[how].replace("return ", "return ")
    text = computing(body).replace("return self.period\n", "return 1\n")
    fault = fault_of(text)
    assert (fault.reason, fault.component) == ("looks-ahead", "mine")
    assert fault.line == text.splitlines().index(next(one for one in text.splitlines() if one.startswith("class"))) + 1
    assert "later candles" in fault_sentence(fault).en


def line_with(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


@pytest.mark.parametrize(
    ("body", "reason", "at"),
    [
        ("return columns.close[1:]", "wrong-length", "class Mine"),
        ("return list(columns.close)", "no-column", "class Mine"),
        ("return columns.close > 5", "no-column", "class Mine"),
        ("return columns.close.reshape(-1, 1)", "no-column", "class Mine"),
        ("columns.close[0] = 5\nreturn columns.close", "writes-into-candles", "columns.close[0] = 5"),
        ("columns.opened.sort()\nreturn columns.close", "writes-into-candles", "columns.opened.sort()"),
        (
            "from upbit_auto_trading.component_system.variables.averages import Sma\n"
            "from upbit_auto_trading.component_system.variables.prices import Close\n"
            "columns.of(Sma(period=3, source=Close())).fill(5)\nreturn columns.close.copy()",
            "writes-into-candles",
            "fill(5)",
        ),
        ("return columns.close / zero", "raised", "columns.close / zero"),
        ("if len(columns) == 7: raise OSError('seven')\nreturn columns.close", "raised", "raise OSError"),
        ("import sys\nsys.exit(3)", "raised", "sys.exit"),
        ("return np.random.default_rng().random(len(columns))", "not-the-same-twice", "class Mine"),
        ("return np.cumsum(columns.volume)", "window-too-short", "class Mine"),
    ],
)
def test_what_is_broken_is_named_with_its_line(body: str, reason: str, at: str) -> None:
    text = computing(body).replace("return self.period\n", "return 1\n")
    fault = fault_of(text)
    assert (fault.reason, fault.component) == (reason, "mine")
    assert fault.line == line_with(text, at)


def test_a_value_before_the_candles_that_it_needs_is_named() -> None:
    fault = fault_of(computing("return columns.close.copy()"))
    assert (fault.reason, fault.detail) == ("known-before-its-needs", "1")


@pytest.mark.parametrize(
    ("old", "new", "reason", "detail"),
    [
        ('id="mine"', 'id="My Own"', "wrong-id", "My Own"),
        ("\"Mine\")", "\" \")", "no-title", ""),
        ("    def own_needs", "    def other", "not-finished", "own_needs"),
        ("    period = ", "    ago = ", "wrong-parameter-name", "ago"),
        ("    period = ", "    variable = ", "wrong-parameter-name", "variable"),
        ("whole(5,", "whole(500,", "default-out-of-bounds", "period: 500"),
        (", 1, 50)", ", 1, 50).__class__(declare.ParameterKind.CHOICE, 'a', Text('', ''))", "default-out-of-bounds",
         "period: a"),
        (", group=PRICE", "", "wrong-group", ""),
        ("return self.period\n", "return 0\n", "wrong-needs", "0, 0"),
        ("return self.period\n", "return 2.5\n", "wrong-needs", "2.5, 2.5"),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_named(old: str, new: str, reason: str, detail: str) -> None:
    text = computing(GOOD)
    assert old in text
    fault = fault_of(text.replace(old, new, 1))
    assert (fault.reason, fault.detail) == (reason, detail)
    assert fault.line == line_with(text, "class Mine")


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("x = 1\ndef (:\n", "no-python", 2),
        ("x = 1\n\n1 / 0\n", "raised", 3),
        ("import nothing_of_that_name\n", "raised", 1),
        ("raise SystemExit\n", "raised", 1),
        ("x = '\0'\n", None, None),
        ("from upbit_auto_trading.component_system.variables.prices import Close\n", "no-component", None),
    ],
)
def test_a_file_that_cannot_be_run_is_named(text: str, reason: str | None, line: int | None) -> None:
    fault = fault_of(text)
    assert reason in (None, fault.reason)
    assert line in (None, fault.line)


def test_a_file_that_is_no_text_is_named() -> None:
    bytes_only = ComponentSource("picture.py", None, "ab")
    (file,) = load_user_components((bytes_only,), frozenset({"ab"}), registry()).files
    assert file.fault == FileFault("not-text")


def test_two_files_cannot_have_one_id_and_the_first_stays() -> None:
    first, second = source(computing(GOOD), "a.py"), source(computing(GOOD) + "\n# mine\n", "b.py")
    found = loaded(first, second)
    assert [file.state for file in found.files] == [FileState.LOADED, FileState.BROKEN]
    assert found.files[1].fault is not None
    assert found.files[1].fault.reason == "id-taken"
    twice = computing(GOOD) + computing(GOOD).partition("Text\n")[2].replace("class Mine", "class Again")
    assert fault_of(twice).reason == "id-taken"


def test_a_broken_file_takes_nothing_with_it() -> None:
    found = loaded(source("1 / 0", "a.py"), source(computing(GOOD), "b.py"))
    assert [file.state for file in found.files] == [FileState.BROKEN, FileState.LOADED]
    assert found.registry.find(ComponentKind.VARIABLE, "user.mine") is not None


def test_a_strategy_says_which_component_is_missing() -> None:
    text = """{"format": "upbit-autotrader/strategy", "version": 1, "name": "x", "unit": "1m", "entry": {"rules": [
        {"id": "in", "role": "entry", "when": {"all": [{"left": "user.mine", "operator": ">", "right": 5}]},
         "action": {"action": "buy"}}]}}"""
    whole = loaded(source(computing(GOOD)))
    assert read_strategy(text, whole.registry).entry.rules[0].id == "in"
    broken = loaded(source("1 / 0"))
    with pytest.raises(InvalidStrategy) as refused:
        read_strategy(text, broken.registry)
    (problem,) = refused.value.problems
    assert (problem.reason, problem.found) == ("unknown-component", "user.mine")


STATE = (
    HEAD.partition("class Mine")[0]
    + """
class Gap(StateVariable, id="gap", title=Text("차이", "Gap"), group=PRICE):
    def value(self, view):
        return {value}
"""
)
OPERATOR = (
    HEAD.partition("class Mine")[0]
    + """
class Far(LookBackOperator, id="far", title=Text("멀리", "Far"), operands={operands}):
    @property
    def back(self):
        return {back}

    def over(self, left, *right):
        return {value}
"""
)


def test_state_is_the_same_of_one_candle_and_of_many() -> None:
    assert loaded(source(STATE.format(value="view.close - view.average"))).files[0].state is FileState.LOADED
    assert loaded(source(STATE.format(value="view.open_positions"))).files[0].state is FileState.LOADED
    assert fault_of(STATE.format(value="np.max(view.close)")).reason == "not-the-same-searched"
    assert fault_of(STATE.format(value="view.close * np.ones(20)")).reason == "not-the-same-searched"


def test_operators_do_not_look_ahead_either() -> None:
    good = OPERATOR.format(operands=1, back=0, value="left > right[0]")
    assert loaded(source(good)).files[0].components == ("user.far",)
    ahead = OPERATOR.format(operands=1, back=1, value="np.append(left[1:], 0) > right[0]")
    assert fault_of(ahead).reason == "looks-ahead"
    assert fault_of(OPERATOR.format(operands=1, back=1, value="left - right[0]")).reason == "no-column"
    assert fault_of(OPERATOR.format(operands=7, back=1, value="left > 0")).reason == "wrong-operands"
    assert fault_of(OPERATOR.format(operands=0, back="'x'", value="left > 0")).reason == "wrong-needs"


def test_other_kinds_are_taken_too() -> None:
    text = """
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.levels.stop_price import StopPrice
from upbit_auto_trading.component_system.sizing_component import SizingComponent
from upbit_auto_trading.utils.bilingual_text import Text


class AllOfIt(SizingComponent, id="all-of-it", title=Text("모두", "All of it")):
    after = declare.variable(None, Text("뒤", "After"))

    def funds(self, ask):
        return ask.free_cash


class Low(StopPrice, id="user.low-stop", title=Text("저가", "Low")):
    pass
"""
    assert loaded(source(text)).files[0].components == ("user.all-of-it", "user.low-stop")


def test_a_file_may_have_classes_of_its_own() -> None:
    text = computing(GOOD).replace("import numpy as np", "from dataclasses import dataclass\nimport numpy as np", 1)
    text = text.replace("class Mine", "@dataclass\nclass Pair:\n    one: 'int'\n\n\nclass Mine")
    assert loaded(source(text)).files[0].state is FileState.LOADED


def test_every_reason_has_a_sentence() -> None:
    written = "".join(Path(inspect.getfile(one)).read_text("utf-8") for one in (user_components, user_component_checks))
    reasons = set(re.findall(r'(?:FileFault|ComponentFault)\(\s*"([a-z-]+)"', written))
    assert reasons == REASONS
    assert not [name for name in sys.modules if name.startswith("mine")]
