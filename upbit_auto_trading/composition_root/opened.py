"""What a start has in hand before anything runs: the folder, held and looked at, and the log."""

from __future__ import annotations

from dataclasses import dataclass

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.composition_root.start_options import StartOptions
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.config.log_files import MEGABYTE, LogLimits
from upbit_auto_trading.config.logging_setup import ProgramLog, start_logging
from upbit_auto_trading.config.setting import InvalidValue, Setting
from upbit_auto_trading.config.settings import LANGUAGE, LOG_DAYS_KEPT, LOG_LEVEL, LOG_SIZE_LIMIT
from upbit_auto_trading.data_layer.instance_lock import InstanceLock
from upbit_auto_trading.data_layer.last_end import LastEndFile
from upbit_auto_trading.data_layer.storage.error_translation import translated
from upbit_auto_trading.data_layer.storage.first_look import FirstLook, first_look
from upbit_auto_trading.data_layer.storage.restore_journal import finish_interrupted_restore
from upbit_auto_trading.utils.bilingual_text import Language


@dataclass(frozen=True, slots=True)
class Opened:
    """Released at the end in the documented order."""

    paths: AppPaths
    clock: Clock
    look: FirstLook
    log: ProgramLog
    lock: InstanceLock
    last_end: LastEndFile

    def language(self, options: StartOptions) -> Language:
        """``--lang`` wins over the setting."""
        return options.language or Language(first_value(self.look, LANGUAGE))


def open_data_folder(paths: AppPaths, clock: Clock, *, console: bool = True) -> Opened:
    """Everything that can refuse to start, before Qt is loaded. Raises AnotherInstanceRuns, StorageError."""
    lock = InstanceLock(paths.instance_lock, clock)
    last_end = LastEndFile(paths.last_end, clock)
    with translated(paths.data):
        paths.create_folders()
    lock.acquire()
    finish_interrupted_restore(paths)
    last_end.begin()
    look = first_look(paths)
    return Opened(paths, clock, look, _start_log(paths, clock, look, console), lock, last_end)


def _start_log(paths: AppPaths, clock: Clock, look: FirstLook, console: bool) -> ProgramLog:
    limits = LogLimits(
        days_kept=int(first_value(look, LOG_DAYS_KEPT)),
        total_bytes=int(first_value(look, LOG_SIZE_LIMIT)) * MEGABYTE,
    )
    level = first_value(look, LOG_LEVEL)
    return start_logging(
        paths.logs, now=clock.now, monotonic=clock.monotonic, level=level, limits=limits, console=console
    )


def first_value(look: FirstLook, setting: Setting) -> str:
    """As text; a stored text that is refused today counts as the default (SettingsState reports it)."""
    stored = look.settings.get(setting.id)
    try:
        value = setting.default if stored is None else setting.from_text(stored)
    except InvalidValue:
        value = setting.default
    return setting.to_text(value)
