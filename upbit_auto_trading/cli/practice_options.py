"""The options of ``practice-exchange``: from texts to values, or a sentence that says what is wrong with which."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from upbit_auto_trading.cli.market_options import read_moment, read_span
from upbit_auto_trading.cli.parsing import WrongUsage
from upbit_auto_trading.composition_root.practice import CandleWish, PracticeWish
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.korean_time import KST

_Value = TypeVar("_Value")
_MOST_MARKETS = 1_000
_DOWNLOAD = re.compile(r"download:(\d{1,3})")
_STORED = re.compile(r"stored(?::(.+)\.\.(.+))?")
_CODE = re.compile(r"[A-Z0-9]{1,10}-[A-Z0-9]{1,15}")

_NOT_A_NUMBER = Text(
    "{name}에는 {low}부터 {high}까지의 수를 적어 주세요.", "{name} takes a number from {low} to {high}."
)
_SPEED = Text(
    "--speed에는 1부터 1000까지의 수 또는 max를 적어 주세요.", "--speed takes a number from 1 to 1000, or max."
)
_TIME = Text(
    "--start에는 시각을 적어 주세요. 예: 2026-11-18T09:00 (한국 시각), 2026-11-18T00:00Z (UTC)",
    "--start takes a time, for example 2026-11-18T09:00 (Korean time) or 2026-11-18T00:00Z (UTC).",
)
_CANDLES = Text(
    "--candles는 마켓=파일, 마켓=download:일수, 마켓=stored 가운데 하나로 적어 주세요. 예: KRW-BTC=btc.csv, "
    "KRW-BTC=download:30, KRW-BTC=stored:2025-09-01..2025-10-01",
    "--candles takes MARKET=FILE, MARKET=download:DAYS or MARKET=stored, for example KRW-BTC=btc.csv, "
    "KRW-BTC=download:30 or KRW-BTC=stored:2025-09-01..2025-10-01.",
)
_TWICE = Text("--candles에 {code}{이/가} 두 번 있어요.", "--candles names {code} twice.")
_NO_FILE = Text("이런 캔들 파일이 없어요: {file}", "There is no such candle file: {file}")
_MONEY = Text("--krw에는 0 이상의 금액을 적어 주세요.", "--krw takes an amount of 0 or more.")
_KEYS = Text(
    "--access-key와 --secret-key는 함께, 빈칸 없이 적어 주세요.",
    "--access-key and --secret-key go together, without blanks.",
)
_NO_FOLDER = Text("--state 파일을 둘 폴더가 없어요: {folder}", "The folder for the --state file is missing: {folder}")


def read_wish(given: argparse.Namespace) -> PracticeWish:
    """Raises WrongUsage."""
    port = _whole("--port", given.port, 0, 65_535)
    return PracticeWish(
        port=port if port is not None else 0,
        speed=_speed(given.speed),
        start=_start(given.start),
        candles=_candles(given.candles),
        markets=_whole("--markets", given.markets, 0, _MOST_MARKETS),
        seed=_whole("--seed", given.seed, 0, 2**31),
        state=_state(given.state),
        krw=_money(given.krw),
        data_dir=given.data_dir,
        **_keys(given),
    )


def _whole(name: str, written: str | None, low: int, high: int) -> int | None:
    if written is None:
        return None
    if not (written.isascii() and written.isdigit() and len(written) < 12 and low <= int(written) <= high):
        raise WrongUsage(_NOT_A_NUMBER.format(name=name, low=low, high=f"{high:,}"))
    return int(written)


def _speed(written: str | None) -> float | None:
    """None for ``max``."""
    if written is None:
        return 1.0
    if written == "max":
        return None
    number = _parsed(float, written, _SPEED)
    if not 1 <= number <= 1_000:
        raise WrongUsage(_SPEED)
    return number


def _start(written: str | None) -> datetime | None:
    if written is None:
        return None
    moment = _parsed(datetime.fromisoformat, written, _TIME)
    zoned = moment.replace(tzinfo=KST) if moment.tzinfo is None else moment
    return zoned.astimezone(UTC)


def _candles(written: list[str]) -> tuple[CandleWish, ...]:
    wishes: dict[str, CandleWish] = {}
    for one in written:
        code, _equals, source = one.partition("=")
        if not _CODE.fullmatch(code) or not source:
            raise WrongUsage(_CANDLES)
        if code in wishes:
            raise WrongUsage(_TWICE.format(code=code))
        wishes[code] = _candle_wish(code, source)
    return tuple(wishes.values())


def _candle_wish(code: str, source: str) -> CandleWish:
    days = _DOWNLOAD.fullmatch(source)
    if days is not None:
        if int(days[1]) < 1:
            raise WrongUsage(_CANDLES)
        return CandleWish(code, download_days=int(days[1]))
    stored = _STORED.fullmatch(source)
    if stored is not None:
        ends = [read_moment("--candles", text) for text in stored.groups() if text is not None]
        return CandleWish(code, is_stored=True, stored_span=read_span(*ends) if ends else None)
    file = Path(source).expanduser()
    if not file.is_file():
        raise WrongUsage(_NO_FILE.format(file=file))
    return CandleWish(code, file=file)


def _state(written: str | None) -> Path | None:
    if written is None:
        return None
    path = Path(written).expanduser().absolute()
    if not path.parent.is_dir():
        raise WrongUsage(_NO_FOLDER.format(folder=path.parent))
    return path


def _money(written: str | None) -> Decimal:
    amount = _parsed(Decimal, (written or "10000000").replace(",", ""), _MONEY)
    if not (amount.is_finite() and 0 <= amount < Decimal("1e15")):
        raise WrongUsage(_MONEY)
    return amount


def _keys(given: argparse.Namespace) -> dict[str, str | None]:
    access_key, secret_key = given.access_key, given.secret_key
    both = (access_key is None) == (secret_key is None)
    sound = all(key is None or (key.isascii() and key.isprintable() and key and " " not in key)
                for key in (access_key, secret_key))  # fmt: skip
    if not (both and sound):
        raise WrongUsage(_KEYS)
    return {"access_key": access_key, "secret_key": secret_key}


def _parsed(kind: Callable[[str], _Value], written: str, otherwise: Text) -> _Value:
    try:
        return kind(written)
    except (ValueError, InvalidOperation) as error:
        raise WrongUsage(otherwise) from error
