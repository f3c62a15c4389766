"""Another stylesheet for all widgets of the program, widget by widget.

Qt changes an application's sheet in one go, and over another sheet it dresses each widget once for every widget above
it. So each is undressed and dressed here as Qt does it; while the sheets are exchanged, every widget counts as neither
dressed nor following the application's style, so that Qt leaves it alone.
"""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QCoreApplication, QEvent, Qt
from PyQt6.QtWidgets import QApplication, QWidget

from upbit_auto_trading.ui.design.slices import Change

_IS_DRESSED, _HAS_OWN_STYLE = Qt.WidgetAttribute.WA_WState_Polished, Qt.WidgetAttribute.WA_SetStyle


def redressing(app: QApplication, put_on: Callable[[], object]) -> Change:
    """``put_on`` exchanges the application's palette, font and sheet."""
    undressed: set[int] = set()

    def undress(widget: QWidget) -> None:
        style = widget.style()
        if style is not None and widget.testAttribute(_IS_DRESSED):
            style.unpolish(widget)
            undressed.add(id(widget))
        widget.setAttribute(_IS_DRESSED, False)
        widget.setAttribute(_HAS_OWN_STYLE, True)

    def dress(widget: QWidget) -> None:
        widget.setAttribute(_HAS_OWN_STYLE, False)
        style = widget.style()
        # shown in between, Qt has dressed it in what there was
        if style is not None and (id(widget) in undressed or widget.testAttribute(_IS_DRESSED)):
            style.polish(widget)
            widget.setAttribute(_IS_DRESSED)
        QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))
        widget.update()

    def widgets() -> list[QWidget]:
        return [widget for widget in app.allWidgets() if not widget.testAttribute(_HAS_OWN_STYLE)]

    return Change(put_on, widgets, undress, dress)
