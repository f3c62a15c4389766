"""Downloads in the settings: what it would take is said first; the queue, what failed, and trying again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PyQt6.QtCore import Qt

from tests.fakes.market_data_world import MarketDataWorld
from tests.fakes.practice_account import BTC, ETH
from tests.fakes.settings_world import SettingsWorld
from tests.ui.screens.settings.conftest import User
from tests.ui.screens.settings.test_settings_market_data import cells, connect, page, pick, press_in_row
from upbit_auto_trading.business_logic.domain.candle import CandleUnit
from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.domain.errors import ExchangeUnavailable
from upbit_auto_trading.business_logic.ports.candle_store import Refused
from upbit_auto_trading.business_logic.ports.downloads import (
    DownloadFailure,
    DownloadPhase,
    DownloadProgress,
    DownloadRequest,
)

FIRST = datetime(2026, 10, 1, tzinfo=UTC)
MONTH = Span(FIRST, FIRST + timedelta(days=30))


def open_form(user: User, world: SettingsWorld) -> MarketDataWorld:
    data = world.market_data
    connect(user, data)
    user.open("market_data/downloads")
    return data


def type_day(user: User, field: object, text: str) -> None:
    box = field.field  # type: ignore[attr-defined]
    box.clear()
    user.type(box, text)
    user.press(box, Qt.Key.Key_Return)


def test_before_the_exchange_is_there_the_form_says_why_it_waits(user: User, world: SettingsWorld) -> None:
    user.open("market_data/downloads")
    form = page(user).download_form
    assert not form.start.isEnabled()
    assert "연결되면" in form.start.toolTip()


def test_what_is_missing_and_how_long_it_takes_is_said_before_it_begins(user: User, world: SettingsWorld) -> None:
    data = open_form(user, world)
    form = page(user).download_form
    assert not form.start.isEnabled()
    pick(user, form.market, "bit")
    assert form.line.label.text() == "31일 분량이 없어요. 요청 1번, 약 2초 걸려요."
    assert not data.downloads.entries
    user.click(form.start)
    assert len(data.downloads.entries) == 1
    entry = data.downloads.entries[0]
    assert (entry.request.market, entry.request.unit) == (BTC, CandleUnit.MINUTE)
    assert entry.request.span.start == datetime(2026, 10, 20, 15, tzinfo=UTC)
    assert form.market.current is None


def test_presets_fill_in_the_days_and_typing_days_leaves_the_preset(user: User, world: SettingsWorld) -> None:
    data = open_form(user, world)
    form = page(user).download_form
    pick(user, form.market, "btc")
    user.click(form.preset, form.preset.rects()[1].center().toPoint())
    assert form.start_day.text() == "2025-11-20"
    user.click(form.preset, form.preset.rects()[2].center().toPoint())
    assert form.start_day.text() == "2017-09-25"
    type_day(user, form.start_day, "2026.1.31")
    assert form.preset.current == "own"
    type_day(user, form.end_day, "2026-02-01")
    wanted = data.downloads.previewed[-1].span
    assert wanted == Span(datetime(2026, 1, 30, 15, tzinfo=UTC), datetime(2026, 2, 1, 15, tzinfo=UTC))


def test_wrong_days_are_named_beside_their_field(user: User, world: SettingsWorld) -> None:
    data = open_form(user, world)
    form = page(user).download_form
    pick(user, form.market, "btc")
    asked = len(data.downloads.previewed)
    type_day(user, form.start_day, "2026-13-01")
    assert form.start_day.text() == "2026-13-01"
    assert "2026-01-31처럼" in str(form.start_day.note.label.text())
    assert not form.start.isEnabled()
    type_day(user, form.start_day, "2026-11-10")
    type_day(user, form.end_day, "2026-11-01")
    assert "뒤여야" in form.end_day.note.label.text()
    assert len(data.downloads.previewed) == asked + 1


def test_nothing_is_downloaded_of_what_is_there_already(user: User, world: SettingsWorld) -> None:
    data = open_form(user, world)
    data.downloads.is_known = True
    form = page(user).download_form
    pick(user, form.market, "btc")
    assert form.line.label.text() == "이 기간은 이미 모두 있어요."
    assert not form.start.isEnabled()


def test_what_the_exchange_no_longer_keeps_is_said(user: User, world: SettingsWorld) -> None:
    data = open_form(user, world)
    data.downloads.out_of_reach = True
    form = page(user).download_form
    pick(user, form.market, "btc")
    assert "보관하지 않아서" in form.line.label.text()


def test_an_answer_to_an_older_question_counts_no_more(user: User, world: SettingsWorld) -> None:
    data = open_form(user, world)
    data.downloads.holds_previews = True
    form = page(user).download_form
    pick(user, form.market, "btc")
    user.click(form.preset, form.preset.rects()[1].center().toPoint())
    data.downloads.answer_previews(1, 0)
    assert form.line.label.text().startswith("366일")


def test_a_question_that_fails_is_explained(user: User, world: SettingsWorld) -> None:
    data = open_form(user, world)
    data.downloads.preview_failure = ExchangeUnavailable("practice", "refused")
    form = page(user).download_form
    pick(user, form.market, "btc")
    assert form.line.label.property("token") == "error"
    assert not form.start.isEnabled()


def phases(data: MarketDataWorld) -> list[DownloadPhase]:
    return [entry.phase for entry in data.downloads.entries]


def queue(user: User, world: SettingsWorld) -> MarketDataWorld:
    data = open_form(user, world)
    data.downloads.add(DownloadRequest(BTC, CandleUnit.MINUTE, MONTH))
    data.downloads.add(DownloadRequest(ETH, CandleUnit.HOUR, MONTH))
    return data


def test_the_queue_shows_how_far_each_is(user: User, world: SettingsWorld) -> None:
    data = queue(user, world)
    table = page(user).queue.table
    data.downloads.show(
        1, DownloadPhase.RUNNING, DownloadProgress(pages=216, done=54, candles=10_800, remaining_seconds=74)
    )
    row = cells(table)[0]
    assert row[:3] == ["비트코인", "1분", "2026-10-01 – 2026-10-31"]
    assert row[5] == "1분"
    state, meter = (next(c for c in table.rows_model.columns if c.key == key) for key in ("state", "done"))
    running, waiting = table.rows_model.rows
    assert state.value(running).text.ko == "받는 중"
    assert meter.value(running) == 0.25
    assert state.value(waiting).text.ko == "대기"
    assert page(user).tabs._counts == {"downloads": 2}


def test_a_download_is_cancelled_tried_again_and_removed(user: User, world: SettingsWorld) -> None:
    data = queue(user, world)
    table = page(user).queue.table
    data.downloads.show(1, DownloadPhase.RUNNING, DownloadProgress(pages=10, done=1, candles=200))
    press_in_row(user, table, 0, "cancel")
    assert phases(data)[0] is DownloadPhase.CANCELLED
    assert "캔들 200개는 그대로" in page(user).queue.outcome.text()
    press_in_row(user, table, 0, "retry")
    assert phases(data)[0] is DownloadPhase.WAITING
    press_in_row(user, table, 0, "cancel")
    press_in_row(user, table, 0, "remove")
    assert [entry.number for entry in data.downloads.entries] == [2]


def test_what_could_not_be_had_is_listed_with_its_reason(user: User, world: SettingsWorld) -> None:
    data = queue(user, world)
    failures = (
        DownloadFailure(Span(FIRST, FIRST + timedelta(hours=3)), "read-timeout"),
        DownloadFailure(Span(FIRST + timedelta(hours=9), FIRST + timedelta(hours=12)), "some-new-code"),
    )
    refused = (Refused(FIRST + timedelta(hours=20), "volume-negative"),)
    progress = DownloadProgress(pages=4, done=2, candles=400, failures=failures, refused=refused)
    data.downloads.show(1, DownloadPhase.INCOMPLETE, progress)
    panel = page(user).queue
    assert "아래는 받지 못했어요" in panel.outcome.text()
    assert cells(panel.lacking) == [
        ["2026-10-01 09:00 – 2026-10-01 12:00", "거래소의 응답을 받지 못했어요."],
        ["2026-10-01 18:00 – 2026-10-01 21:00", "거래소가 이 구간을 주지 않았어요 (some-new-code)."],
        ["2026-10-02 05:00:00", "거래량이 음수인 캔들이라 넣지 않았어요."],
    ]


def test_a_finished_download_says_what_it_brought_and_the_store_is_read_again(user: User, world: SettingsWorld) -> None:
    data = queue(user, world)
    data.store(BTC, CandleUnit.MINUTE, FIRST, 600)
    data.downloads.show(1, DownloadPhase.RUNNING, DownloadProgress(pages=3))
    data.downloads.show(1, DownloadPhase.COMPLETE, DownloadProgress(pages=3, done=3, candles=600, without_trades=12))
    user.settle()
    assert page(user).queue.outcome.text() == "비트코인 1분: 캔들 600개를 받았어요. 거래가 없던 구간은 12개예요."
    assert [row[3] for row in cells(page(user).stored.table)] == ["600"]


def test_a_download_that_failed_as_a_whole_says_why(user: User, world: SettingsWorld) -> None:
    data = queue(user, world)
    data.downloads.show(1, DownloadPhase.FAILED, trouble="market-unknown")
    assert "거래소에 없는 종목" in page(user).queue.outcome.text()
