"""``screen``: filters over all markets of an exchange, saved screens, and their results as csv."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from upbit_auto_trading.cli.command import Command, Invocation
from upbit_auto_trading.cli.parsing import BilingualParser, WrongUsage
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:
    from upbit_auto_trading.business_logic.domain.screen import Screen
    from upbit_auto_trading.business_logic.domain.screen_variable import ScreenVariable
    from upbit_auto_trading.business_logic.use_cases.run_screen import ScreenResult
    from upbit_auto_trading.composition_root.market_commands import MarketDesk

_ONE_WORK: Final = Text("{names} 가운데 하나만 쓸 수 있어요.", "Only one of {names} can be used.")
_NOT_WITH_NAME: Final = Text(
    "--name에는 저장된 조건이 들어 있어요. {name}{은/는} 함께 쓸 수 없어요.",
    "--name brings filters of its own; {name} cannot be used with it.",
)
_NO_SCREENS: Final = Text("저장한 조건이 없어요.", "No screens are saved.")
_NO_SUCH: Final = Text("‘{name}’{이라/라}는 이름으로 저장한 조건은 없어요.", "There is no saved screen “{name}”.")
_SAVED: Final = Text("‘{name}’{으로/로} 저장했어요.", "Saved as “{name}”.")
_DELETED: Final = Text("‘{name}’{을/를} 지웠어요.", "“{name}” was deleted.")
_WRITTEN: Final = Text("{file}에 저장했어요.", "Written to {file}.")
_PASSED: Final = Text("{total}개 종목 가운데 {passed}개가 조건에 맞아요.", "{passed} of {total} markets pass.")
_NOT_JUDGED: Final = Text("판단하지 못한 종목 {count}개: {reasons}.", "{count} could not be judged: {reasons}.")
_MISSING: Final = Text(
    "없는 캔들을 내려받으면 판단할 수 있어요: download {codes} --exchange {exchange} --unit {unit} --from {start}",
    "They can be judged with candles that are missing: download {codes} --exchange {exchange} --unit {unit}"
    " --from {start}",
)
_MOST_CODES: Final = 5


def _add_arguments(parser: BilingualParser) -> None:
    from upbit_auto_trading.business_logic.domain.screen_variables import BY_ID

    names = ", ".join(BY_ID)
    parser.add_repeated(
        "--filter",
        Text(
            f'조건 (여러 번 가능), 예: "turnover_24h >= 1000000000", "rsi(period=14)@60m <= 30". 항목: {names},'
            " 그리고 docs/strategy-format.md의 모든 캔들 변수(@ 뒤에 캔들 단위)",
            'a filter (may be repeated), such as "turnover_24h >= 1000000000" or "rsi(period=14)@60m <= 30".'
            f" Variables: {names}, and each of candles in docs/strategy-format.md, with a unit after @",
        ),
        "FILTER",
    )
    parser.add_switch("--any", Text("조건 하나만 맞아도 돼요", "one filter that holds is enough"))
    add = parser.add_option
    add(
        "--sort",
        Text("정렬할 항목, 큰 것부터면 앞에 -", "order by a variable; with - the largest first"),
        "VARIABLE",
        takes_minus=True,
    )
    add("--quote", Text("기준 통화 (기본 KRW)", "quote currency (default KRW)"), "CURRENCY")
    add("--save", Text("이 이름으로 저장해요", "save the screen under this name"), "NAME")
    add("--name", Text("저장한 조건을 써요", "use a saved screen"), "NAME")
    parser.add_switch("--list", Text("저장한 조건을 보여요", "list the saved screens"))
    add("--delete", Text("저장한 조건을 지워요", "delete a saved screen"), "NAME")
    add("--csv", Text("결과를 csv 파일로 저장해요", "write the result to a csv file"), "FILE")
    add("--exchange", Text("거래소: upbit(기본) 또는 practice", "exchange: upbit (default) or practice"), "NAME")


def _run(invocation: Invocation) -> int:
    from upbit_auto_trading.composition_root.market_commands import market_desk

    given, console = invocation.arguments, invocation.console
    desk = market_desk(given.data_dir)
    try:
        exchange = _checked(invocation)
    except WrongUsage as wrong:
        console.error(wrong.sentence, Text("", ""))
        return 2
    if given.list:
        return _list(invocation, desk)
    if given.delete is not None:
        return _delete(invocation, desk)
    variables = desk.screen_variables()
    screen = _saved(invocation, desk) if given.name is not None else _written(invocation, variables)
    if screen is None:
        return 1
    if given.save is not None:
        with desk.screens_to_change() as store:
            store.save(replace(screen, name=given.save), desk.clock.now())
        console.note(_SAVED.format(name=given.save))
    result = desk.run_screen(screen, exchange, variables)
    _show(invocation, screen, result, exchange, variables)
    return 0


def _checked(invocation: Invocation) -> str:
    """The exchange; raises WrongUsage for options that do not go together."""
    from upbit_auto_trading.cli.markets import read_exchange

    given = invocation.arguments
    works = {"--list": given.list, "--delete": given.delete, "--name": given.name, "--save": given.save}
    chosen = [name for name, value in works.items() if value not in (None, False)]
    if len(chosen) > 1:
        raise WrongUsage(_ONE_WORK.format(names=", ".join(chosen)))
    if given.name is not None:
        others = {"--filter": given.filter, "--any": given.any, "--sort": given.sort, "--quote": given.quote}
        for name, value in others.items():
            if value:
                raise WrongUsage(_NOT_WITH_NAME.format(name=name))
    return read_exchange(given.exchange)


def _written(invocation: Invocation, variables: Mapping[str, ScreenVariable]) -> Screen:
    """From the options, with everything that is wrong with all filters at once. Raises InvalidScreen."""
    from upbit_auto_trading.business_logic.domain.errors import InvalidScreen
    from upbit_auto_trading.business_logic.domain.screen import (
        Filter,
        Match,
        Screen,
        ScreenProblem,
        Sort,
        shape_problems,
    )
    from upbit_auto_trading.business_logic.domain.screen_text import read_filter, read_sort

    given = invocation.arguments
    filters: list[Filter] = []
    sort: Sort | None = None
    problems: list[ScreenProblem] = []
    for index, line in enumerate(given.filter):
        try:
            filters.append(read_filter(line, index, variables))
        except InvalidScreen as error:
            problems.extend(error.problems)
    try:
        sort = None if given.sort is None else read_sort(given.sort, variables)
    except InvalidScreen as error:
        problems.extend(error.problems)
    match = Match.ANY if given.any else Match.ALL
    screen = Screen("", tuple(filters), match, sort, given.quote or "KRW")
    problems.extend(shape_problems(screen))
    if problems:
        raise InvalidScreen(tuple(problems))
    return screen


def _saved(invocation: Invocation, desk: MarketDesk) -> Screen | None:
    """Raises InvalidScreen for one of a newer version."""
    from upbit_auto_trading.business_logic.domain.errors import InvalidScreen

    name = invocation.arguments.name
    with desk.saved_screens() as store:
        found = None if store is None else store.read(name)
    if found is None:
        invocation.console.error(_NO_SUCH.format(name=name), Text("", ""))
        return None
    if found.screen is None:
        raise InvalidScreen(found.problems)
    return found.screen


def _list(invocation: Invocation, desk: MarketDesk) -> int:
    from upbit_auto_trading.business_logic.domain.screen_text import filter_text
    from upbit_auto_trading.ui.screen_sentences import placed_sentence

    console = invocation.console
    with desk.saved_screens() as store:
        found = () if store is None else store.all()
    if not found:
        console.say(_NO_SCREENS)
    for saved in found:
        if saved.screen is None:
            told = " ".join(placed_sentence(problem).in_language(console.language) for problem in saved.problems)
        else:
            told = f" {saved.screen.match.value} ".join(f"({filter_text(one)})" for one in saved.screen.filters)
        console.say(f"{saved.name}: {told}")
    return 0


def _delete(invocation: Invocation, desk: MarketDesk) -> int:
    name = invocation.arguments.delete
    with desk.screens_to_change() as store:
        was_there = store.delete(name)
    if not was_there:
        invocation.console.error(_NO_SUCH.format(name=name), Text("", ""))
        return 1
    invocation.console.say(_DELETED.format(name=name))
    return 0


def _show(
    invocation: Invocation,
    screen: Screen,
    result: ScreenResult,
    exchange: str,
    variables: Mapping[str, ScreenVariable],
) -> None:
    from upbit_auto_trading.business_logic.use_cases.screen_table import screen_table
    from upbit_auto_trading.composition_root.market_commands import write_table

    console, given = invocation.console, invocation.arguments
    headings, rows = screen_table(result, screen.quote, console.language, variables)
    if given.csv is not None:
        file = Path(given.csv).expanduser()
        write_table(file, headings, rows)
        console.note(_WRITTEN.format(file=file))
    else:
        for line in _table(headings, rows):
            console.say(line)
    console.note(_PASSED.format(passed=len(result.rows), total=result.looked_at))
    for sentence in _unjudged(result, exchange):
        console.note(sentence)


def _table(headings: tuple[str, ...], rows: tuple[tuple[str | Decimal | None, ...], ...]) -> list[str]:
    """Figures in columns; names are last, as Hangul has another width in every terminal."""
    lines = [tuple(_shown(cell) for cell in (row[0], *row[3:])) for row in rows]
    widths = [max((len(line[place]) for line in lines), default=0) for place in range(len(headings) - 2)]
    shown = [" | ".join((headings[0], *headings[3:], headings[1]))]
    for line, row in zip(lines, rows, strict=True):
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        shown.append(" | ".join((*cells, f"{row[1]} / {row[2]}")))
    return shown


def _shown(cell: str | Decimal | None) -> str:
    if cell is None:
        return "-"
    return f"{cell:,f}" if isinstance(cell, Decimal) else cell


def _unjudged(result: ScreenResult, exchange: str) -> list[Text]:
    from upbit_auto_trading.ui.market_words import UNKNOWN_REASONS
    from upbit_auto_trading.utils.korean_time import KST

    if not result.not_judged:
        return []
    reasons = Counter(reason for one in result.not_judged for reason in {reason for _variable, reason in one.reasons})
    words = [(UNKNOWN_REASONS[reason], count) for reason, count in reasons.most_common()]
    told = Text(
        ", ".join(f"{word.ko} ({count})" for word, count in words),
        ", ".join(f"{word.en} ({count})" for word, count in words),
    )
    sentences = [_NOT_JUDGED.format(count=len(result.not_judged), reasons=told)]
    for unit in dict.fromkeys(one.unit for one in result.missing):
        missing = [one for one in result.missing if one.unit is unit]
        start = min(one.spans[0].start for one in missing).astimezone(KST)
        codes = [one.market.code for one in missing[:_MOST_CODES]] + ["…"] * (len(missing) > _MOST_CODES)
        sentences.append(
            _MISSING.format(codes=" ".join(codes), exchange=exchange, unit=unit.value, start=f"{start:%Y-%m-%dT%H:%M}")
        )
    return sentences


COMMAND = Command(
    "screen",
    Text("조건에 맞는 종목을 찾아요.", "Finds the markets that pass your filters."),
    _add_arguments,
    _run,
)
