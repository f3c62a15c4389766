"""Where strategies are kept, and how they are written and judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from upbit_auto_trading.business_logic.domain.strategy_definition import StrategyDefinition, StrategyProblem
from upbit_auto_trading.business_logic.domain.strategy_versions import (
    BuiltInStrategy,
    NewVersion,
    SavedStrategy,
    StrategyVersion,
)
from upbit_auto_trading.utils.bilingual_text import Text


class StrategyStore(Protocol):
    """Versions are added and never changed. ``expected`` is the version that the caller saw last: where another window
    saved since, InvalidParameter ``version`` / changed-elsewhere is raised and nothing is written.

    All that name a strategy raise InvalidParameter ``strategy`` / strategy-gone.
    """

    def all(self) -> tuple[SavedStrategy, ...]:
        """By name, without those in the bin."""

    def bin(self) -> tuple[SavedStrategy, ...]:
        """The newest deleted first."""

    def read(self, strategy_id: str) -> SavedStrategy: ...

    def version(self, strategy_id: str, number: int) -> StrategyVersion:
        """Raises InvalidParameter ``version`` / no-such-version."""

    def history(self, strategy_id: str) -> tuple[StrategyVersion, ...]:
        """The newest first."""

    def create(self, strategy_id: str, new: NewVersion, saved_at: datetime) -> SavedStrategy:
        """Raises InvalidParameter ``name`` / name-taken."""

    def add(self, strategy_id: str, new: NewVersion, saved_at: datetime, expected: int) -> SavedStrategy:
        """Becomes the current one. Raises InvalidParameter ``name`` / name-taken."""

    def delete(self, strategy_id: str, deleted_at: datetime) -> None:
        """Into the bin."""

    def restore(self, strategy_id: str) -> SavedStrategy:
        """Out of the bin. Raises InvalidParameter ``name`` / name-taken where another has its name by now."""

    def forget(self, strategy_id: str) -> None:
        """With all its versions. Only out of the bin: InvalidParameter ``strategy`` / not-in-the-bin."""


class StrategyLanguage(Protocol):
    """What ``component_system`` knows of strategies."""

    def read(self, text: str) -> StrategyDefinition:
        """Raises InvalidStrategy."""

    def write(self, definition: StrategyDefinition) -> str: ...

    def problems(self, definition: StrategyDefinition) -> tuple[StrategyProblem, ...]:
        """Why it cannot be run; empty where it can."""

    def renamed(self, document: str, name: Text) -> str:
        """A document that was kept, under another name; also where a component of it is missing by now. Raises
        InvalidStrategy for a name that cannot be used."""


class BuiltInStrategies(Protocol):
    def all(self) -> tuple[BuiltInStrategy, ...]:
        """By id."""


class AllowedComponents(Protocol):
    """Contents of user component files that the user allowed to run after reading them, by SHA-256."""

    def all(self) -> frozenset[str]: ...

    def allow(self, fingerprint: str, file_name: str, allowed_at: datetime) -> None: ...

    def forbid(self, fingerprint: str) -> bool:
        """False where it was not allowed."""


@dataclass(frozen=True, slots=True)
class ComponentSource:
    """A Python file of the user. ``text`` is None where it is no text; ``fingerprint`` is the SHA-256 of its bytes."""

    name: str
    text: str | None
    fingerprint: str


class ComponentFiles(Protocol):
    def all(self) -> tuple[ComponentSource, ...]:
        """By name. Raises StorageError."""
