"""The strategy around its components: JSON → definition, whatever is wrong noted with its place."""

from __future__ import annotations

import re

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    MOST_MANAGEMENT_PARTS,
    NO_LIMITS,
    ComponentKind,
    ConflictPolicy,
    Limits,
    Part,
    Rearm,
    Role,
    Rule,
    StrategyDefinition,
    Use,
)
from upbit_auto_trading.component_system.json_reading import shown, within
from upbit_auto_trading.component_system.use_reader import UNITS, UseReader
from upbit_auto_trading.utils.bilingual_text import Text

LONGEST_NAME = 100
LONGEST_DESCRIPTION = 4_000
LONGEST_RULE_ID = 60
MOST_RULES = 100
MOST_RISK_RULES = 50
MOST_MARKETS = 500
MARKET = re.compile(r"([a-z0-9][a-z0-9_-]{0,29}):([A-Z0-9]{1,10}-[A-Z0-9._]{1,20})")
RULE_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

STRATEGY_FIELDS = (
    "format", "version", "name", "description", "unit", "markets", "policy", "entry", "management", "risk",
)  # fmt: skip
PART_FIELDS = ("name", "rules", "levels")
RULE_FIELDS = ("id", "name", "role", "when", "action", "limits", "strength", "enabled")
LIMIT_FIELDS = ("times_per_position", "times_per_day", "cooldown", "rearm")
POLICIES = {policy.value: policy for policy in ConflictPolicy}
ROLES = {role.value: role for role in Role}
REARMS = {rearm.value: rearm for rearm in Rearm}
NOTHING = Text("", "")


class StrategyReader(UseReader):
    """What it answers counts only where nothing was noted."""

    def strategy(self, fields: dict[str, object]) -> StrategyDefinition | None:
        self.only("", fields, STRATEGY_FIELDS)
        name = self.name("name", fields["name"]) if self.has("", fields, "name") else None
        unit = self.one_of("unit", fields["unit"], UNITS) if self.has("", fields, "unit") else None
        entry = self._part("entry", fields["entry"]) if self.has("", fields, "entry") else None
        policy = self.one_of("policy", fields["policy"], POLICIES) if "policy" in fields else None
        management = self._parts("management", fields.get("management", []))
        markets = self._markets("markets", fields.get("markets", []))
        risk = self._counted("risk", fields.get("risk", []), MOST_RISK_RULES)
        risks = self.uses("risk", risk, ComponentKind.RISK_RULE)
        description = self._description(fields)
        if entry is None:
            return None
        policy = policy or ConflictPolicy.PRIORITY
        unit = unit or CandleUnit.MINUTE
        return StrategyDefinition(name or NOTHING, unit, entry, management, markets, policy, risks, description)

    def name(self, place: str, value: object) -> Text | None:
        """A text, or one in each language; with only one of them, that stands for both."""
        return self._bilingual(place, value, LONGEST_NAME, lines=False)

    def _description(self, fields: dict[str, object]) -> Text:
        if "description" not in fields:
            return NOTHING
        return self._bilingual("description", fields["description"], LONGEST_DESCRIPTION, lines=True) or NOTHING

    def _bilingual(self, place: str, value: object, longest: int, *, lines: bool) -> Text | None:
        written = {"": value} if isinstance(value, str) else self.an_object(place, value)
        if written is None:
            return None
        if "" not in written:
            self.only(place, written, ("ko", "en"))
        read = {
            language: self.a_word(within(place, language) if language else place, one, longest, lines=lines)
            for language, one in written.items()
            if language in ("", "ko", "en")
        }
        words = [word for word in read.values() if word is not None]
        if not all(word.strip() for word in words) or not read:
            self.note(place, "empty", allowed=f"1…{longest}")
            return None
        if len(words) < len(read):
            return None
        return Text(read.get("ko") or words[0], read.get("en") or words[0])

    def _markets(self, place: str, value: object) -> tuple[Market, ...]:
        found: list[Market] = []
        for index, one in enumerate(self._counted(place, value, MOST_MARKETS)):
            where = f"{place}[{index}]"
            text = self.a_text(where, one)
            if text is None:
                continue
            market = MARKET.fullmatch(text)
            if market is None:
                self.note(where, "not-a-market", found=shown(text), allowed="upbit:KRW-BTC")
            elif Market(market[1], market[2]) in found:
                self.note(where, "repeated", found=text)
            else:
                found.append(Market(market[1], market[2]))
        return tuple(found)

    def _counted(self, place: str, value: object, most: int) -> list[object]:
        listed = self.a_list(place, value)
        if len(listed) > most:
            self.note(place, "too-many", found=str(len(listed)), allowed=f"0…{most}")
            return []
        return listed

    def _parts(self, place: str, value: object) -> tuple[Part, ...]:
        listed = self._counted(place, value, MOST_MANAGEMENT_PARTS)
        return self.kept(place, (self._part(f"{place}[{index}]", one) for index, one in enumerate(listed)))

    def _part(self, place: str, value: object) -> Part | None:
        fields = self.an_object(place, value)
        if fields is None:
            return None
        name = self.name(within(place, "name"), fields["name"]) if "name" in fields else None
        if ComponentKind.BLOCK.value in fields:
            block = self.use(place, fields, ComponentKind.BLOCK, ("name",))
            return Part(name or NOTHING, block=block)
        self.only(place, fields, (*PART_FIELDS, ComponentKind.BLOCK.value))
        inner = within(place, "rules")
        listed = self._counted(inner, fields.get("rules", []), MOST_RULES)
        read = [self._rule(f"{inner}[{index}]", one) for index, one in enumerate(listed)]
        levels = self.uses(within(place, "levels"), fields.get("levels", []), ComponentKind.LEVEL)
        return Part(name or NOTHING, self.kept(inner, read), levels)

    def _rule(self, place: str, value: object) -> Rule | None:
        fields = self.an_object(place, value)
        if fields is None:
            return None
        self.only(place, fields, RULE_FIELDS)
        rule_id = self._rule_id(place, fields)
        role = self.one_of(within(place, "role"), fields["role"], ROLES) if self.has(place, fields, "role") else None
        when = self.group(within(place, "when"), fields["when"]) if self.has(place, fields, "when") else None
        action = self._action(place, fields)
        name = self.name(within(place, "name"), fields["name"]) if "name" in fields else None
        limits = self._limits(within(place, "limits"), fields["limits"]) if "limits" in fields else NO_LIMITS
        strength = self.operand(within(place, "strength"), fields["strength"]) if "strength" in fields else None
        enabled = self.a_switch(within(place, "enabled"), fields["enabled"]) if "enabled" in fields else None
        if rule_id is None or role is None or when is None or action is None:
            return None
        strength = 1.0 if strength is None else strength
        return Rule(rule_id, role, when, action, name or NOTHING, limits, strength, enabled is not False)

    def _rule_id(self, place: str, fields: dict[str, object]) -> str | None:
        if not self.has(place, fields, "id"):
            return None
        where = within(place, "id")
        text = self.a_word(where, fields["id"], LONGEST_RULE_ID)
        if text is None or RULE_ID.fullmatch(text):
            return text
        self.note(where, "not-an-id", found=shown(text), allowed="golden-cross")
        return None

    def _action(self, place: str, fields: dict[str, object]) -> Use | None:
        if not self.has(place, fields, "action"):
            return None
        return self.use(within(place, "action"), fields["action"], ComponentKind.ACTION)

    def _limits(self, place: str, value: object) -> Limits:
        fields = self.an_object(place, value)
        if fields is None:
            return NO_LIMITS
        self.only(place, fields, LIMIT_FIELDS)
        rearm = self.one_of(within(place, "rearm"), fields["rearm"], REARMS) if "rearm" in fields else None
        return Limits(
            self._field(place, fields, "times_per_position", self.a_whole),
            self._field(place, fields, "times_per_day", self.a_whole),
            self._field(place, fields, "cooldown", self.a_whole) or 0,
            rearm or Rearm.AT_ONCE,
        )
