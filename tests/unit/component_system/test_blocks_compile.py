"""Ready-made parts with any values that they allow, and every strategy that comes with the program."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.declared_values import uses_of
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    ComponentKind,
    ParameterValue,
    Part,
    Role,
    StrategyDefinition,
    Use,
)
from upbit_auto_trading.business_logic.ports.strategy import Buy
from upbit_auto_trading.component_system.block import BlockComponent, PartKind
from upbit_auto_trading.component_system.checking import problems_in
from upbit_auto_trading.component_system.compiler import compile_strategy
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.part_writing import all_of, compare
from upbit_auto_trading.component_system.registry import built_in
from upbit_auto_trading.component_system.strategy_file import read_strategy, write_strategy
from upbit_auto_trading.config.app_paths import resources_folder
from upbit_auto_trading.utils.bilingual_text import Text

REGISTRY = built_in()
BLOCKS = tuple(one for one in REGISTRY.of(ComponentKind.BLOCK) if issubclass(one, BlockComponent))
FILES = sorted((resources_folder() / "strategies").glob("*.json"))
ENTER = Part(block=Use(ComponentKind.BLOCK, "ma-cross"))
RSI_IS_HIGH = all_of(compare(variable_use("rsi"), ">", 70.0))
#: a part of whatever else is wrong, and no fault of the block: what is drawn is not always possible together
BY_CHANCE = {"stop-missing", "targets-over-whole", "never-true"}


@cache
def a_strategy(block: Use, part_kind: PartKind) -> StrategyDefinition:
    part = Part(block=block)
    if part_kind is PartKind.ENTRY:
        return StrategyDefinition(Text("시험", "Trial"), CandleUnit.MINUTE, part)
    return StrategyDefinition(Text("시험", "Trial"), CandleUnit.MINUTE, ENTER, (part,))


@pytest.mark.parametrize("block", BLOCKS, ids=lambda one: one.declaration.id)
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_block_with_any_values_that_it_allows_can_be_run(block: type[BlockComponent], data: st.DataObject) -> None:
    use = data.draw(uses_of(ComponentKind.BLOCK, block.declaration.id, REGISTRY))
    if block.declaration.id == "signal-exit":
        use = use.having("when", RSI_IS_HIGH)
    definition = a_strategy(use, block.part_kind)

    problems = [one for one in problems_in(definition, REGISTRY) if one.reason not in BY_CHANCE]
    assert problems == []
    if not problems_in(definition, REGISTRY):
        plan = compile_strategy(definition, REGISTRY)
        part = plan.entry if block.part_kind is PartKind.ENTRY else plan.management[0]
        assert part.rules or part.levels
    again = read_strategy(write_strategy(definition), REGISTRY)
    assert again == definition


@pytest.mark.parametrize("block", BLOCKS, ids=lambda one: one.declaration.id)
def test_a_block_of_which_nothing_is_written_can_be_run(block: type[BlockComponent]) -> None:
    needed: tuple[tuple[str, ParameterValue], ...] = ()
    if block.declaration.id == "signal-exit":
        needed = (("when", RSI_IS_HIGH),)

    plan = compile_strategy(
        a_strategy(Use(ComponentKind.BLOCK, block.declaration.id, needed), block.part_kind), REGISTRY
    )

    assert len(plan.rules) >= 1


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.stem)
def test_a_strategy_that_comes_with_the_program_can_be_run(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    definition = read_strategy(text, REGISTRY)

    assert problems_in(definition, REGISTRY) == ()
    assert write_strategy(definition) == text
    for one in (definition.name, definition.description):
        assert one.ko
        assert one.en
        assert one.ko != one.en or one.en.isascii()
    plan = compile_strategy(definition, REGISTRY)
    assert any(isinstance(rule.action, Buy) and rule.role is Role.ENTRY for rule in plan.rules)


def test_two_averages_of_the_same_candles_never_cross() -> None:
    block = Use(ComponentKind.BLOCK, "ma-cross", (("fast", 20), ("slow", 20)))

    assert [one.reason for one in problems_in(a_strategy(block, PartKind.ENTRY), REGISTRY)] == ["never-true"]


def test_every_block_comes_as_a_strategy_of_its_own() -> None:
    assert {one.stem for one in FILES} == {one.declaration.id for one in BLOCKS} | {"ema-rsi-atr", "basic-seven-rules"}


@pytest.mark.parametrize("block", BLOCKS, ids=lambda one: one.declaration.id)
def test_a_strategy_of_a_block_uses_that_block(block: type[BlockComponent]) -> None:
    text = (resources_folder() / "strategies" / f"{block.declaration.id}.json").read_text(encoding="utf-8")

    parts = read_strategy(text, REGISTRY).parts

    assert block.declaration.id in [part.block.id for part in parts if part.block is not None]
