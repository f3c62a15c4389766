"""Which screen is shown, and the way back. Knows no widget."""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSignal


class Navigation(QObject):
    """Screens are named by id; a target may add a place inside (``settings/security``)."""

    shown = pyqtSignal(str, str)

    def __init__(self, screen_ids: tuple[str, ...], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._screen_ids = screen_ids
        self._visited: list[str] = []
        self._position = -1

    @property
    def current(self) -> str:
        return self._visited[self._position].partition("/")[0] if self._visited else ""

    @property
    def can_go_back(self) -> bool:
        return self._position > 0

    @property
    def can_go_forward(self) -> bool:
        return self._position < len(self._visited) - 1

    def show(self, target: str) -> None:
        screen, _, _place = target.partition("/")
        if screen not in self._screen_ids:
            raise KeyError(f"no screen {screen}")
        if not self._visited or self._visited[self._position] != target:
            del self._visited[self._position + 1 :]
            self._visited.append(target)
            self._position = len(self._visited) - 1
        self._announce()

    def back(self) -> None:
        if self.can_go_back:
            self._position -= 1
            self._announce()

    def forward(self) -> None:
        if self.can_go_forward:
            self._position += 1
            self._announce()

    def _announce(self) -> None:
        screen, _, place = self._visited[self._position].partition("/")
        self.shown.emit(screen, place)
