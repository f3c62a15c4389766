"""A running set of threads for one test, stopped and checked afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import FakeClock
from tests.fakes.runtime_stores import RuntimeStores
from tests.ui.stopping import stop_operations
from upbit_auto_trading.ui.runtime.operations import Operations


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def stores(clock: FakeClock) -> RuntimeStores:
    return RuntimeStores(clock)


@pytest.fixture
def operations(stores: RuntimeStores, clock: FakeClock, qtbot: QtBot) -> Iterator[Operations]:
    operations = Operations(stores.open, clock)
    operations.start()
    yield operations
    stop_operations(operations)
