"""The practice screen: the market's time and pace above, below it trading, or what the market is made of."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from upbit_auto_trading.config.settings import PRACTICE_SPEED
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.tokens import Height, Shell
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.screens.practice.setup_page import ChoosePath, SetupPage, choose_with_dialog
from upbit_auto_trading.ui.screens.practice.trade_page import TradePage
from upbit_auto_trading.ui.screens.practice.view_model.practice import PracticeViewModel
from upbit_auto_trading.ui.screens.practice.view_model.state import Phase, PracticeState
from upbit_auto_trading.ui.screens.practice.view_model.ticket import TicketModel
from upbit_auto_trading.ui.screens.practice.view_model.world import WorldModel
from upbit_auto_trading.ui.widgets.badges import Badge
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonSize
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.states import ErrorState, LoadingState, OfflineStrip, Strip
from upbit_auto_trading.ui.widgets.tabs import Tabs
from upbit_auto_trading.utils.bilingual_text import Text

TRADE, SETUP = "trade", "setup"
PLACES = (TRADE, SETUP)
_TITLE = Text("연습", "Practice")
_TABS = ((TRADE, Text("거래", "Trade")), (SETUP, Text("시장과 계좌", "Market and account")))
_SPEED = Text("속도", "Speed")
_TIME = Text("시장 {time} KST", "Market {time} KST")
_NO_TIME = Text("시장 –", "Market –")
_PAUSE, _RESUME = Text("일시정지", "Pause"), Text("계속", "Resume")
_PHASES = {
    Phase.STARTING: (Text("시작하는 중", "Starting"), "t2", Icon.UNKNOWN),
    Phase.RUNNING: (Text("실행 중", "Running"), "success", Icon.RUNNING),
    Phase.PAUSED: (Text("일시정지", "Paused"), "warning", Icon.PAUSED),
    Phase.FAILED: (Text("시작하지 못함", "Not started"), "error", Icon.ERROR),
}
_NOT_REACHED = Text("연습 거래소가 열리면 쓸 수 있어요.", "Available once the practice exchange is open.")
_STARTING = Text("연습 거래소를 시작하고 있어요", "Starting the practice exchange")
_FAILED = Text("연습 거래소를 시작하지 못했어요", "The practice exchange did not start")
_SOON = Text("저절로 다시 시도해요.", "It is tried again by itself.")
_OLD = Text("연습 거래소에 다시 연결하고 있어요.", "Reconnecting to the practice exchange.")
_OLD_LINE = Text(
    "보이는 값은 끊기기 전 값이에요. 주문은 지금도 보낼 수 있어요.",
    "What is shown is from before. Orders can still be sent.",
)


class PracticeView(QWidget):
    ticket_made = pyqtSignal()

    def __init__(
        self,
        model: PracticeViewModel,
        world: WorldModel,
        ticket: TicketModel,
        services: AppServices,
        choose_path: ChoosePath = choose_with_dialog,
    ) -> None:
        super().__init__()
        self.model = model
        self._shown_error: Exception | None = None
        self._error: ErrorState | None = None
        self.tabs = Tabs(_TABS)
        self.state_badge = Badge()
        self.time = Label(_NO_TIME, "table", "t2")
        self.pause = Button(_PAUSE, icon=Icon.PAUSE, size=ButtonSize.SMALL)
        choices = [(choice.value, choice.label) for choice in PRACTICE_SPEED.choices]
        self.speed = Segments(choices, small=True, name=_SPEED)
        self._trade_place = Later(lambda: TradePage(model, ticket, services.clock, services.layouts))
        self._setup_place = Later(lambda: SetupPage(model, world, services, choose_path))
        self.strip: Strip = OfflineStrip()
        self.strip.set_words(_OLD, _OLD_LINE)
        self._arrange()
        self.tabs.chosen.connect(self.show_place)
        self.pause.clicked.connect(self._change_pace)
        self.speed.chosen.connect(model.set_speed)
        self._trade_place.made.connect(lambda: self.trade.ticket_place.made.connect(self.ticket_made))
        model.state_changed.connect(self._draw)
        retranslating(self, self._retranslate)

    def _arrange(self) -> None:
        self.bar = Panel()
        self.bar.setFixedHeight(Height.PANEL_HEADER + 2)
        self.bar.replace_title(self.tabs)
        for tool in (self.state_badge, self.time, self.pause, self.speed):
            self.bar.add_tool(tool)
        self.stack = QStackedWidget()
        self._starting, self._broken = Panel(), Panel()
        self._starting.set_body(LoadingState(_STARTING, 8, can_cancel=False))
        for panel in (self._starting, self._broken):
            panel.header.hide()
        for page in (self._starting, self._broken, self._trade_place, self._setup_place):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        pad = Shell.CONTENT_PADDING
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(Shell.GUTTER)
        column.addWidget(self.bar)
        column.addWidget(self.strip)
        column.addWidget(self.stack, 1)

    def _retranslate(self) -> None:
        self.setAccessibleName(tr(_TITLE))
        self._draw(self.model.state)

    @property
    def trade(self) -> TradePage:
        return self._trade_place.content

    @property
    def setup(self) -> SetupPage:
        return self._setup_place.content

    def show_place(self, place: str) -> None:
        if place in PLACES:
            self.tabs.set_current(place)
            self._draw_page(self.model.state)

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self.model.watch(True)

    def hideEvent(self, event: QHideEvent | None) -> None:
        if event is not None and not event.spontaneous():
            self.model.watch(False)
        super().hideEvent(event)

    def _change_pace(self) -> None:
        if self.model.state.phase is Phase.PAUSED:
            self.model.resume()
        else:
            self.model.pause()

    # drawing

    def _draw(self, state: PracticeState) -> None:
        self.state_badge.set_state(*_PHASES[state.phase])
        time = state.time
        shown = _NO_TIME if time is None else _TIME.format(time=formats.full_time(time.now))
        self.time.set_text(shown)
        self._draw_pace(state)
        self.strip.setVisible(state.is_reached and not state.is_live and state.streams is not None)
        self._draw_page(state)

    def _draw_pace(self, state: PracticeState) -> None:
        is_paused = state.phase is Phase.PAUSED
        self.pause.set_text(_RESUME if is_paused else _PAUSE)
        self.pause.set_icon(Icon.PLAY if is_paused else Icon.PAUSE)
        self.pause.set_busy(state.is_changing_pace)
        self.pause.set_disabled_reason(None if state.is_reached else _NOT_REACHED)
        self.speed.setEnabled(state.is_reached)
        if state.time is not None:
            self.speed.set_current(f"{state.time.speed.normalize():f}")

    def _draw_page(self, state: PracticeState) -> None:
        if self.tabs.current == SETUP:
            self.stack.setCurrentWidget(self._setup_place)
        elif state.is_reached:
            self.stack.setCurrentWidget(self._trade_place)
        elif state.phase is Phase.FAILED:
            self._show_failure(state.error)
            self.stack.setCurrentWidget(self._broken)
        else:
            self.stack.setCurrentWidget(self._starting)

    def _show_failure(self, error: Exception | None) -> None:
        """The same error stays as it is, with its details unfolded."""
        if self._error is not None and error is self._shown_error:
            return
        old, self._shown_error = self._error, error
        if error is None:
            self._error = ErrorState(_FAILED, _SOON)
        else:
            message = explain(error)
            self._error = ErrorState(_FAILED, message.meaning, message.mend, message.details)
        self._error.retry.connect(self.model.try_again)
        self._broken.set_body(self._error)
        if old is not None:
            old.deleteLater()
