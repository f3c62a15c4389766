"""What the composition root hands to every screen: state to show, and ways to ask for work.

Screens get this one bundle instead of a dozen arguments; it holds ports, callables and UI state, never a concrete
adapter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.crash_reports import CrashReportStore
from upbit_auto_trading.business_logic.ports.credentials import Credential
from upbit_auto_trading.business_logic.ports.exchange_keys import KeyInspector
from upbit_auto_trading.business_logic.ports.maintenance import BackupSummary, ProgressCallback
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.config.log_lines import LogLine
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:
    from upbit_auto_trading.ui.layout_memory import LayoutMemory
    from upbit_auto_trading.ui.market_data_services import MarketDataServices
    from upbit_auto_trading.ui.navigation import Navigation
    from upbit_auto_trading.ui.notices import Notices
    from upbit_auto_trading.ui.runtime.operations import Operations
    from upbit_auto_trading.ui.settings_state import SettingsState
    from upbit_auto_trading.ui.shortcuts_state import ShortcutsState


#: of operations: whoever shows keys, or what is known of them, reads again
KEYS_TOPIC = "vault"


@dataclass(frozen=True, slots=True)
class JobPlan:
    """One scheduled job: what it is called and when it runs next."""

    id: str
    title: Text
    next_run_at: datetime | None


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Work around the files of this program. All of these may take long: call them inside an operation."""

    check_health: Callable[[], tuple[HealthFinding, ...]]
    crash_reports: CrashReportStore
    #: newest first: how many at most, the least level, and words to be found
    read_log: Callable[[int, str, str], tuple[LogLine, ...]]
    #: newest first; unusable files are left out
    backups: Callable[[], tuple[BackupSummary, ...]]
    #: a backup the user asked for: with candles or without, reporting progress (raises Cancelled)
    make_backup: Callable[[bool, ProgressCallback], BackupSummary]
    #: reads and verifies the whole file, raises BackupUnusable; changes nothing
    check_backup: Callable[[str, ProgressCallback], BackupSummary]
    #: asks the system for its key store, within a bound; False where only a passphrase or a key file is left
    key_store_is_usable: Callable[[], bool]
    #: checks the backup now (raises BackupUnusable); it is put in place when the program starts again
    prepare_restore: Callable[[str], None]
    #: ids of the scheduler; returns at once
    run_job_now: Callable[[str], None]
    job_plans: Callable[[], tuple[JobPlan, ...]]


@dataclass(frozen=True, slots=True)
class AppServices:
    clock: Clock
    paths: AppPaths
    settings: SettingsState
    operations: Operations
    notices: Notices
    navigation: Navigation
    maintenance: Maintenance
    shortcuts: ShortcutsState
    #: waits for the network: called inside an operation
    key_inspector: KeyInspector
    #: after other keys were stored under an identity: parts that run take them. From any thread, returns at once
    key_replaced: Callable[[Credential], None]
    #: shut down in order, then start the program again (used after a restore was prepared)
    start_again: Callable[[], None]
    open_folder: Callable[[str], None]
    #: (path, content): the whole file or none of it; called inside an operation, raises StorageError
    write_file: Callable[[str, bytes], None]
    #: what windows keep of their own: widths, sorting, filters
    layouts: LayoutMemory
    market_data: MarketDataServices
