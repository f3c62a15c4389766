"""Stored keys of which every exchange says that they are good: for tests of the program that are not about keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.fakes.fake_inspector import GOOD_KEY
from upbit_auto_trading.business_logic.domain.exchange_key import KeyStatus
from upbit_auto_trading.composition_root.exchange_keys import UPBIT, ExchangeKeys
from upbit_auto_trading.data_layer.doctor.exchange_facts import Reached
from upbit_auto_trading.utils.secret import Secret


class GoodKeys(ExchangeKeys):
    def look_at(
        self,
        exchange: str,
        access_key: Secret,
        secret_key: Secret,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> KeyStatus:
        return GOOD_KEY

    def reach(self, exchange: str = UPBIT) -> Reached:
        return Reached(exchange, 0.1, timedelta(0))
