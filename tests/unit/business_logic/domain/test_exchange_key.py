"""What is known of a key."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.exchange_key import NEEDED_RIGHTS, Granted, KeyStatus, Right


def test_a_right_that_nobody_asked_for_is_unknown() -> None:
    status = KeyStatus(((Right.VIEW_ORDERS, Granted.YES), (Right.WITHDRAW, Granted.CANNOT_BE_CHECKED)), None)

    assert status.has(Right.VIEW_ORDERS) is Granted.YES
    assert status.has(Right.WITHDRAW) is Granted.CANNOT_BE_CHECKED
    assert status.has(Right.MAKE_ORDERS) is Granted.UNKNOWN


def test_the_right_to_withdraw_is_never_needed() -> None:
    assert Right.WITHDRAW not in NEEDED_RIGHTS
