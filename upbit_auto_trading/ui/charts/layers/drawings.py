"""The drawings of a market on a pane: painted, hovered, held, moved, walked through by keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Protocol

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QKeyEvent, QPainter

from upbit_auto_trading.business_logic.domain.drawing import Anchor, Drawing, DrawingKind
from upbit_auto_trading.ui.charts.drawing_paint import DrawingPainter, text_box
from upbit_auto_trading.ui.charts.drawing_shapes import Hit, anchor_at, hit, magnet, shifted, with_point
from upbit_auto_trading.ui.charts.drawing_tools import DrawingTool, Tool
from upbit_auto_trading.ui.charts.layer import AxisLabel, Layer, PaneView, Pointer
from upbit_auto_trading.ui.charts.line_looks import overlay_token
from upbit_auto_trading.ui.charts.plates import DRAWING

_CONTROL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_FAST = 10
#: plates beside the pane
MOST_LABELS = 24
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class DrawingDesk(Protocol):
    """The drawings of the market that the chart shows; whoever implements it keeps them and tells every chart."""

    def drawings(self) -> tuple[Drawing, ...]:
        """Those to be seen, in the order in which they were drawn."""

    def add(self, tool: Tool, points: tuple[Anchor, ...]) -> Drawing | None:
        """None where there is no room for another one, or where the tool asks for something else first."""

    def move(self, drawing: Drawing, points: tuple[Anchor, ...], *, by_key: bool = False) -> None:
        """Moves by keys that follow each other are undone as one."""

    def delete(self, drawings: Iterable[Drawing]) -> None: ...

    def edit_text(self, drawing: Drawing) -> None: ...

    def undo(self) -> bool: ...

    def redo(self) -> bool: ...


class DrawingsLayer(Layer):
    """``tell_selected`` hears of each other choice; ``is_undo`` and ``is_redo`` know the user's keys."""

    z = 50
    is_on_top = True

    def __init__(
        self,
        desk: DrawingDesk,
        tick_of: Callable[[float], Decimal],
        text_of: Callable[[float], str],
        is_undo: Callable[[QKeyEvent], bool] = lambda _event: False,
        is_redo: Callable[[QKeyEvent], bool] = lambda _event: False,
    ) -> None:
        super().__init__()
        self._desk = desk
        self._tick_of = tick_of
        self._paint = DrawingPainter(text_of)
        self._text_of = text_of
        self._is_undo, self._is_redo = is_undo, is_redo
        self.tool = DrawingTool(self._finish)
        self.selected = ""
        self.hovered = ""
        self._held: tuple[Hit, QPointF] | None = None
        #: the held drawing as it would be if it were let go now
        self._moved: Drawing | None = None
        self.tell_selected: Callable[[Drawing | None], None] = lambda _drawing: None
        #: a drawing was placed: the cursor is the tool again
        self.tell_placed: Callable[[Tool], None] = lambda _tool: None

    # what is there

    def drawings(self) -> tuple[Drawing, ...]:
        """As they are seen: the one that is being moved where it is now."""
        moved = self._moved
        known = self._desk.drawings()
        return known if moved is None else tuple(moved if one.id == moved.id else one for one in known)

    @property
    def selection(self) -> Drawing | None:
        return next((one for one in self.drawings() if one.id == self.selected), None)

    def show_changed(self) -> None:
        """The desk has others than before."""
        if self.selected and self.selection is None:
            self.select("")
        self.repaint(None)

    def choose_tool(self, tool: Tool) -> None:
        self.tool.choose(tool)
        if tool.is_placing:
            self.select("")
        self.repaint(None)

    def select(self, drawing_id: str) -> None:
        if drawing_id != self.selected:
            self.selected = drawing_id
            self.tell_selected(self.selection)
            self.repaint(None)

    def walk(self, by: int) -> bool:
        """To the next drawing, or the one before; False past the last, where the focus goes on."""
        ids = [one.id for one in self.drawings()]
        if not ids:
            return False
        at = ids.index(self.selected) + by if self.selected in ids else (0 if by > 0 else len(ids) - 1)
        self.select(ids[at] if 0 <= at < len(ids) else "")
        return bool(self.selected)

    # painting

    def paint(self, painter: QPainter, view: PaneView, _exposed: QRectF) -> None:
        for drawing in self.drawings():
            is_selected = drawing.id == self.selected
            self._paint.drawing(painter, view, drawing, is_selected, drawing.id == self.hovered)
        draft = self.tool.draft
        if draft is not None:
            self._paint.draft(painter, view, draft)

    def labels(self, view: PaneView) -> tuple[AxisLabel, ...]:
        """The newest first to find room: an axis full of plates says nothing."""
        named = [
            (point.price, drawing)
            for drawing in reversed(self.drawings())
            if drawing.kind is DrawingKind.HORIZONTAL or drawing.id == self.selected
            for point in drawing.points
            if view.price.low <= point.price <= view.price.high
        ]
        return tuple(
            AxisLabel(price, self._text_of(price), edge=overlay_token(drawing.look.colour), weight=DRAWING)
            for price, drawing in sorted(named, key=lambda one: one[1].id != self.selected)[:MOST_LABELS]
        )

    # the pointer

    def cursor(self, view: PaneView, at: QPointF) -> Qt.CursorShape | None:
        if self.tool.tool.is_placing:
            return Qt.CursorShape.CrossCursor
        found = self._hit(view, at)
        if found is None:
            return None
        is_free = not found.drawing.look.is_locked
        return Qt.CursorShape.SizeAllCursor if is_free else Qt.CursorShape.PointingHandCursor

    def hover(self, view: PaneView, at: QPointF | None) -> bool:
        if at is None:
            self._show_hovered("")
            return False
        if self.tool.tool.is_placing:
            self._show_hovered("")
            if self.tool.move(self._anchor(view, Pointer(at, _modifiers()))):
                self.repaint(None)
            return True
        found = self._hit(view, at)
        self._show_hovered("" if found is None else found.drawing.id)
        return found is not None

    def press(self, view: PaneView, pointer: Pointer) -> bool:
        if self.tool.press(pointer.at, self._anchor(view, pointer)):
            self.repaint(None)
            return True
        self.repaint(None)  # what a ruler measured is gone
        found = self._hit(view, pointer.at)
        self.select("" if found is None else found.drawing.id)
        if found is None:
            return False
        if pointer.is_double and found.drawing.kind is DrawingKind.TEXT:
            self._desk.edit_text(found.drawing)
            return True
        self._held = None if found.drawing.look.is_locked else (found, QPointF(pointer.at))
        return True

    def drag(self, view: PaneView, pointer: Pointer) -> None:
        if self._held is None:
            if self.tool.move(self._anchor(view, pointer)):
                self.repaint(None)
            return
        found, pressed_at = self._held
        drawing = found.drawing
        if found.point is not None:
            points = with_point(drawing.points, found.point, self._anchor(view, pointer))
        else:
            by = pointer.at - pressed_at
            points = shifted(view, drawing.points, by.x(), by.y())
            if pointer.modifiers & _CONTROL and drawing.kind.point_count == 1:
                points = (magnet(view, pointer.at),)
        self._moved = drawing.at(points, drawing.changed_at)
        self.repaint(None)

    def release(self, view: PaneView, pointer: Pointer) -> None:
        held, moved = self._held, self._moved
        self._held = self._moved = None
        if held is None:
            self.tool.release(pointer.at, self._anchor(view, pointer))
        elif moved is not None and moved.points != held[0].drawing.points:
            self._desk.move(held[0].drawing, moved.points)
        self.repaint(None)

    def cancel(self) -> bool:
        """First what is being placed or moved, then the tool, then the selection."""
        was_moving = self._held is not None or self._moved is not None
        self._held = self._moved = None
        had = was_moving or self.tool.cancel()
        if not had and self.tool.tool.is_placing:
            self.tell_placed(self.tool.tool)
            had = True
        elif not had and self.selected:
            self.select("")
            had = True
        self.repaint(None)
        return had

    # keys

    def place(self, view: PaneView, anchor: Anchor) -> None:
        """A point of what is being drawn, without a pointer."""
        at = view.place(anchor.second, anchor.price)
        if self.tool.press(at, anchor):
            self.tool.release(at, anchor)
        self.repaint(None)

    def follow(self, anchor: Anchor) -> None:
        """The point that is still to be placed goes along."""
        if self.tool.move(anchor):
            self.repaint(None)

    def key(self, view: PaneView, event: QKeyEvent) -> bool:
        if self._is_undo(event):
            return self._desk.undo()
        if self._is_redo(event):
            return self._desk.redo()
        drawing = self.selection
        if drawing is None:
            return False
        match event.key():
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.delete_selected()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if drawing.kind is DrawingKind.TEXT:
                self._desk.edit_text(drawing)
            case _:
                return self._step(view, drawing, event)
        return True

    def delete_selected(self) -> None:
        drawing = self.selection
        if drawing is not None and not drawing.look.is_locked:
            self._desk.delete((drawing,))

    def _step(self, view: PaneView, drawing: Drawing, event: QKeyEvent) -> bool:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or event.modifiers() & ~(_SHIFT | Qt.KeyboardModifier.KeypadModifier):
            return False
        if drawing.look.is_locked:
            return True
        times = _FAST if event.modifiers() & _SHIFT else 1
        seconds = step[0] * times * view.candles.step_seconds
        tick = float(self._tick_of(drawing.points[0].price))
        points = []
        for point in drawing.points:
            price = point.price + step[1] * times * tick
            points.append(Anchor(point.second + seconds, price if price > 0 else point.price))
        self._desk.move(drawing, tuple(points), by_key=True)
        return True

    # parts

    def _finish(self, tool: Tool, points: tuple[Anchor, ...]) -> None:
        added = None if tool is Tool.RULER else self._desk.add(tool, points)
        self.tell_placed(tool)
        if added is not None:
            self.select(added.id)
        self.repaint(None)

    def _anchor(self, view: PaneView, pointer: Pointer) -> Anchor:
        return magnet(view, pointer.at) if pointer.modifiers & _CONTROL else anchor_at(view, pointer.at)

    def _hit(self, view: PaneView, at: QPointF) -> Hit | None:
        if self.tool.tool is Tool.CROSSHAIR:
            return None  # looks, and touches nothing
        drawings = self._desk.drawings()
        boxes = {one.id: text_box(view, one) for one in drawings if one.kind is DrawingKind.TEXT}
        return hit(view, drawings, at, boxes, self.selected)

    def hit_at(self, view: PaneView, at: QPointF) -> Drawing | None:
        """For the menu of what lies under the pointer."""
        found = self._hit(view, at)
        return None if found is None else found.drawing

    def _show_hovered(self, drawing_id: str) -> None:
        if drawing_id != self.hovered:
            self.hovered = drawing_id
            self.repaint(None)


def _modifiers() -> Qt.KeyboardModifier:
    """While nothing is pressed, moves come without them."""
    from PyQt6.QtWidgets import QApplication

    return QApplication.keyboardModifiers()
