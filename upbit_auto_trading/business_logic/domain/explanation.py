"""Why a strategy acted or did not: values as they were, from which texts are made when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from upbit_auto_trading.business_logic.domain.strategy_definition import GroupKind
from upbit_auto_trading.utils.bilingual_text import Text

_UNKNOWN = float("nan")


class Outcome(Enum):
    HELD = "held"
    NOT_HELD = "not held"
    #: a value was not there yet: it counts as not held
    UNKNOWN = "unknown"


class ValueFormat(Enum):
    """How a value is written; the rest is its number of decimals and its unit."""

    NUMBER = "number"
    #: as prices of a market are written: by their size
    PRICE = "price"
    #: minutes of the day as a clock shows them
    TIME_OF_DAY = "time of day"
    WEEKDAY = "weekday"


@dataclass(frozen=True, slots=True)
class SeenValue:
    """One side of a condition. A constant has no name."""

    value: float
    name: Text = Text("", "")
    #: on the first candle of those that the operator looks at; None: it looks at this one alone
    before: float | None = None
    format: ValueFormat = ValueFormat.NUMBER
    decimals: int = 2
    unit: Text = Text("", "")


@dataclass(frozen=True, slots=True)
class SeenCondition:
    """``phrase`` joins the sides: with {left}, {right}, {low}, {high}."""

    phrase: Text
    left: SeenValue
    right: tuple[SeenValue, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class SeenWithin:
    """``member`` as it was ``ago`` candles ago, where it held last; as it is now where it held on none of them."""

    candles: int
    member: SeenNode
    outcome: Outcome
    ago: int | None = None


@dataclass(frozen=True, slots=True)
class SeenGroup:
    kind: GroupKind
    members: tuple[SeenNode, ...]
    outcome: Outcome


SeenNode = SeenCondition | SeenWithin | SeenGroup


class Obstacle(Enum):
    """What kept a rule that held from acting."""

    SWITCHED_OFF = "switched-off"
    #: candles that are left, of all
    COOLDOWN = "cooldown"
    #: how often it acted, of how often it may
    TIMES_PER_POSITION = "times-per-position"
    TIMES_PER_DAY = "times-per-day"
    #: it has not been false since it acted
    NOT_REARMED = "not-rearmed"
    #: one of its own, or one that closes the position
    ORDER_UNDER_WAY = "order-under-way"
    #: ``by`` names the rule that counted instead
    OTHER_RULE = "other-rule"
    #: ``by`` is the name of the part
    OTHER_PART = "other-part"
    #: ``by`` is the id of the risk rule; its value and its limit
    BRAKE = "brake"
    #: funds, and the least that the exchange takes
    BELOW_MINIMUM = "below-minimum"
    #: what it wanted, and what was free
    NO_FREE_CASH = "no-free-cash"
    #: the sizing came to nothing
    NO_SIZE = "no-size"
    #: there is no position, or one that cannot be sold from
    NOTHING_TO_SELL = "nothing-to-sell"


@dataclass(frozen=True, slots=True)
class Prevented:
    obstacle: Obstacle
    by: str = ""
    value: float = _UNKNOWN
    limit: float = _UNKNOWN


@dataclass(frozen=True, slots=True)
class RuleExplanation:
    """A rule at the close of one candle."""

    rule_id: str
    rule_name: Text
    #: seconds since 1970
    at: int
    when: SeenNode
    prevented: Prevented | None = None

    @property
    def held(self) -> bool:
        return self.when.outcome is Outcome.HELD
