"""What candles lie on this computer: how much of the limit they take, series by series, and how to be rid of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from PyQt6.QtCore import pyqtSlot
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.candle_words import ORIGIN_WORDS, UNIT_ORDER, UNIT_WORDS, day_words, short_time
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words, current_language, retranslating, tr
from upbit_auto_trading.ui.design.tokens import Motion, Space
from upbit_auto_trading.ui.forms.row_note import RowNote
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.screens.settings.sections.pieces import ErrorBox, TallTable
from upbit_auto_trading.ui.screens.settings.view_model.market_data import (
    CLEANING,
    COMPACTING,
    Done,
    Running,
    StoredState,
    StoredViewModel,
)
from upbit_auto_trading.ui.widgets.buttons import Button
from upbit_auto_trading.ui.widgets.hold_button import HoldButton
from upbit_auto_trading.ui.widgets.kept_layout import KeptLayout
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.meter_bar import MeterBar
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.progress_row import ProgressRow
from upbit_auto_trading.ui.widgets.states import EmptyState, LoadingState
from upbit_auto_trading.ui.widgets.table import CellKind, Column
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:
    from upbit_auto_trading.business_logic.ports.candle_store import SeriesFacts

_TITLE = Text("보관 중인 캔들", "Stored candles")
_USED = Text("{used} 사용 · 한도 {most}", "{used} used · limit {most}")
_MARKET = Text("종목", "Market")
_UNIT = Text("단위", "Unit")
_RANGE = Text("기간 (KST)", "Range (KST)")
_CANDLES = Text("캔들", "Candles")
_COMPLETE = Text("완전도", "Complete")
_GAPS = Text("모르는 구간", "Gaps")
_ORIGIN = Text("출처", "Origin")
_SIZE = Text("크기", "Size")
_GAPS_TIP = Text(
    "받지 못해서 거래가 있었는지 모르는 구간이에요. 거래가 없던 시간은 들어가지 않아요.",
    "Ranges that were never received, so nobody knows whether there were trades. Quiet times do not count.",
)
_JUMPS_TIP = Text(
    "앞뒤와 크게 다른 캔들이 {count}개 있어요. 그대로 두고 표시해 두었어요.",
    "{count} candles lie far from both neighbours. They are kept and marked.",
)
_EMPTY = Text("아직 캔들이 없어요", "There are no candles yet")
_EMPTY_LINE = Text(
    "내려받거나 파일에서 가져오면 여기에 나와요.", "What you download or import from a file is listed here."
)
_TO_DOWNLOADS = Text("내려받기", "Download")
_DELETE = Text("고른 캔들 지우기", "Delete the chosen candles")
_COMPACT = Text("파일 압축", "Compact the file")
_CLEAN = Text("지금 정리", "Clean up now")
_CLEAN_TIP = Text(
    "보관 규칙보다 오래된 캔들을 지우고, 한도를 넘으면 다시 계산할 수 있는 것부터 지워요.",
    "Deletes what is older than the rules keep; beyond the limit, first what can be computed again.",
)
_COMPACT_TIP = Text("캔들은 그대로 두고 파일만 작게 만들어요.", "Makes the file smaller; no candle goes.")
_CHOOSE_FIRST = Text("먼저 표에서 고르세요.", "Choose a line of the table first.")
_BUSY = Text("다른 작업이 끝나면 할 수 있어요.", "Available when the running work has ended.")
_NOTHING_STORED = Text("보관 중인 캔들이 없어요.", "No candles are stored.")
_DELETED = Text("캔들 {count}개를 지웠어요.", "{count} candles were deleted.")
_COMPACTED = Text("파일을 압축했어요. {before} → {after}", "The file was compacted: {before} → {after}")
_CLEANED = Text("{count}개 구간을 정리했어요. {before} → {after}", "{count} ranges were removed: {before} → {after}")
_CLEAN_ALREADY = Text("정리할 것이 없어요.", "There was nothing to clean up.")

NameOf = Callable[[Market], str]


def stored_columns(name_of: NameOf) -> list[Column]:
    return [
        Column(
            "market",
            _MARKET,
            value=lambda facts: name_of(facts.market),
            suffix=lambda facts: facts.market.code,
            tip=lambda facts: str(facts.market),
            bold=True,
            width=150,
            stretch=True,
        ),
        Column(
            "unit",
            _UNIT,
            value=lambda facts: UNIT_ORDER[facts.unit],
            text=lambda facts: UNIT_WORDS[facts.unit],
            width=56,
        ),
        Column("range", _RANGE, value=lambda facts: facts.first_at, text=_days, tip=_minutes, width=160),
        Column(
            "candles",
            _CANDLES,
            value=lambda facts: facts.candles,
            text=lambda facts: formats.decimals(facts.candles, 0),
            kind=CellKind.NUMBER,
            tip=_jumps_tip,
            width=72,
        ),
        Column(
            "complete",
            _COMPLETE,
            value=lambda facts: facts.completeness,
            text=_completeness,
            kind=CellKind.NUMBER,
            token=lambda facts: "warning" if facts.completeness < 1 else None,
            width=64,
        ),
        Column(
            "gaps",
            _GAPS,
            value=unknown_gaps,
            text=lambda facts: formats.decimals(unknown_gaps(facts), 0),
            kind=CellKind.NUMBER,
            tip=lambda facts: _GAPS_TIP if unknown_gaps(facts) else None,
            width=72,
        ),
        Column("origin", _ORIGIN, value=_origins, token=lambda _facts: "t2", width=64),
        Column(
            "size",
            _SIZE,
            value=lambda facts: facts.stored_bytes,
            text=lambda facts: formats.byte_size(facts.stored_bytes, current_language()),
            kind=CellKind.NUMBER,
            width=64,
        ),
    ]


def unknown_gaps(facts: SeriesFacts) -> int:
    """Between the first and the last that is known; ``known`` is merged, so each seam is a gap."""
    return max(0, len(facts.known) - 1)


def _days(facts: SeriesFacts) -> str:
    if facts.first_at is None or facts.last_at is None:
        return formats.NOTHING
    return day_words(facts.first_at, facts.last_at + timedelta(seconds=1))


def _minutes(facts: SeriesFacts) -> str:
    return f"{short_time(facts.first_at)} – {short_time(facts.last_at)}"


def _completeness(facts: SeriesFacts) -> str:
    """Cut, never rounded up: 100% is said of what is complete alone."""
    thousandths = int(facts.completeness * 1_000)
    return formats.percent(thousandths / 1_000, 1 if thousandths < 1_000 else 0)


def _jumps_tip(facts: SeriesFacts) -> Words | None:
    return _JUMPS_TIP.format(count=facts.jumps) if facts.jumps else None


def _origins(facts: SeriesFacts) -> str:
    return " · ".join(tr(word) for origin, word in ORIGIN_WORDS.items() if origin in facts.origins)


class StoredPanel(Panel):
    def __init__(self, model: StoredViewModel, name_of: NameOf, memory: LayoutMemory) -> None:
        super().__init__(_TITLE)
        self._model = model
        self._shown_work: Text | None = None
        self.progress: ProgressRow | None = None
        self.used = Label("", "body_bold")
        self.meter = MeterBar()
        self.table = TallTable(stored_columns(name_of), key=lambda facts: (facts.market, facts.unit), name=_TITLE)
        self.kept = KeptLayout(self.table, memory, "stored-candles", (("market", False),))
        self.empty = EmptyState(_EMPTY, _EMPTY_LINE, _TO_DOWNLOADS, Icon.DATABASE)
        self.loading = LoadingState(rows=4, can_cancel=False)
        self.list_error = ErrorBox()
        self.delete = HoldButton(_DELETE, Motion.HOLD_MS, Icon.DELETE)
        self.compact = Button(_COMPACT, icon=Icon.DATABASE)
        self.clean = Button(_CLEAN, icon=Icon.REFRESH)
        self.compact.set_tip(_COMPACT_TIP)
        self.clean.set_tip(_CLEAN_TIP)
        self.line = RowNote()
        self._arrange()
        self.table.selected_row.connect(lambda _row: self._draw_buttons())
        self.delete.completed.connect(self._delete)
        self.compact.clicked.connect(model.compact)
        self.clean.clicked.connect(model.clean_up)
        model.state_changed.connect(self._draw)
        retranslating(self, lambda: self._draw(model.state))

    def _arrange(self) -> None:
        body = self.body_layout(0, 0)
        head = QVBoxLayout()
        head.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        head.setSpacing(Space.M)
        head.addWidget(self.used)
        head.addWidget(self.meter)
        body.addLayout(head)
        self.progress_place = QVBoxLayout()
        self.progress_place.setContentsMargins(Space.XL, 0, Space.XL, Space.L)
        body.addLayout(self.progress_place)
        body.addWidget(self.list_error)
        self.empty.setFixedHeight(160)
        self.loading.setFixedHeight(140)
        for widget in (self.table, self.empty, self.loading):
            body.addWidget(widget)
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        foot.setSpacing(Space.M)
        foot.addWidget(self.delete)
        foot.addWidget(self.line, 100)
        foot.addStretch(1)
        foot.addWidget(self.compact)
        foot.addWidget(self.clean)
        body.addLayout(foot)

    def _delete(self) -> None:
        facts = self.table.current_row()
        if facts is not None:
            self._model.forget(facts.market, facts.unit)

    # drawing

    @pyqtSlot(object)
    def _draw(self, state: StoredState) -> None:
        language = current_language()
        used, most = formats.byte_size(state.file_bytes, language), formats.byte_size(state.most_bytes, language)
        self.used.set_text(_USED.format(used=used, most=most))
        share = state.file_bytes / state.most_bytes if state.most_bytes else 0.0
        self.meter.set_value(share, "warning" if share >= 1 else "accent")
        self.list_error.set_message(state.list_error)
        self.loading.setVisible(state.series is None and state.list_error is None)
        self.empty.setVisible(state.series == ())
        self.table.setVisible(bool(state.series))
        self.set_count(len(state.series) if state.series else None)
        self.table.show_rows(state.series or ())
        self._draw_progress(state.running)
        self._draw_note(state)
        self._draw_buttons()

    def _draw_note(self, state: StoredState) -> None:
        if state.error is not None:
            message = state.error
            self.line.show_error(Text(f"{message.title.ko} {message.mend.ko}", f"{message.title.en} {message.mend.en}"))
        elif state.done is not None:
            self.line.show_success(_done_words(state.done))
        else:
            self.line.show_hint("")

    def _draw_progress(self, running: Running | None) -> None:
        if running is None or running.title is not self._shown_work:
            self._shown_work = None
            if self.progress is not None:
                self.progress_place.removeWidget(self.progress)
                self.progress.hide()
                self.progress.deleteLater()
                self.progress = None
        if running is None:
            return
        if self.progress is None:
            self.progress = ProgressRow(running.title)
            self.progress.cancelled.connect(self._model.cancel)
            self.progress_place.addWidget(self.progress)
            self._shown_work = running.title
        if running.progress.fraction is not None:
            self.progress.set_progress(running.progress.fraction, running.progress.remaining_seconds)

    def _draw_buttons(self) -> None:
        state = self._model.state
        busy = _BUSY if state.running is not None else _NOTHING_STORED if not state.series else None
        chosen = self.table.current_row() is not None
        self.delete.set_disabled_reason(busy or (None if chosen else _CHOOSE_FIRST))
        self.compact.set_disabled_reason(busy)
        self.clean.set_disabled_reason(busy)


def _done_words(done: Done) -> Text:
    sizes = {
        "before": formats.byte_size(done.bytes_before, current_language()),
        "after": formats.byte_size(done.bytes_after, current_language()),
    }
    if done.title is COMPACTING:
        return _COMPACTED.format(**sizes)
    if done.title is CLEANING:
        return _CLEANED.format(count=done.ranges, **sizes) if done.ranges else _CLEAN_ALREADY
    return _DELETED.format(count=formats.decimals(done.candles, 0))
