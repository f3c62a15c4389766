"""Differences between strategies in words: Entry · rule “cross” · EMA · Period: 20 → 30."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.strategy_definition import (
    ComponentKind,
    Condition,
    ConflictPolicy,
    Group,
    GroupKind,
    Part,
    Rearm,
    Role,
    Rule,
    StrategyDefinition,
    Use,
    Within,
)
from upbit_auto_trading.business_logic.domain.strategy_difference import Change, ChangeKind
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.naming import component_name, name_of
from upbit_auto_trading.component_system.registry import Registry
from upbit_auto_trading.component_system.strategy_layout import written_number
from upbit_auto_trading.utils.bilingual_text import Text

_NOTHING = Text("", "")
_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")
_SENTENCES = {
    ChangeKind.ADDED: Text("{where}: ‘{after}’ 추가", "{where}: added “{after}”"),
    ChangeKind.REMOVED: Text("{where}: ‘{before}’ 삭제", "{where}: removed “{before}”"),
    ChangeKind.CHANGED: Text("{where}: {before} → {after}", "{where}: {before} → {after}"),
    ChangeKind.MOVED: Text(
        "{where}: {before}번째에서 {after}번째로 옮김", "{where}: moved from place {before} to place {after}"
    ),
}
#: words of the format, as people say them; numbers of lists count from 1
_STEPS = {
    "name": Text("이름", "Name"),
    "description": Text("설명", "Description"),
    "unit": Text("캔들 단위", "Candle unit"),
    "markets": Text("종목 {number}", "Market {number}"),
    "policy": Text("충돌 정책", "Conflict policy"),
    "entry": Text("진입", "Entry"),
    "management": Text("관리 {number}", "Management {number}"),
    "risk": Text("위험 규칙 {number}", "Risk rule {number}"),
    "levels": Text("손절·목표 {number}", "Level {number}"),
    "block": Text("블록", "Block"),
    "when": Text("조건", "Conditions"),
    "all": Text("{number}번째 조건", "condition {number}"),
    "any": Text("{number}번째 조건", "condition {number}"),
    "none": Text("{number}번째 조건", "condition {number}"),
    "within": Text("최근 캔들 수", "within candles"),
    "of": Text("안쪽 조건", "inner condition"),
    "left": Text("왼쪽", "left side"),
    "right": Text("오른쪽", "right side"),
    "action": Text("동작", "Action"),
    "role": Text("역할", "Role"),
    "limits": Text("횟수 제한", "Limits"),
    "times_per_position": Text("포지션마다 최대 횟수", "times per position"),
    "times_per_day": Text("하루 최대 횟수", "times per day"),
    "cooldown": Text("쉬는 캔들", "cooldown"),
    "rearm": Text("다시 움직일 때", "re-arming"),
    "strength": Text("우선순위 값", "Strength"),
    "enabled": Text("켜짐", "Enabled"),
    "ago": Text("몇 캔들 전", "candles ago"),
    "times": Text("곱하기", "times"),
    "plus": Text("더하기", "plus"),
}
_RULE = Text("규칙 ‘{rule}’", "rule “{rule}”")
_PASSED_OVER = ("when", "all", "any", "none")
_WORDS: dict[Enum, Text] = {
    Role.ENTRY: Text("진입", "entry"),
    Role.SCALE_IN: Text("추가 매수", "scale-in"),
    Role.EXIT: Text("청산", "exit"),
    Role.PARTIAL_EXIT: Text("부분 청산", "partial exit"),
    Role.PROTECT: Text("보호", "protect"),
    Role.MANAGE: Text("관리", "manage"),
    GroupKind.ALL: Text("모두", "all of"),
    GroupKind.ANY: Text("하나라도", "any of"),
    GroupKind.NONE: Text("하나도 아님", "none of"),
    ConflictPolicy.PRIORITY: Text("우선순위", "priority"),
    ConflictPolicy.CONSERVATIVE: Text("보수적", "conservative"),
    ConflictPolicy.MERGE: Text("합치기", "merge"),
    Rearm.AT_ONCE: Text("바로", "at once"),
    Rearm.AFTER_FALSE: Text("조건이 풀린 뒤", "after its conditions were false"),
}
_ON, _OFF = Text("켜짐", "on"), Text("꺼짐", "off")
_DEFAULT = Text("기본값", "default")
_NONE = Text("없음", "none")
_COUNT = Text("조건 {count}개의 묶음", "a group of {count} condition(s)")
_WITHIN = Text("최근 {candles}캔들 안에 {node}", "{node} within {candles} candle(s)")
_RULES = Text("규칙 {count}개", "{count} rule(s)")


class DifferenceWords:
    """For two strategies of one comparison, read with ``registry``."""

    def __init__(self, before: StrategyDefinition, after: StrategyDefinition, registry: Registry) -> None:
        self._before = before
        self._after = after
        self._registry = registry
        self._builder = Builder(registry, after.unit)

    def sentence(self, change: Change) -> Text:
        if change.kind is ChangeKind.MOVED:
            return _SENTENCES[change.kind].format(where=self.place(change), before=change.before, after=change.after)
        is_parameter = change.owner is not None
        before, after = (self.value(one, is_parameter=is_parameter) for one in (change.before, change.after))
        return _SENTENCES[change.kind].format(where=self.place(change), before=before, after=after)

    def place(self, change: Change) -> Text:
        steps = [one for one in self._steps(change) if one != _NOTHING]
        found = Text(" · ".join(one.ko for one in steps), " · ".join(one.en for one in steps))
        return Text(found.ko, found.en[:1].upper() + found.en[1:])

    def _steps(self, change: Change) -> Iterator[Text]:
        definition = self._before if change.kind is ChangeKind.REMOVED else self._after
        path = change.place.split(".")
        own = path.pop() if change.owner is not None else None
        part: Part | None = None
        for index, step in enumerate(path):
            found = _STEP.fullmatch(step)
            name, number = (step, None) if found is None or found[2] is None else (found[1], int(found[2]))
            if name in ("entry", "management"):
                part = definition.entry if number is None else definition.management[number]
            if name == "rules" and number is not None and part is not None:
                yield _RULE.format(rule=self.value(part.rules[number]))
            elif number is not None or index == len(path) - 1 or name not in _PASSED_OVER:
                yield _STEPS.get(name, _NOTHING).format(number=(number or 0) + 1)
        if own is not None and change.owner is not None:
            yield from self._parameter(change.owner, own)

    def _parameter(self, owner: Use, name: str) -> Iterator[Text]:
        component = self._registry.find(owner.kind, owner.id)
        declared = () if component is None else component.declaration.parameters
        title = Text(owner.id, owner.id) if component is None else component.declaration.title
        yield title
        yield next((one.label for one in declared if one.name == name), _STEPS.get(name, Text(name, name)))

    def value(self, value: object, *, is_parameter: bool = False) -> Text:
        if value is None:
            return _DEFAULT if is_parameter else _NONE
        if isinstance(value, Text):
            return value
        if isinstance(value, bool):
            return _ON if value else _OFF
        if isinstance(value, CandleUnit):
            return _same(value.value)
        if isinstance(value, Enum):
            return _WORDS[value]
        if isinstance(value, int | float):
            return _same(written_number(value))
        if isinstance(value, tuple):
            return _joined([self.value(one) for one in value], ", ")
        return self._thing(value)

    def _thing(self, value: object) -> Text:
        if isinstance(value, Use):
            return self._use(value)
        if isinstance(value, Condition):
            return self._condition(value)
        if isinstance(value, Within):
            return _WITHIN.format(candles=value.candles, node=self.value(value.node))
        if isinstance(value, Group):
            return _COUNT.format(count=len(value.members))
        if isinstance(value, Rule):
            return value.name if value.name != _NOTHING else _same(value.id)
        if isinstance(value, Part):
            return self._part(value)
        return _same(str(value))

    def _part(self, part: Part) -> Text:
        if part.name != _NOTHING:
            return part.name
        return self._use(part.block) if part.block is not None else _RULES.format(count=len(part.rules))

    def _condition(self, condition: Condition) -> Text:
        sides = [self.value(one) for one in condition.right]
        return _joined([self._use(condition.left), self._use(condition.operator), _joined(sides, ", ")], " ")

    def _use(self, use: Use) -> Text:
        component = self._registry.find(use.kind, use.id)
        if component is None:
            return _same(use.id)
        if use.kind is ComponentKind.OPERATOR:
            return component.declaration.title
        if use.kind is ComponentKind.VARIABLE:
            return name_of(self._builder.variable(use))
        return component_name(self._builder.component(use))


def _same(word: str) -> Text:
    return Text(word, word)


def _joined(words: list[Text], between: str) -> Text:
    return Text(between.join(one.ko for one in words).strip(), between.join(one.en for one in words).strip())
