"""The library of strategies: what may be saved, as what, and how one comes back to an earlier version."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import count

import numpy as np
import pytest

from build_scripts.write_strategy_pages import PAGE
from tests.fakes.fake_clock import START, FakeClock
from tests.fakes.memory_strategies import MemoryStrategyStore
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, InvalidStrategy
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    ComponentKind,
    Condition,
    Group,
    GroupKind,
    Part,
    StrategyDefinition,
    Use,
)
from upbit_auto_trading.business_logic.domain.strategy_versions import Origin
from upbit_auto_trading.business_logic.ports.strategy import Columns
from upbit_auto_trading.business_logic.use_cases.save_strategy import StrategyLibrary
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.registry import Registry, built_in
from upbit_auto_trading.component_system.strategy_file import read_strategy, write_strategy
from upbit_auto_trading.component_system.strategy_language import ComponentLanguage, ShippedStrategies
from upbit_auto_trading.component_system.strategy_problem_text import placed_sentence
from upbit_auto_trading.component_system.variable import PRICE, VOLUME, CandleVariable
from upbit_auto_trading.utils.bilingual_text import Text


@cache
def registry() -> Registry:
    return built_in()


@cache
def example() -> str:
    found = re.search(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert found is not None
    return found[1]


@cache
def definition() -> StrategyDefinition:
    return read_strategy(example(), registry())


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def library(clock: FakeClock) -> StrategyLibrary:
    numbers = count(1)
    return StrategyLibrary(
        MemoryStrategyStore(),
        ComponentLanguage(registry()),
        ShippedStrategies({"ema-cross": example()}, registry()),
        clock,
        lambda: f"id-{next(numbers)}",
    )


UNRUNNABLE = replace(definition(), entry=Part(), name=Text("초안", "Draft"))
SLOWER = replace(definition(), unit=CandleUnit.HOUR)


def test_a_strategy_is_saved_as_it_will_be_read(library: StrategyLibrary, clock: FakeClock) -> None:
    saved = library.create(definition(), note="first")
    assert (saved.id, saved.created_at, saved.name) == ("id-1", START, definition().name)
    assert (saved.current.origin, saved.current.note, saved.current.is_draft) == (Origin.WRITTEN, "first", False)
    assert read_strategy(saved.current.document, registry()) == definition()
    clock.advance(60)
    again = library.save("id-1", SLOWER, expected=1)
    assert (again.current.number, again.current.saved_at, again.created_at) == (2, clock.now(), START)
    assert library.store.all() == (again,)


def test_what_cannot_be_run_is_kept_only_as_a_draft(library: StrategyLibrary) -> None:
    with pytest.raises(InvalidStrategy) as refused:
        library.create(UNRUNNABLE)
    assert [problem.reason for problem in refused.value.problems] == ["no-entry-rule"]
    assert library.store.all() == ()
    draft = library.create(UNRUNNABLE, is_draft=True)
    assert draft.current.is_draft
    with pytest.raises(InvalidStrategy):
        library.save(draft.id, UNRUNNABLE, expected=1)
    mended = library.save(draft.id, definition(), expected=1, is_draft=True)
    assert not mended.current.is_draft, "nothing is wrong with it any more"


def test_a_form_that_nobody_could_read_again_is_not_written(library: StrategyLibrary) -> None:
    with pytest.raises(InvalidStrategy) as refused:
        library.create(replace(definition(), name=Text("", "")), is_draft=True)
    assert refused.value.problems[0].place == "name"
    with pytest.raises(InvalidParameter) as too_long:
        library.create(definition(), note="x" * 501)
    assert too_long.value.name == "note"


def test_saving_the_same_again_makes_no_version(library: StrategyLibrary) -> None:
    first = library.create(definition())
    assert library.save(first.id, definition(), expected=1) == first
    library.save(first.id, SLOWER, expected=1)
    with pytest.raises(InvalidParameter) as refused:
        library.save(first.id, SLOWER, expected=1)
    assert refused.value.reason == "changed-elsewhere"


def test_rolling_back_is_a_new_version_like_the_old_one(library: StrategyLibrary) -> None:
    first = library.create(definition())
    library.save(first.id, replace(SLOWER, name=Text("다른", "Other")), expected=1)
    back = library.roll_back(first.id, 1, expected=2)
    assert (back.current.number, back.current.origin, back.current.note) == (3, Origin.ROLLED_BACK, "1")
    assert (back.current.document, back.name) == (first.current.document, first.name)
    assert len(library.store.history(first.id)) == 3
    with pytest.raises(InvalidParameter):
        library.roll_back(first.id, 9, expected=3)


def test_a_copy_has_a_name_of_its_own(library: StrategyLibrary) -> None:
    first = library.create(definition())
    names = [library.copy(first.id).name.en for _ in range(2)] + [library.copy_built_in("ema-cross").name.en]
    name = definition().name.en
    assert names == [f"{name} (2)", f"{name} (3)", f"{name} (4)"]
    for saved in library.store.all():
        assert read_strategy(saved.current.document, registry()).name == saved.name
    copied = library.store.read("id-2")
    assert (copied.current.origin, copied.current.is_draft) == (Origin.COPIED, False)
    with pytest.raises(InvalidParameter) as refused:
        library.copy_built_in("x")
    assert (refused.value.name, refused.value.reason) == ("strategy", "strategy-gone")


def test_those_of_the_program_are_listed_as_written(library: StrategyLibrary) -> None:
    (shipped,) = library.built_in_ones()
    assert (shipped.id, shipped.name) == ("ema-cross", definition().name)
    assert shipped.document == write_strategy(definition())


def test_a_file_of_somebody_else_is_taken_in(library: StrategyLibrary) -> None:
    saved = library.take_in(example(), note="from a friend")
    assert (saved.current.origin, saved.current.note, saved.current.is_draft) == (
        Origin.IMPORTED,
        "from a friend",
        False,
    )
    assert library.take_in(write_strategy(UNRUNNABLE)).current.is_draft
    with pytest.raises(InvalidStrategy):
        library.take_in("{}")
    assert len(library.store.all()) == 2


def test_a_new_name_is_in_the_document_too(library: StrategyLibrary) -> None:
    first = library.create(definition())
    renamed = library.rename(first.id, Text("새 이름", "New name"), expected=1)
    assert read_strategy(renamed.current.document, registry()) == replace(
        definition(), name=Text("새 이름", "New name")
    )
    assert renamed.current.origin is Origin.RENAMED
    with pytest.raises(InvalidStrategy):
        library.rename(first.id, Text("a\nb", "x"), expected=2)
    with pytest.raises(InvalidParameter):
        library.rename(first.id, Text("x", "x"), expected=1)


def test_a_strategy_whose_component_is_gone_is_kept_and_can_be_renamed(library: StrategyLibrary) -> None:
    first = library.create(definition())
    without = Registry(one for one in registry() if one.declaration.id != "rsi")
    poorer = replace(library, language=ComponentLanguage(without))
    renamed = poorer.rename(first.id, Text("이름", "Name"), expected=1)
    assert "rsi" in renamed.current.document
    back = poorer.roll_back(first.id, 1, expected=2)
    assert back.current.is_draft, "it cannot be run without its component"
    with pytest.raises(InvalidStrategy) as refused:
        poorer.compare(first.current, renamed.current)
    assert refused.value.problems[0].found == "rsi"
    assert not library.copy(first.id).current.is_draft


def test_versions_are_compared(library: StrategyLibrary) -> None:
    first = library.create(definition())
    second = library.save(first.id, SLOWER, expected=1)
    (change,) = library.compare(first.current, second.current)
    assert (change.place, change.before, change.after) == ("unit", CandleUnit.MINUTE, CandleUnit.HOUR)


def test_what_is_deleted_lies_in_the_bin(library: StrategyLibrary, clock: FakeClock) -> None:
    first = library.create(definition())
    library.delete(first.id)
    assert library.store.all() == ()
    assert [(one.id, one.deleted_at) for one in library.store.bin()] == [(first.id, clock.now())]
    assert library.create(definition()).id == "id-2"


class Tomorrow(CandleVariable, id="tomorrow", title=Text("내일", "Tomorrow"), group=PRICE):
    """As it would be if its file had not been checked."""

    @property
    def own_needs(self) -> int:
        return 1

    def compute(self, columns: Columns) -> Floats:
        return np.append(columns.close[1:], np.nan)


class Forever(CandleVariable, id="forever", title=Text("영원히", "Forever"), group=VOLUME):
    @property
    def own_needs(self) -> int:
        return 1

    def compute(self, columns: Columns) -> Floats:
        return np.cumsum(columns.volume)


@pytest.mark.parametrize(
    ("name", "right", "reason"), [("tomorrow", "close", "looks-ahead"), ("forever", 5.0, "warm-up-too-short")]
)
def test_what_knows_the_future_is_not_saved(library: StrategyLibrary, name: str, right: object, reason: str) -> None:
    biased = replace(library, language=ComponentLanguage(registry().having((Tomorrow, Forever))))
    side = variable_use(right) if isinstance(right, str) else float(str(right))
    condition = Condition(variable_use(name), Use(ComponentKind.OPERATOR, ">"), (side,))
    rule = replace(definition().entry.rules[0], when=Group(GroupKind.ALL, (condition,)))
    strategy = replace(definition(), entry=Part(rules=(rule,)))
    with pytest.raises(InvalidStrategy) as refused:
        biased.create(strategy)
    problem = next(one for one in refused.value.problems if one.found == name)
    assert problem.reason == reason
    told = placed_sentence(problem)
    assert name in told.en
    assert "{" not in told.ko + told.en
    assert biased.create(strategy, is_draft=True).current.is_draft
