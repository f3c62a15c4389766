"""Errors carry codes and values; what they say by themselves is for records, and holds no secret."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from upbit_auto_trading.business_logic.domain import errors
from upbit_auto_trading.business_logic.domain.exchange_key import KeyFault, Right

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


def test_an_input_error_names_the_place_and_not_the_value() -> None:
    error = errors.InvalidParameter("price", "sk-secret", "negative", "0 or more")
    assert str(error) == "price: negative"
    assert (error.name, error.value, error.reason, error.allowed) == ("price", "sk-secret", "negative", "0 or more")
    assert errors.WrongPassword(NOON).retry_at == NOON


@pytest.mark.parametrize(("detail", "expected"), [("", "DiskFull: a/b"), ("late", "DiskFull: a/b late")])
def test_a_storage_error_names_its_file(detail: str, expected: str) -> None:
    error = errors.DiskFull("a/b", detail)
    assert (str(error), error.path, error.detail) == (expected, "a/b", detail)


def test_an_exchange_error_names_its_exchange() -> None:
    assert str(errors.ExchangeUnavailable("upbit")) == "ExchangeUnavailable: upbit"
    limited = errors.RateLimited("upbit", NOON, "order")
    assert (limited.exchange, limited.detail, limited.until) == ("upbit", "order", NOON)


def test_a_refused_order_keeps_the_exchanges_own_sentence() -> None:
    refused = errors.OrderRefused("upbit", "under_min_total_bid", "최소주문금액 이상으로 주문해주세요")
    assert (refused.detail, refused.message) == ("under_min_total_bid", "최소주문금액 이상으로 주문해주세요")


def test_a_rejected_key_says_why() -> None:
    rejected = errors.KeyRejected("upbit", KeyFault.RIGHT_MISSING, Right.MAKE_ORDERS)
    assert (rejected.detail, rejected.fault, rejected.right) == (
        "right-missing",
        KeyFault.RIGHT_MISSING,
        Right.MAKE_ORDERS,
    )


def test_an_unknown_outcome_says_which_order_to_look_up() -> None:
    unknown = errors.OutcomeUnknown("upbit", "cli-0001", "timeout")
    assert (unknown.client_order_id, unknown.detail) == ("cli-0001", "timeout")
    assert isinstance(unknown, errors.ExchangeError)


def test_a_second_instance_names_the_first() -> None:
    other = errors.AnotherInstanceRuns("data", 4711)
    assert (other.data_folder, other.process_id) == ("data", 4711)
    assert "4711" in str(other)
    assert str(errors.TooBusy()) == "too much work is waiting"
