"""``backtest STRATEGY``: what a strategy would have done on candles of files, or on those that are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from upbit_auto_trading.cli.backtest_options import add_backtest_arguments, no_candles, read_backtest_wish
from upbit_auto_trading.cli.command import Command, Invocation
from upbit_auto_trading.cli.parsing import BilingualParser, WrongUsage
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:
    from upbit_auto_trading.business_logic.domain.backtest import BacktestResult
    from upbit_auto_trading.business_logic.use_cases.backtest_report import BacktestReport
    from upbit_auto_trading.cli.backtest_options import BacktestWish
    from upbit_auto_trading.composition_root.backtest_inputs import LoadedCandles, OpenedStrategy
    from upbit_auto_trading.composition_root.backtests import BacktestDesk

_RUNNING: Final = Text("백테스트하는 중", "Running the backtest")
_WRITTEN: Final = Text("{file}에 저장했어요.", "Written to {file}.")
_RANGE: Final = Text(
    "{markets} {unit}  {first} – {last} KST, 캔들 {count}개",
    "{markets} {unit}  {first} – {last} KST, {count} candles",
)


def _add_arguments(parser: BilingualParser) -> None:
    add_backtest_arguments(parser)


def _run(invocation: Invocation) -> int:
    from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
    from upbit_auto_trading.business_logic.use_cases.backtest_data import refuse_impossible
    from upbit_auto_trading.composition_root.backtests import backtest_desk

    console = invocation.console
    try:
        wish = read_backtest_wish(invocation.arguments)
        refuse_impossible(wish.settings)
        return _carry_out(backtest_desk(invocation.arguments.data_dir), wish, invocation)
    except WrongUsage as wrong:
        console.error(wrong.sentence, Text("", ""))
        return 2
    except InvalidParameter as error:
        console.explain(error)
        return 2 if error.reason == "impossible-setting" else 1


def _carry_out(desk: BacktestDesk, wish: BacktestWish, invocation: Invocation) -> int:
    from upbit_auto_trading.business_logic.use_cases.backtest_data import refuse_too_few
    from upbit_auto_trading.data_layer.result_files.writing import refuse_unwritable

    for path in (wish.json, wish.html):
        if path is not None:
            refuse_unwritable(path)
    strategy, candles = desk.fitting(wish.strategy, wish.unit, lambda opened: _candles(desk, wish, opened))
    refuse_too_few(strategy.plan, candles.data, candles.decide_from)
    result = _result(desk, wish, strategy, candles, invocation)
    report = desk.report(strategy, candles, result, wish.exchange)
    _write(wish, report, invocation)
    _show(report, invocation)
    return 0


def _candles(desk: BacktestDesk, wish: BacktestWish, strategy: OpenedStrategy) -> LoadedCandles:
    """Raises WrongUsage where nobody said of what."""
    from datetime import UTC, datetime

    from upbit_auto_trading.business_logic.domain.candle_series import epoch_second
    from upbit_auto_trading.business_logic.domain.coverage import Span

    if wish.files:
        start, end = (None if one is None else epoch_second(one) for one in (wish.start, wish.end))
        return desk.of_files(wish.files, strategy.plan, wish.exchange, (start, end))
    markets = wish.markets or strategy.plan.markets
    if not markets:
        raise no_candles()
    if wish.start is None and wish.end is None:
        return desk.of_store(markets, strategy.plan, None)
    known = desk.known_span(markets, strategy.plan)
    start_at = wish.start or (known.start if known is not None else datetime(1970, 1, 1, tzinfo=UTC))
    end_at = wish.end or (known.end if known is not None else desk.clock.now())
    return desk.of_store(markets, strategy.plan, Span(start_at, end_at))


def _result(
    desk: BacktestDesk, wish: BacktestWish, strategy: OpenedStrategy, candles: LoadedCandles, invocation: Invocation
) -> BacktestResult:
    """With a line of progress where somebody watches."""
    from upbit_auto_trading.cli.progress_line import ProgressLine

    console = invocation.console
    if console.err is None or not console.err.isatty():
        return desk.run(strategy, candles, wish.settings, wish.exchange)
    line = ProgressLine(_RUNNING, console.language, console.err, desk.clock)
    try:
        return desk.run(strategy, candles, wish.settings, wish.exchange, lambda done, of: line(done / max(1, of)))
    finally:
        line.end()


def _write(wish: BacktestWish, report: BacktestReport, invocation: Invocation) -> None:
    if wish.json is not None:
        from upbit_auto_trading.data_layer.result_files.result_json import write_result_json

        write_result_json(wish.json, report)
        invocation.console.note(_WRITTEN.format(file=wish.json))
    if wish.html is not None:
        from upbit_auto_trading.data_layer.result_files.writing import write_result
        from upbit_auto_trading.ui.reports.backtest_page import backtest_page

        write_result(wish.html, backtest_page(report, invocation.console.language).encode())
        invocation.console.note(_WRITTEN.format(file=wish.html))


def _show(report: BacktestReport, invocation: Invocation) -> None:
    from upbit_auto_trading.business_logic.domain.candle_series import moment_of
    from upbit_auto_trading.cli.market_options import shown_moment
    from upbit_auto_trading.ui.reports import backtest_words as words
    from upbit_auto_trading.utils.text_width import padded, text_width

    console, language = invocation.console, invocation.console.language
    console.say(report.result.name.in_language(language) or report.result.name.ko)
    filled = [one for one in report.series if len(one)]
    console.say(
        _RANGE.format(
            markets=", ".join(one.market.code for one in report.series),
            unit=report.result.unit.value,
            first=shown_moment(moment_of(min(int(one.opened[0]) for one in filled))),
            last=shown_moment(moment_of(max(int(one.opened[-1]) for one in filled))),
            count=f"{sum(len(one) for one in filled):,}",
        )
    )
    console.say("")
    for rows in (tuple(words.assumptions(report, language)), tuple(words.figures(report, language))):
        width = max(text_width(title) for title, _value in rows)
        for title, value in rows:
            console.say(f"  {padded(title, width)}  {value}")
        console.say("")
    offered = words.limit_words(report)
    for sentence in (*((offered,) if offered is not None else ()), *report.warnings):
        console.say(f"! {sentence.in_language(language)}")


COMMAND = Command(
    "backtest",
    Text("전략을 지난 캔들에서 돌려 봐요.", "Runs a strategy on past candles."),
    _add_arguments,
    _run,
)
