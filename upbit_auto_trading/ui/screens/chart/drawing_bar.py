"""The column of tools left of a chart: what to draw with, in which colour, all hidden or shown, deleting."""

from __future__ import annotations

from PyQt6.QtCore import QPoint, QRectF, QSize, Qt
from PyQt6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QMenu, QWidget

from upbit_auto_trading.ui.charts.chart_drawings import ChartDrawings
from upbit_auto_trading.ui.charts.drawing_menu import COLOUR_NUMBER, fill_colours
from upbit_auto_trading.ui.charts.drawing_tools import Tool
from upbit_auto_trading.ui.charts.drawing_words import TOOL_NAMES
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon, icon
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Height, Space
from upbit_auto_trading.ui.screens.chart.tool_button import ColourButton, ToolButton
from upbit_auto_trading.ui.screens.chart.view_model.drawings import DrawingsState, DrawingsViewModel
from upbit_auto_trading.utils.bilingual_text import Text

WIDTH = 36
_LEAST_SHOWN = 4
_NAME = Text("그리기 도구", "Drawing tools")
_TIPS = {
    Tool.CURSOR: Text("고르기 · Tab으로 그림 사이를 옮겨요", "Select · Tab walks through the drawings"),
    Tool.CROSSHAIR: Text("십자선 · 그림을 건드리지 않아요", "Crosshair · leaves drawings alone"),
    Tool.LINE: Text("추세선 · Ctrl을 누르면 캔들에 붙어요", "Trend line · Ctrl snaps to the candle"),
    Tool.RULER: Text("자 · 두 곳의 차이를 재요", "Ruler · measures between two points"),
}
_COLOUR = Text("다음 그림의 색: {name}", "Colour of the next drawing: {name}")
_HIDE_ALL = Text("그림 모두 숨기기", "Hide all drawings")
_SHOW_ALL = Text("그림 모두 보이기", "Show all drawings")
_ALERTS = Text("가격 알림 목록", "List of price alerts")
_MORE = Text("도구 더 보기", "More tools")
_DELETE = Text("그림 지우기", "Delete drawings")
_DELETE_SELECTED = Text("고른 그림 지우기", "Delete the selected drawing")
_DELETE_ALL = Text("이 종목의 그림 {count}개 모두 지우기", "Delete all {count} drawings of this market")
_NONE = Text("이 종목에는 그림이 없어요.", "This market has no drawings.")
_TOOLS = (
    (Tool.CURSOR, Icon.CURSOR),
    (Tool.CROSSHAIR, Icon.CROSSHAIR),
    (Tool.LINE, Icon.EDIT),
    (Tool.RAY, Icon.FORWARD),
    (Tool.HORIZONTAL, Icon.REMOVE),
    (Tool.FIBONACCI, Icon.LINES),
    (Tool.TEXT, Icon.TEXT),
    (Tool.RULER, Icon.RULER),
    (Tool.ALERT, Icon.BELL),
)


class DrawingBar(QWidget):
    """``follow`` says which chart the buttons speak to: the one that the user turned to last."""

    def __init__(self, model: DrawingsViewModel) -> None:
        super().__init__()
        self._model = model
        self._chart: ChartDrawings | None = None
        self.setFixedWidth(WIDTH)
        self.tools = {
            tool: ToolButton(which, _TIPS.get(tool, TOOL_NAMES[tool]), TOOL_NAMES[tool]) for tool, which in _TOOLS
        }
        self.colour = ColourButton(Icon.MORE, _COLOUR, _COLOUR)
        self.eye = ToolButton(Icon.SHOW, _HIDE_ALL, _HIDE_ALL)
        self.bin = ToolButton(Icon.DELETE, _DELETE, _DELETE)
        #: its owner shows and hides the list
        self.alerts = ToolButton(Icon.RECORD, _ALERTS, _ALERTS)
        self.more = ToolButton(Icon.MORE, _MORE, _MORE)
        #: no room for them
        self._away: tuple[ToolButton, ...] = ()
        for button in (*self._buttons, self.more):
            button.setParent(self)
        for tool, button in self.tools.items():
            button.clicked.connect(lambda _checked, chosen=tool: self._choose(chosen))
        for button in (self.colour, self.bin, self.more):
            button.setCheckable(False)
        self.more.clicked.connect(self._offer_more)
        self.colour.clicked.connect(self._offer_colours)
        self.eye.clicked.connect(lambda: model.hide_all(not model.state.are_hidden))
        self.bin.clicked.connect(self._offer_deleting)
        model.state_changed.connect(self._draw)
        retranslating(self, lambda: self._draw(model.state))
        following_theme(self, self.update)

    @property
    def _buttons(self) -> tuple[ToolButton, ...]:
        return (*self.tools.values(), self.colour, self.eye, self.bin, self.alerts)

    # room

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, len(self._buttons) * (Height.CONTROL + Space.XXS) + 2 * Space.XS)

    def minimumSizeHint(self) -> QSize:
        return QSize(WIDTH, _LEAST_SHOWN * Height.ROW + 2 * Space.XS)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Where there is less room they stand closer; what has none at all is in a menu."""
        buttons, room = self._buttons, self.height() - 2 * Space.XS
        step = Height.CONTROL + Space.XXS
        if len(buttons) * step > room:
            step = Height.ROW
        away: tuple[ToolButton, ...] = ()
        if len(buttons) * step > room:
            fitting = max(room // step - 1, 1)
            away = self._giving_way()[: len(buttons) - fitting]
        top = Space.XS
        for button in (*buttons, self.more):
            is_shown = button not in away and (button is not self.more or bool(away))
            button.setVisible(is_shown)
            if is_shown:
                button.setGeometry((WIDTH - Height.CONTROL) // 2, top, Height.CONTROL, min(step, Height.CONTROL))
                top += step
        self._away = away

    def _giving_way(self) -> tuple[ToolButton, ...]:
        """Those that are missed least first."""
        tools = self.tools
        return (
            tools[Tool.RAY],
            tools[Tool.CROSSHAIR],
            tools[Tool.RULER],
            self.colour,
            tools[Tool.TEXT],
            self.bin,
            self.eye,
            tools[Tool.FIBONACCI],
            tools[Tool.HORIZONTAL],
            self.alerts,
            tools[Tool.ALERT],
            tools[Tool.LINE],
        )

    def _offer_more(self) -> None:
        menu = self._menu()
        for button in self._away:
            entry = menu.addAction(icon(button.icon_shown), button.accessibleName())
            if entry is not None:
                entry.setCheckable(button.isCheckable())
                entry.setChecked(button.isChecked())
                entry.triggered.connect(lambda _on, pressed=button: pressed.click())
        menu.popup(self.more.mapToGlobal(QPoint(self.width(), 0)))

    def _beside(self, button: ToolButton) -> QPoint:
        return (self.more if button in self._away else button).mapToGlobal(QPoint(self.width(), 0))

    def follow(self, chart: ChartDrawings | None) -> None:
        self._chart = chart

    def _choose(self, tool: Tool) -> None:
        """Pressed again it is put away."""
        chosen = Tool.CURSOR if self._model.tool is tool else tool
        self._model.choose_tool(chosen)
        self._draw(self._model.state)
        if self._chart is not None and chosen.is_placing:
            self._chart.take_focus()

    # menus

    def _offer_colours(self) -> None:
        menu = self._menu()
        fill_colours(menu, self._model.state.colour, self._model.choose_colour)
        menu.popup(self._beside(self.colour))

    def _offer_deleting(self) -> None:
        menu, chart = self._menu(), self._chart
        drawing = None if chart is None else chart.layer.selection
        selected = menu.addAction(tr(_DELETE_SELECTED))
        market = None if chart is None else chart.market
        count = 0 if market is None else self._model.deletable(market)
        every = menu.addAction(tr(_DELETE_ALL.format(count=count)) if count else tr(_NONE))
        if selected is not None and every is not None:
            selected.setEnabled(drawing is not None and not drawing.look.is_locked)
            selected.triggered.connect(lambda: None if chart is None else chart.layer.delete_selected())
            every.setEnabled(bool(count))
            every.triggered.connect(lambda: None if market is None else self._model.delete_all(market))
        menu.popup(self._beside(self.bin))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    # drawing

    def _draw(self, state: DrawingsState) -> None:
        self.setAccessibleName(tr(_NAME))
        for tool, button in self.tools.items():
            button.setChecked(tool is state.tool)
        name = _COLOUR.format(name=COLOUR_NUMBER.format(number=state.colour + 1))
        self.colour.colour = state.colour
        self.colour.rename(name)
        self.eye.setChecked(state.are_hidden)
        self.eye.set_icon(Icon.HIDE if state.are_hidden else Icon.SHOW)
        self.eye.rename(_SHOW_ALL if state.are_hidden else _HIDE_ALL)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """↑ and ↓ go from tool to tool."""
        step = None if event is None else {Qt.Key.Key_Up: False, Qt.Key.Key_Down: True}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.focusNextPrevChild(step)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painting.bar(painter, QRectF(self.rect()), theme.colour("bg1"))
        painting.bar(painter, QRectF(self.width() - 1, 0, 1, self.height()), theme.colour("line"))
