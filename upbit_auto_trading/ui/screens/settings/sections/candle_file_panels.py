"""Candles from a file, and a range into a file: what went in, and every reason why something did not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.use_cases.import_candles import ImportReport
from upbit_auto_trading.ui.candle_words import UNIT_WORDS, span_words
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.download_sentences import reason_words
from upbit_auto_trading.ui.forms.day_text import NO_DAY, parse_end, parse_moment, shown_day
from upbit_auto_trading.ui.forms.row_note import RowNote
from upbit_auto_trading.ui.market_picker import MarketPicker
from upbit_auto_trading.ui.screens.settings.sections.pieces import ErrorBox, TallTable, labelled
from upbit_auto_trading.ui.screens.settings.view_model.candle_downloads import DownloadFormState
from upbit_auto_trading.ui.screens.settings.view_model.candle_files import (
    EXPORTING,
    FilesState,
    FilesViewModel,
)
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.path_choice import ChooseOpen, ChooseSave, choose_open, choose_save
from upbit_auto_trading.ui.widgets.progress_row import ProgressRow
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.select import Select
from upbit_auto_trading.ui.widgets.table import Column
from upbit_auto_trading.ui.widgets.text_input import TextInput
from upbit_auto_trading.utils.bilingual_text import Text

_IMPORT = Text("파일에서 가져오기", "Import a file")
_IMPORT_LINE = Text(
    "CSV, CSV.GZ, Parquet를 읽어요. 파일에 없는 시각은 거래가 없던 것으로 봐요. 거래소가 준 캔들은 바꾸지 않아요.",
    "CSV, CSV.GZ and Parquet. A time that the file lacks counts as without trades. Candles of the exchange stay.",
)
_EXPORT = Text("파일로 내보내기", "Export to a file")
_MARKET, _UNIT = Text("종목", "Market"), Text("단위", "Unit")
_FROM, _TO = Text("시작 (KST)", "From (KST)"), Text("끝 (KST, 이 날까지)", "To (KST, inclusive)")
_KIND = Text("형식", "Format")
_CHOOSE_FILE = Text("파일 골라 가져오기", "Choose a file and import")
_CHOOSE_PLACE = Text("저장할 곳 골라 내보내기", "Choose a place and export")
_FILES = Text("캔들 파일 (*.csv *.csv.gz *.parquet *.pq)", "Candle files (*.csv *.csv.gz *.parquet *.pq)")
_KINDS = (("csv", Text("CSV", "CSV")), ("csv.gz", Text("CSV.GZ", "CSV.GZ")), ("parquet", Text("Parquet", "Parquet")))
_CHOOSE_MARKET = Text("먼저 종목을 고르세요.", "Choose a market first.")
_MEND = Text("기간을 바르게 넣으세요.", "Correct the range first.")
_BUSY = Text("다른 작업이 끝나면 할 수 있어요.", "Available when the running work has ended.")
_NOT_CONNECTED = Text("거래소에 연결되면 할 수 있어요.", "Available once the exchange is connected.")
_NOT_BEFORE = Text("끝이 시작보다 뒤여야 해요.", "The end must lie after the start.")
_TOOK = Text(
    "{span}: 새 캔들 {new}개, 바뀐 캔들 {changed}개를 넣었어요.", "{span}: {new} new and {changed} changed candles."
)
_KEPT = Text(" 거래소가 준 캔들과 다른 {count}개는 그대로 두었어요.", " {count} that the exchange told otherwise stay.")
_UNFINISHED = Text(" 아직 끝나지 않은 {count}개는 뺐어요.", " {count} that have not ended were left out.")
_NOTHING_IN_IT = Text("파일에 넣을 캔들이 없어요.", "The file holds no candle to store.")
_WROTE = Text("{file}에 캔들 {count}개를 적었어요.", "{count} candles were written to {file}.")
_REFUSED = Text("넣지 않은 캔들", "Candles that were not stored")
_WHEN, _WHY = Text("시각 (KST)", "Time (KST)"), Text("이유", "Reason")


class _FilePanel(Panel):
    """Market and unit above, the work's progress and its result below."""

    def __init__(self, title: Text, model: FilesViewModel) -> None:
        super().__init__(title)
        self._model = model
        self.market = MarketPicker()
        self.unit = Select(name=_UNIT)
        self.line = RowNote()
        self.error = ErrorBox()
        self.progress: ProgressRow | None = None
        self.progress_place = QVBoxLayout()
        self.market.chosen.connect(lambda _market: self._draw_button())

    def show_offer(self, offer: DownloadFormState) -> None:
        self.market.set_markets(offer.markets)
        self.market.set_disabled_reason(None if offer.markets else _NOT_CONNECTED)
        options = [(unit.value, UNIT_WORDS[unit]) for unit in offer.units]
        if options != self.unit.options:
            self.unit.set_options(options, self.unit.current or CandleUnit.MINUTE.value)
        self._draw_button()

    def _draw_button(self) -> None:
        raise NotImplementedError

    def _choices(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.L)
        row.addLayout(labelled(_MARKET, self.market), 1)
        row.addLayout(labelled(_UNIT, self.unit))
        return row

    def _draw_progress(self, running: Text | None, state: FilesState) -> None:
        if self.progress is not None and (running is None or self.progress.verb.text() not in (running.ko, running.en)):
            self.progress_place.removeWidget(self.progress)
            self.progress.hide()
            self.progress.deleteLater()
            self.progress = None
        if running is None:
            return
        if self.progress is None:
            self.progress = ProgressRow(running)
            self.progress.cancelled.connect(self._model.cancel)
            self.progress_place.addWidget(self.progress)
        if state.progress is not None and state.progress.fraction is not None:
            self.progress.set_progress(state.progress.fraction, state.progress.remaining_seconds)


class ImportPanel(_FilePanel):
    def __init__(self, model: FilesViewModel, choose: ChooseOpen = choose_open) -> None:
        super().__init__(_IMPORT, model)
        self._choose = choose
        self.button = Button(_CHOOSE_FILE, ButtonRole.PRIMARY, Icon.UPLOAD)
        self.refused = TallTable(_refused_columns(), key=lambda one: (one.opened_at, one.reason), name=_REFUSED)
        body = self.body_layout(Space.XL, Space.L)
        body.addWidget(Label(_IMPORT_LINE, "table", "t2", wrap=True))
        body.addLayout(self._choices())
        foot = QHBoxLayout()
        foot.setSpacing(Space.L)
        foot.addWidget(self.line, 100)
        foot.addStretch(1)
        foot.addWidget(self.button)
        body.addLayout(foot)
        body.addLayout(self.progress_place)
        body.addWidget(self.error)
        body.addWidget(self.refused)
        self.button.clicked.connect(self._ask)
        model.state_changed.connect(self._draw)
        retranslating(self, lambda: self._draw(model.state))

    def _ask(self) -> None:
        market, unit = self.market.current, CandleUnit(self.unit.current)
        if market is not None:
            self._choose(self, _IMPORT, _FILES, lambda path: self._model.import_file(path, market, unit))

    def _draw(self, state: FilesState) -> None:
        running = state.running if state.running is not EXPORTING else None
        self._draw_progress(running, state)
        self.error.set_message(state.import_error)
        report = state.imported
        if report is None:
            self.line.show_hint("")
        else:
            self.line.show_success(import_words(report))
        self.refused.setVisible(report is not None and bool(report.refused))
        self.refused.show_rows(report.refused if report is not None else ())
        self._draw_button()

    def _draw_button(self) -> None:
        busy = _BUSY if self._model.state.running is not None else None
        self.button.set_disabled_reason(busy or (None if self.market.current is not None else _CHOOSE_MARKET))


class ExportPanel(_FilePanel):
    def __init__(
        self, model: FilesViewModel, market_now: Callable[[], datetime], choose: ChooseSave = choose_save
    ) -> None:
        super().__init__(_EXPORT, model)
        self._choose = choose
        self.start_day = TextInput("2026-01-31", name=_FROM)
        self.end_day = TextInput("2026-01-31", name=_TO)
        now = market_now()
        self.start_day.set_text(f"{shown_day(now)[:7]}-01")
        self.end_day.set_text(shown_day(now)[:10])
        self.kind = Segments(_KINDS, name=_KIND)
        self.button = Button(_CHOOSE_PLACE, ButtonRole.PRIMARY, Icon.DOWNLOAD)
        body = self.body_layout(Space.XL, Space.L)
        body.addLayout(self._choices())
        days = QHBoxLayout()
        days.setSpacing(Space.L)
        days.addLayout(labelled(_FROM, self.start_day), 1)
        days.addLayout(labelled(_TO, self.end_day), 1)
        days.addLayout(labelled(_KIND, self.kind))
        body.addLayout(days)
        foot = QHBoxLayout()
        foot.setSpacing(Space.L)
        foot.addWidget(self.line, 100)
        foot.addStretch(1)
        foot.addWidget(self.button)
        body.addLayout(foot)
        body.addLayout(self.progress_place)
        body.addWidget(self.error)
        for field in (self.start_day, self.end_day):
            field.committed.connect(lambda _text: self._check())
        self.button.clicked.connect(self._ask)
        model.state_changed.connect(self._draw)
        retranslating(self, lambda: self._draw(model.state))

    def _span(self) -> Span | None:
        start, end = parse_moment(self.start_day.text()), parse_end(self.end_day.text())
        return Span(start, end) if start is not None and end is not None and start < end else None

    def _check(self) -> None:
        start, end = parse_moment(self.start_day.text()), parse_end(self.end_day.text())
        self.start_day.set_error(NO_DAY if start is None else None)
        crossed = start is not None and end is not None and end <= start
        self.end_day.set_error(NO_DAY if end is None else _NOT_BEFORE if crossed else None)
        self._draw_button()

    def _ask(self) -> None:
        market, unit, span = self.market.current, CandleUnit(self.unit.current), self._span()
        if market is None or span is None:
            return
        kind = self.kind.current
        proposed = f"{market.exchange}-{market.code}-{unit.value}.{kind}"
        title = Text(f"{kind.upper()} (*.{kind})", f"{kind.upper()} (*.{kind})")

        def take(path: str) -> None:
            named = path if path.lower().endswith(f".{kind}") else f"{path}.{kind}"
            self._model.export(named, market, unit, span)

        self._choose(self, _EXPORT, title, proposed, take)

    def _draw(self, state: FilesState) -> None:
        self._draw_progress(state.running if state.running is EXPORTING else None, state)
        self.error.set_message(state.export_error)
        if state.exported is None:
            self.line.show_hint("")
        else:
            path, count = state.exported
            self.line.show_success(_WROTE.format(file=path, count=formats.decimals(count, 0)))
        self._draw_button()

    def _draw_button(self) -> None:
        reason = _BUSY if self._model.state.running is not None else None
        if reason is None and self.market.current is None:
            reason = _CHOOSE_MARKET
        if reason is None and self._span() is None:
            reason = _MEND
        self.button.set_disabled_reason(reason)


def import_words(report: ImportReport) -> Text:
    if report.span is None:
        return _NOTHING_IN_IT
    span = span_words(report.span.start, report.span.end)
    parts = [_TOOK.format(span=span, new=formats.decimals(report.new, 0), changed=formats.decimals(report.changed, 0))]
    if report.kept:
        parts.append(_KEPT.format(count=formats.decimals(report.kept, 0)))
    if report.unfinished:
        parts.append(_UNFINISHED.format(count=report.unfinished))
    return Text("".join(part.ko for part in parts), "".join(part.en for part in parts))


def _refused_columns() -> list[Column]:
    return [
        Column(
            "when", _WHEN, value=lambda one: one.opened_at, text=lambda one: formats.full_time(one.opened_at), width=160
        ),
        Column("why", _WHY, value=lambda one: one.reason, text=lambda one: reason_words(one.reason), stretch=True),
    ]
