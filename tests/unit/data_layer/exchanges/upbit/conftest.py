"""The adapter over real sockets, and a server that answers what the test says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event

import pytest

from tests.fakes.scripted_exchange import ScriptedExchange, scripted_exchange
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.config.app_paths import resources_folder
from upbit_auto_trading.data_layer.exchanges.upbit.account import UpbitAccount
from upbit_auto_trading.data_layer.exchanges.upbit.adapter import UpbitExchange
from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
from upbit_auto_trading.data_layer.exchanges.upbit.rules import load_rules
from upbit_auto_trading.data_layer.exchanges.upbit.signing import AccessKey
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.utils.secret import Secret

ACCESS = "TESTACCESSKEYTESTACCESSKEYTESTACCESSKEY0"
SECRET = "TESTSECRETKEYTESTSECRETKEYTESTSECRETKEY0"


@dataclass(slots=True)
class World:
    """``pauses`` are the waits between tries; they are told and not waited for."""

    server: ScriptedExchange
    exchange: UpbitExchange
    pauses: list[float] = field(default_factory=list)

    @property
    def account(self) -> UpbitAccount:
        assert self.exchange.account is not None
        return self.exchange.account


@pytest.fixture(scope="session")
def rules() -> RuleBook:
    return load_rules(resources_folder())


@pytest.fixture
def world(rules: RuleBook) -> Iterator[World]:
    pauses: list[float] = []
    moment = Event()

    def wait(seconds: float) -> bool:
        pauses.append(seconds)
        return moment.wait(0.001)

    with scripted_exchange() as server:
        exchange = UpbitExchange(
            UpbitAddresses(server.url, "ws://127.0.0.1:1/websocket/v1"),
            SystemClock(),
            rules,
            AccessKey(Secret(ACCESS), Secret(SECRET)),
            wait=wait,
            read_seconds=3.0,
        )
        try:
            yield World(server, exchange, pauses)
        finally:
            exchange.close()
