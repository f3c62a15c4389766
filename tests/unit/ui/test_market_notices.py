"""One notice for all that a look at the list found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_changes import Doubt, MarketEvent, MarketEventKind
from upbit_auto_trading.ui.market_notices import doubt_notice, market_notice
from upbit_auto_trading.ui.notices import NoticeLevel

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KIND = MarketEventKind
LISTED = [
    ListedMarket(Market("upbit", f"KRW-{letter}"), f"{letter}코인 {{x}}", f"{letter} coin") for letter in "ABCDEFG"
]


def event(number: int, kind: MarketEventKind) -> MarketEvent:
    return MarketEvent(LISTED[number].market, kind, NOON)


def test_many_events_are_one_notice_with_the_gravest_first() -> None:
    events = [event(0, KIND.LISTED), event(1, KIND.LISTED), event(2, KIND.DELISTED)]
    notice = market_notice(events, LISTED)
    assert notice is not None
    assert notice.level is NoticeLevel.WARNING
    assert notice.title.ko == "1개 종목 거래 지원 종료, 2개 종목 상장"
    assert notice.title.en == "1 market delisted, 2 markets listed"
    assert notice.body.ko == "거래 지원 종료: C코인 {x}(KRW-C). 상장: A코인 {x}(KRW-A), B코인 {x}(KRW-B)."
    assert notice.body.en == "Delisted: C coin (KRW-C). Listed: A coin (KRW-A), B coin (KRW-B)."


def test_many_names_are_cut_and_counted() -> None:
    notice = market_notice([event(number, KIND.LISTED) for number in range(7)], LISTED[1:])
    assert notice is not None
    assert notice.level is NoticeLevel.INFO
    assert notice.body.en.startswith("Listed: KRW-A, B coin (KRW-B)")
    assert notice.body.en.endswith("E coin (KRW-E) and 2 more.")
    assert notice.body.ko.endswith("E코인 {x}(KRW-E) 외 2개.")


def test_cautions_come_and_go_without_the_bell() -> None:
    assert market_notice([event(0, KIND.CAUTION_RAISED), event(1, KIND.CAUTION_CLEARED)], LISTED) is None
    assert market_notice((), LISTED) is None


@pytest.mark.parametrize("kind", [one for one in KIND if one not in (KIND.CAUTION_RAISED, KIND.CAUTION_CLEARED)])
def test_everything_else_is_told_in_both_languages(kind: MarketEventKind) -> None:
    notice = market_notice([event(0, kind)], LISTED)
    assert notice is not None
    assert "KRW-A" in notice.body.ko
    assert "KRW-A" in notice.body.en


@pytest.mark.parametrize("doubt", Doubt)
def test_a_list_that_is_not_believed_is_told_with_its_reason(doubt: Doubt) -> None:
    notice = doubt_notice(doubt)
    assert notice.level is NoticeLevel.WARNING
    assert "거래소" in notice.body.ko
    assert "{" not in notice.body.ko + notice.body.en
