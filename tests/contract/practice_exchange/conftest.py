"""One exchange, and a client with its key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.practice_exchange.plain_client import PlainClient
from tests.contract.practice_exchange.served import Served, served


@pytest.fixture
def exchange() -> Iterator[Served]:
    with served() as server:
        yield server


@pytest.fixture
def client(exchange: Served) -> Iterator[PlainClient]:
    found = PlainClient(exchange.port, exchange.key.access_key, exchange.key.secret_key.reveal())
    yield found
    found.close()
