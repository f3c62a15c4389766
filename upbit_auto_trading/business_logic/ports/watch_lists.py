"""Where watch lists are kept: work of the user, with the settings."""

from __future__ import annotations

from typing import Protocol

from upbit_auto_trading.business_logic.domain.watch_list import WatchLists


class WatchListStore(Protocol):
    def read(self) -> WatchLists:
        """The first, empty list where nothing was written yet."""

    def write(self, lists: WatchLists) -> None:
        """All or nothing, in the place of what was there: names, numbers and both orders."""
