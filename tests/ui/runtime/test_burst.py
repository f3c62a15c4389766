"""However many values are offered, few are delivered: the newest of each key, the last one always."""

from __future__ import annotations

import threading

from PyQt6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.runtime.burst import TEN_PER_SECOND_MS, Burst, Turn


def test_ten_a_second_is_the_rule() -> None:
    assert TEN_PER_SECOND_MS == 100
    assert Burst().interval_ms == 100


def test_the_first_value_goes_out_at_once_and_the_rest_together_with_only_the_newest_of_each(qtbot: QtBot) -> None:
    burst = Burst(interval_ms=50)
    deliveries: list[dict[str, int]] = []
    burst.delivered.connect(deliveries.append)
    with qtbot.waitSignal(burst.delivered, timeout=5_000):
        burst.offer("a", 0)
    with qtbot.waitSignal(burst.delivered, timeout=5_000):
        for number in range(1, 1_001):
            burst.offer("a", number)
            burst.offer("b", -number)
    assert deliveries == [{"a": 0}, {"a": 1_000, "b": -1_000}]


def test_after_a_pause_the_next_goes_out_at_once_again(qtbot: QtBot) -> None:
    burst = Burst(interval_ms=1)
    for number in range(3):
        with qtbot.waitSignal(burst.delivered, timeout=5_000) as delivered:
            burst.offer("a", number)
        assert delivered.args == [{"a": number}]


def test_a_flood_from_many_threads_is_delivered_in_the_bursts_own_thread_at_its_pace(qtbot: QtBot) -> None:
    burst = Burst(interval_ms=20)
    deliveries: list[tuple[int, dict[int, int]]] = []
    burst.delivered.connect(lambda newest: deliveries.append((threading.get_ident(), newest)))

    def flood(key: int) -> None:
        for number in range(5_000):
            burst.offer(key, number)

    threads = [threading.Thread(target=flood, args=(key,)) for key in range(4)]
    for thread in threads:
        thread.start()
    seen: dict[int, int] = {}

    def all_last_values_came() -> bool:
        for _thread, newest in deliveries:
            seen.update(newest)
        return seen == dict.fromkeys(range(4), 4_999)

    qtbot.waitUntil(all_last_values_came, timeout=10_000)
    for thread in threads:
        thread.join()
    assert {thread for thread, _newest in deliveries} == {threading.get_ident()}
    assert len(deliveries) < 200  # of 20 000 offered


def test_a_value_taken_out_is_not_delivered(qtbot: QtBot) -> None:
    burst = Burst(interval_ms=1)
    burst.offer("a", 1)
    burst.offer("b", 2)
    assert burst.take("a") == 1
    assert burst.take("a") is None
    with qtbot.waitSignal(burst.delivered, timeout=5_000) as delivered:
        pass
    assert delivered.args == [{"b": 2}]


def test_nothing_is_delivered_where_everything_was_taken(qtbot: QtBot) -> None:
    burst = Burst(interval_ms=1)
    burst.offer("a", 1)
    burst.take("a")
    with qtbot.assertNotEmitted(burst.delivered, wait=20):
        pass
    with qtbot.waitSignal(burst.delivered, timeout=5_000):
        burst.offer("a", 2)


def test_what_comes_within_the_interval_waits_for_its_end(qtbot: QtBot) -> None:
    burst = Burst(interval_ms=60_000)
    with qtbot.waitSignal(burst.delivered, timeout=5_000):
        burst.offer("a", 1)
    with qtbot.assertNotEmitted(burst.delivered):
        for number in range(2, 5):
            burst.offer("a", number)
            QCoreApplication.processEvents()
    assert burst.take("a") == 4


def test_with_a_turn_nothing_is_delivered_before_the_last_was_taken(qtbot: QtBot) -> None:
    turn = Turn()
    burst = Burst(interval_ms=1, turn=turn)
    deliveries: list[dict[str, int]] = []
    burst.delivered.connect(deliveries.append)
    burst.delivered.connect(turn.send)
    with qtbot.waitSignal(burst.delivered):
        burst.offer("a", 1)
    with qtbot.assertNotEmitted(burst.delivered, wait=30):
        burst.offer("a", 2)
        burst.offer("a", 3)
    turn.take()
    qtbot.waitUntil(lambda: len(deliveries) > 1)
    assert deliveries == [{"a": 1}, {"a": 3}]
