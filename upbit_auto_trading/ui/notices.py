"""What the program has to tell, kept for the bell; a toast only repeats it (nothing exists in a toast alone)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from PyQt6.QtCore import QObject, pyqtSignal

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.utils.bilingual_text import Text

_KEPT = 200


class NoticeLevel(Enum):
    SUCCESS = "success"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class NoticeAction:
    label: Text
    run: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Notice:
    number: int
    happened_at: datetime
    level: NoticeLevel
    title: Text
    body: Text
    is_read: bool = False
    action: NoticeAction | None = None


class Notices(QObject):
    """The list behind the bell, newest first. Lives in the UI thread."""

    added = pyqtSignal(object)
    changed = pyqtSignal()

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._notices: list[Notice] = []
        self._count = 0

    def add(
        self,
        level: NoticeLevel,
        title: Text,
        body: Text,
        action: NoticeAction | None = None,
        happened_at: datetime | None = None,
    ) -> Notice:
        """``happened_at``: where it is told later; else now."""
        self._count += 1
        notice = Notice(self._count, happened_at or self._clock.now(), level, title, body, action=action)
        self._notices.insert(0, notice)
        del self._notices[_KEPT:]
        self.added.emit(notice)
        self.changed.emit()
        return notice

    def all(self) -> tuple[Notice, ...]:
        return tuple(self._notices)

    def unread_count(self) -> int:
        return sum(not notice.is_read for notice in self._notices)

    def problem_count(self) -> int:
        """Unread warnings and errors, for the status bar."""
        grave = (NoticeLevel.WARNING, NoticeLevel.ERROR)
        return sum(not notice.is_read and notice.level in grave for notice in self._notices)

    def mark_all_read(self) -> None:
        self._notices = [replace(notice, is_read=True) for notice in self._notices]
        self.changed.emit()
