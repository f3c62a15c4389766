"""The bar at the top: logo, title, search … connection, mode, bell, kill switch.

When it gets narrow the search becomes an icon, then the connection does; mode, bell and kill switch never give way.
"""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Shell, Space
from upbit_auto_trading.ui.price_connection import PriceConnection, words_of
from upbit_auto_trading.ui.shell.bell import Bell
from upbit_auto_trading.ui.shell.logo import Logo
from upbit_auto_trading.ui.widgets.kill_switch import KillSwitch
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.mode_badge import ModeBadge
from upbit_auto_trading.ui.widgets.search_field import SearchField
from upbit_auto_trading.ui.widgets.status_segment import StatusSegment

_SEARCH_NARROW_UNDER = 1_040
_CONNECTION_NARROW_UNDER = 860


class TopBar(QWidget):
    def __init__(self, bell: Bell, kill_switch: KillSwitch, search_keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(Shell.TOP_BAR)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.title = Label("", "title")
        self.search = SearchField(search_keys)
        self.connection = StatusSegment(divider=False)
        self._said = words_of(PriceConnection())
        self.mode = ModeBadge()
        self.bell = bell
        self.kill_switch = kill_switch
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, Shell.CONTENT_PADDING, 0)
        row.setSpacing(Space.M)
        row.addWidget(Logo())
        row.addWidget(self.title)
        row.addSpacing(Space.M)
        row.addWidget(self.search)
        row.addStretch(1)
        for widget in (self.connection, self.mode, self.bell, self.kill_switch):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        retranslating(self, self._renew_connection)

    def show_connection(self, connection: PriceConnection) -> None:
        said = words_of(connection)
        if said is not self._said:
            self._said = said
            self._renew_connection()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self.search.set_narrow(self.width() < _SEARCH_NARROW_UNDER)
        self._renew_connection()
        super().resizeEvent(event)

    def _renew_connection(self) -> None:
        narrow = self.width() < _CONNECTION_NARROW_UNDER
        said = self._said
        self.connection.set_state("" if narrow else said.short, said.token, said.icon)
        self.connection.set_tip(said.tip)
        self.connection.setAccessibleName(tr(said.short))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("bg1"))
        painting.bar(painter, QRectF(0, self.height() - 1, self.width(), 1), theme.colour("line"))
