"""Tells of an unforeseen error in plain words; the report can be read at once, and is never sent by itself."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.business_logic.ports.crash_reports import CrashSummary
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.widgets.buttons import Button
from upbit_auto_trading.ui.widgets.dialog import Dialog
from upbit_auto_trading.utils.bilingual_text import Text

TITLE = Text("예상하지 못한 오류가 생겼어요", "Something unforeseen went wrong")
_MEANING = Text(
    "하던 일 하나가 끝까지 되지 않았어요. 저장된 자료와 나머지는 계속 돌아가요.",
    "One piece of work was not finished. What was stored is unchanged and the rest goes on.",
)
_MEND = Text(
    "같은 일을 다시 해 보세요. 또 생기면 프로그램을 껐다 켜세요.",
    "Try the same again. If it comes back, close the program and start it again.",
)
_REPORT = Text(
    "보고서 {report}에 무슨 일이 있었는지 적었어요. 어디로도 보내지 않았어요.",
    "Report {report} says what happened. It was not sent anywhere.",
)
_NO_REPORT = Text(
    "보고서를 쓸 수 없어서 기록에만 남겼어요.", "The report could not be written; the log holds the error."
)
_READ = Text("보고서 읽기", "Read the report")
_CLOSE = Text("닫기", "Close")


def report_line(summary: CrashSummary) -> Text:
    return _REPORT.format(report=summary.file_name) if summary.file_name else _NO_REPORT


class CrashDialog(Dialog):
    """The safe button is the default: closing changes nothing."""

    report_asked = pyqtSignal()

    def __init__(self, summary: CrashSummary, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, parent, cancel=_CLOSE)
        self.add_line(_MEANING)
        self.add_line(_MEND)
        self.add_line(report_line(summary), "table", "t3")
        self.read_button: Button | None = None
        if summary.file_name:
            self.read_button = Button(_READ, icon=Icon.BUG)
            self.read_button.clicked.connect(self._read)
            self.add_button(self.read_button)

    def _read(self) -> None:
        self.accept()
        self.report_asked.emit()
