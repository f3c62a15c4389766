"""The user's component files of a data folder: what is there, what is allowed, and the registry with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.strategies import AllowedComponents, ComponentSource
from upbit_auto_trading.composition_root.market_data import prepared_folder
from upbit_auto_trading.composition_root.stored_for_reading import opened_for_reading
from upbit_auto_trading.config.app_paths import AppPaths, find_app_paths
from upbit_auto_trading.data_layer.storage.file_kinds import STRATEGIES_FILE
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.data_layer.user_component_files import FolderComponents

if TYPE_CHECKING:  # heavy: only where they are used
    from upbit_auto_trading.business_logic.domain.screen_variable import ScreenVariable
    from upbit_auto_trading.component_system.user_components import LoadedComponents


@dataclass(frozen=True, slots=True)
class ComponentDesk:
    """Each call looks anew, so a file that was just changed is not what was allowed."""

    paths: AppPaths
    clock: Clock

    def sources(self) -> tuple[ComponentSource, ...]:
        return FolderComponents(self.paths.components).all()

    def source(self, name: str) -> ComponentSource:
        """By the name of its file. Raises InvalidParameter ``component`` / no-such-file."""
        sources = self.sources()
        found = next((one for one in sources if one.name == name), None)
        if found is None:
            raise InvalidParameter("component", name, "no-such-file", ", ".join(one.name for one in sources))
        return found

    def loaded(self) -> LoadedComponents:
        """The components of the program with those of allowed files. Runs these."""
        from upbit_auto_trading.component_system.registry import built_in
        from upbit_auto_trading.component_system.user_components import load_user_components

        sources = self.sources()
        return load_user_components(sources, self._allowed() if sources else frozenset(), built_in())

    def screen_variables(self) -> Mapping[str, ScreenVariable]:
        """Those of screens, and each of strategies."""
        from upbit_auto_trading.business_logic.domain.screen_variables import BY_ID
        from upbit_auto_trading.component_system.screening import ScreenVariables

        return ScreenVariables(BY_ID, self.loaded().registry)

    def allow(self, source: ComponentSource) -> None:
        """Exactly this content. Raises AnotherInstanceRuns while a program uses the folder."""
        self._change(lambda store: store.allow(source.fingerprint, source.name, self.clock.now()))

    def forbid(self, source: ComponentSource) -> bool:
        """False where it was not allowed."""
        return bool(self._change(lambda store: store.forbid(source.fingerprint)))

    def _allowed(self) -> frozenset[str]:
        from upbit_auto_trading.data_layer.storage.allowed_components import SqliteAllowedComponents

        with opened_for_reading(self.paths, self.clock, STRATEGIES_FILE) as engine:
            return frozenset() if engine is None else SqliteAllowedComponents(engine).all()

    def _change(self, change: Callable[[AllowedComponents], object]) -> object:
        from upbit_auto_trading.data_layer.storage.allowed_components import SqliteAllowedComponents
        from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine

        with prepared_folder(self.paths, self.clock):
            engine = open_engine(self.paths.strategies_database, STRATEGIES_FILE)
            try:
                return change(SqliteAllowedComponents(engine))
            finally:
                close_engine(engine)


def component_desk(data_dir: Path | None) -> ComponentDesk:
    return ComponentDesk(find_app_paths(data_dir), SystemClock())
