"""Drawings of every market that is shown: one tool for all charts, changes kept behind, undone by market."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from uuid import uuid4

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.drawing import (
    COLOURS,
    LONGEST_TEXT,
    MOST_DRAWINGS,
    Anchor,
    Drawing,
    DrawingLook,
)
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.charts.drawing_tools import Tool
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.notices import NoticeLevel
from upbit_auto_trading.ui.runtime.operation import OperationContext, StorageOperation
from upbit_auto_trading.ui.screens.chart.view_model.drawing_history import DrawingHistory, Step
from upbit_auto_trading.utils.bilingual_text import Text

#: of operations: drawings are others than they were
DRAWINGS_TOPIC = "drawings"
_MEMORY = "chart-drawings"
_READING = Text("차트 그림 읽기", "Reading drawings")
_SAVING = Text("차트 그림 저장", "Saving drawings")
_NOT_SAVED = Text("차트 그림을 저장하지 못했어요", "The drawing was not saved")
_NOT_SAVED_LINE = Text(
    "{why} 화면에는 그대로 있고, 다음에 그릴 때 함께 저장해요.",
    "{why} It is still on the chart, and is saved together with the next change.",
)
_NOT_READ = Text("차트 그림을 읽지 못했어요", "The drawings were not read")
_FULL = Text("그림을 더 그릴 수 없어요", "No more drawings fit")
_FULL_LINE = Text(
    "한 종목에 {most}개까지 그려요. 쓰지 않는 것을 지우세요.",
    "A market has at most {most} drawings. Delete those you no longer need.",
)


@dataclass(frozen=True, slots=True)
class DrawingsState:
    """What all charts share."""

    tool: Tool = Tool.CURSOR
    #: of the next drawing
    colour: int = 0
    #: the eye of the tool bar: nothing is painted, nothing is lost
    are_hidden: bool = False


class DrawingsViewModel(QObject):
    state_changed = pyqtSignal(object)
    #: Market: its drawings are others
    changed = pyqtSignal(object)

    def __init__(self, services: AppServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        known = services.layouts.read_values(_MEMORY)
        colour = next((one for one in range(COLOURS) if one == known.get("colour")), 0)
        self._state = DrawingsState(colour=colour, are_hidden=known.get("hidden") is True)
        self._markets: dict[Market, DrawingHistory] = {}
        #: what the file does not have yet; None: it is to be forgotten
        self._unsaved: dict[str, Drawing | None] = {}
        services.operations.changed.connect(self._follow)

    @property
    def state(self) -> DrawingsState:
        return self._state

    # what all charts share

    @property
    def tool(self) -> Tool:
        return self._state.tool

    def choose_tool(self, tool: Tool) -> None:
        self._change(tool=tool)

    def choose_colour(self, colour: int) -> None:
        self._change(colour=colour)

    def hide_all(self, are_hidden: bool) -> None:
        self._change(are_hidden=are_hidden)
        for market in tuple(self._markets):
            if not are_hidden:
                self._unhide(market)
            self.changed.emit(market)

    def _unhide(self, market: Market) -> None:
        """Those that were hidden one by one come back too: there is no other way to reach them."""
        hidden = [one for one in self._history(market).drawings if one.look.is_hidden]
        self.restyle(hidden, lambda look: replace(look, is_hidden=False))

    def _change(self, **changes: object) -> None:
        state = replace(self._state, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
        if state == self._state:
            return
        self._state = state
        self._services.layouts.write_values(_MEMORY, {"colour": state.colour, "hidden": state.are_hidden})
        self.state_changed.emit(state)

    # drawings of a market

    def load(self, market: Market) -> None:
        """Reads them where they are not known yet."""
        if market not in self._markets:
            self._markets[market] = DrawingHistory()
            self._read(market)

    def shown(self, market: Market) -> tuple[Drawing, ...]:
        if self._state.are_hidden:
            return ()
        return tuple(one for one in self._history(market).drawings if not one.look.is_hidden)

    def count(self, market: Market) -> int:
        return len(self._history(market).drawings)

    def deletable(self, market: Market) -> int:
        """How many :meth:`delete_all` would take away."""
        return sum(not one.look.is_locked for one in self._history(market).drawings)

    def add(self, market: Market, tool: Tool, points: tuple[Anchor, ...], text: str = "") -> Drawing | None:
        if tool.kind is None:
            return None
        if self.count(market) >= MOST_DRAWINGS:
            self._services.notices.add(NoticeLevel.WARNING, _FULL, _FULL_LINE.format(most=MOST_DRAWINGS))
            return None
        now = self._services.clock.now()
        look = DrawingLook(self._state.colour, text[:LONGEST_TEXT], is_ray=tool is Tool.RAY)
        drawing = Drawing(uuid4().hex, market, tool.kind, points, now, now, look)
        self._change(are_hidden=False)  # what one draws one wants to see
        self._take(market, self._history(market).put((drawing,)))
        return drawing

    def move(self, drawing: Drawing, points: tuple[Anchor, ...], *, by_key: bool = False) -> None:
        moved = drawing.at(points, self._services.clock.now())
        self._take(drawing.market, self._history(drawing.market).put((moved,), by_key=by_key))

    def restyle(self, drawings: Iterable[Drawing], change: Callable[[DrawingLook], DrawingLook]) -> None:
        now = self._services.clock.now()
        by_market: dict[Market, list[Drawing]] = {}
        for one in drawings:
            by_market.setdefault(one.market, []).append(one.looking(change(one.look), now))
        for market, changed in by_market.items():
            self._take(market, self._history(market).put(changed))

    def delete(self, drawings: Iterable[Drawing]) -> None:
        by_market: dict[Market, list[Drawing]] = {}
        for one in drawings:
            if not one.look.is_locked:
                by_market.setdefault(one.market, []).append(one)
        for market, gone in by_market.items():
            self._take(market, self._history(market).remove(gone))

    def delete_all(self, market: Market) -> None:
        """Those that are not locked, in one step that can be undone."""
        self.delete(self._history(market).drawings)

    def undo(self, market: Market) -> bool:
        return self._take(market, self._history(market).undo())

    def redo(self, market: Market) -> bool:
        return self._take(market, self._history(market).redo())

    def can_undo(self, market: Market) -> bool:
        return self._history(market).can_undo

    def can_redo(self, market: Market) -> bool:
        return self._history(market).can_redo

    def _history(self, market: Market) -> DrawingHistory:
        return self._markets.setdefault(market, DrawingHistory())

    # keeping

    def _take(self, market: Market, step: Step | None) -> bool:
        if step is None:
            return False
        for drawing_id, _, after in step.changes:
            self._unsaved[drawing_id] = after
        self.changed.emit(market)
        self._save()
        return True

    def _save(self) -> None:
        """All that the file lacks, so that one change that failed comes along with the next."""
        sent = dict(self._unsaved)
        kept = tuple(one for one in sent.values() if one is not None)
        gone = tuple(drawing_id for drawing_id, one in sent.items() if one is None)

        def work(stores: Stores, _context: OperationContext) -> None:
            stores.drawings.change(kept, gone)

        self._services.operations.submit_to_storage(
            StorageOperation(_SAVING, work, DRAWINGS_TOPIC),
            initiator=self,
            on_success=lambda _answer: self._forget_sent(sent),
            on_failure=self._tell_not_saved,
        )

    def _forget_sent(self, sent: dict[str, Drawing | None]) -> None:
        for drawing_id, one in sent.items():
            if drawing_id in self._unsaved and self._unsaved[drawing_id] == one:
                del self._unsaved[drawing_id]

    def _tell_not_saved(self, error: Exception) -> None:
        line = _NOT_SAVED_LINE.format(why=explain(error).title)
        self._services.notices.add(NoticeLevel.ERROR, _NOT_SAVED, line)

    def _read(self, market: Market) -> None:
        def work(stores: Stores, _context: OperationContext) -> tuple[Drawing, ...]:
            return stores.drawings.of(market)

        self._services.operations.submit_to_storage(
            StorageOperation(_READING, work),
            initiator=self,
            on_success=partial(self._take_read, market),
            on_failure=self._tell_not_read,
        )

    def _take_read(self, market: Market, read: tuple[Drawing, ...]) -> None:
        """What was drawn meanwhile is not on the disk yet, and stays."""
        known = {one.id: one for one in read}
        for drawing_id, one in self._unsaved.items():
            if one is None:
                known.pop(drawing_id, None)
            elif one.market == market:
                known[drawing_id] = one
        self._history(market).replace_all(known.values())
        self.changed.emit(market)

    def _tell_not_read(self, error: Exception) -> None:
        message = explain(error)
        self._services.notices.add(NoticeLevel.ERROR, _NOT_READ, message.title)

    @pyqtSlot(str, object)
    def _follow(self, topic: str, initiator: object) -> None:
        if topic == DRAWINGS_TOPIC and initiator is not self:
            for market in tuple(self._markets):
                self._read(market)
