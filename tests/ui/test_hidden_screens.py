"""What comes ten times a second costs nothing behind another screen; one that is shown is right at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.calls import calls_of
from tests.fakes.market_data_world import krw_markets, summary_of
from tests.fakes.practice_account import FakePracticeConnection, account_events
from tests.whole_program import is_all_made, running_program
from upbit_auto_trading.business_logic.domain.market import LastPrice
from upbit_auto_trading.business_logic.domain.stream import (
    PriceSummaryChanged,
    Provenance,
    StreamState,
    StreamStateChanged,
    Topic,
    TopicKind,
)
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.runtime.market_news import MarketNews
from upbit_auto_trading.ui.screens.chart.view import ChartView
from upbit_auto_trading.ui.screens.dashboard.view import DashboardView
from upbit_auto_trading.ui.screens.market.view import MarketView
from upbit_auto_trading.ui.screens.practice.view import PracticeView
from upbit_auto_trading.ui.widgets.table_flashes import TableFlashes

LISTED = krw_markets(300)
BTC = LISTED[0].market
#: a price is noted down: of each market, by each model that will be asked for it
MOST_NOTES = 4
#: whatever belongs to a screen, and where numbers are written and tables filled
OF_SCREENS = ("ui/screens/", "ui/market_views/", "ui/charts/", "ui/widgets/table", "ui/widgets/spark")


class Markets:
    """Every one of 300 moves at once."""

    def __init__(self, program: DesktopProgram) -> None:
        self.program = program
        self.price = Decimal(1_000_000)

    def move(self) -> None:
        self.price += 1_000
        now, opened = self.program.core.opened.clock.now(), Decimal(1_000_000)
        prices = tuple(LastPrice(one.market, self.price, opened, now) for one in LISTED)
        summaries = (summary_of(one.market, str(self.price), before="1000000", at=now) for one in LISTED)
        engine = self.program.core.engine
        engine.prices_changed.emit(prices)
        told = tuple(PriceSummaryChanged(one, Provenance.STREAM, now) for one in summaries)
        engine.market_told.emit(MarketNews(told))

    def begin(self) -> None:
        """Their streams are there."""
        now = self.program.core.opened.clock.now()
        topics = (Topic(TopicKind.PRICES, one.market) for one in LISTED)
        streams = tuple(StreamStateChanged(topic, StreamState.LIVE, now) for topic in topics)
        self.program.core.engine.market_told.emit(MarketNews(streams=streams))
        self.move()

    @property
    def shown(self) -> str:
        return formats.price(self.price)


@pytest.fixture
def markets(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Markets]:
    connection = FakePracticeConnection(LISTED)
    connection.streams.waiting = list(account_events(connection.owner))
    with running_program(qtbot, qapp, tmp_path, open_exchange=lambda _context: connection) as program:
        made = Markets(program)
        qtbot.waitUntil(lambda: program.core.engine.account.has_all_balances)
        made.begin()
        for screen in program.screens.ids:
            program.navigation.show(screen)
            made.move()
            qtbot.waitUntil(lambda screen=screen: is_all_made(program.window.screen_widget(screen)))  # type: ignore[misc]
        practice = cast(PracticeView, program.window.screen_widget("practice"))
        qtbot.waitUntil(lambda: practice.model.state.is_reached and practice.model.state.orders is not None)
        yield made


def away(markets: Markets) -> None:
    markets.program.navigation.show("help")
    QApplication.processEvents()


def of_screens(work: Callable[[], object]) -> Counter[str]:
    calls = calls_of(work)
    return Counter({name: count for name, count in calls.items() if name.startswith(OF_SCREENS)})


def moved_behind(qtbot: QtBot, markets: Markets) -> Counter[str]:
    """Three times, with everything that follows; what was begun in sight is over by then."""
    away(markets)
    market = cast(MarketView, markets.program.window.screen_widget("market"))
    qtbot.waitUntil(lambda: market.list.table.rows_model.is_sorted)
    flashes = markets.program.window.findChildren(TableFlashes)
    qtbot.waitUntil(lambda: not any(flash.isActive() for flash in flashes))
    qtbot.waitUntil(lambda: not of_screens(QApplication.processEvents))
    calls: Counter[str] = Counter()
    for _ in range(3):
        calls += of_screens(markets.move) + of_screens(QApplication.processEvents)
    return calls


def dashboard_price(markets: Markets) -> str:
    view = cast(DashboardView, markets.program.window.screen_widget("dashboard"))
    return str(view.table.rows_model.index(0, 1).data())


def market_price(markets: Markets) -> str:
    model = cast(MarketView, markets.program.window.screen_widget("market")).list.table.rows_model
    place = next(at for at, column in enumerate(model.columns) if column.key == "price")
    return str(model.index(model.place_of(BTC), place).data())


def list_price(markets: Markets) -> str:
    rows = cast(ChartView, markets.program.window.screen_widget("chart")).list.rows
    return str(rows.index(rows.place_of(BTC), 0).data()).split()[2]


def header_price(markets: Markets) -> str:
    return cast(ChartView, markets.program.window.screen_widget("chart")).header.price.price


def ticket_price(markets: Markets) -> str:
    view = cast(PracticeView, markets.program.window.screen_widget("practice"))
    return view.trade.ticket.last.value.text().removesuffix("원")


#: where a screen says what a bitcoin costs
SAID: tuple[tuple[str, Callable[[Markets], str]], ...] = (
    ("dashboard", dashboard_price),
    ("market", market_price),
    ("chart", list_price),
    ("chart", header_price),
    ("practice", ticket_price),
)


def is_shown(markets: Markets, said: Callable[[Markets], str]) -> bool:
    return said(markets) == markets.shown


def test_hidden_screens_do_nothing_and_shown_ones_are_right_at_once(qtbot: QtBot, markets: Markets) -> None:
    calls = moved_behind(qtbot, markets)
    each = {name: count / 3 / len(LISTED) for name, count in calls.items()}
    written = [name for name in each if "/widgets/" in name or name.endswith((":_draw", ":paint", ":paintEvent"))]
    assert not written, "a screen that is not seen was drawn"
    busy = {name: round(count, 1) for name, count in each.items() if count > MOST_NOTES}
    assert not busy, "of each market"
    assert sum(each.values()) < 2 * MOST_NOTES, f"of each market: {each}"
    for screen, said in (*SAID, *SAID):
        away(markets)
        markets.move()
        markets.program.navigation.show(screen)
        assert said(markets) == markets.shown, f"{said.__name__} is old"
        markets.move()
        qtbot.waitUntil(partial(is_shown, markets, said))
