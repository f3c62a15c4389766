"""``download``: candles of an exchange into the store of the data folder; what is missing, and nothing else."""

from __future__ import annotations

import argparse
import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from upbit_auto_trading.cli.command import Command, Invocation
from upbit_auto_trading.cli.parsing import BilingualParser, WrongUsage
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:
    from upbit_auto_trading.business_logic.ports.downloads import DownloadPlan
    from upbit_auto_trading.composition_root.download_command import DownloadDesk, DownloadWish

_SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # Windows has no SIGHUP, others no SIGBREAK
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_PRACTICE: Final = "practice"

_NO_FROM = Text(
    "--from에 내려받을 구간의 처음을 적어 주세요. 예: --from 2025-09-01",
    "--from takes the beginning of the range, for example --from 2025-09-01.",
)
_NOT_LOOPBACK = Text(
    "--address에는 이 컴퓨터에서 도는 연습 거래소의 주소만 쓸 수 있어요. 예: http://127.0.0.1:8700",
    "--address takes a practice exchange on this computer only, for example http://127.0.0.1:8700.",
)
_ADDRESS_OF_PRACTICE = Text("--address는 --exchange practice와 함께 써요.", "--address goes with --exchange practice.")
_PROGRAM_RUNS = Text(
    "프로그램이 이 자료 폴더를 쓰고 있어요. 창의 설정 → 데이터에서 내려받거나, 프로그램을 끄고 다시 하세요.",
    "The program is using this data folder. Download in its window (Settings → Data), or close it and try again.",
)


class Stopping:
    """Ctrl-C and its like: at once before the first page, and after the page at hand from then on."""

    def __init__(self) -> None:
        self.told = threading.Event()
        self.is_gentle = False
        self._before: dict[int, object] = {}

    def __enter__(self) -> Stopping:
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
                self._before[number] = signal.signal(number, self._take)
        return self

    def __exit__(self, *_error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what it was before

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        is_second = self.told.is_set()
        self.told.set()
        if is_second or not self.is_gentle:
            raise KeyboardInterrupt


def _add_arguments(parser: BilingualParser) -> None:
    parser.add_many("market", Text("내려받을 마켓 (여러 개 가능)", "market to download, or several of them"))
    add = parser.add_option
    add("--exchange", Text("거래소: upbit(기본) 또는 practice", "exchange: upbit (default) or practice"), "NAME")
    add("--unit", Text("캔들 단위 (기본 1m)", "candle unit (default 1m)"), "UNIT")
    add("--from", Text("구간의 처음 (한국 시각, Z를 붙이면 UTC)", "start of the range (Korean time; with Z UTC)"), "T")
    add("--to", Text("구간의 끝, 그 앞까지 (기본: 지금)", "end of the range, not included (default: now)"), "T")
    add(
        "--address",
        Text(
            "이미 도는 연습 거래소의 주소 (이 컴퓨터만)", "a practice exchange that runs already (this computer only)"
        ),
        "URL",
    )


def _run(invocation: Invocation) -> int:
    from upbit_auto_trading.business_logic.domain.errors import AnotherInstanceRuns, ExchangeError
    from upbit_auto_trading.cli.download_trouble import download_sentences
    from upbit_auto_trading.composition_root.download_command import download_desk

    console = invocation.console
    try:
        wish = read_wish(invocation.arguments)
    except WrongUsage as wrong:
        console.error(wrong.sentence, Text("", ""))
        return 2
    with Stopping() as stopping:
        try:
            with download_desk(wish, invocation.arguments.data_dir, stopping.told) as desk:
                stopping.is_gentle = True
                return _carry_out(desk, invocation, stopping)
        except AnotherInstanceRuns as error:
            if console.shows_tracebacks:
                console.explain(error)
            console.error(_PROGRAM_RUNS, Text("", ""))
        except ExchangeError as error:
            if console.shows_tracebacks:
                console.explain(error)
            console.error(*download_sentences(error))
    return 1


def read_wish(given: argparse.Namespace) -> DownloadWish:
    """Raises WrongUsage."""
    from upbit_auto_trading.cli.market_options import read_market, read_moment, read_span, read_unit
    from upbit_auto_trading.composition_root.download_command import DownloadWish

    markets = [read_market(code, given.exchange) for code in given.market]
    written = getattr(given, "from")
    if written is None:
        raise WrongUsage(_NO_FROM)
    start = read_moment("--from", written)
    end = None if given.to is None else read_moment("--to", given.to)
    if end is not None:
        read_span(start, end)
    return DownloadWish(
        markets[0].exchange,
        tuple(dict.fromkeys(market.code for market in markets)),
        read_unit(given.unit or "1m"),
        start,
        end,
        _address(given.address, markets[0].exchange),
    )


def _address(written: str | None, exchange: str) -> str | None:
    if written is None:
        return None
    if exchange != _PRACTICE:
        raise WrongUsage(_ADDRESS_OF_PRACTICE)
    try:
        parts = urlsplit(written)
        is_ours = parts.scheme == "http" and parts.hostname in _LOOPBACK and parts.port is not None
    except ValueError as error:
        raise WrongUsage(_NOT_LOOPBACK) from error
    if not is_ours:
        raise WrongUsage(_NOT_LOOPBACK)
    return written


def _carry_out(desk: DownloadDesk, invocation: Invocation, stopping: Stopping) -> int:
    """All plans first, so that what it takes is known before it begins."""
    from upbit_auto_trading.cli import download_words as words

    console = invocation.console
    plans = desk.plans()
    for line in words.before(plans, desk.requests_per_second):
        console.say(line)
    for code in desk.unknown:
        console.error(words.UNKNOWN_MARKET.format(code=code), Text("", ""))
    is_whole = not desk.unknown
    for plan in plans:
        if plan.requests:
            is_whole = _download(desk, plan, invocation, stopping) and is_whole
        if stopping.told.is_set():
            console.error(words.STOPPED, Text("", ""))
            return 1
    return 0 if is_whole else 1


def _download(desk: DownloadDesk, plan: DownloadPlan, invocation: Invocation, stopping: Stopping) -> bool:
    from upbit_auto_trading.cli import download_words as words
    from upbit_auto_trading.cli.download_progress import DownloadLine

    console = invocation.console
    line = DownloadLine(plan, console.language, console.err, desk.clock)
    try:
        outcome = desk.run(plan, stopping.told, line)
    finally:
        line.end()
    for sentence in words.after(plan, outcome):
        console.say(sentence)
    if not stopping.told.is_set():
        for unit, count in desk.differences(plan).items():
            console.say(words.DIFFERENT.format(unit=unit.value, count=f"{count:,}"))
    return outcome.is_whole


COMMAND = Command(
    "download",
    Text(
        "거래소의 캔들을 내려받아요. 없는 것만 받고, 이어서 받아요.",
        "Downloads candles: only what is missing, and resumes.",
    ),
    _add_arguments,
    _run,
)
