"""A download that fails names its cause, and speaks of no order."""

from __future__ import annotations

import pytest

from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.cli.download_trouble import download_sentences


@pytest.mark.parametrize(
    ("cause", "ko", "en"),
    [
        ("name-not-found", "주소를 찾지", "was not found"),
        ("refused", "거절", "refused"),
        ("unreachable", "길이 없어요", "no way"),
        ("connect-timeout", "시간 안에", "too long"),
        ("tls", "안전한 연결", "secure"),
        ("status 503", "status 503", "status 503"),
    ],
)
def test_the_cause_is_named(cause: str, ko: str, en: str) -> None:
    title, why = download_sentences(ExchangeUnavailable("upbit", cause))
    assert (ko in why.ko, en in why.en) == (True, True)
    assert "주문" not in title.ko + why.ko
    assert "order" not in (title.en + why.en).lower()
