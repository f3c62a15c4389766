"""The thread that asks for candles: answers in time, failures that show, nothing of an exchange that was left."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.rest_answers import candle_of
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.candle import Candle, CandleUnit
from upbit_auto_trading.business_logic.domain.commands import FetchCandles
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.live_candle import CandlesFetched, CandlesNotFetched
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.engine.live_clock import ExchangeTimeTold
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.data_layer.live_candle_reader import Answer, LiveCandleReader
from upbit_auto_trading.data_layer.system_clock import SystemClock

BTC, NOON = Market("upbit", "KRW-BTC"), datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SPAN = Span(NOON, NOON + timedelta(minutes=1))


class Source:
    """Implements ``CandleSource``."""

    def __init__(self) -> None:
        self.failures: list[Exception] = []
        self.asked: list[FetchCandles] = []
        self.threads: set[str] = set()
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.is_asked = threading.Event()

    def candles(self, command: FetchCandles) -> tuple[Candle, ...]:
        self.asked.append(command)
        self.threads.add(threading.current_thread().name)
        self.is_asked.set()
        assert self.may_answer.wait(20)
        if self.failures:
            raise self.failures.pop(0)
        return (CANDLE,)

    def time(self) -> ExchangeTimeTold:
        return ExchangeTimeTold(NOON, NOON)


CANDLE = candle_of(NOON)


@pytest.fixture
def reader() -> Iterator[LiveCandleReader]:
    reader = LiveCandleReader(SystemClock())
    yield reader
    assert reader.stop()


def command(number: int, unit: CandleUnit = CandleUnit.MINUTE) -> FetchCandles:
    return FetchCandles(number, BTC, unit, SPAN)


def answers(reader: LiveCandleReader, count: int) -> list[Answer]:
    """Those to questions."""
    found: list[Answer] = []
    pause, waited = threading.Event(), 0
    while len(found) < count:
        found += [one for one in reader.take() if not isinstance(one, ExchangeTimeTold)]
        pause.wait(0.005)
        waited += 1
        assert waited < 4_000
    return found


def test_a_question_is_answered_in_a_thread_of_its_own_with_the_time_before_it(reader: LiveCandleReader) -> None:
    source = Source()
    reader.read_from(source)
    reader.ask(command(7))
    assert answers(reader, 1) == [CandlesFetched(7, BTC, CandleUnit.MINUTE, (CANDLE,), NOON)]
    assert source.threads == {"live-candles"}


def test_the_time_is_told_without_any_question(reader: LiveCandleReader) -> None:
    reader.read_from(Source())
    pause, told = threading.Event(), list[Answer]()
    for _ in range(2_000):
        told += reader.take()
        if told:
            break
        pause.wait(0.005)
    assert told == [ExchangeTimeTold(NOON, NOON)]


def test_of_one_series_the_newest_question_waits(reader: LiveCandleReader) -> None:
    source = Source()
    source.may_answer.clear()
    reader.read_from(source)
    reader.ask(command(1))
    assert source.is_asked.wait(20)
    for number in range(2, 50):
        reader.ask(command(number))
    reader.ask(command(50, CandleUnit.HOUR))
    source.may_answer.set()
    assert [one.command_number for one in answers(reader, 3) if not isinstance(one, ExchangeTimeTold)] == [1, 49, 50]


def test_a_failure_is_an_answer_and_is_told_once(
    reader: LiveCandleReader, caplog: pytest.LogCaptureFixture, expected_log: LogGuard
) -> None:
    expected_log.expect("the exchange tells no candles")
    source = Source()
    source.failures = [ExchangeUnavailable("upbit", "down"), ExchangeUnavailable("upbit", "down"), Cancelled()]
    with caplog.at_level(logging.INFO):
        reader.read_from(source)
        for number in range(1, 4):
            reader.ask(command(number))
            assert answers(reader, 1) == [CandlesNotFetched(number, BTC, CandleUnit.MINUTE)]
        reader.ask(command(4))
        assert isinstance(answers(reader, 1)[0], CandlesFetched)
    warnings = [one for one in caplog.records if one.levelno == logging.WARNING]
    assert len(warnings) == 1


def test_nothing_is_heard_of_an_exchange_that_was_left(reader: LiveCandleReader) -> None:
    first, second = Source(), Source()
    first.may_answer.clear()
    reader.read_from(first)
    reader.ask(command(1))
    assert first.is_asked.wait(20)
    reader.read_from(second)
    first.may_answer.set()
    reader.ask(command(2))
    assert [one.command_number for one in answers(reader, 1) if isinstance(one, CandlesFetched)] == [2]
    reader.read_from(None)
    reader.ask(command(3))
    assert reader.take() == ()


def test_an_exchange_that_was_left_may_fail_without_a_word(
    reader: LiveCandleReader, caplog: pytest.LogCaptureFixture
) -> None:
    source = Source()
    source.failures = [ExchangeUnavailable("upbit", "closing")]
    source.may_answer.clear()
    with caplog.at_level(logging.INFO):
        reader.read_from(source)
        reader.ask(command(1))
        assert source.is_asked.wait(20)
        reader.read_from(None)
        source.may_answer.set()
        assert reader.stop()
    assert not source.failures
    assert [one.getMessage() for one in caplog.records] == []


def test_it_may_be_stopped_before_it_began_and_twice() -> None:
    reader = LiveCandleReader(SystemClock())
    assert reader.stop()
    reader.read_from(Source())
    assert reader.stop()
    assert reader.stop()
