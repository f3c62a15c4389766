"""A span of time has a length."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("length", [timedelta(0), timedelta(seconds=-1)])
def test_one_that_does_not_end_after_its_beginning_is_refused(length: timedelta) -> None:
    with pytest.raises(InvalidParameter, match="ends-before-it-begins"):
        Span(NOON, NOON + length)


def test_its_end_is_not_in_it() -> None:
    span = Span(NOON, NOON + timedelta(hours=1))
    assert span.holds(NOON)
    assert not span.holds(span.end)
    assert not span.meets(Span(span.end, span.end + timedelta(hours=1)))
