"""A star beside a market's name: in or out of the current watch list."""

from __future__ import annotations

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.tokens import IconSize, Radius
from upbit_auto_trading.ui.watch_lists import WatchListsModel, list_name
from upbit_auto_trading.ui.widgets.buttons import ButtonSize, IconButton
from upbit_auto_trading.utils.bilingual_text import Text

_ADD = Text("‘{name}’에 담기", "Add to “{name}”")
_TAKE_OFF = Text("‘{name}’에서 빼기", "Take off “{name}”")


class StarButton(IconButton):
    def __init__(self, lists: WatchListsModel, parent: QWidget | None = None) -> None:
        super().__init__(Icon.STAR, _ADD, parent, size=ButtonSize.SMALL)
        self._lists = lists
        self._market: Market | None = None
        lists.changed.connect(self._show)
        self.clicked.connect(self._toggle)
        self._show()

    @property
    def is_starred(self) -> bool:
        return self._market is not None and self._lists.is_starred(self._market)

    def show_market(self, market: Market | None) -> None:
        self._market = market
        self._show()

    def _toggle(self) -> None:
        if self._market is not None:
            self._lists.toggle(self._market)

    def _show(self) -> None:
        name = list_name(self._lists.current)
        self.set_tip((_TAKE_OFF if self.is_starred else _ADD).format(name=name))
        self.setEnabled(self._market is not None and self._lists.is_known)
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painting.frame(painter, self.area(), Radius.CONTROL, self.surface(None))
        size = IconSize.NORMAL
        spot = QRectF(round((self.width() - size) / 2), round((self.height() - size) / 2), size, size)
        token = "warning" if self.is_starred else "t2" if self.isEnabled() else "tdis"
        paint_icon(painter, Icon.STARRED if self.is_starred else Icon.STAR, spot, token)
