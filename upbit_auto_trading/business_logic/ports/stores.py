"""What is remembered between starts, as plain protocols; SQLite stands behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from upbit_auto_trading.business_logic.domain.key_facts import KeyFacts
from upbit_auto_trading.business_logic.ports.credentials import CredentialVault, SecurityJournal
from upbit_auto_trading.business_logic.ports.drawings import DrawingStore
from upbit_auto_trading.business_logic.ports.kept_series import KeptSeriesStore
from upbit_auto_trading.business_logic.ports.maintenance import BackupStore
from upbit_auto_trading.business_logic.ports.market_list import MarketListStore
from upbit_auto_trading.business_logic.ports.price_alerts import AlertStore
from upbit_auto_trading.business_logic.ports.scheduler import ScheduledRun
from upbit_auto_trading.business_logic.ports.screens import ScreenStore
from upbit_auto_trading.business_logic.ports.strategies import AllowedComponents, StrategyStore
from upbit_auto_trading.business_logic.ports.watch_lists import WatchListStore

if TYPE_CHECKING:  # columns need NumPy, which the program loads after its first paint
    from upbit_auto_trading.business_logic.ports.candle_store import CandleStore
    from upbit_auto_trading.business_logic.ports.downloads import DownloadQueue


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One line of the history; ``None`` stands for the default."""

    number: int
    changed_at: datetime
    setting_id: str
    before: str | None
    after: str | None


class SettingsStore(Protocol):
    """Values as canonical texts, keyed by setting id. Secrets never come here."""

    def read_all(self) -> Mapping[str, str]: ...

    def write(self, changes: Mapping[str, str | None], changed_at: datetime) -> tuple[SettingChange, ...]:
        """All or nothing; ``None`` goes back to the default. Unchanged values leave no line."""

    def history(self, limit: int = 200, setting_id: str | None = None) -> tuple[SettingChange, ...]:
        """Newest first."""


class UiStateStore(Protocol):
    """Geometry, widths, last screen: opaque bytes by name, without history."""

    def read(self, name: str) -> bytes | None: ...

    def write(self, name: str, state: bytes) -> None: ...


class EngineStateStore(Protocol):
    """What the engine must know again after any end: for now, whether entries are stopped."""

    def entries_stopped_at(self) -> datetime | None: ...

    def record_entries_stopped(self, stopped_at: datetime) -> None: ...

    def record_entries_resumed(self, resumed_at: datetime) -> None: ...


class RunStore(Protocol):
    """The table of scheduled runs."""

    def record_planned(self, job_id: str, planned_at: datetime) -> int: ...

    def record_started(self, run_number: int, started_at: datetime) -> None: ...

    def record_ended(self, run_number: int, ended_at: datetime, result: str, detail: str) -> None: ...

    def newest(self, limit: int = 100) -> tuple[ScheduledRun, ...]: ...

    def mark_interrupted(self, ended_at: datetime) -> int:
        """At start: runs that a crash left open become failed ("interrupted"); how many."""

    def forget_before(self, moment: datetime) -> int:
        """Runs planned before, however they ended; how many. One that still runs is kept until it has ended."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    beat_at: datetime
    engine_alive: bool
    streams_fresh: int
    streams_stale: int
    positions_watched: int


@dataclass(frozen=True, slots=True)
class DailyOperation:
    """Count and latency of one operation on one KST day, as a histogram over fixed bounds."""

    day: str
    operation: str
    count: int
    failures: int
    #: counts per bucket of ``LATENCY_BOUNDS_MS``, one more than there are bounds
    latency_counts: tuple[int, ...]


LATENCY_BOUNDS_MS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000)


class OperationsStore(Protocol):
    """Heartbeats and daily counters, kept a year."""

    def record_heartbeat(self, heartbeat: Heartbeat) -> None: ...

    def newest_heartbeats(self, limit: int = 60) -> tuple[Heartbeat, ...]: ...

    def add_daily(self, operations: tuple[DailyOperation, ...]) -> None:
        """Adds to what the day has already."""

    def daily(self, day: str) -> tuple[DailyOperation, ...]: ...

    def forget_before(self, moment: datetime) -> int: ...


class KeyFactsStore(Protocol):
    """What is known of the stored keys, by their identity; never a key."""

    def read_all(self) -> Mapping[str, KeyFacts]: ...

    def write(self, facts: KeyFacts) -> None: ...

    def forget(self, credential_id: str) -> None:
        """Forgetting what is not known is no mistake."""


@dataclass(frozen=True, slots=True)
class Stores:
    """Everything that the storage thread owns, opened in it and closed in it."""

    settings: SettingsStore
    ui_state: UiStateStore
    runs: RunStore
    operations: OperationsStore
    journal: SecurityJournal
    vault: CredentialVault
    key_facts: KeyFactsStore
    candles: CandleStore
    kept_series: KeptSeriesStore
    market_list: MarketListStore
    screens: ScreenStore
    watch_lists: WatchListStore
    drawings: DrawingStore
    alerts: AlertStore
    strategies: StrategyStore
    allowed_components: AllowedComponents
    downloads: DownloadQueue
    backups: BackupStore
