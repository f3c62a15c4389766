"""The exchanges for which keys are kept, by name."""

from __future__ import annotations

from upbit_auto_trading.utils.bilingual_text import Text

EXCHANGES: tuple[tuple[str, Text], ...] = (("upbit", Text("업비트", "Upbit")),)
_NAMES = dict(EXCHANGES)


def exchange_words(exchange: str) -> Text:
    """One of a later version is shown as it is."""
    return _NAMES.get(exchange, Text(exchange, exchange))
