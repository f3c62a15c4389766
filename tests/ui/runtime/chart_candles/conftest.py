"""A chart over stores in memory and an exchange that a test directs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes.chart_world import ChartWorld
from tests.fakes.fake_clock import FakeClock
from tests.fakes.watched_chart import LISTED_AT, NOW, Chart, connect
from tests.ui.stopping import stop_operations


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def world(clock: FakeClock, qtbot: QtBot) -> Iterator[ChartWorld]:
    found = ChartWorld(clock, LISTED_AT)
    found.operations.start()
    yield found
    found.exchange.may_answer.set()
    stop_operations(found.operations)


@pytest.fixture
def chart(world: ChartWorld, qtbot: QtBot) -> Chart:
    return Chart(world, qtbot)


@pytest.fixture
def connected(world: ChartWorld, qtbot: QtBot) -> ChartWorld:
    connect(world, qtbot)
    return world
