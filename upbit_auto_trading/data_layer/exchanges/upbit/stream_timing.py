"""How long the streams wait for what, in seconds."""

from __future__ import annotations

from dataclasses import dataclass, field

from upbit_auto_trading.data_layer.transport.backoff import Backoff
from upbit_auto_trading.data_layer.transport.reconnecting_socket import SocketTiming


@dataclass(frozen=True, slots=True)
class StreamTiming:
    socket: SocketTiming = field(default_factory=SocketTiming)
    #: between two looks at what is late
    tick: float = 1.0
    #: a subscription is answered with snapshots within half a second; after this a market has none
    snapshot: float = 10.0
    #: one kind of data silent for so long while pings are answered: ask again for all of it
    quiet_few: float = 60.0
    quiet_many: float = 15.0
    #: from so many markets on, one of them always trades
    many_markets: int = 30
    #: of the private stream: what the exchange believes that we want is asked for so often
    confirm_every: float = 60.0
    #: the answer to that question; without it we go on as if it had come
    confirm: float = 3.0
    #: and asked again so soon where it does not know all of it yet
    confirm_again: float = 0.3
    #: after a repair of orders another, for what was on its way at the first
    second_look: float = 5.0
    #: without the stream for so long: asked for by REST
    poll_after: float = 5.0
    poll_prices: float = 2.0
    poll_orders: float = 3.0
    poll_balances: float = 5.0
    poll_candles: float = 10.0
    #: after the end of a candle: its last trades are on their way
    candle_grace: float = 3.0
    #: candles of one market and unit are read again at most so often; short ones together
    candle_rest: float = 10.0
    #: before an outage: clocks differ, and the last events before the end may have been lost too
    repair_margin: float = 60.0
    rest_backoff: Backoff = field(default_factory=lambda: Backoff(1.0, 30.0))
