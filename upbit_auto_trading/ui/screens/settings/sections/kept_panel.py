"""Candles that are kept up to date by themselves: which, how fresh each is, one more, one less."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QHBoxLayout

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.live_candle import FreshnessState
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.candle_words import UNIT_ORDER, UNIT_WORDS
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import current_language, retranslating
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.market_picker import MarketPicker
from upbit_auto_trading.ui.screens.settings.sections.pieces import ErrorBox, TallTable
from upbit_auto_trading.ui.screens.settings.view_model.candle_downloads import DownloadFormState
from upbit_auto_trading.ui.screens.settings.view_model.kept_candles import KeptRow, KeptState, KeptViewModel
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.select import Select
from upbit_auto_trading.ui.widgets.states import EmptyState, LoadingState
from upbit_auto_trading.ui.widgets.table import CellAction, CellKind, CellState, Column
from upbit_auto_trading.utils.bilingual_text import Text

REMOVE = "remove"
NameOf = Callable[[Market], str]
_TITLE = Text("최신으로 유지하는 캔들", "Candles kept up to date")
_HINT = Text(
    "프로그램이 켜져 있는 동안 실시간으로 만들고, 꺼져 있던 동안 빠진 것은 켤 때 채워요.",
    "Built live while the program runs; what was missed meanwhile is filled in at the start.",
)
_MARKET = Text("종목", "Market")
_UNIT = Text("단위", "Unit")
_STATE = Text("상태", "State")
_ACTION = Text("조작", "Action")
_REMOVE = Text("그만 유지", "Stop keeping")
_ADD = Text("유지하기", "Keep")
_CHOOSE = Text("종목을 고르면 더할 수 있어요.", "Choose a market to add it.")
_NOT_CONNECTED = Text("거래소에 연결되면 더할 수 있어요.", "Available once the exchange is connected.")
_ALREADY = Text("이미 최신으로 유지하고 있어요.", "It is kept up to date already.")
_EMPTY = Text("유지하는 캔들이 없어요", "No candles are kept up to date")
_EMPTY_LINE = Text(
    "더하면 지금부터 저절로 최신으로 유지해요.", "What you add is kept up to date from then on, by itself."
)
_FRESH = Text("최신", "Fresh")
_FILLING = Text("채우는 중", "Filling")
_LATE = Text("{age} 늦음", "{age} late")
_UNKNOWN = Text("연결 기다림", "Waiting")
_AGE_EVERY_MS = 1_000


def kept_columns(name_of: NameOf, now: Callable[[], datetime]) -> list[Column]:
    return [
        Column(
            "market",
            _MARKET,
            value=lambda row: name_of(row.series.market),
            suffix=lambda row: row.series.market.code,
            bold=True,
            width=180,
            stretch=True,
        ),
        Column(
            "unit",
            _UNIT,
            value=lambda row: UNIT_ORDER[row.series.unit],
            text=lambda row: UNIT_WORDS[row.series.unit],
            width=90,
        ),
        Column("state", _STATE, value=lambda row: state_of(row, now()), kind=CellKind.STATE, width=160, sortable=False),
        Column(
            "action",
            _ACTION,
            value=lambda _row: (CellAction(REMOVE, _REMOVE),),
            kind=CellKind.ACTIONS,
            width=110,
            sortable=False,
        ),
    ]


def state_of(row: KeptRow, now: datetime) -> CellState:
    freshness = row.freshness
    if freshness is None:
        return CellState(_UNKNOWN, "t2", Icon.UNKNOWN)
    if freshness.state is FreshnessState.FRESH:
        return CellState(_FRESH, "success", Icon.SUCCESS)
    if freshness.state is FreshnessState.FILLING:
        return CellState(_FILLING, "info", Icon.REFRESH)
    late = formats.duration(max(0.0, (now - freshness.since).total_seconds()), current_language(), most=1)
    return CellState(_LATE.format(age=late), "warning", Icon.STALE)


class KeptPanel(Panel):
    def __init__(self, model: KeptViewModel, name_of: NameOf, now: Callable[[], datetime]) -> None:
        super().__init__(_TITLE)
        self._model = model
        self.market = MarketPicker()
        self.unit = Select(name=_UNIT)
        self.add = Button(_ADD, ButtonRole.PRIMARY, Icon.ADD)
        self.table = TallTable(kept_columns(name_of, now), key=lambda row: row.series, name=_TITLE)
        self.empty = EmptyState(_EMPTY, _EMPTY_LINE, icon=Icon.REFRESH)
        self.loading = LoadingState(rows=3, can_cancel=False)
        self.error = ErrorBox()
        self._ages = QTimer(self)
        self._ages.setInterval(_AGE_EVERY_MS)
        self._ages.timeout.connect(lambda: self.table.viewport().update())  # type: ignore[union-attr]
        self._arrange()
        self.market.chosen.connect(lambda _market: self._draw_add())
        self.unit.chosen.connect(lambda _unit: self._draw_add())
        self.add.clicked.connect(self._add)
        self.table.action.connect(lambda row, _action: model.remove(row.series))
        model.state_changed.connect(self._draw)
        retranslating(self, lambda: self._draw(model.state))

    def _arrange(self) -> None:
        body = self.body_layout(0, 0)
        head = QHBoxLayout()
        head.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        head.setSpacing(Space.M)
        head.addWidget(self.market, 1)
        head.addWidget(self.unit)
        head.addWidget(self.add)
        hint = QHBoxLayout()
        hint.setContentsMargins(Space.XL, Space.L, Space.XL, 0)
        hint.addWidget(Label(_HINT, "table", "t2", wrap=True))
        body.addLayout(hint)
        body.addLayout(head)
        body.addWidget(self.error)
        self.empty.setFixedHeight(130)
        self.loading.setFixedHeight(110)
        for widget in (self.table, self.empty, self.loading):
            body.addWidget(widget)

    def show_offer(self, offer: DownloadFormState) -> None:
        """Which markets and units the connected exchange has."""
        self.market.set_markets(offer.markets)
        options = [(unit.value, UNIT_WORDS[unit]) for unit in offer.units]
        if options != self.unit.options:
            kept = self.unit.current or CandleUnit.MINUTE.value
            self.unit.set_options(options, kept)
        self._draw_add()

    def _add(self) -> None:
        market = self.market.current
        if market is not None:
            self._model.add(market, CandleUnit(self.unit.current))
            self.market.set_current(None)
            self._draw_add()

    def _draw(self, state: KeptState) -> None:
        self.error.set_message(state.error)
        self.loading.setVisible(state.rows is None and state.error is None)
        self.empty.setVisible(state.rows == ())
        self.table.setVisible(bool(state.rows))
        self.set_count(len(state.rows) if state.rows else None)
        self.table.show_rows(state.rows or ())
        self._draw_add()

    def _draw_add(self) -> None:
        market, unit = self.market.current, self.unit.current
        reason = None
        if not self.unit.options:
            reason = _NOT_CONNECTED
        elif market is None:
            reason = _CHOOSE
        elif self._model.holds(market, CandleUnit(unit)):
            reason = _ALREADY
        self.add.set_disabled_reason(reason)
        self.market.set_disabled_reason(None if self.unit.options else _NOT_CONNECTED)

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._ages.start()

    def hideEvent(self, event: QHideEvent | None) -> None:
        self._ages.stop()
        super().hideEvent(event)
