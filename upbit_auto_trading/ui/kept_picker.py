"""Favourites and what was used last of every picker of components, kept over a restart and shared by all of them.

An indicator that was marked on a chart is marked in the screener too, which knows it with a unit: "rsi" as "rsi@60m".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from upbit_auto_trading.ui.picker_entry import MOST_RECENT, PickerMemory, picker_memory

if TYPE_CHECKING:
    from upbit_auto_trading.ui.layout_memory import LayoutMemory

_MEMORY: Final = "component-picker"
_UNIT: Final = "@"
#: what one picker does not offer is not forgotten because another was used
_MOST_KEPT: Final = 4 * MOST_RECENT


class KeptPicker:
    def __init__(self, layouts: LayoutMemory) -> None:
        self._layouts = layouts

    def memory(self, offered: Iterable[str]) -> PickerMemory:
        """For a picker with these entries; with none of them known yet, all there is."""
        kept = self._kept()
        names = {_component(one): one for one in offered}
        recent = tuple(names.get(one, "") if names else one for one in kept.recent)
        return PickerMemory(
            tuple(names.get(one, one) for one in kept.favourites), tuple(one for one in recent if one)[:MOST_RECENT]
        )

    def keep(self, memory: PickerMemory) -> None:
        recent = tuple(_component(one) for one in memory.recent)
        others = tuple(one for one in self._kept().recent if one not in recent)
        favourites = tuple(dict.fromkeys(_component(one) for one in memory.favourites))
        kept = PickerMemory(favourites, (*recent, *others)[:_MOST_KEPT])
        self._layouts.write_values(_MEMORY, dict(kept.tree()))

    def _kept(self) -> PickerMemory:
        kept = self._layouts.read_values(_MEMORY)
        if kept:
            return picker_memory(kept, _MOST_KEPT)
        from upbit_auto_trading.ui.charts.study_names import FIRST_FAVOURITES

        return PickerMemory(FIRST_FAVOURITES)


def _component(entry_id: str) -> str:
    return entry_id.partition(_UNIT)[0]
