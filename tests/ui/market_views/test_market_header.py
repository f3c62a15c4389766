"""The header over a chart: the price is never cut, facts give way from the right, the star is the watch list's."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PyQt6.QtWidgets import QApplication

from tests.fakes.market_data_world import summary_of
from tests.fakes.market_stage import BTC, SOL, XRP, MarketStage
from upbit_auto_trading.business_logic.domain.stream import StreamState
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import ThemeName
from upbit_auto_trading.ui.market_views.market_header import MarketHeader
from upbit_auto_trading.utils.bilingual_text import Language


@pytest.fixture
def header(stage: MarketStage) -> MarketHeader:
    header: MarketHeader = stage.show(MarketHeader(stage.data.services), 900, 54)
    stage.tell_prices()
    header.show_market(BTC)
    stage.see(lambda: stage.data.watch_lists.is_known)
    stage.see(lambda: not header._paced.isActive())
    return header


def test_price_and_change_follow_the_market(stage: MarketStage, header: MarketHeader) -> None:
    assert (header.price.price, header.price.unit, header.price.change) == ("143,285,000", "원", "+1.26%  +1,785,000")
    assert (header.price.direction, header.price.token) == (1, "up")
    assert header.accessibleName() == "비트코인 143,285,000원, 전일 대비 +1.26%"
    stage.tell(summaries=[summary_of(BTC, "140000000", before="141500000", at=stage.now)])
    stage.see(lambda: header.price.direction == -1)
    assert header.price.change == "−1.06%  −1,500,000"
    header.show_market(XRP)
    assert (header.price.direction, header.price.token, header.price.change) == (0, "t1", "0.00%  0")


def test_facts_give_way_from_the_right_and_the_price_never(stage: MarketStage, header: MarketHeader) -> None:
    stage.tell(
        summaries=[
            replace(
                summary_of(BTC, "143285000", before="141500000", at=stage.now),
                high_52w=Decimal(178_540_000),
                low_52w=Decimal(60_000_000),
            )
        ]
    )
    stage.see(lambda: len(header.facts.facts) == 4)
    assert [fact.title.ko for fact in header.facts.facts][-1] == "52주 최고"
    shown = []
    for width in (900, 640, 520, 400, 300):
        header.resize(width, 54)
        QApplication.processEvents()
        shown.append(header.facts.shown)
        assert header.price.width() >= header.price.sizeHint().width(), width
    assert shown[0] == 4
    assert shown == sorted(shown, reverse=True)
    assert shown[-1] == 0


@pytest.mark.parametrize("language", list(Language))
def test_large_text_cuts_no_price_either(stage: MarketStage, header: MarketHeader, language: Language) -> None:
    current_theme().apply(ThemeName.LIGHT, text_scale=130)
    language_state().set_language(language)
    header.resize(345, 54)
    QApplication.processEvents()
    assert header.width() == 345
    assert header.price.width() >= header.price.sizeHint().width()
    right = header.price.geometry().right()
    assert right <= header.width()


def test_the_exchange_gives_way_before_the_code_is_cut(stage: MarketStage, header: MarketHeader) -> None:
    """And the tip has all of it."""
    seen = set()
    for width in range(700, 280, -20):
        header.resize(width, 54)
        QApplication.processEvents()
        seen.add(header.names.shown_code())
    assert seen == {"KRW-BTC · 연습 거래소", "KRW-BTC"}
    assert "연습 거래소" in header.names.toolTip()


def test_late_prices_are_grey(stage: MarketStage, header: MarketHeader) -> None:
    stage.board.watch(BTC)
    stage.tell(state=StreamState.DOWN)
    stage.see(lambda: header.price.token == "t3")
    assert header.price.toolTip() == "시세가 늦어요."


def test_the_star_puts_the_market_on_the_watch_list(stage: MarketStage, header: MarketHeader) -> None:
    assert header.star.accessibleName() == "‘관심’에 담기"
    stage.click(header.star)
    assert stage.data.watch_lists.is_starred(BTC)
    assert header.star.accessibleName() == "‘관심’에서 빼기"
    header.show_market(SOL)
    assert not header.star.is_starred
    stage.see(lambda: stage.settings.watch_lists.read().lists[0].markets == (BTC,))


def test_without_a_market_or_a_price_it_says_what_to_do(stage: MarketStage) -> None:
    header: MarketHeader = stage.show(MarketHeader(stage.data.services), 500, 54)
    assert header.names.name == "종목을 고르세요"
    assert not header.star.isEnabled()
    header.show_market(BTC)
    assert header.price.price == "–"
