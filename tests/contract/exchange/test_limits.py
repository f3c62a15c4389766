"""Our own count against the exchange's real limits: as fast as allowed, and never told that it was too fast."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from decimal import Decimal
from time import monotonic
from urllib.parse import urlsplit

import pytest

from tests.contract.exchange.floor import Floor, account_of, until
from tests.contract.practice_exchange.plain_client import PlainClient
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.errors import OrderNotFound, OrderRefused, RateLimited, TradingAppError
from upbit_auto_trading.business_logic.domain.order import OrderReference

LOW = Decimal(90_000_000)


class Answers(logging.Handler):
    """Counts the answers of the exchange by status, as the adapter notes them."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.by_status: Counter[object] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() == "request to the exchange":
            self.by_status[getattr(record, "fields", {}).get("status")] += 1


@contextmanager
def counted_answers() -> Iterator[Counter[object]]:
    handler, logger = Answers(), logging.getLogger("upbit_auto_trading.data_layer.exchanges")
    level = logger.level
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    try:
        yield handler.by_status
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def hammered(seconds: float, *asked: Callable[[], object], threads_each: int = 2) -> list[int]:
    """So many threads for each question ask as fast as they may; how often each was answered."""
    counts = [0] * len(asked)
    lock = threading.Lock()
    ends_at = monotonic() + seconds
    errors: list[Exception] = []

    def ask(number: int) -> None:
        try:
            while monotonic() < ends_at:
                asked[number]()
                with lock:
                    counts[number] += 1
        except (TradingAppError, AssertionError) as error:
            errors.append(error)

    threads = [
        threading.Thread(target=ask, args=(number,)) for number in range(len(asked)) for _ in range(threads_each)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 30)
    assert errors == []
    return counts


def check_never_too_fast(floor: Floor, seconds: float, least: float) -> None:
    """``least`` of what is allowed has to be reached: on a busy machine a second is soon over."""
    gone = OrderReference(floor.market(), client_order_id="never-sent")

    def look_up() -> None:
        with pytest.raises(OrderNotFound):
            floor.account.order(gone)

    def refused() -> None:
        """An order under the minimum: it counts against the limit, and leaves nothing behind."""
        with pytest.raises(OrderRefused):
            floor.account.place(floor.bid(LOW, "0.00001"))

    questions: dict[str, tuple[Callable[[], object], int]] = {
        "candles": (lambda: floor.market_data.candles_before(floor.market(), CandleUnit.MINUTE, None, 1), 10),
        "books": (lambda: floor.market_data.order_books([floor.market()], 1), 10),
        "orders looked up": (look_up, 30),
        "orders placed": (refused, 12),
    }
    with counted_answers() as answers:
        counts = hammered(seconds, *(ask for ask, _limit in questions.values()))
    told = dict(zip(questions, counts, strict=True))
    print(f"{seconds} s: {told}, answers {dict(answers)}")
    assert sum(answers.values()) >= sum(counts)
    assert {status for status in answers if status not in (200, 201, 400, 404)} == set(), "never 429"
    for name, (_ask, limit) in questions.items():
        assert told[name] >= least * limit * seconds, f"{name}: not needlessly slow"


@pytest.mark.waits
def test_several_threads_at_once_stay_within_every_limit(floor: Floor) -> None:
    check_never_too_fast(floor, 1.2, least=0.1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_several_threads_stay_within_every_limit_for_long(floor: Floor, seed: int) -> None:
    check_never_too_fast(floor, 10.0 + seed / 3, least=0.3)


@pytest.mark.waits
def test_who_waits_for_a_turn_is_counted(floor: Floor) -> None:
    """More at once than the exchange takes in a second: the others queue, and health says how many."""
    asked = 16

    def waiting() -> dict[str, int]:
        return {one.group: one.waiting for one in floor.exchange.health().groups if one.waiting}

    def ask() -> None:
        floor.market_data.candles_before(floor.market(), CandleUnit.MINUTE, None, 1)

    assert waiting() == {}
    with ThreadPoolExecutor(asked) as pool:
        answers = [pool.submit(ask) for _question in range(asked)]
        ((group, count),) = until(waiting, bool).items()
        print(f"{count} of {asked} wait in {group}")
        assert 1 <= count <= asked - 8, "nobody waits without need"
        for answer in answers:
            answer.result(10)
    assert waiting() == {}


@pytest.mark.long
def test_a_reader_in_a_hurry_does_not_hold_up_cancels(floor: Floor) -> None:
    """Reads of display use up what they may; orders and cancels have a share of their own."""
    is_over = threading.Event()

    def read() -> None:
        account = floor.account
        while not is_over.is_set():
            account.balances()

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        slowest = 0.0
        with counted_answers() as answers:
            for _round in range(20):
                placed = floor.account.place(floor.bid(LOW, "0.01"))
                began = monotonic()
                floor.account.cancel(floor.reference(placed))
                slowest = max(slowest, monotonic() - began)
        print(f"slowest cancel {slowest:.3f} s, answers {dict(answers)}")
        assert slowest < 2
        assert answers[429] == 0
    finally:
        is_over.set()
        for reader in readers:
            reader.join(30)


def stranger_of(floor: Floor) -> PlainClient:
    """A program of somebody else with the same key."""
    port = urlsplit(floor.venue.rest_url).port
    assert port is not None
    return PlainClient(port, floor.key.access_key, floor.key.secret_key.reveal())


@pytest.mark.long
def test_another_program_with_the_same_account_takes_its_share(floor: Floor) -> None:
    """It does not count at all. What the exchange says is left, we keep to; what is refused is waited out."""
    floor.control.turn("blocking", "off")
    told, pause = Counter[int](), threading.Event()

    def greedy() -> None:
        """Twice as fast as the exchange allows, whatever it says."""
        told[stranger.ask("GET", "/v1/accounts").status] += 1
        pause.wait(1 / 60)

    refused: list[RateLimited] = []

    def ours() -> None:
        """Where it is refused again and again, the pauses grow past what a reading may take."""
        try:
            floor.account.open_orders()
        except RateLimited as error:
            refused.append(error)
            pause.wait(0.2)

    with closing(stranger_of(floor)) as stranger, counted_answers() as answers:
        hammered(6.0, ours, greedy, threads_each=1)
    print(f"answers {dict(answers)}, {len(refused)} refused; the other program was told {dict(told)}")
    assert told[429] > 50, "else this shows nothing"
    assert all(error.until.tzinfo is not None for error in refused)
    assert answers[200] >= 3
    assert answers[429] <= 6, "the pauses grow"


@pytest.mark.long
def test_another_program_that_counts_shares_with_us(floor: Floor) -> None:
    """Neither knows the other's requests, but for what the answers say is left."""
    other = account_of(floor.open(floor.key))
    with counted_answers() as answers:
        counts = hammered(1.5, floor.account.open_orders, other.open_orders)
    print(f"read {counts}, answers {dict(answers)}")
    assert min(counts) >= 5
    assert answers[429] <= 3


@pytest.mark.long
def test_a_block_that_another_program_brought_about_is_told_and_kept(floor: Floor, expected_log: LogGuard) -> None:
    """Repeated 429s of somebody who does not count at all end in a 418 for the whole account."""
    expected_log.expect("blocked by the exchange")
    with closing(stranger_of(floor)) as stranger:
        statuses = Counter(stranger.ask("GET", "/v1/accounts").status for _request in range(400))
    print(f"the other program was told {dict(statuses)}")
    with pytest.raises(RateLimited) as blocked:
        floor.account.balances()
    assert blocked.value.detail == "blocked"
    wait = blocked.value.until - floor.venue.clock.now()
    assert timedelta(seconds=50) < wait <= timedelta(seconds=61)
    with counted_answers() as answers, pytest.raises(RateLimited):
        floor.account.place(floor.bid(LOW, "0.01"))
    assert sum(answers.values()) == 0
