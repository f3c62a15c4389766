"""Turns the appearance settings into the theme and the language of this moment."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, Qt, pyqtSlot
from PyQt6.QtWidgets import QApplication

from upbit_auto_trading.config.settings import (
    DIRECTION_COLOURS,
    FLASH,
    LANGUAGE,
    MOTION,
    TEXT_SCALE,
    THEME,
)
from upbit_auto_trading.ui.design.fonts import has_hangul_font
from upbit_auto_trading.ui.design.language import LanguageState
from upbit_auto_trading.ui.design.theme import DirectionColours, Theme, ThemeName
from upbit_auto_trading.utils.bilingual_text import Language

if TYPE_CHECKING:
    from upbit_auto_trading.ui.settings_state import SettingsState

_APPEARANCE = (THEME.id, DIRECTION_COLOURS.id, TEXT_SCALE.id, MOTION.id, FLASH.id)


class Appearance(QObject):
    """``language_of_this_run`` (``--lang``) wins over the setting until the user changes the setting."""

    def __init__(
        self, app: QApplication, settings: SettingsState, theme: Theme, language_of_this_run: Language | None
    ) -> None:
        super().__init__()
        self._settings = settings
        self._theme = theme
        self._system_theme = _system_theme(app)
        wanted = language_of_this_run or Language(settings.text(LANGUAGE))
        #: Korean was wanted and cannot be drawn here
        self.lacks_hangul = wanted is Language.KOREAN and not has_hangul_font()
        self.language = LanguageState(Language.ENGLISH if self.lacks_hangul else wanted)
        settings.changed.connect(self._follow)
        self._dress()

    def toggle_theme(self) -> None:
        """Ctrl+Shift+L: to the other one, as a setting."""
        self._settings.set(THEME, "light" if self._theme.name is ThemeName.DARK else "dark")

    def toggle_language(self) -> None:
        korean = self.language.current is Language.KOREAN
        self._settings.set(LANGUAGE, (Language.ENGLISH if korean else Language.KOREAN).value)
        # the setting may have been this one all along, with --lang over it
        self.language.set_language(Language.ENGLISH if korean else Language.KOREAN)

    @pyqtSlot(str, object)
    def _follow(self, setting_id: str, value: object) -> None:
        if setting_id == LANGUAGE.id:
            self.language.set_language(Language(value))
        elif setting_id in _APPEARANCE:
            self._dress()

    def _dress(self) -> None:
        theme = self._settings.text(THEME)
        motion = self._settings.text(MOTION)
        self._theme.apply(
            self._system_theme if theme == "system" else ThemeName(theme),
            DirectionColours(self._settings.text(DIRECTION_COLOURS)),
            self._settings.whole_number(TEXT_SCALE),
            _system_wants_motion() if motion == "system" else motion == "on",
            self._settings.is_on(FLASH),
        )


def _system_theme(app: QApplication) -> ThemeName:
    """Asked before the theme is dressed: afterwards Qt answers with what we set."""
    hints = app.styleHints()
    is_light = hints is not None and hints.colorScheme() is Qt.ColorScheme.Light
    return ThemeName.LIGHT if is_light else ThemeName.DARK


def _system_wants_motion() -> bool:
    """Windows tells Qt; for macOS and Linux Qt 6.11 has no answer, so motion stays until it is switched off."""
    return QApplication.isEffectEnabled(Qt.UIEffect.UI_General) if sys.platform == "win32" else True
