"""The market that is selected: its book while somebody looks, its details, and the chart a key away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from PyQt6.QtCore import Qt

from tests.fakes.market_data_world import krw_markets, summary_of
from tests.ui.screens.market.conftest import BTC, DOGE, ETH, SOL, World
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import Caution
from upbit_auto_trading.business_logic.domain.market_changes import KnownMarket, MarketEvent, MarketEventKind
from upbit_auto_trading.business_logic.domain.market_view import BookLevel, OrderBook
from upbit_auto_trading.business_logic.domain.stream import OrderBookChanged, Provenance, Topic, TopicKind
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.market_data_services import CANDLES_TOPIC
from upbit_auto_trading.ui.market_views.markets import SCREENER, WATCHED
from upbit_auto_trading.ui.runtime.market_news import MarketNews
from upbit_auto_trading.ui.screens.market.market_side import BOARD, DETAILS
from upbit_auto_trading.utils.bilingual_text import Language


def select(world: World, code: str) -> None:
    row = next(at for at, one in enumerate(world.table.rows_model.rows) if one.market.base == code)
    viewport = world.table.viewport()
    assert viewport is not None
    spot = world.table.visualRect(world.table.rows_model.index(row, 1)).center()
    world.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot)


def open_details(world: World) -> None:
    world.choose_in(world.view.side.tabs, DETAILS)


def value(world: World, key: str) -> str:
    return world.view.side.details.values[key].text()


def test_the_first_row_is_looked_at_until_another_is_selected(reached: World) -> None:
    side = reached.view.side
    assert side.market == BTC
    select(reached, "SOL")
    assert side.market == SOL
    assert side.header.names.name == "솔라나"
    reached.see(lambda: side.board.watched == SOL)
    assert reached.data.wishes[BOARD] == {Topic(TopicKind.BOOKS, SOL), Topic(TopicKind.TRADES, SOL)}


def test_walking_through_the_list_subscribes_to_where_it_ends(reached: World) -> None:
    side = reached.view.side
    reached.see(lambda: side.board.watched == BTC)
    seen: list[object] = []
    side.board.book_changed.connect(lambda _book: seen.append(side.board.watched))
    select(reached, "BTC")
    for _step in range(4):
        reached.qtbot.keyClick(reached.table, Qt.Key.Key_Down)
    reached.see(lambda: side.board.watched == DOGE)
    assert seen == [DOGE]


def test_a_hidden_window_watches_no_book(reached: World) -> None:
    reached.see(lambda: reached.data.wishes.get(BOARD))
    reached.view.hide()
    assert reached.data.wishes[BOARD] == frozenset()
    reached.view.show()
    assert reached.data.wishes[BOARD] != frozenset()


def test_the_book_of_the_selected_market_is_shown(reached: World) -> None:
    side = reached.view.side
    reached.see(lambda: side.board.watched == BTC)
    book = OrderBook(
        BTC,
        (BookLevel(Decimal(143_286_000), Decimal(1)),),
        (BookLevel(Decimal(143_285_000), Decimal(2)),),
        reached.now,
    )
    side.board.take(MarketNews(books=(OrderBookChanged(book, Provenance.STREAM, reached.now),)))
    reached.see(lambda: side.book.stack.currentWidget() is side.book.canvas)
    assert side.book.sums.bids == 2


def test_enter_a_double_click_and_the_button_open_the_chart(reached: World) -> None:
    chosen: list[object] = []
    reached.view.market_chosen.connect(chosen.append)
    select(reached, "ETH")
    reached.qtbot.keyClick(reached.table, Qt.Key.Key_Return)
    reached.click(reached.view.side.chart)
    assert chosen == [ETH, ETH]


def test_details_say_what_is_known(reached: World) -> None:
    listed = replace(krw_markets(1)[0], is_warned=True, cautions=frozenset({Caution.TRADING_VOLUME}))
    events = (
        MarketEvent(BTC, MarketEventKind.CAUTION_RAISED, reached.now - timedelta(days=9), after="trading-volume"),
        MarketEvent(BTC, MarketEventKind.WARNING_RAISED, reached.now - timedelta(days=2)),
    )
    known = KnownMarket(listed, reached.now - timedelta(days=400), reached.now - timedelta(days=30))
    reached.settings.market_list.record((known,), events)
    reached.data.store(BTC, CandleUnit.HOUR, reached.now - timedelta(days=3), 48)
    reached.data.tell(
        replace(
            summary_of(BTC, "143285000", before="141500000", turnover="384200000000", at=reached.now),
            high_52w=Decimal(178_540_000),
            low_52w=Decimal(60_000_000),
        )
    )
    open_details(reached)
    reached.see(lambda: value(reached, "stored") == "1시간 48개")
    reached.see(lambda: value(reached, "since") == "2026-10-21 09:00:00")
    assert value(reached, "high_52w") == "178,540,000"
    assert value(reached, "turnover") == "3,842억원"
    assert value(reached, "tick") == "1,000원"
    assert value(reached, "least") == "5,000원"
    assert value(reached, "state") == "거래 중"
    assert value(reached, "fresh") == "실시간"
    assert value(reached, "first").startswith("2026-11-17")
    history = reached.view.side.details.history
    words = [_words_of(history.itemAt(place).widget()) for place in range(history.count())]  # type: ignore[union-attr]
    assert words == ["2026-11-18 09:00  거래 유의 지정", "2026-11-11 09:00  주의 경보: 거래량 급증"]


def _words_of(line: object) -> str:
    from PyQt6.QtWidgets import QLabel

    return " ".join(label.text() for label in line.findChildren(QLabel) if label.text())  # type: ignore[attr-defined]


def test_warnings_stand_over_the_details(reached: World) -> None:
    select(reached, "SOL")
    open_details(reached)
    alerts = reached.view.side.details.alerts
    assert _words_of(alerts.itemAt(0).widget()) == "거래 유의 종목"  # type: ignore[union-attr]
    select(reached, "DOGE")
    reached.see(lambda: alerts.count() == 2)
    assert "주의: 거래량 급증" in [_words_of(alerts.itemAt(at).widget()) for at in range(2)]  # type: ignore[union-attr]
    language_state().set_language(Language.ENGLISH)
    assert any("Caution" in _words_of(alerts.itemAt(at).widget()) for at in range(alerts.count()))  # type: ignore[union-attr]


def test_stored_candles_are_counted_again_when_there_are_others(reached: World) -> None:
    open_details(reached)
    reached.see(lambda: value(reached, "stored") == "없음")
    reached.data.store(BTC, CandleUnit.DAY, reached.now - timedelta(days=3), 2)
    reached.settings.operations.changed.emit(CANDLES_TOPIC, None)
    reached.see(lambda: value(reached, "stored") == "일 2개")


def test_the_market_the_page_and_the_step_come_back(reached: World) -> None:
    select(reached, "ETH")
    open_details(reached)
    reached.see(lambda: b'"market":"KRW-ETH"' in reached.settings.kept_layouts.get("market-layout", b""))
    reached.view.hide()
    again = reached.show()
    reached.see(lambda: again.side.market == ETH)
    assert again.side.tabs.current == DETAILS
    assert again.side.details.isVisible()


def test_screener_and_market_stand_side_by_side_where_there_is_room(reached: World) -> None:
    view = reached.view
    assert view.side.isVisible()
    assert not view.screener.isVisible()
    reached.choose_tab(SCREENER)
    assert view.screener.isVisible()
    assert not view.side.isVisible()
    view.resize(1840, 980)
    assert view.screener.isVisible()
    assert view.side.isVisible()
    reached.choose_tab(WATCHED)
    assert not view.screener.isVisible()


def test_the_screener_works_only_while_its_tab_is_open(reached: World) -> None:
    model = reached.view.screener_model
    model.add("turnover_24h")
    model.change_value(0, 0, "100000000000")
    reached.data.tell(summary_of(BTC, "143290000", before="141500000", turnover="384200000000", at=reached.now))
    reached.settings.clock.advance(5)
    model._run_if_due()
    assert not model.state.is_running
    reached.choose_tab(SCREENER)
    reached.see(lambda: model.state.found == frozenset({BTC, ETH}))
