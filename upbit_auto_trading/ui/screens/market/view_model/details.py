"""What is known of one market beside its prices: since when, what happened to it, what is stored of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_changes import KnownMarket, MarketEvent
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.market_data_services import CANDLES_TOPIC
from upbit_auto_trading.ui.market_notices import MARKETS_TOPIC
from upbit_auto_trading.ui.runtime.operation import Operation, StorageOperation
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:  # columns of candles, and with them NumPy
    from upbit_auto_trading.business_logic.ports.candle_store import SeriesFacts

_READING = Text("종목 정보 읽기", "Reading about the market")
_COUNTING = Text("저장한 캔들 세기", "Counting stored candles")
_MOST_EVENTS = 100


@dataclass(frozen=True, slots=True)
class DetailsState:
    market: Market | None = None
    #: None: not read yet, or never recorded
    known: KnownMarket | None = None
    #: newest first; None: not read yet
    events: tuple[MarketEvent, ...] | None = None
    #: of this market, by unit; None: not read yet
    stored: tuple[SeriesFacts, ...] | None = None
    error: Exception | None = None

    @property
    def first_candle_at(self) -> datetime | None:
        firsts = [one.first_at for one in self.stored or () if one.first_at is not None]
        return min(firsts, default=None)


class DetailsModel(QObject):
    """Lives in the UI thread; reads only while somebody looks."""

    state_changed = pyqtSignal(object)

    def __init__(self, services: AppServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._is_watched = False
        self._is_behind = False
        self.state = DetailsState()
        services.operations.changed.connect(self._hear_of)

    def show_market(self, market: Market | None) -> None:
        if market != self.state.market:
            self.state = DetailsState(market)
            self.state_changed.emit(self.state)
            self._read()

    def watch(self, is_watched: bool) -> None:
        self._is_watched = is_watched
        if is_watched and self._is_behind:
            self._read()

    @pyqtSlot(str, object)
    def _hear_of(self, topic: str, _initiator: object) -> None:
        if topic in (CANDLES_TOPIC, MARKETS_TOPIC):
            self._read()

    def _read(self) -> None:
        market = self.state.market
        self._is_behind = not self._is_watched
        if market is None or not self._is_watched:
            return
        operations, data = self._services.operations, self._services.market_data
        operations.submit_to_storage(
            StorageOperation(
                _READING,
                lambda stores, _context: (
                    next((one for one in stores.market_list.markets(market.exchange) if one.market == market), None),
                    stores.market_list.history(market, _MOST_EVENTS),
                ),
            ),
            initiator=self,
            on_success=lambda found: self._change(market, known=found[0], events=found[1], error=None),
            on_failure=lambda error: self._change(market, error=error),
        )
        operations.run_in_background(
            Operation(_COUNTING, lambda _context: data.read_inventory()),
            initiator=self,
            on_success=lambda facts: self._change(market, stored=tuple(f for f in facts if f.market == market)),
            on_failure=lambda error: self._change(market, error=error),
        )

    def _change(self, market: Market, **changes: object) -> None:
        """An answer about a market that is not looked at any more counts no more."""
        if market == self.state.market:
            self.state = replace(self.state, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
            self.state_changed.emit(self.state)
