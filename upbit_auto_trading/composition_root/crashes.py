"""The crash hook with its reports: installed before anything of Qt is used, taken out at the very end."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from upbit_auto_trading import __version__
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.config.logging_setup import ProgramLog
from upbit_auto_trading.data_layer.crash_reports import FileCrashReports, ProgramFacts
from upbit_auto_trading.data_layer.native_crash_log import NativeCrashLog
from upbit_auto_trading.ui.runtime.crash_hook import CrashHook, CrashSignals


class Crashes:
    """``settings_texts`` is set once the settings exist; a crash before that reports none."""

    def __init__(self, paths: AppPaths, clock: Clock, log: ProgramLog) -> None:
        from PyQt6.QtCore import PYQT_VERSION_STR, qVersion

        self.settings_texts: Callable[[], Mapping[str, str]] = dict
        self.reports = FileCrashReports(
            paths.crash_reports,
            clock,
            ProgramFacts(__version__, f"PyQt {PYQT_VERSION_STR}, Qt {qVersion()}"),
            recent_lines=log.recent_lines,
            settings=lambda: self.settings_texts(),
        )
        self._native = NativeCrashLog(paths.crash_reports, clock)
        self.signals = CrashSignals()
        self._hook = CrashHook(self.reports.write, self.signals)

    def install(self) -> None:
        self._native.start()
        self._hook.install()

    def uninstall(self) -> None:
        self._hook.uninstall()
        self._native.stop()
