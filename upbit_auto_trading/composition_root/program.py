"""One run of the program, from the data folder to the exit status."""

from __future__ import annotations

import sys

from upbit_auto_trading.business_logic.domain.errors import AnotherInstanceRuns, TradingAppError
from upbit_auto_trading.composition_root.caught_signals import CaughtSignals
from upbit_auto_trading.composition_root.opened import first_value, open_data_folder
from upbit_auto_trading.composition_root.start_options import ExitStatus, StartOptions
from upbit_auto_trading.config.app_paths import AppPaths, find_app_paths
from upbit_auto_trading.config.settings import LANGUAGE
from upbit_auto_trading.data_layer.storage.first_look import first_look
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.utils.bilingual_text import Language


def run_program(options: StartOptions) -> int:
    """Everything that can refuse to start is asked before Qt is loaded."""
    if options.gallery:
        from upbit_auto_trading.composition_root.gallery import run_gallery

        return run_gallery(options)
    paths = find_app_paths(options.data_dir)
    # From here on a file says that we run: whoever ends us now ends us in order, or the next start tells of a crash.
    caught = CaughtSignals()
    try:
        opened = open_data_folder(paths, SystemClock())
    except TradingAppError as error:
        caught.close()
        return _refuse(error, paths, options)
    if options.headless:
        from upbit_auto_trading.composition_root.headless import run_headless

        return run_headless(opened, options, caught)
    from upbit_auto_trading.composition_root.run_desktop import run_desktop

    return run_desktop(opened, options, caught)


def _refuse(error: TradingAppError, paths: AppPaths, options: StartOptions) -> int:
    """One sentence; where another instance runs and has a window, that one comes to the front as well."""
    if isinstance(error, AnotherInstanceRuns) and not options.headless and not options.smoke_test:
        from PyQt6.QtCore import QCoreApplication

        from upbit_auto_trading.ui.runtime.instance_front import ask_first_to_show

        application = QCoreApplication([])
        error.came_to_front = ask_first_to_show(paths.data, error.process_id)
        del application
    language = options.language or Language(first_value(first_look(paths), LANGUAGE))
    if sys.stderr is not None:  # there is none under a windowed frozen program
        print(explain(error).in_language(language), file=sys.stderr)
    return ExitStatus.COULD_NOT_START
