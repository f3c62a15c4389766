"""What the use cases know of strategies: how they are read, written and judged, with the components of one registry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from upbit_auto_trading.business_logic.domain.strategy_definition import StrategyDefinition, StrategyProblem
from upbit_auto_trading.business_logic.domain.strategy_versions import BuiltInStrategy
from upbit_auto_trading.business_logic.use_cases.check_at_saving import check_at_saving
from upbit_auto_trading.component_system.checking import problems_in
from upbit_auto_trading.component_system.compiler import compile_strategy
from upbit_auto_trading.component_system.half_read import read_or_tell_all
from upbit_auto_trading.component_system.registry import Registry
from upbit_auto_trading.component_system.strategy_file import read_strategy, renamed_document, write_strategy
from upbit_auto_trading.utils.bilingual_text import Text


@dataclass(frozen=True, slots=True)
class ComponentLanguage:
    """Implements ``StrategyLanguage``."""

    registry: Registry

    def read(self, text: str) -> StrategyDefinition:
        return read_or_tell_all(text, self.registry)

    def write(self, definition: StrategyDefinition) -> str:
        return write_strategy(definition)

    def problems(self, definition: StrategyDefinition) -> tuple[StrategyProblem, ...]:
        """What can be compiled is run on made candles too: whether anything in it knows what comes after."""
        return problems_in(definition, self.registry) or tuple(self._biases(definition))

    def _biases(self, definition: StrategyDefinition) -> Iterator[StrategyProblem]:
        found = check_at_saving(compile_strategy(definition, self.registry))
        for ahead in {one.name: one for one in found.look_ahead}.values():
            yield StrategyProblem("", "looks-ahead", ahead.name)
        for late in {one.name: one for one in found.warm_up}.values():
            yield StrategyProblem("", "warm-up-too-short", late.name, names=(("candles", str(late.window)),))

    def renamed(self, document: str, name: Text) -> str:
        return renamed_document(document, name)


@dataclass(frozen=True, slots=True)
class ShippedStrategies:
    """Implements ``BuiltInStrategies`` over the texts of files, by id."""

    texts: Mapping[str, str]
    registry: Registry

    def all(self) -> tuple[BuiltInStrategy, ...]:
        return tuple(self._read(strategy_id) for strategy_id in sorted(self.texts))

    def _read(self, strategy_id: str) -> BuiltInStrategy:
        definition = read_strategy(self.texts[strategy_id], self.registry)
        return BuiltInStrategy(strategy_id, definition.name, definition.description, write_strategy(definition))
