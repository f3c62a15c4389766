"""Every screen and section of the real program: nothing cut or sideways, everything named and reached by Tab."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtGui import QColor, QFont, QImage, QPainter, QRegion
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QLineEdit,
    QScrollBar,
    QWidget,
)
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

from tests.whole_program import is_all_made, running_program
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.config.settings import LANGUAGE, TEXT_SCALE, THEME
from upbit_auto_trading.ui.design import fonts, painting
from upbit_auto_trading.ui.design.language import current_language
from upbit_auto_trading.ui.design.theme import Theme, current_theme
from upbit_auto_trading.ui.design.tokens import IconSize, Space, Type, TypeStyle
from upbit_auto_trading.ui.screens.help.view_model import PAGES
from upbit_auto_trading.ui.screens.monitor.view_model import Section
from upbit_auto_trading.ui.screens.settings.sections.market_data_page import TABS
from upbit_auto_trading.ui.screens.settings.view import section_ids
from upbit_auto_trading.ui.widgets.badges import Badge
from upbit_auto_trading.ui.widgets.mode_badge import ModeBadge
from upbit_auto_trading.ui.widgets.navigation_rail import RailItem
from upbit_auto_trading.ui.widgets.search_field import SearchField
from upbit_auto_trading.ui.widgets.segments import Segments
from upbit_auto_trading.ui.widgets.table import CellKind, DataTable
from upbit_auto_trading.ui.widgets.table_painter import PADDING
from upbit_auto_trading.ui.widgets.tabs import Tabs
from upbit_auto_trading.ui.widgets.toggles import RadioCard

Look = tuple[str, str, tuple[int, int], int]
LANGUAGES, SIZES, SCALES = ("ko", "en"), ((1280, 640), (1920, 1080)), (90, 100, 130)


def _looks() -> Iterator[Look]:
    """Every language in every size and scale. Colours move nothing: each theme is seen with every one of these."""
    for language, size, scale in itertools.product(range(len(LANGUAGES)), range(len(SIZES)), range(len(SCALES))):
        theme = ("dark", "light")[(language + size + scale) % 2]
        yield theme, LANGUAGES[language], SIZES[size], SCALES[scale]


LOOKS: tuple[Look, ...] = tuple(_looks())
#: the hardest ones: longest words, largest text, least room
SAMPLE: tuple[Look, ...] = (("light", "en", (1280, 640), 130), ("dark", "ko", (1280, 640), 100))
PLACES = (
    "dashboard",
    "market",
    "chart",
    "backtest",
    "practice/trade",
    "practice/setup",
    *(f"monitor/{section.value}" for section in Section),
    *(f"help/{page}" for page, _title in PAGES),
    *(f"settings/{section}" for section in section_ids()),
    *(f"settings/market_data/{part}" for part, _title in TABS),
)
OWN_WIDTH = (QAbstractButton, Badge, ModeBadge, Segments, Tabs)
#: the search gives way by design, rail items set long words smaller, radio cards wrap
GIVES_WAY = (SearchField, RailItem, RadioCard, QScrollBar)
_MOST_TABS = 400
_ROWS_LOOKED_AT = 40


def cut_off(root: QWidget) -> list[str]:
    """Controls narrower than their words, labels that need more room than they have, and what lies outside."""
    return [
        f"{type(widget).__name__} “{words_of(widget)}” has {widget.width()}×{widget.height()}"
        for widget in root.findChildren(QWidget)
        if widget.isVisible() and (is_too_small(widget) or is_outside(widget))
    ]


def words_of(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QLabel) else widget.accessibleName()


def is_too_small(widget: QWidget) -> bool:
    if isinstance(widget, GIVES_WAY):
        return False
    if isinstance(widget, QLabel) and widget.text():
        if widget.wordWrap():
            return widget.height() < widget.heightForWidth(widget.width())
        return widget.width() < widget.sizeHint().width() or widget.height() < widget.sizeHint().height()
    return isinstance(widget, OWN_WIDTH) and widget.width() < widget.sizeHint().width()


def cut_cells(root: QWidget) -> list[str]:
    """Painted, not widgets: numbers, times and states of tables; only names may be elided."""
    return [problem for table in root.findChildren(DataTable) if table.isVisible() for problem in cut_cells_of(table)]


def cut_cells_of(table: DataTable) -> list[str]:
    model, found = table.rows_model, []
    for place, column in enumerate(model.columns):
        if table.isColumnHidden(place) or column.kind in (CellKind.SPARKLINE, CellKind.ACTIONS):
            continue
        font = current_theme().font(Type.TABLE_BOLD if column.bold else Type.TABLE)
        for row in range(min(model.rowCount(), _ROWS_LOOKED_AT)):
            text = str(model.index(row, place).data() or "")
            mark = column.icon(model.row_at(row))
            if mark is None and not text[:1].isdigit():
                continue  # a name
            room = table.columnWidth(place) - 2 * PADDING - (IconSize.TINY + Space.S if mark is not None else 0)
            if painting.text_width(text, font) > room + 1 and not column.stretch:
                found.append(f"cell “{text}” of {table.accessibleName()} has {room}")
    return found


def is_outside(widget: QWidget) -> bool:
    """Beyond the edge of its parent: painted, and cut there. Content that scrolls lies outside on purpose."""
    parent = widget.parentWidget()
    if not isinstance(widget, (QLabel, *OWN_WIDTH)) or parent is None or widget.isWindow():
        return False
    holder = parent.parentWidget()
    if isinstance(holder, QAbstractScrollArea) and holder.viewport() is parent:
        return False
    left, right = widget.x(), widget.x() + widget.width()
    return left < 0 or right > parent.width()


def sideways(root: QWidget) -> list[str]:
    return [
        f"{type(area).__name__} “{area.accessibleName()}” scrolls sideways"
        for area in root.findChildren(QAbstractScrollArea)
        if area.isVisible() and (bar := area.horizontalScrollBar()) is not None and bar.isVisible()
    ]


def focusable(root: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
    ]


def nameless(root: QWidget) -> list[str]:
    return [
        f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        for widget in focusable(root)
        if not (widget.accessibleName() or (isinstance(widget, QLineEdit) and widget.placeholderText()))
    ]


def unreached(qtbot: QtBot, program: DesktopProgram) -> list[str]:
    """Tab through the whole window once, from its first control back to it."""
    window = program.window
    window.activateWindow()
    missing = {id(widget): widget for widget in focusable(window)}
    window.rail.items["dashboard"].setFocus(Qt.FocusReason.TabFocusReason)
    first = QApplication.focusWidget()
    for _ in range(_MOST_TABS):
        widget = QApplication.focusWidget()
        assert widget is not None, "the focus was lost"
        missing.pop(id(widget), None)
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is widget:
            return [f"{type(widget).__name__} “{widget.accessibleName()}” keeps the focus"]
        if QApplication.focusWidget() is first:
            return [
                f"{type(left).__name__} “{left.accessibleName()}” is not reached"
                for left in missing.values()
                if not is_reached_by_arrows(left)
            ]
    return ["Tab does not come round"]


def is_reached_by_arrows(widget: QWidget) -> bool:
    """Of a group of which one is chosen, Tab stops at that one."""
    return isinstance(widget, QAbstractButton) and widget.autoExclusive() and not widget.isChecked()


def wear(qtbot: QtBot, program: DesktopProgram, look: Look) -> None:
    theme, language, size, scale = look
    program.core.settings.set(THEME, theme)
    program.core.settings.set(LANGUAGE, language)
    program.core.settings.set(TEXT_SCALE, scale)
    qtbot.waitUntil(lambda: not program.slices.is_under_way, timeout=30_000)
    program.window.resize(*size)


def visit(qtbot: QtBot, program: DesktopProgram, place: str) -> None:
    program.navigation.show(place)
    program.window.screen_widget(place.partition("/")[0])  # now, though its modules may still be loading
    qtbot.waitUntil(lambda: is_all_made(program.window) and not program.core.operations.running(), timeout=30_000)


def render(program: DesktopProgram, ratio: float) -> QImage:
    """As a screen of that scale would show it."""
    size = program.window.size()
    image = QImage(round(size.width() * ratio), round(size.height() * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    program.window.render(painter, QPoint(), QRegion(QRect(QPoint(), size)))
    painter.end()
    return image


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("every-screen")


@pytest.fixture
def program(qtbot: QtBot, qapp: QApplication, folder: Path) -> Iterator[DesktopProgram]:
    with running_program(qtbot, qapp, folder, language=None) as program:
        dashboard = program.screens.dashboard
        qtbot.waitUntil(lambda: len(dashboard.state.rows) == 5 and dashboard.state.findings is not None, timeout=30_000)
        fill_tables(qtbot, program)
        yield program


def fill_tables(qtbot: QtBot, program: DesktopProgram) -> None:
    """An empty table shows no columns: run every job, so that there are runs, heartbeats and counts."""
    model = program.screens.monitor_model()
    for job in program.core.periodic.jobs:
        program.core.periodic.run_now(job.id)

    def has_rows() -> bool:
        if not model.is_reading(Section.OPERATIONS):
            model.read_operations()
        return bool(model.state.daily and model.state.heartbeats)

    qtbot.waitUntil(has_rows, timeout=30_000)


def check_look(qtbot: QtBot, program: DesktopProgram, look: Look) -> int:
    wear(qtbot, program, look)
    for place in PLACES:
        visit(qtbot, program, place)
        # a column that is too narrow widens after it was painted, and a wrapped label asks twice
        program.window.grab()
        problems: list[str] = []

        def is_well() -> bool:
            problems[:] = cut_off(program.window) + cut_cells(program.window) + sideways(program.window)  # noqa: B023 - used at once
            return not problems  # noqa: B023

        try:
            qtbot.waitUntil(is_well, timeout=2_000)
        except TimeoutError as error:
            raise AssertionError(f"{look} {place}: {problems}") from error
    return len(PLACES)


@pytest.mark.parametrize("look", SAMPLE, ids=str)
def test_nothing_is_cut_and_nothing_goes_sideways(qtbot: QtBot, program: DesktopProgram, look: Look) -> None:
    assert check_look(qtbot, program, look) >= 23
    assert nobody_changed_them(program.theme)


def nobody_changed_them(theme: Theme) -> bool:
    """Colours and fonts of the theme are everybody's: who changes one for itself changes it for all."""

    def fresh_colour(token: str, opacity: float) -> QColor:
        colour = QColor(theme.palette.colour(token))
        colour.setAlphaF(opacity)
        return colour

    def fresh_font(style: TypeStyle, numbers: bool) -> QFont:
        return (fonts.number_font if numbers else fonts.font)(style, current_language(), theme.text_scale)

    colours = all(colour == fresh_colour(*asked) for asked, colour in theme._colours.items())
    faces = all(font == fresh_font(*asked) for asked, font in theme._fonts.items())
    return bool(theme._colours) and bool(theme._fonts) and colours and faces


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_in_any_look(
    qtbot: QtBot, program: DesktopProgram, language: str, size: tuple[int, int]
) -> None:
    """In parts, so that two processes share them."""
    looks = [look for look in LOOKS if look[1:3] == (language, size)]
    checked = sum(check_look(qtbot, program, look) for look in looks)
    print(f"\n{checked} screens in {len(looks)} looks")
    assert checked >= len(SCALES) * 23


def test_every_control_has_a_name_and_is_reached_by_tab(qtbot: QtBot, program: DesktopProgram) -> None:
    wear(qtbot, program, ("dark", "ko", (1280, 640), 100))
    controls = 0
    for place in PLACES:
        visit(qtbot, program, place)
        assert nameless(program.window) == [], place
        assert unreached(qtbot, program) == [], place
        controls += len(focusable(program.window))
    assert controls > 150


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_every_screen_fills_its_pixels_at_every_screen_scale(
    qtbot: QtBot, program: DesktopProgram, ratio: float
) -> None:
    wear(qtbot, program, ("light", "ko", (1280, 640), 100))
    for place in ("dashboard", "market", "practice/trade", "monitor/schedule", "help/glossary", "settings/security"):
        visit(qtbot, program, place)
        image = render(program, ratio)
        assert (image.width(), image.height()) == (round(1280 * ratio), round(640 * ratio))
        corner = image.pixelColor(image.width() - 2, image.height() - 2)
        assert corner == program.theme.colour("bg1"), place


def test_the_checker_sees_a_label_that_is_too_narrow(qtbot: QtBot, program: DesktopProgram) -> None:
    visit(qtbot, program, "dashboard")
    qtbot.waitUntil(lambda: cut_off(program.window) == [])
    view = program.window.screen_widget("dashboard")
    view.last_card.value.setFixedWidth(40)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: len(cut_off(program.window)) == 1)
