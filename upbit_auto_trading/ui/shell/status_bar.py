"""The line at the bottom: mode, age of prices, engine, problems … processor, memory, KST."""

from __future__ import annotations

from datetime import datetime

from PyQt6.QtCore import QRectF, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from upbit_auto_trading.business_logic.domain.market import LastPrice
from upbit_auto_trading.ui.design import formats, painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Shell
from upbit_auto_trading.ui.price_connection import PriceConnection, words_of
from upbit_auto_trading.ui.runtime.operation import RunningOperation
from upbit_auto_trading.ui.shell.process_load import Load
from upbit_auto_trading.ui.widgets.status_segment import StatusSegment
from upbit_auto_trading.utils.bilingual_text import Language, Text

_PRACTICE = Text("연습", "Practice")
_ENGINE_STARTING = Text("엔진 시작하는 중", "Engine starting")
_ENGINE_GOOD = Text("엔진 정상", "Engine well")
_ENGINE_STUCK = Text("엔진 응답 없음", "Engine not answering")
_ENTRIES_STOPPED = Text("진입 멈춤 {time}", "Entries off {time}")
_NO_PROBLEMS = Text("문제 없음", "No problems")
_PROBLEMS = Text("문제 {count}개", "Problems: {count}")
_PROCESSOR = Text("CPU {percent}", "CPU {percent}")
_MEMORY = Text("메모리 {size}", "Memory {size}")
_TIP_PROBLEMS = Text("읽지 않은 경고와 오류를 종에서 봐요.", "Unread warnings and errors; opens the bell.")


class StatusBar(QWidget):
    problems_pressed = pyqtSignal()
    work_pressed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(Shell.STATUS_BAR)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.mode = StatusSegment(_PRACTICE, Icon.PRACTICE, "practice")
        self.prices = StatusSegment()
        self.last_price = StatusSegment("", None, "t1")
        self.engine = StatusSegment(_ENGINE_STARTING)
        self.problems = StatusSegment(_NO_PROBLEMS, Icon.SUCCESS, pressable=True)
        self.work = StatusSegment("", None, "accent_text", pressable=True)
        self.processor = StatusSegment("", divider=False)
        self.memory = StatusSegment("", divider=False)
        self.clock = StatusSegment("", Icon.CLOCK, divider=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(Shell.CONTENT_PADDING, 0, Shell.CONTENT_PADDING, 0)
        row.setSpacing(0)
        for segment in (self.mode, self.prices, self.last_price, self.engine, self.problems, self.work):
            row.addWidget(segment)
        row.addStretch(1)
        for segment in (self.processor, self.memory, self.clock):
            row.addWidget(segment)
        self.problems.set_tip(_TIP_PROBLEMS)
        self.problems.clicked.connect(self.problems_pressed)
        self.work.clicked.connect(self.work_pressed)
        self.work.hide()
        self.last_price.hide()
        self.show_connection(PriceConnection())

    def show_clock(self, now: datetime) -> None:
        self.clock.set_state(Text.said(lambda language: formats.status_clock(now, language)), "t2")

    def show_connection(self, connection: PriceConnection) -> None:
        said = words_of(connection)
        words = said.short
        age = connection.price_age
        if age is not None:
            words = said.aged.format(age=Text.said(lambda language: formats.duration(age, language)))
        # the usual state is calm: colour here means that something is to be looked at
        self.prices.set_state(words, "t2" if said.token == "practice" else said.token, said.icon)
        self.prices.set_tip(said.tip)

    def show_last_price(self, price: LastPrice) -> None:
        coin = price.market.code.rpartition("-")[2]
        self.last_price.set_state(f"{coin} {formats.price(price.price)}", "t1")
        self.last_price.show()

    def show_engine(self, poll_age_seconds: float | None, entries_stopped_at: datetime | None) -> None:
        if poll_age_seconds is None:
            self.engine.set_state(_ENGINE_STARTING, "t2")
        elif poll_age_seconds > 2:
            self.engine.set_state(_ENGINE_STUCK, "error", Icon.ERROR)
        elif entries_stopped_at is not None:
            self.engine.set_state(
                _ENTRIES_STOPPED.format(time=formats.clock(entries_stopped_at)), "warning", Icon.KILL_SWITCH
            )
        else:
            self.engine.set_state(_ENGINE_GOOD, "t2", Icon.SUCCESS)

    def show_problems(self, count: int) -> None:
        if count:
            self.problems.set_state(_PROBLEMS.format(count=count), "warning", Icon.WARNING)
        else:
            self.problems.set_state(_NO_PROBLEMS, "t2", Icon.SUCCESS)

    def show_work(self, running: tuple[RunningOperation, ...]) -> None:
        """Only what runs longer than ten seconds; the newest, and how many more there are."""
        self.work.setVisible(bool(running))
        if not running:
            return
        newest, others = running[-1], len(running) - 1
        self.work.set_state(Text.said(lambda language: _work(newest, others, language)), "accent_text")

    def show_load(self, load: Load) -> None:
        self.processor.set_state(_PROCESSOR.format(percent=formats.percent(load.processor_fraction, 0)))
        size = Text.said(lambda language: formats.byte_size(load.memory_bytes, language))
        self.memory.set_state(_MEMORY.format(size=size))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("bg1"))
        painting.bar(painter, QRectF(0, 0, self.width(), 1), theme.colour("line"))


def _work(newest: RunningOperation, others: int, language: Language) -> str:
    words = [newest.title.in_language(language)]
    if newest.progress.fraction is not None:
        words.append(formats.percent(newest.progress.fraction, 0))
    if newest.progress.remaining_seconds is not None:
        words.append(formats.remaining(newest.progress.remaining_seconds, language))
    return " · ".join([*words, *([f"+{others}"] if others else [])])
