"""What drawings and tools are called, on buttons, in menus and for those who listen."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.drawing import Drawing, DrawingKind
from upbit_auto_trading.ui.charts.drawing_tools import Tool
from upbit_auto_trading.utils.bilingual_text import Text

TOOL_NAMES = {
    Tool.CURSOR: Text("고르기", "Select"),
    Tool.CROSSHAIR: Text("십자선", "Crosshair"),
    Tool.LINE: Text("추세선", "Trend line"),
    Tool.RAY: Text("반직선", "Ray"),
    Tool.HORIZONTAL: Text("수평선", "Horizontal line"),
    Tool.FIBONACCI: Text("피보나치 되돌림", "Fibonacci retracement"),
    Tool.TEXT: Text("글", "Text"),
    Tool.RULER: Text("자", "Ruler"),
    Tool.ALERT: Text("가격 알림", "Price alert"),
}
_KIND_NAMES = {
    DrawingKind.LINE: TOOL_NAMES[Tool.LINE],
    DrawingKind.HORIZONTAL: TOOL_NAMES[Tool.HORIZONTAL],
    DrawingKind.FIBONACCI: TOOL_NAMES[Tool.FIBONACCI],
    DrawingKind.TEXT: TOOL_NAMES[Tool.TEXT],
}
_LOCKED = Text("{name}, 잠김", "{name}, locked")


def drawing_name(drawing: Drawing) -> Text:
    """``Trend line``, ``Text: above here I sell``."""
    name = TOOL_NAMES[Tool.RAY] if drawing.look.is_ray else _KIND_NAMES[drawing.kind]
    if drawing.kind is DrawingKind.TEXT and drawing.look.text:
        words = " ".join(drawing.look.text.split())
        name = Text(f"{name.ko}: {words}", f"{name.en}: {words}")
    return _LOCKED.format(name=name) if drawing.look.is_locked else name
