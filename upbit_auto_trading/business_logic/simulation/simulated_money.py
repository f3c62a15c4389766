"""Quantities, ticks and fees of simulated orders in float64, cut where exact decimals would be cut.

A quotient that is a whole number of steps but for the last bits of a float is looked at exactly: 9,500,000 at
95,000,000 buys 0.1 and not one step less, and never more than the funds pay for.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import floor
from typing import Protocol

from upbit_auto_trading.business_logic.domain.backtest import PLAIN_FEE
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_rules import MarketRules, RuleBook

_STEPS = 1e8
_WHOLE_STEPS = 10**8
#: of a float's own size: what a few operations can be off by; nearer to a whole number it is decided exactly
_NOISE = 1e-15
#: so many steps have figures of their own beyond those that noise leaves
_FIFTEEN_FIGURES = 1e15
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cut(quantity: float) -> float:
    """To eight decimals, down."""
    steps = quantity * _STEPS
    if abs(steps - round(steps)) > steps * _NOISE or steps >= _FIFTEEN_FIGURES:
        return floor(steps) / _STEPS
    return int(_exact_amount(quantity) * _WHOLE_STEPS) / _STEPS


def bought_for(funds: float, price: float) -> float:
    """The most whole steps of quantity."""
    steps = funds / price * _STEPS
    if abs(steps - round(steps)) > steps * _NOISE:
        return floor(steps) / _STEPS
    return int(_exact_amount(funds) * _WHOLE_STEPS / Decimal(repr(price))) / _STEPS


def _exact_amount(amount: float) -> Decimal:
    """What the float stands for, without the noise of its last bits."""
    return Decimal(f"{amount:.15g}")


class Terms(Protocol):
    """What an exchange asks of an order on that day."""

    @property
    def fee(self) -> float: ...
    @property
    def minimum(self) -> float: ...
    def up(self, price: float) -> float:
        """To the tick."""

    def down(self, price: float) -> float: ...
    def steps(self, price: float, ticks: int) -> float:
        """So many ticks above, or below where negative."""


class TermsByDate(Protocol):
    def at(self, second: int) -> Terms: ...


class PlainTerms:
    """No tick, no minimum: candles of nobody's market."""

    minimum = 0.0

    def __init__(self, fee: float | None = None) -> None:
        self.fee = PLAIN_FEE if fee is None else fee

    def at(self, second: int) -> PlainTerms:
        return self

    def up(self, price: float) -> float:
        return price

    down = up

    def steps(self, price: float, ticks: int) -> float:
        """Without a tick there is nothing to step by."""
        return price


class MarketTerms:
    """Tick, minimum and fee of a market as they were on each day."""

    def __init__(self, book: RuleBook, market: Market, fee: float | None = None) -> None:
        self._book = book
        self._market = market
        self._fee = fee
        self._known: dict[int, _TermsOfDay] = {}
        self._last: tuple[int, _TermsOfDay] | None = None

    def at(self, second: int) -> Terms:
        """Rules change within a day too; each second that is asked for is looked up, the last one remembered."""
        if self._last is not None and self._last[0] == second:
            return self._last[1]
        rules = self._book.rules(self._market, _EPOCH + timedelta(seconds=second))
        terms = self._known.get(id(rules))
        if terms is None:
            terms = self._known[id(rules)] = _TermsOfDay(rules, self._fee)
        self._last = second, terms
        return terms


class _TermsOfDay:
    def __init__(self, rules: MarketRules, fee: float | None) -> None:
        self._ticks = rules.ticks
        self.fee = float(rules.fees.taker_buy) if fee is None else fee
        self.minimum = float(rules.minimum_funds)

    def up(self, price: float) -> float:
        return float(self._ticks.ceil(_exact(price)))

    def down(self, price: float) -> float:
        return float(self._ticks.floor(_exact(price)))

    def steps(self, price: float, ticks: int) -> float:
        exact = _exact(price)
        return float(self._ticks.up(exact, ticks) if ticks > 0 else self._ticks.down(exact, -ticks))


def _exact(price: float) -> Decimal:
    """What the float stands for, without the noise of a few operations: fourteen figures."""
    return Decimal(f"{price:.14g}")
