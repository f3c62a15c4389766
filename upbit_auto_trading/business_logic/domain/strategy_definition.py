"""A strategy as a user writes and keeps it: names and numbers, nothing computed.

Everything that a strategy is made of is a ``Use``: a declared component by its id, with the parameters that were
written. What ids there are, and which values they take, is said by the declarations in ``component_system``; so a
definition outlives a component that this version does not know.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.utils.bilingual_text import Text

MOST_MANAGEMENT_PARTS = 5


class ComponentKind(Enum):
    """The value is the field that names a component's id in a file."""

    VARIABLE = "variable"
    OPERATOR = "operator"
    ACTION = "action"
    SIZING = "sizing"
    STYLE = "style"
    LEVEL = "level"
    RISK_RULE = "risk"
    BLOCK = "block"


class Role(Enum):
    ENTRY = "entry"
    SCALE_IN = "scale-in"
    EXIT = "exit"
    PARTIAL_EXIT = "partial-exit"
    #: overrides all others
    PROTECT = "protect"
    #: moves stops, switches rules, tells
    MANAGE = "manage"


class ConflictPolicy(Enum):
    """What counts where several management parts want to act on one candle."""

    #: the first part that acts
    PRIORITY = "priority"
    #: closing beats holding beats the rest
    CONSERVATIVE = "conservative"
    #: added buys sum up, stops take the tighter
    MERGE = "merge"


class GroupKind(Enum):
    ALL = "all"
    ANY = "any"
    NONE = "none"


class Rearm(Enum):
    """When a rule that acted may act again."""

    #: on the next candle on which it holds
    AT_ONCE = "at-once"
    #: after it has not held once
    AFTER_FALSE = "after-false"


@dataclass(frozen=True, slots=True)
class Use:
    """A component as it is used. ``parameters`` are those that were written, by name; the rest are the defaults."""

    kind: ComponentKind
    id: str
    parameters: tuple[tuple[str, ParameterValue], ...] = ()
    #: of a variable: on candles of this unit, those that have closed; None: the strategy's own
    unit: CandleUnit | None = None
    #: of a variable: the value so many candles ago
    ago: int = 0
    #: of a variable: value × times + plus
    times: float = 1.0
    plus: float = 0.0

    def get(self, name: str) -> ParameterValue | None:
        return dict(self.parameters).get(name)

    def having(self, name: str, value: ParameterValue) -> Use:
        """With that parameter changed, in its place, or added at the end."""
        changed = dict(self.parameters) | {name: value}
        return replace(self, parameters=tuple(changed.items()))


@dataclass(frozen=True, slots=True)
class Condition:
    """A variable compared. ``right`` is empty (rising), one (>), or two (between) operands."""

    left: Use
    #: of kind OPERATOR, with its own parameters (tolerance, candles)
    operator: Use
    right: tuple[Operand, ...] = ()


@dataclass(frozen=True, slots=True)
class Within:
    """Was true within the last so many candles, this one included."""

    candles: int
    node: Node


@dataclass(frozen=True, slots=True)
class Group:
    kind: GroupKind
    members: tuple[Node, ...] = ()


Node = Condition | Within | Group
Operand = float | Use
#: several uses: levels of an entry; several texts: ids of rules; several numbers: steps of a staged exit
ParameterValue = bool | int | float | str | Use | Group | tuple[Use, ...] | tuple[str, ...] | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """None and 0: no limit."""

    times_per_position: int | None = None
    #: the KST calendar day
    times_per_day: int | None = None
    #: candles after it acted on which it does not act again
    cooldown: int = 0
    rearm: Rearm = Rearm.AT_ONCE


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Rule:
    """``id`` is unique within the strategy: others switch it off and count it by this."""

    id: str
    role: Role
    when: Group
    action: Use
    name: Text = Text("", "")
    limits: Limits = NO_LIMITS
    #: of entries: who is served first among the signals of one moment; default 1
    strength: Operand = 1.0
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """A named set of rules, with the levels that guard a position from its first fill on; or a ready-made block."""

    name: Text = Text("", "")
    rules: tuple[Rule, ...] = ()
    levels: tuple[Use, ...] = ()
    #: instead of rules and levels
    block: Use | None = None


@dataclass(frozen=True, slots=True)
class StrategyDefinition:
    name: Text
    unit: CandleUnit
    entry: Part
    #: by priority, the first counts most
    management: tuple[Part, ...] = ()
    #: empty: whatever it is run on
    markets: tuple[Market, ...] = ()
    policy: ConflictPolicy = ConflictPolicy.PRIORITY
    risk: tuple[Use, ...] = ()
    description: Text = Text("", "")

    @property
    def parts(self) -> tuple[Part, ...]:
        return (self.entry, *self.management)

    def rules(self) -> Iterator[Rule]:
        """Those that are written out; blocks are expanded by the compiler."""
        for part in self.parts:
            yield from part.rules


@dataclass(frozen=True, slots=True)
class StrategyProblem:
    """``place`` is a path into the file (``entry.rules[0].when.all[1].right``), ``reason`` a stable code, ``found``
    what stands there, ``allowed`` what would be right, in words of the format, and ``nearest`` the choice that was
    probably meant. ``names`` fill the rest of the sentence."""

    place: str
    reason: str
    found: str = ""
    allowed: str = ""
    nearest: str = ""
    names: tuple[tuple[str, str], ...] = ()
