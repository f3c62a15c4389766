"""All markets: live, sorted, found by initials, and as they were left."""

from __future__ import annotations

from PyQt6.QtCore import Qt

from tests.fakes.market_data_world import summary_of
from tests.log_guard import LogGuard
from tests.ui.screens.market.conftest import BTC, DOGE, ETH, World
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.stream import StreamState
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.screens.market.list_panel import SORT_EVERY_MS
from upbit_auto_trading.ui.widgets.table_model import CellRole
from upbit_auto_trading.utils.bilingual_text import Language


def test_until_the_exchange_is_reached_the_screen_says_so(world: World) -> None:
    assert world.view.list.stack.currentWidget() is world.view.list._opening
    assert not world.table.isVisible()
    assert not world.view.strip.isVisible()


def test_an_exchange_that_cannot_be_reached_is_explained(world: World, expected_log: LogGuard) -> None:
    expected_log.expect("an exchange could not be reached")
    world.data.ahead.insert(0, ExchangeUnavailable("practice", "refused"))
    world.data.link.start()
    world.see(lambda: world.view.list._error is not None)
    assert world.view.list._error is world.view.list.stack.currentWidget()


def test_prices_changes_and_turnovers_are_shown_and_follow(reached: World) -> None:
    assert reached.cell("BTC", "price") == "143,285,000"
    assert reached.cell("BTC", "change") == "+1.26%"
    assert reached.cell("ETH", "change") == "−2.56%"
    assert reached.cell("XRP", "change") == "0.00%"
    assert reached.cell("BTC", "turnover") == "3,842억"
    reached.data.tell(summary_of(BTC, "150000000", before="141500000", turnover="384200000000", at=reached.now))
    reached.see(lambda: reached.cell("BTC", "price") == "150,000,000")
    assert reached.cell("ETH", "price") == "4,872,000"


def test_only_the_cell_that_changed_flashes(reached: World) -> None:
    reached.data.tell(summary_of(BTC, "143286000", before="141500000", turnover="384200000000", at=reached.now))
    model = reached.table.rows_model
    price = next(at for at, column in enumerate(model.columns) if column.key == "price")
    flashes = {model.rows[row].market: model.index(row, price).data(CellRole.FLASH) for row in range(5)}
    assert flashes[BTC] == 1
    assert flashes[ETH] == flashes[DOGE] == 0


def test_the_largest_turnover_stands_first_until_a_header_is_clicked(reached: World) -> None:
    assert reached.codes == ["BTC", "ETH", "XRP", "SOL", "DOGE"]
    reached.click_header("change")
    assert reached.codes == ["SOL", "DOGE", "BTC", "XRP", "ETH"]
    reached.click_header("change")
    assert reached.codes == ["ETH", "XRP", "BTC", "DOGE", "SOL"]


def test_markets_are_found_by_initials_name_and_code(reached: World) -> None:
    field = reached.view.list.search.field
    for typed, found in (("ㅂㅌ", ["BTC"]), ("이더", ["ETH"]), ("krw-s", ["SOL"]), ("rip", ["XRP"])):
        field.clear()
        reached.type(field, typed)
        assert reached.codes == found, typed
    assert reached.view.list.figures.text() == "5개 중 1개"
    field.clear()
    reached.type(field, "없는이름")
    assert reached.codes == []
    empty = reached.view.list._no_match
    assert empty.isVisible()
    assert empty.button is not None
    reached.click(empty.button)
    assert len(reached.codes) == 5


def test_warnings_and_cautions_carry_a_word_and_an_explanation(reached: World) -> None:
    assert reached.cell("SOL", "alert") == "유의"
    assert reached.cell("DOGE", "alert") == "주의 2"
    assert reached.cell("BTC", "alert") == "–"
    model = reached.table.rows_model
    place = next(at for at, column in enumerate(model.columns) if column.key == "alert")
    tips = {row.market: str(model.columns[place].tip(row)) for row in model.rows}
    assert "소수 계정" in tips[DOGE]
    reached.click_header("alert")
    assert reached.codes[:2] == ["SOL", "DOGE"]


def test_late_prices_are_grey_and_say_for_how_long(reached: World) -> None:
    reached.settings.clock.advance(12)
    reached.data.tell(
        summary_of(BTC, "143285000", before="141500000", turnover="384200000000", at=reached.now),
        state=StreamState.DOWN,
    )
    row = next(row for row in reached.table.rows_model.rows if row.market == BTC)
    assert row.is_stale
    columns = {column.key: column for column in reached.table.rows_model.columns}
    assert columns["price"].token(row) == "t3"
    assert columns["traded"].icon(row) is not None
    reached.settings.clock.advance(5)
    assert reached.cell("BTC", "traded") == "5초 전"
    fresh = next(row for row in reached.table.rows_model.rows if row.market == ETH)
    assert not fresh.is_stale


def test_sorting_widths_and_search_come_back_after_a_crash(reached: World) -> None:
    """Nothing is closed in order: what was kept within half a second is what counts."""
    reached.click_header("change")
    reached.table.setColumnWidth(1, 171)
    reached.type(reached.view.list.search.field, "코인")
    reached.see(lambda: b'"sort":[["change"' in reached.settings.kept_layouts.get("market-table", b""))
    reached.see(lambda: b"171" in reached.settings.kept_layouts["market-table"])
    reached.view.hide()
    second = reached.show()
    reached.see(second.list.table.isVisible)
    assert second.list.search.text() == "코인"
    assert second.list.table.columnWidth(1) == 171
    assert second.list.table.rows_model.sort_keys == [(3, True)]
    assert {row.market.base for row in second.list.table.rows_model.rows} == {"BTC", "DOGE"}


def test_the_table_is_used_by_keys_alone(reached: World) -> None:
    chosen: list[object] = []
    reached.view.list.market_chosen.connect(chosen.append)
    reached.table.setFocus()
    reached.qtbot.keyClick(reached.table, Qt.Key.Key_Home)
    reached.qtbot.keyClick(reached.table, Qt.Key.Key_Down)
    reached.qtbot.keyClick(reached.table, Qt.Key.Key_Return)
    assert chosen == [ETH]
    index = reached.table.currentIndex()
    assert index.siblingAtColumn(2).data(Qt.ItemDataRole.AccessibleTextRole) == "현재가 4,872,000"


def test_english_names_and_units(reached: World) -> None:
    language_state().set_language(Language.ENGLISH)
    assert reached.cell("BTC", "market") == "Bitcoin"
    assert reached.cell("BTC", "turnover") == "384.2B"
    assert reached.cell("SOL", "alert") == "Warning"


def test_nothing_is_drawn_while_the_screen_is_hidden(reached: World) -> None:
    reached.view.hide()
    reached.data.tell(summary_of(BTC, "150000000", before="141500000", at=reached.now))
    assert next(row for row in reached.table.rows_model.rows if row.market == BTC).price == 143_285_000
    reached.view.show()
    assert reached.cell("BTC", "price") == "150,000,000"


def test_live_rows_change_places_once_a_second_and_values_at_once(reached: World) -> None:
    reached.table.rows_model.sort_at_most_every(SORT_EVERY_MS)
    reached.data.tell(summary_of(DOGE, "290", before="280", turnover="900000000", at=reached.now))
    reached.data.tell(summary_of(DOGE, "300", before="280", turnover="900000000000", at=reached.now))
    assert reached.cell("DOGE", "price") == "300"
    assert not reached.table.rows_model.is_sorted
    reached.see(lambda: reached.codes[0] == "DOGE")
