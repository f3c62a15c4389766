"""The queue of downloads: how far each is, what ended how, and what could not be had with its reason."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtWidgets import QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.downloads import DownloadEntry, DownloadPhase
from upbit_auto_trading.ui.candle_words import UNIT_ORDER, UNIT_WORDS, day_words, span_words
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import current_language, retranslating
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.download_sentences import outcome_words, reason_words, trouble_words
from upbit_auto_trading.ui.screens.settings.sections.pieces import TallTable
from upbit_auto_trading.ui.screens.settings.view_model.candle_downloads import DownloadsViewModel
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.states import EmptyState
from upbit_auto_trading.ui.widgets.table import CellAction, CellKind, CellState, Column
from upbit_auto_trading.utils.bilingual_text import Text

CANCEL, RETRY, REMOVE = "cancel", "retry", "remove"
NameOf = Callable[[Market], str]
_TITLE = Text("내려받기 목록", "Downloads")
_MARKET = Text("종목", "Market")
_UNIT = Text("단위", "Unit")
_RANGE = Text("기간 (KST)", "Range (KST)")
_STATE = Text("상태", "State")
_DONE = Text("진행", "Done")
_LEFT = Text("남은 시간", "Time left")
_ACTION = Text("조작", "Action")
_EMPTY = Text("내려받는 것이 없어요", "Nothing is being downloaded")
_EMPTY_LINE = Text(
    "위에서 종목과 기간을 고르세요. 프로그램을 껐다 켜도 이어서 받아요.",
    "Choose a market and a range above. Downloads go on after the program was closed.",
)
_LACKING = Text("받지 못한 것", "Not received")
_WHEN = Text("구간 (KST)", "Range (KST)")
_WHY = Text("이유", "Reason")
_CANCEL = Text("취소", "Cancel")
_RETRY = Text("다시 시도", "Try again")
_REMOVE = Text("지우기", "Remove")
_PHASES = {
    DownloadPhase.WAITING: CellState(Text("대기", "Waiting"), "t2", Icon.CLOCK),
    DownloadPhase.RUNNING: CellState(Text("받는 중", "Running"), "info", Icon.DOWNLOAD),
    DownloadPhase.COMPLETE: CellState(Text("완료", "Complete"), "success", Icon.SUCCESS),
    DownloadPhase.INCOMPLETE: CellState(Text("일부 못 받음", "Incomplete"), "warning", Icon.WARNING),
    DownloadPhase.CANCELLED: CellState(Text("취소함", "Cancelled"), "t2", Icon.CLOSE),
    DownloadPhase.FAILED: CellState(Text("실패", "Failed"), "error", Icon.ERROR),
}


def queue_columns(name_of: NameOf) -> list[Column]:
    return [
        Column(
            "market",
            _MARKET,
            value=lambda entry: name_of(entry.request.market),
            suffix=lambda entry: entry.request.market.code,
            tip=lambda entry: str(entry.request.market),
            bold=True,
            width=120,
            stretch=True,
        ),
        Column(
            "unit",
            _UNIT,
            value=lambda entry: UNIT_ORDER[entry.request.unit],
            text=lambda entry: UNIT_WORDS[entry.request.unit],
            width=56,
        ),
        Column(
            "range",
            _RANGE,
            value=lambda entry: entry.request.span.start,
            text=lambda entry: day_words(entry.request.span.start, entry.request.span.end),
            tip=lambda entry: span_words(entry.request.span.start, entry.request.span.end),
            width=160,
        ),
        Column("state", _STATE, value=lambda entry: _PHASES[entry.phase], kind=CellKind.STATE, width=110),
        Column("done", _DONE, value=_fraction, kind=CellKind.METER, width=104),
        Column("left", _LEFT, value=_remaining, text=_remaining_words, kind=CellKind.NUMBER, width=84),
        Column("action", _ACTION, value=_actions, kind=CellKind.ACTIONS, width=148, sortable=False),
    ]


def _fraction(entry: DownloadEntry) -> float | None:
    if entry.phase is DownloadPhase.WAITING and not entry.progress.pages:
        return None
    return entry.progress.fraction


def _remaining(entry: DownloadEntry) -> float | None:
    return entry.progress.remaining_seconds if entry.phase is DownloadPhase.RUNNING else None


def _remaining_words(entry: DownloadEntry) -> str:
    seconds = _remaining(entry)
    if seconds is None:
        return formats.NOTHING
    return formats.duration(max(1, round(seconds)), current_language(), most=1 if seconds < 3600 else 2)


def _actions(entry: DownloadEntry) -> tuple[CellAction, ...]:
    if not entry.phase.has_ended:
        return (CellAction(CANCEL, _CANCEL),)
    if entry.phase is DownloadPhase.COMPLETE:
        return (CellAction(REMOVE, _REMOVE),)
    return (CellAction(RETRY, _RETRY), CellAction(REMOVE, _REMOVE))


class DownloadQueuePanel(Panel):
    """The chosen line, or the last one that has something to tell, says under the table what became of it."""

    def __init__(self, model: DownloadsViewModel, name_of: NameOf) -> None:
        super().__init__(_TITLE)
        self._model = model
        self._name_of = name_of
        self.table = TallTable(queue_columns(name_of), key=lambda entry: entry.number, name=_TITLE)
        self.empty = EmptyState(_EMPTY, _EMPTY_LINE, icon=Icon.DOWNLOAD)
        self.outcome = Label("", "body", "t2", wrap=True)
        self.lacking = TallTable(_lacking_columns(), key=lambda line: line, name=_LACKING)
        self._arrange()
        self.table.action.connect(self._act)
        self.table.selected_row.connect(lambda _row: self._draw_details())
        model.entries_changed.connect(lambda _entries: self._draw())
        retranslating(self, self._draw)

    def _arrange(self) -> None:
        self.empty.setFixedHeight(130)
        body = self.body_layout(0, 0)
        body.addWidget(self.table)
        body.addWidget(self.empty)
        self.details = QWidget()
        column = QVBoxLayout(self.details)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.M)
        column.addWidget(self.outcome)
        body.addWidget(self.details)
        body.addWidget(self.lacking)

    def _act(self, entry: DownloadEntry, action: str) -> None:
        {CANCEL: self._model.cancel, RETRY: self._model.retry, REMOVE: self._model.remove}[action](entry.number)

    def _draw(self) -> None:
        entries = self._model.entries
        self.empty.setVisible(not entries)
        self.table.setVisible(bool(entries))
        self.set_count(len(entries) or None)
        self.table.show_rows(entries)
        self._draw_details()

    def _told_of(self) -> DownloadEntry | None:
        chosen = self.table.current_row()
        if isinstance(chosen, DownloadEntry):
            return next((entry for entry in self._model.entries if entry.number == chosen.number), None)
        ended = [entry for entry in self._model.entries if entry.phase.has_ended]
        return ended[-1] if ended else None

    def _draw_details(self) -> None:
        entry = self._told_of()
        self.details.setVisible(entry is not None)
        if entry is None:
            self.lacking.hide()
            return
        self.outcome.set_text(outcome_words(entry, self._name_of(entry.request.market)))
        lines = _lacking(entry)
        self.lacking.setVisible(bool(lines))
        self.lacking.show_rows(lines)


Line = tuple[str, Text]


def _lacking(entry: DownloadEntry) -> tuple[Line, ...]:
    failures = [(span_words(one.span.start, one.span.end), reason_words(one.reason)) for one in entry.progress.failures]
    refused = [(formats.full_time(one.opened_at), reason_words(one.reason)) for one in entry.progress.refused]
    whole = []
    if entry.phase is DownloadPhase.FAILED:
        span = entry.request.span
        whole = [(span_words(span.start, span.end), trouble_words(entry))]
    return tuple(dict.fromkeys([*whole, *failures, *refused]))


def _lacking_columns() -> list[Column]:
    return [
        Column("range", _WHEN, value=lambda line: line[0], width=220),
        Column("why", _WHY, value=lambda line: line[1].en, text=lambda line: line[1], width=300, stretch=True),
    ]
