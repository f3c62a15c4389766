"""Why a backup was made, and what was left out of it, in words."""

from __future__ import annotations

from upbit_auto_trading.utils.bilingual_text import Text

_REASONS = {
    "manual": Text("직접", "By hand"),
    "automatic": Text("자동", "Automatic"),
    "scheduled": Text("자동", "Automatic"),
    "before-restore": Text("복원하기 전", "Before a restore"),
    "before-migration": Text("업그레이드하기 전", "Before an upgrade"),
}
MANUAL = "manual"


def reason_words(reason: str) -> Text:
    """A reason of a later version is shown as it is."""
    return _REASONS.get(reason, Text(reason, reason))
