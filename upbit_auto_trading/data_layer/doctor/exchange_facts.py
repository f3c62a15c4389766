"""What the doctor is told about exchanges and the keys to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from upbit_auto_trading.business_logic.domain.exchange_key import KeyStatus
from upbit_auto_trading.business_logic.domain.key_facts import KeyTrouble
from upbit_auto_trading.business_logic.ports.credentials import CredentialSummary


@dataclass(frozen=True, slots=True)
class Reached:
    exchange: str
    seconds: float
    #: exchange minus ours, to a second or so; None where its answer told no time
    clock_difference: timedelta | None


@dataclass(frozen=True, slots=True)
class ExaminedKey:
    key: CredentialSummary
    #: None where this version does not know the exchange
    found: KeyStatus | KeyTrouble | None
