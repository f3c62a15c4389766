"""What of live candles is done in the storage thread. NumPy is loaded there, after the first paint."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.live_candle import CandlesSettled, FollowedSeries
from upbit_auto_trading.business_logic.domain.market import ListedMarket
from upbit_auto_trading.business_logic.ports.kept_series import KeptSeries
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.ui.runtime.live_desk import CandleBatch

#: what is kept from the first start on, so that there is something to see: the first market that is listed
FIRST_UNIT = CandleUnit.MINUTE


@dataclass(frozen=True, slots=True)
class Identity:
    """``world`` tells practice markets apart: candles of one do not go on in another. None: there is only one."""

    exchange: str
    world: str | None
    markets: tuple[ListedMarket, ...]


def begin(stores: Stores, identity: Identity) -> tuple[FollowedSeries, ...]:
    """When an exchange was reached: what is to be followed there, and up to when it is known."""
    if identity.world is not None:
        stores.candles.identify(identity.exchange, identity.world)
    if identity.markets:
        stores.kept_series.begin_with(KeptSeries(identity.markets[0].market, FIRST_UNIT))
    return to_follow(stores, identity.exchange)


def to_follow(stores: Stores, exchange: str) -> tuple[FollowedSeries, ...]:
    return tuple(_followed(stores, kept) for kept in stores.kept_series.kept(exchange))


def _followed(stores: Stores, kept: KeptSeries) -> FollowedSeries:
    covered = stores.candles.covered(kept.market, kept.unit)
    newest = max((one.span.end for one in covered), default=None)
    return FollowedSeries(kept.market, kept.unit, newest)


def keep(stores: Stores, batch: CandleBatch) -> None:
    """Provisional ones in one transaction, then each range that was settled: it counts where both speak."""
    from upbit_auto_trading.business_logic.domain.candle_series import series_of

    stores.candles.append(batch.provisional, batch.told_at)
    for settled in joined(batch.settled):
        series = series_of(settled.market, settled.unit, settled.candles)
        stores.candles.write(series, settled.span, settled.origin, batch.told_at)


def joined(settled: Iterable[CandlesSettled]) -> tuple[CandlesSettled, ...]:
    """Those of one series and origin that follow each other become one."""
    result: list[CandlesSettled] = []
    newest: dict[tuple[object, ...], int] = {}
    for one in settled:
        place = newest.get((one.market, one.unit))
        before = None if place is None else result[place]
        if before is not None and before.span.end == one.span.start and before.origin is one.origin:
            assert place is not None
            span = Span(before.span.start, one.span.end)
            result[place] = CandlesSettled(one.market, one.unit, span, (*before.candles, *one.candles), one.origin)
        else:
            newest[one.market, one.unit] = len(result)
            result.append(one)
    return tuple(result)
