"""Watch lists in the window: made, named, deleted and brought back in place, and kept."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt

from tests.fakes.market_stage import BTC, ETH, MarketStage
from tests.log_guard import LogGuard
from upbit_auto_trading.business_logic.domain.errors import DiskFull
from upbit_auto_trading.business_logic.domain.watch_list import WatchLists
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.market_views.watch_list_bar import WatchListBar
from upbit_auto_trading.ui.watch_lists import WatchListsModel
from upbit_auto_trading.utils.bilingual_text import Language


@pytest.fixture
def bar(stage: MarketStage) -> WatchListBar:
    bar: WatchListBar = stage.show(WatchListBar(stage.data.watch_lists), 300, 120)
    assert not bar.add.isEnabled()
    assert "읽고" in bar.add.toolTip()
    stage.data.watch_lists.load()
    stage.see(lambda: bar.add.isEnabled())
    return bar


def stored(stage: MarketStage) -> list[tuple[str, tuple[str, ...]]]:
    lists = stage.settings.watch_lists.read().lists
    return [(one.name, tuple(market.base for market in one.markets)) for one in lists]


def give_name(stage: MarketStage, bar: WatchListBar, name: str) -> None:
    bar.name.field.selectAll()
    stage.type(bar.name.field, name)
    stage.qtbot.keyClick(bar.name.field, Qt.Key.Key_Return)


def test_a_list_is_made_named_and_chosen(stage: MarketStage, bar: WatchListBar) -> None:
    lists = stage.data.watch_lists
    lists.toggle(BTC)
    stage.click(bar.add)
    give_name(stage, bar, "단타")
    assert [text.ko for _number, text in bar.choice.options] == ["관심", "단타"]  # type: ignore[union-attr]
    assert bar.choice.currentText() == "단타"
    assert not bar.naming.isVisible()
    lists.toggle(ETH)
    stage.see(lambda: stored(stage) == [("관심", ("BTC",)), ("단타", ("ETH",))])
    bar.choice.setFocus()
    stage.qtbot.keyClick(bar.choice, Qt.Key.Key_Up)
    assert lists.current.markets == (BTC,)
    assert (lists.is_starred(BTC), lists.is_starred(ETH)) == (True, False)


def test_a_name_that_does_not_hold_is_explained_and_stays_typed(stage: MarketStage, bar: WatchListBar) -> None:
    stage.click(bar.add)
    give_name(stage, bar, "관심")
    assert bar.naming.isVisible()
    assert bar.problem.error is not None
    assert bar.name.text() == "관심"
    stage.qtbot.keyClick(bar.name.field, Qt.Key.Key_Escape)
    assert not bar.naming.isVisible()
    assert stored(stage) == [("관심", ())]


def test_a_list_is_renamed(stage: MarketStage, bar: WatchListBar) -> None:
    stage.data.watch_lists.toggle(BTC)
    stage.click(bar.rename)
    assert bar.name.text() == "관심"
    give_name(stage, bar, "오래 갈 것")
    stage.see(lambda: stored(stage) == [("오래 갈 것", ("BTC",))])
    language_state().set_language(Language.ENGLISH)
    assert bar.choice.currentText() == "오래 갈 것"


def test_the_first_name_is_a_word_of_the_program(stage: MarketStage, bar: WatchListBar) -> None:
    language_state().set_language(Language.ENGLISH)
    assert bar.choice.currentText() == "Watch list"


def test_a_deleted_list_is_brought_back_in_place(stage: MarketStage, bar: WatchListBar) -> None:
    stage.data.watch_lists.toggle(BTC)
    stage.click(bar.delete)
    assert bar.deleted.text() == "‘관심’ 목록을 지웠어요."
    stage.see(lambda: stored(stage) == [("관심", ())])
    stage.qtbot.keyClick(bar.undo, Qt.Key.Key_Space)
    assert not bar.undoing.isVisible()
    stage.see(lambda: stored(stage) == [("관심", ("BTC",))])
    stage.click(bar.delete)
    stage.data.watch_lists.toggle(ETH)
    assert not bar.undoing.isVisible()


def test_lists_and_the_chosen_one_come_back(stage: MarketStage, bar: WatchListBar) -> None:
    stage.click(bar.add)
    give_name(stage, bar, "단타")
    stage.data.watch_lists.toggle(ETH)
    stage.see(lambda: len(stored(stage)) == 2)
    again = WatchListsModel(
        stage.settings.operations, LayoutMemory(stage.data.kept.get, stage.data.kept.__setitem__), stage.data.link
    )
    again.load()
    stage.see(lambda: again.is_known)
    assert again.current.name == "단타"
    assert again.is_starred(ETH)


def test_what_could_not_be_written_is_not_shown_any_more(
    stage: MarketStage, bar: WatchListBar, expected_log: LogGuard
) -> None:
    expected_log.expect("the watch lists could not be written")
    lists = stage.data.watch_lists
    failures: list[Exception] = []
    lists.failed.connect(failures.append)
    write = stage.settings.watch_lists.write

    def fail(lists: WatchLists) -> None:
        stage.settings.watch_lists.write = write  # type: ignore[method-assign]
        raise DiskFull("settings.sqlite3")

    stage.settings.watch_lists.write = fail  # type: ignore[method-assign]
    lists.toggle(BTC)
    assert lists.is_starred(BTC)
    stage.see(lambda: failures and not lists.is_starred(BTC))
    lists.toggle(ETH)
    stage.see(lambda: stored(stage) == [("관심", ("ETH",))])
