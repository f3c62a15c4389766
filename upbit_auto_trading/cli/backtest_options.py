"""The options of ``backtest``: from texts to values, or a sentence that says what is wrong with which."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.cli.market_options import read_market, read_moment, read_span, read_unit
from upbit_auto_trading.cli.parsing import BilingualParser, WrongUsage
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:  # heavy: only where they are used
    from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings
    from upbit_auto_trading.composition_root.backtest_inputs import CandleFile

_CASH: Final = 10_000_000.0
_NAMED_FILE: Final = re.compile(r"([A-Za-z0-9]{1,10}-[A-Za-z0-9]{1,15})=(.+)")
_NOT_A_NUMBER: Final = Text("{name}에는 숫자를 적어 주세요.", "{name} takes a number.")
_NO_FILE: Final = Text("이런 캔들 파일이 없어요: {file}", "There is no such candle file: {file}")
_TWICE: Final = Text("{code}{이/가} 두 번 있어요.", "{code} is given twice.")
_MARKET_OF_ONE: Final = Text(
    "캔들 파일이 여러 개면 마켓은 파일 앞에 적어 주세요. 예: --candles KRW-BTC=btc.csv",
    "With several candle files the market stands before each, such as --candles KRW-BTC=btc.csv.",
)
_ALL_OR_NONE: Final = Text(
    "마켓을 적은 캔들 파일과 적지 않은 파일을 함께 쓸 수 없어요.",
    "Candle files with and without a market cannot be run together.",
)
_NO_CANDLES: Final = Text(
    "--candles에 파일을, 또는 --market에 저장된 캔들의 마켓을 적어 주세요.",
    "Give candle files with --candles, or a market of the stored candles with --market.",
)


@dataclass(frozen=True, slots=True)
class BacktestWish:
    """``files`` or ``markets``; with neither, the markets that the strategy names."""

    strategy: str
    exchange: str
    files: tuple[CandleFile, ...]
    markets: tuple[Market, ...]
    unit: CandleUnit | None
    start: datetime | None
    end: datetime | None
    settings: BacktestSettings
    json: Path | None
    html: Path | None


def add_backtest_arguments(parser: BilingualParser) -> None:
    parser.add_argument(
        "strategy", Text("전략 파일 또는 기본 전략의 이름", "a strategy file, or the name of a built-in one")
    )
    parser.add_repeated(
        "--candles",
        Text(
            "캔들 파일 csv, csv.gz, parquet (여러 번 가능); 마켓을 적으면 그 규칙을 따라요",
            "candle file: csv, csv.gz, parquet (may be repeated); with a market by its rules",
        ),
        "[CODE=]FILE",
    )
    parser.add_repeated(
        "--market",
        Text(
            "마켓 (여러 번 가능); --candles가 없으면 저장된 캔들",
            "market (may be repeated); without --candles its stored candles",
        ),
        "CODE",
    )
    add = parser.add_option
    add("--exchange", Text("거래소: upbit(기본) 또는 practice", "exchange: upbit (default) or practice"), "NAME")
    add("--unit", Text("캔들 단위 (기본: 전략의 단위)", "candle unit (default: the strategy's)"), "UNIT")
    add("--from", Text("처음 (한국 시각, Z를 붙이면 UTC)", "start (Korean time; with Z UTC)"), "T")
    add("--to", Text("끝, 들어가지 않음", "end, not included"), "T")
    add(
        "--fee",
        Text("수수료율 (기본: 마켓의 규칙, 없으면 0.0005)", "fee (default: the market's rules, else 0.0005)"),
        "F",
        takes_minus=True,
    )
    add("--slippage", Text("슬리피지 비율 (기본 0)", "slippage as a share (default 0)"), "S", takes_minus=True)
    add(
        "--spread",
        Text("매수 호가와 매도 호가의 차이 비율 (기본 0)", "between best bid and ask, as a share (default 0)"),
        "S",
        takes_minus=True,
    )
    add("--latency", Text("늦어지는 캔들 수 (기본 0)", "candles an order comes late (default 0)"), "N")
    add(
        "--volume-share",
        Text("캔들 거래량 가운데 체결될 수 있는 비율", "of a candle's volume that fills may be (default: any)"),
        "S",
    )
    parser.add_switch(
        "--touching", Text("지정가에 닿기만 해도 체결로 봐요", "limit orders are filled where the price touches them")
    )
    add("--cash", Text("시작 금액 (기본 10000000)", "starting cash (default 10000000)"), "AMOUNT", takes_minus=True)
    parser.add_switch("--step", Text("모든 캔들을 하나씩 지나가요 (느려요)", "step through every candle (slow)"))
    add("--json", Text("결과를 JSON으로 저장해요", "write the result as JSON"), "OUT")
    add("--html", Text("결과를 한 장의 페이지로 저장해요", "write the result as one page"), "OUT")


def read_backtest_wish(given: argparse.Namespace) -> BacktestWish:
    """Raises WrongUsage."""
    from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings

    exchange = read_market("KRW-BTC", given.exchange).exchange  # whichever market: only the name is looked at
    markets = tuple(read_market(code, exchange) for code in given.market)
    start, end = (
        None if written is None else read_moment(name, written)
        for name, written in (("--from", getattr(given, "from")), ("--to", given.to))
    )
    if start is not None and end is not None:
        read_span(start, end)
    settings = BacktestSettings(
        cash=_number("--cash", given.cash, _CASH),
        fee=None if given.fee is None else _number("--fee", given.fee, 0.0),
        slippage=_number("--slippage", given.slippage, 0.0),
        spread=_number("--spread", given.spread, 0.0),
        latency=_whole("--latency", given.latency),
        volume_share=None if given.volume_share is None else _number("--volume-share", given.volume_share, 1.0),
        touching_fills=given.touching,
        fast_forward=not given.step,
    )
    files = read_files(given.candles, markets, exchange)
    _refuse_twice([str(market) for market in markets])
    return BacktestWish(
        strategy=given.strategy,
        exchange=exchange,
        files=files,
        markets=() if files else markets,
        unit=None if given.unit is None else read_unit(given.unit),
        start=start,
        end=end,
        settings=settings,
        json=_path(given.json),
        html=_path(given.html),
    )


def read_files(written: Sequence[str], markets: Sequence[Market], exchange: str) -> tuple[CandleFile, ...]:
    """Raises WrongUsage."""
    from upbit_auto_trading.composition_root.backtest_inputs import CandleFile

    files = []
    for one in written:
        named = _NAMED_FILE.fullmatch(one)
        is_named = named is not None and not Path(one).expanduser().is_file()
        market = read_market(named[1], exchange) if named is not None and is_named else None
        path = Path(named[2] if named is not None and is_named else one).expanduser()
        if not path.is_file():
            raise WrongUsage(_NO_FILE.format(file=path))
        files.append(CandleFile(path, market))
    if files and markets:
        if len(files) > 1 or len(markets) > 1 or files[0].market is not None:
            raise WrongUsage(_MARKET_OF_ONE)
        files = [CandleFile(files[0].path, markets[0])]
    if len({file.market is None for file in files}) > 1:
        raise WrongUsage(_ALL_OR_NONE)
    _refuse_twice([str(file.market) for file in files if file.market is not None])
    return tuple(files)


def no_candles() -> WrongUsage:
    return WrongUsage(_NO_CANDLES)


def _refuse_twice(names: Sequence[str]) -> None:
    twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
    if twice is not None:
        raise WrongUsage(_TWICE.format(code=twice))


def _number(name: str, written: str | None, otherwise: float) -> float:
    if written is None:
        return otherwise
    try:
        return float(written.replace(",", ""))
    except ValueError as error:
        raise WrongUsage(_NOT_A_NUMBER.format(name=name)) from error


def _whole(name: str, written: str | None) -> int:
    if written is None:
        return 0
    if not (written.isascii() and written.isdigit() and len(written) < 12):
        raise WrongUsage(_NOT_A_NUMBER.format(name=name))
    return int(written)


def _path(written: str | None) -> Path | None:
    return None if written is None else Path(written).expanduser().absolute()
