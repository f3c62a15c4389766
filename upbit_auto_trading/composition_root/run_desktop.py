"""A run with the window: from the crash hook to the exit status."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSlot
from PyQt6.QtWidgets import QApplication

from upbit_auto_trading.composition_root.caught_signals import CaughtSignals
from upbit_auto_trading.composition_root.crashes import Crashes
from upbit_auto_trading.composition_root.desktop import DesktopProgram, make_application
from upbit_auto_trading.composition_root.opened import Opened
from upbit_auto_trading.composition_root.start_options import ExitStatus, StartOptions
from upbit_auto_trading.composition_root.system_signals import SystemSignals
from upbit_auto_trading.ui.runtime.shutdown import EndReason, leave_process

#: after so long a thread that computes gives the interpreter to one that waits. A repaint may have to wait ten times,
#: as Qt lets go of it in most calls; Python's own 5 ms each would be seen (docs/decisions.md)
TURN_SECONDS = 0.0005


@dataclass(frozen=True, slots=True)
class StartReport:
    """For the benchmark (docs/performance.md) and the test of what is loaded before the first paint."""

    #: since the process began, however many programs it has been (the bootstrap replaces itself)
    painted_after_seconds: float
    #: the files are open and the engine runs
    usable_after_seconds: float
    #: the exchange was reached and its first price is on the screen
    priced_after_seconds: float
    modules_at_first_paint: list[str]


class StartTimer(QObject):
    """``--start-report``: writes when the window was painted, usable, showed a price, what was loaded, and quits."""

    def __init__(self, program: DesktopProgram, target: Path) -> None:
        super().__init__(program)
        self._clock = program.opened.clock
        self._target = target
        self._program = program
        self._painted_at = 0.0
        self._usable_at = 0.0
        self._modules: list[str] = []
        program.window.first_painted.connect(self._note_paint)
        program.usable.connect(self._note_usable)
        program.priced.connect(self._write)

    @pyqtSlot()
    def _note_paint(self) -> None:
        self._painted_at = self._clock.now().timestamp()
        self._modules = sorted(sys.modules)

    @pyqtSlot()
    def _note_usable(self) -> None:
        self._usable_at = self._clock.now().timestamp()

    @pyqtSlot()
    def _write(self) -> None:
        priced_at = self._clock.now().timestamp()
        import psutil  # after what is timed, and not before the first paint

        began_at = psutil.Process().create_time()
        report = StartReport(
            painted_after_seconds=self._painted_at - began_at,
            usable_after_seconds=self._usable_at - began_at,
            priced_after_seconds=priced_at - began_at,
            modules_at_first_paint=self._modules,
        )
        self._target.write_text(json.dumps(asdict(report)), encoding="utf-8")
        self._program.core.stop()


def run_desktop(opened: Opened, options: StartOptions, caught: CaughtSignals) -> int:
    sys.setswitchinterval(TURN_SECONDS)
    crashes = Crashes(opened.paths, opened.clock, opened.log)
    crashes.install()
    app = make_application(sys.argv[:1])
    program = DesktopProgram(app, opened, options, crashes)
    after: Callable[[], int] | None = None
    if options.start_report is not None:
        StartTimer(program, options.start_report)
    if options.smoke_test:
        from upbit_auto_trading.composition_root.smoke_test import SmokeTest

        after = SmokeTest(program).exit_status
    program.start()
    status = run_to_the_end(app, program, caught)
    crashes.uninstall()
    return leave(program, caught, status, after)


def run_to_the_end(app: QApplication, program: DesktopProgram, caught: CaughtSignals) -> int:
    """The event loop. Who ends it from outside while it is about to start again ends it for good."""

    def end() -> None:
        program.core.stop()
        program.core.shutdown.stay_ended()

    signals = SystemSignals(caught)
    signals.asked_to_stop.connect(end)
    program.garbage.start()
    status = app.exec()
    program.garbage.stop()
    signals.stop_telling()
    return status


def leave(program: DesktopProgram, caught: CaughtSignals, status: int, after: Callable[[], int] | None = None) -> int:
    """After the event loop: the exit status, or another run in place of this one."""
    shutdown = program.core.shutdown
    if shutdown.outcome is None:
        caught.close()
        return status
    if not shutdown.outcome.late and _goes_on(program, caught):
        return ExitStatus.START_AGAIN
    caught.close()
    if after is not None and not shutdown.outcome.late:
        return after()
    leave_process(shutdown.outcome)
    return shutdown.outcome.exit_status


def _goes_on(program: DesktopProgram, caught: CaughtSignals) -> bool:
    """What was wanted between the runs is done in any case; the new run begins unless we were told to end."""
    if program.core.between_runs is not None:
        program.core.between_runs()
    shutdown = program.core.shutdown
    if shutdown.outcome is None or shutdown.outcome.reason is not EndReason.START_AGAIN:
        return False
    if caught.let_go():
        shutdown.stay_ended()
        return False
    from upbit_auto_trading.composition_root.restart import start_again

    start_again()
    return True
