"""Small lines are drawn once, look as if they were drawn each time, and again when they would look different."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QImage, QPainter

from upbit_auto_trading.ui.design.theme import Theme
from upbit_auto_trading.ui.design.tokens import DirectionColours, ThemeName
from upbit_auto_trading.ui.widgets.spark_pictures import SparkPictures
from upbit_auto_trading.ui.widgets.sparkline import paint_sparkline

RECT = QRectF(3, 4, 44, 18)
COURSE = tuple(100.0 + (place * 7 % 11) for place in range(48))


def painted(pictures: SparkPictures | None, values: tuple[float, ...], ratio: float = 1.0, **more: object) -> QImage:
    """Without ``pictures`` as it is drawn without them."""
    image = QImage(round(60 * ratio), round(30 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(0xFF101418)
    painter = QPainter(image)
    rect = more.pop("rect", RECT)
    assert isinstance(rect, QRectF)
    if pictures is None:
        paint_sparkline(painter, rect, values, **more)  # type: ignore[arg-type]
    else:
        pictures.paint(painter, rect, "BTC", values, **more)  # type: ignore[arg-type]
    painter.end()
    return image


@pytest.fixture
def pictures() -> SparkPictures:
    return SparkPictures()


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("rect", [RECT, QRectF(3, 41 * 37 / 100, 44, 18), QRectF(3.5, 4.25, 84, 20)], ids=str)
def test_a_picture_looks_as_if_it_was_drawn(pictures: SparkPictures, ratio: float, rect: QRectF) -> None:
    """Wherever between two device pixels it lies."""
    plain = painted(None, COURSE, ratio, rect=rect)
    for _ in range(2):
        kept = painted(pictures, COURSE, ratio, rect=rect)
        assert differing(plain, kept) == 0
    assert pictures.drawn == 1


def differing(one: QImage, other: QImage) -> int:
    """Pixels; what lies a rounding apart is the same."""
    assert one.size() == other.size()
    return sum(
        abs(one.pixelColor(x, y).getRgb()[part] - other.pixelColor(x, y).getRgb()[part]) > 1
        for x in range(one.width())
        for y in range(one.height())
        for part in range(3)
    )


def test_a_price_that_moves_nothing_to_be_seen_draws_nothing(pictures: SparkPictures) -> None:
    painted(pictures, COURSE)
    painted(pictures, (*COURSE[:-1], COURSE[-1] + 0.05))
    assert pictures.drawn == 1
    moved = (*COURSE[:-1], COURSE[-1] + 1.0)
    assert painted(pictures, moved) == painted(None, moved)
    assert pictures.drawn == 2


def test_many_small_steps_are_seen_in_the_end(pictures: SparkPictures) -> None:
    for step in range(40):
        painted(pictures, (*COURSE[:-1], COURSE[-1] + step * 0.05))
    assert 5 < pictures.drawn < 20


def test_another_course_is_another_picture(pictures: SparkPictures) -> None:
    painted(pictures, COURSE)
    other = (COURSE[0], COURSE[1] + 4, *COURSE[2:])
    assert painted(pictures, other) == painted(None, other)
    assert painted(pictures, COURSE[1:]) == painted(None, COURSE[1:])
    assert pictures.drawn == 3


def test_a_level_line_that_moves_is_drawn_anew(pictures: SparkPictures) -> None:
    level = (5.0,) * 48
    assert painted(pictures, level) == painted(None, level)
    moved = (*level[:-1], 5.0001)
    assert painted(pictures, moved) == painted(None, moved)


def test_the_side_of_a_move_is_seen_however_small_it_is(pictures: SparkPictures) -> None:
    """From below where it began to above: another colour."""
    fell, rose = (*COURSE[:-1], COURSE[0] - 0.01), (*COURSE[:-1], COURSE[0] + 0.01)
    assert painted(pictures, fell) == painted(None, fell)
    assert painted(pictures, rose) == painted(None, rose)
    assert pictures.drawn == 2


def test_theme_colours_and_a_late_market_are_followed_at_once(pictures: SparkPictures, theme: Theme) -> None:
    looks = []
    for name in ThemeName:
        for directions in DirectionColours:
            theme.apply(name, directions)
            looks.append(painted(pictures, COURSE))
            assert looks[-1] == painted(None, COURSE)
    assert all(one != other for place, one in enumerate(looks) for other in looks[:place])
    assert painted(pictures, COURSE, token="t3") == painted(None, COURSE, token="t3")


def test_another_size_and_another_screen_are_followed_at_once(pictures: SparkPictures) -> None:
    painted(pictures, COURSE)
    wide = QRectF(3, 4, 50, 18)
    assert painted(pictures, COURSE, rect=wide) == painted(None, COURSE, rect=wide)
    assert painted(pictures, COURSE, 2.0) == painted(None, COURSE, 2.0)
    assert pictures.drawn == 3


def test_a_single_price_is_no_course(pictures: SparkPictures) -> None:
    painted(pictures, (1.0,))
    assert pictures.drawn == 0
