"""Correlation ids follow the call stack and stay in their thread."""

from __future__ import annotations

from threading import Thread

import pytest

from upbit_auto_trading.utils.correlation import correlated, correlation_ids


def test_without_a_block_there_are_no_ids() -> None:
    assert correlation_ids() == ()


def test_inner_blocks_add_to_outer_ones_and_end_with_them() -> None:
    with correlated(signal="s1"):
        with correlated(order="o1", fill="f1"):
            assert correlation_ids() == (("signal", "s1"), ("order", "o1"), ("fill", "f1"))
        assert correlation_ids() == (("signal", "s1"),)
    assert correlation_ids() == ()


def test_an_inner_id_hides_the_outer_one_of_its_name() -> None:
    with correlated(order="first"), correlated(order="second"):
        assert correlation_ids() == (("order", "second"),)


def test_an_exception_ends_the_block() -> None:
    with pytest.raises(ValueError, match="boom"), correlated(order="o1"):
        raise ValueError("boom")
    assert correlation_ids() == ()


def test_another_thread_has_its_own_ids() -> None:
    seen: list[object] = []

    def work() -> None:
        with correlated(order="theirs"):
            seen.append(correlation_ids())

    with correlated(signal="ours"):
        thread = Thread(target=work)
        thread.start()
        thread.join()
        assert correlation_ids() == (("signal", "ours"),)
    # From Python 3.14 on a free-threaded build hands the starter's ids down; the order is theirs either way.
    assert dict(seen[0])["order"] == "theirs"  # type: ignore[call-overload]
