"""A tape does not begin empty: the trades before are asked for once, and join those of the stream."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.fakes.market_stage import BTC, ETH, MarketStage
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import MarketTrade
from upbit_auto_trading.ui.runtime.trade_filler import TradeFiller


class Trades:
    """Implements the part of ``MarketData`` that is asked."""

    def __init__(self, *trades: MarketTrade, failure: Exception | None = None) -> None:
        self.told = trades
        self.failure = failure
        self.asked: list[Market] = []

    def trades(self, market: Market, *, count: int) -> tuple[MarketTrade, ...]:
        self.asked.append(market)
        if self.failure is not None:
            raise self.failure
        return self.told[-count:]


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Iterator[MarketStage]:
    stage = MarketStage(qtbot, tmp_path)
    yield stage
    stop_operations(stage.settings.operations)


def fill(stage: MarketStage, source: Trades) -> Trades:
    connection = stage.data.link.connection
    assert connection is not None
    connection.exchange.market_data = source  # type: ignore[misc,assignment]
    TradeFiller(stage.board, stage.data.link, stage.settings.operations, stage.settings.clock)
    return source


def test_trades_before_join_those_of_the_stream(stage: MarketStage) -> None:
    source = fill(stage, Trades(*(stage.trade(number) for number in range(5))))
    stage.board.watch(BTC)
    stage.tell(trades=[stage.trade(4), stage.trade(5)])
    stage.see(lambda: len(stage.board.trades) == 6)
    assert [trade.number for trade in stage.board.trades] == [0, 1, 2, 3, 4, 5]
    stage.tell(trades=[stage.trade(6)])
    assert source.asked == [BTC]


def test_each_market_that_is_watched_is_asked_for_once(stage: MarketStage) -> None:
    source = fill(stage, Trades())
    for market in (BTC, ETH, None, ETH):
        stage.board.watch(market)
    stage.see(lambda: not stage.settings.operations.running())
    assert sorted(source.asked) == [BTC, ETH, ETH]  # in two threads


def test_an_answer_that_comes_too_late_is_left_out(stage: MarketStage) -> None:
    fill(stage, Trades(stage.trade(1)))
    stage.board.watch(BTC)
    stage.board.watch(ETH)
    stage.see(lambda: not stage.settings.operations.running())
    assert stage.board.trades == ()


def test_where_the_exchange_does_not_answer_the_stream_is_all_there_is(stage: MarketStage) -> None:
    source = fill(stage, Trades(failure=ExchangeUnavailable("practice", "refused")))
    stage.board.watch(BTC)
    stage.see(lambda: source.asked == [BTC] and not stage.settings.operations.running())
    stage.tell(trades=[stage.trade(1)])
    assert len(stage.board.trades) == 1
