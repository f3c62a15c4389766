"""How many markets could not be judged, and why."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.screen_variable import UnknownReason
from upbit_auto_trading.utils.bilingual_text import Text

WORDS: dict[UnknownReason, Text] = {
    UnknownReason.NO_PRICE: Text("시세가 아직 없음 {count}개", "no price yet: {count}"),
    UnknownReason.NOT_TOLD: Text("거래소가 알려 주지 않음 {count}개", "not told by the exchange: {count}"),
    UnknownReason.CANDLES_MISSING: Text("캔들이 모자람 {count}개", "candles missing: {count}"),
    UnknownReason.TOO_FEW_CANDLES: Text("상장한 지 얼마 안 됨 {count}개", "listed too recently: {count}"),
    UnknownReason.NOT_DEFINED: Text("계산할 수 없음 {count}개", "cannot be computed: {count}"),
}
_ALL = Text("판단하지 못한 종목이 있어요: {why}.", "Some markets could not be judged: {why}.")


def unknown_words(unknown: tuple[tuple[UnknownReason, int], ...]) -> Text:
    parts = [WORDS[reason].format(count=count) for reason, count in unknown]
    why = Text(", ".join(part.ko for part in parts), ", ".join(part.en for part in parts))
    return _ALL.format(why=why)
