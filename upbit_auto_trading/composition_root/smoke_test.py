"""``--smoke-test``: starts everything, opens every window once, trades once on the practice exchange, shuts down.

A line per step; the first failed step is named and makes the exit status 1. Each step waits for its own condition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PyQt6.QtCore import QObject, QTimer, pyqtSlot

from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.composition_root.smoke_trade import SmokeTrade
from upbit_auto_trading.ui.runtime.shutdown import EndReason

_POLL_MS = 20
_STEP_LIMIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Step:
    """``begin`` is called once; ``is_done`` until it is true. Without ``is_done`` the part does not exist yet."""

    name: str
    begin: Callable[[], None] | None = None
    is_done: Callable[[], bool] | None = None
    #: what speaks against its ever being done: then it is not waited for
    problem: Callable[[], str | None] = lambda: None


class SmokeTest(QObject):
    def __init__(self, program: DesktopProgram) -> None:
        super().__init__(program)
        self._program = program
        self._steps = self._all_steps()
        self._index = -1
        self._failed: str | None = None
        self._began_at = 0.0
        self._is_painted = False
        self._is_usable = False
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._look)
        program.window.first_painted.connect(self._note_paint)
        program.usable.connect(self._note_usable)
        self._timer.start()
        self._next()

    def exit_status(self) -> int:
        """Asked after everything was closed."""
        outcome = self._program.core.shutdown.outcome
        late = outcome.late if outcome is not None else ("everything",)
        if self._failed is None and late:
            self._failed = "shut down"
        if self._failed is not None:
            print(f"smoke test failed: {self._failed}", flush=True)
            return 1
        print("ok    shut down", flush=True)
        print("smoke test passed", flush=True)
        return 0

    def _all_steps(self) -> tuple[Step, ...]:
        program = self._program
        core = program.core
        trade = SmokeTrade(core)
        screens = tuple(
            Step(
                f"open {entry.id}",
                partial(program.navigation.show, entry.id),
                partial(self._is_open, entry.id),
            )
            for entry in program.screens.entries
        )
        return (
            Step("paint the window", _nothing, lambda: self._is_painted),
            Step("open the files and start the engine", _nothing, lambda: self._is_usable),
            Step("show a price", _nothing, lambda: bool(program.screens.dashboard.state.rows)),
            *screens,
            Step("check the program", _nothing, lambda: program.screens.dashboard.state.findings is not None),
            Step("stop entries", core.engine.stop_entries, lambda: core.engine.entries_stopped_at is not None),
            Step("allow entries again", core.engine.resume_entries, lambda: core.engine.entries_stopped_at is None),
            Step("change the theme and back", self._toggle_theme, lambda: not core.operations.running()),
            Step("trade once on the practice exchange", _nothing, trade.is_done, lambda: trade.problem),
        )

    def _is_open(self, screen_id: str) -> bool:
        return self._program.window.screen_widget(screen_id).isVisible()

    def _toggle_theme(self) -> None:
        self._program.appearance.toggle_theme()
        self._program.appearance.toggle_theme()

    def _next(self) -> None:
        self._index += 1
        if self._index == len(self._steps):
            self._end(EndReason.USER)
            return
        step = self._steps[self._index]
        self._began_at = self._program.opened.clock.monotonic()
        if step.begin is None:
            print(f"--    {step.name}: not built yet", flush=True)
            self._next()
            return
        step.begin()

    @pyqtSlot()
    def _look(self) -> None:
        if self._index >= len(self._steps):
            return
        step = self._steps[self._index]
        if step.is_done is not None and step.is_done():
            print(f"ok    {step.name}", flush=True)
            self._next()
        elif (problem := step.problem()) is not None:
            self._fail(f"{step.name}: {problem}")
        elif self._program.opened.clock.monotonic() - self._began_at > _STEP_LIMIT_SECONDS:
            self._fail(step.name)

    def _fail(self, what: str) -> None:
        self._failed = what
        self._end(EndReason.INTERNAL_ERROR)

    def _end(self, reason: EndReason) -> None:
        self._timer.stop()
        self._index = len(self._steps)
        self._program.core.stop(reason)

    @pyqtSlot()
    def _note_paint(self) -> None:
        self._is_painted = True

    @pyqtSlot()
    def _note_usable(self) -> None:
        self._is_usable = True


def _nothing() -> None:
    """The step happens by itself; only its end is waited for."""
