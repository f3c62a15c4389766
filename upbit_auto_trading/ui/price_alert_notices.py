"""What a price alert that was reached has to tell behind the bell. No Qt in here."""

from __future__ import annotations

from upbit_auto_trading.business_logic.engine.price_alerts import AlertFired
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("{name} 가격 알림: {price}", "Price alert: {name} at {price}")
_REACHED = Text("{price}{을/를} 지났어요. 현재가 {last}.", "It passed {price} and is now {last}.")
_TOUCHED = Text("{price}에 닿았어요.", "It reached {price}.")
_UNWATCHED = Text(
    "시세를 받지 못한 동안 {price}{을/를} 지났어요. 현재가 {last}.",
    "It passed {price} while no prices came, and is now {last}.",
)
_WITH_NOTE = Text("{line} 메모: {note}", "{line} Note: {note}")


def alert_notice(fired: AlertFired, name: Text) -> tuple[Text, Text]:
    """Title and line; the note is the user's own words."""
    price, last = formats.price(fired.alert.price), formats.price(fired.price)
    if fired.was_unwatched:
        line = _UNWATCHED
    else:
        line = _TOUCHED if fired.price == fired.alert.price else _REACHED
    line = line.format(price=price, last=last)
    if fired.alert.note:
        line = _WITH_NOTE.format(line=line, note=" ".join(fired.alert.note.split()))
    return _TITLE.format(name=name, price=price), line
