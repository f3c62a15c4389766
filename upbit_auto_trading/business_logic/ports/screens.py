"""Where saved screens are kept: work of the user, so beside the strategies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from upbit_auto_trading.business_logic.domain.screen import Screen, ScreenProblem


@dataclass(frozen=True, slots=True)
class SavedScreen:
    """``screen`` is None where it cannot be read (a newer version wrote it); it stays as it is, and ``problems`` say
    why."""

    name: str
    saved_at: datetime
    screen: Screen | None
    problems: tuple[ScreenProblem, ...] = ()


class ScreenStore(Protocol):
    """By name, which is data: any text of ``screen.name_problems`` without problems."""

    def all(self) -> tuple[SavedScreen, ...]:
        """By name."""

    def read(self, name: str) -> SavedScreen | None: ...

    def save(self, screen: Screen, saved_at: datetime) -> None:
        """In the place of one of the same name. Raises InvalidScreen where name or shape do not hold."""

    def rename(self, name: str, new_name: str, saved_at: datetime) -> None:
        """Raises InvalidParameter: ``screen`` / no-such-screen, ``name`` / name-taken; InvalidScreen for a bad name."""

    def delete(self, name: str) -> bool:
        """False where there was none."""
