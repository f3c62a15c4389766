"""Areas that show what lies under them: their own ground is the input well's, darker than a panel."""

from __future__ import annotations

from PyQt6.QtWidgets import QAbstractScrollArea, QWidget


def on_panel(area: QWidget) -> None:
    """Lets the panel's ground and its rounded corners show through; the stylesheet knows the property."""
    area.setProperty("ground", "none")
    if isinstance(area, QAbstractScrollArea):
        viewport = area.viewport()
        if viewport is not None:
            viewport.setProperty("ground", "none")
