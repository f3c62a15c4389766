"""The line that is drawn is the data, and the last price is told at its place."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QImage
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.charts.price_path import PricePath
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import ThemeName

TIMES = (1_800_000_000.0, 1_800_000_030.0, 1_800_000_090.0)
PRICES = (143_285_000.0, 143_100_000.0, 143_300_000.0)


@pytest.fixture
def path(qtbot: QtBot) -> PricePath:
    widget = PricePath()
    qtbot.addWidget(widget)
    widget.resize(700, 240)
    widget.show()
    return widget


def drawn_range(path: PricePath) -> tuple[list[float], list[float]]:
    x, y = path.plot.getPlotItem().getViewBox().viewRange()
    return x, y


def test_what_is_drawn_equals_the_data(path: PricePath) -> None:
    path.show_path(TIMES, PRICES)
    assert path.shown_path() == (list(TIMES), list(PRICES))
    x, y = drawn_range(path)
    assert x == [TIMES[0], TIMES[-1]]
    assert y[0] < min(PRICES) < max(PRICES) < y[1]
    path.show_path((*TIMES, TIMES[-1] + 1), (*PRICES, 143_310_000.0))
    assert path.shown_path()[1][-1] == 143_310_000.0


def test_the_last_price_stands_on_the_axis_at_its_height(path: PricePath) -> None:
    path.show_path(TIMES, PRICES)
    assert path.tag.text == "143,300,000"
    assert path.tag.isVisible()
    box = path.plot.getPlotItem().getViewBox()
    wanted = path.plot.mapFromScene(box.mapViewToScene(QPointF(0, PRICES[-1]))).y()
    assert abs(path.tag.geometry().center().y() - wanted) <= 1
    right = path.plot.mapFromScene(box.sceneBoundingRect().topRight()).x()
    assert path.tag.x() > right
    assert path.tag.geometry().right() <= path.plot.width()
    assert path.accessibleDescription() == "143,100,000 – 143,300,000"


def test_no_tick_stands_under_the_label_of_the_last_price(path: PricePath) -> None:
    path.show_path(TIMES, PRICES)
    path.plot.grab()
    axis = path.plot.getPlotItem().getAxis("right")
    near, far = PRICES[-1] + 1, min(PRICES)
    assert axis.tickStrings([near, far], 1.0, 50_000.0) == ["", "143,100,000"]


def test_one_point_and_a_flat_line_have_room(path: PricePath) -> None:
    path.show_path(TIMES[:1], PRICES[:1])
    x, y = drawn_range(path)
    assert x[1] - x[0] == 60.0
    assert y[0] < PRICES[0] < y[1]
    path.show_path(TIMES, (287.0, 287.0, 287.0))
    _x, y = drawn_range(path)
    assert y[0] < 287.0 < y[1]


def test_nothing_yet_shows_no_label(path: PricePath) -> None:
    path.show_path(TIMES, PRICES)
    path.show_path((), ())
    assert path.shown_path() == ([], [])
    assert not path.tag.isVisible()


def test_times_are_korean(path: PricePath) -> None:
    axis = path.plot.getPlotItem().getAxis("bottom")
    assert axis.tickStrings([0.0, 61.0], 1.0, 10.0) == ["09:00:00", "09:01:01"]
    assert axis.tickStrings([0.0], 1.0, 60.0) == ["09:00"]


@pytest.mark.parametrize(("scale", "width"), [(90, 88), (100, 88), (130, 114)])
def test_the_axis_grows_with_the_text(qtbot: QtBot, path: PricePath, scale: int, width: int) -> None:
    path.show_path(TIMES, PRICES)
    theme = current_theme()
    theme.apply(ThemeName.LIGHT, text_scale=scale)
    try:
        qtbot.waitUntil(lambda: path.plot.getPlotItem().getAxis("right").width() == width)
        assert path.tag.width() == width - 1
        image = path.plot.grab().toImage()
        assert image.pixelColor(3, 3) == theme.colour("bg1")
        assert image.pixelColor(path.tag.geometry().topLeft() + path.tag.rect().center() * 0.1) == theme.colour("bg4")
    finally:
        theme.apply(ThemeName.DARK)


def test_the_axes_are_drawn_anew_with_the_range_and_only_then(path: PricePath) -> None:
    def axes() -> tuple[QImage, QImage]:
        whole = path.grab().toImage()
        item = path.plot.getPlotItem()
        areas = (item.getAxis(name).sceneBoundingRect().toAlignedRect() for name in ("right", "bottom"))
        right, bottom = (whole.copy(area) for area in areas)
        return right, bottom

    path.show_path(TIMES, PRICES)
    path.tag.hide()
    first = axes()
    assert axes() == first
    path.show_path(tuple(time + 3_600 for time in TIMES), tuple(price * 2 for price in PRICES))
    path.tag.hide()
    second = axes()
    assert second[0] != first[0]
    assert second[1] != first[1]


@pytest.mark.parametrize("seconds", [60.0, 100.0, 600.0, 3_600.0, 86_400.0])
def test_the_time_is_marked_as_a_clock_has_it(path: PricePath, seconds: float) -> None:
    path.show_path((TIMES[0], TIMES[0] + seconds), PRICES[:2])
    path.plot.grab()
    axis = path.plot.getPlotItem().getAxis("bottom")
    [(step, marks)] = axis.tickValues(TIMES[0], TIMES[0] + seconds, axis.width())
    assert 60 % step == 0 or 3_600 % step == 0 or 86_400 % step == 0
    assert len(marks) > 1
    assert all(mark % step == 0 for mark in marks)
    assert axis.width() * step / seconds >= 90, "no label stands in another"
