"""Price alerts as the chart window shows them: by market on a chart, all of them in a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum
from uuid import uuid4

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.price_alert import MOST_ALERTS, PriceAlert
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.ui.charts.alert_wish import AlertWish
from upbit_auto_trading.ui.notices import NoticeLevel, Notices
from upbit_auto_trading.ui.runtime.price_alert_watch import PriceAlertWatch
from upbit_auto_trading.utils.bilingual_text import Text

_FULL = Text("알림을 더 만들 수 없어요", "No more alerts can be added")
_FULL_LINE = Text(
    "{most}개까지 만들 수 있어요. 쓰지 않는 것을 지우세요.", "There can be {most}. Delete those you no longer need."
)


class AlertState(Enum):
    WAITING = "waiting"
    FIRED = "fired"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class AlertRow:
    alert: PriceAlert
    name: Text
    last: Decimal | None

    @property
    def distance(self) -> Decimal | None:
        """From the last price to the alert's."""
        return self.alert.price / self.last - 1 if self.last else None

    @property
    def state(self) -> AlertState:
        if self.alert.is_on:
            return AlertState.WAITING
        return AlertState.OFF if self.alert.fired_at is None else AlertState.FIRED

    @property
    def fired_at(self) -> datetime | None:
        return self.alert.fired_at


@dataclass(frozen=True, slots=True)
class AlertsState:
    rows: tuple[AlertRow, ...] = ()
    #: None: those of all markets are listed
    market: Market | None = None
    #: of all markets
    total: int = 0


class AlertsViewModel(QObject):
    """``changed`` when any alert is other than it was; ``state_changed`` for the list."""

    changed = pyqtSignal()
    state_changed = pyqtSignal(object)

    def __init__(
        self,
        watch: PriceAlertWatch,
        clock: Clock,
        notices: Notices,
        name_of: Callable[[Market], Text],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._watch = watch
        self._clock = clock
        self._notices = notices
        self._name_of = name_of
        self._state = AlertsState()
        watch.changed.connect(self._follow)
        watch.changed.connect(self.changed)
        self._follow()

    @property
    def state(self) -> AlertsState:
        return self._state

    # of a chart

    def shown(self, market: Market) -> tuple[PriceAlert, ...]:
        """Those that can be reached."""
        return tuple(one for one in self._watch.of(market) if one.is_on)

    def last_price(self, market: Market) -> Decimal | None:
        return self._watch.last_price(market)

    def add(self, market: Market, wish: AlertWish) -> None:
        if len(self._watch.alerts) >= MOST_ALERTS:
            self._notices.add(NoticeLevel.WARNING, _FULL, _FULL_LINE.format(most=MOST_ALERTS))
            return
        made = PriceAlert(uuid4().hex, market, wish.price, self._clock.now(), wish.direction, wish.note, wish.repeats)
        self._watch.put(made)

    def change(self, alert: PriceAlert, wish: AlertWish) -> None:
        """As it is by now: it may have fired while it was asked about. One that is changed is on again."""
        known = self._watch.get(alert.id)
        if known is not None:
            changed = replace(
                known,
                price=wish.price,
                direction=wish.direction,
                note=wish.note,
                repeats=wish.repeats,
                is_on=True,
            )
            self._watch.put(changed)

    def delete(self, alert: PriceAlert) -> None:
        self._watch.delete((alert.id,))

    # of the list

    def list_market(self, market: Market | None) -> None:
        if market != self._state.market:
            self._state = replace(self._state, market=market)
            self._follow()

    def switch(self, alert: PriceAlert, is_on: bool) -> None:
        self._watch.switch(alert.id, is_on)

    def delete_fired(self) -> None:
        """What has done its work, of those that are listed."""
        self._watch.delete([row.alert.id for row in self._state.rows if row.state is AlertState.FIRED])

    def refresh(self) -> None:
        """Distances are others; called while the list is seen."""
        self._follow()

    @pyqtSlot()
    def _follow(self) -> None:
        wanted = self._state.market
        alerts = self._watch.alerts
        rows = tuple(
            AlertRow(one, self._name_of(one.market), self._watch.last_price(one.market))
            for one in alerts
            if wanted in (None, one.market)
        )
        state = replace(self._state, rows=rows, total=len(alerts))
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
