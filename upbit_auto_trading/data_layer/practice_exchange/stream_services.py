"""What every connection of the streams stands on."""

from __future__ import annotations

from dataclasses import dataclass, field

from upbit_auto_trading.data_layer.practice_exchange.faults import Faults
from upbit_auto_trading.data_layer.practice_exchange.switches import Switches
from upbit_auto_trading.data_layer.practice_exchange.websocket_frames import Spelling
from upbit_auto_trading.data_layer.practice_exchange.world import PracticeWorld


@dataclass(frozen=True, slots=True)
class StreamTimes:
    """Real seconds, as all of the network is. ``scale`` shortens them all."""

    scale: float = 1.0
    up: float = 10.0
    before_snapshot: float = 0.2
    before_close_after_error: float = 0.15
    #: how long a swapped event waits for the one to swap with
    held_back: float = 2.0

    def idle(self, switches: Switches) -> float:
        return float(switches["stream-idle"]) * self.scale

    @property
    def until_up(self) -> float:
        return self.up * self.scale

    @property
    def until_snapshot(self) -> float:
        return self.before_snapshot * self.scale

    @property
    def until_let_go(self) -> float:
        return self.held_back * self.scale

    @property
    def until_close(self) -> float:
        return self.before_close_after_error * self.scale


@dataclass(frozen=True, slots=True)
class StreamServices:
    world: PracticeWorld
    switches: Switches
    faults: Faults
    times: StreamTimes = field(default_factory=StreamTimes)
    #: frames that may wait for a slow client before it is cut
    waiting_at_most: int = 100_000

    @property
    def spelling(self) -> Spelling:
        return Spelling(
            zero_exponent=self.switches["stream-zero"] == "0E-8",
            book_exponents=self.switches["stream-book-numbers"] == "exponent",
            is_padded=self.switches["stream-numbers"] == "padded",
            trades_are_padded=self.switches["stream-trade-numbers"] == "padded",
        )
