"""While a download uses all that the exchange allows, orders and other reads go first, and nobody is refused."""

from __future__ import annotations

import logging
import statistics
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.contract.candle_download.field import BTC, MINUTE, START, Field, Kept, run
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.candle_series import CandleSeries
from upbit_auto_trading.business_logic.domain.coverage import Origin, Span
from upbit_auto_trading.business_logic.domain.order import Side, limit_order
from upbit_auto_trading.business_logic.ports.candle_store import WriteReport
from upbit_auto_trading.business_logic.ports.downloads import DownloadProgress
from upbit_auto_trading.data_layer.candle_download.download import DownloadOutcome
from upbit_auto_trading.data_layer.exchanges.upbit.adapter import UpbitExchange

END = START.replace(second=0) - 20 * MINUTE
_TIMES = 6
#: of an order's time alone, the exchange's own tenth of a second in both: the median, and all but the worst
_MOST_TIMES_ALONE, _MOST_TIMES_BUT_ONE = 2.0, 4.0
#: pages that go first although they came later; more than these were on their way already
_MOST_PASSED = 1
#: of what the exchange allows
_LEAST_SHARE = 0.55


class Unkept(Kept):
    """Asking alone is measured: writing has a bench of its own."""

    def write(self, series: CandleSeries, span: Span, origin: Origin, recorded_at: datetime) -> WriteReport:
        return WriteReport(new=len(series))


def timed(field: Field, action: Callable[[], object]) -> float:
    began = field.clock.monotonic()
    action()
    return field.clock.monotonic() - began


def orders(field: Field, exchange: UpbitExchange, name: str) -> list[float]:
    account = exchange.account
    assert account is not None
    low = Decimal(50_000_000)
    return [
        timed(
            field,
            lambda number=number: account.place(  # type: ignore[misc]
                limit_order(f"{name}-{number}", BTC, Side.BUY, price=low, quantity=Decimal("0.001"))
            ),
        )
        for number in range(_TIMES)
    ]


def sent_pages(caplog: pytest.LogCaptureFixture) -> list[float]:
    """When each page of the download was sent, by the system's clock."""
    pages = [record for record in caplog.records if record.threadName != threading.current_thread().name]
    return [record.created - record.fields["duration_ms"] / 1_000 for record in pages if is_of_candles(record)]  # type: ignore[attr-defined]


def is_of_candles(record: logging.LogRecord) -> bool:
    return "candle" in str(getattr(record, "fields", {}).get("group"))


def passed_by(caplog: pytest.LogCaptureFixture, began: float) -> int:
    """Pages that were sent between then and the last read of candles of this thread."""
    ours = [record for record in caplog.records if record.threadName == threading.current_thread().name]
    last = next(record for record in reversed(ours) if is_of_candles(record))
    sent_at = last.created - last.fields["duration_ms"] / 1_000  # type: ignore[attr-defined]
    return sum(began < page < sent_at for page in sent_pages(caplog))


def refusals(caplog: pytest.LogCaptureFixture) -> int:
    told = [getattr(record, "fields", {}).get("status") for record in caplog.records]
    return sum(status in (418, 429) for status in told)


@pytest.mark.long
def test_orders_and_reads_go_first_and_nothing_is_refused(field: Field, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "upbit_auto_trading.data_layer.exchanges.upbit.client")
    span = Span(END - 24_000 * MINUTE, END)
    field.control.add_fault("latency", amount=100)
    kept, outcomes, told = Kept(), list[DownloadOutcome](), list[DownloadProgress]()
    with field.client(read_seconds=20.0) as exchange:
        alone = orders(field, exchange, "alone")
        plan = field.plan(exchange, span, kept)
        downloading = threading.Thread(target=lambda: outcomes.append(run(exchange, plan, kept, told=told)))
        downloading.start()
        while not told or told[-1].done < 20:  # until every permit of the first windows was used
            assert downloading.is_alive()
            downloading.join(0.05)
        beside = orders(field, exchange, "beside")
        at_once, passed = list[float](), list[int]()
        while downloading.is_alive() and len(at_once) < _TIMES:
            began = field.clock.now().timestamp()
            at_once.append(timed(field, lambda: exchange.market_data.candles_before(BTC, CandleUnit.MINUTE, None, 1)))
            passed.append(passed_by(caplog, began))
        downloading.join(60)
    (outcome,) = outcomes
    print(
        f"orders {statistics.median(alone) * 1000:.0f} ms alone, {statistics.median(beside) * 1000:.0f} ms beside a "
        f"download at {outcome.requests_per_second:.1f} requests a second, at most {max(beside) * 1000:.0f} ms; a read "
        f"of candles meanwhile {statistics.median(at_once) * 1000:.0f} ms, at most {max(at_once) * 1000:.0f} ms, "
        f"passed by {passed} pages"
    )
    assert len(at_once) >= _TIMES // 2, "the download ended too soon"
    assert outcome.is_whole
    assert refusals(caplog) == 0
    usual = statistics.median(alone)
    assert statistics.median(beside) < _MOST_TIMES_ALONE * usual
    assert sorted(beside)[-2] < _MOST_TIMES_BUT_ONE * usual
    # of the candles' own limit: it waits for the next permit, and for no page that waits too
    assert statistics.median(passed) <= _MOST_PASSED
    assert timedelta(seconds=outcome.seconds) > timedelta(seconds=5)


@pytest.mark.bench
@pytest.mark.parametrize("latency_ms", [50, 100, 150])
def test_the_rate_that_the_exchange_allows_is_reached(field: Field, latency_ms: int) -> None:
    """A permit is held until its answer and then for the exchange's window: with it, 10 / (1.02 s + answer) is all
    there is, and what makes a refusal impossible. How long an answer takes here is asked before and after."""
    kept = Unkept()
    field.control.add_fault("latency", amount=latency_ms, path="/v1/candles/*")
    with field.client(read_seconds=20.0) as exchange:
        plan = field.plan(exchange, Span(END - 24_000 * MINUTE, END), kept)
        answers = answer_times(field, exchange)
        outcome = run(exchange, plan, kept)
        answers += answer_times(field, exchange)
    answer = statistics.median(answers)
    most = 10 / (1.02 + answer)
    print(
        f"{latency_ms} ms, answered in {answer * 1000:.0f}: {outcome.requests_per_second:.2f} requests a second of "
        f"{most:.2f} ({plan.requests} pages)"
    )
    assert outcome.is_whole
    # a busy machine takes some; two threads for ten requests, or one wait too many, halve it
    assert outcome.requests_per_second > _LEAST_SHARE * most


def answer_times(field: Field, exchange: UpbitExchange) -> list[float]:
    """Of as large a page as the download's."""
    return [
        timed(field, lambda: exchange.market_data.candles_before(BTC, CandleUnit.MINUTE, END, 200)) for _ in range(3)
    ]
