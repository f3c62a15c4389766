"""Strategies, built-in ones and allowed components in memory; tests/contract/test_strategy_store.py holds them to what
SQLite does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.strategy_versions import (
    NewVersion,
    SavedStrategy,
    StrategyVersion,
    is_same_name,
)
from upbit_auto_trading.utils.bilingual_text import Text


class MemoryStrategyStore:
    def __init__(self) -> None:
        self._saved: dict[str, SavedStrategy] = {}
        self._versions: dict[str, list[StrategyVersion]] = {}

    def all(self) -> tuple[SavedStrategy, ...]:
        kept = (one for one in self._saved.values() if one.deleted_at is None)
        return tuple(sorted(kept, key=lambda one: (one.name.ko, one.id)))

    def bin(self) -> tuple[SavedStrategy, ...]:
        deleted = [(one.deleted_at, one) for one in self._saved.values() if one.deleted_at is not None]
        return tuple(one for _at, one in sorted(deleted, key=lambda pair: pair[0], reverse=True))

    def read(self, strategy_id: str) -> SavedStrategy:
        if strategy_id not in self._saved:
            raise InvalidParameter("strategy", strategy_id, "strategy-gone")
        return self._saved[strategy_id]

    def version(self, strategy_id: str, number: int) -> StrategyVersion:
        found = next((one for one in self.history(strategy_id) if one.number == number), None)
        if found is None:
            raise InvalidParameter("version", number, "no-such-version")
        return found

    def history(self, strategy_id: str) -> tuple[StrategyVersion, ...]:
        self.read(strategy_id)
        return tuple(reversed(self._versions[strategy_id]))

    def create(self, strategy_id: str, new: NewVersion, saved_at: datetime) -> SavedStrategy:
        self._refuse_taken(strategy_id, new.name)
        version = _version(strategy_id, 1, new, saved_at)
        self._versions[strategy_id] = [version]
        self._saved[strategy_id] = SavedStrategy(strategy_id, saved_at, version)
        return self._saved[strategy_id]

    def add(self, strategy_id: str, new: NewVersion, saved_at: datetime, expected: int) -> SavedStrategy:
        saved = self.read(strategy_id)
        if saved.current.number != expected:
            raise InvalidParameter("version", expected, "changed-elsewhere", str(saved.current.number))
        self._refuse_taken(strategy_id, new.name)
        version = _version(strategy_id, expected + 1, new, saved_at)
        self._versions[strategy_id].append(version)
        self._saved[strategy_id] = replace(saved, current=version)
        return self._saved[strategy_id]

    def delete(self, strategy_id: str, deleted_at: datetime) -> None:
        saved = self.read(strategy_id)
        if saved.deleted_at is None:
            self._saved[strategy_id] = replace(saved, deleted_at=deleted_at)

    def restore(self, strategy_id: str) -> SavedStrategy:
        saved = self.read(strategy_id)
        self._refuse_taken(strategy_id, saved.name)
        self._saved[strategy_id] = replace(saved, deleted_at=None)
        return self._saved[strategy_id]

    def forget(self, strategy_id: str) -> None:
        if self.read(strategy_id).deleted_at is None:
            raise InvalidParameter("strategy", strategy_id, "not-in-the-bin")
        del self._saved[strategy_id], self._versions[strategy_id]

    def _refuse_taken(self, strategy_id: str, name: Text) -> None:
        if any(one.id != strategy_id and is_same_name(one.name, name) for one in self.all()):
            raise InvalidParameter("name", name.ko, "name-taken")


def _version(strategy_id: str, number: int, new: NewVersion, saved_at: datetime) -> StrategyVersion:
    return StrategyVersion(
        strategy_id, number, saved_at, new.name, new.document, new.fingerprint, new.origin, new.is_draft, new.note
    )


class MemoryAllowedComponents:
    def __init__(self) -> None:
        self._allowed: dict[str, str] = {}

    def all(self) -> frozenset[str]:
        return frozenset(self._allowed)

    def allow(self, fingerprint: str, file_name: str, allowed_at: datetime) -> None:
        self._allowed[fingerprint] = file_name

    def forbid(self, fingerprint: str) -> bool:
        return self._allowed.pop(fingerprint, None) is not None
