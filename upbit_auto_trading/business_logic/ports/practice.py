"""The practice exchange beside its being an exchange: what its market is made of, its time, its money, its door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from upbit_auto_trading.utils.secret import Secret


@dataclass(frozen=True, slots=True)
class CandleFile:
    """``path`` as the system writes it; the core opens no files."""

    code: str
    path: str


@dataclass(frozen=True, slots=True)
class PracticeWorld:
    """What a practice market is made of. It stays as it is until the user starts over."""

    starting_krw: Decimal
    market_count: int
    seed: int
    #: markets that replay a file instead of a built-in path
    candle_files: tuple[CandleFile, ...] = ()
    #: where market time begins; None: now, or thirty days after the files begin
    starts_at: datetime | None = None

    def file_of(self, code: str) -> CandleFile | None:
        return next((file for file in self.candle_files if file.code == code), None)


@dataclass(frozen=True, slots=True)
class CandleSpan:
    """What a candle file holds."""

    candles: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class PracticeTime:
    now: datetime
    is_paused: bool
    #: how many times as fast as real time
    speed: Decimal


class PracticeDesk(Protocol):
    """Every method may wait for the exchange; raises ExchangeUnavailable and InvalidParameter."""

    @property
    def world(self) -> PracticeWorld: ...

    @property
    def rest_url(self) -> str: ...

    @property
    def websocket_url(self) -> str: ...

    @property
    def access_key(self) -> str: ...

    @property
    def secret_key(self) -> Secret: ...

    def time(self) -> PracticeTime: ...

    def run(self, speed: int) -> PracticeTime: ...

    def pause(self) -> PracticeTime: ...

    def deposit(self, amount: Decimal) -> None:
        """Won, out of nothing."""
