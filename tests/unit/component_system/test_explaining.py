"""Explanations: values as they were, in words that a trader reads."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest

from tests.fakes.toy_strategies import (
    all_of,
    any_of,
    entry,
    exit_rule,
    frame,
    none_of,
    strategy,
    toys,
    var,
    view_of,
    when,
)
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.domain.explanation import (
    Obstacle,
    Outcome,
    Prevented,
    RuleExplanation,
    SeenCondition,
    SeenGroup,
    SeenValue,
    SeenWithin,
    ValueFormat,
)
from upbit_auto_trading.business_logic.domain.strategy_definition import Group, GroupKind, Node, Use, Within
from upbit_auto_trading.business_logic.engine.frame import Frame
from upbit_auto_trading.component_system.building import Builder
from upbit_auto_trading.component_system.compiler import compile_explained, compile_group
from upbit_auto_trading.component_system.explaining import explain_rule, explain_test
from upbit_auto_trading.component_system.explanation_text import (
    condition_text,
    node_lines,
    prevented_text,
    text_of,
    value_text,
)
from upbit_auto_trading.component_system.group_words import GROUP_HELP, GROUP_TITLES
from upbit_auto_trading.component_system.naming import name_of
from upbit_auto_trading.utils.bilingual_text import Text

NAN = math.nan
EMA_20, EMA_60 = var("ema", period=2), var("line", of="high")


def seen(node: Node, columns: Frame, row: int = -1, **state: object) -> SeenGroup:
    group = node if isinstance(node, Group) else all_of(node)
    at = row if row >= 0 else len(columns) + row
    found = explain_test(compile_group(group, toys(), CandleUnit.MINUTE), view_of(columns, at, **state))
    assert isinstance(found, SeenGroup)
    return found


def said(node: Node, columns: Frame, row: int = -1, **state: object) -> Text:
    """Of a condition that stands alone."""
    (member,) = seen(node, columns, row, **state).members
    assert isinstance(member, SeenCondition)
    return condition_text(member)


def test_both_sides_are_told_with_their_values() -> None:
    columns = frame([152_000, 152_620], high=[0, 151_900])

    text = said(when(EMA_20, ">", EMA_60), columns)

    assert text.en == "EMA(2) 152,310 > Line(high) 151,900 ✓"
    assert text.ko == "EMA(2) 152,310 > 선(high) 151,900 ✓"


def test_a_cross_tells_where_both_lines_came_from() -> None:
    columns = frame([150_000, 152_000], high=[151_000, 151_000])

    text = said(when("close", "crosses-above", EMA_60), columns)

    assert text.en == "Close 150,000 → 152,000 crosses above Line(high) 151,000 → 151,000 ✓"
    assert text.ko == "종가 150,000 → 152,000이 선(high) 151,000 → 151,000을 위로 교차 ✓"


def test_rising_tells_from_where_and_for_how_long() -> None:
    text = said(when("close", "rising", candles=2), frame([5, 1001, 1002, 1003]))

    assert text.en == "Close 1,001 → 1,003 rising for 2 candle(s) ✓"
    assert text.ko == "종가 1,001 → 1,003이 2캔들째 오름 ✓"


def test_between_stands_between_its_bounds() -> None:
    columns = frame([1.0], volume=[61.234])

    assert said(when("rsi", "between", 50.0, 70.0), columns).en == "50 ≤ RSI(14) 61.2 ≤ 70 ✓"
    assert said(when("rsi", "outside", 50.0, 70.0), columns).en == "RSI(14) 61.2 outside 50–70 ✗"


def test_what_was_not_there_yet_is_called_so() -> None:
    text = said(when(EMA_20, ">", EMA_60), frame([1.0, 2.0]), row=0)

    assert text.en == "EMA(2) no value > Line(high) 1 ?"
    assert text.ko == "EMA(2) 값 없음 > 선(high) 1 ?"


@pytest.mark.parametrize(
    ("node", "close", "outcome"),
    [
        (when("close", "rising", candles=3), [1, 2, 3], Outcome.UNKNOWN),
        (when("close", "rising", candles=3), [1, NAN, 3, 4], Outcome.UNKNOWN),
        (when("close", "rising", candles=3), [1, 5, 3, 4], Outcome.NOT_HELD),
        (when("close", "crosses-above", 2.0), [3], Outcome.UNKNOWN),
        (when("close", "crosses-above", 2.0), [3, 3], Outcome.NOT_HELD),
        (when("close", "crosses-above", 2.0), [1, 3], Outcome.HELD),
        (when("close", ">", 2.0), [NAN], Outcome.UNKNOWN),
    ],
)
def test_unknown_is_told_from_not_held(node: Node, close: list[float], outcome: Outcome) -> None:
    assert seen(node, frame(close)).members[0].outcome is outcome


HELD, NOT, UNKNOWN = when("close", ">", 0.0), when("close", "<", 0.0), when(var("ema", period=99), ">", 0.0)


@pytest.mark.parametrize(
    ("group", "outcome"),
    [
        (all_of(HELD, HELD), Outcome.HELD),
        (all_of(HELD, UNKNOWN), Outcome.UNKNOWN),
        (all_of(NOT, UNKNOWN), Outcome.NOT_HELD),
        (any_of(HELD, UNKNOWN), Outcome.HELD),
        (any_of(NOT, UNKNOWN), Outcome.UNKNOWN),
        (any_of(NOT, NOT), Outcome.NOT_HELD),
        (none_of(NOT, UNKNOWN), Outcome.HELD),
        (none_of(HELD, UNKNOWN), Outcome.NOT_HELD),
    ],
)
def test_a_group_held_as_its_members_did(group: Group, outcome: Outcome) -> None:
    assert seen(group, frame([5.0])).outcome is outcome


def test_within_tells_when_it_held_last_and_what_was_so_then() -> None:
    columns = frame([7.0, 9.0, 1.0, 2.0])
    (member,) = seen(Within(3, when("close", ">", 5.0)), columns).members

    assert isinstance(member, SeenWithin)
    assert (member.outcome, member.ago) == (Outcome.HELD, 2)
    lines = list(node_lines(member))
    assert [line.en for line in lines] == ["within the last 3 candle(s), 2 ago ✓", "  Close 9 > 5 ✓"]
    assert lines[0].ko == "최근 3캔들 안에(2캔들 전) ✓"


def test_within_that_held_on_no_candle_tells_of_this_one() -> None:
    (member,) = seen(Within(2, when("close", ">", 5.0)), frame([9.0, 1.0, 2.0])).members

    assert isinstance(member, SeenWithin)
    assert (member.outcome, member.ago) == (Outcome.NOT_HELD, None)
    assert [line.en for line in node_lines(member)] == ["within the last 2 candle(s) ✗", "  Close 2 > 5 ✗"]


def test_within_early_looks_at_the_candles_there_are() -> None:
    (member,) = seen(Within(9, when("close", ">", 5.0)), frame([9.0, 1.0]), row=1).members

    assert isinstance(member, SeenWithin)
    assert member.ago == 1


def test_a_rule_is_told_as_a_tree_and_with_what_prevented_it() -> None:
    group = all_of(when("position-profit", ">=", 5.0), any_of(when("rsi", ">", 70.0), none_of(when("rsi", "<", 90.0))))
    made = compile_explained(strategy(entry(), exit_rule("take", group, name=Text("익절", "Take"))), toys())
    view = view_of(frame([105.0], volume=[80.0]), 0, average=100.0)

    explanation = explain_rule(made.rules["take"], view, Prevented(Obstacle.COOLDOWN, value=2, limit=5))
    text = text_of(explanation)

    assert explanation.held
    assert explanation.at == 60
    assert text.en.splitlines() == [
        "Rule “Take”: its conditions held.",
        "  all of ✓",
        "    Profit 5% ≥ 5% ✓",
        "    any of ✓",
        "      RSI(14) 80 > 70 ✓",
        "      none of ✗",
        "        RSI(14) 80 < 90 ✓",
        "It did not act: it rests for 5 candle(s), of which 2 are left.",
    ]
    assert text.ko.splitlines()[0] == "규칙 ‘익절’: 조건이 맞았어요."
    assert text.ko.splitlines()[-1] == "쉬는 중이라 움직이지 않았어요(5캔들 가운데 2캔들 남음)."


def test_a_rule_without_a_name_is_called_by_its_id() -> None:
    for close, head in (
        ([5.0], "Rule “in”: its conditions held."),
        ([-1.0], "Rule “in”: its conditions did not hold."),
        ([NAN], "Rule “in”: a value was not there yet."),
    ):
        made = compile_explained(strategy(entry()), toys())
        explanation = explain_rule(made.rules["in"], view_of(frame(close), 0))

        assert text_of(explanation).en.splitlines()[0] == head


def test_an_explanation_is_of_one_candle() -> None:
    test = compile_group(all_of(HELD), toys(), CandleUnit.MINUTE)

    with pytest.raises(InvariantBroken):
        explain_test(test, view_of(frame([1.0, 2.0]), slice(0, 2)))


def test_what_unknown_values_do_in_a_group_is_told() -> None:
    assert GROUP_TITLES.keys() == GROUP_HELP.keys() == set(GroupKind)
    assert all("not there yet" in text.en and "값이 아직 없는" in text.ko for text in GROUP_HELP.values())
    nothing_known = frame([NAN])
    for kind, holds in ((GroupKind.ALL, False), (GroupKind.ANY, False), (GroupKind.NONE, True)):
        assert (seen(Group(kind, (HELD, NOT)), nothing_known).outcome is Outcome.HELD) is holds


@pytest.mark.parametrize("obstacle", list(Obstacle))
def test_each_obstacle_has_its_words(obstacle: Obstacle) -> None:
    text = prevented_text(Prevented(obstacle, "max-positions", 4999, 5000))

    assert re.search(r"요(\([^)]+\))?\.$", text.ko)
    assert text.en.endswith(".")
    for words in (text.ko, text.en):
        assert "{" not in words
        assert "0000" not in words


def test_obstacles_differ_in_words() -> None:
    assert len({prevented_text(Prevented(one, "x", 1, 2)).en for one in Obstacle}) == len(Obstacle)


def test_a_brake_is_told_with_its_value_and_its_limit() -> None:
    brake = prevented_text(Prevented(Obstacle.BRAKE, "max-positions", 5, 5))
    assert brake.en == "The risk rule “max-positions” prevented it: 5, with a limit of 5."
    assert prevented_text(Prevented(Obstacle.BRAKE, "trading-hours")).ko == "위험 규칙 ‘trading-hours’가 막았어요."
    minimum = prevented_text(Prevented(Obstacle.BELOW_MINIMUM, value=4321.5, limit=5000))
    assert minimum.en == "It was not sent: 4,322 is below the smallest order, 5,000."


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (152_310_000.4, "152,310,000"),
        (1234.56, "1,235"),
        (999.94, "999.9"),
        (45.678, "45.68"),
        (1.5, "1.5"),
        (0.1234567, "0.1235"),
        (0.00001234, "0.00001234"),
        (-0.00000001, "-0.00000001"),
        (1e300, None),
        (0.0, "0"),
        (-0.0, "0"),
        (1e-30, "0"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (NAN, "no value"),
    ],
)
def test_prices_are_written_out_by_their_size(value: float, expected: str | None) -> None:
    text = value_text(SeenValue(value, format=ValueFormat.PRICE), value).en

    assert "e" not in text.replace("value", "")
    assert expected is None or text == expected


def test_minutes_are_a_time_and_weekdays_have_names() -> None:
    columns = frame([1.0], volume=[545.0])
    assert said(when("time-of-day", ">=", 540.0), columns).en == "Time of day 09:05 ≥ 09:00 ✓"
    friday = said(when("weekday", "<", 6.0), frame([1.0], volume=[5.0]))
    assert (friday.ko, friday.en) == ("요일 금요일 < 토요일 ✓", "Weekday Friday < Saturday ✓")
    odd = said(when("weekday", "<", 6.5), frame([1.0], volume=[5.5]))
    assert odd.en == "Weekday 5.5 < 6.5 ✓", "what is no day is a number"


def test_values_that_differ_look_different() -> None:
    columns = frame([152_310.1], high=[152_310.4])
    assert said(when("close", "<", EMA_60), columns).en == "Close 152,310.1 < Line(high) 152,310.4 ✓"
    near = frame([0.1 + 0.2], high=[0.3])
    assert said(when("close", ">", EMA_60), near).en == "Close 0.3 > Line(high) 0.3 ✓", "rounding is not shown"
    assert said(when("rsi", "<", 50.0), frame([1.0], volume=[49.99])).en == "RSI(14) 49.99 < 50 ✓"


@pytest.mark.parametrize(
    ("use", "ko", "en"),
    [
        (var("close"), "종가", "Close"),
        (var("ema", period=20), "EMA(20)", "EMA(20)"),
        (var("ema", period=20, source=var("volume")), "EMA(20, 거래량)", "EMA(20, Volume)"),
        (var("ema", source=var("line", of="close")), "EMA(20, 선)", "EMA(20, Line)"),
        (var("line", of="high"), "선(high)", "Line(high)"),
        (var("position-times-fired", rule=("a", "b")), "움직인 수(a, b)", "Times fired(a, b)"),
        (replace(var("close"), unit=CandleUnit.HOUR), "종가 60m", "Close on 60m"),
        (replace(var("close"), ago=3), "3캔들 전 종가", "Close 3 candle(s) ago"),
        (replace(var("volume"), times=1.5), "1.5 × 거래량", "1.5 × Volume"),
        (replace(var("close"), plus=-2.0), "종가 − 2", "Close − 2"),
        (replace(var("position-profit"), times=2.0, plus=1.0), "2 × 수익 + 1", "2 × Profit + 1"),
        (var("everything", must=var("close"), span="4h"), "모두(4h, 종가)", "Everything(4h, Close)"),
    ],
)
def test_a_variable_is_called_by_what_was_chosen(use: Use, ko: str, en: str) -> None:
    assert name_of(Builder(toys(), CandleUnit.MINUTE).variable(use)) == Text(ko, en)


def test_a_variable_of_nobody_is_called_by_its_key() -> None:
    class Foreign:
        key = "foreign(3)"

    assert name_of(Foreign()) == Text("foreign(3)", "foreign(3)")  # type: ignore[arg-type]


def test_an_explanation_holds_values_alone() -> None:
    """So that it can be stored, and told when somebody asks."""
    made = compile_explained(strategy(entry(group=all_of(when("rsi", "<", 20.0)))), toys())

    explanation = explain_rule(made.rules["in"], view_of(frame([1.0], volume=[15.0]), 0))

    assert explanation == RuleExplanation(
        "in",
        Text("", ""),
        60,
        SeenGroup(
            all_of().kind,
            (
                SeenCondition(
                    Text("{left} < {right}", "{left} < {right}"),
                    SeenValue(15.0, Text("RSI(14)", "RSI(14)"), decimals=1),
                    (SeenValue(20.0, decimals=1),),
                    Outcome.HELD,
                ),
            ),
            Outcome.HELD,
        ),
    )
