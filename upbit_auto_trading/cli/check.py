"""``check STRATEGY``: everything that is wrong with a strategy file; with candles also look-ahead and warm-up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from upbit_auto_trading.cli.command import Command, Invocation
from upbit_auto_trading.cli.parsing import BilingualParser, WrongUsage
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:
    from upbit_auto_trading.business_logic.domain.backtest import BacktestResult
    from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
    from upbit_auto_trading.business_logic.use_cases.check_strategy import StrategyCheck
    from upbit_auto_trading.composition_root.backtest_inputs import LoadedCandles, OpenedStrategy
    from upbit_auto_trading.composition_root.backtests import BacktestDesk

_CHECKING: Final = Text("확인하는 중", "Checking")
_SOUND: Final = Text(
    "{name}: 전략 파일에 문제가 없어요. 단위 {unit}, 규칙 {rules}개, 첫 결정까지 캔들 {needs}개.",
    "{name}: nothing is wrong with the file. Unit {unit}, {rules} rules, {needs} candles before the first decision.",
)
_PROBLEMS: Final = Text("{name}: 고칠 것이 {count}개 있어요.", "{name}: problems to be mended: {count}.")


def _add_arguments(parser: BilingualParser) -> None:
    parser.add_argument(
        "strategy", Text("전략 파일 또는 기본 전략의 이름", "a strategy file, or the name of a built-in one")
    )
    parser.add_repeated(
        "--candles",
        Text("미래 참조와 예열도 이 캔들로 확인해요", "also check look-ahead and warm-up on these candles"),
        "[CODE=]FILE",
    )
    parser.add_option("--unit", Text("캔들 단위 (기본: 전략의 단위)", "candle unit (default: the strategy's)"), "UNIT")


def _run(invocation: Invocation) -> int:
    from upbit_auto_trading.business_logic.domain.errors import InvalidStrategy
    from upbit_auto_trading.cli.backtest_options import read_files
    from upbit_auto_trading.cli.market_options import DEFAULT_EXCHANGE, read_unit
    from upbit_auto_trading.composition_root.backtests import backtest_desk
    from upbit_auto_trading.ui.reports.backtest_words import other_unit

    given, console = invocation.arguments, invocation.console
    try:
        files = read_files(given.candles, (), DEFAULT_EXCHANGE)
        unit = None if given.unit is None else read_unit(given.unit)
    except WrongUsage as wrong:
        console.error(wrong.sentence, Text("", ""))
        return 2
    desk = backtest_desk(given.data_dir)
    try:
        strategy = desk.open_strategy(given.strategy, unit)
    except InvalidStrategy as error:
        return _tell_problems(error, invocation)
    plan = strategy.plan
    console.say(
        _SOUND.format(
            name=plan.name.in_language(console.language) or plan.name.ko,
            unit=plan.unit.value,
            rules=len(plan.rules),
            needs=plan.needs,
        )
    )
    if not files:
        return 0
    strategy, candles = desk.fitting(
        given.strategy, unit, lambda opened: desk.of_files(files, opened.plan, DEFAULT_EXCHANGE, (None, None))
    )
    if strategy.plan.unit is not plan.unit:
        console.say(other_unit(plan.unit.value, strategy.plan.unit.value))
    return _check_candles(desk, strategy, candles, invocation)


def _tell_problems(error: Exception, invocation: Invocation) -> int:
    """Each with its place; the error boundary tells only the first few."""
    from upbit_auto_trading.business_logic.domain.errors import InvalidStrategy
    from upbit_auto_trading.component_system.strategy_problem_text import placed_sentence

    assert isinstance(error, InvalidStrategy)
    console = invocation.console
    if console.shows_tracebacks:
        console.explain(error)
    console.say(_PROBLEMS.format(name=invocation.arguments.strategy, count=len(error.problems)))
    for problem in error.problems:
        console.say(placed_sentence(problem))
    return 1


def _check_candles(desk: BacktestDesk, strategy: OpenedStrategy, candles: LoadedCandles, invocation: Invocation) -> int:
    from upbit_auto_trading.business_logic.use_cases.backtest_data import refuse_too_few
    from upbit_auto_trading.ui.strategy_check_sentences import check_sentences

    refuse_too_few(strategy.plan, candles.data, None)
    found = _found(desk, strategy, candles.series, invocation)
    for sentence in check_sentences(found):
        invocation.console.say(sentence)
    return 0 if found.is_clean else 1


def _found(
    desk: BacktestDesk, strategy: OpenedStrategy, series: Sequence[CandleSeries], invocation: Invocation
) -> StrategyCheck:
    """With a line of progress where somebody watches."""
    from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings
    from upbit_auto_trading.business_logic.domain.day_starts import day_start_of
    from upbit_auto_trading.business_logic.use_cases.check_strategy import check_strategy
    from upbit_auto_trading.business_logic.use_cases.run_backtest import BacktestData, run_backtest
    from upbit_auto_trading.cli.market_options import DEFAULT_EXCHANGE
    from upbit_auto_trading.cli.progress_line import ProgressLine

    day_start = day_start_of(DEFAULT_EXCHANGE)

    def run(cut: Sequence[CandleSeries]) -> BacktestResult:
        data = [BacktestData(one) for one in cut]
        return run_backtest(strategy.plan, data, BacktestSettings(), day_start=day_start)

    console = invocation.console
    if console.err is None or not console.err.isatty():
        return check_strategy(strategy.plan, series, day_start, run)
    line = ProgressLine(_CHECKING, console.language, console.err, desk.clock)
    try:
        return check_strategy(strategy.plan, series, day_start, run, line)
    finally:
        line.end()


COMMAND = Command(
    "check",
    Text(
        "전략 파일을 확인해요. 캔들을 주면 미래 참조와 예열도 봐요.",
        "Checks a strategy file; with candles also look-ahead and warm-up.",
    ),
    _add_arguments,
    _run,
)
