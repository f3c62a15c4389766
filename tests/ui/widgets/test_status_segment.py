"""The status bar is told everything once a second, and paints only what is new."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.widgets.status_segment import StatusSegment
from upbit_auto_trading.utils.bilingual_text import Text

WELL = Text("엔진 정상", "Engine well")


class Paints(QObject):
    count = 0

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        self.count += event is not None and event.type() == QEvent.Type.Paint
        return False


def test_it_paints_only_what_is_new(qtbot: QtBot, qapp: QApplication) -> None:
    segment = StatusSegment("", None)
    qtbot.addWidget(segment)
    segment.set_state(WELL, "t2", Icon.SUCCESS)
    segment.resize(240, segment.height())
    with qtbot.waitExposed(segment):
        segment.show()
    qapp.processEvents()
    paints = Paints()
    segment.installEventFilter(paints)
    for change, expected in (
        (lambda: segment.set_state(WELL, "t2", Icon.SUCCESS), 0),
        (lambda: segment.set_state(WELL, "t2"), 0),  # without an icon the one before stays
        (lambda: segment.set_state(WELL, "error"), 1),
        (lambda: segment.set_state(WELL, "error", Icon.ERROR), 1),
        (lambda: segment.set_state("다른 말", "error", Icon.ERROR), 1),
    ):
        paints.count = 0
        change()
        for _ in range(3):  # layout, update request, paint
            qapp.processEvents()
        assert min(paints.count, 1) == expected
