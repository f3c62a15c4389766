"""What a change of look or language asks of every widget, a few milliseconds a turn of the event loop.

A program with all its screens made has thousands of widgets: changed in one go, the window would not answer for a
quarter of a second. In slices, keys and prices come in between. What is on the screen is changed together, and painting
stands still meanwhile, so that nothing half changed is ever seen; what is hidden takes its time before and after.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from time import perf_counter

from PyQt6 import sip
from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtWidgets import QApplication, QWidget

#: what was asked for is laid out in the same turn
SLICE_SECONDS = 0.016
#: of what is hidden: meanwhile the window is painted, and used
HIDDEN_SLICE_SECONDS = 0.006

#: whom it is done to; None for what the change itself does
_Step = tuple[QObject, Callable[[], object] | None]
_slices: Slices | None = None


class Change:
    """All widgets are prepared, something is exchanged, and all are finished; whoever follows it comes after that.

    The exchange alone does all of it too, in one go.
    """

    def __init__(
        self,
        exchange: Callable[[], object] | None = None,
        widgets: Callable[[], Sequence[QWidget]] | None = None,
        prepare: Callable[[QWidget], object] | None = None,
        finish: Callable[[QWidget], object] | None = None,
    ) -> None:
        self._exchange = exchange
        self.widgets = widgets
        self.prepare = prepare
        self.finish = finish
        self.is_exchanged = False

    def exchange(self) -> None:
        self.is_exchanged = True
        if self._exchange is not None:
            self._exchange()


class Slices(QObject):
    """Made once, by a program whose event loop turns; before it and after its end every change is done at once."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self._app = app
        self._under_way: _UnderWay | None = None
        self._waiting: deque[_UnderWay] = deque()
        self._held: list[QWidget] = []
        self._timer = QTimer(self)
        # not 0: such a timer waits wherever the loop has anything else to do
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._turn)
        global _slices
        _slices = self

    @property
    def is_under_way(self) -> bool:
        return self._under_way is not None

    @property
    def is_wanted(self) -> bool:
        """Nobody looks at a program without a window, and what comes next relies on the change."""
        return self.is_under_way or bool(self._visible())

    def run(self, change: Change) -> None:
        """After what is under way."""
        self._waiting.append(_UnderWay(change))
        if self._under_way is None:
            self._begin()

    def follow(self, owner: QObject, act: Callable[[], object]) -> None:
        """After the newest change."""
        if self._under_way is None:
            self.run(Change())
        newest = self._waiting[-1] if self._waiting else self._under_way
        assert newest is not None
        newest.add(owner, act)

    def end(self) -> None:
        """The rest, and whatever comes later, at once: the event loop is about to stand still."""
        global _slices
        if _slices is self:
            _slices = None
        while self._under_way is not None:
            self._go_on(float("inf"))

    def _visible(self) -> list[QWidget]:
        return [window for window in self._app.topLevelWidgets() if window.isVisible()]

    def _begin(self) -> None:
        self._under_way = self._waiting.popleft()
        self._timer.start()

    def _turn(self) -> None:
        self._go_on(perf_counter() + (SLICE_SECONDS if self._held else HIDDEN_SLICE_SECONDS))

    def _go_on(self, ends_at: float) -> None:
        change = self._under_way
        if change is None:
            return
        change.look()
        if change.is_half_seen:
            self._hold()
        elif self._held:
            self._let_go()  # a turn of its own: all of the window is painted in it
            return
        while not change.is_done and perf_counter() < ends_at:
            change.step()
            if change.is_half_seen:
                self._hold()
            elif self._held:
                return
        if change.is_done:
            self._under_way = None
            self._timer.stop()
            if self._waiting:
                self._begin()

    def _hold(self) -> None:
        if self._held:
            return
        self._held = [window for window in self._visible() if window.updatesEnabled()]
        for window in self._held:
            window.setUpdatesEnabled(False)

    def _let_go(self) -> None:
        for window in self._held:
            if not sip.isdeleted(window):
                window.setUpdatesEnabled(True)
        self._held = []


class _UnderWay:
    """Before the exchange what is hidden comes first, after it what is seen. An error leaves the others their turn."""

    def __init__(self, change: Change) -> None:
        self._change = change
        #: not yet told apart into those that are seen and those that are not
        widgets = () if change.widgets is None else change.widgets()
        self._unsorted: deque[_Step] = deque((widget, None) for widget in widgets)
        self._seen: deque[_Step] = deque()
        self._hidden = _OutOfSight()
        self._prepared: list[_Step] = []
        #: what hides those, or they themselves
        self._covers: set[QObject] = set()
        self._followers: list[_Step] = []
        #: something on the screen is changed, and something is not yet
        self.is_half_seen = False

    @property
    def is_done(self) -> bool:
        return self._change.is_exchanged and not (self._unsorted or self._seen or self._hidden)

    def add(self, owner: QObject, act: Callable[[], object]) -> None:
        (self._unsorted if self._change.is_exchanged else self._followers).append((owner, act))

    def look(self) -> None:
        """Another screen may have been shown since the last turn."""
        self._seen.extend(self._hidden.uncovered())
        if self._change.is_exchanged:
            self.is_half_seen = bool(self._unsorted or self._seen)
        else:
            self.is_half_seen = any(_is_seen(cover) for cover in self._covers)

    def step(self) -> None:
        if self._unsorted:
            self._sort(self._unsorted.popleft())
            if self._change.is_exchanged and not self._unsorted:
                self.is_half_seen = bool(self._seen)
        elif not self._change.is_exchanged:
            if self._hidden or self._seen:
                self._prepare(self._hidden.take() if self._hidden else self._seen.popleft())
            else:
                self._exchange()
        else:
            self._finish(self._seen.popleft() if self._seen else self._hidden.take())

    def _sort(self, one: _Step) -> None:
        if sip.isdeleted(one[0]):
            return
        if _is_seen(one[0]):
            self._seen.append(one)
        else:
            self._hidden.add(one)

    def _prepare(self, one: _Step) -> None:
        widget, _act = one
        if isinstance(widget, QWidget) and not sip.isdeleted(widget):
            self.is_half_seen = self.is_half_seen or _is_seen(widget)
            self._prepared.append(one)
            self._covers.add(_cover(widget))
            if self._change.prepare is not None:
                self._change.prepare(widget)

    def _exchange(self) -> None:
        self.is_half_seen = True
        self._unsorted.extend((*self._prepared, *self._followers))
        self._change.exchange()

    def _finish(self, one: _Step) -> None:
        owner, act = one
        self.is_half_seen = bool(self._seen)
        if sip.isdeleted(owner):
            return
        if act is not None:
            act()
        elif self._change.finish is not None and isinstance(owner, QWidget):
            self._change.finish(owner)


class _OutOfSight:
    """By what is shown to show them, so that a screen is done before the next one is begun."""

    def __init__(self) -> None:
        self._steps: dict[QObject, deque[_Step]] = {}

    def __bool__(self) -> bool:
        return bool(self._steps)

    def add(self, one: _Step) -> None:
        self._steps.setdefault(_cover(one[0]), deque()).append(one)

    def take(self) -> _Step:
        cover, steps = next(iter(self._steps.items()))
        one = steps.popleft()
        if not steps:
            del self._steps[cover]
        return one

    def uncovered(self) -> list[_Step]:
        """Taken out, because they can be seen now."""
        shown = [cover for cover in self._steps if _is_seen(cover)]
        return [one for cover in shown for one in self._steps.pop(cover)]


def _cover(owner: QObject) -> QObject:
    """The outermost that is not seen either."""
    cover = owner
    while isinstance(cover, QWidget):
        above = cover.parentWidget()
        if above is None or above.isVisible():
            break
        cover = above
    return cover


def _is_seen(owner: QObject) -> bool:
    """What is no widget may be shown by one: it does not wait."""
    return not sip.isdeleted(owner) and (not isinstance(owner, QWidget) or owner.isVisible())


def changing(change: Change) -> None:
    """In slices where somebody looks, else now."""
    if _slices is not None and _slices.is_wanted:
        _slices.run(change)
    else:
        change.exchange()


def following(owner: QObject, act: Callable[[], object]) -> None:
    """With the change that is under way, and not where the owner is gone by then; now where nobody looks."""
    if _slices is not None and _slices.is_wanted:
        _slices.follow(owner, act)
    else:
        act()
