"""Three hundred markets on the screen: what one update takes of the window's thread, beside Qt's own table.

The peer is a ``QTableWidget`` of as many rows and columns whose cells are set as plain texts and which is then sorted:
the least that a list of markets could be. Both take turns.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from time import thread_time

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QTableWidget, QTableWidgetItem
from pytestqt.qtbot import QtBot

from tests.bench.yardstick import seconds_of
from tests.fakes.market_data_world import krw_markets, summary_of
from tests.fakes.settings_world import SettingsWorld
from tests.ui.stopping import stop_operations
from upbit_auto_trading.business_logic.domain.market_view import PriceSummary
from upbit_auto_trading.ui.market_views.markets import MarketsViewModel
from upbit_auto_trading.ui.screens.market.view import MarketView
from upbit_auto_trading.ui.screens.market.view_model.screener import ScreenerViewModel

_MARKETS = 300
#: ten times a second, on a busy day
_CHANGED = 60
_ROUNDS = 40
#: of the peer's time for the same update
_MOST_TIMES_QT = 8.0

pytestmark = [pytest.mark.bench, pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")]


@pytest.fixture
def world(qtbot: QtBot, tmp_path: Path) -> Iterator[SettingsWorld]:
    world = SettingsWorld(tmp_path)
    yield world
    stop_operations(world.operations)


class BareTable:
    """Market, price, change and turnover of each market, as texts; ordered by turnover."""

    def __init__(self, markets: Sequence[str], columns: int) -> None:
        self.table = QTableWidget(len(markets), columns)
        self._items: dict[str, list[QTableWidgetItem]] = {}
        for row, market in enumerate(markets):
            self._items[market] = [QTableWidgetItem(market) for _ in range(columns)]
            for column, item in enumerate(self._items[market]):
                self.table.setItem(row, column, item)
        self._turnover = 3

    def tell(self, told: Sequence[PriceSummary]) -> None:
        for one in told:
            _name, price, change, turnover, *others = self._items[one.market.code]
            price.setText(f"{one.price:,}")
            change.setText(f"{(one.price - one.previous_close) / one.previous_close:+.2%}")
            turnover.setText(f"{one.turnover_24h:020,.0f}")
            for other in others:
                other.setText(f"{one.price:,}")
        self.table.sortItems(self._turnover, Qt.SortOrder.DescendingOrder)


def test_an_update_of_three_hundred_markets_beside_qts_own_table(
    qtbot: QtBot, qapp: QApplication, world: SettingsWorld
) -> None:
    """Prices move and turnovers grow, so that rows change places now and then; painting comes on top, as told."""
    data, chance = world.market_data, random.Random(7)
    listed = krw_markets(_MARKETS)
    data.list_markets(listed)
    model = MarketsViewModel(data.services, world.services.layouts)
    view = MarketView(model, ScreenerViewModel(world.services, model), world.services)
    qtbot.addWidget(view)
    view.resize(1848, 980)
    view.show()
    data.link.start()
    qtbot.waitUntil(lambda: model.state.total == _MARKETS)
    turnover = {one.market: 10 ** chance.uniform(7, 12) for one in listed}
    now = world.clock.now()

    def summaries(count: int) -> list[PriceSummary]:
        changed = chance.sample(listed, count)
        for one in changed:
            turnover[one.market] *= 1 + chance.random() / 5_000
        return [
            summary_of(
                one.market,
                str(chance.randint(100, 9_999)),
                before="5000",
                turnover=f"{turnover[one.market]:.0f}",
                at=now,
            )
            for one in changed
        ]

    data.tell(*summaries(_MARKETS))
    qapp.processEvents()
    shown = view.list.table.model()
    assert shown is not None
    bare = BareTable([one.market.code for one in listed], shown.columnCount())
    qtbot.addWidget(bare.table)
    bare.tell(summaries(_MARKETS))
    updates, paints, peers = [], [], []
    for _ in range(_ROUNDS):
        told = summaries(_CHANGED)
        # of this thread's own work: what other programs take meanwhile is not ours
        updates.append(seconds_of(partial(data.tell, *told, state=None), thread_time))
        paints.append(seconds_of(qapp.processEvents, thread_time))
        peers.append(seconds_of(partial(bare.tell, told), thread_time))
    assert view.list.table.rows_model.rowCount() == _MARKETS
    ratio = median(ours / theirs for ours, theirs in zip(updates, peers, strict=True))
    print(
        f"\n{_CHANGED} of {_MARKETS} markets: update {median(updates) * 1e3:.1f} ms (most {max(updates) * 1e3:.1f}), "
        f"a QTableWidget's {median(peers) * 1e3:.1f} ms, {ratio:.2f} ×; "
        f"painting {median(paints) * 1e3:.1f} ms at 1848×980"
    )
    assert ratio < _MOST_TIMES_QT
    view.hide()
