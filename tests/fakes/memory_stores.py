"""The store ports in memory; tests/contract/test_stores.py holds them to what SQLite does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, InvalidScreen, InvariantBroken
from upbit_auto_trading.business_logic.domain.key_facts import KeyFacts
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_changes import KnownMarket, MarketEvent
from upbit_auto_trading.business_logic.domain.screen import Screen, clean_name, name_problems, shape_problems
from upbit_auto_trading.business_logic.domain.watch_list import WatchLists
from upbit_auto_trading.business_logic.ports.scheduler import RunResult, ScheduledRun
from upbit_auto_trading.business_logic.ports.screens import SavedScreen
from upbit_auto_trading.business_logic.ports.stores import (
    LATENCY_BOUNDS_MS,
    DailyOperation,
    Heartbeat,
    SettingChange,
)
from upbit_auto_trading.utils.korean_time import kst_day


class MemorySettingsStore:
    """``fail_next_write`` is raised once, and nothing is written."""

    def __init__(self, texts: Mapping[str, str] | None = None) -> None:
        self._texts = dict(texts or {})
        self._changes: list[SettingChange] = []
        self.fail_next_write: Exception | None = None

    def read_all(self) -> Mapping[str, str]:
        return dict(self._texts)

    def write(self, changes: Mapping[str, str | None], changed_at: datetime) -> tuple[SettingChange, ...]:
        if changed_at.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        if self.fail_next_write is not None:
            error, self.fail_next_write = self.fail_next_write, None
            raise error
        made: list[SettingChange] = []
        for setting_id, after in changes.items():
            before = self._texts.get(setting_id)
            if before == after:
                continue
            made.append(SettingChange(len(self._changes) + len(made) + 1, changed_at, setting_id, before, after))
            if after is None:
                del self._texts[setting_id]
            else:
                self._texts[setting_id] = after
        self._changes += made
        return tuple(made)

    def history(self, limit: int = 200, setting_id: str | None = None) -> tuple[SettingChange, ...]:
        wanted = [change for change in reversed(self._changes) if setting_id in (None, change.setting_id)]
        return tuple(wanted[:limit])


class MemoryUiStateStore:
    def __init__(self) -> None:
        self._states: dict[str, bytes] = {}

    def read(self, name: str) -> bytes | None:
        return self._states.get(name)

    def write(self, name: str, state: bytes) -> None:
        self._states[name] = state


class MemoryEngineStateStore:
    def __init__(self, stopped_at: datetime | None = None) -> None:
        self._stopped_at = stopped_at

    def entries_stopped_at(self) -> datetime | None:
        return self._stopped_at

    def record_entries_stopped(self, stopped_at: datetime) -> None:
        self._stopped_at = stopped_at

    def record_entries_resumed(self, resumed_at: datetime) -> None:
        self._stopped_at = None


class MemoryKeyFactsStore:
    def __init__(self) -> None:
        self._facts: dict[str, KeyFacts] = {}

    def read_all(self) -> Mapping[str, KeyFacts]:
        return dict(self._facts)

    def write(self, facts: KeyFacts) -> None:
        moments = (facts.checked_at, facts.expires_at, facts.tried_at, facts.withdraw_box_confirmed_at)
        if any(moment is not None and moment.tzinfo is None for moment in moments):
            raise ValueError("a stored time needs a time zone")
        self._facts[facts.credential_id] = facts

    def forget(self, credential_id: str) -> None:
        self._facts.pop(credential_id, None)


class MemoryRunStore:
    def __init__(self) -> None:
        self._runs: dict[int, ScheduledRun] = {}
        self._next_number = 1

    def record_planned(self, job_id: str, planned_at: datetime) -> int:
        number, self._next_number = self._next_number, self._next_number + 1
        self._runs[number] = ScheduledRun(job_id, planned_at, None, None, None)
        return number

    def record_started(self, run_number: int, started_at: datetime) -> None:
        self._runs[run_number] = replace(self._run(run_number), started_at=started_at)

    def record_ended(self, run_number: int, ended_at: datetime, result: str, detail: str) -> None:
        if result not in {known.value for known in RunResult}:
            raise InvariantBroken(f"no such result of a run: {result}")
        run = self._run(run_number)
        self._runs[run_number] = replace(run, ended_at=ended_at, result=RunResult(result), detail=detail)

    def newest(self, limit: int = 100) -> tuple[ScheduledRun, ...]:
        return tuple(self._runs[number] for number in sorted(self._runs, reverse=True)[:limit])

    def mark_interrupted(self, ended_at: datetime) -> int:
        open_ones = [number for number, run in self._runs.items() if run.ended_at is None]
        for number in open_ones:
            self.record_ended(number, ended_at, RunResult.FAILED.value, "interrupted")
        return len(open_ones)

    def forget_before(self, moment: datetime) -> int:
        old = [number for number, run in self._runs.items() if run.planned_at < moment and run.ended_at is not None]
        for number in old:
            del self._runs[number]
        return len(old)

    def _run(self, run_number: int) -> ScheduledRun:
        if run_number not in self._runs:
            raise InvariantBroken(f"no scheduled run {run_number}")
        return self._runs[run_number]


class MemoryOperationsStore:
    def __init__(self) -> None:
        self._beats: dict[datetime, Heartbeat] = {}
        self._daily: dict[tuple[str, str], DailyOperation] = {}

    def record_heartbeat(self, heartbeat: Heartbeat) -> None:
        self._beats[heartbeat.beat_at] = heartbeat

    def newest_heartbeats(self, limit: int = 60) -> tuple[Heartbeat, ...]:
        return tuple(self._beats[moment] for moment in sorted(self._beats, reverse=True)[:limit])

    def add_daily(self, operations: tuple[DailyOperation, ...]) -> None:
        if any(len(operation.latency_counts) != len(LATENCY_BOUNDS_MS) + 1 for operation in operations):
            raise InvariantBroken("buckets")
        for new in operations:
            key = (new.day, new.operation)
            old = self._daily.get(key)
            if old is not None:
                counts = tuple(a + b for a, b in zip(old.latency_counts, new.latency_counts, strict=True))
                new = DailyOperation(*key, old.count + new.count, old.failures + new.failures, counts)
            self._daily[key] = new

    def daily(self, day: str) -> tuple[DailyOperation, ...]:
        return tuple(self._daily[key] for key in sorted(self._daily) if key[0] == day)

    def forget_before(self, moment: datetime) -> int:
        beats = [beat_at for beat_at in self._beats if beat_at < moment]
        days = [key for key in self._daily if key[0] < kst_day(moment).isoformat()]
        for beat_at in beats:
            del self._beats[beat_at]
        for key in days:
            del self._daily[key]
        return len(beats) + len(days)


class MemoryMarketListStore:
    def __init__(self) -> None:
        self._markets: dict[Market, KnownMarket] = {}
        self._events: list[MarketEvent] = []
        self._worlds: dict[str, str] = {}

    def markets(self, exchange: str) -> tuple[KnownMarket, ...]:
        return tuple(self._markets[market] for market in sorted(self._markets) if market.exchange == exchange)

    def history(self, market: Market, limit: int = 200) -> tuple[MarketEvent, ...]:
        return tuple(event for event in reversed(self._events) if event.market == market)[:limit]

    def events(self, exchange: str, limit: int = 200) -> tuple[MarketEvent, ...]:
        return tuple(event for event in reversed(self._events) if event.market.exchange == exchange)[:limit]

    def record(self, markets: Iterable[KnownMarket], events: Iterable[MarketEvent]) -> None:
        for known in markets:
            self._markets[known.market] = known
        self._events.extend(events)

    def forget_exchange(self, exchange: str) -> int:
        gone = [market for market in self._markets if market.exchange == exchange]
        for market in gone:
            del self._markets[market]
        self._events = [event for event in self._events if event.market.exchange != exchange]
        return len(gone)

    def identify(self, exchange: str, fingerprint: str) -> bool:
        was = self._worlds.get(exchange)
        self._worlds[exchange] = fingerprint
        if was in (None, fingerprint):
            return False
        self.forget_exchange(exchange)
        return True


class MemoryScreenStore:
    def __init__(self) -> None:
        self._screens: dict[str, SavedScreen] = {}

    def all(self) -> tuple[SavedScreen, ...]:
        return tuple(self._screens[name] for name in sorted(self._screens))

    def read(self, name: str) -> SavedScreen | None:
        return self._screens.get(clean_name(name))

    def save(self, screen: Screen, saved_at: datetime) -> None:
        named = replace(screen, name=clean_name(screen.name))
        problems = (*name_problems(named.name), *shape_problems(replace(named, name="")))
        if problems:
            raise InvalidScreen(problems)
        self._screens[named.name] = SavedScreen(named.name, saved_at, named)

    def rename(self, name: str, new_name: str, saved_at: datetime) -> None:
        old, new = clean_name(name), clean_name(new_name)
        problems = name_problems(new)
        if problems:
            raise InvalidScreen(problems)
        if old not in self._screens:
            raise InvalidParameter("screen", name, "no-such-screen")
        if new == old:
            return
        if new in self._screens:
            raise InvalidParameter("name", new_name, "name-taken")
        screen = self._screens.pop(old).screen
        assert screen is not None  # memory holds no document of another version
        self._screens[new] = SavedScreen(new, saved_at, replace(screen, name=new))

    def delete(self, name: str) -> bool:
        return self._screens.pop(clean_name(name), None) is not None


class MemoryWatchListStore:
    def __init__(self) -> None:
        self._lists = WatchLists()

    def read(self) -> WatchLists:
        return self._lists

    def write(self, lists: WatchLists) -> None:
        self._lists = lists
