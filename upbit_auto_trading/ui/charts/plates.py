"""Where plates stand that want to lie at the same height: who is heavier stays, others move to the nearest free place.

One rule for the price axis and for the plates on the pane: the crosshair, the last price, what is being asked about,
alerts, drawings, lines. Who finds no room stays away: a plate that is seen can be read.
"""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QRectF

#: of plates on the price axis; the crosshair's own lies above all of them
LAST_PRICE, ASKED_ABOUT, ALERT, DRAWING = 10, 6, 4, 2


def nearest_free(plate: QRectF, others: Sequence[QRectF], area: QRectF) -> QRectF | None:
    """Its own place, or the nearest above or below; None where it fits nowhere. All of them stand at one side, so that
    only heights count: hundreds are placed in a moment."""
    wanted, height = plate.top(), plate.height()
    best: float | None = None
    free = area.top()
    for top, bottom in (*sorted((other.top(), other.bottom()) for other in others), (area.bottom(), area.bottom())):
        if top - free >= height:
            near = min(max(wanted, free), top - height)
            if best is None or abs(near - wanted) < abs(best - wanted):
                best = near
        free = max(free, bottom)
    return None if best is None else QRectF(plate.left(), best, plate.width(), height)
