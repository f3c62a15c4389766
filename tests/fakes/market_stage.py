"""Markets that move for the widgets of ``ui/market_views``: a reached exchange, one board, and hands to act with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QInputMethodEvent
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.market_data_world import MarketDataWorld, krw_markets, summary_of
from tests.fakes.settings_world import SettingsWorld
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_view import BookLevel, MarketTrade, OrderBook, PriceSummary
from upbit_auto_trading.business_logic.domain.order import Side
from upbit_auto_trading.business_logic.domain.stream import (
    OrderBookChanged,
    PriceSummaryChanged,
    Provenance,
    StreamState,
    StreamStateChanged,
    Topic,
    TopicKind,
    TradePrinted,
)
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.runtime.market_board import MarketBoard
from upbit_auto_trading.ui.runtime.market_news import MarketNews

LIMIT_MS = 10_000
BTC, ETH, XRP, SOL, DOGE = (Market("practice", f"KRW-{base}") for base in ("BTC", "ETH", "XRP", "SOL", "DOGE"))
KINDS = (TopicKind.PRICES, TopicKind.BOOKS, TopicKind.TRADES)


class MarketStage:
    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.settings = SettingsWorld(folder)
        self.data: MarketDataWorld = self.settings.market_data
        self.data.list_markets(krw_markets(5))
        self.data.connection.streams.current = {Topic(TopicKind.PRICES, BTC): StreamState.LIVE}
        self.data.link.start()
        self.see(lambda: self.data.link.connection is not None)
        self.board: MarketBoard = self.data.services.new_board("stage", self.data.link)

    @property
    def services(self) -> AppServices:
        return self.settings.services

    @property
    def now(self) -> datetime:
        return self.settings.clock.now()

    # what the exchange tells

    def tell(
        self,
        book: OrderBook | None = None,
        trades: Iterable[MarketTrade] = (),
        summaries: Iterable[PriceSummary] = (),
        state: StreamState | None = StreamState.LIVE,
    ) -> None:
        """To the board that watches; summaries to every board."""
        now, market = self.now, self.board.watched
        streams = () if state is None or market is None else tuple(Topic(kind, market) for kind in KINDS)
        told = tuple(PriceSummaryChanged(one, Provenance.STREAM, now) for one in summaries)
        changed = tuple(StreamStateChanged(topic, state, now) for topic in streams) if state is not None else ()
        self.board.take(
            MarketNews(
                told,
                () if book is None else (OrderBookChanged(book, Provenance.STREAM, now),),
                tuple(TradePrinted(one, Provenance.STREAM, now) for one in trades),
                changed,
            )
        )
        self.data.board.take(MarketNews(told, (), (), changed))

    def tell_prices(self) -> None:
        self.tell(
            summaries=(
                summary_of(BTC, "143285000", before="141500000", turnover="384200000000", at=self.now),
                summary_of(ETH, "4872000", before="5000000", turnover="120000000000", at=self.now),
                summary_of(XRP, "3215", before="3215", turnover="90000000000", at=self.now),
                summary_of(SOL, "231400", before="200000", turnover="5000000000", at=self.now),
                summary_of(DOGE, "287", before="280", turnover="800000000", at=self.now),
            )
        )
        for market in (BTC, ETH, XRP, SOL, DOGE):
            self.data.board.take(
                MarketNews(streams=(StreamStateChanged(Topic(TopicKind.PRICES, market), StreamState.LIVE, self.now),))
            )

    def book(self, depth: int = 15, market: Market = BTC, price: str = "143285000", step: str = "1000") -> OrderBook:
        """The best bid at ``price``; the n-th level of each side holds n tenths."""
        best, tick = Decimal(price), Decimal(step)
        asks = tuple(BookLevel(best + tick * (at + 1), Decimal(at + 1) / 10) for at in range(depth))
        bids = tuple(BookLevel(best - tick * at, Decimal(at + 1) / 10) for at in range(depth))
        return OrderBook(market, asks, bids, self.now)

    def trade(
        self, number: int, side: Side = Side.BUY, quantity: str = "0.01", price: str = "143285000"
    ) -> MarketTrade:
        moment = self.now + timedelta(milliseconds=number)
        return MarketTrade(BTC, number, Decimal(price), Decimal(quantity), side, moment)

    def changed(self, book: OrderBook, bid: int, quantity: str) -> OrderBook:
        """The same book with another quantity at one bid."""
        bids = list(book.bids)
        bids[bid] = replace(bids[bid], quantity=Decimal(quantity))
        return replace(book, bids=tuple(bids))

    # what a user does

    def show(self, widget: Any, width: int, height: int) -> Any:
        self.qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        QApplication.processEvents()
        return widget

    def see(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=LIMIT_MS)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        assert widget.isVisible(), f"{widget.accessibleName()} cannot be seen"
        assert widget.isEnabled(), f"{widget.accessibleName()}: {widget.toolTip()}"
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())

    def choose(self, row: Any, option: str) -> None:
        """One of a row of tabs."""
        place = [known for known, _text in row.options].index(option)
        self.click(row, row.rects()[place].center().toPoint())

    def type(self, widget: QWidget, text: str) -> None:
        """Hangul comes from an input method, as it does for a user."""
        widget.setFocus()
        if text.isascii():
            self.qtbot.keyClicks(widget, text)
            return
        composed = QInputMethodEvent()
        composed.setCommitString(text)
        QApplication.sendEvent(widget, composed)
