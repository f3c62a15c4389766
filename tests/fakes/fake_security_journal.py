"""A security journal in memory, with the real rules for what may be written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from upbit_auto_trading.business_logic.domain.errors import TradingAppError
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.ports.credentials import SecurityEvent, SecurityRecord
from upbit_auto_trading.data_layer.storage.journal_details import checked_details


class FakeSecurityJournal:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.records: list[SecurityRecord] = []
        #: raised by the next ``append``
        self.next_failure: TradingAppError | None = None

    def append(self, event: SecurityEvent, details: Mapping[str, str]) -> SecurityRecord:
        if self.next_failure is not None:
            failure, self.next_failure = self.next_failure, None
            raise failure
        previous = self.records[-1].chain_hash if self.records else ""
        chain_hash = hashlib.sha256((previous + event.value + checked_details(details)).encode()).hexdigest()
        record = SecurityRecord(len(self.records) + 1, self._clock.now(), event, dict(details), chain_hash)
        self.records.append(record)
        return record

    def newest(self, limit: int = 100) -> tuple[SecurityRecord, ...]:
        return tuple(reversed(self.records))[:limit]

    def first_broken_line(self) -> int | None:
        return None

    @property
    def events(self) -> list[SecurityEvent]:
        return [record.event for record in self.records]
