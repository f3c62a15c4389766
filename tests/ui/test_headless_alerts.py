"""Without a window price alerts are watched all the same: said, logged, and behind the bell of the next window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes.fake_clock import START
from tests.fakes.memory_stores import MemoryUiStateStore
from tests.fakes.walking_exchange import walking
from tests.whole_program import START_LIMIT_MS, open_folder, running_program
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.price_alert import PriceAlert, Side
from upbit_auto_trading.business_logic.ports.stores import Stores
from upbit_auto_trading.composition_root.crashes import Crashes
from upbit_auto_trading.composition_root.headless import HeadlessProgram
from upbit_auto_trading.composition_root.start_options import StartOptions
from upbit_auto_trading.ui.kept_notices import STORED_AS, KeptNotice, keep_notice, take_notices
from upbit_auto_trading.ui.notices import NoticeLevel
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.utils.bilingual_text import Language, Text

BTC = Market("practice", "KRW-BTC")
_DOING = Text("하기", "Doing")


@contextmanager
def headless(qtbot: QtBot, folder: Path) -> Iterator[HeadlessProgram]:
    opened = open_folder(folder)
    program = HeadlessProgram(
        opened,
        StartOptions(language=Language.KOREAN),
        Crashes(opened.paths, opened.clock, opened.log),
        leave=lambda _status: None,
        open_exchange=walking(opened.clock),
    )
    try:
        with qtbot.waitSignal(program.core.ready, timeout=START_LIMIT_MS):
            program.start()
        yield program
    finally:
        with qtbot.waitSignal(program.core.shutdown.finished, timeout=START_LIMIT_MS):
            program.core.stop()
        program.deleteLater()


def in_storage(qtbot: QtBot, program: HeadlessProgram, work: Callable[[Stores], object]) -> object:
    answers: list[object] = []
    program.core.operations.submit_to_storage(
        StorageOperation(_DOING, lambda stores, _context: work(stores)), on_success=answers.append
    )
    qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
    return answers[0]


def test_an_alert_that_is_reached_without_a_window_is_behind_the_bell_of_the_next(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reached = PriceAlert("a", BTC, Decimal(1), START, note="돌파", side=Side.BELOW)
    waiting = PriceAlert("b", BTC, Decimal(10**12), START, side=Side.BELOW)
    with headless(qtbot, tmp_path) as program:
        in_storage(qtbot, program, lambda stores: stores.alerts.change((reached, waiting), ()))
    with headless(qtbot, tmp_path) as program:
        qtbot.waitUntil(lambda: any(not one.is_on for one in program.price_alerts.alerts), timeout=20_000)
        qtbot.waitUntil(
            lambda: bool(in_storage(qtbot, program, lambda stores: stores.ui_state.read(STORED_AS))), timeout=20_000
        )
        [fired] = [one for one in program.price_alerts.alerts if not one.is_on]
        told_at = program.core.opened.clock.now()
    said = capsys.readouterr().out
    assert "비트코인 가격 알림: 1. 시세를 받지 못한 동안 1을 지났어요." in said
    assert "메모: 돌파" in said
    assert fired.id == "a"
    with running_program(qtbot, qapp, tmp_path) as window:
        qtbot.waitUntil(lambda: bool(window.notices.all()), timeout=20_000)
        [notice] = [one for one in window.notices.all() if "가격 알림" in one.title.ko]
        assert notice.level is NoticeLevel.WARNING
        assert notice.title.en == "Price alert: Bitcoin at 1"
        assert timedelta(0) <= told_at - notice.happened_at < timedelta(minutes=1), "when it happened, not now"
        assert notice.action is not None
        notice.action.run()
        assert window.navigation.current == "chart"
    with running_program(qtbot, qapp, tmp_path) as window:
        qtbot.waitUntil(lambda: not window.core.operations.running(), timeout=20_000)
        assert [one for one in window.notices.all() if "가격 알림" in one.title.ko] == [], "told once"


# what is kept


def notice(number: int) -> KeptNotice:
    return KeptNotice(START, NoticeLevel.WARNING, Text(f"알림 {number}", f"Alert {number}"), Text("가", "a"), "KRW-BTC")


def test_what_is_kept_comes_back_once_and_in_its_order() -> None:
    store = MemoryUiStateStore()
    for number in range(3):
        keep_notice(store, notice(number))
    assert take_notices(store) == tuple(notice(number) for number in range(3))
    assert take_notices(store) == ()


def test_no_more_is_kept_than_the_bell_shows() -> None:
    store = MemoryUiStateStore()
    for number in range(205):
        keep_notice(store, notice(number))
    kept = take_notices(store)
    assert len(kept) == 200
    assert kept[-1] == notice(204)


@pytest.mark.parametrize(
    "saved", [b"{", b"3", b"[3]", b'[{"at": "x"}]', b"\xff", b'[{"at":"2026-01-01","level":"no"}]']
)
def test_what_cannot_be_read_is_nothing(saved: bytes) -> None:
    store = MemoryUiStateStore()
    store.write(STORED_AS, saved)
    assert take_notices(store) == ()
    keep_notice(store, notice(1))
    assert take_notices(store) == (notice(1),)
