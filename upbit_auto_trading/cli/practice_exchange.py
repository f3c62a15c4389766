"""``practice-exchange``: the built-in exchange on loopback, for any client, until it is stopped."""

from __future__ import annotations

import errno
import json

from upbit_auto_trading.business_logic.domain.errors import AnotherInstanceRuns, ExchangeError
from upbit_auto_trading.cli.command import Command, Invocation
from upbit_auto_trading.cli.download_trouble import download_sentences
from upbit_auto_trading.cli.parsing import BilingualParser, WrongUsage
from upbit_auto_trading.utils.bilingual_text import Text

_PORT_TAKEN = Text(
    "{port}번 포트를 쓸 수 없어요. 다른 프로그램이 쓰고 있을 수 있어요. 다른 포트를 고르거나 --port를 빼 주세요.",
    "Port {port} cannot be used; another program may hold it. Choose another one, or leave --port out.",
)
_STATE_TAKEN = Text(
    "다른 연습 거래소가 이 파일을 쓰고 있어요: {file}. 그것을 먼저 끄거나 --state에 다른 파일을 적어 주세요.",
    "Another practice exchange uses this file: {file}. Stop that one first, or give --state another file.",
)
_DOWNLOADING = Text(
    "실제 거래소의 캔들을 내려받고 있어요. 마켓마다 30초쯤 걸려요.",
    "Downloading candles of the real exchange: about half a minute for each market.",
)
# The last two are Windows' own: WSAEACCES (a reserved port), WSAEADDRINUSE.
_PORT_ERRORS = {errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES, 10013, 10048}


def _add_arguments(parser: BilingualParser) -> None:
    add = parser.add_option
    add("--port", Text("포트 (0이면 비어 있는 아무 포트, 기본 0)", "port (0, the default: any free one)"), "N")
    add("--speed", Text("시간의 빠르기: 1~1000 또는 max (기본 1)", "speed of time: 1 to 1000, or max (default 1)"), "N")
    add("--start", Text("시장 시각의 처음 (기본: 지금)", "where market time begins (default: now)"), "T")
    parser.add_repeated(
        "--candles",
        Text(
            "마켓의 캔들 파일, 최근 며칠을 내려받기, 또는 저장된 기간 (여러 번 가능)",
            "candle file of a market, its last days downloaded, or a stored range (may be repeated)",
        ),
        "CODE=FILE|CODE=download:DAYS|CODE=stored",
    )
    add("--markets", Text("내장 마켓 수 (기본 12)", "how many built-in markets (default 12)"), "N")
    add("--seed", Text("내장 마켓을 만드는 씨앗값 (기본 1)", "seed of the built-in markets (default 1)"), "N")
    add("--state", Text("잔고와 주문을 남길 파일", "file that keeps balances and orders"), "FILE")
    add("--access-key", Text("정해 둔 access key", "an access key of your own"), "K")
    add("--secret-key", Text("정해 둔 secret key", "a secret key of your own"), "S")
    add("--krw", Text("처음 가진 원화 (기본 10000000)", "KRW at first (default 10000000)"), "AMOUNT")


def _run(invocation: Invocation) -> int:
    from upbit_auto_trading.cli.practice_options import read_wish
    from upbit_auto_trading.composition_root.practice import serve_practice

    console = invocation.console
    try:
        wish = read_wish(invocation.arguments)
    except WrongUsage as wrong:
        console.error(wrong.sentence, Text("", ""))
        return 2
    try:
        if any(one.download_days for one in wish.candles):
            console.note(_DOWNLOADING)
        serve_practice(wish, lambda addresses: console.say(json.dumps(addresses)))
    except AnotherInstanceRuns as error:
        if console.shows_tracebacks:
            console.explain(error)
        console.error(_STATE_TAKEN.format(file=wish.state), Text("", ""))
        return 1
    except ExchangeError as error:  # of a download: nobody else is asked
        if console.shows_tracebacks:
            console.explain(error)
        console.error(*download_sentences(error))
        return 1
    except OSError as error:
        if error.errno not in _PORT_ERRORS:
            raise
        if console.shows_tracebacks:
            console.explain(error)
        console.error(_PORT_TAKEN.format(port=wish.port), Text("", ""))
        return 1
    return 0


COMMAND = Command(
    "practice-exchange",
    Text("연습 거래소를 이 컴퓨터에서만 열어요.", "Serves the practice exchange, on this computer only."),
    _add_arguments,
    _run,
)
