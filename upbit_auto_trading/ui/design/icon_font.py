"""The icon font Remix Icon as QtAwesome ships it, drawn here.

QtAwesome's own code stands on QtPy, which on import builds every enumeration of Qt: as long as a bare window
takes to start, and before our first paint. Its font and its table of names are all that is needed.

The font is read as outlines and never given to the application: each new font of the application makes every window
be laid out anew, and the first icon may be wanted in the middle of that, or of painting.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

from PyQt6.QtCore import QByteArray, QPoint, QRect, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QIcon, QIconEngine, QPainter, QPainterPath, QPixmap, QRawFont

_FONT_FILE = "remixicon-2.5.0.ttf"
_NAMES_FILE = "remixicon-charmap-2.5.0.json"
_EM = 96.0  # outlines are taken at this size and scaled: a multiple of the grid of 24 that Remix is drawn on


class IconFontMissing(RuntimeError):
    """The installation is damaged: the font is not there, or the system refuses it."""


class IconFont:
    """One font and the character of each of its names."""

    def __init__(self) -> None:
        folder = _folder()
        font = QByteArray((folder / _FONT_FILE).read_bytes())
        self._font = QRawFont(font, _EM, QFont.HintingPreference.PreferNoHinting)
        if not self._font.isValid():
            raise IconFontMissing(str(folder / _FONT_FILE))
        codes: dict[str, str] = json.loads((folder / _NAMES_FILE).read_text(encoding="utf-8"))
        self.characters = {name: chr(int(code, 16)) for name, code in codes.items()}

    def icon(self, name: str, colour: str, disabled_colour: str) -> QIcon:
        return QIcon(_Glyph(self.outline(name), QColor(colour), QColor(disabled_colour)))

    def outline(self, name: str) -> QPainterPath:
        """In a square of one em whose middle is the origin."""
        glyph = self._font.glyphIndexesForString(self.characters[name])[0]
        width = self._font.advancesForGlyphIndexes([glyph])[0].x()
        outline = self._font.pathForGlyph(glyph)
        outline.translate(-width / 2, (self._font.ascent() - self._font.descent()) / 2)
        return outline


class _Glyph(QIconEngine):
    """As high as the room it is given: Remix glyphs already carry their margin."""

    def __init__(self, outline: QPainterPath, colour: QColor, disabled_colour: QColor) -> None:
        super().__init__()
        self._outline = outline
        self._colour = colour
        self._disabled_colour = disabled_colour

    def paint(self, painter: QPainter | None, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        if painter is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(rect.x() + rect.width() / 2, rect.y() + rect.height() / 2)
        painter.scale(rect.height() / _EM, rect.height() / _EM)
        painter.fillPath(self._outline, self._disabled_colour if mode is QIcon.Mode.Disabled else self._colour)
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
