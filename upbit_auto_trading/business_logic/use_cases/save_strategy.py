"""Saving, copying, renaming, deleting strategies, and going back to an earlier version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, InvalidStrategy
from upbit_auto_trading.business_logic.domain.strategy_definition import StrategyDefinition
from upbit_auto_trading.business_logic.domain.strategy_difference import Change, differences
from upbit_auto_trading.business_logic.domain.strategy_versions import (
    BuiltInStrategy,
    NewVersion,
    Origin,
    SavedStrategy,
    StrategyVersion,
    is_same_name,
)
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.strategies import BuiltInStrategies, StrategyLanguage, StrategyStore
from upbit_auto_trading.utils.bilingual_text import Text

LONGEST_NOTE = 500
_COPY = Text("{name} ({number})", "{name} ({number})")


@dataclass(frozen=True, slots=True)
class StrategyLibrary:
    """Of one data folder. Every change is a new version; ``expected`` is the version that the caller saw last."""

    store: StrategyStore
    language: StrategyLanguage
    built_in: BuiltInStrategies
    clock: Clock
    new_id: Callable[[], str]

    def create(self, definition: StrategyDefinition, *, is_draft: bool = False, note: str = "") -> SavedStrategy:
        """Raises InvalidStrategy where it cannot be run and is no draft."""
        new = self._judged(definition, Origin.WRITTEN, is_draft, note)
        return self.store.create(self.new_id(), new, self.clock.now())

    def save(
        self,
        strategy_id: str,
        definition: StrategyDefinition,
        expected: int,
        *,
        is_draft: bool = False,
        note: str = "",
    ) -> SavedStrategy:
        """As :meth:`create`; what is the same as the current version makes none."""
        return self._add(strategy_id, self._judged(definition, Origin.WRITTEN, is_draft, note), expected)

    def take_in(self, text: str, *, note: str = "") -> SavedStrategy:
        """From a file that somebody else wrote. One that cannot be run is a draft; one that cannot be read is
        refused with InvalidStrategy. Where its name is taken it gets a number."""
        definition = self.language.read(text)
        return self._copied(self.language.write(definition), definition.name, Origin.IMPORTED, note)

    def copy(self, strategy_id: str) -> SavedStrategy:
        current = self.store.read(strategy_id).current
        return self._copied(current.document, current.name, Origin.COPIED, "")

    def copy_built_in(self, built_in_id: str) -> SavedStrategy:
        """Raises InvalidParameter ``strategy`` / strategy-gone."""
        found = next((one for one in self.built_in.all() if one.id == built_in_id), None)
        if found is None:
            raise InvalidParameter("strategy", built_in_id, "strategy-gone")
        return self._copied(found.document, found.name, Origin.COPIED, "")

    def rename(self, strategy_id: str, name: Text, expected: int) -> SavedStrategy:
        """Also of one that cannot be read any more, as a component of it is missing."""
        current = self.store.read(strategy_id).current
        document = self.language.renamed(current.document, name)
        return self._add(strategy_id, NewVersion(name, document, Origin.RENAMED, current.is_draft), expected)

    def roll_back(self, strategy_id: str, number: int, expected: int) -> SavedStrategy:
        """By a new version that is equal to the old one: nothing of what came between is lost."""
        old = self.store.version(strategy_id, number)
        new = NewVersion(old.name, old.document, Origin.ROLLED_BACK, self._is_draft(old.document), str(number))
        return self._add(strategy_id, new, expected)

    def compare(self, before: StrategyVersion, after: StrategyVersion) -> tuple[Change, ...]:
        """Raises InvalidStrategy where one of them cannot be read."""
        return differences(self.language.read(before.document), self.language.read(after.document))

    def built_in_ones(self) -> tuple[BuiltInStrategy, ...]:
        return self.built_in.all()

    def delete(self, strategy_id: str) -> None:
        """Into the bin."""
        self.store.delete(strategy_id, self.clock.now())

    def _judged(self, definition: StrategyDefinition, origin: Origin, is_draft: bool, note: str) -> NewVersion:
        """As it will be read again: canonical, and complete in its form."""
        if len(note) > LONGEST_NOTE:
            raise InvalidParameter("note", note, "note-too-long", f"0…{LONGEST_NOTE}")
        document = self.language.write(definition)
        definition = self.language.read(document)
        problems = self.language.problems(definition)
        if problems and not is_draft:
            raise InvalidStrategy(problems)
        return NewVersion(definition.name, self.language.write(definition), origin, bool(problems), note)

    def _is_draft(self, document: str) -> bool:
        """By what is known today: a component may have gone since."""
        try:
            return bool(self.language.problems(self.language.read(document)))
        except InvalidStrategy:
            return True

    def _add(self, strategy_id: str, new: NewVersion, expected: int) -> SavedStrategy:
        saved = self.store.read(strategy_id)
        is_same = saved.current.document == new.document and saved.current.is_draft == new.is_draft
        if is_same and saved.current.number == expected:
            return saved
        return self.store.add(strategy_id, new, self.clock.now(), expected)

    def _copied(self, document: str, name: Text, origin: Origin, note: str) -> SavedStrategy:
        taken = [one.name for one in self.store.all()]
        free, number = name, 1
        while any(is_same_name(free, one) for one in taken):
            number += 1
            free = _COPY.format(name=name, number=number)
        if free != name:
            document = self.language.renamed(document, free)
        new = NewVersion(free, document, origin, self._is_draft(document), note)
        return self.store.create(self.new_id(), new, self.clock.now())
