"""``candles ACTION``: stored candles from files and into files, listed, checked, forgotten, compacted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.day_starts import day_start_of
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.cli.command import Command, Invocation
from upbit_auto_trading.cli.market_options import (
    read_market,
    read_moment,
    read_span,
    read_unit,
    shown_moment,
)
from upbit_auto_trading.cli.parsing import BilingualParser, WrongUsage
from upbit_auto_trading.cli.progress_line import ProgressLine
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:  # heavy: only where they are used
    from upbit_auto_trading.business_logic.ports.candle_store import CandleReader, SeriesFacts, StoredRange

#: before and after every candle
_BEGIN: Final = datetime(1970, 1, 1, tzinfo=UTC)
_END: Final = datetime(9000, 1, 1, tzinfo=UTC)

_NO_ACTION: Final = Text("이런 일은 할 수 없어요: {action}. {names}", "candles cannot do this: {action}. {names}")
_ACTIONS_ARE: Final = Text("할 수 있는 일: {names}.", "It can: {names}.")
_NEEDS_FILE: Final = Text("파일을 적어 주세요.", "A file is needed.")
_NEEDS: Final = Text("{name}{을/를} 적어 주세요.", "{name} is needed.")
_NOT_TAKEN: Final = Text("candles {action}에는 {name}{을/를} 쓸 수 없어요.", "candles {action} takes no {name}.")
_NOTHING: Final = Text("저장된 캔들이 없어요.", "No candles are stored.")
_NOTHING_OF: Final = Text("{series}: 저장된 캔들이 없어요.", "{series}: no candles are stored.")
_EXPORTED: Final = Text("{series}: 캔들 {count}개를 {file}에 저장했어요.", "{series}: {count} candles saved to {file}.")
_NOT_COMPLETE: Final = Text(
    "모르는 구간이 있어 저장하지 않았어요. 먼저 내려받거나 --complete를 빼세요.",
    "Nothing was saved, because some of it is unknown. Download it first, or leave --complete out.",
)
_JUMPS: Final = Text(
    "앞뒤와 크게 다른 캔들 {count}개가 들어 있어요. 처음: {first} KST",
    "Candles far from both neighbours are among them: {count}, the first at {first} KST.",
)
_UNCONFIRMED: Final = Text(
    "모르는 구간의 확인되지 않은 캔들 {count}개는 넣지 않았어요.",
    "Candles in unknown ranges that nobody confirmed were left out: {count}.",
)
_INTERRUPTED: Final = Text(
    "멈췄어요. 그때까지 가져온 캔들은 저장됐고, 다시 하면 이어져요.",
    "Stopped. What had been imported is stored; importing again completes it.",
)
_FORGOTTEN: Final = Text("{market}: 캔들 {count}개를 지웠어요.", "{market}: {count} candles were deleted.")
_COMPACTED: Final = Text(
    "캔들 파일을 정리했어요: {before} → {after}", "The candle file was compacted: {before} → {after}"
)
_IMPORTING: Final = Text("가져오는 중", "Importing")
_EXPORTING: Final = Text("저장하는 중", "Saving")
_CHECKING: Final = Text("확인하는 중", "Checking")
_COMPACTING: Final = Text("정리하는 중", "Compacting")


@dataclass(frozen=True, slots=True)
class _Work:
    """One call of the command: its options as values."""

    invocation: Invocation
    paths: AppPaths
    clock: Clock

    def given(self, name: str) -> str | None:
        value: str | None = getattr(self.invocation.arguments, name)
        return value

    @property
    def market(self) -> Market:
        return read_market(self.needed("market"), self.given("exchange"))

    @property
    def unit(self) -> CandleUnit:
        return read_unit(self.needed("unit"))

    @property
    def file(self) -> Path:
        written = self.given("file")
        if not written:
            raise WrongUsage(_NEEDS_FILE)
        return Path(written).expanduser()

    @property
    def span(self) -> Span | None:
        """None where neither end was given."""
        start, end = self.given("from"), self.given("to")
        if start is None and end is None:
            return None
        return read_span(
            _BEGIN if start is None else read_moment("--from", start), _END if end is None else read_moment("--to", end)
        )

    def needed(self, name: str) -> str:
        written = self.given(name)
        if written is None:
            raise WrongUsage(_NEEDS.format(name=f"--{name}"))
        return written

    def progress(self, title: Text) -> ProgressLine:
        console = self.invocation.console
        return ProgressLine(title, console.language, console.err, self.clock)

    def say(self, sentence: Text) -> None:
        self.invocation.console.say(sentence)

    def note(self, sentence: Text) -> None:
        self.invocation.console.note(sentence)


def _import(work: _Work) -> int:
    from upbit_auto_trading.business_logic.use_cases.import_candles import ImportReport, import_candles
    from upbit_auto_trading.cli.candle_words import import_sentences
    from upbit_auto_trading.composition_root.market_data import candles_for_writing
    from upbit_auto_trading.data_layer.candle_files import read_candle_series

    market, unit, replaces = work.market, work.unit, bool(work.invocation.arguments.replace)
    day_start, now = day_start_of(market.exchange), work.clock.now()
    series = read_candle_series(work.file, market, unit, now, day_start)
    progress, report = work.progress(_IMPORTING), ImportReport()
    try:
        with candles_for_writing(work.paths, work.clock) as store:
            for fraction, report in import_candles(store, series, day_start, now, replaces=replaces):  # noqa: B007
                progress(fraction)
    except KeyboardInterrupt:
        work.note(_INTERRUPTED)
        return 1
    finally:
        progress.end()
    for sentence in import_sentences(f"{market} {unit.value}", report):
        work.say(sentence)
    return 1 if report.refused else 0


def _export(work: _Work) -> int:
    from upbit_auto_trading.composition_root.market_data import candles_for_reading
    from upbit_auto_trading.data_layer.candle_files.writing import kind_of

    market, unit, wanted = work.market, work.unit, work.span
    kind_of(work.file)  # a name that cannot be written is known before anything is read
    with candles_for_reading(work.paths, work.clock) as reader:
        found = None if reader is None else _known(reader, market, unit, wanted)
    if found is None:
        work.note(_NOTHING_OF.format(series=f"{market} {unit.value}"))
        return 1
    return _save(work, found)


def _known(reader: CandleReader, market: Market, unit: CandleUnit, wanted: Span | None) -> StoredRange | None:
    """Of the wanted range, or of all that anything is known of; None where that is nothing."""
    from upbit_auto_trading.business_logic.use_cases.read_candles import known_range, read_candles

    known = known_range(reader, market, unit)
    if known is None:
        return None
    start, end = known.start, known.end
    if wanted is not None:  # an end that was not given is that of what is known
        start = start if wanted.start == _BEGIN else wanted.start
        end = end if wanted.end == _END else wanted.end
    if end <= start:
        return None
    return read_candles(reader, market, unit, Span(start, end), day_start_of(market.exchange), with_turnover=True)


def _save(work: _Work, found: StoredRange) -> int:
    from upbit_auto_trading.business_logic.use_cases.read_candles import known_candles
    from upbit_auto_trading.cli.candle_words import unknown_sentences
    from upbit_auto_trading.data_layer.candle_files import write_candle_series

    for sentence in unknown_sentences(found.unknown):
        work.note(sentence)
    if found.unknown and work.invocation.arguments.complete:
        work.note(_NOT_COMPLETE)
        return 1
    series = known_candles(found)
    progress = work.progress(_EXPORTING)
    try:
        write_candle_series(work.file, series, progress)
    finally:
        progress.end()
    name = f"{series.market} {series.unit.value}"
    work.say(_EXPORTED.format(series=name, count=f"{len(series):,}", file=work.file))
    unconfirmed = len(found.series) - len(series)
    if unconfirmed:
        work.note(_UNCONFIRMED.format(count=f"{unconfirmed:,}"))
    jumps = [moment for moment in found.jumps if any(span.holds(moment) for span in found.known)]
    if jumps:
        work.note(_JUMPS.format(count=len(jumps), first=shown_moment(jumps[0])))
    return 0


def _list(work: _Work) -> int:
    from upbit_auto_trading.cli.candle_words import lines_of_table
    from upbit_auto_trading.composition_root.market_data import candles_for_reading

    with candles_for_reading(work.paths, work.clock) as reader:
        rows = () if reader is None else _chosen(work, reader)
    if not rows:
        work.say(_NOTHING)
        return 0
    for line in lines_of_table(rows, work.invocation.console.language):
        work.invocation.console.say(line)
    return 0


def _chosen(work: _Work, reader: CandleReader) -> tuple[SeriesFacts, ...]:
    """All, or those of one exchange, market or unit."""
    market = None if work.given("market") is None else work.market
    unit = None if work.given("unit") is None else work.unit
    exchange = work.given("exchange")
    return tuple(
        one
        for one in reader.inventory()
        if (market is None or one.market == market)
        and (unit is None or one.unit is unit)
        and (exchange is None or one.market.exchange == exchange)
    )


def _check(work: _Work) -> int:
    from upbit_auto_trading.business_logic.use_cases.check_candles import check_candles
    from upbit_auto_trading.cli.candle_words import check_sentences
    from upbit_auto_trading.composition_root.market_data import candles_for_reading

    progress, found = work.progress(_CHECKING), []
    try:
        with candles_for_reading(work.paths, work.clock) as reader:
            rows = () if reader is None else _chosen(work, reader)
            for number, facts in enumerate(rows, start=1):
                assert reader is not None
                day_start = day_start_of(facts.market.exchange)
                found.append(check_candles(reader, facts, day_start, work.clock.now()))
                progress(number / len(rows))
    finally:
        progress.end()
    if not found:
        work.say(_NOTHING)
    for one in found:
        for sentence in check_sentences(one):
            work.say(sentence)
    return 0 if all(one.is_sound for one in found) else 1


def _forget(work: _Work) -> int:
    from upbit_auto_trading.composition_root.market_data import candles_for_writing

    market, span = work.market, work.span
    unit = None if work.given("unit") is None else work.unit
    with candles_for_writing(work.paths, work.clock) as store:
        count = store.forget(market, unit, span)
    work.say(_FORGOTTEN.format(market=market, count=f"{count:,}"))
    return 0


def _compact(work: _Work) -> int:
    from upbit_auto_trading.cli.backup import size_text
    from upbit_auto_trading.composition_root.market_data import candles_for_writing

    file = work.paths.market_data_database
    if not file.exists():
        work.say(_NOTHING)
        return 0
    progress, before = work.progress(_COMPACTING), file.stat().st_size
    try:
        with candles_for_writing(work.paths, work.clock) as store:
            store.compact(progress)
    finally:
        progress.end()
    work.say(_COMPACTED.format(before=size_text(before), after=size_text(file.stat().st_size)))
    return 0


@dataclass(frozen=True, slots=True)
class _Action:
    run: Callable[[_Work], int]
    #: the options that it takes; any other would be ignored in silence
    takes: frozenset[str]


_WHAT: Final = frozenset({"market", "unit", "exchange"})
_ACTIONS: Final = {
    "import": _Action(_import, _WHAT | {"file", "replace"}),
    "export": _Action(_export, _WHAT | {"file", "from", "to", "complete"}),
    "list": _Action(_list, _WHAT),
    "check": _Action(_check, _WHAT),
    "forget": _Action(_forget, _WHAT | {"from", "to"}),
    "compact": _Action(_compact, frozenset()),
}
_OPTIONS: Final = ("market", "unit", "exchange", "from", "to", "replace", "complete", "file")


def _add_arguments(parser: BilingualParser) -> None:
    parser.add_argument(
        "action",
        Text(
            "import(파일에서 가져오기), export(파일로 저장), list(목록), check(확인), forget(지우기), compact(정리)",
            "import, export, list, check, forget or compact",
        ),
    )
    parser.add_optional_argument(
        "file",
        Text("import와 export의 파일 (.csv, .csv.gz, .parquet)", "of import and export: .csv, .csv.gz, .parquet"),
    )
    add = parser.add_option
    add("--market", Text("마켓 (예: KRW-BTC)", "market, such as KRW-BTC"), "CODE")
    add("--unit", Text("단위: 1s, 1m … 240m, 1d, 1w, 1M", "unit: 1s, 1m … 240m, 1d, 1w, 1M"), "UNIT")
    add("--exchange", Text("거래소 (기본: upbit)", "exchange (default: upbit)"), "NAME")
    add("--from", Text("처음: 2025-09-01 (한국 시각)", "start: 2025-09-01 (Korean time)"), "T")
    add("--to", Text("끝, 들어가지 않음: 2025-10-01", "end, not included: 2025-10-01"), "T")
    parser.add_switch(
        "--replace",
        Text("import: 거래소에서 받은 캔들도 바꿔요", "import: also replace what the exchange told"),
    )
    parser.add_switch(
        "--complete",
        Text("export: 모르는 구간이 있으면 저장하지 않아요", "export: save nothing while some of it is unknown"),
    )


def _run(invocation: Invocation) -> int:
    from upbit_auto_trading.composition_root.command_line import workbench

    given = invocation.arguments
    bench = workbench(given.data_dir)
    try:
        action = _action(given.action)
        unwanted = [name for name in _OPTIONS if getattr(given, name) and name not in action.takes]
        if unwanted:
            name = "FILE" if unwanted[0] == "file" else f"--{unwanted[0]}"
            raise WrongUsage(_NOT_TAKEN.format(action=given.action, name=name))
        return action.run(_Work(invocation, bench.paths, bench.clock))
    except WrongUsage as wrong:
        invocation.console.error(wrong.sentence, Text("", ""))
        return 2


def _action(name: str) -> _Action:
    if name not in _ACTIONS:
        names = _ACTIONS_ARE.format(names=", ".join(_ACTIONS))
        raise WrongUsage(_NO_ACTION.format(action=name, names=names))
    return _ACTIONS[name]


COMMAND = Command(
    "candles",
    Text(
        "저장된 캔들을 파일과 주고받고, 보고, 확인하고, 지워요.",
        "Stored candles: from files, to files, listed, checked, deleted.",
    ),
    _add_arguments,
    _run,
)
