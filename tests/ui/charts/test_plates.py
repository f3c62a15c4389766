"""Plates that want to lie at one height: each number on the axis can be read, the crosshair above all of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QColor
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import START
from tests.ui.charts.made_candles import BITCOIN, minutes
from tests.ui.charts.painted import WIDTH, Painted, Pixels
from upbit_auto_trading.business_logic.domain.price_alert import PriceAlert
from upbit_auto_trading.ui.charts.axes import PriceAxis, placed
from upbit_auto_trading.ui.charts.canvas import PRICE, PaneSpec
from upbit_auto_trading.ui.charts.crosshair import Crosshair
from upbit_auto_trading.ui.charts.layer import AxisLabel
from upbit_auto_trading.ui.charts.layers.alert_lines import AlertLinesLayer
from upbit_auto_trading.ui.charts.layers.candles import CandleLayer
from upbit_auto_trading.ui.charts.layers.last_price import LastPriceLayer
from upbit_auto_trading.ui.charts.plates import nearest_free
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import Height, ThemeName
from upbit_auto_trading.utils.bilingual_text import Language


@pytest.fixture(autouse=True, params=list(ThemeName), ids=lambda name: name.value)
def _theme(request: pytest.FixtureRequest) -> Iterator[None]:
    language_state().set_language(Language.KOREAN)
    current_theme().apply(request.param)
    yield
    current_theme().apply(ThemeName.DARK)


class Stage(Painted):
    """A chart with its last price and as many alerts as a test sets."""

    def __init__(self, qtbot: QtBot) -> None:
        series = minutes(400)
        series.open[-1:], series.high[-1:] = series.close[-1:] - 5, np.maximum(series.high[-1:], series.close[-1:])
        super().__init__(qtbot, series, CandleLayer)
        self.canvas.set_panes((PaneSpec(PRICE, 3.0), PaneSpec("study")))
        self.alerts: list[PriceAlert] = []
        self.last = LastPriceLayer(self.candles, lambda value: f"{value:,.0f}")
        self.last.note = "00:31"
        self.lines = AlertLinesLayer(
            lambda: tuple(self.alerts),
            lambda: Decimal(repr(self.price)),
            lambda value: Decimal(round(value)),
            lambda value: f"{value:,.0f}",
            lambda _alert, _price: None,
            lambda _alert: None,
        )
        self.canvas.add_layer(self.last)
        self.canvas.add_layer(self.lines)
        self.canvas.show_last(120)
        self.pixels()

    @property
    def price(self) -> float:
        return float(self.candles.close[-1])

    @property
    def axis(self) -> PriceAxis:
        return next(row.axis for row in self.canvas._column.rows if row.pane.id == PRICE)

    def alert(self, *pixels_above: float) -> None:
        """So many pixels above the last price."""
        for number, pixels in enumerate(pixels_above, len(self.alerts)):
            price = self.view.price.value_at(self.view.price.y_of(self.price) - pixels)
            self.alerts.append(PriceAlert(str(number), BITCOIN, Decimal(round(price)), START))
        self.canvas.update_plates()
        self.lines.show_changed()

    def stand_at(self, pixels_above: float, second: float | None = None) -> None:
        value = self.view.price.value_at(self.view.price.y_of(self.price) - pixels_above)
        at = float(self.candles.opened[-20]) if second is None else second
        self.canvas.show_crosshair(Crosshair(at, len(self.candles) - 20, PRICE, value))

    @property
    def plates(self) -> list[QRectF]:
        """On the axis, in pixels of the chart; with that of the crosshair."""
        corner = self.axis.rect.topLeft()
        own = [plate.translated(corner) for _, plate in self.axis.plates]
        cross = self.canvas._cross.plates[0]
        return own if cross is None else [*own, cross]


def part(pixels: Pixels, rect: QRectF) -> Pixels:
    box = rect.toRect()
    return pixels[box.top() : box.top() + box.height(), box.left() : box.left() + box.width()]


def share_of(pixels: Pixels, colour: QColor) -> float:
    wanted = np.array([colour.red(), colour.green(), colour.blue()])
    return float((np.abs(pixels.astype(int) - wanted).max(axis=-1) <= 2).mean())


def is_apart(plates: list[QRectF]) -> bool:
    return not any(one.intersects(other) for one, other in combinations(plates, 2))


@pytest.mark.parametrize("pixels", [0, 4, -6, 13, -19, 24, -30])
def test_the_last_price_moves_out_from_under_the_crosshair(qtbot: QtBot, pixels: int) -> None:
    """Whole: as it is painted where nothing is in its way, with the time to the close."""
    stage = Stage(qtbot)
    [before] = stage.plates
    alone = part(stage.pixels(), before)
    stage.stand_at(pixels)
    after = stage.pixels()
    moved, cross = stage.plates
    assert not moved.intersects(cross)
    assert np.array_equal(part(after, moved), alone)
    assert share_of(part(after, cross), current_theme().colour("bg4")) > 0.6
    assert abs(moved.center().y() - before.center().y()) <= before.height() + cross.height()
    stage.canvas.show_crosshair(None)
    assert np.array_equal(part(stage.pixels(), before), alone), "and back"


def test_far_from_the_crosshair_nothing_moves(qtbot: QtBot) -> None:
    stage = Stage(qtbot)
    stage.alert(60, -60)
    before = stage.plates
    stage.stand_at(120)
    assert stage.plates[:3] == before


def test_every_number_of_many_is_read(qtbot: QtBot) -> None:
    """Alerts close to each other, at the last price, and the crosshair in the middle of them."""
    stage = Stage(qtbot)
    stage.alert(0, 3, -3, 8, -8, 12)
    assert len(stage.plates) == 7
    assert is_apart(stage.plates)
    stage.stand_at(2)
    assert len(stage.plates) == 8
    assert is_apart(stage.plates)
    pixels = stage.pixels()
    accent = current_theme().colour("accent")
    for _, plate in [one for one in stage.axis.plates if one[0].edge == "accent"]:
        edge = part(pixels, QRectF(plate.translated(stage.axis.rect.topLeft())))
        assert share_of(edge, accent) > 0.04, "its whole edge is seen"


def test_what_is_heavier_stays_and_what_finds_no_room_stays_away(qtbot: QtBot) -> None:
    area = QRectF(0, 0, 88, 60)
    labels = [AxisLabel(float(place), str(place), weight=place) for place in range(6)]
    found = placed(labels, lambda _value: 30.0, area)
    assert [label.weight for label, _ in found] == [5, 4, 3]
    assert is_apart([plate for _, plate in found])
    taken = QRectF(1, 20, 87, Height.BADGE)
    around = placed(labels, lambda _value: 30.0, area, taken)
    assert [label.weight for label, _ in around] == [5, 4]
    assert is_apart([taken, *(plate for _, plate in around)])
    assert nearest_free(QRectF(0, 0, 10, 10), [QRectF(0, 0, 10, 10)], QRectF(0, 0, 10, 15)) is None


@pytest.mark.parametrize("place", ["top", "bottom"])
def test_the_crosshairs_own_plate_stays_beside_its_pane(qtbot: QtBot, place: str) -> None:
    stage = Stage(qtbot)
    pane = stage.canvas.pane(PRICE).rect
    y = 1.0 if place == "top" else pane.height() - 1
    value = stage.view.price.value_at(y)
    stage.canvas.show_crosshair(Crosshair(float(stage.candles.opened[-20]), None, PRICE, value))
    cross = stage.plates[-1]
    assert cross.top() >= pane.top()
    assert cross.bottom() <= pane.bottom()
    assert share_of(part(stage.pixels(), cross), current_theme().colour("bg4")) > 0.6


def test_no_half_figure_of_the_axes_stands_beside_the_crosshairs_plates(qtbot: QtBot) -> None:
    """Wherever the crosshair stands, the rows above and below its plate, and the columns beside, hold no figure."""
    stage = Stage(qtbot)
    background = current_theme().colour("chart_background")
    for pixels in range(40, 100, 7):
        for candle in (30, 45, 60):
            stage.stand_at(pixels, float(stage.candles.opened[-candle]))
            seen = stage.pixels()
            price = stage.canvas._cross.plates[0]
            assert price is not None
            above = QRectF(price.left() + 4, price.top() - 3, price.width() - 8, 3)
            below = QRectF(price.left() + 4, price.bottom(), price.width() - 8, 3)
            for strip in (above, below):
                if not any(strip.intersects(plate) for plate in stage.plates[:-1]):
                    assert share_of(part(seen, strip), background) == 1.0, (pixels, candle, strip)


def test_no_half_time_stands_beside_the_crosshairs_plate(qtbot: QtBot) -> None:
    stage = Stage(qtbot)
    background = current_theme().colour("chart_background")
    for candle in range(20, 70, 2):
        stage.stand_at(60, float(stage.candles.opened[-candle]))
        time = stage.canvas._cross.plates[1]
        assert time is not None
        seen = stage.pixels()
        for edge in (time.left() - 3, time.right()):
            strip = QRectF(edge, time.top() + 2, 3, time.height() - 4)
            assert share_of(part(seen, strip), background) == 1.0, candle


def test_a_moved_crosshair_leaves_nothing_behind(qtbot: QtBot) -> None:
    """What stands on the screen is what painting anew would show."""
    stage = Stage(qtbot)
    stage.alert(0, 30)
    qtbot.waitUntil(lambda: np.array_equal(stage.screen(), stage.pixels()))
    for pixels in (0, 6, 25, 60, 61, -20, -4, 90):
        stage.stand_at(pixels)
        qtbot.waitUntil(lambda: bool(np.abs(stage.screen().astype(int) - stage.pixels()).max() <= 3), timeout=2_000)
    stage.canvas.show_crosshair(None)
    qtbot.waitUntil(lambda: bool(np.abs(stage.screen().astype(int) - stage.pixels()).max() <= 3), timeout=2_000)


# on the pane


def test_plates_of_alerts_on_the_pane_lie_on_no_other(qtbot: QtBot) -> None:
    stage = Stage(qtbot)
    stage.alert(0, 3, 6, -4, 40)
    plates = [plate for _, plate in stage.lines._plates(stage.view)]
    assert len(plates) == 5
    assert is_apart(plates)
    assert plates[0].center().y() == pytest.approx(stage.view.price.y_of(float(stage.alerts[4].price)), abs=1.5)


def test_hundreds_of_alerts_take_no_more_than_there_is_room_for(qtbot: QtBot) -> None:
    stage = Stage(qtbot)
    stage.alert(*(place / 10 - 20 for place in range(400)))
    most = stage.view.rect.height() // Height.BADGE
    assert most - 3 <= len(stage.axis.plates) <= most
    assert is_apart(stage.plates)
    plates = [plate for _, plate in stage.lines._plates(stage.view)]
    assert most - 3 <= len(plates) <= most
    assert is_apart(plates)


def test_a_plate_that_moved_aside_is_still_that_of_its_alert(qtbot: QtBot) -> None:
    stage = Stage(qtbot)
    stage.alert(0, 3, 6)
    for alert, plate in stage.lines._plates(stage.view):
        assert stage.lines.at(stage.view, plate.center()) == alert
    assert stage.lines.at(stage.view, QPointF(WIDTH / 2, 1)) is None
