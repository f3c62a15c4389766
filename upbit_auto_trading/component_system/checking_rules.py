"""What is wrong with rules, and with how they go together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from upbit_auto_trading.business_logic.domain.strategy_definition import (
    MOST_MANAGEMENT_PARTS,
    ComponentKind,
    Part,
    Role,
    Rule,
    StrategyDefinition,
    Use,
)
from upbit_auto_trading.business_logic.ports.strategy import Buy, LevelKind, LevelPlan
from upbit_auto_trading.component_system.action import ActionComponent
from upbit_auto_trading.component_system.block import BlockComponent, PartKind
from upbit_auto_trading.component_system.checking_conditions import ConditionChecker
from upbit_auto_trading.component_system.checking_uses import span, written
from upbit_auto_trading.component_system.expanding import ENTRY_PREFIX, MANAGEMENT_PREFIX, expanded_part, place_of_part
from upbit_auto_trading.component_system.level import LevelComponent
from upbit_auto_trading.component_system.nearest import nearest
from upbit_auto_trading.component_system.registry import Registry

MOST_TIMES = 10_000
MOST_COOLDOWN = 100_000
#: shares are fractions of binary floats
_ROUNDING = 1e-9


class RuleChecker(ConditionChecker):
    """Of one definition. ``rules`` are those that it found, blocks written out, with where each stands: inside a block,
    that is where the block stands."""

    def __init__(self, definition: StrategyDefinition, registry: Registry) -> None:
        super().__init__(registry, definition.unit)
        self._definition = definition
        self._inside_block = ""
        self.rules: list[tuple[str, Rule]] = []
        #: those in which nothing is wrong
        self.sound: list[tuple[str, Rule]] = []
        #: those whose action can be built
        self._acting: list[tuple[str, Rule]] = []
        self._part_levels: list[LevelPlan] = []
        #: False: one could not be built, and may be the stop that another needs
        self._are_levels_known = True

    def note(
        self, place: str, reason: str, *, found: str = "", allowed: str = "", nearest: str = "", **names: str
    ) -> None:
        """What is wrong inside a block stands where the block is used, once."""
        if self._inside_block:
            names |= {"inside": place.removeprefix(f"{self._inside_block}.")}
            place = self._inside_block
        super().note(place, reason, found=found, allowed=allowed, nearest=nearest, **names)

    def check(self) -> None:
        if len(self._definition.management) > MOST_MANAGEMENT_PARTS:
            self.note(
                "management",
                "too-many-parts",
                found=str(len(self._definition.management)),
                allowed=span(0, MOST_MANAGEMENT_PARTS),
            )
        for index, part in enumerate(self._definition.parts):
            self._part(index, part)
        for index, use in enumerate(self._definition.risk):
            self.use(f"risk[{index}]", use, ComponentKind.RISK_RULE)
        self._together()

    # parts and rules

    def _part(self, index: int, part: Part) -> None:
        place = place_of_part(index)
        if part.block is None:
            self._written_out(place, part, index)
            return
        if not self._block(place, part.block, index):
            return
        prefix = MANAGEMENT_PREFIX.format(number=index) if index else ENTRY_PREFIX
        references = len(self.references)
        self._inside_block = place
        self._written_out(place, expanded_part(part, prefix, self.registry, self._definition), index)
        self._inside_block = ""
        self.references[references:] = [(place, name) for _inside, name in self.references[references:]]

    def _block(self, place: str, block: Use, index: int) -> bool:
        self.is_of_entry = index == 0
        references = len(self.references)
        is_sound = self.use(place, block, ComponentKind.BLOCK)
        del self.references[references:]  # they are looked at where the block puts them
        if not is_sound:
            return False
        declared = self.registry.find(ComponentKind.BLOCK, block.id)
        assert declared is not None
        assert issubclass(declared, BlockComponent)
        wanted = PartKind.MANAGEMENT if index else PartKind.ENTRY
        if declared.part_kind is wanted:
            return True
        fitting = [
            one.declaration.id
            for one in self.registry.of(ComponentKind.BLOCK)
            if issubclass(one, BlockComponent) and one.part_kind is wanted
        ]
        self.note(
            f"{place}.block", "block-in-wrong-part", found=block.id, allowed=", ".join(fitting), part=wanted.value
        )
        return False

    def _written_out(self, place: str, part: Part, index: int) -> None:
        before = len(self.problems)
        self.levels(f"{place}.levels", part.levels)
        if len(self.problems) == before:
            self._part_levels.extend(self._planned(part.levels))
        else:
            self._are_levels_known = False
        if index and not part.rules and not part.levels:
            self.note(place, "part-empty")
        for number, rule in enumerate(part.rules):
            where = f"{place}.rules[{number}]"
            self.rules.append((self._inside_block or where, rule))
            before = len(self.problems)
            self._rule(where, rule, is_entry_part=index == 0)
            if len(self.problems) == before:
                self.sound.append((self._inside_block or where, rule))

    def _rule(self, place: str, rule: Rule, *, is_entry_part: bool) -> None:
        if is_entry_part != (rule.role is Role.ENTRY):
            roles = [one.value for one in Role if (one is Role.ENTRY) == is_entry_part]
            part = "entry" if is_entry_part else "management"
            self.note(f"{place}.role", "role-not-in-part", found=rule.role.value, allowed=", ".join(roles), part=part)
        self.is_of_entry = rule.role is Role.ENTRY
        self.group(f"{place}.when", rule.when)
        if self._action(f"{place}.action", rule):
            self._acting.append((self._inside_block or place, rule))
        else:
            self._are_levels_known = False
        self._limits(f"{place}.limits", rule)
        self._strength(f"{place}.strength", rule)

    def _action(self, place: str, rule: Rule) -> bool:
        """Whether it can be built."""
        if not self.use(place, rule.action, ComponentKind.ACTION):
            return False
        fitting = [one.declaration.id for one in self._actions() if rule.role in one.roles]
        if rule.action.id not in fitting:
            self.note(
                f"{place}.action",
                "action-not-for-role",
                found=rule.action.id,
                allowed=", ".join(fitting),
                nearest=next(iter(fitting), ""),
                role=rule.role.value,
            )
        return True

    def _actions(self) -> Iterator[type[ActionComponent]]:
        for one in self.registry.of(ComponentKind.ACTION):
            if issubclass(one, ActionComponent):
                yield one

    def _limits(self, place: str, rule: Rule) -> None:
        limits = rule.limits
        for name, times in (
            ("times_per_position", limits.times_per_position),
            ("times_per_day", limits.times_per_day),
        ):
            if times is not None:
                self.bounded(f"{place}.{name}", times, 1, MOST_TIMES)
        self.bounded(f"{place}.cooldown", limits.cooldown, 0, MOST_COOLDOWN)

    def _strength(self, place: str, rule: Rule) -> None:
        if isinstance(rule.strength, Use):
            self.candle_variable(place, rule.strength)
        else:
            self.bounded(place, rule.strength, None, None)
        if rule.role is not Role.ENTRY and rule.strength != 1:
            self.note(place, "strength-of-no-entry", found=written(rule.strength), nearest="1")

    # how they go together

    def _together(self) -> None:
        first: dict[str, str] = {}
        for place, rule in self.rules:
            if rule.id in first:
                self.note(f"{place}.id", "rule-id-repeated", found=rule.id, other=first[rule.id])
            first.setdefault(rule.id, place)
        for place, name in self.references:
            if name not in first:
                self.note(place, "unknown-rule", found=name, allowed=", ".join(first), nearest=nearest(name, first))
        is_known = self._definition.entry.block is None or any(place == "entry" for place, _rule in self.rules)
        if is_known and not any(rule.role is Role.ENTRY and rule.is_enabled for _place, rule in self.rules):
            self.note("entry.rules", "no-entry-rule")
        self._guards()

    def _guards(self) -> None:
        """Sizings that divide by a stop, and targets that sell more than there is."""
        buys = [(place, rule, plan) for place, rule, plan in self._buys() if rule.is_enabled]
        of_entries = [level for _place, rule, plan in buys if rule.role is Role.ENTRY for level in plan.levels]
        for place, rule, plan in buys:
            where = place if "." in rule.id else f"{place}.action"
            added = plan.levels if rule.role is Role.ENTRY else (*plan.levels, *of_entries)
            has_stop = any(is_stop(level) for level in (*self._part_levels, *added)) or not self._are_levels_known
            if plan.sizing.needs_stop and not has_stop:
                size = rule.action.get("size")
                self.note(f"{where}.size", "stop-missing", found=written(size), nearest=self._a_stop())
            self._shares(where, (*self._part_levels, *plan.levels))

    def _buys(self) -> Iterator[tuple[str, Rule, Buy]]:
        for place, rule in self._acting:
            component = self.builder.component(rule.action)
            assert isinstance(component, ActionComponent)
            plan = component.plan(self.builder)
            if isinstance(plan, Buy):
                yield place, rule, plan

    def _shares(self, place: str, levels: Iterable[LevelPlan]) -> None:
        total = sum(level.share for level in levels if level.kind is LevelKind.TARGET)
        if total > 1 + _ROUNDING:
            self.note(f"{place}.levels", "targets-over-whole", found=written(round(total * 100, 6)), allowed="100")

    def _planned(self, uses: Iterable[Use]) -> Iterator[LevelPlan]:
        for use in uses:
            component = self.builder.component(use)
            assert isinstance(component, LevelComponent)
            yield component.plan(self.builder)

    def _a_stop(self) -> str:
        ids = [one.declaration.id for one in self.registry.of(ComponentKind.LEVEL)]
        return next((one for one in ids if one.startswith("stop")), "")


def is_stop(level: LevelPlan) -> bool:
    """One that counts from the first fill on."""
    if level.kind is LevelKind.STOP:
        return level.break_even_percent is None
    return level.kind is LevelKind.TRAILING and not level.activation_percent and not level.after_targets
