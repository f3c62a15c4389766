"""A practice exchange whose time stands, a client of it, and a place for what is downloaded."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from tests.fakes.memory_candle_store import MemoryCandleStore
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries, series_of
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span, merged
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.candle_store import WriteReport
from upbit_auto_trading.business_logic.ports.downloads import DownloadPlan, DownloadProgress, DownloadRequest
from upbit_auto_trading.business_logic.use_cases.plan_download import plan_download
from upbit_auto_trading.composition_root.practice import practice_child
from upbit_auto_trading.config.app_paths import resources_folder
from upbit_auto_trading.data_layer.candle_download.download import CandleDownload, DownloadOutcome, Patience
from upbit_auto_trading.data_layer.exchanges.upbit.adapter import UpbitExchange
from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses
from upbit_auto_trading.data_layer.exchanges.upbit.rules import load_rules
from upbit_auto_trading.data_layer.exchanges.upbit.signing import AccessKey
from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl
from upbit_auto_trading.data_layer.practice_exchange.process import PracticeProcess
from upbit_auto_trading.data_layer.system_clock import SystemClock
from upbit_auto_trading.utils.secret import Secret

START = datetime(2026, 11, 20, 12, 0, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BTC = Market("practice", "KRW-BTC")
#: in most of its minutes nobody trades
QUIET = Market("practice", "KRW-WAXP")
#: failures that would take minutes of a user take a moment here
HURRIED = Patience(first_pause_seconds=0.02, longest_pause_seconds=0.1, give_up_after_seconds=20.0)


class Kept(MemoryCandleStore):
    """Notes in which threads was written."""

    def __init__(self) -> None:
        super().__init__()
        self.writers: set[int] = set()

    def write(self, series: CandleSeries, span: Span, origin: Origin, recorded_at: datetime) -> WriteReport:
        self.writers.add(threading.get_ident())
        return super().write(series, span, origin, recorded_at)

    def known(self, market: Market = BTC) -> tuple[Span, ...]:
        return merged(one.span for one in self.covered(market, CandleUnit.MINUTE))

    def series(self, span: Span, market: Market = BTC) -> CandleSeries:
        return self.read(market, CandleUnit.MINUTE, span).series


class Field:
    """``source``: what the exchange says when nothing goes wrong, asked for once."""

    def __init__(self, process: PracticeProcess) -> None:
        self.process = process
        self.addresses = process.start()
        self.control = PracticeControl(self.addresses.control_url, self.addresses.control_token)
        self.clock = SystemClock()
        self.control.pause()
        self._sources: dict[tuple[Market, CandleUnit, Span], CandleSeries] = {}

    def begin(self) -> None:
        self.control.reset()
        self.control.pause()

    @contextmanager
    def client(self, read_seconds: float = 0.5) -> Iterator[UpbitExchange]:
        """Gives up reading soon, so that failures reach the download."""
        exchange = UpbitExchange(
            UpbitAddresses(self.addresses.rest_url, self.addresses.websocket_url),
            self.clock,
            load_rules(resources_folder(), "practice"),
            AccessKey(Secret(self.addresses.access_key), self.addresses.secret_key),
            name="practice",
            read_seconds=read_seconds,
        )
        try:
            yield exchange
        finally:
            exchange.close()

    def source(self, span: Span, market: Market = BTC, unit: CandleUnit = CandleUnit.MINUTE) -> CandleSeries:
        key = (market, unit, span)
        if key not in self._sources:
            with self.client(read_seconds=20.0) as exchange:
                candles = exchange.market_data.candles_between(market, unit, span.start, span.end)
            self._sources[key] = series_of(market, unit, candles)
        return self._sources[key]

    def plan(
        self, exchange: UpbitExchange, span: Span, kept: Kept, market: Market = BTC, now: datetime = START
    ) -> DownloadPlan:
        request = DownloadRequest(market, CandleUnit.MINUTE, span)
        return plan_download(exchange.capabilities, kept.covered(market, CandleUnit.MINUTE), request, now)


def run(
    exchange: UpbitExchange,
    plan: DownloadPlan,
    kept: Kept,
    *,
    patience: Patience = HURRIED,
    cancelled: threading.Event | None = None,
    told: list[DownloadProgress] | None = None,
    threads: int = 4,
) -> DownloadOutcome:
    notes: list[DownloadProgress] = [] if told is None else told
    return CandleDownload(
        plan,
        exchange.market_data,
        exchange.capabilities,
        kept.write,
        SystemClock(),
        cancelled=cancelled or threading.Event(),
        tell=notes.append,
        patience=patience,
        threads=threads,
    ).run()


@contextmanager
def served(options: Sequence[str] = ()) -> Iterator[Field]:
    start = f"{START:%Y-%m-%dT%H:%M:%SZ}"
    process = practice_child(["--markets", "12", "--seed", "7", "--start", start, *options], SystemClock())
    try:
        yield Field(process)
    finally:
        process.stop()
