"""Trees of conditions over toy variables, at random, and what they mean in plain Python, written once more."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from random import Random

from tests.fakes.toy_strategies import frame, var, when
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    Condition,
    Group,
    GroupKind,
    Node,
    Operand,
    Use,
    Within,
)
from upbit_auto_trading.business_logic.engine.frame import Frame

POINT = (">", "<", ">=", "<=", "==", "about", "between", "outside")
LOOK_BACK = ("crosses-above", "crosses-below", "rising", "falling")
NAN = math.nan
#: the value of a use at a row
Reading = Callable[[Use, int], float]


def random_frame(random: Random, candles: int) -> Frame:
    """Few different values, so that ties are common, and some unknown."""

    def column() -> list[float]:
        return [NAN if random.random() < 0.1 else float(random.randint(0, 6)) for _row in range(candles)]

    return frame(column(), open=column(), high=column(), low=column(), volume=column())


def random_market_use(random: Random) -> Use:
    choices = [var("line", of=name) for name in ("open", "high", "low", "close")]
    choices += [var("close"), var("ema", period=random.choice([1, 2, 3]), source=var("line", of="low"))]
    use = random.choice(choices)
    if random.random() < 0.2:
        use = replace(use, ago=random.choice([1, 2]))
    if random.random() < 0.2:
        use = replace(use, times=random.choice([1.5, -1.0]), plus=random.choice([0.0, 2.0]))
    return use


def random_state_use(random: Random) -> Use:
    use = random.choice([var("position-profit"), var("position-candles"), var("position-average")])
    return replace(use, times=0.5, plus=1.0) if random.random() < 0.3 else use


def random_condition(random: Random, states: float = 0.0, look_back: bool = True) -> Condition:
    is_of_state = random.random() < states
    left = random_state_use(random) if is_of_state else random_market_use(random)
    may_look_back = look_back and not is_of_state
    name = random.choice((*POINT, *LOOK_BACK) if may_look_back else POINT)

    def right() -> Operand:
        chance = random.random()
        if states and name not in LOOK_BACK and chance < 0.3:
            return random_state_use(random)
        return float(random.randint(-1, 7)) if chance < 0.65 else random_market_use(random)

    if name in ("rising", "falling"):
        return when(left, name, candles=random.choice([1, 2, 3]))
    if name in ("between", "outside"):
        return when(left, name, right(), right())
    if name == "about":
        return when(
            left,
            name,
            right(),
            tolerance=random.choice([0.0, 1.0, 50.0]),
            tolerance_in=random.choice(["percent", "absolute"]),
        )
    return when(left, name, right())


def random_node(random: Random, depth: int, states: float = 0.0, is_inside: bool = False) -> Node:
    """``is_inside`` a "within": no state, that has no past."""
    chance = random.random()
    if depth == 0 or chance < 0.25:
        return random_condition(random, 0.0 if is_inside else states)
    if chance < 0.4:
        return Within(random.choice([1, 2, 4]), random_node(random, depth - 1, states, is_inside=True))
    return random_group(random, depth, states, is_inside)


def random_group(random: Random, depth: int, states: float = 0.0, is_inside: bool = False) -> Group:
    kind = random.choice(list(GroupKind))
    members = tuple(random_node(random, depth - 1, states, is_inside) for _one in range(random.randint(1, 3)))
    return Group(kind, members)


def read_market(columns: Frame) -> Reading:
    """Line, close and mean of toy_strategies, without them."""

    def value(use: Use, row: int) -> float:
        row -= use.ago
        if row < 0:
            return NAN
        return plain(use, row) * use.times + use.plus

    def plain(use: Use, row: int) -> float:
        if use.id == "line":
            return float(getattr(columns, str(use.get("of")))[row])
        if use.id == "close":
            return float(columns.close[row])
        period = use.get("period")
        assert isinstance(period, int)
        rows = range(row - period + 1, row + 1)
        return NAN if rows[0] < 0 else sum(float(columns.low[one]) for one in rows) / period

    return value


def means(node: Node, row: int, read: Reading) -> bool:
    """What the contracts say, candle by candle."""
    if isinstance(node, Within):
        return any(means(node.node, row - one, read) for one in range(node.candles) if row - one >= 0)
    if isinstance(node, Group):
        answers = [means(one, row, read) for one in node.members]
        return {GroupKind.ALL: all(answers), GroupKind.ANY: any(answers), GroupKind.NONE: not any(answers)}[node.kind]
    return _compared(node, row, read)


def _compared(node: Condition, row: int, read: Reading) -> bool:
    def at(operand: Operand, where: int) -> float:
        if not isinstance(operand, Use):
            return operand
        return read(operand, where) if where >= 0 else NAN

    name, left, right = node.operator.id, at(node.left, row), [at(one, row) for one in node.right]
    if any(math.isnan(one) for one in (left, *right)):
        return False
    if name in ("rising", "falling"):
        candles = node.operator.get("candles")
        assert isinstance(candles, int)
        values = [at(node.left, row - one) for one in range(candles + 1)]  # the newest first
        pairs = [(values[one], values[one + 1]) for one in range(candles)]
        return all(new > old if name == "rising" else new < old for new, old in pairs)
    if name in ("crosses-above", "crosses-below"):
        old_left, old_right = at(node.left, row - 1), at(node.right[0], row - 1)
        if math.isnan(old_left) or math.isnan(old_right):
            return False
        if name == "crosses-above":
            return left > right[0] and not old_left > old_right
        return left < right[0] and not old_left < old_right
    if name == "between":
        return right[0] <= left <= right[1]
    if name == "outside":
        return left < right[0] or left > right[1]
    return _ordered(node, name, left, right[0])


def _ordered(node: Condition, name: str, left: float, right: float) -> bool:
    if name == "about":
        tolerance = node.operator.get("tolerance")
        assert isinstance(tolerance, float)
        allowed = tolerance if node.operator.get("tolerance_in") == "absolute" else abs(right) * (tolerance / 100)
        return abs(left - right) <= allowed
    signs = {
        ">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right, "==": left == right,
    }  # fmt: skip
    return signs[name]
