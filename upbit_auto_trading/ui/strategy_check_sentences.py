"""What the check of a strategy found, in sentences: for the command, the window, and before saving."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Final

from upbit_auto_trading.business_logic.domain.candle_series import moment_of
from upbit_auto_trading.business_logic.use_cases.check_strategy import StrategyCheck
from upbit_auto_trading.business_logic.use_cases.checked_columns import Checked
from upbit_auto_trading.business_logic.use_cases.look_ahead import LookAhead
from upbit_auto_trading.business_logic.use_cases.warm_up import WarmUp
from upbit_auto_trading.ui.design.formats import in_kst
from upbit_auto_trading.utils.bilingual_text import Text

_MOST_NAMED: Final = 10
_LOOKS_AHEAD: Final = Text(
    "미래 참조: {what} {name}{이/가} {market} {at} 캔들에서, {cut}부터를 자르면 {with_future} 대신 "
    "{without_future}{이에요/예요}.",
    "Look-ahead: {what} {name} of {market} at the candle of {at} is {without_future} instead of {with_future} once "
    "{cut} and later is cut off.",
)
_DECIDES_AHEAD: Final = Text(
    "미래 참조: {market} {at} 캔들에서 {name}의 주문이, {cut}부터를 자르면 달라져요.",
    "Look-ahead: an order of {name} at the candle of {at} of {market} changes once {cut} and later is cut off.",
)
_WARMS_UP: Final = Text(
    "예열: {what} {name}{은/는} 캔들 {window}개면 된다지만, {began}부터 시작하면 {market} {at} 캔들에서 {whole} 대신 "
    "{later}{이에요/예요}.",
    "Warm-up: {what} {name} says {window} candles are enough, but begun at {began} it is {later} instead of {whole} at "
    "the candle of {at} of {market}.",
)
_WHAT: Final = {
    Checked.VARIABLE: Text("변수", "the variable"),
    Checked.CONDITION: Text("조건", "the condition"),
    Checked.DECISION: Text("결정", "the decision"),
}
_UNKNOWN: Final = Text("값 없음", "unknown")
_CLEAN: Final = Text(
    "미래 참조도 모자란 예열도 찾지 못했어요.", "No look-ahead and no warm-up that is too short was found."
)
_EXTENT_EVERY: Final = Text(
    "캔들 {candles}개, 변수와 조건 {columns}개: 모든 캔들에서 미래를 잘라 보고 {runs}번 다시 돌렸어요.",
    "{candles} candles, {columns} variables and conditions: the future was cut off at every candle, and in {runs} "
    "runs.",
)
_EXTENT: Final = Text(
    "캔들 {candles}개, 변수와 조건 {columns}개: 미래를 {cuts}번 잘라 보고, {screened}곳을 더 살피고, {runs}번 다시 "
    "돌렸어요.",
    "{candles} candles, {columns} variables and conditions: the future was cut off {cuts} times and in {runs} runs; "
    "{screened} places more were looked at.",
)
_UNCHECKED: Final = Text(
    "캔들이 예열보다 적어 예열을 확인하지 못했어요: {names}.",
    "The warm-up of these was not checked, as there are fewer candles: {names}.",
)
_MORE: Final = Text("… 외 {count}개", "… and {count} more")


def check_sentences(found: StrategyCheck) -> Iterator[Text]:
    """What is wrong, or that nothing is, and how much was looked at."""
    wrong = [*map(look_ahead_sentence, found.look_ahead), *map(warm_up_sentence, found.warm_up)]
    yield from wrong[:_MOST_NAMED]
    if len(wrong) > _MOST_NAMED:
        yield _MORE.format(count=len(wrong) - _MOST_NAMED)
    if found.is_clean:
        yield _CLEAN
    extent = _EXTENT_EVERY if found.is_every_candle else _EXTENT
    yield extent.format(
        candles=f"{found.candles:,}",
        columns=found.columns,
        cuts=f"{found.cuts:,}",
        screened=f"{found.screened:,}",
        runs=found.runs,
    )
    if found.unchecked:
        yield _UNCHECKED.format(names=", ".join(found.unchecked))


def look_ahead_sentence(one: LookAhead) -> Text:
    template = _DECIDES_AHEAD if one.kind is Checked.DECISION else _LOOKS_AHEAD
    return template.format(
        what=_WHAT[one.kind],
        name=one.name,
        market=one.market,
        at=_time(one.opened),
        cut=_time(one.cut_at),
        with_future=_number(one.with_future),
        without_future=_number(one.without_future),
    )


def warm_up_sentence(one: WarmUp) -> Text:
    return _WARMS_UP.format(
        what=_WHAT[one.kind],
        name=one.name,
        market=one.market,
        at=_time(one.opened),
        began=_time(one.began),
        window=f"{one.window:,}",
        whole=_number(one.whole),
        later=_number(one.later),
    )


def _time(second: int) -> str:
    return f"{in_kst(moment_of(second)):%Y-%m-%d %H:%M} KST"


def _number(value: float) -> Text:
    """With all its figures: the two may differ in the last."""
    return _UNKNOWN if isnan(value) else Text(f"{value:.15g}", f"{value:.15g}")
