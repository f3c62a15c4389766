"""Explanations in words: EMA(20) 152,310 > EMA(60) 151,900 ✓."""

from __future__ import annotations

import math
from collections.abc import Iterator

from upbit_auto_trading.business_logic.domain.explanation import (
    Obstacle,
    Outcome,
    Prevented,
    RuleExplanation,
    SeenCondition,
    SeenNode,
    SeenValue,
    SeenWithin,
    ValueFormat,
)
from upbit_auto_trading.component_system.group_words import GROUP_TITLES
from upbit_auto_trading.utils.bilingual_text import Text

_MARKS = {Outcome.HELD: "✓", Outcome.NOT_HELD: "✗", Outcome.UNKNOWN: "?"}
_UNKNOWN = Text("값 없음", "no value")
_BEFORE = Text("{before} → {now}", "{before} → {now}")
_HEADS = {
    Outcome.HELD: Text("규칙 ‘{rule}’: 조건이 맞았어요.", "Rule “{rule}”: its conditions held."),
    Outcome.NOT_HELD: Text("규칙 ‘{rule}’: 조건이 맞지 않았어요.", "Rule “{rule}”: its conditions did not hold."),
    Outcome.UNKNOWN: Text(
        "규칙 ‘{rule}’: 아직 값이 없어서 알 수 없었어요.", "Rule “{rule}”: a value was not there yet."
    ),
}
_WITHIN = Text("최근 {candles}캔들 안에", "within the last {candles} candle(s)")
_WITHIN_AGO = Text("최근 {candles}캔들 안에({ago}캔들 전)", "within the last {candles} candle(s), {ago} ago")
_WEEKDAYS = (
    Text("월요일", "Monday"), Text("화요일", "Tuesday"), Text("수요일", "Wednesday"), Text("목요일", "Thursday"),
    Text("금요일", "Friday"), Text("토요일", "Saturday"), Text("일요일", "Sunday"),
)  # fmt: skip
_OBSTACLES: dict[Obstacle, Text] = {
    Obstacle.SWITCHED_OFF: Text(
        "다른 규칙이 이 규칙을 꺼 두어서 움직이지 않았어요.", "It did not act: another rule had switched it off."
    ),
    Obstacle.COOLDOWN: Text(
        "쉬는 중이라 움직이지 않았어요({limit}캔들 가운데 {value}캔들 남음).",
        "It did not act: it rests for {limit} candle(s), of which {value} are left.",
    ),
    Obstacle.TIMES_PER_POSITION: Text(
        "이 포지션에서 이미 {value}번 움직여서 더 움직이지 않았어요(한도 {limit}번).",
        "It did not act: it has acted {value} of {limit} time(s) in this position.",
    ),
    Obstacle.TIMES_PER_DAY: Text(
        "오늘 이미 {value}번 움직여서 더 움직이지 않았어요(한도 {limit}번).",
        "It did not act: it has acted {value} of {limit} time(s) today.",
    ),
    Obstacle.NOT_REARMED: Text(
        "움직인 뒤로 조건이 한 번도 풀리지 않아서 다시 움직이지 않았어요.",
        "It did not act: its conditions have held ever since it acted.",
    ),
    Obstacle.ORDER_UNDER_WAY: Text(
        "이미 나간 주문이 있어서 움직이지 않았어요.", "It did not act: an order is under way."
    ),
    Obstacle.OTHER_RULE: Text(
        "같은 캔들에서 규칙 ‘{by}’{이/가} 먼저였어요.", "It did not act: on this candle the rule “{by}” came first."
    ),
    Obstacle.OTHER_PART: Text(
        "같은 캔들에서 ‘{by}’ 부분이 먼저였어요.", "It did not act: on this candle the part “{by}” came first."
    ),
    Obstacle.BRAKE: Text(
        "위험 규칙 ‘{by}’{이/가} 막았어요(값 {value}, 한도 {limit}).",
        "The risk rule “{by}” prevented it: {value}, with a limit of {limit}.",
    ),
    Obstacle.BELOW_MINIMUM: Text(
        "주문 금액 {value}{이/가} 최소 주문 금액 {limit}보다 작아서 보내지 않았어요.",
        "It was not sent: {value} is below the smallest order, {limit}.",
    ),
    Obstacle.NO_FREE_CASH: Text(
        "쓸 수 있는 돈이 모자라요(필요 {value}, 있음 {limit}).",
        "There is too little free cash: it wanted {value}, and {limit} was free.",
    ),
    Obstacle.NO_SIZE: Text("살 크기를 정할 수 없었어요.", "Its size came to nothing."),
    Obstacle.NOTHING_TO_SELL: Text("팔 것이 없어요.", "There is nothing to sell."),
}
_BRAKE_WITHOUT_VALUE = Text("위험 규칙 ‘{by}’{이/가} 막았어요.", "The risk rule “{by}” prevented it.")
_BLANKS = "  "
#: figures after the point that may be added so that values that differ look different
_MOST_ADDED = 8


def text_of(explanation: RuleExplanation) -> Text:
    """A line for the rule, one for each condition, one for what prevented it."""
    rule = explanation.rule_name
    name = rule if rule != Text("", "") else Text(explanation.rule_id, explanation.rule_id)
    lines = [_HEADS[explanation.when.outcome].format(rule=name), *node_lines(explanation.when, 1)]
    if explanation.prevented is not None:
        lines.append(prevented_text(explanation.prevented))
    return Text("\n".join(line.ko for line in lines), "\n".join(line.en for line in lines))


def node_lines(node: SeenNode, depth: int = 0) -> Iterator[Text]:
    if isinstance(node, SeenCondition):
        yield _line(condition_text(node), depth)
        return
    if isinstance(node, SeenWithin):
        template = _WITHIN if node.ago is None else _WITHIN_AGO
        yield _line(_marked(template.format(candles=node.candles, ago=node.ago), node.outcome), depth)
        yield from node_lines(node.member, depth + 1)
        return
    yield _line(_marked(GROUP_TITLES[node.kind], node.outcome), depth)
    for member in node.members:
        yield from node_lines(member, depth + 1)


def condition_text(condition: SeenCondition) -> Text:
    sides = (condition.left, *condition.right)
    added = next((one for one in range(_MOST_ADDED) if _are_told_apart(sides, one)), _MOST_ADDED)
    left, *right = (_side(one, added) for one in sides)
    named = dict(zip(("low", "high") if len(right) == 2 else ("right",), right, strict=False))
    return _marked(condition.phrase.format(left=left, **named), condition.outcome)


def prevented_text(prevented: Prevented) -> Text:
    template = _OBSTACLES[prevented.obstacle]
    if prevented.obstacle is Obstacle.BRAKE and math.isnan(prevented.value):
        template = _BRAKE_WITHOUT_VALUE
    return template.format(by=prevented.by, value=_number(prevented.value), limit=_number(prevented.limit))


def _line(text: Text, depth: int) -> Text:
    return Text(_BLANKS * depth + text.ko, _BLANKS * depth + text.en)


def _marked(text: Text, outcome: Outcome) -> Text:
    mark = _MARKS[outcome]
    return Text(f"{text.ko} {mark}", f"{text.en} {mark}")


def _side(side: SeenValue, added: int) -> Text:
    value = value_text(side, side.value, added)
    if side.before is not None and side.name != Text("", ""):
        value = _BEFORE.format(before=value_text(side, side.before, added), now=value)
    return Text(f"{side.name.ko} {value.ko}".strip(), f"{side.name.en} {value.en}".strip())


def _are_told_apart(sides: tuple[SeenValue, ...], added: int) -> bool:
    shown = {(one.value, value_text(one, one.value, added).en) for one in sides if math.isfinite(one.value)}
    return len({value for value, _text in shown}) == len({text for _value, text in shown})


def value_text(side: SeenValue, value: float, added: int = 0) -> Text:
    """As its comparison group is shown; never in powers of ten."""
    if math.isnan(value):
        return _UNKNOWN
    if math.isinf(value):
        return Text("∞" if value > 0 else "−∞", "∞" if value > 0 else "−∞")
    if side.format is ValueFormat.WEEKDAY and value in range(1, 8):
        return _WEEKDAYS[int(value) - 1]
    if side.format is ValueFormat.TIME_OF_DAY and 0 <= value < 1440 and value == int(value):
        clock = f"{int(value) // 60:02d}:{int(value) % 60:02d}"
        return Text(clock, clock)
    decimals = _price_decimals(value) if side.format is ValueFormat.PRICE else side.decimals
    figures = _figures(value, decimals + added)
    return Text(figures + side.unit.ko, figures + side.unit.en)


def _price_decimals(value: float) -> int:
    """Four figures at least, no more after the point than they need."""
    return 0 if value == 0 else min(12, max(0, 3 - math.floor(math.log10(abs(value)))))


def _number(value: float) -> Text:
    return value_text(SeenValue(value, format=ValueFormat.PRICE), value)


def _figures(value: float, decimals: int) -> str:
    written = f"{value:,.{decimals}f}"
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if written == "-0" else written
