"""Stars, the order of the watch list, and what the header of the table switches."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt

from tests.fakes.market_data_world import summary_of
from tests.ui.screens.market.conftest import BTC, DOGE, ETH, XRP, World
from upbit_auto_trading.config.settings import FLASH
from upbit_auto_trading.ui.design.theme import current_theme
from upbit_auto_trading.ui.design.tokens import ThemeName
from upbit_auto_trading.ui.market_views.markets import WATCHED
from upbit_auto_trading.ui.screens.market.columns import SPARK, STAR


def place_of(world: World, column: str) -> int:
    return next(at for at, known in enumerate(world.table.rows_model.columns) if known.key == column)


def press_star(world: World, code: str) -> None:
    row = next(at for at, one in enumerate(world.table.rows_model.rows) if one.market.base == code)
    viewport = world.table.viewport()
    assert viewport is not None
    cell = world.table.visualRect(world.table.rows_model.index(row, place_of(world, STAR)))
    spot = cell.center()
    spot.setX(cell.right() - 12 - 13)
    world.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot)


def starred(world: World) -> list[str]:
    return [market.base for market in world.data.watch_lists.current.markets]


@pytest.fixture
def stars(reached: World) -> World:
    reached.see(lambda: reached.data.watch_lists.is_known)
    for code in ("DOGE", "BTC", "XRP"):
        press_star(reached, code)
    return reached


def test_a_star_puts_a_market_on_the_list_and_takes_it_off(stars: World) -> None:
    assert starred(stars) == ["DOGE", "BTC", "XRP"]
    press_star(stars, "BTC")
    assert starred(stars) == ["DOGE", "XRP"]
    stars.choose_tab(WATCHED)
    assert stars.codes == ["DOGE", "XRP"]
    assert stars.view.list.lists_bar.isVisible()


def test_space_is_the_star_of_the_row_with_the_keyboard(stars: World) -> None:
    stars.table.setFocus()
    stars.table.select_key(ETH)
    stars.qtbot.keyClick(stars.table, Qt.Key.Key_Space)
    assert starred(stars)[-1] == "ETH"


def test_without_stars_the_tab_says_how_to_set_one(reached: World) -> None:
    reached.choose_tab(WATCHED)
    assert reached.view.list._no_stars.isVisible()


def test_the_list_lies_as_the_user_put_it_until_it_is_sorted(stars: World) -> None:
    stars.choose_tab(WATCHED)
    assert stars.codes == ["DOGE", "BTC", "XRP"]
    stars.table.setFocus()
    stars.table.select_key(XRP)
    stars.qtbot.keyClick(stars.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert stars.codes == ["DOGE", "XRP", "BTC"]
    bar = stars.view.list.lists_bar
    assert not bar.own_order.isVisible()
    stars.click_header("turnover")
    assert stars.codes == ["BTC", "XRP", "DOGE"]
    stars.qtbot.keyClick(stars.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert starred(stars) == ["DOGE", "XRP", "BTC"]
    stars.click(bar.own_order)
    assert stars.codes == ["DOGE", "XRP", "BTC"]


def test_each_kind_of_tab_keeps_its_order_over_a_restart(stars: World) -> None:
    stars.click_header("change")
    stars.choose_tab(WATCHED)
    assert stars.codes == ["DOGE", "BTC", "XRP"]
    stars.choose_tab("KRW")
    assert stars.codes == ["SOL", "DOGE", "BTC", "XRP", "ETH"]
    stars.choose_tab(WATCHED)
    stars.view.hide()
    stars.show()
    stars.see(lambda: stars.codes == ["DOGE", "BTC", "XRP"])
    stars.choose_tab("KRW")
    assert stars.codes == ["SOL", "DOGE", "BTC", "XRP", "ETH"]


def test_rows_do_not_move_by_themselves_in_the_users_order(stars: World) -> None:
    stars.choose_tab(WATCHED)
    stars.data.tell(summary_of(BTC, "999000000", before="1", turnover="9999999999999", at=stars.now))
    assert stars.codes == ["DOGE", "BTC", "XRP"]
    assert DOGE.base == stars.codes[0]


def test_the_flash_is_switched_off_in_the_headers_menu(reached: World) -> None:
    """By the setting that every window follows."""
    menu = reached.table.header_menu()
    flash = next(entry for entry in menu.actions() if entry.text() == FLASH.title.ko)
    assert flash.isChecked()
    flash.trigger()
    assert not reached.settings.settings.is_on(FLASH)
    menu.close()


def test_columns_give_way_where_names_would_not_fit_and_come_back(reached: World) -> None:
    spark, traded = place_of(reached, SPARK), place_of(reached, "traded")
    assert not reached.table.isColumnHidden(spark)
    current_theme().apply(ThemeName.DARK, text_scale=130)
    reached.see(lambda: reached.table.isColumnHidden(traded))
    assert reached.table.columnWidth(place_of(reached, "market")) >= 150
    reached.view.list.layout_kept.write_now()
    assert b'"hidden":["amount"]' in reached.settings.kept_layouts["market-table"]
    current_theme().apply(ThemeName.DARK, text_scale=100)
    reached.see(lambda: not reached.table.isColumnHidden(traded))
    assert (reached.table.columnWidth(traded), reached.table.columnWidth(spark)) == (96, 84)
