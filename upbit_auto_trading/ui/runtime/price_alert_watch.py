"""Price alerts while the program runs, whichever screen is shown: judged by each price, stored, then told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.market import LastPrice, Market
from upbit_auto_trading.business_logic.domain.price_alert import PriceAlert, check_alert
from upbit_auto_trading.business_logic.domain.stream import StreamState, TopicKind
from upbit_auto_trading.business_logic.engine.price_alerts import AlertFired, PriceAlerts
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.ui.runtime.exchange_link import Connection
from upbit_auto_trading.ui.runtime.market_news import MarketNews
from upbit_auto_trading.ui.runtime.operation import OperationContext, StorageOperation
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text

#: of operations: alerts are others than they were
ALERTS_TOPIC = "alerts"
#: a price that plays around an alert changes its side with every trade: that is written at most so often
_SIDES_AFTER_MS = 2_000
_READING = Text("가격 알림 읽기", "Reading price alerts")
_SAVING = Text("가격 알림 저장", "Saving price alerts")


class PriceAlertWatch(QObject):
    """Lives in the UI thread. What fired is told once it is on the disk (or could not be written): so no start tells it
    again."""

    #: any alert is other than it was
    changed = pyqtSignal()
    fired = pyqtSignal(object)  # AlertFired
    #: an Exception: what was changed is not on the disk; it goes there with the next change
    not_saved = pyqtSignal(object)
    #: an Exception: the alerts of earlier runs are not known
    not_read = pyqtSignal(object)

    def __init__(self, operations: Operations, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._clock = clock
        self._rule = PriceAlerts()
        self._is_loaded = False
        #: what came before the alerts were read
        self._early: dict[Market, LastPrice] = {}
        self._unsaved: dict[str, PriceAlert | None] = {}
        self._worlds: dict[str, str | None] = {}
        self._sides = QTimer(self)
        self._sides.setSingleShot(True)
        self._sides.setInterval(_SIDES_AFTER_MS)
        self._sides.timeout.connect(self._save)

    @property
    def alerts(self) -> tuple[PriceAlert, ...]:
        """In the order in which they were made."""
        return tuple(sorted(self._rule.alerts.values(), key=lambda one: (one.created_at, one.id)))

    def of(self, market: Market) -> tuple[PriceAlert, ...]:
        return tuple(one for one in self.alerts if one.market == market)

    def get(self, alert_id: str) -> PriceAlert | None:
        return self._rule.alerts.get(alert_id)

    def last_price(self, market: Market) -> Decimal | None:
        return self._rule.last_price(market)

    # what the user does

    def put(self, alert: PriceAlert) -> None:
        """New, or in the place of the one with its id. Raises InvalidParameter."""
        check_alert(alert)
        before = self._rule.alerts.get(alert.id)
        if before is None or before.price != alert.price or not before.is_on:
            alert = replace(alert, side=None)
        self._unsaved[alert.id] = self._rule.put(alert)
        self._save()
        self.changed.emit()

    def switch(self, alert_id: str, is_on: bool) -> None:
        """On again it counts from the price of this moment, not from where it was."""
        alert = self._rule.alerts.get(alert_id)
        if alert is not None and alert.is_on != is_on:
            self.put(replace(alert, is_on=is_on))

    def delete(self, alert_ids: Iterable[str]) -> None:
        for alert_id in alert_ids:
            self._rule.remove(alert_id)
            self._unsaved[alert_id] = None
        self._save()
        self.changed.emit()

    # what happens

    def load(self) -> None:
        """Once the files are open."""

        def work(stores: Stores, _context: OperationContext) -> tuple[PriceAlert, ...]:
            return stores.alerts.all()

        self._operations.submit_to_storage(
            StorageOperation(_READING, work),
            initiator=self,
            on_success=self._take_stored,
            on_failure=self._take_nothing,
        )

    @pyqtSlot(object)
    def take_prices(self, prices: tuple[LastPrice, ...]) -> None:
        if not self._is_loaded:
            self._early.update((last.market, last) for last in prices)
            return
        self._judge(prices, self._clock.now())

    @pyqtSlot(object)
    def take_news(self, news: MarketNews) -> None:
        """Where prices stopped, what the next one passed was passed unwatched."""
        lost = any(
            one.topic.kind is TopicKind.PRICES and one.state in (StreamState.DOWN, StreamState.REPAIRING)
            for one in news.streams
        )
        if news.is_lost or lost:
            self._rule.lose()

    @pyqtSlot(object)
    def take_connection(self, connection: Connection) -> None:
        """Another practice market has other prices: none of them reaches what was set for the one before."""
        exchange = connection.exchange.name
        self._rule.lose()
        before = self._worlds.get(exchange)
        self._worlds[exchange] = connection.world
        if before is None or before == connection.world:
            return
        self._unsaved.update((one.id, one) for one in self._rule.begin_anew(exchange))
        self._save()
        self.changed.emit()

    # parts

    def _judge(self, prices: Iterable[LastPrice], now: datetime) -> None:
        result = self._rule.process(prices, now)
        if not result.moved:
            return
        self._unsaved.update((one.id, one) for one in result.moved)
        if result.fired:
            self._save(result.fired)
            self.changed.emit()
        elif not self._sides.isActive():
            self._sides.start()

    @pyqtSlot()
    def _save(self, then_tell: tuple[AlertFired, ...] = ()) -> None:
        sent = dict(self._unsaved)
        if not sent:
            return
        self._sides.stop()
        kept = tuple(one for one in sent.values() if one is not None)
        gone = tuple(alert_id for alert_id, one in sent.items() if one is None)

        def work(stores: Stores, _context: OperationContext) -> None:
            stores.alerts.change(kept, gone)

        def tell(_answer: object = None) -> None:
            for alert_id, one in sent.items():
                if alert_id in self._unsaved and self._unsaved[alert_id] == one:
                    del self._unsaved[alert_id]
            self._tell(then_tell)

        def fail(error: Exception) -> None:
            self._tell(then_tell)
            self.not_saved.emit(error)

        self._operations.submit_to_storage(
            StorageOperation(_SAVING, work, ALERTS_TOPIC),
            initiator=self,
            on_success=tell,
            on_failure=fail,
        )

    def _tell(self, fired: tuple[AlertFired, ...]) -> None:
        for one in fired:
            self.fired.emit(one)

    def _take_stored(self, alerts: tuple[PriceAlert, ...]) -> None:
        self._rule.load(one for one in alerts if one.id not in self._unsaved)
        self._begin()

    def _take_nothing(self, error: Exception) -> None:
        self._begin()
        self.not_read.emit(error)

    def _begin(self) -> None:
        early, self._early, self._is_loaded = tuple(self._early.values()), {}, True
        self.changed.emit()
        self._judge(early, self._clock.now())
