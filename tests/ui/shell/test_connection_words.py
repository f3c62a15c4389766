"""The whole window follows its exchange: bars and dashboard say the same, and say it again when it changes."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes.walking_exchange import WalkingConnection
from tests.whole_program import running_program
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.domain.stream import StreamState
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.ui.runtime.exchange_link import LinkPhase, LinkState

_LIMIT_MS = 10_000


def said(program: DesktopProgram) -> tuple[str, str, str]:
    window = program.window
    card = window.screen_widget("dashboard").feed_card  # type: ignore[attr-defined]
    words = window.status_bar.prices.shown_text().partition(" · ")[0]
    return words, window.top_bar.connection.shown_text(), card.value.text()


def test_the_window_follows_its_exchange(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    with running_program(qtbot, qapp, tmp_path) as program:
        qtbot.waitUntil(lambda: said(program) == ("연습 시세 실시간", "연습 거래소", "실시간"), timeout=_LIMIT_MS)
        connection = cast(WalkingConnection, program.core.exchange.connection)
        for state, words in (
            (StreamState.CONNECTING, ("다시 연결하는 중", "다시 연결하는 중", "연결 중")),
            (StreamState.POLLED, ("연습 시세 조회", "시세 조회 중", "조회 중")),
            (StreamState.DOWN, ("연결 끊김", "연결 끊김", "연결 끊김")),
            (StreamState.LIVE, ("연습 시세 실시간", "연습 거래소", "실시간")),
        ):
            connection.streams.current = dict.fromkeys(connection.streams.current, state)
            qtbot.waitUntil(lambda words=words: said(program) == words, timeout=_LIMIT_MS)  # type: ignore[misc]


def test_an_exchange_that_cannot_be_reached_is_a_finding_of_the_check_up(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    def practice() -> list[str]:
        findings = program.screens.dashboard.state.findings or ()
        return [finding.what.en for finding in findings if finding.check_id == "practice"]

    with running_program(qtbot, qapp, tmp_path) as program:
        qtbot.waitUntil(lambda: practice() == ["It runs with the program."], timeout=_LIMIT_MS)
        failed = LinkState(LinkPhase.FAILED, error=ExchangeUnavailable("practice", "no-answer"))

        def found() -> bool:
            # the exchange itself may tell a state meanwhile, and a check that is under way saw the one before
            program.core.exchange.state = failed
            program.screens.monitor_model().check()
            return practice() == ["It does not start (no-answer)."]

        qtbot.waitUntil(found, timeout=_LIMIT_MS)


def test_before_its_exchange_is_reached_the_window_says_that_it_starts(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with running_program(qtbot, qapp, tmp_path, wait_until_usable=False) as program:
        assert said(program) == ("거래소 켜는 중", "거래소 켜는 중", "켜는 중")
        qtbot.waitUntil(lambda: said(program)[1] == "연습 거래소", timeout=_LIMIT_MS)
