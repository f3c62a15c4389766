"""One suite for every queue of downloads: SQLite and memory answer alike, and it outlives the program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes.made_candles import candle_file
from tests.fakes.memory_download_queue import MemoryDownloadQueue
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.downloads import DownloadPhase, DownloadQueue, DownloadRequest
from upbit_auto_trading.data_layer.storage.candle_store.download_queue import SqliteDownloadQueue
from upbit_auto_trading.data_layer.storage.connection import close_engine, open_engine
from upbit_auto_trading.data_layer.storage.file_kinds import MARKET_DATA_FILE

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOSTILE = "'; DROP TABLE downloads; --"

Reopen = Callable[[], DownloadQueue]


@pytest.fixture(params=["sqlite", "memory"])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Reopen:
    """The queue, and each time again what a later start of the program finds."""
    if request.param == "memory":
        queue = MemoryDownloadQueue()
        return lambda: queue
    path = candle_file(tmp_path)

    def opened() -> DownloadQueue:
        engine = open_engine(path, MARKET_DATA_FILE)
        request.addfinalizer(lambda: close_engine(engine))
        return SqliteDownloadQueue(engine)

    return opened


def wish(code: str, hours: int = 1) -> DownloadRequest:
    return DownloadRequest(Market("upbit", code), CandleUnit.MINUTE, Span(NOON - timedelta(hours=hours), NOON))


def test_what_was_added_is_there_after_a_restart_in_its_order(reopen: Reopen) -> None:
    added = [reopen().add(wish(code, hours), NOON) for hours, code in enumerate(("KRW-XRP", "KRW-BTC", HOSTILE), 1)]
    assert len({one.number for one in added}) == 3
    found = reopen().entries()
    assert found == tuple(added)
    assert [one.request for one in found] == [wish("KRW-XRP", 1), wish("KRW-BTC", 2), wish(HOSTILE, 3)]
    assert {one.phase for one in found} == {DownloadPhase.WAITING}


@pytest.mark.parametrize("phase", list(DownloadPhase))
def test_how_it_ended_is_kept_and_what_ran_waits_again(reopen: Reopen, phase: DownloadPhase) -> None:
    queue = reopen()
    first, second = queue.add(wish("KRW-BTC"), NOON), queue.add(wish("KRW-ETH"), NOON)
    queue.mark(second.number, phase, "market-unknown")
    left, ended = reopen().entries()
    assert (left.phase, left.trouble) == (DownloadPhase.WAITING, "")
    assert left.number == first.number
    expected = DownloadPhase.WAITING if phase is DownloadPhase.RUNNING else phase
    assert (ended.phase, ended.trouble) == (expected, "market-unknown")


def test_what_is_removed_stays_away(reopen: Reopen) -> None:
    queue = reopen()
    first, second = queue.add(wish("KRW-BTC"), NOON), queue.add(wish("KRW-ETH"), NOON)
    queue.remove(first.number)
    queue.remove(first.number)  # twice is no mistake
    assert [one.number for one in reopen().entries()] == [second.number]
