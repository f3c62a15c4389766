"""How REST answers spell numbers: sheet 1.1. A column of an endpoint has one form; switches turn some of them.

``Raw`` is JSON text that goes into an answer as it is: no number passes a binary float on its way out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import msgspec

from upbit_auto_trading.data_layer.practice_exchange import websocket_spelling as spelling
from upbit_auto_trading.data_layer.practice_exchange.switches import Switches

Spell = Callable[[Decimal], msgspec.Raw]


def raw(written: str) -> msgspec.Raw:
    return msgspec.Raw(written.encode())


def _unless_zero(form: Callable[[Decimal], str]) -> Callable[[Decimal], str]:
    return lambda number: "0" if number == 0 else form(number)


def _spell(form: Callable[[Decimal], str]) -> Spell:
    return lambda number: raw(form(number))


PLAIN = _spell(spelling.plain)
DOUBLE = _spell(spelling.double_style)
RATE = _spell(spelling.rate_as_double)
EXPONENT = _spell(spelling.with_exponent)
#: a zero is a bare 0
EIGHT = _spell(_unless_zero(spelling.eight_decimals))
TEN = _spell(_unless_zero(spelling.ten_decimals))
SIXTEEN = _spell(_unless_zero(spelling.sixteen_decimals))


class NumberForms:
    """Which form counts now, by kind of column."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches

    @property
    def ticker_price(self) -> Spell:
        return EIGHT if self._switches["ticker-numbers"] == "padded" else DOUBLE

    @property
    def ticker_rate(self) -> Spell:
        return TEN if self._switches["ticker-numbers"] == "padded" else RATE

    @property
    def ticker_day_turnover(self) -> Spell:
        return SIXTEEN if self._switches["ticker-numbers"] == "padded" else DOUBLE

    @property
    def candle(self) -> Spell:
        return EIGHT if self._switches["candle-numbers"] == "padded" else DOUBLE

    @property
    def candle_rate(self) -> Spell:
        return TEN if self._switches["candle-numbers"] == "padded" else RATE

    @property
    def trade(self) -> Spell:
        return EIGHT if self._switches["trade-numbers"] == "padded" else DOUBLE

    @property
    def book(self) -> Spell:
        return EXPONENT if self._switches["book-numbers"] == "exponent" else PLAIN

    def instrument(self, number: Decimal) -> str | msgspec.Raw:
        return spelling.plain(number) if self._switches["instrument-numbers"] == "text" else PLAIN(number)

    def amount(self, number: Decimal) -> str:
        """On exchange endpoints amounts are texts."""
        return (spelling.double_style if self._switches["amount-texts"] == "point-zero" else spelling.plain)(number)


def encode(answer: object) -> bytes:
    return msgspec.json.encode(answer)


def milliseconds(moment: datetime) -> int:
    return spelling.milliseconds(moment)


def kst_text(moment: datetime) -> str:
    """``2026-11-18T14:20:31+09:00``."""
    return f"{spelling.kst(moment):%Y-%m-%dT%H:%M:%S}+09:00"


def kst_text_exact(moment: datetime) -> str:
    """``2026-11-18T14:20:31.412377+09:00``."""
    return f"{spelling.kst(moment):%Y-%m-%dT%H:%M:%S.%f}+09:00"
