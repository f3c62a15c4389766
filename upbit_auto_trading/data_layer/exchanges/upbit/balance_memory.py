"""Which report of each balance is the newest. Reports may change places on their way, and each is a whole total.

Lives in the stream thread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.stream import OwnBalancesChanged


@dataclass(frozen=True, slots=True)
class Judged:
    #: without what is older than a report before it; None where nothing is left
    event: OwnBalancesChanged | None
    #: two reports of one moment differ: which of them is the newer one only the exchange can tell
    is_doubtful: bool = False


class BalanceMemory:
    def __init__(self) -> None:
        self._newest: dict[str, tuple[datetime, Balance]] = {}

    def judge(self, event: OwnBalancesChanged) -> Judged:
        moment = event.changed_at
        if moment is None:
            return Judged(event)
        kept: list[Balance] = []
        is_doubtful = False
        for balance in event.balances:
            known = self._newest.get(balance.currency)
            if known is not None and moment < known[0]:
                continue
            is_doubtful |= known is not None and moment == known[0] and balance != known[1]
            self._newest[balance.currency] = (moment, balance)
            kept.append(balance)
        if not kept:
            return Judged(None)
        return Judged(event if len(kept) == len(event.balances) else replace(event, balances=tuple(kept)), is_doubtful)
