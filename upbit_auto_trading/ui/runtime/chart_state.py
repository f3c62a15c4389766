"""What a chart says of itself: whether there is something to see, and how far it can be relied on."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.live_candle import CandleFreshness, FreshnessState
from upbit_auto_trading.ui.runtime.chart_opening import ChartOpening
from upbit_auto_trading.ui.runtime.chart_ports import ChartPhase
from upbit_auto_trading.ui.runtime.chart_rows import ChartRows
from upbit_auto_trading.ui.runtime.exchange_link import LinkPhase
from upbit_auto_trading.ui.runtime.market_board import Freshness

#: a stream that begins says so first
_BEGINNING = frozenset({"no-stream", "connecting", "repairing"})


def phase_of(opening: ChartOpening, shown: ChartRows | None, link: LinkPhase) -> ChartPhase:
    if shown is None:
        return ChartPhase.LOADING
    has_rows = bool(len(shown))
    if opening.source is None:
        if link is LinkPhase.OPENING:
            return ChartPhase.READY if has_rows else ChartPhase.LOADING
        return ChartPhase.OFFLINE
    if has_rows:
        return ChartPhase.READY
    if opening.is_loading_newest or opening.rows is None:
        return ChartPhase.LOADING
    return ChartPhase.EMPTY if opening.error is None else ChartPhase.FAILED


class ChartPulse:
    """How fresh the series is that a chart follows, as last told."""

    def __init__(self) -> None:
        self._freshness: CandleFreshness | None = None
        self._was_fresh = False
        #: something was missed since it was fresh
        self._is_behind = False

    def note(self, freshness: CandleFreshness | None) -> None:
        self._freshness = freshness
        self._was_fresh |= self.is_fresh
        is_away = freshness is not None and freshness.state is FreshnessState.STALE
        self._is_behind = self._was_fresh and (is_away or (self._is_behind and not self.is_fresh))

    @property
    def is_fresh(self) -> bool:
        return self._freshness is not None and self._freshness.state is FreshnessState.FRESH

    def is_stale(self, prices: Freshness) -> bool:
        """A series that was never fresh yet is only beginning, unless it says why it cannot.

        One that asks for a single candle, because its stream began in the middle of it, is not.
        """
        if prices.state is not None and not prices.is_fresh:
            return True
        if self._freshness is None or self._was_fresh:
            return self._is_behind
        return self._freshness.state is FreshnessState.STALE and self._freshness.reason not in _BEGINNING
