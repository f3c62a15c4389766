"""In which positions of the exchange's switches the whole suite runs, and what necessarily comes out differently there.

One run in each position of each of half a hundred switches would take an hour. A few venues, in each of which half of
the switches are turned, see every position, and every two positions of two switches together, all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, cycle

from upbit_auto_trading.data_layer.practice_exchange.switches import ALL_SWITCHES, Switch

#: by switch
Positions = Mapping[str, str]
TURNABLE = tuple(switch for switch in ALL_SWITCHES if not switch.is_fixed)
_VENUES = 9
_ALL = frozenset(range(_VENUES))
#: of a switch with three positions: where its second and its third stand; crossed, so that each meets each
_THIRDS = (
    (frozenset({0, 1, 2}), frozenset({3, 4, 5})),
    (frozenset({0, 3, 6}), frozenset({1, 4, 7})),
)


def _columns() -> list[frozenset[int]]:
    """In which venues a switch with two positions may stand in its second.

    Five of nine: any two meet somewhere and neither holds the other, so that with the usual positions of everybody all
    four pairs are there. What misses or swallows a third of the venues would not meet a switch with three positions.
    """
    thirds = [third for two in _THIRDS for third in (*two, _ALL.difference(*two))]
    found = (frozenset(five) for five in combinations(range(_VENUES), 5))
    return [five for five in found if all(five & third and third - five for third in thirds)]


def _venues() -> tuple[Positions, ...]:
    # one more switch than there are columns would not meet its twin: test_positions says so
    columns, thirds = cycle(_columns()), cycle(_THIRDS)
    where: dict[Switch, tuple[frozenset[int], ...]] = {
        switch: (next(columns),) if len(switch.positions) == 2 else next(thirds) for switch in TURNABLE
    }
    return tuple(
        {
            switch.name: position
            for switch, places in where.items()
            for position, numbers in zip(switch.positions[1:], places, strict=True)
            if number in numbers
        }
        for number in range(_VENUES)
    )


#: what is turned in each; every test also runs as everything usually stands
VENUES: tuple[Positions, ...] = _venues()
#: so many of them see every position, though not every two together
FEW_VENUES = VENUES[:4]
