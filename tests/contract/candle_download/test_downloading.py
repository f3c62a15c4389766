"""Pages over real sockets: all of them, once, whatever the exchange does on the way; what is left is said."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet

from tests.contract.candle_download.field import HURRIED, MINUTE, QUIET, START, Field, Kept, run
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span, merged
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.downloads import DownloadPhase, DownloadProgress
from upbit_auto_trading.data_layer.candle_download.download import Patience

END = START.replace(second=0)
#: six pages
HOURS = Span(END - 1_200 * MINUTE, END - 20 * MINUTE)


def test_a_range_is_downloaded_candle_for_candle(field: Field) -> None:
    kept = Kept()
    told: list[DownloadProgress] = []
    with field.client() as exchange:
        plan = field.plan(exchange, HOURS, kept, QUIET)
        outcome = run(exchange, plan, kept, told=told)
        assert field.plan(exchange, HOURS, kept, QUIET).pages == ()
    source = field.source(HOURS, QUIET)
    assert kept.series(HOURS, QUIET).equals(source)
    assert outcome.phase is DownloadPhase.COMPLETE
    assert kept.known(QUIET) == (HOURS,)
    assert {one.origin for one in kept.covered(QUIET, CandleUnit.MINUTE)} == {Origin.EXCHANGE}
    assert outcome.progress.candles == len(source)
    assert outcome.progress.without_trades == 1_180 - len(source) > 0
    assert [one.fraction for one in told] == sorted(one.fraction for one in told)
    assert kept.writers == {threading.get_ident()}


def long(fault: dict[str, Any]) -> ParameterSet:
    return pytest.param(fault, marks=pytest.mark.long)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "amount": 503, "probability": 0.4},
        {"kind": "garbage", "probability": 0.4},
        long({"kind": "rate-limited", "probability": 0.4}),
        long({"kind": "reset-before", "probability": 0.4}),
        long({"kind": "reset-after", "probability": 0.4}),
        long({"kind": "truncated", "amount": 60, "probability": 0.4}),
        long({"kind": "maintenance", "form": "page", "times": 7}),
        long({"kind": "drop-reply", "amount": 1, "times": 3}),
    ],
    ids=lambda fault: str(fault["kind"]),
)
def test_what_goes_wrong_on_the_way_leaves_no_hole(field: Field, fault: dict[str, Any], expected_log: LogGuard) -> None:
    expected_log.expect("could not be read", at_least=0)
    kept = Kept()
    number = field.control.add_fault(path="/v1/candles/*", seed=3, **fault)
    with field.client() as exchange:
        outcome = run(exchange, field.plan(exchange, HOURS, kept), kept)
    hits = next(one["hits"] for one in field.control.faults() if one["id"] == number)
    assert hits >= 2
    assert (outcome.phase, outcome.progress.failures) == (DownloadPhase.COMPLETE, ())
    field.control.clear_faults()
    assert kept.series(HOURS).equals(field.source(HOURS))


def test_while_the_exchange_wants_silence_nothing_is_asked(field: Field, expected_log: LogGuard) -> None:
    """A 418: the first answers say until when; after it everything comes."""
    expected_log.expect("blocked by the exchange", at_least=0)
    kept = Kept()
    told: list[DownloadProgress] = []
    field.control.add_fault("blocked", amount=2, path="/v1/candles/*", times=1)
    with field.client() as exchange:
        outcome = run(exchange, field.plan(exchange, HOURS, kept), kept, told=told)
    assert outcome.phase is DownloadPhase.COMPLETE
    assert any(one.silent_until is not None for one in told)
    assert outcome.progress.silent_until is None
    assert kept.series(HOURS).equals(field.source(HOURS))


def test_a_long_silence_ends_the_download_and_says_until_when(field: Field, expected_log: LogGuard) -> None:
    expected_log.expect("blocked by the exchange", at_least=0)
    kept = Kept()
    field.control.add_fault("blocked", amount=3_600, path="/v1/candles/*", times=1)
    with field.client() as exchange:
        outcome = run(exchange, field.plan(exchange, HOURS, kept), kept)
    field.control.clear_faults()
    assert outcome.phase is DownloadPhase.INCOMPLETE
    (failure,) = outcome.progress.failures
    assert failure.until is not None
    assert outcome.seconds < 5, "nobody waits for that"
    assert timedelta(minutes=50) < failure.until - field.clock.now() < timedelta(minutes=70)
    known = kept.known()
    assert merged((*known, *(one.span for one in outcome.progress.failures))) == (HOURS,)
    assert outcome.progress.failed + outcome.progress.done == outcome.progress.pages == 6


def test_pages_that_always_fail_are_listed_and_come_with_the_next_download(field: Field) -> None:
    kept = Kept()
    field.control.add_fault("status", amount=500, path="/v1/candles/*", probability=0.75, seed=1)
    impatient = Patience(tries=1, first_pause_seconds=0.01, longest_pause_seconds=0.02)
    with field.client(read_seconds=0.05) as exchange:
        first = run(exchange, field.plan(exchange, HOURS, kept), kept, patience=impatient)
        assert first.phase is DownloadPhase.INCOMPLETE
        assert 0 < first.progress.failed <= 6
        lost = merged(one.span for one in first.progress.failures)
        assert merged((*lost, *kept.known())) == (HOURS,)
        field.control.clear_faults()
        again = field.plan(exchange, HOURS, kept)
        assert merged(again.pages) == lost
    with field.client() as exchange:
        assert run(exchange, again, kept).phase is DownloadPhase.COMPLETE
    assert kept.series(HOURS).equals(field.source(HOURS))


def test_the_newest_candles_that_are_not_listed_yet_stay_unknown(field: Field) -> None:
    newest = Span(END - 40 * MINUTE, END)
    kept = Kept()
    field.control.add_fault("missing-candles", amount=4)
    with field.client() as exchange:
        outcome = run(exchange, field.plan(exchange, newest, kept), kept)
        source_end = kept.known()[-1].end
        assert END - 12 * MINUTE < source_end < END
        assert outcome.progress.unlisted == (Span(source_end, END),)
        field.control.clear_faults()
        # a little later it is there, and nobody took it for minutes without trades
        again = field.plan(exchange, newest, kept)
        assert again.pages == (Span(source_end, END),)
        run(exchange, again, kept)
    assert kept.series(newest).equals(field.source(newest))


def test_a_market_that_is_gone_ends_at_once(field: Field) -> None:
    kept = Kept()
    with field.client() as exchange:
        plan = field.plan(exchange, HOURS, kept, Market("practice", "KRW-NOWHERE"))
        outcome = run(exchange, plan, kept)
    assert (outcome.phase, outcome.trouble) == (DownloadPhase.FAILED, "market-unknown")
    assert kept.known() == ()


def test_a_download_is_cancelled_within_a_second(field: Field) -> None:
    """Also while every request hangs."""
    kept = Kept()
    cancelled = threading.Event()
    field.control.add_fault("latency", amount=3_000, path="/v1/candles/*")
    timer = threading.Timer(0.3, cancelled.set)
    timer.start()
    with field.client() as exchange:
        began = field.clock.monotonic()
        outcome = run(exchange, field.plan(exchange, HOURS, kept), kept, cancelled=cancelled)
        took = field.clock.monotonic() - began
    timer.join()
    assert outcome.phase is DownloadPhase.CANCELLED
    assert took < 1.3
    assert outcome.progress.left == 6


def test_an_exchange_that_is_away_is_not_waited_for_without_end(field: Field) -> None:
    kept = Kept()
    field.control.add_fault("reset-before", path="/v1/candles/*")
    patience = Patience(first_pause_seconds=0.05, longest_pause_seconds=0.1, give_up_after_seconds=0.5)
    with field.client(read_seconds=0.1) as exchange:
        outcome = run(exchange, field.plan(exchange, HOURS, kept), kept, patience=patience)
    assert outcome.phase is DownloadPhase.INCOMPLETE
    assert merged(one.span for one in outcome.progress.failures) == (HOURS,)
    assert outcome.seconds < 15
    assert HURRIED.tries == Patience().tries == 5
