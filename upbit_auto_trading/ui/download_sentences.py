"""What became of a download, and why a part of it could not be had. No Qt in here."""

from __future__ import annotations

from upbit_auto_trading.business_logic.ports.downloads import DownloadEntry, DownloadPhase
from upbit_auto_trading.ui.candle_words import UNIT_WORDS
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.utils.bilingual_text import Text

_NO_WAY = Text("거래소에 닿지 못했어요. 인터넷을 확인하세요.", "The exchange was out of reach. Check the internet.")
_NO_ANSWER = Text("거래소의 응답을 받지 못했어요.", "The exchange did not answer.")
_NOT_READABLE = Text("거래소의 답을 읽을 수 없었어요.", "The exchange's answer could not be read.")
#: by the stable code of a failure, or of a candle that cannot be
REASONS: dict[str, Text] = {
    "rate-limited": Text("거래소가 요청을 잠시 막았어요.", "The exchange limited our requests."),
    "unavailable": _NO_ANSWER,
    "name-not-found": _NO_WAY,
    "refused": _NO_WAY,
    "unreachable": _NO_WAY,
    "connect-timeout": _NO_WAY,
    "tls": Text("거래소와 안전하게 연결하지 못했어요.", "No safe connection to the exchange could be made."),
    "transport-closed": Text("거래소 연결이 끊겼어요.", "The exchange was disconnected."),
    "read-timeout": _NO_ANSWER,
    "total-timeout": _NO_ANSWER,
    "reset": _NO_ANSWER,
    "truncated": _NO_ANSWER,
    "too-large": _NOT_READABLE,
    "closing": Text("거래소 연결이 끊겼어요.", "The exchange was disconnected."),
    "circuit-open": Text("거래소가 계속 응답하지 않아 잠시 멈췄어요.", "The exchange kept failing, so asking stopped."),
    "unreadable": _NOT_READABLE,
    "DatabaseBusy": Text("시세 파일을 다른 작업이 쓰고 있었어요.", "The market data was in use by other work."),
    "out-of-reach": Text("거래소가 더 이상 보관하지 않는 구간이에요.", "The exchange no longer keeps this range."),
    "price-not-positive": Text("가격이 0 이하인 캔들이라 넣지 않았어요.", "A price is not positive: not stored."),
    "volume-negative": Text("거래량이 음수인 캔들이라 넣지 않았어요.", "The volume is negative: not stored."),
    "high-too-low": Text("고가가 다른 가격보다 낮아 넣지 않았어요.", "The high is below another price: not stored."),
    "low-too-high": Text("저가가 다른 가격보다 높아 넣지 않았어요.", "The low is above another price: not stored."),
    "not-a-number": Text("숫자가 아닌 값이 있어 넣지 않았어요.", "A value is not a number: not stored."),
    "off-the-grid": Text("캔들이 열리는 시각이 아니어서 넣지 않았어요.", "No candle opens at this time: not stored."),
    "in-the-future": Text("아직 오지 않은 시각이어서 넣지 않았어요.", "It lies in the future: not stored."),
    "market-unknown": Text("거래소에 없는 종목이에요.", "The exchange does not know this market."),
}
_OTHER = Text("거래소가 이 구간을 주지 않았어요 ({code}).", "The exchange did not give this range ({code}).")
_STOPPED = Text("{name} {unit}: {why}", "{name} {unit}: {why}")
_WAITING = Text("{name} {unit}: 차례를 기다려요.", "{name} {unit}: waiting for its turn.")
_SILENT = Text(
    "{name} {unit}: 거래소가 {time}까지 쉬라고 해서 기다려요.",
    "{name} {unit}: the exchange asked for a pause until {time}.",
)
_RUNNING = Text(
    "{name} {unit}: 요청 {pages}번 가운데 {done}번, 캔들 {candles}개를 받았어요.",
    "{name} {unit}: {done} of {pages} requests, {candles} candles.",
)
_COMPLETE = Text(
    "{name} {unit}: 캔들 {candles}개를 받았어요. 거래가 없던 구간은 {quiet}개예요.",
    "{name} {unit}: {candles} candles received. {quiet} intervals had no trades.",
)
_INCOMPLETE = Text(
    "{name} {unit}: 캔들 {candles}개를 받았고 아래는 받지 못했어요. 다시 시도하면 없는 것만 받아요.",
    "{name} {unit}: {candles} candles received, but not what is listed below. A new try fetches only that.",
)
_CANCELLED = Text(
    "{name} {unit}: 취소했어요. 받은 캔들 {candles}개는 그대로 있어요.",
    "{name} {unit}: cancelled. The {candles} candles received stay.",
)


def reason_words(code: str) -> Text:
    return REASONS.get(code) or _OTHER.format(code=code)


def trouble_words(entry: DownloadEntry) -> Text:
    """Why all of it ended; what is stored stays."""
    if entry.error is not None and entry.trouble not in REASONS:
        message = explain(entry.error)
        return Text(f"{message.title.ko} {message.mend.ko}", f"{message.title.en} {message.mend.en}")
    return reason_words(entry.trouble)


def outcome_words(entry: DownloadEntry, name: str) -> Text:
    progress = entry.progress
    unit = UNIT_WORDS[entry.request.unit]
    if entry.phase is DownloadPhase.FAILED:
        return _STOPPED.format(name=name, unit=unit, why=trouble_words(entry))
    if entry.phase is DownloadPhase.RUNNING and progress.silent_until is not None:
        return _SILENT.format(name=name, unit=unit, time=formats.clock(progress.silent_until))
    words = {
        DownloadPhase.WAITING: _WAITING,
        DownloadPhase.RUNNING: _RUNNING,
        DownloadPhase.COMPLETE: _COMPLETE,
        DownloadPhase.INCOMPLETE: _INCOMPLETE,
        DownloadPhase.CANCELLED: _CANCELLED,
    }[entry.phase]
    return words.format(
        name=name,
        unit=unit,
        pages=formats.decimals(progress.pages, 0),
        done=formats.decimals(progress.done, 0),
        candles=formats.decimals(progress.candles, 0),
        quiet=formats.decimals(progress.without_trades, 0),
    )
