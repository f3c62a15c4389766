"""What a column of a table declares: how a row's value is read, shown, coloured and sorted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Any

from PyQt6.QtCore import Qt

from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words

Row = Any
"""A frozen value of the screen; the columns know how to read it."""


class CellKind(Enum):
    TEXT = "text"
    NUMBER = "number"
    STATE = "state"
    MODE = "mode"
    METER = "meter"
    SPARKLINE = "sparkline"
    ACTIONS = "actions"


@dataclass(frozen=True, slots=True)
class CellState:
    """Icon and word of a state."""

    text: Words
    token: str = "t2"
    icon: Icon | None = None
    chip: bool = True


@dataclass(frozen=True, slots=True)
class CellAction:
    id: str
    text: Words
    icon: Icon | None = None
    enabled: bool = True
    #: of the icon; one with a token stands without a frame, as a mark that can be pressed
    token: str | None = None


def nothing(_row: Row) -> Any:
    return None


@dataclass(frozen=True, slots=True)
class Column:
    """``value`` is sorted by and watched for the flash; ``text`` is shown (for numbers "–" where None)."""

    key: str
    title: Words
    value: Callable[[Row], Any]
    text: Callable[[Row], Words] | None = None
    kind: CellKind = CellKind.TEXT
    width: int = 96
    token: Callable[[Row], str | None] = field(default=nothing)
    suffix: Callable[[Row], str | None] = field(default=nothing)
    icon: Callable[[Row], CellState | None] = field(default=nothing)
    tip: Callable[[Row], Words | None] = field(default=nothing)
    #: where something else than these is painted: what its cell depends on
    look: Callable[[Row], Any] | None = None
    bold: bool = False
    flash: bool = False
    arrow: bool = False
    align_point: bool = False
    sortable: bool = True
    stretch: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind is CellKind.NUMBER


class CellRole(IntEnum):
    COLUMN = Qt.ItemDataRole.UserRole + 1
    ROW = Qt.ItemDataRole.UserRole + 2
    FLASH = Qt.ItemDataRole.UserRole + 3
    SORT = Qt.ItemDataRole.UserRole + 4
