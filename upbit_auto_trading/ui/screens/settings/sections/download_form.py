"""What to download: market, unit, range; and before it begins, what is missing and how long it would take."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QGridLayout, QHBoxLayout

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.ui.candle_words import UNIT_WORDS, span_words
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import current_language, retranslating
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.forms.row_note import RowNote
from upbit_auto_trading.ui.market_picker import MarketPicker
from upbit_auto_trading.ui.screens.settings.sections.pieces import labelled
from upbit_auto_trading.ui.screens.settings.view_model.candle_downloads import (
    ALL,
    MONTH,
    OWN,
    YEAR,
    DownloadFormState,
    DownloadsViewModel,
)
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.select import Select
from upbit_auto_trading.ui.widgets.text_input import TextInput
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:
    from upbit_auto_trading.business_logic.ports.downloads import DownloadPlan

_TITLE = Text("캔들 내려받기", "Download candles")
_MARKET = Text("종목", "Market")
_UNIT = Text("단위", "Unit")
_RANGE = Text("기간 (KST)", "Range (KST)")
_FROM = Text("시작 (KST)", "From (KST)")
_TO = Text("끝 (KST, 이 날까지)", "To (KST, inclusive)")
_PRESETS = (
    (MONTH, Text("1개월", "1 month")),
    (YEAR, Text("1년", "1 year")),
    (ALL, Text("전체", "All")),
    (OWN, Text("직접", "Own")),
)
_START = Text("내려받기", "Download")
_CHOOSE_MARKET = Text("종목을 고르면 얼마나 걸리는지 알려 드려요.", "Choose a market to see how long it takes.")
_NOT_CONNECTED = Text("거래소에 연결되면 내려받을 수 있어요.", "Available once the exchange is connected.")
_PLANNING = Text("없는 구간을 세는 중이에요.", "Counting what is missing.")
_ALL_THERE = Text("이 기간은 이미 모두 있어요.", "This range is complete already.")
_PLAN = Text(
    "{missing} 분량이 없어요. 요청 {requests}번, {time} 걸려요.",
    "Missing: {missing}. Requests: {requests}, {time}.",
)
_ABOUT = Text("약 {time}", "about {time}")
_OUT_OF_REACH = Text(
    "{span}은 거래소가 보관하지 않아서 받을 수 없어요.", "The exchange keeps nothing of {span}: it stays unknown."
)
_MEND_FIELDS = Text("기간을 바르게 넣으면 할 수 있어요.", "Available once the range is right.")


class DownloadForm(Panel):
    def __init__(self, model: DownloadsViewModel) -> None:
        super().__init__(_TITLE)
        self._model = model
        self.market = MarketPicker()
        self.unit = Select(name=_UNIT)
        self.preset = Segments(_PRESETS, model.state.preset, name=_RANGE)
        self.start_day = TextInput("2026-01-31", name=_FROM)
        self.end_day = TextInput("2026-01-31", name=_TO)
        self.line = RowNote()
        self.start = Button(_START, ButtonRole.PRIMARY, Icon.DOWNLOAD)
        self._arrange()
        self.market.chosen.connect(model.choose_market)
        self.unit.chosen.connect(lambda unit: model.choose_unit(CandleUnit(unit)))
        self.preset.chosen.connect(model.choose_preset)
        self.start_day.committed.connect(model.type_from)
        self.end_day.committed.connect(model.type_to)
        self.start.clicked.connect(model.start)
        model.state_changed.connect(self._draw)
        retranslating(self, lambda: self._draw(model.state))

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.L)
        for place, (label, widget) in enumerate(((_MARKET, self.market), (_UNIT, self.unit), (_RANGE, self.preset))):
            grid.addLayout(labelled(label, widget), 0, place)
        days = QHBoxLayout()
        days.setSpacing(Space.L)
        days.addLayout(labelled(_FROM, self.start_day), 1)
        days.addLayout(labelled(_TO, self.end_day), 1)
        grid.setColumnStretch(0, 1)
        foot = QHBoxLayout()
        foot.setSpacing(Space.L)
        foot.addWidget(self.line, 100)
        foot.addStretch(1)
        foot.addWidget(self.start)
        body = self.body_layout(Space.XL, Space.L)
        body.addLayout(grid)
        body.addLayout(days)
        body.addLayout(foot)

    def _draw(self, state: DownloadFormState) -> None:
        self.market.set_markets(state.markets)
        self.market.set_current(state.market)
        self.market.set_disabled_reason(None if state.markets else _NOT_CONNECTED)
        options = [(unit.value, UNIT_WORDS[unit]) for unit in state.units]
        if options != self.unit.options:
            self.unit.set_options(options, state.unit.value)
        self.unit.set_current(state.unit.value)
        self.preset.set_current(state.preset)
        for field, text, error in (
            (self.start_day, state.from_text, state.from_error),
            (self.end_day, state.to_text, state.to_error),
        ):
            if field.text() != text:
                field.set_text(text)
            field.set_error(error)
        self._draw_plan(state)

    def _draw_plan(self, state: DownloadFormState) -> None:
        if state.plan_error is not None:
            message = explain(state.plan_error)
            self.line.show_error(Text(f"{message.title.ko} {message.mend.ko}", f"{message.title.en} {message.mend.en}"))
        elif state.plan is not None:
            self._say_plan(state, state.plan)
        elif not state.markets:
            self.line.show_hint(_NOT_CONNECTED)
        else:
            self.line.show_hint(_PLANNING if state.is_planning else _CHOOSE_MARKET)
        self.start.set_disabled_reason(self._why_not(state))

    def _say_plan(self, state: DownloadFormState, plan: DownloadPlan) -> None:
        sentence = plan_words(plan, state.missing, state.seconds)
        if plan.requests:
            self.line.show_hint(sentence)
        else:
            self.line.show_success(sentence)

    def _why_not(self, state: DownloadFormState) -> Text | None:
        if not state.markets:
            return _NOT_CONNECTED
        if state.from_error is not None or state.to_error is not None:
            return _MEND_FIELDS
        if state.market is None:
            return _CHOOSE_MARKET
        if state.plan is None:
            return _PLANNING
        return None if state.can_start else _ALL_THERE


def plan_words(plan: DownloadPlan, missing: timedelta, seconds: float) -> Text:
    language = current_language()
    if plan.requests:
        words = _PLAN.format(
            missing=formats.duration(missing, language),
            requests=formats.decimals(plan.requests, 0),
            time=_ABOUT.format(time=formats.duration(max(1.0, seconds), language, most=1)),
        )
    else:
        words = _ALL_THERE
    if plan.out_of_reach is None:
        return words
    span = span_words(plan.out_of_reach.start, plan.out_of_reach.end)
    further = _OUT_OF_REACH.format(span=span)
    return Text(f"{words.ko} {further.ko}", f"{words.en} {further.en}")
