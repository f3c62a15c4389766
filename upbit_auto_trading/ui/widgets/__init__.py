"""Reusable pieces that know no screen. Import each from its own module, or the usual ones from here.

Nothing is loaded until it is asked for, so that a start pays only for what it shows.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "Badge": "badges",
    "Button": "buttons",
    "ButtonRole": "buttons",
    "ButtonSize": "buttons",
    "Card": "card",
    "CellAction": "table",
    "CellKind": "table",
    "CellState": "table",
    "CheckBox": "toggles",
    "Column": "table",
    "CountBadge": "badges",
    "DataTable": "table",
    "Dialog": "dialog",
    "EmptyState": "states",
    "ErrorState": "states",
    "FilterInput": "text_input",
    "HelpMark": "help_mark",
    "HoldButton": "hold_button",
    "IconButton": "buttons",
    "KillLevel": "kill_menu",
    "KillSwitch": "kill_switch",
    "Label": "label",
    "LinkButton": "states",
    "LiveStrip": "live_strip",
    "LoadingState": "states",
    "MeterBar": "meter_bar",
    "ModeBadge": "mode_badge",
    "ModeShape": "mode_badge",
    "NavigationRail": "navigation_rail",
    "NumberInput": "number_input",
    "OfflineStrip": "states",
    "Panel": "panel",
    "PasswordInput": "text_input",
    "ProgressRow": "progress_row",
    "RadioCard": "toggles",
    "RailEntry": "navigation_rail",
    "Restart": "kill_menu",
    "SearchField": "search_field",
    "Segments": "segments",
    "Select": "select",
    "Skeleton": "states",
    "Sparkline": "sparkline",
    "StaleMark": "states",
    "StatusSegment": "status_segment",
    "Strip": "states",
    "Switch": "toggles",
    "Tabs": "tabs",
    "TextInput": "text_input",
    "ToastHost": "toast",
    "ToastLevel": "toast",
    "TypeToConfirm": "type_to_confirm",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
