"""The icon font Remix Icon as QtAwesome ships it, drawn here.

QtAwesome's own code stands on QtPy, which on import builds every enumeration of Qt: as long as a bare window
takes to start, and before our first paint. Its font and its table of names are all that is needed.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

from PyQt6.QtCore import QPoint, QRect, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

_FONT_FILE = "remixicon-2.5.0.ttf"
_NAMES_FILE = "remixicon-charmap-2.5.0.json"


class IconFontMissing(RuntimeError):
    """The installation is damaged: the font is not there, or the system refuses it."""


class IconFont:
    """One font and the character of each of its names."""

    def __init__(self) -> None:
        folder = _folder()
        number = QFontDatabase.addApplicationFontFromData((folder / _FONT_FILE).read_bytes())
        families = QFontDatabase.applicationFontFamilies(number)
        if not families:
            raise IconFontMissing(str(folder / _FONT_FILE))
        self._family = families[0]
        codes: dict[str, str] = json.loads((folder / _NAMES_FILE).read_text(encoding="utf-8"))
        self.characters = {name: chr(int(code, 16)) for name, code in codes.items()}

    def icon(self, name: str, colour: str, disabled_colour: str) -> QIcon:
        return QIcon(_Glyph(self._family, self.characters[name], QColor(colour), QColor(disabled_colour)))


class _Glyph(QIconEngine):
    """As high as the room it is given: Remix glyphs already carry their margin."""

    def __init__(self, family: str, character: str, colour: QColor, disabled_colour: QColor) -> None:
        super().__init__()
        self._family = family
        self._character = character
        self._colour = colour
        self._disabled_colour = disabled_colour

    def paint(self, painter: QPainter | None, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        if painter is None:
            return
        font = QFont()
        font.setFamily(self._family)
        font.setPixelSize(max(1, rect.height()))
        painter.save()
        painter.setFont(font)
        painter.setPen(self._disabled_colour if mode is QIcon.Mode.Disabled else self._colour)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._character)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return picture


def _folder() -> Path:
    """Found without importing the package."""
    found = find_spec("qtawesome")
    if found is None or not found.submodule_search_locations:
        raise IconFontMissing("qtawesome")
    return Path(found.submodule_search_locations[0]) / "fonts"
