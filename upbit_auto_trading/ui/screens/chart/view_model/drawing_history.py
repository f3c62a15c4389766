"""What was done to the drawings of one market, backwards and forwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from upbit_auto_trading.business_logic.domain.drawing import Drawing

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Step:
    """Each drawing that it touched as it was and as it became; None: it was not there."""

    changes: tuple[tuple[str, Drawing | None, Drawing | None], ...]
    by_key: bool = False

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(drawing_id for drawing_id, _, _ in self.changes)

    def reversed(self) -> Step:
        return Step(tuple((drawing_id, after, before) for drawing_id, before, after in self.changes))


class DrawingHistory:
    """The drawings of a market, by the steps that led to them."""

    def __init__(self, drawings: Iterable[Drawing] = ()) -> None:
        self._drawings = {one.id: one for one in drawings}
        self._done: list[Step] = []
        self._undone: list[Step] = []

    @property
    def drawings(self) -> tuple[Drawing, ...]:
        return tuple(sorted(self._drawings.values(), key=lambda one: (one.created_at, one.id)))

    def get(self, drawing_id: str) -> Drawing | None:
        return self._drawings.get(drawing_id)

    def replace_all(self, drawings: Iterable[Drawing]) -> None:
        """As they were read anew: what was changed elsewhere is not undone from here."""
        read = {one.id: one for one in drawings}
        if read != self._drawings:
            self._drawings = read
            self._done.clear()
            self._undone.clear()

    def put(self, drawings: Iterable[Drawing], *, by_key: bool = False) -> Step | None:
        return self._do(tuple((one.id, self._drawings.get(one.id), one) for one in drawings), by_key)

    def remove(self, drawings: Iterable[Drawing]) -> Step | None:
        known = [one for one in drawings if one.id in self._drawings]
        return self._do(tuple((one.id, self._drawings[one.id], None) for one in known), False)

    def undo(self) -> Step | None:
        if not self._done:
            return None
        step = self._done.pop()
        self._undone.append(step)
        back = step.reversed()
        self._apply(back)
        return back

    def redo(self) -> Step | None:
        if not self._undone:
            return None
        step = self._undone.pop()
        self._done.append(step)
        self._apply(step)
        return step

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    def _do(self, changes: tuple[tuple[str, Drawing | None, Drawing | None], ...], by_key: bool) -> Step | None:
        changes = tuple(change for change in changes if change[1] != change[2])
        if not changes:
            return None
        step = Step(changes, by_key)
        last = self._done[-1] if self._done else None
        self._apply(step)
        self._undone.clear()
        if last is not None and by_key and last.by_key and last.ids == step.ids:
            before = {drawing_id: was for drawing_id, was, _ in last.changes}
            merged = tuple((drawing_id, before[drawing_id], after) for drawing_id, _, after in changes)
            self._done[-1] = Step(merged, by_key=True)
        else:
            self._done.append(step)
            del self._done[:-_LONGEST]
        return step

    def _apply(self, step: Step) -> None:
        for drawing_id, _, after in step.changes:
            if after is None:
                self._drawings.pop(drawing_id, None)
            else:
                self._drawings[drawing_id] = after
