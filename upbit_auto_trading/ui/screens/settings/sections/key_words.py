"""The state of a key in one word, and its columns."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.exchange_key import Granted, KeyFault, Right
from upbit_auto_trading.business_logic.use_cases.check_keys import KeyState
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import tr
from upbit_auto_trading.ui.screens.settings.sections.exchange_words import exchange_words
from upbit_auto_trading.ui.screens.settings.view_model.key_rows import KeyRow
from upbit_auto_trading.ui.widgets.table import CellKind, CellState, Column
from upbit_auto_trading.utils.bilingual_text import Text

_CHECKING = CellState(Text("확인하는 중", "Checking"), "t2", Icon.BUSY)
_NOT_REACHED = CellState(Text("확인 못 함", "Could not check"), "warning", Icon.OFFLINE)
_EXPIRING = Text("{days}일 뒤 끝남", "Ends in {days} days")
_EXPIRING_TODAY = Text("하루 안에 끝남", "Ends within a day")
_STATES = {
    KeyState.NOT_CHECKED: CellState(Text("확인 전", "Not checked"), "t2", Icon.HELP),
    KeyState.GOOD: CellState(Text("쓸 수 있음", "Usable"), "success", Icon.SUCCESS),
    KeyState.EXPIRED: CellState(Text("기간 끝남", "Expired"), "error", Icon.ERROR),
    KeyState.RIGHT_MISSING: CellState(Text("권한 부족", "Right missing"), "error", Icon.ERROR),
    KeyState.MAY_WITHDRAW: CellState(Text("출금 가능", "Can withdraw"), "error", Icon.UNPROTECTED),
    KeyState.REFUSED: CellState(Text("거절됨", "Refused"), "error", Icon.ERROR),
    KeyState.INCOMPLETE: CellState(Text("일부만 확인", "Partly checked"), "warning", Icon.WARNING),
}
_FAULTS = {
    KeyFault.UNKNOWN_KEY: CellState(Text("모르는 키", "Unknown key"), "error", Icon.ERROR),
    KeyFault.WRONG_SECRET: CellState(Text("Secret Key 다름", "Wrong secret key"), "error", Icon.ERROR),
    KeyFault.ADDRESS_NOT_ALLOWED: CellState(Text("주소 막힘", "Address blocked"), "error", Icon.GLOBE),
    KeyFault.CLOCK_WRONG: CellState(Text("시계 다름", "Clock wrong"), "error", Icon.CLOCK),
}
_ANSWERS = {
    Granted.YES: CellState(Text("있음", "Granted"), "success", Icon.SUCCESS),
    Granted.NO: CellState(Text("없음", "Missing"), "error", Icon.ERROR),
    Granted.UNKNOWN: CellState(Text("아직 모름", "Not known"), "t2", Icon.HELP),
    Granted.CANNOT_BE_CHECKED: CellState(Text("확인할 수 없어요", "Cannot be checked"), "warning", Icon.WARNING),
}
_MAY_WITHDRAW = CellState(Text("있음", "Granted"), "error", Icon.UNPROTECTED)
_MAY_NOT_WITHDRAW = CellState(Text("없음", "Not granted"), "success", Icon.SUCCESS)
_NOT_TOLD = Text("아직 몰라요", "Not known")
_DAYS = Text("{at} · {days}일 남음", "{at} · {days} d left")
_OVER = Text("{at} · 끝남", "{at} · over")


def state_words(row: KeyRow) -> CellState:
    if row.is_being_checked:
        return _CHECKING
    if row.state is KeyState.EXPIRING:
        words = _EXPIRING_TODAY if row.days_left is None or row.days_left <= 1 else _EXPIRING.format(days=row.days_left)
        return CellState(words, "warning", Icon.CLOCK)
    if row.state is KeyState.REFUSED and row.fault in _FAULTS:
        return _FAULTS[row.fault]
    if row.state is KeyState.NOT_CHECKED and row.facts.trouble is not None:
        return _NOT_REACHED
    return _STATES[row.state]


def answer_words(right: Right, answer: Granted) -> CellState:
    """To withdraw is the one right that is better missing, and the one of which nothing is told."""
    if right is Right.WITHDRAW and answer is not Granted.CANNOT_BE_CHECKED:
        return {Granted.YES: _MAY_WITHDRAW, Granted.NO: _MAY_NOT_WITHDRAW}.get(answer, _ANSWERS[answer])
    return _ANSWERS[answer]


def expiry_words(row: KeyRow) -> Text:
    if row.facts.expires_at is None or row.days_left is None:
        return _NOT_TOLD
    at = f"{formats.in_kst(row.facts.expires_at):%Y-%m-%d %H:%M}"
    return _DAYS.format(at=at, days=row.days_left) if row.days_left else _OVER.format(at=at)


def key_columns() -> list[Column]:
    return [
        Column(
            "label",
            Text("이름", "Label"),
            lambda row: row.summary.label,
            suffix=lambda row: tr(exchange_words(row.summary.exchange)),
            bold=True,
            width=140,
            stretch=True,
        ),
        Column(
            "ending",
            Text("Access Key", "Access key"),
            lambda row: row.summary.access_key_ending,
            lambda row: f"••••{row.summary.access_key_ending}",
            width=96,
        ),
        Column(
            "state",
            Text("상태", "State"),
            state_words,
            lambda row: state_words(row).text,
            CellKind.STATE,
            width=120,
            sortable=False,
        ),
        Column(
            "expires_at",
            Text("유효 기간 (KST)", "Expires (KST)"),
            lambda row: row.facts.expires_at,
            expiry_words,
            width=176,
        ),
    ]
