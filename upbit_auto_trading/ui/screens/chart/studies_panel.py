"""The studies of a chart as a list, in a popover under the toolbar: add, change, hide, remove, reorder, colour."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QPoint, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from upbit_auto_trading.ui.charts.studies import Study
from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import retranslating, tr
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Radius, Space
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.screens.chart.study_card import StudyCard
from upbit_auto_trading.ui.screens.chart.view_model.studies import MOST_STUDIES, StudiesState, StudiesViewModel
from upbit_auto_trading.ui.widgets.badges import CountBadge
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole, ButtonSize
from upbit_auto_trading.ui.widgets.component_picker import ComponentPicker
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.on_panel import on_panel
from upbit_auto_trading.ui.widgets.states import EmptyState, ErrorState, LinkButton, LoadingState
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE: Final = Text("지표", "Indicators")
_ADD: Final = Text("지표 넣기", "Add indicator")
_EMPTY: Final = Text("지표가 없어요", "No indicators yet")
_EMPTY_LINE: Final = Text(
    "이동평균이나 RSI처럼 차트에 그릴 값을 고르세요.", "Choose what to draw, such as a moving average or RSI."
)
_LOADING: Final = Text("지표를 읽는 중이에요.", "Loading indicators.")
_FULL: Final = Text("한 차트에 {most}개까지 넣을 수 있어요.", "A chart holds up to {most} indicators.")
_REMOVED: Final = Text("{title}{을/를} 뺐어요.", "{title} was removed.")
_UNDO: Final = Text("되돌리기", "Undo")
_KEYS: Final = Text("Alt+↑↓ 옮기기 · Delete 빼기", "Alt+↑↓ moves · Delete removes")
_WIDTH, _MOST_HEIGHT, _LEAST_HEIGHT = 420, 440, 160
#: of the popover, beside the list; and what should stay seen of the chart
_AROUND = 160


class _Cards(QScrollArea):
    """As high as what it holds, up to a bound."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        on_panel(self)
        holder = QWidget()
        holder.setProperty("ground", "none")
        self.column = QVBoxLayout(holder)
        self.column.setContentsMargins(Space.XS, Space.XS, Space.M, Space.XS)  # with room for the focus ring
        self.column.setSpacing(Space.XXS)
        self.column.addStretch(1)
        self.setWidget(holder)

    def fit(self, width: int, most: int) -> None:
        """Words are wrapped and fields laid out only once their width is known."""
        holder = self.widget()
        if holder is None:
            return
        self.column.invalidate()
        wanted = self.column.totalHeightForWidth(width)
        if wanted < 0:
            wanted = self.column.totalSizeHint().height()
        self.setFixedHeight(min(wanted + 2, most))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)


class StudiesPanel(QWidget):
    """``reshaped`` when its height is another."""

    reshaped = pyqtSignal()

    def __init__(self, model: StudiesViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.cards: dict[str, StudyCard] = {}
        self.picker: ComponentPicker | None = None
        self._open = ""
        self._removed: tuple[Study, int, Text] | None = None
        self.title = Label(_TITLE, "heading")
        self.count = CountBadge()
        self.add = Button(_ADD, ButtonRole.PRIMARY, Icon.ADD, size=ButtonSize.SMALL)
        self.list = _Cards()
        self.empty = EmptyState(_EMPTY, _EMPTY_LINE, icon=Icon.INDICATOR)
        self.loading = LoadingState(_LOADING, rows=3, can_cancel=False)
        self.error: ErrorState | None = None
        self.told = Label("", "table", "t2")
        self.undo = LinkButton(_UNDO)
        self.keys = Label(_KEYS, "caption", "t3")
        self._arrange()
        self.add.clicked.connect(self.open_picker)
        self.undo.clicked.connect(self._put_back)
        model.state_changed.connect(self._draw)
        retranslating(self, lambda: self.setAccessibleName(tr(_TITLE)))
        following_theme(self, self._fit)
        self._draw(model.state)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(Space.XS, 0, Space.XS, 0)
        head.setSpacing(Space.M)
        head.addWidget(self.title)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.add)
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.XS, 0, Space.XS, 0)
        foot.setSpacing(Space.S)
        foot.addWidget(self.told)
        foot.addWidget(self.undo)
        foot.addStretch(1)
        foot.addWidget(self.keys)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(Space.M, Space.M, Space.S, Space.M)
        self._column.setSpacing(Space.M)
        self._column.addLayout(head)
        for widget in (self.list, self.empty, self.loading):
            self._column.addWidget(widget)
        self._column.addLayout(foot)

    # drawing

    def _draw(self, state: StudiesState) -> None:
        self.count.set_count(len(state.rows) or None)
        self._draw_cards(state)
        self.loading.setVisible(state.is_loading and not state.is_ready)
        self.empty.setVisible(state.is_ready and not state.rows)
        self.list.setVisible(bool(state.rows))
        self.keys.setVisible(bool(state.rows) and self._removed is None)
        self._draw_error(state)
        if not state.is_ready:
            self.add.set_disabled_reason(_LOADING)
        else:
            self.add.set_disabled_reason(_FULL.format(most=MOST_STUDIES) if state.is_full else None)
        self._draw_removed()
        self._fit()

    def _draw_error(self, state: StudiesState) -> None:
        if self.error is not None:
            self._column.removeWidget(self.error)
            self.error.hide()
            self.error.deleteLater()
            self.error = None
        if state.error is not None and not state.is_ready:
            message = explain(state.error)
            self.error = ErrorState(message.title, "", message.mend)
            self.error.retry.connect(self.model.load_again)
            self._column.insertWidget(1, self.error)

    def _draw_cards(self, state: StudiesState) -> None:
        wanted = {row.study.id: row for row in state.rows}
        for gone in [one for one in self.cards if one not in wanted]:
            card = self.cards.pop(gone)
            self.list.column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for place, (study_id, row) in enumerate(wanted.items()):
            known = self.cards.get(study_id)
            if known is None:
                known = self.cards[study_id] = self._made_card(row)
            elif known.row != row:
                known.show_row(row)
            if self.list.column.indexOf(known) != place:
                self.list.column.removeWidget(known)
                self.list.column.insertWidget(place, known)
                known.show()
        self.list.column.activate()

    def _made_card(self, row: object) -> StudyCard:
        card = StudyCard(row, self.model)  # type: ignore[arg-type]
        card.opened.connect(self._unfold)
        card.reshaped.connect(self._fit)
        card.bin.clicked.connect(lambda: self.remove(card.study_id))
        card.head.removed.connect(lambda: self.remove(card.study_id))
        card.head.dragged.connect(lambda y: self._drag(card, y))
        card.head.left_for.connect(lambda step: self._focus_beside(card, step))
        return card

    def _draw_removed(self) -> None:
        removed = self._removed
        self.told.setVisible(removed is not None)
        self.undo.setVisible(removed is not None)
        self.told.set_text("" if removed is None else _REMOVED.format(title=removed[2]))

    def _fit(self) -> None:
        scale = max(1.0, current_theme().text_scale / 100)
        self.setFixedWidth(round(_WIDTH * scale))
        margins = self._column.contentsMargins()
        screen = self.screen()
        room = screen.availableGeometry().height() - _AROUND if screen is not None else _MOST_HEIGHT
        most = max(min(round(_MOST_HEIGHT * scale), room), _LEAST_HEIGHT)
        self.list.fit(self.width() - margins.left() - margins.right(), most)
        self._column.activate()
        self.reshaped.emit()

    # what the user does

    def open_picker(self) -> None:
        shelf = self.model.shelf
        if self.picker is None:
            self.picker = ComponentPicker((), self.add, name=_ADD)
            self.picker.chosen.connect(self._add)
            self.picker.memory_changed.connect(shelf.keep)
        self.picker.set_memory(shelf.memory)
        self.picker.set_entries(shelf.entries)
        self.picker.open_below(self.add)

    def _add(self, entry_id: str) -> None:
        self._removed = None
        added = self.model.add(entry_id)
        if added in self.cards:
            self._unfold("")
            self.cards[added].head.setFocus(Qt.FocusReason.PopupFocusReason)
            self.list.ensureWidgetVisible(self.cards[added])

    def _unfold(self, study_id: str) -> None:
        """One at a time."""
        self._open = study_id
        for one, card in self.cards.items():
            card.set_open(one == study_id)
        if study_id in self.cards:
            self.list.ensureWidgetVisible(self.cards[study_id])

    def unfold(self, study_id: str) -> None:
        """From the legend of the chart: what was pressed there is changed here."""
        self._unfold(study_id)

    def remove(self, study_id: str) -> None:
        ids = [row.study.id for row in self.model.state.rows]
        row = self.model.state.row(study_id)
        if row is None:
            return
        place = ids.index(study_id)
        self._removed = (row.study, place, row.title)
        self.model.remove(study_id)
        left = [one for one in ids if one != study_id]
        if left:  # the keys stay in the list
            self.cards[left[min(place, len(left) - 1)]].head.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put_back(self) -> None:
        if self._removed is not None:
            study, place, _title = self._removed
            self._removed = None
            self.model.put_back(study, place)
            self.cards[study.id].head.setFocus(Qt.FocusReason.OtherFocusReason)

    def _drag(self, card: StudyCard, y: float) -> None:
        """It changes places as soon as the pointer is beyond the middle of its neighbour."""
        ids = [row.study.id for row in self.model.state.rows]
        here = ids.index(card.study_id)
        for step in (-1, 1):
            place = here + step
            if not 0 <= place < len(ids):
                continue
            neighbour = self.cards[ids[place]]
            middle = neighbour.mapToGlobal(QPoint(0, neighbour.height() // 2)).y()
            if (y < middle) if step < 0 else (y > middle):
                self.model.move_to(card.study_id, place)
                self.list.column.activate()
                return

    def _focus_beside(self, card: StudyCard, step: int) -> None:
        ids = [row.study.id for row in self.model.state.rows]
        place = ids.index(card.study_id) + step
        if 0 <= place < len(ids):
            self.cards[ids[place]].head.setFocus(Qt.FocusReason.TabFocusReason)


class StudiesPopover(QFrame):
    """The panel under its button of the toolbar."""

    closed = pyqtSignal()

    def __init__(self, model: StudiesViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.panel = StudiesPanel(model)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self.panel)
        self.panel.reshaped.connect(self._fit)
        retranslating(self, lambda: self.setAccessibleName(tr(_TITLE)))

    def open_at(self, corner: QPoint) -> None:
        """Upper left corner, on the screen; moved to where it is whole."""
        self.panel.model.shelf.load()
        self._fit()
        screen = QGuiApplication.screenAt(corner) or QGuiApplication.primaryScreen()
        if screen is not None:
            room = screen.availableGeometry()
            corner = QPoint(
                max(room.left(), min(corner.x(), room.right() + 1 - self.width())),
                max(room.top(), min(corner.y(), room.bottom() + 1 - self.height())),
            )
        self.move(corner)
        self.show()
        first = next(iter(self.panel.cards.values()), None)
        target = first.head if first is not None else self.panel.add
        target.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fit(self) -> None:
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.adjustSize()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: object) -> None:
        self.closed.emit()
        super().hideEvent(event)  # type: ignore[arg-type]

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        area = QRectF(self.rect())
        painting.frame(QPainter(self), area, Radius.PANEL, theme.colour("bg2"), theme.colour("line_strong"))
