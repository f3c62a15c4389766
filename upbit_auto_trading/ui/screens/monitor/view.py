"""Draws the monitor: one tab a section, made and read when it is first shown."""

from __future__ import annotations

from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.tokens import Shell
from upbit_auto_trading.ui.screens.monitor.health_page import HealthPage
from upbit_auto_trading.ui.screens.monitor.sections import (
    LogPage,
    OperationsPage,
    Page,
    ReportsPage,
    SchedulePage,
)
from upbit_auto_trading.ui.screens.monitor.view_model import MonitorState, MonitorViewModel, Section
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonSize
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.tabs import Tabs
from upbit_auto_trading.utils.bilingual_text import Text

_TABS = (
    (Section.HEALTH.value, Text("점검", "Check-up")),
    (Section.LOG.value, Text("기록", "Log")),
    (Section.SCHEDULE.value, Text("예정 작업", "Scheduled work")),
    (Section.OPERATIONS.value, Text("운영", "Operations")),
    (Section.REPORTS.value, Text("오류 보고서", "Crash reports")),
)
_PAGES: tuple[type[Page], ...] = (HealthPage, LogPage, SchedulePage, OperationsPage, ReportsPage)
_REFRESH = Text("새로 고침", "Refresh")


class MonitorView(QWidget):
    def __init__(self, model: MonitorViewModel, services: AppServices) -> None:
        super().__init__()
        self.model = model
        self.tabs = Tabs(_TABS)
        self._places = {kind.section.value: self._place(kind, services.clock) for kind in _PAGES}
        self.stack = QStackedWidget()
        on_panel(self.stack)
        for place in self._places.values():
            self.stack.addWidget(place)
        self.refresh = Button(_REFRESH, icon=Icon.REFRESH, size=ButtonSize.SMALL)
        panel = Panel()
        panel.replace_title(self.tabs)
        panel.add_tool(self.refresh)
        panel.set_body(self.stack)
        column = QVBoxLayout(self)
        pad = Shell.CONTENT_PADDING
        column.setContentsMargins(pad, pad, pad, pad)
        column.addWidget(panel)
        self.tabs.chosen.connect(self.show_place)
        self.refresh.clicked.connect(self._look)
        model.state_changed.connect(self._count)
        self._count(model.state)

    def _place(self, kind: type[Page], clock: Clock) -> Later[Page]:
        return Later(lambda: kind(self.model, clock))

    def page(self, section: str) -> Page:
        return self._places[section].content

    def show_place(self, place: str) -> None:
        if place in self._places:
            self.tabs.set_current(place)
            self.stack.setCurrentWidget(self._places[place])
            self._look()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._look()

    def _look(self) -> None:
        self.model.look_at(Section(self.tabs.current))

    def _count(self, state: MonitorState) -> None:
        problems = sum(finding.mend.ko != "" for finding in state.findings or ())
        unread = sum(not report.is_seen for report in state.reports or ())
        self.tabs.set_count(Section.HEALTH.value, problems or None)
        self.tabs.set_count(Section.REPORTS.value, unread or None)
        self.refresh.set_busy(state.is_checking and self.tabs.current == Section.HEALTH.value)
