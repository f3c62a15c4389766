"""Theme, language, text scale and motion change at run time, in windows that stay as they are."""

from __future__ import annotations

import gc
import weakref

import pytest
from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtGui import QColor, QFont, QPalette
from PyQt6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QScrollArea, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.design import fonts, icons
from upbit_auto_trading.ui.design.focus_ring import FocusRing
from upbit_auto_trading.ui.design.focus_tips import FocusTips
from upbit_auto_trading.ui.design.icon_font import IconFont
from upbit_auto_trading.ui.design.icons import Icon, bind_icon, icon
from upbit_auto_trading.ui.design.language import LanguageState, bind_text, language_state, retranslating, tr
from upbit_auto_trading.ui.design.theme import Theme, current_theme
from upbit_auto_trading.ui.design.tokens import DARK, LIGHT, DirectionColours, ThemeName, Type
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.panel import Panel
from upbit_auto_trading.utils.bilingual_text import Language, Text

SAVE = Text(ko="저장", en="Save")


def test_a_switch_repaints_what_is_open(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    panel, button, field = Panel(SAVE), Button(SAVE, ButtonRole.PRIMARY), QLineEdit()
    for widget in (panel, button, field):
        column.addWidget(widget)
    window.show()
    children = window.findChildren(QObject)
    colours = {}
    for name in ThemeName:
        theme.apply(name)
        image = window.grab().toImage()
        at = {
            widget: image.pixelColor(widget.geometry().center().x() - 60, widget.y() + 4)
            for widget in (panel, button, field)
        }
        colours[name] = at
        palette = theme.palette
        assert at[panel] == QColor(palette.bg1)
        assert at[button] == QColor(palette.primary)
        assert at[field] == QColor(palette.bg0)
    assert colours[ThemeName.DARK] != colours[ThemeName.LIGHT]
    assert {id(child) for child in window.findChildren(QObject)} == {id(child) for child in children}


def test_the_application_follows(qapp: QApplication, theme: Theme) -> None:
    theme.apply(ThemeName.LIGHT)
    assert qapp.palette().window().color() == QColor(LIGHT.bg0)
    assert LIGHT.bg3 in qapp.styleSheet()
    assert "$" not in qapp.styleSheet()
    hints = qapp.styleHints()
    assert hints is not None
    theme.apply(ThemeName.DARK)
    assert qapp.palette().window().color() == QColor(DARK.bg0)


def test_direction_colours(theme: Theme) -> None:
    theme.apply(ThemeName.DARK, DirectionColours.ALTERNATIVE)
    assert theme.palette.up == DARK.alt_up
    theme.apply(ThemeName.DARK)
    assert theme.palette.up == DARK.up


@pytest.mark.parametrize(("asked", "pixels"), [(90, 12), (100, 13), (130, 17), (300, 17), (10, 12)])
def test_text_scale_within_its_bounds(qapp: QApplication, theme: Theme, asked: int, pixels: int) -> None:
    theme.apply(ThemeName.DARK, text_scale=asked)
    assert qapp.font().pixelSize() == pixels
    assert theme.font(Type.CAPTION).pixelSize() >= 11


def test_labels_take_scale_and_style(qtbot: QtBot, theme: Theme) -> None:
    label = Label("12,847,320", "display", "t2")
    qtbot.addWidget(label)
    label.ensurePolished()
    assert (label.font().pixelSize(), label.font().bold()) == (22, True)
    theme.apply(ThemeName.DARK, text_scale=130)
    assert label.font().pixelSize() == 29
    label.set_style("caption")
    assert label.font().pixelSize() == 14
    label.set_token("up")
    assert label.palette().windowText().color() == QColor(DARK.up)
    with pytest.raises(KeyError):
        label.set_style("huge")


def test_the_latest_theme_is_the_current_one(qapp: QApplication, theme: Theme) -> None:
    heard: list[bool] = []
    theme.changed.connect(lambda: heard.append(True))
    later = Theme(None)
    assert current_theme() is later
    later.apply(ThemeName.LIGHT)
    assert heard  # those bound to the first are told


def test_the_application_wears_one_theme(qapp: QApplication, theme: Theme) -> None:
    """Else each that was ever made would mark the focus, and dress everything again at a change of language."""

    def worn() -> tuple[int, int, QColor]:
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        return (
            len(qapp.findChildren(FocusRing)),
            len(qapp.findChildren(FocusTips)),
            qapp.palette().color(QPalette.ColorRole.Window),
        )

    others = [Theme(qapp) for _ in range(3)]
    for other in others:
        other.apply(ThemeName.LIGHT)
    assert worn() == (1, 1, QColor(LIGHT.bg0))
    theme.apply(ThemeName.DARK)
    assert worn() == (1, 1, QColor(DARK.bg0))
    language_state().set_language(Language.ENGLISH)
    assert worn() == (1, 1, QColor(DARK.bg0))


# language


def test_texts_change_in_place(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    bind_text(label.setText, SAVE)
    assert label.text() == "저장"
    language_state().set_language(Language.ENGLISH)
    assert label.text() == tr(SAVE) == "Save"
    with pytest.raises(TypeError):
        bind_text(print, SAVE)


def test_a_widget_that_is_gone_hears_nothing_and_is_not_kept(qtbot: QtBot) -> None:
    calls: list[int] = []

    def make() -> weakref.ref[QWidget]:
        widget = QWidget()
        retranslating(widget, lambda: calls.append(id(widget)))
        return weakref.ref(widget)

    kept = make()
    gc.collect()
    assert kept() is None
    language_state().set_language(Language.ENGLISH)
    assert len(calls) == 1


def test_the_same_language_again_says_nothing(qtbot: QtBot) -> None:
    state = language_state()
    with qtbot.assertNotEmitted(state.changed):
        state.set_language(state.current)


def test_a_later_state_takes_over(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    from upbit_auto_trading.ui.design import language

    first = language_state()
    monkeypatch.setattr(language, "_state", first)
    label = QLabel()
    qtbot.addWidget(label)
    bind_text(label.setText, SAVE)
    later = LanguageState(Language.KOREAN)
    later.set_language(Language.ENGLISH)
    assert label.text() == "Save"


# fonts


def test_families_per_system_and_language() -> None:
    assert fonts.families(Language.KOREAN, "Windows")[0] == "Malgun Gothic"
    assert fonts.families(Language.ENGLISH, "Windows")[0] == "Segoe UI"
    assert fonts.families(Language.KOREAN, "Darwin")[0] == "Apple SD Gothic Neo"
    assert fonts.families(Language.ENGLISH, "Linux")[:2] == ("Noto Sans", "DejaVu Sans")
    assert fonts.families(Language.KOREAN, "FreeBSD") == fonts.families(Language.KOREAN, "Linux")
    assert fonts.fixed_families("Windows") == ("Consolas", "Malgun Gothic")


def test_the_system_font_stands_in_where_none_is_installed(qapp: QApplication) -> None:
    assert len(fonts.installed(["No Such Family"])) == 1
    assert fonts.SYSTEM_FONT not in fonts.installed([fonts.SYSTEM_FONT])


@pytest.mark.parametrize("language", list(Language))
def test_figures_are_equally_wide(qapp: QApplication, language: Language) -> None:
    assert fonts.figures_are_tabular(fonts.number_font(Type.TABLE, language))


def test_a_font_without_tabular_figures_gives_way(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False, True])
    monkeypatch.setattr(fonts, "figures_are_tabular", lambda _font: next(answers))
    with_feature = fonts.number_font(Type.TABLE, Language.KOREAN)
    assert with_feature.isFeatureSet(QFont.Tag("tnum"))
    monkeypatch.setattr(fonts, "figures_are_tabular", lambda _font: False)
    assert fonts.number_font(Type.TABLE, Language.KOREAN).styleHint() is QFont.StyleHint.Monospace


@pytest.mark.parametrize(
    ("release", "package"),
    [
        ({"ID": "ubuntu", "ID_LIKE": "debian"}, "fonts-noto-cjk"),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "fonts-noto-cjk"),
        ({"ID": "fedora"}, "google-noto-sans-cjk-fonts"),
        ({"ID": "manjaro", "ID_LIKE": "arch"}, "noto-fonts-cjk"),
        ({}, "Noto Sans CJK KR"),
    ],
)
def test_which_package_brings_hangul(release: dict[str, str], package: str) -> None:
    assert fonts.hangul_font_package(release) == package


@pytest.mark.needs("hangul_font")
def test_hangul_is_found(qapp: QApplication) -> None:
    assert fonts.has_hangul_font()


# icons


def test_every_icon_has_its_glyph(qapp: QApplication) -> None:
    glyphs = icons._icon_font().characters
    assert [which.name for which in Icon if which.glyph not in glyphs] == []


def test_the_first_icon_leaves_the_fonts_of_the_application_alone(qtbot: QtBot, qapp: QApplication) -> None:
    """It may be wanted inside a paint event: a new font lays out every window and takes the painter's surface away."""
    with qtbot.assertNotEmitted(qapp.fontDatabaseChanged):
        assert IconFont().outline(Icon.ADD.glyph).elementCount() > 4


def test_icons_are_tinted_and_kept_per_colour(theme: Theme) -> None:
    first = icon(Icon.KILL_SWITCH, "danger")
    assert icon(Icon.KILL_SWITCH, "danger") is first
    assert _colour_of(first.pixmap(24, 24).toImage()) == QColor(DARK.danger).name()
    theme.apply(ThemeName.LIGHT)
    assert _colour_of(icon(Icon.KILL_SWITCH, "danger").pixmap(24, 24).toImage()) == QColor(LIGHT.danger).name()


def _colour_of(image: object) -> str:
    counted: dict[str, int] = {}
    for x in range(image.width()):  # type: ignore[attr-defined]
        for y in range(image.height()):  # type: ignore[attr-defined]
            colour = image.pixelColor(x, y)  # type: ignore[attr-defined]
            if colour.alpha() == 255:
                counted[colour.name()] = counted.get(colour.name(), 0) + 1
    return max(counted, key=lambda name: counted[name])


def test_a_bound_icon_follows_the_theme(qtbot: QtBot, theme: Theme) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    bind_icon(button.setIcon, Icon.ADD, "t1")
    dark = _colour_of(button.icon().pixmap(24, 24).toImage())
    theme.apply(ThemeName.LIGHT)
    assert _colour_of(button.icon().pixmap(24, 24).toImage()) != dark
    with pytest.raises(TypeError):
        bind_icon(print, Icon.ADD)


# focus ring


def ring(theme: Theme) -> QWidget | None:
    assert isinstance(theme._focus_ring, FocusRing)
    return theme._focus_ring.overlay


def test_the_ring_follows_the_focus_with_its_gap(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    first, second = Button(SAVE), QLineEdit()
    column.addWidget(first)
    column.addWidget(second)
    window.show()
    window.activateWindow()
    first.setFocus()
    qtbot.waitUntil(lambda: ring(theme) is not None)
    overlay = ring(theme)
    assert overlay is not None
    assert overlay.geometry() == first.geometry().adjusted(-4, -4, 4, 4)
    assert overlay.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    image = window.grab().toImage()
    assert image.pixelColor(overlay.geometry().center().x(), overlay.y()) == QColor(DARK.focus)
    second.setFocus()
    moved = ring(theme)
    assert moved is not None
    assert moved.geometry() == second.geometry().adjusted(-4, -4, 4, 4)
    second.move(second.x(), second.y() + 7)
    assert moved.y() == second.y() - 4
    second.hide()
    shown = ring(theme)
    assert shown is None or shown is not moved or not shown.isVisible()


def test_the_ring_scrolls_with_its_control_and_survives_its_window(qtbot: QtBot, theme: Theme) -> None:
    area = QScrollArea()
    inside = QWidget()
    column = QVBoxLayout(inside)
    button = Button(SAVE)
    column.addWidget(button)
    area.setWidget(inside)
    area.show()
    area.activateWindow()
    button.setFocus()
    qtbot.waitUntil(lambda: ring(theme) is not None)
    overlay = ring(theme)
    assert overlay is not None
    assert overlay.parent() is area.viewport()
    area.close()
    area.deleteLater()
    QApplication.sendPostedEvents(area, QEvent.Type.DeferredDelete)
    other = QLineEdit()
    qtbot.addWidget(other)
    other.show()
    other.setFocus()


def test_a_tooltip_comes_with_the_keyboard_focus(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    first, second = Button(SAVE), Button(SAVE)
    first.set_tip(Text(ko="전략을 저장해요.", en="Saves the strategy."))
    column.addWidget(first)
    column.addWidget(second)
    window.show()
    window.activateWindow()
    second.setFocus()
    qtbot.waitUntil(second.hasFocus)
    first.setFocus()
    qtbot.waitUntil(lambda: QToolTip.isVisible() and "전략을 저장해요." in QToolTip.text())
    second.setFocus()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())
