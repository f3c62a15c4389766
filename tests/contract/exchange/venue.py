"""The exchange on the other side: a child process with recorded markets, whose time, faults and accounts we command."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.contract.exchange.recorded_market import ALL_RECORDED, START
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.composition_root.practice import practice_child
from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl
from upbit_auto_trading.data_layer.practice_exchange.process import PracticeProcess
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.utils.secret import Secret

#: one market beside the recorded ones is made by the exchange itself
BUILT_IN = "KRW-ETH"
_OPTIONS = ("--markets", "3", "--seed", "7", "--start", f"{START:%Y-%m-%dT%H:%M:%SZ}")
#: of the best prices from the price, where the market stands: room for orders between them
SLIPPAGE = Decimal("0.001")
BALANCES = {"KRW": "500000000", "BTC": "8", "XRP": "1000000", "ETH": "100"}
_accounts = itertools.count(1)


class MarketClock:
    """Implements the port ``Clock``: the real one, moved to where the exchange's calendar stands."""

    def __init__(self) -> None:
        self._real = SystemClock()
        self._offset = timedelta(0)

    def now(self) -> datetime:
        return self._real.now() + self._offset

    def monotonic(self) -> float:
        return self._real.monotonic()

    def set(self, moment: datetime) -> None:
        self._offset = moment - self._real.now()


@dataclass(frozen=True, slots=True)
class Key:
    account: str
    access_key: str
    secret_key: Secret


class Venue:
    def __init__(self, process: PracticeProcess) -> None:
        self.process = process
        addresses = process.start()
        self.rest_url, self.websocket_url = addresses.rest_url, addresses.websocket_url
        #: of the first account, which outlives a restart
        self.access_key, self.secret_key = addresses.access_key, addresses.secret_key
        self.control = PracticeControl(addresses.control_url, addresses.control_token)
        self.clock = MarketClock()

    def begin(self) -> None:
        """As if nobody had ever been here: the time, the books, the accounts, the limits."""
        self.control.reset()
        self.control.lock_step(SLIPPAGE)
        self.control.jump(START)
        # each market shows its book with the first event after a jump
        self.control.step_until(START + timedelta(milliseconds=1))
        self.clock.set(START)

    def new_key(self, account: str | None = None, **members: Any) -> Key:
        """Of an account of its own, unless another is named; ``rights``, ``valid_days``, ``addresses``."""
        if account is None:
            account = f"account-{next(_accounts)}"
            members.setdefault("balances", BALANCES)
        told = self.control.add_key(account=account, **members)
        return Key(account, told["access_key"], Secret(told["secret_key"]))

    # --- the market

    def now(self) -> datetime:
        return datetime.fromisoformat(self.control.state()["now"])

    def jump(self, moment: datetime) -> None:
        self.control.jump(moment)
        self.control.step_until(moment + timedelta(milliseconds=1))
        self.clock.set(moment)

    def passes(self, seconds: float) -> list[dict[str, Any]]:
        """So much market time; what happened in it has been sent to every stream."""
        found = self.control.step_until(self.now() + timedelta(seconds=seconds))["events"]
        assert isinstance(found, list)
        return found

    # --- what goes wrong

    @contextmanager
    def fault(self, kind: str, **members: object) -> Iterator[int]:
        number = self.control.add_fault(kind, **members)
        try:
            yield number
        finally:
            if any(one["id"] == number for one in self.control.faults()):
                self.control.remove_fault(number)

    def hits(self, number: int) -> int:
        return next(int(one["hits"]) for one in self.control.faults() if one["id"] == number)


@contextmanager
def served(folder: Path, options: Sequence[str] = ()) -> Iterator[Venue]:
    clock: Clock = SystemClock()
    recorded = [word for market in ALL_RECORDED for word in ("--candles", f"{market.code}={market.written(folder)}")]
    process = practice_child([*_OPTIONS, *recorded, *options], clock)
    try:
        yield Venue(process)
    finally:
        process.stop()
