"""Price alerts against the prices of trades: prices in, what was reached out. Pure; who calls it stores and tells.

An alert fires when a price lies at its price or beyond, and the one before lay on the other side: a jump over it, also
across a gap of the stream or while the program was off, counts as reached. Which side the last known price lay on is
kept with the alert, so a start goes on where the last run ended. A price that touched the alert and came back
while nobody watched left no trace, and nothing is told of it.

What fired and does not repeat is off from then on, so nothing fires twice, whatever is started again. One that
repeats rests for a minute, since a price that plays around it would fire with every trade.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from upbit_auto_trading.business_logic.domain.market import LastPrice, Market
from upbit_auto_trading.business_logic.domain.price_alert import AlertDirection, PriceAlert, Side, side_of

#: of an alert that repeats, from one firing to the next
REST = timedelta(minutes=1)
_OTHER = {Side.ABOVE: Side.BELOW, Side.BELOW: Side.ABOVE}
#: the side from which an alert of this direction is reached
_FIRES_FROM = {
    AlertDirection.CROSSES: frozenset(Side),
    AlertDirection.RISES_TO: frozenset({Side.BELOW}),
    AlertDirection.FALLS_TO: frozenset({Side.ABOVE}),
}


@dataclass(frozen=True, slots=True)
class AlertFired:
    """``alert`` as it is from now on."""

    alert: PriceAlert
    price: Decimal
    #: True: when it was reached nobody knows; the program was off, or there were no prices
    was_unwatched: bool


@dataclass(frozen=True, slots=True)
class AlertsChanged:
    """What one look at prices came to; ``moved`` are the alerts to be stored, those that fired included."""

    fired: tuple[AlertFired, ...] = ()
    moved: tuple[PriceAlert, ...] = ()


class PriceAlerts:
    def __init__(self) -> None:
        self._alerts: dict[str, PriceAlert] = {}
        self._of_market: dict[Market, dict[str, PriceAlert]] = {}
        #: markets whose prices were seen without a gap up to now
        self._watched: set[Market] = set()
        self._last: dict[Market, Decimal] = {}

    @property
    def alerts(self) -> Mapping[str, PriceAlert]:
        return MappingProxyType(self._alerts)

    def last_price(self, market: Market) -> Decimal | None:
        return self._last.get(market)

    def put(self, alert: PriceAlert) -> PriceAlert:
        """New, or in the place of the one with its id; with the side on which it lies now, where that is known."""
        known = self._last.get(alert.market) if alert.market in self._watched else None
        if known is not None:
            alert = replace(alert, side=side_of(known, alert.price))
        self._keep(alert)
        return alert

    def load(self, alerts: Iterable[PriceAlert]) -> None:
        """As they were stored, sides included."""
        for alert in alerts:
            self._keep(alert)

    def remove(self, alert_id: str) -> None:
        gone = self._alerts.pop(alert_id, None)
        if gone is not None:
            del self._of_market[gone.market][alert_id]

    def lose(self) -> None:
        """No prices came for a while: what is reached by the next one was reached nobody knows when."""
        self._watched.clear()

    def begin_anew(self, exchange: str) -> tuple[PriceAlert, ...]:
        """Other prices altogether (a practice market that starts over): no side counts any more. To be stored."""
        self._watched = {market for market in self._watched if market.exchange != exchange}
        self._last = {market: price for market, price in self._last.items() if market.exchange != exchange}
        forgotten = tuple(
            replace(alert, side=None)
            for alert in self._alerts.values()
            if alert.market.exchange == exchange and alert.side is not None
        )
        for alert in forgotten:
            self._keep(alert)
        return forgotten

    def process(self, prices: Iterable[LastPrice], now: datetime) -> AlertsChanged:
        fired: list[AlertFired] = []
        moved: dict[str, PriceAlert] = {}
        for last in prices:
            was_unwatched = last.market not in self._watched
            self._watched.add(last.market)
            self._last[last.market] = last.price
            for alert in tuple(self._of_market.get(last.market, {}).values()):
                after, has_fired = judged(alert, last.price, now)
                if after is alert:
                    continue
                self._keep(after)
                moved[after.id] = after
                if has_fired:
                    fired.append(AlertFired(after, last.price, was_unwatched))
        return AlertsChanged(tuple(fired), tuple(moved.values()))

    def _keep(self, alert: PriceAlert) -> None:
        self.remove(alert.id)
        self._alerts[alert.id] = alert
        self._of_market.setdefault(alert.market, {})[alert.id] = alert


def judged(alert: PriceAlert, price: Decimal, now: datetime) -> tuple[PriceAlert, bool]:
    """The alert after this price, itself where nothing about it has changed; and whether it fired."""
    if not alert.is_on:
        return alert, False
    side = side_of(price, alert.price)
    if alert.side is None:
        return alert if side is None else replace(alert, side=side), False
    if side is alert.side:
        return alert, False
    # a price exactly there has arrived at the other side, so that it does not arrive a second time by going on
    passed = replace(alert, side=side or _OTHER[alert.side])
    if alert.side not in _FIRES_FROM[alert.direction]:
        return passed, False
    if alert.fired_at is not None and alert.repeats and timedelta(0) <= now - alert.fired_at < REST:
        return passed, False
    return replace(passed, fired_at=now, is_on=alert.repeats), True
