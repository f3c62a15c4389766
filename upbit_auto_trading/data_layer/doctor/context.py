"""What the checks look at. Questions to the machine come in as functions, so that tests can answer them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.config.setting import InvalidValue, Setting, Value
from upbit_auto_trading.config.settings import SETTINGS_BY_ID
from upbit_auto_trading.data_layer.doctor.exchange_facts import ExaminedKey, Reached
from upbit_auto_trading.data_layer.storage.backup import FolderBackups


@dataclass(frozen=True, slots=True)
class CrashReportFacts:
    file_name: str
    is_seen: bool


@dataclass(frozen=True, slots=True)
class DoctorContext:
    paths: AppPaths
    clock: Clock
    backups: FolderBackups
    #: stored texts by setting id, as far as they could be read
    settings: Mapping[str, str]
    #: both clocks at the moment when the doctor began
    began_at: datetime
    began_monotonic: float
    #: "complete", "outdated" … of config/virtual_environment, or "frozen" in a built program
    environment_state: Callable[[], str]
    missing_packages: Callable[[], tuple[str, ...]]
    #: library to the package that holds it
    missing_qt_libraries: Callable[[], Mapping[str, str]]
    has_display: Callable[[], bool]
    #: families that can show Hangul; ``None`` where the system cannot be asked
    hangul_fonts: Callable[[], tuple[str, ...] | None]
    #: reads the header of the key file only; raises VaultError
    key_source: Callable[[], KeySource | None]
    #: the name of the system's key store; raises VaultError where there is none that can be used
    key_store_name: Callable[[], str]
    is_owner_only: Callable[[Path], bool]
    #: the number of the first line of the security journal whose chain does not hold
    first_broken_line: Callable[[], int | None]
    crash_reports: Callable[[], tuple[CrashReportFacts, ...]]
    free_bytes: Callable[[Path], int]
    is_process_alive: Callable[[int], bool]
    #: the seconds until the practice exchange answered, None where it runs already; raises what keeps it from starting
    try_practice: Callable[[], float | None]
    #: raises ExchangeError. None: the internet is not to be used
    reach_exchange: Callable[[], Reached] | None
    #: what each exchange says of its keys, where no passphrase is needed to open them, else None
    examine_keys: Callable[[], tuple[ExaminedKey, ...] | None] | None

    def setting(self, declared: Setting) -> Value:
        """The stored value, or the default where it is missing or invalid."""
        text = self.settings.get(declared.id)
        if text is None:
            return declared.default
        try:
            return SETTINGS_BY_ID[declared.id].from_text(text)
        except InvalidValue:
            return declared.default
