"""How lively markets are through the Korean day and week, relative to their mean."""

from __future__ import annotations

import numpy as np

from upbit_auto_trading.business_logic.simulation.counter_noise import Floats

_MINUTES_A_DAY = 1440
_KST_MINUTES = 9 * 60
_NOON = 12 * 60
#: 1970-01-01 was a Thursday
_FIRST_WEEKDAY = 3

#: of each hour from midnight on; prices move most while America trades
_MOVES = (
    1.25, 1.22, 1.18, 1.14, 1.08, 1.00, 0.93, 0.88, 0.88, 1.08, 0.97, 0.90,
    0.86, 0.82, 0.80, 0.82, 0.86, 0.90, 0.84, 0.84, 0.82, 1.02, 1.35, 1.45,
)  # fmt: skip
#: volume also knows when Koreans sleep, and the turn of the exchange's day at nine
_TRADES = (
    1.05, 0.82, 0.68, 0.52, 0.47, 0.48, 0.68, 0.92, 1.00, 1.60, 1.25, 1.07,
    1.05, 0.97, 0.85, 0.98, 0.95, 1.05, 0.93, 0.86, 0.88, 1.35, 1.60, 1.60,
)  # fmt: skip
#: at noon of Monday to Sunday
_WEEK = (1.04, 1.08, 1.10, 1.10, 1.04, 0.72, 0.74)


def _between_knots(knots: tuple[float, ...], places: Floats) -> Floats:
    """Straight lines between the knots; after the last comes the first."""
    ring = np.array([*knots, knots[0]])
    below = places.astype(np.int64)
    share = places - below
    return np.asarray(ring[below] * (1.0 - share) + ring[below + 1] * share)


def _of_a_day(knots: tuple[float, ...]) -> Floats:
    """For each minute of a UTC day; a knot counts for the middle of its hour."""
    minutes = (np.arange(_MINUTES_A_DAY) + _KST_MINUTES - 30) % _MINUTES_A_DAY
    return _between_knots(knots, minutes / 60.0)


_MOVES_OF_A_DAY, _TRADES_OF_A_DAY = _of_a_day(_MOVES), _of_a_day(_TRADES)


def moves_through(day: int) -> Floats:
    """Factors for the size of moves in each minute of a UTC day, counted from 1970."""
    return np.asarray(_MOVES_OF_A_DAY * _week(day))


def trades_through(day: int) -> Floats:
    return np.asarray(_TRADES_OF_A_DAY * _week(day))


def _week(day: int) -> Floats:
    since_monday_noon = (day + _FIRST_WEEKDAY) * _MINUTES_A_DAY + _KST_MINUTES - _NOON + np.arange(_MINUTES_A_DAY)
    return _between_knots(_WEEK, since_monday_noon % (7 * _MINUTES_A_DAY) / float(_MINUTES_A_DAY))
