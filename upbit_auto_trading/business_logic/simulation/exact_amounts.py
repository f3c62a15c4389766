"""Arithmetic of the virtual exchange: nothing is ever rounded, and where something would be, it is an error of ours."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow

ZERO = Decimal(0)
ONE = Decimal(1)
#: products of the longest amounts that are let in fit with room to spare
EXACT = Context(prec=120, traps=[InvalidOperation, DivisionByZero, Overflow, Inexact])
#: an average price is shown, never paid
_SHOWN = Context(prec=20, rounding=ROUND_HALF_EVEN)
_MOST_DECIMALS, _LARGEST_EXPONENT = 30, 17
_MOST_COMPUTED_DECIMALS, _LARGEST_COMPUTED_EXPONENT = 70, 40


def is_usable(amount: Decimal) -> bool:
    """Given from outside: so few digits that everything computed from it stays exact."""
    return _fits(amount, _MOST_DECIMALS, _LARGEST_EXPONENT)


def is_bearable(amount: Decimal) -> bool:
    """Once computed here, and kept."""
    return _fits(amount, _MOST_COMPUTED_DECIMALS, _LARGEST_COMPUTED_EXPONENT)


def _fits(amount: Decimal, decimals: int, exponent: int) -> bool:
    last = amount.as_tuple().exponent
    return isinstance(last, int) and last >= -decimals and (not amount or amount.adjusted() <= exponent)


def cut(amount: Decimal, step: Decimal, price: Decimal = ONE) -> Decimal:
    """The most whole steps that so much buys at that price."""
    return amount // (price * step) * step


def shown_ratio(total: Decimal, quantity: Decimal) -> Decimal:
    """To twenty digits."""
    return _SHOWN.divide(total, quantity)
