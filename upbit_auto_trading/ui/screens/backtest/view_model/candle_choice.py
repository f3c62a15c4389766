"""What a backtest runs on: markets and a range of stored candles, what of it is unknown, or the candles of a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.ports.downloads import (
    DownloadEntry,
    DownloadPhase,
    DownloadPlan,
    DownloadRequest,
)
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.backtest_services import BacktestServices, StoredFacts
from upbit_auto_trading.ui.forms.day_text import NO_DAY, parse_end, parse_moment, shown_day
from upbit_auto_trading.ui.market_data_services import CANDLES_TOPIC
from upbit_auto_trading.ui.runtime.operation import Operation
from upbit_auto_trading.utils.bilingual_text import Text

MONTH, QUARTER, YEAR, ALL, OWN = "month", "quarter", "year", "all", "own"
PRESETS: Final = (MONTH, QUARTER, YEAR, ALL)
STORED, FILE = "stored", "file"
_LENGTHS: Final = {MONTH: timedelta(days=30), QUARTER: timedelta(days=91), YEAR: timedelta(days=365)}
_FIRST_CODE: Final = "KRW-BTC"
_FIRST_EXCHANGE: Final = "practice"
_KEPT: Final = "backtest.candles"
_NOT_BEFORE: Final = Text("끝이 시작보다 뒤여야 해요.", "The end must lie after the start.")
_LOOKING: Final = Text("저장된 캔들 확인", "Looking at the stored candles")
_LISTING: Final = Text("저장된 종목 확인", "Listing the stored markets")


@dataclass(frozen=True, slots=True)
class DownloadOffer:
    """What is unknown can be fetched."""

    requests: tuple[DownloadRequest, ...]
    pages: int
    seconds: float
    #: the exchange keeps nothing so old
    out_of_reach: Span | None = None


@dataclass(frozen=True, slots=True)
class CandleState:
    listed: tuple[ListedMarket, ...] = ()
    source: str = STORED
    markets: tuple[Market, ...] = ()
    file: str | None = None
    #: whose ticks, minimum and fee the candles of the file have; None: nobody's
    file_market: Market | None = None
    preset: str = MONTH
    from_text: str = ""
    to_text: str = ""
    from_error: Text | None = None
    to_error: Text | None = None
    #: None: not looked at yet
    facts: tuple[StoredFacts, ...] | None = None
    facts_error: Exception | None = None
    offer: DownloadOffer | None = None
    offer_error: Exception | None = None
    #: of the markets and the unit of the form, under way
    downloads: tuple[DownloadEntry, ...] = ()

    @property
    def is_complete(self) -> bool:
        return bool(self.facts) and all(one.is_complete for one in self.facts or ())

    @property
    def is_empty(self) -> bool:
        """Of some market nothing at all is stored."""
        return self.facts is not None and any(one.known is None for one in self.facts)

    @property
    def start(self) -> datetime | None:
        return None if self.preset == ALL else parse_moment(self.from_text)

    @property
    def end(self) -> datetime | None:
        return None if self.preset == ALL else parse_end(self.to_text)


class CandleChoice(QObject):
    """Lives in the UI thread. What is stored is looked at anew with each change; an older answer counts no more."""

    state_changed = pyqtSignal(object)

    def __init__(self, services: AppServices, backtests: BacktestServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations, self._layouts = services.operations, services.layouts
        self._data, self._backtests = services.market_data, backtests
        self._unit: CandleUnit | None = None
        self._asked = 0
        self._inventory: tuple[Market, ...] = ()
        #: those that the strategy names
        self._own_markets: tuple[Market, ...] = ()
        self._state = self._restored()
        #: the user has chosen markets: a strategy's own do not replace them any more
        self._is_chosen = bool(self._state.markets)
        self.destroyed.connect(self._data.downloads.on_changed(self._take_entries))
        self._data.link.opened.connect(self._list_markets)
        self._operations.changed.connect(self._follow)

    @property
    def state(self) -> CandleState:
        return self._state

    def start(self) -> None:
        def take(found: tuple[Any, ...]) -> None:
            self._inventory = tuple(dict.fromkeys(one.market for one in found))
            self._list_markets()

        operation = Operation(_LISTING, lambda _context: self._data.read_inventory())
        self._operations.run_in_background(
            operation, initiator=self, on_success=take, on_failure=lambda _error: self._list_markets()
        )

    # what the user does

    def use_strategy(self, unit: CandleUnit, markets: tuple[Market, ...]) -> None:
        """Its own markets, where the user has not chosen any."""
        is_same = unit is self._unit
        self._unit, self._own_markets = unit, markets
        if markets and not self._is_chosen:
            self._change(markets=markets)
        elif is_same and self._state.facts is not None:
            return
        self.look()

    def add_market(self, market: Market) -> None:
        if market not in self._state.markets:
            self._choose_markets((*self._state.markets, market))

    def remove_market(self, market: Market) -> None:
        self._choose_markets(tuple(one for one in self._state.markets if one != market))

    def choose_source(self, source: str) -> None:
        self._change(source=source)
        self._keep()
        self.look()

    def choose_file(self, path: str) -> None:
        self._change(file=path, source=FILE)
        self._keep()

    def choose_file_market(self, market: Market | None) -> None:
        self._change(file_market=market)
        self._keep()

    def choose_preset(self, preset: str) -> None:
        self._change(preset=preset, from_error=None, to_error=None)
        self._keep()
        self.look()

    def type_from(self, text: str) -> None:
        self._type(from_text=text)

    def type_to(self, text: str) -> None:
        self._type(to_text=text)

    def download(self) -> None:
        """Everything that is unknown; what is known is not fetched again."""
        for request in () if self._state.offer is None else self._state.offer.requests:
            self._data.downloads.add(request)
        self._change(offer=None)

    def _choose_markets(self, markets: tuple[Market, ...]) -> None:
        self._is_chosen = True
        self._change(markets=markets)
        self._keep()
        self.look()

    def _type(self, **texts: str) -> None:
        if all(getattr(self._state, name) == text for name, text in texts.items()):
            return
        self._change(preset=OWN, **texts)
        start, end = parse_moment(self._state.from_text), parse_end(self._state.to_text)
        crossed = start is not None and end is not None and end <= start
        self._change(
            from_error=NO_DAY if start is None else None,
            to_error=NO_DAY if end is None else _NOT_BEFORE if crossed else None,
        )
        self._keep()
        self.look()

    # what is stored

    def look(self, *, quietly: bool = False) -> None:
        """At the stored candles of what the form says. ``quietly``: what was found before stands until then."""
        self._asked += 1
        number, state, unit = self._asked, self._state, self._unit
        if not quietly:
            self._change(facts=None, facts_error=None, offer=None, offer_error=None)
        if unit is None or not state.markets or state.source == FILE or state.from_error or state.to_error:
            return
        now = self._data.market_now()

        def work(_context: object) -> tuple[Span | None, tuple[StoredFacts, ...]]:
            known = self._backtests.known(state.markets, unit)
            span = _span_of(state, known, now)
            return span, self._backtests.stored(state.markets, unit, span)

        def take(found: tuple[Span | None, tuple[StoredFacts, ...]]) -> None:
            if number == self._asked:
                self._take_facts(*found)

        def fail(error: Exception) -> None:
            if number == self._asked:
                self._change(facts_error=error)

        self._operations.run_in_background(Operation(_LOOKING, work), initiator=self, on_success=take, on_failure=fail)

    def _take_facts(self, span: Span | None, facts: tuple[StoredFacts, ...]) -> None:
        shown = facts[0].wanted if self._state.preset == ALL else span
        if self._state.preset != OWN and shown is not None:
            self._change(from_text=shown_day(shown.start), to_text=shown_day(shown.end))
        self._change(facts=facts)
        self._take_entries(self._data.downloads.entries)
        if not self._state.is_complete and not self._state.downloads:
            self._preview(facts)

    def _preview(self, facts: tuple[StoredFacts, ...]) -> None:
        """What fetching the unknown parts would take, of each market one after the other."""
        number, now = self._asked, self._data.market_now()
        requests = [_request_of(one, now) for one in facts if not one.is_complete]
        ready: list[tuple[DownloadPlan, float]] = []

        def take(plan: DownloadPlan, seconds: float) -> None:
            if number != self._asked:
                return
            ready.append((plan, seconds))
            if len(ready) == len(requests):
                self._change(offer=_offer_of(ready))

        def fail(error: Exception) -> None:
            if number == self._asked:
                self._change(offer_error=error)

        for request in requests:
            self._data.downloads.preview(request, take, fail)

    def _take_entries(self, entries: tuple[DownloadEntry, ...]) -> None:
        mine = tuple(
            one
            for one in entries
            if one.request.market in self._state.markets and one.request.unit is self._unit and not one.phase.has_ended
        )
        had = self._state.downloads
        self._change(downloads=mine)
        if had and not mine:
            self.look()

    @pyqtSlot(str, object)
    def _follow(self, topic: str, initiator: object) -> None:
        """Live candles are stored all the time: where nothing is missing, nothing is looked at again."""
        if topic == CANDLES_TOPIC and initiator is not self and self._state.facts and not self._state.is_complete:
            self.look(quietly=True)

    # markets

    @pyqtSlot()
    def _list_markets(self) -> None:
        connection = self._data.link.connection
        listed = () if connection is None else connection.markets
        known = {one.market for one in listed}
        stored = tuple(
            ListedMarket(market, market.base, market.base) for market in self._inventory if market not in known
        )
        self._change(listed=(*listed, *stored))
        if not self._is_chosen and not self._own_markets:
            before = self._state.markets
            self._change(markets=(self._first_market(),))
            if self._state.markets != before:
                self.look()

    def _first_market(self) -> Market:
        """Bitcoin where the connection is; where nothing of it is stored, something of which there is."""
        exchange = next((one.market.exchange for one in self._state.listed), _FIRST_EXCHANGE)
        usual = Market(exchange, _FIRST_CODE)
        if usual in self._inventory or not self._inventory:
            return usual
        return next((one for one in self._inventory if one.code == _FIRST_CODE), self._inventory[0])

    # keeping

    def _restored(self) -> CandleState:
        kept = self._layouts.read_values(_KEPT)
        try:
            markets = tuple(Market(str(exchange), str(code)) for exchange, code in kept.get("markets", []))
        except (TypeError, ValueError):
            markets = ()
        preset = kept.get("preset")
        source = kept.get("source")
        of_file = kept.get("file_market")
        texts = {name: str(kept.get(name) or "") for name in ("from_text", "to_text")}
        is_own = preset == OWN and all(parse_moment(text) is not None for text in texts.values())
        return CandleState(
            source=source if source in (STORED, FILE) else STORED,
            markets=markets,
            file=kept.get("file") if isinstance(kept.get("file"), str) else None,
            file_market=Market(*map(str, of_file)) if isinstance(of_file, list) and len(of_file) == 2 else None,
            preset=OWN if is_own else preset if preset in PRESETS else MONTH,
            from_text=texts["from_text"] if is_own else "",
            to_text=texts["to_text"] if is_own else "",
        )

    def _keep(self) -> None:
        state = self._state
        self._layouts.write_values(
            _KEPT,
            {
                "markets": [[one.exchange, one.code] for one in state.markets],
                "source": state.source,
                "file": state.file,
                "file_market": state.file_market and [state.file_market.exchange, state.file_market.code],
                "preset": state.preset,
                "from_text": state.from_text,
                "to_text": state.to_text,
            },
        )

    def _change(self, **changes: object) -> None:
        state = replace(self._state, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)


def _span_of(state: CandleState, known: tuple[Span | None, ...], now: datetime) -> Span | None:
    """A preset ends where the last of what is stored does: what came since would have to be fetched first."""
    if state.preset == OWN:
        start, end = state.start, state.end
        return None if start is None or end is None else Span(start, end)
    if state.preset == ALL:
        return None
    ends = [one.end for one in known if one is not None]
    end = (min(ends) if ends else now).replace(second=0, microsecond=0)
    midnight = parse_moment(shown_day(end - _LENGTHS[state.preset])[:10])
    return Span(midnight or end - _LENGTHS[state.preset], end)


def _request_of(facts: StoredFacts, now: datetime) -> DownloadRequest:
    if facts.unknown:
        return DownloadRequest(facts.market, facts.unit, Span(facts.unknown[0].start, facts.unknown[-1].end))
    return DownloadRequest(facts.market, facts.unit, Span(now - _LENGTHS[MONTH], now))


def _offer_of(ready: list[tuple[DownloadPlan, float]]) -> DownloadOffer:
    far = [plan.out_of_reach for plan, _seconds in ready if plan.out_of_reach is not None]
    return DownloadOffer(
        tuple(plan.request for plan, _seconds in ready if plan.requests),
        sum(plan.requests for plan, _seconds in ready),
        sum(seconds for _plan, seconds in ready),
        far[0] if far else None,
    )


def fraction_of(entries: tuple[DownloadEntry, ...]) -> float:
    """Of all downloads under way; a waiting one has done nothing."""
    done = [one.progress.fraction if one.phase is DownloadPhase.RUNNING else 0.0 for one in entries]
    return sum(done) / len(done) if done else 0.0
