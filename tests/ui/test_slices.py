"""Another look in slices: nothing half changed is painted, and in the end everything is as if changed at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter

import pytest
from PyQt6 import sip
from PyQt6.QtCore import QEvent, QObject, QSize, Qt
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QStackedWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.design.language import current_language, language_state, retranslating
from upbit_auto_trading.ui.design.redressing import redressing
from upbit_auto_trading.ui.design.slices import SLICE_SECONDS, Change, Slices, changing, following
from upbit_auto_trading.ui.design.theme import Theme, ThemeName
from upbit_auto_trading.ui.widgets.buttons import Button
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.number_input import NumberInput
from upbit_auto_trading.utils.bilingual_text import Language, Text

WORDS = Text("시작", "Start")
DRESSED, OWN = Qt.WidgetAttribute.WA_WState_Polished, Qt.WidgetAttribute.WA_SetStyle


@pytest.fixture
def slices(qapp: QApplication) -> Iterator[Slices]:
    made = Slices(qapp)
    yield made
    made.end()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    language_state().set_language(Language.KOREAN)
    made = Theme(qapp)
    made.apply(ThemeName.DARK)
    yield made
    made.apply(ThemeName.DARK)
    language_state().set_language(Language.KOREAN)


class Page(QWidget):
    """Of each kind that the sheet dresses, some."""

    def __init__(self, name: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.addWidget(Label(WORDS, "title"))
        for number in range(20):
            column.addWidget(Label(Text(f"{name} {number}번", f"{name} number {number}"), "table", "t2"))
        column.addWidget(QCheckBox(name))
        column.addWidget(QLineEdit(name))
        column.addWidget(NumberInput(WORDS))
        column.addWidget(Button(WORDS))


class Window(QStackedWidget):
    """Two screens, of which one is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = Page("first"), Page("second")
        self.addWidget(self.first)
        self.addWidget(self.second)
        self.resize(QSize(480, 800))


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> Window:
    made = Window()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    with qtbot.waitActive(made):
        pass
    made.setCurrentWidget(made.second)  # both have been seen
    made.setCurrentWidget(made.first)
    return made


def looks(window: Window) -> list[QImage]:
    pictures = []
    for page in (window.first, window.second):
        window.setCurrentWidget(page)
        focused = QApplication.focusWidget()
        if focused is not None:
            focused.clearFocus()  # a cursor that blinks is no part of the look
        QApplication.processEvents()
        pictures.append(window.grab().toImage())
    window.setCurrentWidget(window.first)
    return pictures


def finish(qtbot: QtBot, slices: Slices) -> None:
    qtbot.waitUntil(lambda: not slices.is_under_way)


def change_all(theme: Theme) -> None:
    theme.apply(ThemeName.LIGHT)
    language_state().set_language(Language.ENGLISH)
    theme.apply(ThemeName.LIGHT, text_scale=120)


ACTS: dict[str, Callable[[Theme], None]] = {
    "theme": lambda theme: theme.apply(ThemeName.LIGHT),
    "text size": lambda theme: theme.apply(ThemeName.DARK, text_scale=130),
    "language": lambda _theme: language_state().set_language(Language.ENGLISH),
    "all": change_all,
}


@pytest.mark.parametrize("name", ACTS)
def test_in_the_end_it_looks_as_if_changed_at_once(
    qtbot: QtBot, window: Window, theme: Theme, slices: Slices, name: str
) -> None:
    before = looks(window)
    ACTS[name](theme)
    assert slices.is_under_way
    finish(qtbot, slices)
    in_slices = looks(window)
    assert all(one != other for one, other in zip(before, in_slices, strict=True))
    slices.end()
    theme.apply(ThemeName.DARK)
    language_state().set_language(Language.KOREAN)
    assert looks(window) == before
    ACTS[name](theme)
    assert looks(window) == in_slices


def test_there_and_back_is_as_before(qtbot: QtBot, window: Window, theme: Theme, slices: Slices) -> None:
    before = looks(window)
    theme.apply(ThemeName.LIGHT, text_scale=150)
    finish(qtbot, slices)
    theme.apply(ThemeName.DARK)
    finish(qtbot, slices)
    assert looks(window) == before


def test_a_second_change_comes_into_a_first_one(qtbot: QtBot, window: Window, theme: Theme, slices: Slices) -> None:
    before = looks(window)
    theme.apply(ThemeName.LIGHT)
    theme.apply(ThemeName.LIGHT, text_scale=130)
    theme.apply(ThemeName.DARK)
    finish(qtbot, slices)
    assert looks(window) == before


def test_painting_waits_until_all_that_is_seen_is_changed(
    qtbot: QtBot, window: Window, theme: Theme, slices: Slices
) -> None:
    told: list[tuple[bool, bool]] = []
    seen, hidden = Label("seen", parent=window.first), Label("hidden", parent=window.second)
    for label in (seen, hidden):
        label.show()
    for owner in (seen, hidden):
        retranslating(owner, lambda owner=owner: told.append((owner is seen, window.updatesEnabled())))  # type: ignore[misc]
    told.clear()
    language_state().set_language(Language.ENGLISH)
    assert told == []
    finish(qtbot, slices)
    assert told == [(True, False), (False, True)]
    assert window.updatesEnabled()


def test_a_screen_that_is_shown_meanwhile_goes_before(
    qtbot: QtBot, window: Window, theme: Theme, slices: Slices
) -> None:
    third = Page("third")
    window.addWidget(third)
    told: list[tuple[str, bool]] = []

    def show_third() -> None:
        told.append(("second", window.updatesEnabled()))
        if window.currentWidget() is not third:
            window.setCurrentWidget(third)
            until = perf_counter() + 1.5 * SLICE_SECONDS
            while perf_counter() < until:
                pass  # the turn ends here

    following(window.second, show_third)
    following(window.second, lambda: told.append(("second", window.updatesEnabled())))
    following(third, lambda: told.append(("third", window.updatesEnabled())))
    finish(qtbot, slices)
    # what is behind others may be changed while it is painted, what is shown may not
    assert told == [("second", True), ("third", False), ("second", True)]


def test_nothing_of_a_sheet_stays_that_the_next_one_does_not_say(
    qtbot: QtBot, qapp: QApplication, theme: Theme, window: Window, slices: Slices
) -> None:
    label = QLabel("label", window.first)
    label.setObjectName("planted")
    label.show()
    usual_sheet = qapp.styleSheet()

    def wear(sheet: str) -> None:
        def put_on() -> None:
            qapp.setStyleSheet("")
            qapp.setStyleSheet(sheet)

        changing(redressing(qapp, put_on))
        finish(qtbot, slices)

    wear("QLineEdit { color: red; }")
    usual = label.font().pixelSize(), label.palette().windowText().color()
    wear("QLabel#planted { font-size: 40px; color: blue; }")
    assert (label.font().pixelSize(), label.palette().windowText().color()) == (40, QColor("blue"))
    wear("QLineEdit { color: red; }")
    assert (label.font().pixelSize(), label.palette().windowText().color()) == usual
    wear(usual_sheet)


def test_who_is_gone_is_not_called(qtbot: QtBot, window: Window, slices: Slices) -> None:
    told: list[str] = []
    gone = QWidget(window.second)
    retranslating(gone, lambda: told.append("gone"))
    retranslating(window.second, lambda: told.append("there"))
    told.clear()
    language_state().set_language(Language.ENGLISH)
    gone.setParent(None)
    gone.deleteLater()
    gone.destroyed.connect(lambda: told.append("destroyed"))
    QApplication.sendPostedEvents(gone, 52)  # DeferredDelete
    finish(qtbot, slices)
    assert told == ["destroyed", "there"]


class Deleting(QLabel):
    """Deletes another as soon as it wears the new look."""

    other: QWidget | None = None

    def changeEvent(self, event: QEvent | None) -> None:
        if event is not None and event.type() is QEvent.Type.StyleChange and self.other is not None:
            sip.delete(self.other)
            self.other = None
        super().changeEvent(event)


def test_what_goes_in_the_middle_is_left_alone(qtbot: QtBot, window: Window, theme: Theme, slices: Slices) -> None:
    """With all that Qt has made in it: a list, its scroll bars, the window that holds it."""
    deleting = Deleting("label", window.first)
    deleting.show()
    for number in range(6):
        box = QComboBox(window.second)
        box.addItems(["one", "two"])
        box.view()
        looks(window)
        deleting.other = box
        theme.apply(ThemeName.DARK if number % 2 else ThemeName.LIGHT)
        finish(qtbot, slices)
        assert sip.isdeleted(box)
    assert all(widget.testAttribute(DRESSED) and not widget.testAttribute(OWN) for widget in inner(window.first))


def inner(widget: QWidget) -> list[QWidget]:
    return [one for one in widget.findChildren(QWidget) if one.isVisible()]


def test_an_error_in_one_leaves_the_others_their_turn(
    qtbot: QtBot, window: Window, theme: Theme, slices: Slices
) -> None:
    told: list[str] = []
    fails = False

    def fail() -> None:
        if fails:
            raise ValueError("planted")

    retranslating(window.first, fail)
    retranslating(window.first, lambda: told.append(current_language().value))
    told.clear()
    fails = True
    with qtbot.captureExceptions() as errors:
        language_state().set_language(Language.ENGLISH)
        finish(qtbot, slices)
    fails = False
    assert [str(error[1]) for error in errors] == ["planted"]
    assert told == ["en"]
    assert window.updatesEnabled()


def test_without_a_window_and_after_the_end_it_is_done_at_once(qapp: QApplication, slices: Slices) -> None:
    told: list[str] = []
    following(QObject(), lambda: told.append("follows"))
    changing(Change(exchange=lambda: told.append("changed")))
    assert told == ["follows", "changed"]
    assert not slices.is_under_way


def test_the_end_does_what_is_left(qtbot: QtBot, window: Window, theme: Theme, slices: Slices) -> None:
    theme.apply(ThemeName.LIGHT)
    assert slices.is_under_way
    slices.end()
    assert not slices.is_under_way
    assert window.updatesEnabled()
    assert all(widget.testAttribute(DRESSED) and not widget.testAttribute(OWN) for widget in inner(window.first))
