"""What differs between two strategies, or two versions of one: by place, not by line.

Things that belong together are found first (rules by id; blocks, levels and conditions by what they are), so that a
rule that was moved is a move, and not one rule gone and another come.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from typing import TypeVar

from upbit_auto_trading.business_logic.domain.strategy_definition import (
    Condition,
    Group,
    Limits,
    Node,
    Operand,
    Part,
    Rule,
    StrategyDefinition,
    Use,
    Within,
)

Item = TypeVar("Item")


class ChangeKind(Enum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    #: it stands elsewhere among its like
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """``place`` is that of the newer one, of what was removed that of the older one. ``before`` and ``after`` are what
    stands there: a Use, a Rule, a number …; None where nothing does. Of a move they are the positions, from 1."""

    place: str
    kind: ChangeKind
    before: object = None
    after: object = None
    #: of a parameter: the use that has it, as it is now
    owner: Use | None = None


def differences(before: StrategyDefinition, after: StrategyDefinition) -> tuple[Change, ...]:
    """In the order of the file; empty where they are equal."""
    return tuple(_of_strategies(before, after))


@dataclass(frozen=True, slots=True)
class _At:
    """Where the same thing stands in the older one and in the newer one."""

    old: str
    new: str

    def then(self, step: str) -> _At:
        return _At(f"{self.old}{step}", f"{self.new}{step}")


def _of_strategies(before: StrategyDefinition, after: StrategyDefinition) -> Iterator[Change]:
    for name in ("name", "description", "unit"):
        yield from _value(_At(name, name), getattr(before, name), getattr(after, name))
    yield from _listed(_At("markets", "markets"), before.markets, after.markets, lambda market: market, _nothing_inside)
    yield from _value(_At("policy", "policy"), before.policy, after.policy)
    yield from _part(_At("entry", "entry"), before.entry, after.entry)
    yield from _listed(_At("management", "management"), before.management, after.management, _part_key, _part)
    yield from _listed(_At("risk", "risk"), before.risk, after.risk, _use_key, _use)


def _value(place: _At, before: object, after: object, owner: Use | None = None) -> Iterator[Change]:
    if before != after:
        yield Change(place.new, ChangeKind.CHANGED, before, after, owner)


def _nothing_inside(_place: _At, _before: object, _after: object) -> Iterator[Change]:
    return iter(())


def _part(place: _At, before: Part, after: Part) -> Iterator[Change]:
    yield from _value(place.then(".name"), before.name, after.name)
    if before.block is not None and after.block is not None:
        yield from _use(place.then(".block"), before.block, after.block)
    elif before.block != after.block:
        yield Change(place.then(".block").new, ChangeKind.CHANGED, before.block, after.block)
    yield from _listed(place.then(".rules"), before.rules, after.rules, lambda rule: rule.id, _rule)
    yield from _listed(place.then(".levels"), before.levels, after.levels, _use_key, _use)


def _rule(place: _At, before: Rule, after: Rule) -> Iterator[Change]:
    yield from _value(place.then(".name"), before.name, after.name)
    yield from _value(place.then(".role"), before.role, after.role)
    yield from _node(place.then(".when"), before.when, after.when)
    yield from _use(place.then(".action"), before.action, after.action)
    yield from _limits(place.then(".limits"), before.limits, after.limits)
    yield from _operand(place.then(".strength"), before.strength, after.strength)
    yield from _value(place.then(".enabled"), before.is_enabled, after.is_enabled)


def _limits(place: _At, before: Limits, after: Limits) -> Iterator[Change]:
    for one in fields(Limits):
        yield from _value(place.then(f".{one.name}"), getattr(before, one.name), getattr(after, one.name))


def _node(place: _At, before: Node, after: Node) -> Iterator[Change]:
    if isinstance(before, Group) and isinstance(after, Group):
        inner = _At(f"{place.old}.{before.kind.value}", f"{place.new}.{after.kind.value}")
        yield from _value(place, before.kind, after.kind)
        yield from _listed(inner, before.members, after.members, _node_key, _node)
    elif isinstance(before, Within) and isinstance(after, Within):
        yield from _value(place.then(".within"), before.candles, after.candles)
        yield from _node(place.then(".of"), before.node, after.node)
    elif isinstance(before, Condition) and isinstance(after, Condition):
        yield from _condition(place, before, after)
    else:
        yield Change(place.new, ChangeKind.CHANGED, before, after)


def _condition(place: _At, before: Condition, after: Condition) -> Iterator[Change]:
    if before.operator.id != after.operator.id or len(before.right) != len(after.right):
        yield Change(place.new, ChangeKind.CHANGED, before, after)
        return
    yield from _use(place.then(".left"), before.left, after.left)
    yield from _parameters(place, before.operator, after.operator)
    for index, (old, new) in enumerate(zip(before.right, after.right, strict=True)):
        where = place.then(".right" if len(after.right) == 1 else f".right[{index}]")
        yield from _operand(where, old, new)


def _operand(place: _At, before: Operand, after: Operand) -> Iterator[Change]:
    if isinstance(before, Use) and isinstance(after, Use):
        yield from _use(place, before, after)
    else:
        yield from _value(place, before, after)


def _use(place: _At, before: Use, after: Use) -> Iterator[Change]:
    if (before.kind, before.id) != (after.kind, after.id):
        yield Change(place.new, ChangeKind.CHANGED, before, after)
        return
    yield from _parameters(place, before, after)
    for name in ("unit", "ago", "times", "plus"):
        yield from _value(place.then(f".{name}"), getattr(before, name), getattr(after, name), after)


def _parameters(place: _At, before: Use, after: Use) -> Iterator[Change]:
    """None where a parameter was not written, and so has its default."""
    old, new = dict(before.parameters), dict(after.parameters)
    for name in dict.fromkeys((*old, *new)):
        where, was, now = place.then(f".{name}"), old.get(name), new.get(name)
        if isinstance(was, Use) and isinstance(now, Use):
            yield from _use(where, was, now)
        elif isinstance(was, Group) and isinstance(now, Group):
            yield from _node(where, was, now)
        elif isinstance(was, tuple) and isinstance(now, tuple) and (*_uses_in(was), *_uses_in(now)):
            yield from _listed(where, _uses_in(was), _uses_in(now), _use_key, _use)
        else:
            yield from _value(where, was, now, after)


def _uses_in(values: tuple[object, ...]) -> tuple[Use, ...]:
    return tuple(one for one in values if isinstance(one, Use))


def _use_key(use: Use) -> Hashable:
    return use.kind, use.id


def _part_key(part: Part) -> Hashable:
    if part.block is not None:
        return part.block.id
    return part.name.ko or tuple(rule.id for rule in part.rules)


def _node_key(node: Node) -> Hashable:
    if isinstance(node, Group):
        return node.kind
    if isinstance(node, Within):
        return "within"
    return node.left.id, node.operator.id


def _listed(
    place: _At,
    before: Sequence[Item],
    after: Sequence[Item],
    key: Callable[[Item], Hashable],
    inside: Callable[[_At, Item, Item], Iterator[Change]],
) -> Iterator[Change]:
    pairs = _pairs(before, after, key)
    for old in sorted(set(range(len(before))) - set(pairs.values())):
        yield Change(f"{place.old}[{old}]", ChangeKind.REMOVED, before[old])
    staying = _longest_rise([pairs[new] for new in sorted(pairs)])
    for new, item in enumerate(after):
        if new not in pairs:
            yield Change(f"{place.new}[{new}]", ChangeKind.ADDED, after=item)
            continue
        if pairs[new] not in staying:
            yield Change(f"{place.new}[{new}]", ChangeKind.MOVED, pairs[new] + 1, new + 1)
        where = _At(f"{place.old}[{pairs[new]}]", f"{place.new}[{new}]")
        yield from inside(where, before[pairs[new]], item)


def _pairs(before: Sequence[Item], after: Sequence[Item], key: Callable[[Item], Hashable]) -> dict[int, int]:
    """From places in ``after`` to those in ``before``: what is equal, then what is of one kind, in their order."""
    found: dict[int, int] = {}

    def same_item(old: Item, new: Item) -> bool:
        return old == new

    def same_key(old: Item, new: Item) -> bool:
        return key(old) == key(new)

    for belong in (same_item, same_key):
        for new, item in enumerate(after):
            free = (old for old in range(len(before)) if old not in found.values() and belong(before[old], item))
            old = next(free, None) if new not in found else None
            if old is not None:
                found[new] = old
    return found


def _longest_rise(places: Sequence[int]) -> frozenset[int]:
    """Those that need not move, as they stand in order; as many as possible."""
    longest: tuple[int, ...] = ()
    runs: list[tuple[int, ...]] = []
    for place in places:
        run: tuple[int, ...] = (place,)
        for earlier in runs:
            if earlier[-1] < place and len(earlier) >= len(run):
                run = (*earlier, place)
        runs.append(run)
        longest = run if len(run) > len(longest) else longest
    return frozenset(longest)
