"""Chooses one of hundreds: by typing (Korean, its initial consonants, English, an id), by category, by what was used.

The keys stay in the search field: arrows move through what was found, Enter chooses, Alt+Enter marks as a favourite.
"""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design import painting
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words, retranslating, tr, words
from upbit_auto_trading.ui.design.theme import current_theme, following_theme
from upbit_auto_trading.ui.design.tokens import Radius, Space, Type
from upbit_auto_trading.ui.picker_entry import PickerEntry, PickerMemory, categories_of, found_entries
from upbit_auto_trading.ui.widgets.field_box import FieldBox
from upbit_auto_trading.ui.widgets.field_note import IconMark
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.picker_list import PickerList, PickerRow, picker_rows
from upbit_auto_trading.utils.bilingual_text import Text

PROMPT = Text("이름·초성·영어로 찾기 (예: ㅇㄷㅍㄱ)", "Search by name (RSI, average …)")
_NOTHING = Text("찾은 것이 없어요. 다른 낱말로 찾아보세요.", "Nothing found. Try another word.")
_ALL = Text("전체", "All")
_FAVOURITES = Text("즐겨찾기", "Favourites")
_RECENT = Text("최근 사용", "Used last")
_FOUND = Text("찾은 것", "Found")
_CATEGORIES = Text("갈래", "Categories")
_KEYS = Text("↑↓ 고르기 · Enter 넣기 · Alt+Enter 즐겨찾기", "↑↓ choose · Enter take · Alt+Enter favourite")
_WIDTH, _CATEGORY_WIDTH, _LIST_HEIGHT = 580, 182, 308
_HELP_LINES = 3
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ComponentPicker(QFrame):
    """A popover. ``chosen`` carries the id, after it closed; ``memory_changed`` what is to be kept."""

    chosen = pyqtSignal(str)
    memory_changed = pyqtSignal(object)
    closed = pyqtSignal()

    def __init__(
        self,
        entries: Sequence[PickerEntry],
        parent: QWidget | None = None,
        *,
        memory: PickerMemory | None = None,
        current: str = "",
        name: Words = PROMPT,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._entries = tuple(entries)
        self._memory = memory or PickerMemory()
        self._current = current
        self._category: Text | None = None
        self._preedit = ""
        self._build()
        retranslating(self, lambda: self._show_words(name))
        following_theme(self, self._set_sizes)
        self.show_found()

    # building

    def _build(self) -> None:
        self.field = QLineEdit()
        box = FieldBox(self.field)
        box.row.setContentsMargins(Space.M, 0, Space.M, 0)
        box.row.setSpacing(Space.S)
        box.row.insertWidget(0, IconMark(Icon.SEARCH, "t3"))
        self.categories = PickerList()
        self.categories.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.results = PickerList(with_stars=True)
        self.results.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.nothing = Label(_NOTHING, "body", "t2", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.help_title = Label("", "body_bold")
        self.help = Label("", "table", "t2", wrap=True)
        self.help.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.keys = Label(_KEYS, "caption", "t3")
        lists = QHBoxLayout()
        lists.setSpacing(Space.S)
        lists.addWidget(self.categories)
        right = QVBoxLayout()
        right.addWidget(self.results, 1)
        right.addWidget(self.nothing, 1)
        lists.addLayout(right, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(Space.S, Space.S, Space.S, 0)
        foot.setSpacing(Space.XXS)
        for label in (self.help_title, self.help, self.keys):
            foot.addWidget(label)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.setSpacing(Space.M)
        column.addWidget(box)
        column.addLayout(lists, 1)
        column.addLayout(foot)
        self.field.textChanged.connect(self.show_found)
        self.field.installEventFilter(self)
        self.categories.installEventFilter(self)
        self.categories.moved.connect(self._choose_category)
        self.categories.pressed_row.connect(lambda _row: self.field.setFocus())
        self.results.moved.connect(self._show_help)
        self.results.pressed_row.connect(self._choose)
        self.results.starred.connect(self._toggle_favourite)

    def _show_words(self, name: Words) -> None:
        self.field.setPlaceholderText(tr(PROMPT))
        self.field.setAccessibleName(words(name))
        self.setAccessibleName(words(name))
        self.categories.setAccessibleName(tr(_CATEGORIES))
        self.results.setAccessibleName(words(name))
        self._show_categories()
        self.show_found()

    def _set_sizes(self) -> None:
        scale = max(1.0, current_theme().text_scale / 100)
        self.setFixedWidth(round(_WIDTH * scale))
        self.categories.setFixedWidth(round(_CATEGORY_WIDTH * scale))
        self.results.setFixedHeight(round(_LIST_HEIGHT * scale))
        self.categories.setFixedHeight(round(_LIST_HEIGHT * scale))
        self.help.setFixedHeight(round(Type.TABLE.line * scale * _HELP_LINES) + Space.XXS)
        self.adjustSize()

    # what is offered

    @property
    def entries(self) -> tuple[PickerEntry, ...]:
        return self._entries

    @property
    def memory(self) -> PickerMemory:
        return self._memory

    def set_entries(self, entries: Sequence[PickerEntry], current: str | None = None) -> None:
        self._entries = tuple(entries)
        if current is not None:
            self._current = current
        if self._category not in categories_of(self._entries):
            self._category = None
        self._show_categories()
        self.show_found()

    def set_memory(self, memory: PickerMemory) -> None:
        self._memory = memory
        self.show_found()

    @property
    def highlighted(self) -> str:
        """The id of the row that Enter would choose."""
        row = self.results.current_row()
        return "" if row is None or row.entry is None else row.entry.id

    @property
    def query(self) -> str:
        """With the syllable that the input method has not finished yet."""
        text, at = self.field.text(), self.field.cursorPosition()
        return text[:at] + self._preedit + text[at:]

    def show_found(self) -> None:
        within = tuple(one for one in self._entries if self._category is None or one.category == self._category)
        query = self.query.strip()
        found = found_entries(query, within)
        rows = picker_rows(self._sections(query, found), frozenset(self._memory.favourites))
        kept = self.highlighted if not query else ""
        self.results.show_rows(rows, kept or (self._current if not query else ""))
        self.results.setVisible(bool(found))
        self.nothing.setVisible(not found)
        self._show_help()

    def _sections(self, query: str, found: tuple[PickerEntry, ...]) -> list[tuple[Words, tuple[PickerEntry, ...]]]:
        """Without a word: favourites and what was used last before the rest, which stands under its categories."""
        if query:
            return [("", found)]
        by_id = {entry.id: entry for entry in found}
        first: list[tuple[Words, tuple[PickerEntry, ...]]] = [
            (_FAVOURITES, tuple(by_id[one] for one in self._memory.favourites if one in by_id)),
            (_RECENT, tuple(by_id[one] for one in self._memory.recent if one in by_id)),
        ]
        rest: list[tuple[Words, tuple[PickerEntry, ...]]] = [
            (category, tuple(entry for entry in found if entry.category == category))
            for category in categories_of(found)
        ]
        unsorted = tuple(entry for entry in found if not tr(entry.category))
        return [section for section in (("", unsorted), *first, *rest) if section[1]]

    def _show_categories(self) -> None:
        shown = [_ALL, *categories_of(self._entries)]
        rows = [PickerRow(title) for title in shown]
        chosen = shown.index(self._category) if self._category in shown else 0
        self.categories.show_rows(rows, at=chosen)
        self.categories.setVisible(len(shown) > 2)

    def _choose_category(self) -> None:
        row = self.categories.current_row()
        category = None if row is None or row.title == _ALL or not isinstance(row.title, Text) else row.title
        if category != self._category:
            self._category = category
            self.show_found()

    def _show_help(self) -> None:
        row = self.results.current_row()
        entry = None if row is None else row.entry
        self.help_title.set_text("" if entry is None else entry.title)
        self.help.set_text("" if entry is None else entry.help)
        described = "" if entry is None else f"{words(entry.title)}. {words(entry.help)}"
        self.field.setAccessibleDescription(described)

    # choosing

    def _choose(self, row: PickerRow | None) -> None:
        if row is None or row.entry is None:
            return
        chosen = row.entry.id
        self._memory = self._memory.used(chosen)
        self._current = chosen
        self.close()
        self.memory_changed.emit(self._memory)
        self.chosen.emit(chosen)

    def _toggle_favourite(self, row: PickerRow | None) -> None:
        """The rows stay as they are until the picker is opened again: nothing moves under the pointer."""
        if row is None or row.entry is None:
            return
        named = row.entry.id
        self._memory = self._memory.marked(named, named not in self._memory.favourites)
        self.results.show_stars(frozenset(self._memory.favourites))
        self.memory_changed.emit(self._memory)

    # opening

    def open_below(self, anchor: QWidget) -> None:
        """Its left edge under that of ``anchor``; above it where the screen ends below."""
        self._preedit = ""
        self.field.clear()
        self.show_found()
        self.adjustSize()
        corner = anchor.mapToGlobal(QPoint(0, anchor.height() + Space.XS))
        screen = anchor.screen() or QGuiApplication.primaryScreen()
        if screen is not None:
            room = screen.availableGeometry()
            corner.setX(max(room.left(), min(corner.x(), room.right() + 1 - self.width())))
            if corner.y() + self.height() > room.bottom() + 1:
                above = anchor.mapToGlobal(QPoint(0, 0)).y() - Space.XS - self.height()
                corner.setY(max(room.top(), above))
        self.move(corner)
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def hideEvent(self, event: object) -> None:
        self.closed.emit()
        super().hideEvent(event)  # type: ignore[arg-type]

    # keys

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if watched is self.field and isinstance(event, QInputMethodEvent):
            self._preedit = event.preeditString()
            if not event.commitString():  # else the text changes, and with it what is found
                self.show_found()
            return False
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if watched is self.categories:
            return self._key_of_categories(event)
        return self._key_of_field(event)

    def _key_of_field(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: self.results.page_rows(),
            Qt.Key.Key_PageUp: -self.results.page_rows(),
        }
        if key in steps and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.results.move_by(steps[key])
            return True
        if key in _ENTER:
            if self._preedit:  # the key ends a syllable
                return False
            row = self.results.current_row()
            if event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self._toggle_favourite(row)
            else:
                self._choose(row)
            return True
        if key == Qt.Key.Key_Escape:
            self.close()
            return True
        return False

    def _key_of_categories(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return True
        if event.key() in (*_ENTER, Qt.Key.Key_Right):
            self.field.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return False

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Beside it: closed, and nothing chosen."""
        if event is not None and not self.rect().contains(event.position().toPoint()):
            self.close()
            return
        super().mousePressEvent(event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        theme = current_theme()
        painter = QPainter(self)
        frame = QRectF(self.rect())
        painting.frame(painter, frame, Radius.PANEL, theme.colour("bg2"), theme.colour("line_strong"))
        top = self.help_title.y() - Space.S
        painting.bar(painter, QRectF(1, top, self.width() - 2, 1), theme.colour("line_strong"))
