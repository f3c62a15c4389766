"""Panels that are made after their place was painted, each in a turn of its own."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import QApplication, QLabel, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.widgets.later import Later


def test_a_panel_is_made_once_after_its_place_was_shown(qtbot: QtBot) -> None:
    made: list[QLabel] = []

    def make() -> QLabel:
        made.append(QLabel("so"))
        return made[-1]

    place: Later[QLabel] = Later(make, 100)
    qtbot.addWidget(place)
    told: list[bool] = []
    place.made.connect(lambda: told.append(place.is_made))
    assert not made
    place.show()
    assert not made
    qtbot.waitUntil(lambda: bool(made))
    assert told == [True]
    place.hide()
    place.show()
    QApplication.processEvents()
    assert len(made) == 1
    assert place.content is made[0]


def test_a_panel_that_is_asked_for_is_made_at_once(qtbot: QtBot) -> None:
    place: Later[QWidget] = Later(QWidget, 100)
    qtbot.addWidget(place)
    first = place.content
    assert place.content is first
    assert place.minimumWidth() == 100


def test_a_narrow_place_does_not_cut_what_it_holds(qtbot: QtBot) -> None:
    def make() -> QWidget:
        panel = QWidget()
        panel.setMinimumWidth(222)
        return panel

    narrow, free = Later(make, 200), Later(make)
    for place in (narrow, free):
        qtbot.addWidget(place)
        place.show()
        place.resize(200, 50)
    assert narrow.content.width() == 200
    narrow.hold(230)
    assert narrow.minimumWidth() == narrow.content.minimumWidth() == 230
    qtbot.waitUntil(lambda: free.is_made)
    assert free.minimumSizeHint().width() == 222


class Tall(QWidget):
    """Notes how much higher it is painted than its words need at that width."""

    def __init__(self, painted: list[int]) -> None:
        super().__init__()
        self._painted = painted
        column = QVBoxLayout(self)
        words = QLabel("many words " * 100)
        words.setWordWrap(True)
        column.addWidget(words)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        self._painted.append(self.height() - self.heightForWidth(self.width()))


def test_a_panel_is_never_painted_in_less_room_than_it_needs(qtbot: QtBot) -> None:
    """Several layouts stand between it and the area that scrolls."""
    painted: list[int] = []
    area, body, part = QScrollArea(), QWidget(), QWidget()
    qtbot.addWidget(area)
    places = [Later(partial(Tall, painted)) for _ in range(3)]
    for widget, inner in ((body, [part]), (part, places)):
        column = QVBoxLayout(widget)
        for one in inner:
            column.addWidget(one)
    area.setWidgetResizable(True)
    area.setWidget(body)
    area.resize(400, 200)
    area.show()
    qtbot.waitUntil(lambda: all(place.is_made for place in places) and len(painted) >= 3)
    assert min(painted) >= 0


class Row:
    """Three places in one window; notes what is made, and that the event loop turns in between."""

    def __init__(self, qtbot: QtBot) -> None:
        self.happened: list[str] = []
        self.window = QWidget()
        qtbot.addWidget(self.window)
        column = QVBoxLayout(self.window)
        self.places = {name: Later(partial(self._make, name)) for name in ("list", "chart", "book")}
        for place in self.places.values():
            column.addWidget(place)
        self._turns = QTimer(self.window)
        self._turns.timeout.connect(lambda: self.happened.append("a turn"))

    def show(self) -> None:
        self._turns.start(0)
        self.window.show()

    def _make(self, name: str) -> QWidget:
        self.happened.append(name)
        return QLabel(name)

    @property
    def made(self) -> list[str]:
        return [what for what in self.happened if what != "a turn"]


def test_between_two_panels_the_event_loop_turns(qtbot: QtBot) -> None:
    row = Row(qtbot)
    row.show()
    qtbot.waitUntil(lambda: len(row.made) == 3)
    assert row.made == ["list", "chart", "book"]
    first, last = row.happened.index("list"), row.happened.index("book")
    between = row.happened[first : last + 1]
    assert all("a turn" in between[at : at + 2] for at in range(len(between) - 1)), between


def test_what_is_out_of_sight_or_gone_is_passed_over(qtbot: QtBot) -> None:
    row = Row(qtbot)
    row.show()
    row.places["chart"].hide()
    row.places["list"].deleteLater()
    qtbot.waitUntil(lambda: "book" in row.made)
    assert row.made in (["book"], ["list", "book"])
    row.places["chart"].show()
    qtbot.waitUntil(lambda: "chart" in row.made)
