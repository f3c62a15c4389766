"""What a look at the list of markets has to tell behind the bell: one notice a look. No Qt in here.

Cautions come and go by the dozen and are no reason by themselves not to trade: they are in the history of a market,
not behind the bell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from upbit_auto_trading.business_logic.domain.market import ListedMarket, Market
from upbit_auto_trading.business_logic.domain.market_changes import Doubt, MarketEvent, MarketEventKind
from upbit_auto_trading.ui.notices import NoticeLevel
from upbit_auto_trading.utils.bilingual_text import Text

#: of operations: the list of markets, or what happened to one, is other than it was
MARKETS_TOPIC = "markets"
_MOST_NAMES = 5
#: in the order in which they are told; the first that applies decides how grave it is
_TOLD: Mapping[MarketEventKind, tuple[NoticeLevel, Text, Text]] = {
    MarketEventKind.DELISTED: (
        NoticeLevel.WARNING,
        Text("{count}개 종목 거래 지원 종료", "{markets} delisted"),
        Text("거래 지원 종료: {names}.", "Delisted: {names}."),
    ),
    MarketEventKind.WARNING_RAISED: (
        NoticeLevel.WARNING,
        Text("{count}개 종목 거래 유의 지정", "{markets} put under warning"),
        Text("거래 유의 지정: {names}.", "Under warning: {names}."),
    ),
    MarketEventKind.STATE_CHANGED: (
        NoticeLevel.WARNING,
        Text("{count}개 종목 거래 상태 변경", "{markets} changed in state"),
        Text("거래 상태 변경: {names}.", "State changed: {names}."),
    ),
    MarketEventKind.LISTED: (
        NoticeLevel.INFO,
        Text("{count}개 종목 상장", "{markets} listed"),
        Text("상장: {names}.", "Listed: {names}."),
    ),
    MarketEventKind.WARNING_CLEARED: (
        NoticeLevel.INFO,
        Text("{count}개 종목 거래 유의 해제", "{markets} no longer under warning"),
        Text("거래 유의 해제: {names}.", "Warning cleared: {names}."),
    ),
    MarketEventKind.RENAMED: (
        NoticeLevel.INFO,
        Text("{count}개 종목 이름 변경", "{markets} renamed"),
        Text("이름 변경: {names}.", "Renamed: {names}."),
    ),
}
_MORE = Text(" 외 {count}개", " and {count} more")
_DOUBTS: Mapping[Doubt, Text] = {
    Doubt.EMPTY: Text("거래소가 빈 목록을 보냈어요.", "The exchange sent an empty list."),
    Doubt.TOO_MANY_VANISHED: Text(
        "종목의 5분의 1이 넘게 한꺼번에 목록에서 사라졌어요.", "More than a fifth of the markets vanished at once."
    ),
}
_DOUBTED = Text("종목 목록을 바꾸지 않았어요", "The list of markets was left as it is")
_KEPT = Text(
    "{why} 거래소의 오류일 수 있어서 알던 목록을 그대로 써요. 10분마다 다시 확인해요.",
    "{why} That may be a fault of the exchange, so the known list stays. It is looked at every ten minutes.",
)


@dataclass(frozen=True, slots=True)
class MarketNotice:
    level: NoticeLevel
    title: Text
    body: Text


def market_notice(events: Iterable[MarketEvent], listings: Iterable[ListedMarket]) -> MarketNotice | None:
    """None where nothing is worth the bell."""
    by_kind: dict[MarketEventKind, list[Market]] = {}
    for event in events:
        by_kind.setdefault(event.kind, []).append(event.market)
    told = [kind for kind in _TOLD if kind in by_kind]
    if not told:
        return None
    by_market = {listed.market: listed for listed in listings}
    titles, lines = [], []
    for kind in told:
        markets = by_kind[kind]
        _level, title, line = _TOLD[kind]
        counted = f"{len(markets)} market{'' if len(markets) == 1 else 's'}"
        titles.append(title.format(count=len(markets), markets=counted))
        lines.append(line.format(names=_names(markets, by_market)))
    return MarketNotice(_TOLD[told[0]][0], _joined(titles, ", "), _joined(lines, " "))


def doubt_notice(doubt: Doubt) -> MarketNotice:
    return MarketNotice(NoticeLevel.WARNING, _DOUBTED, _KEPT.format(why=_DOUBTS[doubt]))


def _names(markets: list[Market], listings: Mapping[Market, ListedMarket]) -> Text:
    shown = [_name(market, listings.get(market)) for market in markets[:_MOST_NAMES]]
    rest = len(markets) - len(shown)
    names = _joined(shown, ", ")
    if not rest:
        return names
    more = _MORE.format(count=rest)
    return Text(names.ko + more.ko, names.en + more.en)


def _name(market: Market, listed: ListedMarket | None) -> Text:
    if listed is None:
        return Text(market.code, market.code)
    return Text(f"{listed.korean_name}({market.code})", f"{listed.english_name} ({market.code})")


def _joined(texts: list[Text], between: str) -> Text:
    return Text(between.join(text.ko for text in texts), between.join(text.en for text in texts))
