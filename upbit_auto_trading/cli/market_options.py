"""Markets, units and times as they are typed in commands: from texts to values, or a sentence about what is wrong."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.day_starts import DAY_STARTS
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.cli.parsing import WrongUsage
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.korean_time import KST

DEFAULT_EXCHANGE: Final = "upbit"
#: as people write them
_OTHER_NAMES: Final = {"1h": CandleUnit.HOUR, "4h": CandleUnit.HOURS_4}
_UNITS: Final = {unit.value: unit for unit in CandleUnit if unit is not CandleUnit.YEAR} | _OTHER_NAMES
_CODE: Final = re.compile(r"[A-Z0-9]{1,10}-[A-Z0-9]{1,15}")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}([T ].+)?")

_NO_MARKET = Text("--market에 마켓을 적어 주세요. 예: KRW-BTC", "--market takes a market, for example KRW-BTC.")
_NO_UNIT = Text("--unit에는 이 가운데 하나를 적어 주세요: {units}.", "--unit takes one of: {units}.")
_NO_EXCHANGE = Text("--exchange에는 이 가운데 하나를 적어 주세요: {names}.", "--exchange takes one of: {names}.")
_NO_TIME = Text(
    "{name}에는 날짜나 시각을 적어 주세요. 예: 2025-09-01 (한국 시각), 2025-09-01T00:00Z (UTC)",
    "{name} takes a date or a time, for example 2025-09-01 (Korean time) or 2025-09-01T00:00Z (UTC).",
)
_NO_RANGE = Text("--to는 --from보다 뒤여야 해요.", "--to must be later than --from.")


def read_market(code: str | None, exchange: str | None) -> Market:
    """Raises WrongUsage."""
    name = exchange or DEFAULT_EXCHANGE
    if name not in DAY_STARTS:
        raise WrongUsage(_NO_EXCHANGE.format(names=", ".join(DAY_STARTS)))
    written = (code or "").strip().upper()
    if not _CODE.fullmatch(written):
        raise WrongUsage(_NO_MARKET)
    return Market(name, written)


def read_unit(written: str | None) -> CandleUnit:
    """``1M`` is a month and ``1m`` a minute. Raises WrongUsage."""
    unit = _UNITS.get((written or "").strip())
    if unit is None:
        names = (one.value for one in CandleUnit if one is not CandleUnit.YEAR)
        raise WrongUsage(_NO_UNIT.format(units=", ".join(names)))
    return unit


def read_moment(name: str, written: str) -> datetime:
    """Without a zone it is Korean time. Raises WrongUsage."""
    text = written.strip()
    try:
        if not _DATE.fullmatch(text):
            raise ValueError(text)
        moment = datetime.fromisoformat(text)
        return (moment.replace(tzinfo=KST) if moment.tzinfo is None else moment).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise WrongUsage(_NO_TIME.format(name=name)) from error


def read_span(start: datetime, end: datetime) -> Span:
    """[start, end). Raises WrongUsage."""
    if end <= start:
        raise WrongUsage(_NO_RANGE)
    return Span(start, end)


def shown_moment(moment: datetime) -> str:
    """In Korea, as everything that commands say."""
    return f"{moment.astimezone(KST):%Y-%m-%d %H:%M}"
