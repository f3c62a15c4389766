"""The stream of markets: prices, books, trades and candles over one connection. Lives in the stream thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.stream import (
    CandleChanged,
    PriceSummaryChanged,
    Provenance,
    StreamState,
    Topic,
    TopicKind,
    TradePrinted,
)
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.config.logging_setup import log_event
from upbit_auto_trading.data_layer.exchanges.upbit.candle_keeper import CandleKeeper
from upbit_auto_trading.data_layer.exchanges.upbit.delivery import Delivery
from upbit_auto_trading.data_layer.exchanges.upbit.frames import Decoded, ErrorFrame, FrameDecoder, UnreadBook
from upbit_auto_trading.data_layer.exchanges.upbit.liveness import Liveness, Pulse, Verdict
from upbit_auto_trading.data_layer.exchanges.upbit.repair import MarketRepair
from upbit_auto_trading.data_layer.exchanges.upbit.stream_timing import StreamTiming
from upbit_auto_trading.data_layer.exchanges.upbit.subscriptions import composed, is_streamed, type_word
from upbit_auto_trading.data_layer.exchanges.upbit.topic_states import TopicStates
from upbit_auto_trading.data_layer.transport.reconnecting_socket import Closed, ReconnectingSocket

_logger = logging.getLogger(__name__)
#: our own request is at fault: sending the same again would fail again
_OUR_FAULT = frozenset({"WRONG_FORMAT", "NO_TICKET", "NO_TYPE", "NO_CODES", "INVALID_PARAM"})
#: kinds that a gap can tear a hole into; of the others the newest is all
_REPAIRED = frozenset({TopicKind.TRADES, TopicKind.CANDLES})


@dataclass(slots=True)
class _Wanted:
    """One topic that somebody wants."""

    topic: Topic
    market: Market
    pulse: Pulse
    is_live: bool = False
    #: data of it has come at least once: the exchange has nothing against it
    is_accepted: bool = False
    #: asked for, and no frame of it yet: since when, by the monotonic clock
    unheard_since: float | None = None
    #: since when something may be missing, by the wall clock; None while nothing can
    missing_since: datetime | None = None
    #: the newest trade before that
    newest_before: int | None = None
    #: thrown away because nobody took them: trades after this number, candles from this time on
    lost_after: int | None = None
    lost_from: datetime | None = None


class PublicStream:
    def __init__(
        self,
        make_socket: Callable[[PublicStream], ReconnectingSocket],
        decoder: FrameDecoder,
        delivery: Delivery,
        repair: MarketRepair,
        candles: CandleKeeper,
        states: TopicStates,
        clock: Clock,
        timing: StreamTiming,
        book_depth: int,
    ) -> None:
        self._decoder = decoder
        self._delivery = delivery
        self._repair = repair
        self._candles = candles
        self._states = states
        self._clock = clock
        self._timing = timing
        self._book_depth = book_depth
        self._liveness = Liveness(timing)
        #: by the word of the type and the market's code, as frames name them
        self._wanted: dict[tuple[str, str], _Wanted] = {}
        self._topics: frozenset[Topic] = frozenset()
        #: what the exchange would not have
        self._refused: frozenset[Topic] = frozenset()
        self._told_errors: set[str] = set()
        self.socket = make_socket(self)

    def want(self, topics: frozenset[Topic]) -> None:
        """Only topics of markets that can be pushed."""
        new = topics - self._topics
        self._topics, self._refused = topics, self._refused & topics
        before, self._wanted = self._wanted, {}
        for topic in topics:
            if topic.market is not None:
                key = (type_word(topic), topic.market.code)
                self._wanted[key] = before.get(key) or _Wanted(topic, topic.market, self._liveness.pulse(topic.kind))
        for topic in new:
            self._states.change(topic, StreamState.CONNECTING)
        if not topics:
            self.socket.stop()
        elif not self.socket.is_wanted:
            self.socket.start()
        elif self.socket.is_open:
            self._ask_for_everything(new)

    def tick(self) -> None:
        now = self._clock.monotonic()
        if not self.socket.is_open:
            return
        for wanted in self._wanted.values():
            if wanted.unheard_since is not None and now - wanted.unheard_since > self._timing.snapshot:
                self._stayed_silent(wanted)
        verdict = self._liveness.look(now)
        if verdict is Verdict.ASK_AGAIN:
            log_event(_logger, logging.INFO, "a subscription is silent: asked again", exchange=self._decoder.exchange)
            self._ask_for_everything(frozenset())
        elif verdict is Verdict.DEAD:
            self.socket.give_up("dead-subscription")

    def events_lost(self, trades: Sequence[TradePrinted], candles: Sequence[CandleChanged]) -> None:
        """The consumer did not take them: they are asked for again once there is room."""
        self._delivery.markets.forget_trades([event.trade for event in trades])
        for event in trades:
            wanted = self._wanted.get(("trade", event.trade.market.code))
            if wanted is not None:
                before = wanted.lost_after
                after = event.trade.number - 1
                wanted.lost_after = after if before is None else min(before, after)
        for changed in candles:
            candle = changed.candle
            wanted = self._wanted.get((f"candle.{candle.unit.value}", candle.market.code))
            if wanted is not None and (wanted.lost_from is None or candle.opened_at < wanted.lost_from):
                wanted.lost_from = candle.opened_at

    def ask_for_lost(self) -> None:
        """There is room again."""
        for wanted in self._wanted.values():
            after, wanted.lost_after = wanted.lost_after, None
            since, wanted.lost_from = wanted.lost_from, None
            if after is not None:
                self._repair.trades(wanted.market, after, _nothing, lambda _error: None)
            if since is not None:
                self._candles.lost(wanted.topic, since, _nothing)

    # what the socket tells

    def headers(self) -> Mapping[str, str]:
        return {}

    def opened(self) -> None:
        self._liveness.begin(self._clock.monotonic())
        self._ask_for_everything(self._topics)

    def closed(self, how: Closed) -> None:
        log_event(
            _logger,
            logging.INFO,
            "the public stream ended",
            exchange=self._decoder.exchange,
            reason=how.reason,
            status=how.status,
        )
        since = self.socket.alive_until
        for wanted in self._wanted.values():
            wanted.unheard_since = None
            if wanted.is_live and wanted.topic.kind in _REPAIRED:
                wanted.missing_since = wanted.missing_since or since
                wanted.newest_before = self._delivery.markets.newest_trade(wanted.market)
            wanted.is_live = False
            if self._states.of(wanted.topic) in (StreamState.LIVE, StreamState.REPAIRING):
                self._states.change(wanted.topic, StreamState.CONNECTING)

    def received(self, frame: bytes) -> None:
        now = self._clock.now()
        for decoded in self._decoder.decode(frame, now):
            self._take(decoded)

    # what comes in

    def _take(self, decoded: Decoded) -> None:
        """Frames of what is no longer wanted still come for a moment."""
        if isinstance(decoded, ErrorFrame):
            self._complained(decoded.name)
            return
        key = _key_of(decoded)
        wanted = self._wanted.get(key) if key is not None else None
        if wanted is None:
            return
        if isinstance(decoded, PriceSummaryChanged):
            self._delivery.price(decoded)
        elif isinstance(decoded, UnreadBook):
            self._delivery.book(decoded)
        elif isinstance(decoded, TradePrinted):
            self._trade(wanted, decoded)
        elif isinstance(decoded, CandleChanged):
            if decoded.provenance is Provenance.STREAM:
                self._candles.note(decoded.candle)
            self._delivery.candle(decoded)
        wanted.pulse.heard(self._clock.monotonic())
        if not wanted.is_live:
            wanted.is_accepted = True
            self._first_heard(wanted)

    def _trade(self, wanted: _Wanted, event: TradePrinted) -> None:
        newest = self._delivery.markets.newest_trade(wanted.market)
        self._delivery.trade(event)
        is_gap = event.provenance is Provenance.SNAPSHOT and newest is not None and event.trade.number > newest
        if is_gap and wanted.is_live:
            # it comes after a change of the subscription, and we did not see it as it happened: there may be more
            wanted.newest_before, wanted.missing_since = newest, event.received_at
            wanted.is_live = False

    def _first_heard(self, wanted: _Wanted) -> None:
        """The subscription is in effect, so that what is asked for now cannot leave a hole before it."""
        wanted.unheard_since, wanted.is_live = None, True
        if wanted.missing_since is None:
            self._states.change(wanted.topic, StreamState.LIVE)
            return
        self._states.change(wanted.topic, StreamState.REPAIRING)
        if wanted.topic.kind is TopicKind.CANDLES:
            self._candles.missed(wanted.topic, wanted.missing_since, lambda: self._mended(wanted))
        elif wanted.newest_before is None:
            self._mended(wanted)
        else:
            self._repair.trades(
                wanted.market,
                wanted.newest_before,
                lambda: self._mended(wanted),
                lambda _error: self._not_mended(wanted),
            )

    def _mended(self, wanted: _Wanted) -> None:
        """Of an answer that comes after the next cut, nothing is believed: it is asked for again."""
        if wanted.is_live and self._wanted.get((type_word(wanted.topic), wanted.market.code)) is wanted:
            wanted.missing_since = wanted.newest_before = None
            self._states.change(wanted.topic, StreamState.LIVE)

    def _not_mended(self, wanted: _Wanted) -> None:
        log_event(
            _logger,
            logging.INFO,
            "trades of a gap cannot be had",
            exchange=self._decoder.exchange,
            market=wanted.market.code,
        )
        self._mended(wanted)

    def _stayed_silent(self, wanted: _Wanted) -> None:
        """No snapshot: a market that the exchange does not know, or one in which nothing was ever traded."""
        wanted.unheard_since = None
        if wanted.topic.kind in _REPAIRED:
            self._first_heard(wanted)
        else:
            log_event(
                _logger,
                logging.INFO,
                "no data for a market",
                exchange=self._decoder.exchange,
                market=wanted.market.code,
            )
            self._states.change(wanted.topic, StreamState.DOWN, "no-data")

    def _complained(self, name: str) -> None:
        """The exchange closes the connection next, and the socket comes back."""
        if name in _OUR_FAULT:
            accepted = {wanted.topic for wanted in self._wanted.values() if wanted.is_accepted}
            if accepted:
                self._refused = self._topics - accepted
                for topic in self._refused:
                    self._states.change(topic, StreamState.DOWN, "refused")
        if name not in self._told_errors:
            self._told_errors.add(name)
            log_event(
                _logger,
                logging.WARNING,
                "the exchange refuses a subscription",
                exchange=self._decoder.exchange,
                code=name,
            )

    def _ask_for_everything(self, unheard: frozenset[Topic]) -> None:
        topics, now = self._topics - self._refused, self._clock.monotonic()
        text = composed(topics, str(uuid4()), self._book_depth)
        if text is None:
            return
        self.socket.send(text, "subscription")
        self._liveness.asked(topics, now)
        for wanted in self._wanted.values():
            if wanted.topic in unheard and wanted.topic in topics:
                wanted.unheard_since = now


def _key_of(decoded: Decoded) -> tuple[str, str] | None:
    """As ``_wanted`` has it."""
    if isinstance(decoded, PriceSummaryChanged):
        return "ticker", decoded.summary.market.code
    if isinstance(decoded, UnreadBook):
        return "orderbook", decoded.market.code
    if isinstance(decoded, TradePrinted):
        return "trade", decoded.trade.market.code
    if isinstance(decoded, CandleChanged):
        return f"candle.{decoded.candle.unit.value}", decoded.candle.market.code
    return None


def _nothing() -> None:
    return


def pushed_topics(topics: frozenset[Topic]) -> frozenset[Topic]:
    return frozenset(topic for topic in topics if topic.market is not None and is_streamed(topic))
