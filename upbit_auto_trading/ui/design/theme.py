"""The look of this moment: theme, direction colours, text scale, motion, flash; applied to open windows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PyQt6.QtCore import QCoreApplication, QObject, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QColor, QFont, QPalette
from PyQt6.QtWidgets import QApplication

from upbit_auto_trading.ui.design import fonts
from upbit_auto_trading.ui.design.focus_ring import FocusRing
from upbit_auto_trading.ui.design.focus_tips import FocusTips
from upbit_auto_trading.ui.design.language import calling_on, current_language, language_state
from upbit_auto_trading.ui.design.painting import MeasuredFont
from upbit_auto_trading.ui.design.redressing import redressing
from upbit_auto_trading.ui.design.slices import Change, changing
from upbit_auto_trading.ui.design.stylesheet import stylesheet
from upbit_auto_trading.ui.design.tokens import (
    PALETTES,
    TEXT_SCALE_LEAST,
    TEXT_SCALE_MOST,
    TINTS,
    DirectionColours,
    Palette,
    ThemeName,
    Tints,
    Type,
    TypeStyle,
)

__all__ = ["DirectionColours", "Theme", "ThemeName", "current_theme", "following_theme"]

_theme: Theme | None = None
#: whose colours the application wears; another one takes them off first
_wearing: Theme | None = None


class Theme(QObject):
    """Made once by the composition root. Custom-painted widgets read :attr:`palette` while they paint."""

    changed = pyqtSignal()

    def __init__(self, app: QCoreApplication | None = None) -> None:
        super().__init__()
        self._app = app if isinstance(app, QApplication) else None
        self._name = ThemeName.DARK
        self._directions = DirectionColours.KOREAN
        self._text_scale = 100
        self._motion = True
        self._flash = True
        self._palette = PALETTES[self._name]
        self._fonts: dict[tuple[TypeStyle, bool], MeasuredFont] = {}
        self._colours: dict[tuple[str, float], QColor] = {}
        self._change = Change()
        self._change.exchange()
        self._focus_ring: FocusRing | None = None
        self._focus_tips: FocusTips | None = None
        language_state().changed.connect(self._change_language)
        global _theme
        if _theme is not None:
            self.changed.connect(_theme.changed)
        _theme = self

    def apply(
        self,
        name: ThemeName,
        directions: DirectionColours = DirectionColours.KOREAN,
        text_scale: int = 100,
        motion: bool = True,
        flash: bool = True,
    ) -> None:
        self._name = name
        self._directions = directions
        self._text_scale = min(max(text_scale, TEXT_SCALE_LEAST), TEXT_SCALE_MOST)
        self._motion = motion
        self._flash = flash
        self._palette = PALETTES[name].with_directions(directions)
        self._colours.clear()
        self._follow()

    @property
    def name(self) -> ThemeName:
        return self._name

    @property
    def directions(self) -> DirectionColours:
        return self._directions

    @property
    def text_scale(self) -> int:
        return self._text_scale

    @property
    def motion(self) -> bool:
        return self._motion

    @property
    def flash(self) -> bool:
        """Whether a cell is tinted for a moment when its value changes."""
        return self._flash

    @property
    def palette(self) -> Palette:
        return self._palette

    @property
    def tints(self) -> Tints:
        return TINTS[self._name]

    def colour(self, token: str, opacity: float = 1.0) -> QColor:
        """Tables ask thousands of times a second, so all get the same one: not to be changed, a copy takes 2 µs."""
        known = self._colours.get((token, opacity))
        if known is None:
            known = QColor(self._palette.colour(token))
            known.setAlphaF(opacity)
            self._colours[(token, opacity)] = known
        return known

    def font(self, style: TypeStyle = Type.BODY) -> MeasuredFont:
        """All get the same one: not to be changed."""
        return self._font(style, numbers=False)

    def number_font(self, style: TypeStyle = Type.TABLE) -> MeasuredFont:
        """Figures of equal width."""
        return self._font(style, numbers=True)

    def fixed_font(self, style: TypeStyle = Type.TABLE) -> QFont:
        return fonts.fixed_font(style, self._text_scale)

    def pixel_size(self, style: TypeStyle) -> int:
        return fonts.pixel_size(style, self._text_scale)

    def _font(self, style: TypeStyle, numbers: bool) -> MeasuredFont:
        key = (style, numbers)
        if key not in self._fonts:
            make = fonts.number_font if numbers else fonts.font
            self._fonts[key] = MeasuredFont(make(style, current_language(), self._text_scale))
        return self._fonts[key]

    @pyqtSlot(object)
    def _change_language(self, _language: object) -> None:
        """The families differ per language; labels dressed by the stylesheet take them over only with a new one."""
        if _wearing is self:
            self._follow()
        else:
            self._fonts.clear()
            self.changed.emit()

    def _follow(self) -> None:
        """The application first: what follows the theme may ask how it is dressed."""
        self._fonts.clear()
        if self._app is not None:
            self._wear(self._app)
            # one that is still to come puts on what is wanted by then
            if self._change.is_exchanged:
                self._change = redressing(self._app, partial(self._dress_application, self._app))
                changing(self._change)
        self.changed.emit()

    def _wear(self, app: QApplication) -> None:
        global _wearing
        if _wearing is not self:
            if _wearing is not None:
                _wearing._take_off()
            _wearing = self
            app.setStyle("Fusion")
            self._focus_ring = FocusRing(app, lambda: self.colour("focus"))
            self._focus_tips = FocusTips(app)

    def _dress_application(self, app: QApplication) -> None:
        hints = app.styleHints()
        if hints is not None:
            dark = self._name is ThemeName.DARK
            hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
        # over another one Qt would dress every widget, each once for every widget above it
        app.setStyleSheet("")
        app.setFont(self.font())
        app.setPalette(self._qt_palette())
        app.setStyleSheet(stylesheet(self._palette, self.pixel_size))

    def _take_off(self) -> None:
        for part in (self._focus_ring, self._focus_tips):
            if part is not None:
                part.remove()
        self._focus_ring = self._focus_tips = None

    def _qt_palette(self) -> QPalette:
        role, group = QPalette.ColorRole, QPalette.ColorGroup
        colours = {
            role.Window: "bg0",
            role.WindowText: "t1",
            role.Base: "bg0",
            role.AlternateBase: "bg2",
            role.Text: "t1",
            role.PlaceholderText: "t3",
            role.Button: "bg2",
            role.ButtonText: "t1",
            role.BrightText: "on_side",
            role.ToolTipBase: "bg3",
            role.ToolTipText: "t1",
            role.Highlight: "sel",
            role.HighlightedText: "t1",
            role.Accent: "accent",
            role.Link: "accent_text",
            role.LinkVisited: "accent_text",
            role.Light: "bg4",
            role.Midlight: "bg3",
            role.Mid: "line_strong",
            role.Dark: "line",
            role.Shadow: "bg0",
        }
        palette = QPalette()
        for which, token in colours.items():
            palette.setColor(which, self.colour(token))
        for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
            palette.setColor(group.Disabled, which, self.colour("tdis"))
        return palette


def current_theme() -> Theme:
    """The theme of the program; in a test without one, an undressed dark theme."""
    return _theme if _theme is not None else Theme(QApplication.instance())


def following_theme(widget: QObject, callback: Callable[[], object]) -> None:
    """Call back now and on every change of theme, scale or motion while the widget lives."""
    calling_on(widget, current_theme().changed, callback)
