"""The engine without a window: a core application, signals of the system, and sentences on the console."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QCoreApplication, QObject, QTimer, pyqtSlot

from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged
from upbit_auto_trading.composition_root.alerts import watch_price_alerts_without_a_window
from upbit_auto_trading.composition_root.caught_signals import CaughtSignals
from upbit_auto_trading.composition_root.core import OpenExchange, ProgramCore
from upbit_auto_trading.composition_root.crashes import Crashes
from upbit_auto_trading.composition_root.opened import Opened
from upbit_auto_trading.composition_root.start_options import StartOptions
from upbit_auto_trading.composition_root.system_signals import SystemSignals
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.runtime.shutdown import EndReason, leave_process
from upbit_auto_trading.utils.bilingual_text import Text

_RUNNING = Text(
    "창 없이 실행하고 있어요. 자료 폴더: {folder}. 끝내려면 Ctrl+C를 누르세요.",
    "Running without a window. Data folder: {folder}. Press Ctrl+C to stop.",
)
_WAY_BACK = Text(
    '복원하려면: python -m upbit_auto_trading restore "{file}" --data-dir "{folder}"',
    'To restore: python -m upbit_auto_trading restore "{file}" --data-dir "{folder}"',
)
_STOPPING = Text("차례대로 끝내는 중이에요.", "Stopping in order.")
_ENDED = Text("끝났어요.", "Stopped.")
_LATE = Text("제때 끝나지 않은 부분: {names}", "Did not stop in time: {names}")


class HeadlessProgram(QObject):
    def __init__(
        self,
        opened: Opened,
        options: StartOptions,
        crashes: Crashes,
        leave: Callable[[int], None] = QCoreApplication.exit,
        open_exchange: OpenExchange | None = None,
    ) -> None:
        """``open_exchange`` reaches another exchange than the practice exchange in a process of its own."""
        super().__init__()
        self._language = opened.language(options)
        self.core = ProgramCore(opened, leave, open_exchange)
        self.price_alerts = watch_price_alerts_without_a_window(self.core, self._say)
        crashes.settings_texts = self.core.settings.texts_that_differ
        self.core.ready.connect(self._say_running)
        self.core.could_not_start.connect(self._give_up)

    def start(self) -> None:
        QTimer.singleShot(0, self.core.start)

    @pyqtSlot()
    def stop(self) -> None:
        self._say(_STOPPING)
        self.core.stop()

    @pyqtSlot()
    def _say_running(self) -> None:
        self._say(_RUNNING.format(folder=self.core.opened.paths.user_root))

    @pyqtSlot(object)
    def _give_up(self, error: BaseException) -> None:
        sys.stderr = _told(sys.stderr, explain(error).in_language(self._language))
        if isinstance(error, DatabaseDamaged):
            self._say_way_back()
        self.core.stop(EndReason.COULD_NOT_START)

    def _say_way_back(self) -> None:
        """The window has a button for it."""
        from upbit_auto_trading.composition_root.command_line import Workbench
        from upbit_auto_trading.composition_root.maintenance import newest_to_restore

        paths = self.core.opened.paths
        newest = newest_to_restore(Workbench(paths, self.core.opened.clock))
        if newest is not None:
            line = _WAY_BACK.format(file=paths.backups / newest.file_name, folder=paths.user_root)
            sys.stderr = _told(sys.stderr, line.in_language(self._language))

    def say_end(self) -> None:
        outcome = self.core.shutdown.outcome
        if outcome is not None and outcome.late:
            self._say(_LATE.format(names=", ".join(outcome.late)))
        else:
            self._say(_ENDED)

    def _say(self, text: Text) -> None:
        sys.stdout = _told(sys.stdout, text.in_language(self._language))


def _told(stream: Any, line: str) -> Any:
    """The stream, or None when it has gone: a terminal that was closed is no reason not to end in order."""
    if stream is None:
        return None
    try:
        print(line, file=stream, flush=True)
    except OSError:
        return None
    return stream


def run_headless(opened: Opened, options: StartOptions, caught: CaughtSignals) -> int:
    crashes = Crashes(opened.paths, opened.clock, opened.log)
    crashes.install()
    application = QCoreApplication(sys.argv[:1])
    program = HeadlessProgram(opened, options, crashes)
    signals = SystemSignals(caught)
    signals.asked_to_stop.connect(program.stop)
    program.start()
    status = application.exec()
    signals.close()
    program.say_end()
    crashes.uninstall()
    outcome = program.core.shutdown.outcome
    if outcome is not None:
        leave_process(outcome)
    return status
