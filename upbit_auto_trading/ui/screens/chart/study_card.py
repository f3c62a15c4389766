"""One study of the list: its name and colours; unfolded, what can be changed of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.component_system.registry import Registry
from upbit_auto_trading.component_system.variable import Drawn
from upbit_auto_trading.ui.candle_words import UNIT_WORDS
from upbit_auto_trading.ui.charts.studies import LINE
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon, paint_icon
from upbit_auto_trading.ui.design.language import Words, retranslating, tr, words
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import OVERLAYS, Height, IconSize, Radius, Space, Type
from upbit_auto_trading.ui.forms.parameter_form import ParameterForm
from upbit_auto_trading.ui.forms.row_note import RowNote
from upbit_auto_trading.ui.screens.chart.study_swatches import OverlaySwatches, paint_sample
from upbit_auto_trading.ui.screens.chart.view_model.studies import StudiesViewModel, StudyRow
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole, ButtonSize, IconButton
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.pressable import Pressable
from upbit_auto_trading.ui.widgets.select import Select
from upbit_auto_trading.utils.bilingual_text import Text

_PLACES: Final = {
    Drawn.ON_PRICE: Text("가격 위", "on the price"),
    Drawn.OWN_PANE: Text("따로 된 칸", "own pane"),
    Drawn.MARKS: Text("캔들 표시", "marks"),
    Drawn.NOWHERE: Text("그리지 않음", "not drawn"),
}
_HIDDEN: Final = Text("숨김", "hidden")
_HIDE: Final = Text("{title} 숨기기", "Hide {title}")
_SHOW: Final = Text("{title} 보이기", "Show {title}")
_REMOVE: Final = Text("{title} 빼기", "Remove {title}")
_COLOUR: Final = Text("색", "Colour")
_PANE: Final = Text("칸", "Pane")
_OWN_PANE: Final = Text("따로 된 칸", "A pane of its own")
_WITH: Final = Text("{title}{과/와} 함께", "With {title}")
_UP: Final = Text("위로", "Move up")
_DOWN: Final = Text("아래로", "Move down")
_GONE: Final = Text(
    "이 지표를 찾을 수 없어요. 지표 파일이 돌아오면 다시 그려요.",
    "This indicator was not found. It is drawn again when its file is back.",
)
_FAILED: Final = Text(
    "내 지표가 오류로 멈췄어요. 파일을 고치고 차트를 다시 여세요.",
    "Your indicator stopped with an error. Mend its file and open the chart again.",
)
_UNFIT: Final = Text("값이 맞지 않아 그리지 않아요. 아래에서 고치세요.", "Not drawn, as a value does not fit.")
_TOO_FINE: Final = Text(
    "차트의 캔들로 만들 수 없는 캔들이라 그리지 않아요.", "Not drawn: its candles cannot be made of the chart's."
)
_PROBLEMS: Final = {"unknown-component": _GONE, "failed": _FAILED, "unit-not-coarser": _TOO_FINE}
_CANDLES: Final = Text("캔들", "Candles")
_OF_CHART: Final = Text("차트와 같음", "As the chart")
_SAMPLE: Final = 24


class StudyHead(Pressable):
    """Press to unfold; Alt+↑↓ or a drag moves it, Delete removes it."""

    moved = pyqtSignal(int)
    removed = pyqtSignal()
    #: (y on the screen)
    dragged = pyqtSignal(float)
    #: −1: the one above
    left_for = pyqtSignal(int)

    def __init__(self) -> None:
        self._row: StudyRow | None = None
        self._is_open = False
        self._pressed_at: QPointF | None = None
        self._is_dragged = False
        super().__init__()
        self.setFixedHeight(Height.ROW_COMFORTABLE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_row(self, row: StudyRow) -> None:
        self._row = row
        self._show_words()

    def set_open(self, is_open: bool) -> None:
        self._is_open = is_open
        self.update()

    def shown_text(self) -> str:
        return "" if self._row is None else words(self._row.title)

    def note(self) -> str:
        if self._row is None:
            return ""
        return tr(_HIDDEN if self._row.study.is_hidden else _PLACES[self._row.where])

    def _show_words(self) -> None:
        super()._show_words()
        self.setAccessibleName(f"{self.shown_text()}, {self.note()}")
        self.setToolTip(self.shown_text())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None:
            (self.moved if event.modifiers() & Qt.KeyboardModifier.AltModifier else self.left_for).emit(step)
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        self._pressed_at = None if event is None else event.globalPosition()
        self._is_dragged = False
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._pressed_at is None:
            return
        here = event.globalPosition()
        if abs(here.y() - self._pressed_at.y()) >= QApplication.startDragDistance():
            self._is_dragged = True
        if self._is_dragged:
            self.setDown(False)  # a drag is no press
            self.dragged.emit(here.y())

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        self._pressed_at = None
        super().mouseReleaseEvent(event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        row = self._row
        if row is None:
            return
        painter = QPainter(self)
        surface = self.surface(None)
        if surface is not None:
            painting.frame(painter, self.area(), Radius.CONTROL, surface)
        self._paint_sample(painter, row)
        left = Space.S + _SAMPLE + Space.M
        size = IconSize.TINY
        arrow = QRectF(self.width() - size - Space.S, (self.height() - size) / 2, size, size)
        paint_icon(painter, Icon.UP if self._is_open else Icon.DOWN, arrow, "t3")
        rest = QRectF(left, 0, arrow.left() - Space.S - left, self.height())
        font = self.theme.font(Type.CAPTION)
        note = painting.text(painter, rest, self.note(), font, self.theme.colour("t3"), painting.RIGHT)
        name = rest.adjusted(0, 0, -note - Space.M, 0)
        font = self.theme.font(Type.BODY)
        shown = painting.elided(self.shown_text(), font, name.width() + 1)
        token = "t3" if row.study.is_hidden else "t1"
        painting.text(painter, name, shown, font, self.theme.colour(token))

    def _paint_sample(self, painter: QPainter, row: StudyRow) -> None:
        area = QRectF(Space.S, 0, _SAMPLE, self.height())
        if row.problem:
            spot = QRectF(area.left() + 4, (self.height() - IconSize.SMALL) / 2, IconSize.SMALL, IconSize.SMALL)
            paint_icon(painter, Icon.WARNING, spot, "warning")
            return
        if row.study.is_hidden:
            painter.setOpacity(0.4)
        seen = tuple(dict.fromkeys(row.study.colours))
        paint_sample(painter, area.adjusted(0, 4, 0, -4), [OVERLAYS[colour - 1] for colour in seen])
        painter.setOpacity(1.0)

    def sizeHint(self) -> QSize:
        return QSize(200, Height.ROW_COMFORTABLE)


def _shape_of(row: StudyRow) -> tuple[object, ...]:
    """Rows of one shape have the same fields."""
    return row.study.use.id, row.line_names, row.hosts, row.units, row.declaration


class StudyCard(QWidget):
    """``reshaped`` when its height is another."""

    reshaped = pyqtSignal()
    opened = pyqtSignal(str)

    def __init__(self, row: StudyRow, model: StudiesViewModel) -> None:
        super().__init__()
        self.row = row
        self._model = model
        self.head = StudyHead()
        self.eye = IconButton(Icon.SHOW, "", size=ButtonSize.SMALL)
        self.bin = IconButton(Icon.DELETE, "", size=ButtonSize.SMALL)
        self.note = RowNote()
        self.body: QWidget | None = None
        self.form: ParameterForm | None = None
        self.swatches: list[OverlaySwatches] = []
        self.pane: Select | None = None
        self.candles: Select | None = None
        line = QHBoxLayout()
        line.setSpacing(Space.XXS)
        for widget in (self.head, self.eye, self.bin):
            line.addWidget(widget)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.XS)
        self._column.addLayout(line)
        self._column.addWidget(self.note)
        self.eye.clicked.connect(lambda: model.toggle(self.study_id))
        self.head.clicked.connect(lambda: self.opened.emit("" if self.is_open else self.study_id))
        self.head.moved.connect(lambda step: model.move(self.study_id, step))
        self.show_row(row)
        retranslating(self, self._name)

    @property
    def study_id(self) -> str:
        return self.row.study.id

    @property
    def is_open(self) -> bool:
        return self.body is not None

    def show_row(self, row: StudyRow) -> None:
        before, self.row = self.row, row
        self.head.show_row(row)
        self.eye.set_icon(Icon.HIDE if row.study.is_hidden else Icon.SHOW)
        self._name()
        if row.problem:
            self.note.show_warning(_PROBLEMS.get(row.problem, _UNFIT))
        else:
            self.note.show_hint("")
        if self.is_open:
            self._show_inside(before)
        if before.problem != row.problem:
            self.reshaped.emit()

    def _name(self) -> None:
        title = self.row.title
        self.eye.set_tip((_SHOW if self.row.study.is_hidden else _HIDE).format(title=title))
        self.bin.set_tip(_REMOVE.format(title=title))

    def _show_inside(self, before: StudyRow) -> None:
        row = self.row
        if _shape_of(before) != _shape_of(row):
            self.set_open(False)
            self.set_open(True)
            return
        if self.form is not None and not self.form.has_problem:
            self.form.show_values(dict(row.study.use.parameters))
        for place, swatches in enumerate(self.swatches):
            swatches.set_current(str(row.study.colour_of(place)))
        if self.pane is not None:
            self.pane.set_current(row.study.pane)
        if self.candles is not None:
            self.candles.set_current("" if row.study.use.unit is None else row.study.use.unit.value)

    # unfolded

    def set_open(self, is_open: bool) -> None:
        if is_open == self.is_open:
            return
        if self.body is not None:
            self._column.removeWidget(self.body)
            self.body.hide()
            self.body.deleteLater()
            self.body, self.form, self.swatches, self.pane, self.candles = None, None, [], None, None
        else:
            self.body = self._made_body()
            self._column.addWidget(self.body)
            self.body.show()  # a layout counts what is shown, and would show it only a moment later
        self.head.set_open(is_open)
        self.reshaped.emit()

    def _made_body(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(Space.S, 0, Space.S, Space.M)
        column.setSpacing(Space.M)
        declaration, registry = self.row.declaration, self._model.registry
        if declaration is not None and registry is not None:
            column.addWidget(Label(declaration.help, "caption", "t2", wrap=True))
            self.form = self._made_form(registry)
            if not self.form.is_empty:
                column.addWidget(self.form)
            column.addLayout(self._looks())
        column.addLayout(self._moving())
        return body

    def _made_form(self, registry: Registry) -> ParameterForm:
        study = self.row.study
        assert self.row.declaration is not None
        left_out = (LINE,) if study.lines else ()
        form = ParameterForm(self.row.declaration, dict(study.use.parameters), registry, left_out=left_out)
        form.changed.connect(lambda values: self._model.set_values(self.study_id, values))
        form.reshaped.connect(self.reshaped)
        return form

    def _looks(self) -> QGridLayout:
        study = self.row.study
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.S)
        grid.setColumnStretch(1, 1)
        as_one = len(set(study.colours)) == 1 and len(study.lines) > 1 and len(study.colours) > 1
        names: tuple[Words, ...] = (_COLOUR,) if as_one or not self.row.line_names else self.row.line_names
        for place, name in enumerate(names):
            swatches = OverlaySwatches(study.colour_of(place), name=name)
            swatches.chosen.connect(self._colour_of(place))
            self.swatches.append(swatches)
            grid.addWidget(Label(name, "table", "t2"), place, 0)
            grid.addWidget(swatches, place, 1, Qt.AlignmentFlag.AlignLeft)
        self._add_candles(grid, len(names))
        if self.row.hosts:
            options: list[tuple[str, Words]] = [("", _OWN_PANE)]
            options += [(host, _WITH.format(title=title)) for host, title in self.row.hosts]
            self.pane = Select(options, study.pane, small=True, name=_PANE)
            self.pane.chosen.connect(lambda host: self._model.set_pane(self.study_id, host))
            grid.addWidget(Label(_PANE, "table", "t2"), len(names) + 1, 0)
            grid.addWidget(self.pane, len(names) + 1, 1)
        return grid

    def _add_candles(self, grid: QGridLayout, place: int) -> None:
        """An average of hours on a chart of minutes."""
        own = self.row.study.use.unit
        units = dict.fromkeys((*self.row.units, *(() if own is None else (own,))))
        if not units:
            return
        options: list[tuple[str, Words]] = [("", _OF_CHART)]
        options += [(unit.value, UNIT_WORDS[unit]) for unit in units]
        self.candles = Select(options, "" if own is None else own.value, small=True, name=_CANDLES)
        self.candles.chosen.connect(self._choose_candles)
        grid.addWidget(Label(_CANDLES, "table", "t2"), place, 0)
        grid.addWidget(self.candles, place, 1)

    def _choose_candles(self, chosen: str) -> None:
        self._model.set_candles(self.study_id, CandleUnit(chosen) if chosen else None)

    def _colour_of(self, place: int) -> Callable[[str], None]:
        return lambda number: self._model.set_colour(self.study_id, place, int(number))

    def _moving(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        for text, icon, step in ((_UP, Icon.UP, -1), (_DOWN, Icon.DOWN, 1)):
            button = Button(text, ButtonRole.QUIET, icon, size=ButtonSize.SMALL)
            button.clicked.connect(lambda _checked=False, by=step: self._model.move(self.study_id, by))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        if self.is_open:
            theme = current_theme()
            area = QRectF(self.rect())
            painting.frame(QPainter(self), area, Radius.CONTROL, theme.colour("bg1"), theme.colour("line"))
