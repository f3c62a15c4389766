"""Puts a practice exchange together from what it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_rules import RuleBook
from upbit_auto_trading.business_logic.ports.clock import Clock
from upbit_auto_trading.business_logic.simulation.candle_sources import CandleSource, StoredCandles
from upbit_auto_trading.business_logic.simulation.market_generator import FIRST_AT, GeneratedMarket
from upbit_auto_trading.business_logic.simulation.market_replay import MarketReplay, ReplaySettings
from upbit_auto_trading.business_logic.simulation.practice_markets import generated_market
from upbit_auto_trading.business_logic.simulation.preceded_candles import PrecededCandles
from upbit_auto_trading.business_logic.simulation.virtual_exchange import VirtualExchange
from upbit_auto_trading.data_layer.practice_exchange.accounts_and_keys import new_key
from upbit_auto_trading.data_layer.practice_exchange.first_moment import HISTORY, first_moment
from upbit_auto_trading.data_layer.practice_exchange.practice_clock import Pace, PracticeClock
from upbit_auto_trading.data_layer.practice_exchange.practice_key import PracticeKey
from upbit_auto_trading.data_layer.practice_exchange.practice_rules import practice_rules
from upbit_auto_trading.data_layer.practice_exchange.pump import INTERVAL
from upbit_auto_trading.data_layer.practice_exchange.state_file import KeptState, StateKeeper, read_state
from upbit_auto_trading.data_layer.practice_exchange.world import PracticeWorld
from upbit_auto_trading.data_layer.practice_exchange.world_fingerprint import world_fingerprint

#: the account of the first key
ACCOUNT: Final = "practice"
DEFAULT_MARKETS: Final = 12
DEFAULT_SEED: Final = 1
DEFAULT_KRW: Final = Decimal(10_000_000)
#: a state kept so short a time ago goes on at the present, through what was missed
_SHORT_BREAK = timedelta(hours=1)
_DAY = timedelta(days=1)
#: market time does not go there
LAST_AT: Final = datetime(2100, 1, 1, tzinfo=UTC)
_BOOK_GRID = timedelta(milliseconds=100)


@dataclass(frozen=True, slots=True)
class PracticeOptions:
    speed: float = 1.0
    pace: Pace = Pace.RUNNING
    #: None: where the kept state stands, else within the given candles, else now
    start: datetime | None = None
    markets: int = DEFAULT_MARKETS
    #: None: that of the kept state
    seed: int | None = None
    #: take the place of built-in markets of the same name
    sources: tuple[StoredCandles, ...] = ()
    #: the first thirty days of the sources are meant as the past, however few follow
    sources_bring_past: bool = False
    state: Path | None = None
    access_key: str | None = None
    secret_key: str | None = None
    krw: Decimal = DEFAULT_KRW
    stable_coin_half_tick: bool = False


class CandleReplays:
    """Replays over the same sources, each with settings that fit the pace of the clock."""

    def __init__(self, sources: Sequence[CandleSource], rules: RuleBook, seed: int, clock: PracticeClock) -> None:
        self._sources = tuple(sources)
        self._rules = rules
        self._seed = seed
        self._clock = clock

    def whole(self) -> MarketReplay:
        """Nobody sees more books than there are turns of the pump: faster markets make fewer."""
        interval = max(_BOOK_GRID, timedelta(seconds=INTERVAL * self._clock.speed))
        if self._clock.pace is Pace.MAXIMUM:
            interval = timedelta(minutes=1)
        settings = replace(self._settings(), book_interval=interval, slippage=self._clock.slippage)
        return MarketReplay(self._sources, self._rules, settings, self._seed)

    def of(self, market: Market) -> MarketReplay:
        """Its trades alone are asked for, so it makes as few books as it can."""
        source = next(source for source in self._sources if source.market == market)
        settings = replace(self._settings(), book_interval=timedelta(days=1))
        return MarketReplay((source,), self._rules, settings, self._seed)

    def _settings(self) -> ReplaySettings:
        return ReplaySettings(lock_step=self._clock.pace is Pace.LOCK_STEP)


@dataclass(frozen=True, slots=True)
class Assembled:
    world: PracticeWorld
    key: PracticeKey
    #: makes every account a new one; the market goes on
    reset: Callable[[], None]
    #: None without a state file
    keeper: StateKeeper | None = None
    #: raises InvalidParameter for a moment at which a market would stand still
    check_moment: Callable[[datetime], None] = lambda _moment: None
    #: made when somebody asks
    fingerprint: Callable[[], str] = lambda: ""


def assemble(options: PracticeOptions, real: Clock) -> Assembled:
    """Raises InputError and StorageError."""
    if not options.markets and not options.sources:
        raise InvalidParameter("markets", options.markets, "nothing-to-trade")
    kept = read_state(options.state) if options.state is not None else None
    if options.start is not None:
        refuse_dead_start(options.start, options)
    seed = options.seed if options.seed is not None else kept.seed if kept is not None else DEFAULT_SEED
    rules = practice_rules(stable_coin_half_tick=options.stable_coin_half_tick)
    sources = _sources(options, rules, seed)
    start = _start(options, kept, real)
    if kept is None:  # an account is opened wherever its time stands
        refuse_dead_moment(start, options)
    is_present = options.start is None and timedelta(0) <= real.now() - start < _SHORT_BREAK
    clock = PracticeClock(real, start, pace=options.pace, speed=options.speed, follows_present=is_present)
    exchange = _exchange(options, kept, rules, sources)
    world = PracticeWorld(exchange, rules, CandleReplays(sources, rules, seed, clock), clock)
    key = new_key(ACCOUNT, clock.now(), access_key=options.access_key, secret_key=options.secret_key)
    world.keys[key.access_key] = key
    number = kept.number if kept is not None else 0
    keeper = StateKeeper(options.state, world, seed, number) if options.state is not None else None

    def reset() -> None:
        fresh = VirtualExchange(rules)
        for source in sources:
            fresh.add_market(source.listed)
        for account_id in {ACCOUNT, *(known.account_id for known in world.keys.values())}:
            fresh.open_account(account_id, {"KRW": options.krw})
        world.start_over(fresh)

    built_in = [source for source in sources if source.market not in {one.market for one in options.sources}]
    fingerprint = cache(lambda: world_fingerprint(seed, options.sources, built_in))
    return Assembled(world, key, reset, keeper, lambda moment: refuse_dead_moment(moment, options), fingerprint)


def refuse_dead_moment(moment: datetime, options: PracticeOptions) -> None:
    """Before its first candles a market would stand still, and so many years ahead numbers come to their ends."""
    if moment >= LAST_AT:
        raise InvalidParameter("start", moment.isoformat(), "after-all-candles", f"{LAST_AT - _DAY:%Y-%m-%d}")
    if options.markets and moment < FIRST_AT + HISTORY:
        raise InvalidParameter("start", moment.isoformat(), "before-all-candles", f"{FIRST_AT + HISTORY:%Y-%m-%d}")
    for source in options.sources:
        if moment < source.first_at:
            raise InvalidParameter(source.market.code, moment.isoformat(), "no-candles-at-start")


def refuse_dead_start(start: datetime, options: PracticeOptions) -> None:
    """Where market time would begin before a market's first candle or after its last one, it would stand still."""
    refuse_dead_moment(start, options)
    for source in options.sources:
        if start >= source.ends_at:
            raise InvalidParameter(source.market.code, start.isoformat(), "no-candles-at-start")


def _sources(options: PracticeOptions, rules: RuleBook, seed: int) -> tuple[CandleSource, ...]:
    given = {source.market: PrecededCandles(source, rules, seed, HISTORY) for source in options.sources}
    characters = [generated_market(number, seed) for number in range(1, options.markets + 1)]
    built_in = [GeneratedMarket(character, rules, seed) for character in characters if character.market not in given]
    return (*given.values(), *built_in)


def _start(options: PracticeOptions, kept: KeptState | None, real: Clock) -> datetime:
    if options.start is not None:
        return options.start
    if kept is not None:
        return kept.now
    if not options.sources:
        return real.now()
    first = max(source.first_at for source in options.sources)
    last = min(source.ends_at for source in options.sources)
    return first_moment(first, last, brings_past=options.sources_bring_past)


def _exchange(
    options: PracticeOptions, kept: KeptState | None, rules: RuleBook, sources: Sequence[CandleSource]
) -> VirtualExchange:
    if kept is None:
        exchange = VirtualExchange(rules)
        exchange.open_account(ACCOUNT, {"KRW": options.krw})
        known = set()
    else:
        exchange = VirtualExchange.from_state(rules, kept.exchange)
        known = {market.listed.market for market in kept.exchange.markets}
    for source in sources:
        if source.market not in known:
            exchange.add_market(source.listed)
    return exchange
