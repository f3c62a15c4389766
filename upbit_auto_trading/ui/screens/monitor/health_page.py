"""What the checks of the program's health found, the most pressing first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.health import HealthFinding, HealthStatus
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import bind_text, retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.screens.monitor.sections import Page
from upbit_auto_trading.ui.screens.monitor.view_model import MonitorState, MonitorViewModel, Section
from upbit_auto_trading.ui.widgets.field_note import IconMark
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.utils.bilingual_text import Text

_FINDINGS = Text("점검 결과", "Findings")
_TITLE_WIDTH = 190
#: paragraphs that wrap are laid out again and again: so many rows are made in one turn
_ROWS_AT_ONCE = 4
_GRAVITY = {HealthStatus.BROKEN: 0, HealthStatus.WARNING: 1, HealthStatus.GOOD: 2}


class HealthPage(Page):
    section = Section.HEALTH

    def __init__(self, model: MonitorViewModel, clock: Clock) -> None:
        super().__init__(model, clock)
        self._drawn: tuple[HealthFinding, ...] | None = None
        self._sorted: list[HealthFinding] = []
        self._blocks: list[Later[_Block]] = []
        body = QWidget()
        on_panel(body)
        self._rows = QVBoxLayout(body)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._rows.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        on_panel(scroll)
        bind_text(scroll.setAccessibleName, _FINDINGS)
        scroll.setWidget(body)
        self.begin(scroll, lambda state: state.findings is not None, self._show)

    @property
    def rows(self) -> list[FindingRow]:
        return [row for block in self._blocks for row in block.content.rows]

    def _show(self, state: MonitorState) -> None:
        """Problems first, as the trader needs them; otherwise the order of the checks."""
        if self._drawn is state.findings:
            return  # another section changed, or the language, which the rows follow: the list keeps its place
        self._drawn = state.findings
        self._sorted = sorted(state.findings or (), key=lambda found: _GRAVITY[found.status])
        while len(self._blocks) * _ROWS_AT_ONCE < len(self._sorted):
            self._add_block()
        for place, block in enumerate(self._blocks):
            if block.is_made:
                block.content.show_findings(self._of_block(place))

    def _add_block(self) -> None:
        place = len(self._blocks)
        block = Later(lambda: _Block(self._of_block(place)))
        self._blocks.append(block)
        self._rows.insertWidget(place, block)

    def _of_block(self, place: int) -> list[HealthFinding]:
        return self._sorted[place * _ROWS_AT_ONCE : (place + 1) * _ROWS_AT_ONCE]


class _Block(QWidget):
    """A few rows; what is found anew is said in those there are."""

    def __init__(self, findings: Sequence[HealthFinding]) -> None:
        super().__init__()
        self.rows: list[FindingRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.show_findings(findings)

    def show_findings(self, findings: Sequence[HealthFinding]) -> None:
        for row, finding in zip(self.rows, findings, strict=False):
            row.show_finding(finding)
        for finding in findings[len(self.rows) :]:
            self.rows.append(FindingRow(finding))
            self._column.addWidget(self.rows[-1])
        for row in self.rows[len(findings) :]:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        del self.rows[len(findings) :]


class FindingRow(QWidget):
    """State by icon and word, what was found, and how to mend it."""

    _LOOKS: ClassVar = {
        HealthStatus.GOOD: (Icon.SUCCESS, "success", Text("정상", "Good")),
        HealthStatus.WARNING: (Icon.WARNING, "warning", Text("확인 필요", "Look at this")),
        HealthStatus.BROKEN: (Icon.ERROR, "error", Text("고장", "Broken")),
    }

    def __init__(self, finding: HealthFinding) -> None:
        super().__init__()
        self.finding = finding
        self._mark = IconMark(Icon.SUCCESS, "success")
        self._title = Label("", "body_bold", wrap=True)
        self._what = Label("", "body", "t2", wrap=True)
        self._mend = Label("", "body", "t1", wrap=True)
        self._state = Label("", "table")
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        row.setSpacing(Space.L)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._title, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(Space.XXS)
        column.addWidget(self._what)
        column.addWidget(self._mend)
        column.addStretch(1)
        row.addLayout(column, 1)
        row.addWidget(self._state, 0, Qt.AlignmentFlag.AlignTop)
        following_theme(self, self._set_title_width)
        self.show_finding(finding)
        retranslating(self, self._name)

    def show_finding(self, finding: HealthFinding) -> None:
        self.finding = finding
        icon, token, word = self._LOOKS[finding.status]
        self._mark.set_icon(icon, token)
        self._title.set_text(finding.title)
        self._what.set_text(finding.what)
        self._mend.set_text(finding.mend)
        self._mend.setVisible(finding.status is not HealthStatus.GOOD)
        self._state.set_text(word)
        self._state.set_token(token)
        self._name()

    def _name(self) -> None:
        word = self._LOOKS[self.finding.status][2]
        self.setAccessibleName(f"{tr(self.finding.title)}: {tr(word)}")

    def _set_title_width(self) -> None:
        self._title.setFixedWidth(round(_TITLE_WIDTH * current_theme().text_scale / 100))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        line = QRectF(0, self.height() - 1, self.width(), 1)
        painting.bar(QPainter(self), line, current_theme().colour("line"))
