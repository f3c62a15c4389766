"""The row above the charts: units, indicators, how many charts, how they are drawn, picture, chart alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PyQt6.QtCore import QPoint, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.ui.candle_words import SHORT_UNIT_WORDS, UNIT_WORDS
from upbit_auto_trading.ui.charts.layers.candles import CandleStyle
from upbit_auto_trading.ui.charts.price_scale import ScaleKind
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import following_theme
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.screens.chart.view_model.charts import Arrangement, ChartsState, ChartsViewModel
from upbit_auto_trading.ui.screens.chart.view_model.units import OfferedUnit, nearest_unit
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole, ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.states import Strip
from upbit_auto_trading.utils.bilingual_text import Text

_UNIT: Final = Text("캔들 단위", "Candle unit")
_MORE_UNITS: Final = Text("다른 단위", "Other units")
_MADE: Final = Text("{unit} · {finer} 캔들로 만들어요", "{unit} · made of {finer} candles")
_NOT_HERE: Final = Text("이 거래소에 {unit} 캔들이 없어요.", "No {unit} candles here.")
_NEAREST: Final = Text("가장 가까운 {unit} 캔들을 보여요.", "The nearest, {unit}, are shown.")
_CLOSE: Final = Text("닫기", "Close")
_INDICATORS: Final = Text("지표", "Indicators")
_SOME_INDICATORS: Final = Text("지표 {count}", "Indicators {count}")
_SIDE_BY_SIDE: Final = Text("나란히", "Layout")
_CANDLES: Final = Text("캔들", "Candles")
_LOG: Final = Text("로그", "Log")
_LOG_TIP: Final = Text("가격 축을 로그로", "Logarithmic price axis")
_PERCENT_TIP: Final = Text("화면 첫 캔들과 견준 퍼센트", "Percent against the first candle in sight")
_PICTURE: Final = Text("그림으로 저장", "Save as a picture")
_WIDE: Final = Text("차트만 보기", "Chart only")
_LINK: Final = Text("시간과 십자선 함께 움직이기", "Link time and crosshair")
#: first the words of menus, then that of the indicators, then units
_MOST_SQUEEZE: Final = 3
#: words, whether it is on, what it does
Choice = tuple[Text, bool, Callable[[], None]]
#: always in sight, or the nearest to them that is offered; the others are in the menu beside them, and join while they
#: are chosen
_COMMON: Final = (
    CandleUnit.MINUTE,
    CandleUnit.MINUTES_5,
    CandleUnit.MINUTES_15,
    CandleUnit.HOUR,
    CandleUnit.HOURS_4,
    CandleUnit.DAY,
    CandleUnit.WEEK,
)
_ARRANGEMENTS: Final = {
    Arrangement.ONE: Text("하나", "One chart"),
    Arrangement.COLUMNS: Text("좌우로 둘", "Two side by side"),
    Arrangement.ROWS: Text("위아래로 둘", "Two above each other"),
    Arrangement.FOUR: Text("넷", "Four charts"),
}
_STYLES: Final = {
    CandleStyle.FILLED: Text("채운 캔들", "Filled candles"),
    CandleStyle.HOLLOW: Text("오른 캔들은 속을 비움", "Rising candles hollow"),
    CandleStyle.HEIKIN_ASHI: Text("하이킨아시", "Heikin-Ashi"),
}


class ChartToolbar(QWidget):
    """What a press does beyond the view-model is told by signals."""

    indicators_asked = pyqtSignal(QPoint)
    picture_asked = pyqtSignal()
    wide_changed = pyqtSignal(bool)

    def __init__(self, model: ChartsViewModel) -> None:
        super().__init__()
        self._model = model
        #: how much has given way to the room there is
        self._squeeze = 0
        self._studies = 0
        self.units = Segments(self._options(model.state), small=True, name=_UNIT)
        self.more_units = IconButton(Icon.MORE, _MORE_UNITS, size=ButtonSize.SMALL)
        self.indicators = Button(_INDICATORS, ButtonRole.QUIET, Icon.INDICATOR, size=ButtonSize.SMALL)
        self.arrangement = Button(_SIDE_BY_SIDE, ButtonRole.QUIET, Icon.CARDS, size=ButtonSize.SMALL)
        self.style_button = Button(_CANDLES, ButtonRole.QUIET, Icon.CHART, size=ButtonSize.SMALL)
        self.log = _switch(_LOG, _LOG_TIP)
        self.percent = _switch(Text("%", "%"), _PERCENT_TIP)
        self.picture = IconButton(Icon.CAMERA, _PICTURE, size=ButtonSize.SMALL)
        self.wide = IconButton(Icon.FULL_SCREEN, _WIDE, size=ButtonSize.SMALL)
        self.wide.setCheckable(True)
        #: another unit is shown than was chosen
        self.replaced = Strip(icon=Icon.INFO, token="accent", action=_CLOSE)
        #: what the user has read of that
        self._read: frozenset[tuple[CandleUnit, CandleUnit]] = frozenset()
        #: the menu that is open
        self.menu: QMenu | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._arrange()
        self._connect()
        self._draw(model.state)
        following_theme(self, self._fit)
        retranslating(self, self._fit)

    def _arrange(self) -> None:
        self._row = row = QHBoxLayout()
        row.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        row.setSpacing(Space.XS)
        for widget in (self.units, self.more_units, self.indicators, self.arrangement):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.style_button, self.log, self.percent, self.picture, self.wide):
            row.addWidget(widget)
        notes = QVBoxLayout()
        notes.setContentsMargins(Space.M, 0, Space.M, Space.XS)
        notes.addWidget(self.replaced)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addLayout(notes)

    def _connect(self) -> None:
        model = self._model
        self.units.chosen.connect(lambda name: model.choose_unit(CandleUnit(name)))
        self.more_units.clicked.connect(self._open_units)
        self.indicators.clicked.connect(lambda: self.indicators_asked.emit(_below(self.indicators)))
        self.arrangement.clicked.connect(self._open_arrangements)
        self.style_button.clicked.connect(self._open_styles)
        self.log.clicked.connect(lambda: self._scale(ScaleKind.LOG))
        self.percent.clicked.connect(lambda: self._scale(ScaleKind.PERCENT))
        self.picture.clicked.connect(self.picture_asked)
        self.wide.toggled.connect(self.wide_changed)
        self.replaced.action.connect(self._close_note)
        model.state_changed.connect(self._draw)

    def show_count(self, studies: int) -> None:
        self._studies = studies
        self._draw_words()

    # room

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Words of buttons give way first, then the units that are not chosen; the menus have all of it."""
        for squeeze in range(_MOST_SQUEEZE + 1):
            self._squeeze = squeeze
            self._draw_words()
            self._draw(self._model.state)
            if self._wanted() <= self.width():
                return

    def _wanted(self) -> int:
        self._row.invalidate()
        return self._row.sizeHint().width()

    def _draw_words(self) -> None:
        """An icon alone has its words as its tip and its name."""
        indicators = _SOME_INDICATORS.format(count=self._studies) if self._studies else _INDICATORS
        for button, text, gives_way in (
            (self.arrangement, _SIDE_BY_SIDE, 1),
            (self.style_button, _CANDLES, 1),
            (self.indicators, indicators, 2),
        ):
            is_alone = self._squeeze >= gives_way
            button.set_text("" if is_alone else text)
            button.set_tip(text if is_alone else "")

    def _options(self, state: ChartsState) -> list[tuple[str, Text]]:
        in_sight = {state.chosen.unit, *self._common(state)}
        offered = (*state.units, *(() if state.chosen.unit in state.units else (state.chosen.unit,)))
        return [(unit.value, SHORT_UNIT_WORDS[unit]) for unit in offered if unit in in_sight]

    def _common(self, state: ChartsState) -> tuple[CandleUnit, ...]:
        if self._squeeze == _MOST_SQUEEZE or not state.units:
            return ()
        return tuple(nearest_unit(unit, state.units) for unit in _COMMON)

    def _draw(self, state: ChartsState) -> None:
        chosen = state.chosen
        options = self._options(state)
        if options != self.units.options:
            self.units.set_options(options, chosen.unit.value)
        self.units.set_current(chosen.unit.value)
        self.more_units.setVisible(bool(self._others(state)))
        self.log.setChecked(chosen.scale == ScaleKind.LOG.value)
        self.percent.setChecked(chosen.scale == ScaleKind.PERCENT.value)
        self._draw_note(state)

    def _draw_note(self, state: ChartsState) -> None:
        """Which unit is shown in the place of the one that was chosen."""
        self._read &= frozenset(state.replaced)
        untold = [one for one in state.replaced if one not in self._read]
        if untold:
            wished, unit = untold[0]
            self.replaced.set_words(_NOT_HERE.format(unit=UNIT_WORDS[wished]), _NEAREST.format(unit=UNIT_WORDS[unit]))
        self.replaced.setVisible(bool(untold))

    def _close_note(self) -> None:
        untold = [one for one in self._model.state.replaced if one not in self._read]
        self._read |= frozenset(untold[:1])
        self._draw_note(self._model.state)

    def _scale(self, kind: ScaleKind) -> None:
        is_on = self._model.state.chosen.scale == kind.value
        self._model.choose_scale((ScaleKind.LINEAR if is_on else kind).value)
        self._draw(self._model.state)

    # menus

    def _others(self, state: ChartsState) -> list[OfferedUnit]:
        common = self._common(state)
        return [one for one in state.offered if one.unit not in common]

    def _open_units(self) -> None:
        state = self._model.state
        choices: list[Choice] = [
            (_unit_words(one), one.unit is state.chosen.unit, partial(self._model.choose_unit, one.unit))
            for one in self._others(state)
        ]
        self._open(choices, self.more_units)

    def _open_arrangements(self) -> None:
        state = self._model.state
        choices: list[Choice] = [
            (words, one is state.arrangement, partial(self._model.arrange, one)) for one, words in _ARRANGEMENTS.items()
        ]
        menu = self._open(choices, self.arrangement)
        menu.addSeparator()
        _add(menu, _LINK, state.is_time_linked, lambda: self._model.link_time(not state.is_time_linked))

    def _open_styles(self) -> None:
        style = self._model.state.chosen.style
        choices: list[Choice] = [
            (words, one.value == style, partial(self._model.choose_style, one.value)) for one, words in _STYLES.items()
        ]
        self._open(choices, self.style_button)

    def _open(self, choices: list[Choice], under: QWidget) -> QMenu:
        self.menu = QMenu(self)
        for words, is_on, act in choices:
            _add(self.menu, words, is_on, act)
        self.menu.aboutToHide.connect(self.menu.deleteLater)
        self.menu.popup(_below(under))
        return self.menu


def _unit_words(offered: OfferedUnit) -> Text:
    """The exchange's own, or what they are made of."""
    words = UNIT_WORDS[offered.unit]
    return words if offered.made_of is None else _MADE.format(unit=words, finer=UNIT_WORDS[offered.made_of])


def _add(menu: QMenu, words: Text, is_on: bool, act: Callable[[], None]) -> None:
    entry = menu.addAction(tr(words))
    if entry is not None:
        entry.setCheckable(True)
        entry.setChecked(is_on)
        entry.triggered.connect(lambda _checked: act())


def _below(widget: QWidget) -> QPoint:
    return widget.mapToGlobal(QPoint(0, widget.height()))


def _switch(words: Text, tip: Text) -> Button:
    button = Button(words, ButtonRole.NORMAL, size=ButtonSize.SMALL)
    button.setCheckable(True)
    button.set_tip(tip)
    return button
