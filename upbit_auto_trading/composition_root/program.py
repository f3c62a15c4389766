"""One run of the program, from the data folder to the exit status."""

from __future__ import annotations

import sys

from upbit_auto_trading.business_logic.domain.errors import AnotherInstanceRuns, TradingAppError
from upbit_auto_trading.composition_root.opened import Opened, first_value
from upbit_auto_trading.composition_root.start_options import ExitStatus, StartOptions
from upbit_auto_trading.config.app_paths import AppPaths, find_app_paths
from upbit_auto_trading.config.log_files import MEGABYTE, LogLimits
from upbit_auto_trading.config.logging_setup import ProgramLog, start_logging
from upbit_auto_trading.config.settings import LOG_DAYS_KEPT, LOG_LEVEL, LOG_SIZE_LIMIT
from upbit_auto_trading.data_layer.instance_lock import InstanceLock
from upbit_auto_trading.data_layer.last_end import LastEndFile
from upbit_auto_trading.data_layer.storage.error_translation import translated
from upbit_auto_trading.data_layer.storage.first_look import FirstLook, first_look
from upbit_auto_trading.data_layer.storage.restore_journal import finish_interrupted_restore
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.utils.bilingual_text import Language


def run_program(options: StartOptions) -> int:
    """Everything that can refuse to start is asked before Qt is loaded."""
    if options.gallery:
        from upbit_auto_trading.composition_root.gallery import run_gallery

        return run_gallery(options)
    clock = SystemClock()
    paths = find_app_paths(options.data_dir)
    lock = InstanceLock(paths.instance_lock, clock)
    last_end = LastEndFile(paths.last_end, clock)
    try:
        with translated(paths.data):
            paths.create_folders()
        lock.acquire()
        finish_interrupted_restore(paths)
        last_end.begin()
    except AnotherInstanceRuns as error:
        return _point_to_the_first(error, paths, options)
    except TradingAppError as error:
        _say(error, options.language or Language.KOREAN)
        return ExitStatus.COULD_NOT_START
    look = first_look(paths)
    log = _start_log(paths, clock, look)
    opened = Opened(paths, clock, look, log, lock, last_end)
    if options.headless:
        from upbit_auto_trading.composition_root.headless import run_headless

        return run_headless(opened, options)
    from upbit_auto_trading.composition_root.run_desktop import run_desktop

    return run_desktop(opened, options)


def _start_log(paths: AppPaths, clock: SystemClock, look: FirstLook) -> ProgramLog:
    limits = LogLimits(
        days_kept=int(first_value(look, LOG_DAYS_KEPT)),
        total_bytes=int(first_value(look, LOG_SIZE_LIMIT)) * MEGABYTE,
    )
    level = first_value(look, LOG_LEVEL)
    return start_logging(paths.logs, now=clock.now, monotonic=clock.monotonic, level=level, limits=limits)


def _point_to_the_first(error: AnotherInstanceRuns, paths: AppPaths, options: StartOptions) -> int:
    if not options.headless and not options.smoke_test:
        from PyQt6.QtCore import QCoreApplication

        from upbit_auto_trading.ui.runtime.instance_front import ask_first_to_show

        application = QCoreApplication([])
        ask_first_to_show(paths.data, error.process_id)
        del application
    _say(error, options.language or Language.KOREAN)
    return ExitStatus.COULD_NOT_START


def _say(error: TradingAppError, language: Language) -> None:
    if sys.stderr is not None:  # there is none under a windowed frozen program
        print(explain(error).in_language(language), file=sys.stderr)
