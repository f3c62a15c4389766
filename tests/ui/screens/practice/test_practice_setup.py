"""What the market is made of: candle files, starting over, and the way in for other programs."""

from __future__ import annotations

from decimal import Decimal

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QLineEdit

from tests.fakes.practice_account import FakeDesk, FakePracticeConnection
from tests.log_guard import LogGuard
from tests.ui.screens.practice.conftest import World, cells, texts
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable, InvalidParameter
from upbit_auto_trading.business_logic.ports.practice import CandleFile, PracticeWorld
from upbit_auto_trading.config.settings import PRACTICE_MARKET_COUNT, PRACTICE_SEED, PRACTICE_STARTING_KRW
from upbit_auto_trading.ui.screens.practice.setup_page import SetupPage

MINE = CandleFile("KRW-BTC", "/home/user/연습/btc.csv")


def setup_of(world: World) -> SetupPage:
    world.view.show_place("setup")
    return world.view.setup


def clipboard() -> str:
    found = QGuiApplication.clipboard()
    assert found is not None
    return found.text()


def hold(world: World) -> None:
    over = setup_of(world).over_panel.button
    with world.qtbot.waitSignal(over.completed, timeout=10_000):
        world.qtbot.mousePress(over, Qt.MouseButton.LeftButton)
    world.qtbot.mouseRelease(over, Qt.MouseButton.LeftButton)


def test_it_says_what_goes_and_wants_to_be_held(reached: World) -> None:
    setup = setup_of(reached)
    assert any("연습 잔고, 주문, 체결이 모두 지워지고" in text for text in texts(setup.over_panel))
    reached.click(setup.over_panel.button)
    assert reached.started_over == []
    hold(reached)
    assert reached.started_over == [PracticeWorld(Decimal(10_000_000), 12, 1)]
    assert not setup.over_panel.button.isEnabled()
    assert setup.over_panel.button.toolTip() == "새 연습 시장을 여는 중이에요."


def test_the_new_market_is_made_as_the_settings_say(reached: World) -> None:
    settings = reached.services.settings
    for setting, value in ((PRACTICE_STARTING_KRW, 3_000_000), (PRACTICE_MARKET_COUNT, 2), (PRACTICE_SEED, 7)):
        settings.set(setting, value)
    hold(reached)
    assert reached.started_over == [PracticeWorld(Decimal(3_000_000), 2, 7)]


def test_a_chosen_file_is_read_at_once_and_counts_for_the_next_market(reached: World) -> None:
    setup = setup_of(reached)
    assert [row[1] for row in cells(setup.sources_panel.table)] == ["내장 흐름", "내장 흐름"]
    reached.chosen_path = MINE.path
    reached.press_in_row(setup.sources_panel.table, 0, "choose-file")
    reached.see(lambda: cells(setup.sources_panel.table)[0][1] == "다음: btc.csv")
    assert reached.checked == [MINE]
    assert setup.sources_panel.file_note.text().startswith("btc.csv: 캔들 1,440개, 2026-11-20 09:00:00")
    hold(reached)
    assert reached.started_over[0].candle_files == (MINE,)


def test_a_file_that_is_not_wanted_after_all_is_forgotten(reached: World) -> None:
    setup = setup_of(reached)
    reached.chosen_path = MINE.path
    reached.press_in_row(setup.sources_panel.table, 0, "choose-file")
    reached.see(lambda: cells(setup.sources_panel.table)[0][1] == "다음: btc.csv")
    reached.press_in_row(setup.sources_panel.table, 0, "built-in")
    assert cells(setup.sources_panel.table)[0][1] == "내장 흐름"
    assert reached.world.next_world().candle_files == ()


def test_a_file_that_cannot_be_used_is_refused_with_its_row(reached: World) -> None:
    reached.file_error = InvalidParameter("btc.csv, 7", "x", "row-not-a-number")
    reached.chosen_path = MINE.path
    setup = setup_of(reached)
    reached.press_in_row(setup.sources_panel.table, 0, "choose-file")
    reached.see(
        lambda: setup.sources_panel.file_note.isVisible() and setup.sources_panel.file_note.property("token") == "error"
    )
    assert "7" in setup.sources_panel.file_note.text()
    assert reached.world.next_world().candle_files == ()


def test_a_market_that_replays_a_file_says_so_and_can_have_its_built_in_path_again(world: World) -> None:
    world.connection.desk.world = PracticeWorld(Decimal(1), 2, 3, (MINE,))
    world.reach()
    setup = setup_of(world)
    assert cells(setup.sources_panel.table)[0][1] == "btc.csv"
    assert world.world.next_world().candle_files == (MINE,)
    world.press_in_row(setup.sources_panel.table, 0, "built-in")
    assert cells(setup.sources_panel.table)[0][1] == "다음: 내장 흐름"
    assert world.world.next_world().candle_files == ()


def test_what_fails_while_it_starts_over_is_told_there(reached: World, expected_log: LogGuard) -> None:
    expected_log.expect("could not be reached")
    error = InvalidParameter("candles", "KRW-BTC", "no-candles")
    second = FakePracticeConnection(desk=FakeDesk(PracticeWorld(Decimal(1), 2, 3)))
    second.streams.current = reached.connection.streams.current
    reached.ahead = [error, ExchangeUnavailable("practice"), second]
    setup = setup_of(reached)
    hold(reached)
    reached.link.reopen(lambda: None)
    reached.see(lambda: setup.sources_panel.file_note.property("token") == "error")
    reached.see(lambda: reached.link.connection is second)
    assert setup.over_panel.button.isEnabled()
    assert reached.world.state.world == second.desk.world


def test_addresses_are_shown_and_copied_and_the_secret_only_on_request(reached: World) -> None:
    setup = setup_of(reached)
    assert setup.access_panel.rest.field.text() == "http://127.0.0.1:8700"
    assert setup.access_panel.access_key.field.text() == "PRACTICEaccess"
    assert "PRACTICEsecret" not in setup.access_panel.secret_key.field.text()
    assert setup.access_panel.secret_key.field.field.echoMode() is QLineEdit.EchoMode.Password
    for line, value in (
        (setup.access_panel.stream, "ws://127.0.0.1:8700/websocket/v1"),
        (setup.access_panel.secret_key, "PRACTICEsecret"),
    ):
        reached.click(line.copy)
        assert clipboard() == value
    assert "PRACTICEsecret" not in setup.access_panel.secret_key.field.text()
    assert setup.access_panel.secret_key.eye is not None
    reached.click(setup.access_panel.secret_key.eye)
    assert setup.access_panel.secret_key.field.text() == "PRACTICEsecret"
    reached.click(setup.access_panel.secret_key.eye)
    assert "PRACTICEsecret" not in setup.access_panel.secret_key.field.text()


def test_without_an_exchange_there_is_nothing_to_copy(world: World) -> None:
    setup = setup_of(world)
    assert not setup.access_panel.rest.copy.isEnabled()
    assert not setup.money_panel.deposit.isEnabled()
    assert setup.over_panel.button.isEnabled()  # the way out where it cannot be started
    assert "연습 거래소가 아직 열리지 않았어요" in texts(setup.sources_panel)
