"""The line that is drawn is the data, and the last price is told at its place."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PyQt6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.charts.axes import AxisTick, axis_width
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


def texts(marks: tuple[AxisTick, ...]) -> list[str]:
    return [mark.text for mark in marks]


def heights_of(image: QImage, colour: QColor, columns: range) -> dict[int, list[int]]:
    """Of the pixels in about that colour."""

    def is_it(x: int, y: int) -> bool:
        pixel = image.pixelColor(x, y)
        return all(abs(a - b) < 70 for a, b in zip(pixel.getRgb()[:3], colour.getRgb()[:3], strict=True))

    return {x: [y for y in range(image.height()) if is_it(x, y)] for x in columns}


def test_what_is_drawn_equals_the_data(path: PricePath) -> None:
    path.show_path(TIMES, PRICES)
    assert path.shown_path() == (list(TIMES), list(PRICES))
    assert path.time is not None
    assert path.price is not None
    assert path.time.start == TIMES[0]
    assert path.time.end == pytest.approx(TIMES[-1])
    assert path.price.low < min(PRICES) < max(PRICES) < path.price.high
    path.show_path((*TIMES, TIMES[-1] + 1), (*PRICES, 143_310_000.0))
    assert path.shown_path()[1][-1] == 143_310_000.0


@pytest.mark.parametrize("theme_name", list(ThemeName))
def test_the_line_stands_in_pixels_where_its_points_are(path: PricePath, theme_name: ThemeName) -> None:
    current_theme().apply(theme_name)
    try:
        path.show_path(TIMES, PRICES)
        image = path.grab().toImage()
        time, price = path.time, path.price
        assert time is not None
        assert price is not None
        between = [int(time.x_of(second)) for second in (TIMES[0] + 15, TIMES[1] + 20, TIMES[1] + 40)]
        for x in between:
            wanted = price.y_of(float(np.interp(time.second_at(x + 0.5), TIMES, PRICES)))
            heights = heights_of(image, current_theme().colour("accent"), range(x, x + 1))[x]
            dotted = int(price.y_of(PRICES[-1]))
            assert [height for height in heights if height != dotted], "the line is there"
            assert all(abs(height + 0.5 - wanted) < 3 for height in heights if height != dotted)
    finally:
        current_theme().apply(ThemeName.DARK)


def test_with_thousands_of_points_every_extreme_is_still_drawn(path: PricePath) -> None:
    """Two prices that stand for a tenth of a second among six thousand others."""
    count = 6_000
    times = tuple(TIMES[0] + place / 10 for place in range(count))
    prices = [1_000.0] * count
    prices[1_234], prices[4_321] = 1_100.0, 900.0
    path.show_path(times, tuple(prices))
    time, price = path.time, path.price
    assert time is not None
    assert price is not None
    image = path.grab().toImage()
    for place in (1_234, 4_321):
        x, y = int(time.x_of(times[place])), price.y_of(prices[place])
        near = heights_of(image, current_theme().colour("accent"), range(x, x + 2))
        assert any(abs(height - y) < 4 for heights in near.values() for height in heights)


def test_a_quiet_time_among_thousands_of_points_is_crossed_by_the_line(path: PricePath) -> None:
    """Points lie close for a minute, then come none for a minute."""
    times = [TIMES[0] + place / 60 for place in range(3_600)]
    times += [time + 120 for time in times]
    path.show_path(tuple(times), (1_000.0,) * 3_600 + (1_100.0,) * 3_600)
    time, price = path.time, path.price
    assert time is not None
    assert price is not None
    image = path.grab().toImage()
    x = int(time.x_of(TIMES[0] + 90))
    heights = heights_of(image, current_theme().colour("accent"), range(x, x + 1))[x]
    assert any(abs(height - price.y_of(1_050.0)) < 5 for height in heights)


def test_the_last_price_stands_on_the_axis_at_its_height(path: PricePath) -> None:
    path.show_path(TIMES, PRICES)
    assert path.last_label is not None
    assert path.price is not None
    label, plate = path.last_label
    assert label.text == "143,300,000"
    assert abs(plate.center().y() - path.price.y_of(PRICES[-1])) <= 1
    assert plate.left() > path.plot_area.right()
    assert plate.right() == path.width()
    image = path.grab().toImage()
    assert image.pixelColor(int(plate.right()) - 4, int(plate.center().y())) == current_theme().colour("bg4")
    assert path.accessibleDescription() == "143,100,000 – 143,300,000"


def test_no_tick_looks_out_from_under_the_label_of_the_last_price(path: PricePath) -> None:
    """A price near a level of the grid."""
    path.show_path(TIMES, (*PRICES[:2], 143_291_000.0))
    assert path.last_label is not None
    _label, plate = path.last_label
    [near] = [mark for mark in path.price_marks if abs(mark.place - plate.center().y()) < plate.height() / 2]
    assert near.text == "143,300,000"
    image = path.grab().toImage()
    above = image.copy(int(plate.left()) + 1, int(plate.top()) - 8, int(plate.width()) - 2, 8)
    colours = {above.pixel(x, y) for x in range(above.width()) for y in range(above.height())}
    assert colours == {current_theme().colour("bg1").rgba()}


@pytest.mark.parametrize(
    ("prices", "levels"),
    [
        (PRICES, ["143,100,000", "143,150,000", "143,200,000", "143,250,000", "143,300,000"]),
        ((2.41, 2.43, 2.42), ["2.41", "2.42", "2.43"]),
        ((0.00012, 0.00014, 0.00013), ["0.00012", "0.00013", "0.00014"]),
    ],
)
def test_levels_are_whole_prices_with_their_decimals(
    path: PricePath, prices: tuple[float, ...], levels: list[str]
) -> None:
    path.show_path(TIMES, prices)
    assert set(levels) <= set(texts(path.price_marks))


def test_one_point_and_a_flat_line_have_room(path: PricePath) -> None:
    path.show_path(TIMES[:1], PRICES[:1])
    assert path.time is not None
    assert path.price is not None
    assert path.time.end - path.time.start == pytest.approx(60.0)
    assert path.price.low < PRICES[0] < path.price.high
    path.grab()
    for flat in (287.0, 0.0):
        path.show_path(TIMES, (flat, flat, flat))
        assert path.price.low < flat < path.price.high
        assert not path.grab().isNull()


def test_nothing_yet_shows_no_label(path: PricePath) -> None:
    empty = path.grab().toImage()
    path.show_path(TIMES, PRICES)
    assert path.grab().toImage() != empty
    path.show_path((), ())
    assert path.shown_path() == ([], [])
    assert path.last_label is None
    assert path.accessibleDescription() == ""
    assert path.grab().toImage() == empty


def test_a_window_without_room_asks_for_nothing(qtbot: QtBot, path: PricePath) -> None:
    path.show_path(TIMES, PRICES)
    path.resize(20, 20)
    qtbot.waitUntil(lambda: path.price is None)
    assert not path.grab().isNull()
    path.resize(700, 240)
    qtbot.waitUntil(lambda: path.last_label is not None)


def test_times_are_korean(path: PricePath) -> None:
    path.show_path((0.0, 60.0), PRICES[:2])
    assert "09:00:30" in texts(path.time_marks)
    path.show_path((0.0, 3_600.0), PRICES[:2])
    assert "09:30" in texts(path.time_marks)


@pytest.mark.parametrize(("scale", "width"), [(90, 88), (100, 88), (130, 114)])
def test_the_axis_grows_with_the_text(path: PricePath, scale: int, width: int) -> None:
    path.show_path(TIMES, PRICES)
    theme = current_theme()
    theme.apply(ThemeName.LIGHT, text_scale=scale)
    try:
        assert axis_width() == width
        assert path.plot_area.width() == path.width() - width
        image = path.grab().toImage()
        assert image.pixelColor(3, 3) == theme.colour("bg1")
    finally:
        theme.apply(ThemeName.DARK)


def test_the_axes_are_drawn_anew_with_the_range_and_only_then(path: PricePath) -> None:
    def axes() -> tuple[QImage, QImage]:
        whole, plot = path.grab().toImage(), path.plot_area.toRect()
        right = whole.copy(plot.right() + 1, 0, path.width(), plot.height())
        return right, whole.copy(0, plot.bottom() + 1, plot.width(), path.height())

    path.show_path(TIMES, PRICES)
    first = axes()
    assert axes() == first
    path.show_path(tuple(time + 3_600 for time in TIMES), tuple(price * 2 for price in PRICES))
    second = axes()
    assert second[0] != first[0]
    assert second[1] != first[1]


@pytest.mark.parametrize("seconds", [60.0, 100.0, 600.0, 3_600.0, 86_400.0])
def test_the_time_is_marked_as_a_clock_has_it(path: PricePath, seconds: float) -> None:
    path.show_path((TIMES[0], TIMES[0] + seconds), PRICES[:2])
    assert path.time is not None
    marks = [round(path.time.second_at(mark.place)) for mark in path.time_marks]
    assert len(marks) > 1
    [step] = {later - earlier for earlier, later in pairwise(marks)}
    assert 60 % step == 0 or 3_600 % step == 0 or 86_400 % step == 0
    assert all((mark + 9 * 3_600) % step == 0 for mark in marks)
    assert path.time.pixels(step) >= 80, "no label stands in another"
