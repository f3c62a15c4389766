"""Ready-made parts. Base of what is declared in ``entries/`` and ``management/``."""

from __future__ import annotations

from abc import abstractmethod
from enum import Enum
from typing import ClassVar

from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Part
from upbit_auto_trading.component_system.declaration import Component


class PartKind(Enum):
    ENTRY = "entry"
    MANAGEMENT = "management"


class BlockComponent(Component):
    """Its parameters that are uses of components or groups of conditions stay what was written: it puts them into the
    part, which is then checked and compiled like one that was written out."""

    kind = ComponentKind.BLOCK
    part_kind: ClassVar[PartKind]
    __slots__ = ()

    @abstractmethod
    def part(self) -> Part:
        """Ids of rules are its own: the compiler puts a prefix before them, and before what refers to them, so that two
        blocks never clash (``m1.add`` in the first management part, ``e.cross`` in the entry part)."""
