"""One request on its way through a handler, and what every handler stands on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from upbit_auto_trading.business_logic.domain.exchange_key import Right
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.data_layer.practice_exchange.error_bodies import (
    ApiError,
    code_not_found,
    not_in_list,
    parameter_missing,
    type_mismatch,
    validation,
)
from upbit_auto_trading.data_layer.practice_exchange.faults import Fault, FaultKind, Faults
from upbit_auto_trading.data_layer.practice_exchange.limits import LimitGroup, Limits
from upbit_auto_trading.data_layer.practice_exchange.number_spelling import NumberForms
from upbit_auto_trading.data_layer.practice_exchange.parameters import Parameters
from upbit_auto_trading.data_layer.practice_exchange.practice_key import PracticeKey
from upbit_auto_trading.data_layer.practice_exchange.switches import Switches
from upbit_auto_trading.data_layer.practice_exchange.world import PracticeWorld

#: runs something after so many real seconds
Later = Callable[[float, Callable[[], None]], None]


@dataclass(frozen=True, slots=True)
class Services:
    world: PracticeWorld
    switches: Switches
    faults: Faults
    limits: Limits
    later: Later
    forms: NumberForms = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "forms", NumberForms(self.switches))


@dataclass(frozen=True, slots=True)
class Answer:
    body: object
    status: int = 200


@dataclass(frozen=True, slots=True)
class Call:
    services: Services
    method: str
    path: str
    parameters: Parameters
    #: what the path itself says: the unit of minute candles
    path_value: str = ""
    #: None on quotation endpoints
    asker: PracticeKey | None = None

    @property
    def world(self) -> PracticeWorld:
        return self.services.world

    @property
    def now(self) -> datetime:
        return self.services.world.clock.now()

    @property
    def forms(self) -> NumberForms:
        return self.services.forms

    @property
    def key(self) -> PracticeKey:
        assert self.asker is not None, "only endpoints that need a key ask for it"
        return self.asker

    @property
    def account_id(self) -> str:
        return self.key.account_id

    def switch(self, name: str) -> str:
        return self.services.switches[name]

    def fault(self, *kinds: FaultKind, market: str | None = None) -> Fault | None:
        return self.services.faults.first(*kinds, method=self.method, path=self.path, market=market)

    def find_market(self, code: str) -> Market | None:
        """Codes in queries may be in lower case: sheet 3."""
        return self.world.market(code.upper() if self.switch("code-case") == "any" else code)

    # --- of quotation endpoints

    def quoted_market(self) -> Market:
        code = self.parameters.one("market")
        if code is None:
            raise parameter_missing()
        return self._found(code)

    def quoted_markets(self) -> list[Market]:
        """One unknown code fails the whole call."""
        codes = self.parameters.listed("markets")
        if not codes:
            raise parameter_missing()
        return [self._found(code) for code in codes]

    def _found(self, code: str) -> Market:
        market = self.find_market(code)
        if market is None:
            raise code_not_found()
        return market

    def count(self, default: int, most: int, refusal: Callable[[], ApiError]) -> int:
        written = self.parameters.one("count")
        if written is None:
            return default
        number = whole_number(written)
        if number is None:
            raise type_mismatch()
        return self.bounded(number, most, refusal)

    def bounded(self, number: int, most: int, refusal: Callable[[], ApiError]) -> int:
        """More than the most is cut without a word: sheet 3.3 and 3.6."""
        if number < 1 or (number > most and self.switch("count-beyond") == "refused"):
            raise refusal()
        return min(number, most)

    # --- of exchange endpoints

    def traded_market(self) -> Market:
        code = self.parameters.one("market")
        if code is None:
            raise validation("market is missing", "market does not have a valid value")
        market = self.find_market(code)
        if market is None:
            raise not_in_list(code)
        return market

    def whole(self, name: str, default: int, most: int) -> int:
        written = self.parameters.one(name)
        if written is None:
            return default
        number = whole_number(written)
        if number is None:
            raise validation(f"{name} is invalid")
        return self.bounded(number, most, lambda: validation(f"{name} does not have a valid value"))

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        chosen = self.parameters.one(name) or default
        if chosen not in allowed:
            raise validation(f"{name} does not have a valid value")
        return chosen


def whole_number(written: str) -> int | None:
    digits = written.removeprefix("-")
    return int(written) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None


Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Endpoint:
    method: str
    #: ends in ``/{}`` where its last part is a value
    path: str
    group: LimitGroup
    handler: Handler
    needs_key: bool = False
    #: None: any key will do
    right: Right | None = None
