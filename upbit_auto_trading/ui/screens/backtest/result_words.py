"""How the parts of a result are called and written: reasons, prices, the range and settings of a run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from upbit_auto_trading.business_logic.domain.backtest import Side
from upbit_auto_trading.business_logic.domain.candle_series import moment_of
from upbit_auto_trading.business_logic.ports.strategy import Buy, LevelKind, StrategyPlan
from upbit_auto_trading.business_logic.use_cases.backtest_report import BacktestReport
from upbit_auto_trading.component_system.naming import component_name
from upbit_auto_trading.component_system.sizing_component import SizingComponent
from upbit_auto_trading.ui.backtest_services import FinishedBacktest
from upbit_auto_trading.ui.candle_words import UNIT_WORDS, short_time
from upbit_auto_trading.ui.charts.layers.markers import MarkerSide
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.language import current_language, tr
from upbit_auto_trading.ui.reports import backtest_words
from upbit_auto_trading.utils.bilingual_text import Text

SIDES: Final = {Side.BUY: MarkerSide.BUY, Side.SELL: MarkerSide.SELL}
STILL_OPEN: Final = Text("보유 중", "open")
_LEVELS: Final = {
    LevelKind.STOP: Text("손절", "Stop loss"),
    LevelKind.TARGET: Text("목표", "Target"),
    LevelKind.TRAILING: Text("추적 손절", "Trailing stop"),
}
_AT: Final = Text("{name} {percent}", "{name} {percent}")
_COUNT: Final = Text("캔들 {count}개", "{count} candles")
_NAMED_VALUE: Final = Text("{name} {value}", "{name} {value}")
_TOLD: Final = ("fee", "slippage", "cash")


def level_names(plan: StrategyPlan) -> dict[str, Text]:
    """Rules have names of their own; a level is called by what it does."""
    buys = [rule.action for rule in plan.rules if isinstance(rule.action, Buy)]
    levels = [level for part in plan.parts for level in part.levels]
    levels += [level for buy in buys for level in buy.levels]
    named = {}
    for level in levels:
        name = _LEVELS[level.kind]
        if level.percent is not None:
            name = _AT.format(name=name, percent=formats.quantity(level.percent, places=2) + "%")
        named[level.id] = name
    return named


def reason_name(finished: FinishedBacktest, reason: str, levels: dict[str, Text]) -> Text:
    """Of a rule or a level; a reason that nobody named is told by its id."""
    return finished.report.names.get(reason) or levels.get(reason) or Text(reason, reason)


def sizing_words(finished: FinishedBacktest, reason: str) -> Text | None:
    """What decided the size of a buy."""
    rule = next((one for one in finished.plan.rules if one.id == reason), None)
    if rule is None or not isinstance(rule.action, Buy) or not isinstance(rule.action.sizing, SizingComponent):
        return None
    return component_name(rule.action.sizing)


def shown_price(value: float) -> str:
    """A price that may be an average: as many figures as a market shows."""
    return formats.quantity(value, places=8 if value < 10 else 4 if value < 1_000 else 2)


def minute(second: int) -> str:
    return short_time(moment_of(second))


def range_words(report: BacktestReport) -> str:
    """KRW-BTC · 1 min · 2025-11-20 09:00 – 2026-11-20 09:00 KST · 525,558 candles."""
    filled = [one for one in report.series if len(one)]
    codes = ", ".join(one.market.code for one in report.series)
    unit = tr(UNIT_WORDS[report.result.unit])
    count = tr(_COUNT.format(count=f"{sum(len(one) for one in filled):,}"))
    if not filled:
        return f"{codes} · {unit} · {count}"
    ends = minute(min(int(one.opened[0]) for one in filled)), minute(max(int(one.opened[-1]) for one in filled))
    return f"{codes} · {unit} · {ends[0]} – {ends[1]}{formats.NO_BREAK}KST · {count}"


def settings_words(report: BacktestReport) -> str:
    """The settings that it was run with, in one line; the whole of them stands with the notes."""
    return " · ".join(tr(_NAMED_VALUE.format(name=title, value=value)) for title, value in _short(report))


def _short(report: BacktestReport) -> Iterator[tuple[str, str]]:
    told = dict(backtest_words.assumptions(report, current_language()))
    for name in _TOLD:
        title = tr(backtest_words.ASSUMPTION_TITLES[name])
        yield title, told[title]
