"""The rules of the exchange by date, from ``resources/market_rules/upbit.json``: a change of them is a line there.

Ticks, sizes and fees change on days of their own, so each has its own list of from-dates; here they are laid over one
another. A market's own list counts from its first day on; before it, and for what it does not name, its quote's does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Generic, TypeVar

from upbit_auto_trading.business_logic.domain.balance import FeeRates
from upbit_auto_trading.business_logic.domain.errors import InvariantBroken
from upbit_auto_trading.business_logic.domain.market_rules import MarketRules, RuleBook, TickBand, TickTable

FORMAT = "upbit-autotrader/market-rules"
VERSION = 1
FILE = Path("market_rules", "upbit.json")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Sizes:
    minimum_funds: Decimal
    maximum_funds: Decimal | None
    quantity_step: Decimal


@dataclass(frozen=True, slots=True)
class _From(Generic[_T]):
    since: datetime
    value: _T


@dataclass(frozen=True, slots=True)
class _Schedule:
    ticks: tuple[_From[TickTable], ...]
    sizes: tuple[_From[_Sizes], ...]
    fees: tuple[_From[FeeRates], ...]


def load_rules(resources: Path, exchange: str = "upbit") -> RuleBook:
    """Raises ``InvariantBroken`` with a sentence that names the place: the file is part of the program."""
    path = resources / FILE
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise InvariantBroken(f"the market rules cannot be read: {path.name}") from error
    return parse_rules(text, exchange)


def parse_rules(text: str, exchange: str = "upbit") -> RuleBook:
    try:
        # numbers of money stand in quotes; one that does not is kept exact all the same, and refused
        document = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise InvariantBroken(f"the market rules of {exchange} are not JSON: {error}") from error
    return _Reader(exchange).book(document)


class _Reader:
    def __init__(self, exchange: str) -> None:
        self._exchange = exchange
        self._tables: dict[str, TickTable] = {}

    def book(self, document: object) -> RuleBook:
        members = self._members(
            document, "", {"format", "version", "exchange", "tick_tables", "quotes"}, frozenset({"markets"})
        )
        if members["exchange"] != "upbit":
            raise self._wrong("exchange", f"{members['exchange']!r} is another exchange")
        if members["format"] != FORMAT or members["version"] != VERSION:
            raise self._wrong("format", f"is not version {VERSION} of {FORMAT}")
        tables = self._named(members["tick_tables"], "tick_tables")
        self._tables = {name: self._table(value, f"tick_tables.{name}") for name, value in tables.items()}
        quotes = {
            quote: self._schedule(value, f"quotes.{quote}")
            for quote, value in self._named(members["quotes"], "quotes").items()
        }
        return RuleBook(
            self._exchange,
            tuple((quote, _laid_over(schedule)) for quote, schedule in quotes.items()),
            tuple(
                (code, _laid_over(self._of_market(code, value, quotes)))
                for code, value in self._named(members.get("markets", {}), "markets").items()
            ),
        )

    def _of_market(self, code: str, value: object, quotes: dict[str, _Schedule]) -> _Schedule:
        place = f"markets.{code}"
        quote, _hyphen, base = code.partition("-")
        if quote not in quotes or not base:
            raise self._wrong(place, "is not a market of any quote above")
        general = quotes[quote]
        own = self._members(value, place, set(), frozenset({"ticks", "sizes", "fees"}))
        return _Schedule(
            (*general.ticks, *(self._ticks(own, place) if "ticks" in own else ())),
            (*general.sizes, *(self._sizes(own, place) if "sizes" in own else ())),
            (*general.fees, *(self._fees(own, place) if "fees" in own else ())),
        )

    def _schedule(self, value: object, place: str) -> _Schedule:
        members = self._members(value, place, {"ticks", "sizes", "fees"})
        return _Schedule(self._ticks(members, place), self._sizes(members, place), self._fees(members, place))

    def _ticks(self, members: dict[str, object], place: str) -> tuple[_From[TickTable], ...]:
        return self._dated(members["ticks"], f"{place}.ticks", {"table"}, self._table_by_name)

    def _sizes(self, members: dict[str, object], place: str) -> tuple[_From[_Sizes], ...]:
        names = {"minimum_funds", "maximum_funds", "quantity_step"}
        return self._dated(members["sizes"], f"{place}.sizes", names, self._size)

    def _fees(self, members: dict[str, object], place: str) -> tuple[_From[FeeRates], ...]:
        return self._dated(members["fees"], f"{place}.fees", {"maker", "taker"}, self._fee)

    def _table_by_name(self, entry: dict[str, object], place: str) -> TickTable:
        name = entry["table"]
        if not isinstance(name, str) or name not in self._tables:
            raise self._wrong(f"{place}.table", f"{name!r} is not among the tick tables")
        return self._tables[name]

    def _size(self, entry: dict[str, object], place: str) -> _Sizes:
        minimum = self._positive(entry["minimum_funds"], f"{place}.minimum_funds")
        maximum = entry["maximum_funds"]
        most = None if maximum is None else self._positive(maximum, f"{place}.maximum_funds")
        if most is not None and most < minimum:
            raise self._wrong(f"{place}.maximum_funds", f"{most} is below the minimum")
        return _Sizes(minimum, most, self._positive(entry["quantity_step"], f"{place}.quantity_step"))

    def _fee(self, entry: dict[str, object], place: str) -> FeeRates:
        maker, taker = self._rate(entry["maker"], f"{place}.maker"), self._rate(entry["taker"], f"{place}.taker")
        return FeeRates(maker_buy=maker, taker_buy=taker, maker_sell=maker, taker_sell=taker)

    def _rate(self, value: object, place: str) -> Decimal:
        rate = self._number(value, place)
        # a fee of 5 % would be a per cent sign forgotten
        if not 0 <= rate < Decimal("0.05"):
            raise self._wrong(place, f"{rate} is not a fraction from 0 to 0.05")
        return rate

    def _table(self, value: object, place: str) -> TickTable:
        bands: list[TickBand] = []
        for index, pair in enumerate(self._items(value, place)):
            at = f"{place}[{index}]"
            if not isinstance(pair, list) or len(pair) != 2:
                raise self._wrong(at, "is not a pair of price and tick")
            from_price, tick = self._number(pair[0], at), self._positive(pair[1], at)
            if bands and from_price <= bands[-1].from_price:
                raise self._wrong(at, f"{from_price} is not above the band before it")
            if bands and tick < bands[-1].tick:
                raise self._wrong(at, f"the tick {tick} is finer than that of lower prices")
            if from_price % tick:
                raise self._wrong(at, f"{from_price} is not on the grid of {tick}")
            bands.append(TickBand(from_price, tick))
        if bands[0].from_price != 0:
            raise self._wrong(place, "does not begin at the price 0")
        return TickTable(tuple(bands))

    def _dated(
        self, value: object, place: str, names: set[str], read: Callable[[dict[str, object], str], _T]
    ) -> tuple[_From[_T], ...]:
        found: list[_From[_T]] = []
        for index, item in enumerate(self._items(value, place)):
            at = f"{place}[{index}]"
            entry = self._members(item, at, {"since", *names}, frozenset({"note"}))
            since = self._moment(entry["since"], f"{at}.since")
            if found and since <= found[-1].since:
                raise self._wrong(f"{at}.since", f"{entry['since']} is not after the entry before it")
            found.append(_From(since, read(entry, at)))
        return tuple(found)

    def _moment(self, value: object, place: str) -> datetime:
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise self._wrong(place, f"{value!r} is not a moment with its offset")
        return moment

    def _positive(self, value: object, place: str) -> Decimal:
        number = self._number(value, place)
        if number <= 0:
            raise self._wrong(place, f"{number} is not above 0")
        return number

    def _number(self, value: object, place: str) -> Decimal:
        try:
            number = Decimal(value) if isinstance(value, str) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite() or number < 0:
            raise self._wrong(place, f"{value!r} is not a number in quotes")
        return number

    def _items(self, value: object, place: str) -> list[object]:
        if not isinstance(value, list) or not value:
            raise self._wrong(place, "is not a list with entries")
        return value

    def _named(self, value: object, place: str) -> dict[str, object]:
        if not isinstance(value, dict):
            raise self._wrong(place, "is not an object")
        return value

    def _members(
        self, value: object, place: str, needed: set[str], allowed: frozenset[str] = frozenset()
    ) -> dict[str, object]:
        members = self._named(value, place or "the document")
        missing, unknown = sorted(needed - members.keys()), sorted(members.keys() - needed - allowed)
        if missing:
            raise self._wrong(place or "the document", f"lacks {', '.join(missing)}")
        if unknown:
            raise self._wrong(place or "the document", f"has unknown members: {', '.join(unknown)}")
        return members

    def _wrong(self, place: str, sentence: str) -> InvariantBroken:
        return InvariantBroken(f"market rules of {self._exchange}, {place}: {sentence}")


def _at(entries: tuple[_From[_T], ...], moment: datetime) -> _T:
    """The last entry that has begun, so a market's own, which stand after its quote's, come first. The earliest known
    holds for the time before it too."""
    return next((entry.value for entry in reversed(entries) if entry.since <= moment), entries[0].value)


def _laid_over(schedule: _Schedule) -> tuple[MarketRules, ...]:
    moments = sorted({entry.since for part in (schedule.ticks, schedule.sizes, schedule.fees) for entry in part})
    found = []
    for moment in moments:
        sizes = _at(schedule.sizes, moment)
        found.append(
            MarketRules(
                since=moment,
                ticks=_at(schedule.ticks, moment),
                minimum_funds=sizes.minimum_funds,
                maximum_funds=sizes.maximum_funds,
                quantity_step=sizes.quantity_step,
                fees=_at(schedule.fees, moment),
            )
        )
    return tuple(found)
