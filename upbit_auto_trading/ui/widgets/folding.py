"""Panels one above the other in a splitter: each folds to its header, and its neighbour takes the room."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import QSplitter, QWidget

from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.ui.widgets.panel import FOLDED_HEIGHT, Panel

_UNLIMITED = 16777215  # QWIDGETSIZE_MAX


class Folding(QObject):
    """``names`` are those of the splitter's places, from the top; a place is a panel or a :class:`Later` of one.

    A splitter remembers how its places share the room while one of them may not have its share, and shares it so again
    once it may. That is why nothing here sets sizes: a place that is folded is only held to the height of its header.
    """

    #: something was folded or unfolded; what is kept of a layout is written then
    changed = pyqtSignal()

    def __init__(self, splitter: QSplitter, names: Sequence[str]) -> None:
        super().__init__(splitter)
        self._splitter = splitter
        self._names = tuple(names)
        self._folded: set[str] = set()
        self._panels: dict[str, Panel] = {}
        self._sizes: list[int] | None = None
        for name in self._names:
            place = self._place(name)
            if isinstance(place, Panel):
                self._take(name, place)
            elif isinstance(place, Later):
                self._await(name, place)

    @property
    def folded(self) -> list[str]:
        """As they are kept: names from the top."""
        return [name for name in self._names if name in self._folded]

    @property
    def sizes(self) -> list[int]:
        """Of the places with all of them unfolded."""
        return self._splitter.sizes() if self._sizes is None else list(self._sizes)

    def restore(self, folded: object, sizes: Sequence[int]) -> None:
        """What was kept, once the splitter has its sizes. One always stays unfolded, whatever was kept."""
        known = [name for name in self._names if isinstance(folded, list) and name in folded]
        if not known or len(known) == len(self._names):
            return
        self._sizes = list(sizes)
        for name in known:
            self._fold(name, True)

    def _place(self, name: str) -> QWidget:
        place = self._splitter.widget(self._names.index(name))
        assert place is not None
        return place

    def _await(self, name: str, place: Later[Panel]) -> None:
        place.made.connect(lambda: self._take(name, place.content))

    def _take(self, name: str, panel: Panel) -> None:
        self._panels[name] = panel
        panel.set_collapsed(name in self._folded)
        panel.collapsed_changed.connect(lambda collapsed: self._follow(name, collapsed))

    def _follow(self, name: str, collapsed: bool) -> None:
        """Folding the last one unfolds its neighbour: the button never has to refuse, and one press changes over."""
        if collapsed == (name in self._folded):
            return
        if collapsed and not self._folded:
            self._sizes = self._splitter.sizes()
        self._fold(name, collapsed)
        if len(self._folded) == len(self._names):
            at = self._names.index(name)
            self._fold(self._names[at + 1 if at + 1 < len(self._names) else at - 1], False)
        if not self._folded:
            self._sizes = None
        self.changed.emit()

    def _fold(self, name: str, folded: bool) -> None:
        (self._folded.add if folded else self._folded.discard)(name)
        place = self._place(name)
        if name in self._panels:
            self._panels[name].set_collapsed(folded)
        if place is not self._panels.get(name):
            place.setMaximumHeight(FOLDED_HEIGHT if folded else _UNLIMITED)
        self._free_lines()

    def _free_lines(self) -> None:
        """A line can be drawn elsewhere only where both of what it parts may be of another height."""
        for at in range(1, len(self._names)):
            handle = self._splitter.handle(at)
            can_move = not self._folded.intersection(self._names[at - 1 : at + 1])
            if handle is not None and handle.isEnabled() != can_move:
                handle.setEnabled(can_move)
                handle.setCursor(Qt.CursorShape.SplitVCursor if can_move else Qt.CursorShape.ArrowCursor)
