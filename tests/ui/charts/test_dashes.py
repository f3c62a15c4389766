"""A line in dashes: drawn and left out in turns along all its corners."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtGui import QColor, QImage, QPainter, QPen
from pytestqt.qtbot import QtBot

from upbit_auto_trading.ui.charts.device_pixels import dashes_of, draw_dashes

heights = st.lists(st.floats(0, 300, allow_nan=False), min_size=2, max_size=60)
patterns = st.sampled_from([(4.0, 3.0), (1.0, 3.0), (7.0, 3.0, 1.0, 3.0)])


def lengths(pieces: tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    (left, top), (right, bottom) = pieces
    return np.asarray(np.hypot(right - left, bottom - top))


def test_a_level_line_has_its_dashes_where_the_pattern_says() -> None:
    (left, top), (right, _bottom) = dashes_of(np.array([10.0, 30.0]), np.array([5.0, 5.0]), (4.0, 3.0))
    assert left.tolist() == [10.0, 17.0, 24.0]
    assert right.tolist() == [14.0, 21.0, 28.0]
    assert top.tolist() == [5.0] * 3


def test_a_dash_goes_on_over_a_corner() -> None:
    """Three pixels to the right, then down: the first dash of four takes one of those down."""
    (left, top), (right, bottom) = dashes_of(np.array([0.0, 3.0, 3.0]), np.array([0.0, 0.0, 6.0]), (4.0, 3.0))
    pieces = list(zip(left.tolist(), top.tolist(), right.tolist(), bottom.tolist(), strict=True))
    assert pieces == [(0.0, 0.0, 3.0, 0.0), (3.0, 0.0, 3.0, 1.0), (3.0, 4.0, 3.0, 6.0)]


@given(heights=heights, pattern=patterns)
def test_every_piece_lies_on_the_line_and_the_share_is_that_of_the_pattern(
    heights: list[float], pattern: tuple[float, ...]
) -> None:
    x, y = np.arange(len(heights), dtype=np.float64) * 5, np.array(heights)
    whole = float(np.hypot(np.diff(x), np.diff(y)).sum())
    pieces = dashes_of(x, y, pattern)
    for at_x, at_y in pieces:
        assert np.interp(at_x, x, y) == pytest.approx(at_y, abs=1e-6)
    drawn, period = float(lengths(pieces).sum()), sum(pattern)
    if whole <= 10_000:
        share = sum(pattern[::2]) / period
        assert abs(drawn - whole * share) <= period
    else:
        assert drawn == pytest.approx(whole)


def test_a_line_like_noise_stays_whole() -> None:
    x = np.arange(2_000, dtype=np.float64)
    y = np.where(x % 2 == 0, 0.0, 200.0)
    pieces = dashes_of(x, y, (4.0, 3.0))
    assert len(pieces[0][0]) == 1_999


def test_a_value_that_is_missing_ends_a_piece(qtbot: QtBot) -> None:
    image = QImage(60, 10, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    painter.setPen(QPen(QColor("white"), 1))
    x = np.arange(60, dtype=np.float64)
    y = np.full(60, 5.0)
    y[20:40] = np.nan
    draw_dashes(painter, x, y, (4.0, 3.0))
    painter.end()
    lit = [column for column in range(60) if image.pixelColor(column, 5).lightness() > 100]
    assert any(column < 20 for column in lit)
    assert any(column >= 40 for column in lit)
    assert not any(20 <= column < 40 for column in lit)
    assert len(lit) < 35, "dashes, no whole line"
