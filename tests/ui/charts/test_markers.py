"""Fills on a chart: where their marks stand, which become one, what the pointer finds, what the card says."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from time import perf_counter

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.charts.made_candles import MIDNIGHT, MINUTE, minutes
from upbit_auto_trading.business_logic.domain.explanation import (
    Outcome,
    RuleExplanation,
    SeenCondition,
    SeenGroup,
    SeenValue,
)
from upbit_auto_trading.business_logic.domain.strategy_definition import GroupKind
from upbit_auto_trading.ui.charts.candle_columns import CandleColumns
from upbit_auto_trading.ui.charts.layer import PaneView, Pointer
from upbit_auto_trading.ui.charts.layers.markers import Marker, MarkerGroup, MarkerLayer, MarkerSide
from upbit_auto_trading.ui.charts.marker_card import CardContent, CardLine, LineMark, MarkerCard, rule_lines
from upbit_auto_trading.ui.charts.price_scale import PriceScale
from upbit_auto_trading.ui.charts.time_scale import TimeScale
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Chart, ThemeName
from upbit_auto_trading.utils.bilingual_text import Language, Text

BUY, SELL = MarkerSide.BUY, MarkerSide.SELL
WIDTH, HEIGHT = 900, 400
COUNT = 20_000
CANDLES = CandleColumns(minutes(COUNT), timedelta(0))


@pytest.fixture(autouse=True, params=list(ThemeName), ids=lambda name: name.value)
def looks(request: pytest.FixtureRequest, qapp: object) -> Iterator[None]:
    language_state().set_language(Language.KOREAN)
    current_theme().apply(request.param)
    yield
    language_state().set_language(Language.KOREAN)
    current_theme().apply(ThemeName.DARK)


def view_of(first: int = 0, pixels: float = 20.0, width: int = WIDTH) -> PaneView:
    """From that row on, so many pixels a candle."""
    time = TimeScale(float(MIDNIGHT + first * MINUTE), MINUTE / pixels, float(width))
    rows = slice(first, first + math.ceil(width / pixels))
    low, high = float(CANDLES.low[rows].min()), float(CANDLES.high[rows].max())
    room = (high - low) * 0.25
    return PaneView(QRectF(0, 0, width, HEIGHT), time, PriceScale(low - room, high + room, 0, HEIGHT), CANDLES)


def marker(row: int, side: MarkerSide = BUY, key: object = None, count: int = 1) -> Marker:
    return Marker(int(CANDLES.opened[row]), float(CANDLES.close[row]), side, count, row if key is None else str(key))


def layer_of(*markers: Marker) -> MarkerLayer:
    layer = MarkerLayer()
    layer.set_markers(markers)
    return layer


def painted(layer: MarkerLayer, view: PaneView) -> QImage:
    image = QImage(int(view.rect.width()), int(view.rect.height()), QImage.Format.Format_RGB32)
    image.fill(current_theme().colour("chart_background"))
    painter = QPainter(image)
    layer.paint(painter, view, view.rect)
    painter.end()
    return image


def places_of(image: QImage, colour: QColor) -> list[tuple[int, int]]:
    bits = image.constBits()
    assert bits is not None
    pixels = np.frombuffer(bits.asstring(image.sizeInBytes()), np.uint32).reshape(image.height(), -1)
    rows, columns = np.nonzero((pixels[:, : image.width()] | 0xFF000000) == colour.rgb())
    return list(zip(columns.tolist(), rows.tolist(), strict=True))


def sides(groups: Sequence[MarkerGroup], side: MarkerSide) -> list[MarkerGroup]:
    return [group for group in groups if group.side is side]


# where they stand


@pytest.mark.parametrize("row", [3, 17, 30])
def test_a_buy_points_up_to_the_low_of_its_candle_and_a_sale_down_to_its_high(row: int) -> None:
    view = view_of()
    layer = layer_of(marker(row), marker(row, SELL, "sale"))
    image = painted(layer, view)
    middle = view.time.x_of(float(CANDLES.opened[row]) + MINUTE / 2)
    bought = places_of(image, current_theme().colour("up_fill"))
    low = view.price.y_of(float(CANDLES.low[row]))
    assert abs(np.mean([x for x, _y in bought]) - middle) <= 1.5
    top = min(y for _x, y in bought)
    assert low < top <= low + 8
    at_top, at_foot = ([x for x, y in bought if y == level] for level in (top + 1, max(y for _x, y in bought) - 1))
    assert len(at_top) < len(at_foot)  # a tip above, a base below
    sold = places_of(image, current_theme().colour("down_fill"))
    high = view.price.y_of(float(CANDLES.high[row]))
    foot = max(y for _x, y in sold)
    assert high - 8 <= foot < high
    assert abs(np.mean([x for x, _y in sold]) - middle) <= 1.5
    assert Chart.MARKER - 3 <= len({x for x, _y in bought}) <= Chart.MARKER


def test_a_mark_is_parted_from_what_lies_under_it_by_one_pixel() -> None:
    view = view_of()
    layer = layer_of(marker(10))
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(QColor("magenta"))
    painter = QPainter(image)
    layer.paint(painter, view, view.rect)
    painter.end()
    area = layer.groups(view)[0].area
    ground = current_theme().colour("chart_background").rgb()
    below = [image.pixel(round(area.center().x()), round(area.bottom()) + place) for place in range(-1, 3)]
    assert ground in below


def test_what_would_hang_out_of_the_pane_is_moved_into_it() -> None:
    view = view_of()
    flat = PaneView(view.rect, view.time, PriceScale(float(CANDLES.low[5]), view.price.high, 0, HEIGHT), CANDLES)
    group = layer_of(marker(5)).groups(flat)[0]
    assert group.area.bottom() <= HEIGHT
    assert view.rect.contains(group.area)


# which become one


def test_partial_fills_of_one_candle_are_one_mark_with_their_number() -> None:
    parts = [marker(8, key=f"part {place}") for place in range(3)]
    layer = layer_of(*parts, marker(20))
    groups = layer.groups(view_of())
    assert [group.count for group in groups] == [3, 1]
    assert [one.key for one in groups[0].markers] == ["part 0", "part 1", "part 2"]


def test_a_marker_that_stands_for_several_counts_as_such() -> None:
    assert layer_of(marker(8, count=5)).groups(view_of())[0].count == 5


@pytest.mark.parametrize("pixels", [13.0, 6.0, 2.0, 0.5, 0.05])
def test_where_marks_would_overlap_they_become_one_and_none_is_lost(pixels: float) -> None:
    numbers = np.random.default_rng(int(pixels * 100))
    rows = np.unique(numbers.integers(0, COUNT, 3_000))
    layer = layer_of(*(marker(int(row), BUY if place % 2 else SELL) for place, row in enumerate(rows)))
    view = view_of(0, pixels)
    groups = layer.groups(view)
    for side in (BUY, SELL):
        x = [group.tip.x() for group in sides(groups, side)]
        assert all(later - earlier >= Chart.MARKER for earlier, later in pairwise(x))
    seen = rows[CANDLES.opened[rows] < view.time.end]
    assert abs(sum(group.count for group in groups) - len(seen)) <= 2 * math.ceil(60 / pixels)
    if view.time.end > CANDLES.closed(COUNT - 1):
        assert sum(group.count for group in groups) == len(rows)


def test_wide_candles_keep_their_marks_apart() -> None:
    layer = layer_of(*(marker(row) for row in range(10)))
    assert [group.count for group in layer.groups(view_of(0, 15.0))] == [1] * 10


def test_moving_the_chart_joins_no_other_marks_than_before() -> None:
    numbers = np.random.default_rng(3)
    rows = np.unique(numbers.integers(0, COUNT, 4_000))
    layer = layer_of(*(marker(int(row)) for row in rows))
    inside: list[set[tuple[int, int]]] = []
    for first in range(4_000, 4_060, 7):
        view = view_of(first, 2.0)
        inside.append({group.seconds for group in layer.groups(view) if 60 < group.tip.x() < WIDTH - 60})
    for before, after in pairwise(inside):
        lost = before - after
        assert len(lost) <= 2, lost  # those that the move took out of sight


def test_a_frame_of_a_hundred_thousand_fills_costs_little_more_than_one_of_a_thousand() -> None:
    long = CandleColumns(minutes(200_000), timedelta(0))
    time = TimeScale(float(MIDNIGHT), 200_000 * MINUTE / WIDTH, float(WIDTH))
    view = PaneView(QRectF(0, 0, WIDTH, HEIGHT), time, PriceScale(0, 2e5, 0, HEIGHT), long)

    def best(count: int) -> float:
        layer, rows = MarkerLayer(), np.linspace(0, 199_999, count).astype(int)
        opened, close = long.opened[rows].tolist(), long.close[rows].tolist()
        fills = [Marker(*pair, BUY, 1, place) for place, pair in enumerate(zip(opened, close, strict=True))]
        took = []
        for _round in range(5):
            layer.set_markers(fills)
            begun = perf_counter()
            groups = layer.groups(view)
            took.append(perf_counter() - begun)
            assert sum(group.count for group in groups) == count
            assert len(groups) <= WIDTH / 20 + 1
        return min(took)

    assert best(100_000) < 4 * best(1_000) + 0.002


def test_what_is_out_of_sight_is_not_drawn() -> None:
    layer = layer_of(*(marker(row) for row in range(0, COUNT, 10)))
    for pixels in (20.0, 2.0):
        groups = layer.groups(view_of(1_000, pixels))
        assert groups
        assert all(-Chart.MARKER < group.tip.x() < WIDTH + Chart.MARKER for group in groups)
    assert layer.groups(view_of(COUNT - 15))[0].markers[0].second >= CANDLES.opened[COUNT - 20]


def test_without_fills_nothing_is_drawn() -> None:
    assert MarkerLayer().groups(view_of()) == ()


# words


def word_pixels(layer: MarkerLayer, view: PaneView) -> int:
    return len(places_of(painted(layer, view), current_theme().colour("up")))


def test_a_mark_with_room_says_its_word_and_one_without_does_not() -> None:
    alone = word_pixels(layer_of(marker(20)), view_of(0, 15.0))
    crowd = word_pixels(layer_of(*(marker(row) for row in range(19, 22))), view_of(0, 15.0))
    assert alone > 0
    assert crowd == 0


def test_the_word_is_that_of_the_language_or_its_own() -> None:
    layer, view = layer_of(marker(20)), view_of()
    korean = painted(layer, view)
    language_state().set_language(Language.ENGLISH)
    layer.set_markers([marker(20)])
    english = painted(layer, view)
    assert korean != english
    layer.set_markers([Marker(marker(20).second, 1.0, BUY, 1, 1, Text("목표", "Target"))])
    assert painted(layer, view) not in (korean, english)


# the pointer


def test_the_pointer_finds_a_mark_and_leaves_it(qtbot: QtBot) -> None:
    layer, view = layer_of(marker(8), marker(30)), view_of()
    told: list[MarkerGroup | None] = []
    layer.signals.hovered.connect(told.append)
    middle = layer.groups(view)[0].area.center()
    assert layer.hover(view, middle)
    assert layer.hover(view, middle)  # once is enough
    assert layer.cursor(view, middle) is Qt.CursorShape.PointingHandCursor
    assert not layer.hover(view, QPointF(WIDTH - 5, 5))
    assert layer.hover(view, middle)
    layer.hover(view, None)
    assert [None if one is None else one.markers[0].key for one in told] == [8, None, 8, None]


def test_a_click_is_told_and_what_began_elsewhere_is_left_to_the_chart() -> None:
    layer, view = layer_of(marker(8)), view_of()
    clicked: list[MarkerGroup] = []
    layer.signals.clicked.connect(clicked.append)
    middle = layer.groups(view)[0].area.center()
    assert not layer.press(view, Pointer(QPointF(700, 20)))
    assert layer.press(view, Pointer(middle))
    layer.release(view, Pointer(QPointF(700, 20)))
    assert clicked == []
    assert layer.press(view, Pointer(middle))
    layer.release(view, Pointer(middle))
    assert [group.markers[0].key for group in clicked] == [8]


def test_the_nearest_of_two_marks_is_the_one_meant() -> None:
    layer, view = layer_of(marker(8), marker(9)), view_of(0, 15.0)
    first, second = layer.groups(view)
    assert layer.group_at(view, first.area.center()) == first
    assert layer.group_at(view, second.area.center()) == second


def test_the_selected_one_wears_a_ring_also_inside_a_group() -> None:
    layer, view = layer_of(marker(8), marker(30)), view_of()
    ring = current_theme().colour("t1")
    assert places_of(painted(layer, view), ring) == []
    layer.select([30])
    places = places_of(painted(layer, view), ring)
    chosen = layer.groups(view)[1].tip.x()
    assert places
    assert all(abs(x - chosen) < Chart.MARKER for x, _y in places)
    joined = layer_of(*(marker(row) for row in range(100)))
    joined.select([57])
    assert places_of(painted(joined, view_of(0, 0.1)), ring)
    joined.set_markers([marker(1)])
    assert places_of(painted(joined, view_of()), ring) == []


# the card


def condition(outcome: Outcome, value: float) -> SeenCondition:
    phrase = Text("{left} > {right}", "{left} > {right}")
    return SeenCondition(phrase, SeenValue(value, Text("상대 강도", "RSI")), (SeenValue(50.0),), outcome)


def rule(*conditions: SeenCondition) -> RuleExplanation:
    held = all(one.outcome is Outcome.HELD for one in conditions)
    whole = SeenGroup(GroupKind.ALL, conditions, Outcome.HELD if held else Outcome.NOT_HELD)
    return RuleExplanation("enter", Text("진입", "Enter"), MIDNIGHT, whole)


def test_each_condition_stands_with_its_value_and_what_it_came_to() -> None:
    lines = list(rule_lines([rule(condition(Outcome.HELD, 61.5), condition(Outcome.NOT_HELD, 12.25))]))
    assert [line.mark for line in lines] == [LineMark.HEAD, LineMark.NOT_HELD, LineMark.HELD, LineMark.NOT_HELD]
    assert isinstance(lines[2].text, Text)
    assert lines[2].text == Text("상대 강도 61.5 > 50", "RSI 61.5 > 50")
    assert [line.depth for line in lines] == [0, 0, 1, 1]


def test_the_card_says_it_in_the_language_of_the_moment_and_stays_in_its_room(qtbot: QtBot) -> None:
    home = QWidget()
    qtbot.addWidget(home)
    home.resize(600, 400)
    home.show()
    card = MarkerCard(home)
    lines = (*rule_lines([rule(condition(Outcome.HELD, 61.5))]), CardLine(Text("크기 20%", "Size 20%"), LineMark.INFO))
    content = CardContent(Text("매수 체결", "Bought"), BUY, "2026-11-20 02:00", "0.01 BTC @ 141,543,000", lines)
    room = QRect(8, 8, 584, 384)
    for beside in (QPoint(10, 10), QPoint(590, 10), QPoint(10, 390), QPoint(590, 390), QPoint(300, 200)):
        card.show_content(content, beside, room)
        assert room.contains(card.geometry())
        assert not card.geometry().contains(beside)
    assert card.shown_lines[0] == "규칙 ‘진입’: 조건이 맞았어요."
    assert "61.5" in card.accessibleDescription()
    language_state().set_language(Language.ENGLISH)
    assert card.title.text() == "Bought"
    assert card.shown_lines[-1] == "Size 20%"
    assert all(row.height() >= 14 for row in card.findChildren(QWidget) if row.isVisible() and row.width() > 100)


def test_a_card_that_was_asked_for_by_key_can_be_closed(qtbot: QtBot) -> None:
    home = QWidget()
    qtbot.addWidget(home)
    home.resize(600, 400)
    home.show()
    card = MarkerCard(home)
    content = CardContent(Text("결정", "Decision"))
    card.show_content(content, QPoint(300, 200), QRect(0, 0, 600, 400))
    assert not card.close_button.isVisible()
    assert card.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    card.show_content(content, QPoint(300, 200), QRect(0, 0, 600, 400), can_close=True)
    with qtbot.waitSignal(card.closed):
        qtbot.mouseClick(card.close_button, Qt.MouseButton.LeftButton)
    assert card.isHidden()
