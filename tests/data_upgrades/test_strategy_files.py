"""Strategy files as each release wrote them, opened by today's code: they can be run and mean what they meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from upbit_auto_trading.business_logic.domain.strategy_definition import StrategyDefinition
from upbit_auto_trading.component_system.compiler import compile_explained
from upbit_auto_trading.component_system.registry import built_in
from upbit_auto_trading.component_system.strategy_file import read_strategy

FILES = sorted(Path(__file__).parent.glob("version_*/strategies/*.json"))
#: what each did in its release: rules by id, and what each does
MEANT = {
    "ema-rsi-atr": {"golden-cross": "entry: buy", "dead-cross": "exit: sell"},
    "basic-seven-rules": {
        "rsi-entry": "entry: buy",
        "crash": "protect: sell",
        "surge": "manage: switch-rules",
        "trail": "exit: sell",
        "sell-after-adds": "exit: sell",
        "add-on-rise": "scale-in: buy",
        "add-on-fall": "scale-in: buy",
    },
}


def test_every_release_left_files() -> None:
    assert {file.stem for file in FILES} == set(MEANT)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.parent.name}/{file.stem}")
def test_a_strategy_of_a_release_is_run_as_it_was(file: Path) -> None:
    registry = built_in()
    compiled = compile_explained(read_strategy(file.read_text(encoding="utf-8"), registry), registry)
    assert rules_of(compiled.definition) == MEANT[file.stem]


def rules_of(definition: StrategyDefinition) -> dict[str, str]:
    return {rule.id: f"{rule.role.value}: {rule.action.id}" for rule in definition.rules()}
