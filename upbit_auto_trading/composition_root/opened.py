"""What a start has in hand before anything runs."""

from __future__ import annotations

from dataclasses import dataclass

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.composition_root.start_options import StartOptions
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.config.logging_setup import ProgramLog
from upbit_auto_trading.config.setting import InvalidValue, Setting
from upbit_auto_trading.config.settings import LANGUAGE
from upbit_auto_trading.data_layer.instance_lock import InstanceLock
from upbit_auto_trading.data_layer.last_end import LastEndFile
from upbit_auto_trading.data_layer.storage.first_look import FirstLook
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


def first_value(look: FirstLook, setting: Setting) -> str:
    """As text; a stored text that is refused today counts as the default (SettingsState reports it)."""
    stored = look.settings.get(setting.id)
    try:
        value = setting.default if stored is None else setting.from_text(stored)
    except InvalidValue:
        value = setting.default
    return setting.to_text(value)
