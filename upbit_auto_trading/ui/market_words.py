"""The words for what happens to markets, and for why one could not be judged. No Qt in here."""

from __future__ import annotations

from collections.abc import Mapping

from upbit_auto_trading.business_logic.domain.market_changes import MarketEvent, MarketEventKind
from upbit_auto_trading.business_logic.domain.screen_variable import UnknownReason
from upbit_auto_trading.business_logic.domain.screen_variables import BY_ID
from upbit_auto_trading.utils.bilingual_text import Text

_WORDS: Mapping[MarketEventKind, Text] = {
    MarketEventKind.LISTED: Text("상장", "Listed"),
    MarketEventKind.DELISTED: Text("거래 지원 종료", "Delisted"),
    MarketEventKind.RENAMED: Text("이름 변경: {before} → {after}", "Renamed: {before} → {after}"),
    MarketEventKind.WARNING_RAISED: Text("거래 유의 지정", "Put under warning"),
    MarketEventKind.WARNING_CLEARED: Text("거래 유의 해제", "Warning cleared"),
    MarketEventKind.CAUTION_RAISED: Text("주의 경보: {after}", "Alert: {after}"),
    MarketEventKind.CAUTION_CLEARED: Text("주의 경보 해제: {before}", "Alert cleared: {before}"),
    MarketEventKind.STATE_CHANGED: Text("거래 상태 변경: {before} → {after}", "State: {before} → {after}"),
}
_NOT_TOLD = Text("알 수 없음", "not told")
_LABELS: Mapping[str, Text] = {
    choice.value: choice.label for variable in ("caution", "state") for choice in BY_ID[variable].choices
}
UNKNOWN_REASONS: Mapping[UnknownReason, Text] = {
    UnknownReason.NO_PRICE: Text("가격을 받지 못했어요", "no price was told"),
    UnknownReason.NOT_TOLD: Text("거래소가 알려 주지 않아요", "the exchange does not tell it"),
    UnknownReason.CANDLES_MISSING: Text("캔들을 내려받아야 해요", "candles have to be downloaded"),
    UnknownReason.TOO_FEW_CANDLES: Text("거래가 너무 적어요", "there were too few trades"),
    UnknownReason.NOT_DEFINED: Text("값을 정할 수 없어요", "it cannot be told for this market"),
}


def caution_label(caution: str) -> Text:
    return _LABELS.get(caution, Text(caution, caution))


def event_sentence(event: MarketEvent) -> Text:
    return _WORDS[event.kind].format(before=_word(event.before), after=_word(event.after))


def _word(value: str) -> Text:
    """Names stay as they are; cautions and states have words."""
    return _LABELS.get(value, Text(value, value)) if value else _NOT_TOLD
