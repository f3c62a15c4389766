"""A practice exchange in a process of its own, and keys of it in every condition, as a user would get them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.contract.exchange.venue import MarketClock
from upbit_auto_trading.business_logic.domain.exchange_key import NEEDED_RIGHTS
from upbit_auto_trading.composition_root.exchange_keys import ExchangeKeys
from upbit_auto_trading.composition_root.practice import practice_child
from upbit_auto_trading.config.app_paths import resources_folder
from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl
from upbit_auto_trading.data_layer.practice_exchange.process import PracticeAddresses
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.utils.secret import Secret

ALL_RIGHTS = [right.value for right in NEEDED_RIGHTS]
_accounts = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where keys are made and exchanges are told how to behave."""

    control: PracticeControl
    keys: ExchangeKeys
    addresses: UpbitAddresses
    clock: MarketClock
    #: as the process told it
    told: PracticeAddresses

    def pass_time(self, span: timedelta) -> None:
        """For the exchange and for us."""
        moment = self.clock.now() + span
        self.control.jump(moment)
        self.clock.set(moment)

    def new_key(self, account: str = "", **members: Any) -> tuple[Secret, Secret]:
        named = account or f"desk-{next(_accounts)}"
        told = self.control.add_key(account=named, **({"rights": ALL_RIGHTS} | members))
        return Secret(told["access_key"]), Secret(told["secret_key"])

    def begin(self) -> None:
        """As if nobody had been here, at the present."""
        self.control.reset()
        self.clock.set(SystemClock().now())
        self.pass_time(timedelta(0))


@contextmanager
def serving_desk() -> Iterator[Desk]:
    process = practice_child(("--markets", "2", "--seed", "7"), SystemClock())
    try:
        told = process.start()
        addresses, clock = UpbitAddresses(told.rest_url, told.websocket_url), MarketClock()
        keys = ExchangeKeys(resources_folder(), clock, addresses)
        yield Desk(PracticeControl(told.control_url, told.control_token), keys, addresses, clock, told)
    finally:
        process.stop()
