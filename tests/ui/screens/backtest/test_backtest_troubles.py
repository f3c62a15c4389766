"""What goes wrong, what takes long, what is missing: told in its place, and the window stays usable."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from time import monotonic

from tests.fakes.strategy_texts import strategy_file, with_entry
from tests.ui.screens.backtest.conftest import BITCOIN, ETHER, World
from upbit_auto_trading.business_logic.ports.downloads import DownloadPhase, DownloadProgress
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.ui.backtest_services import BacktestWish, FinishedBacktest, RunProgress
from upbit_auto_trading.ui.screens.backtest.view_model.run import RunPhase

EMA, SLOW = {"variable": "ema", "period": 5}, {"variable": "ema", "period": 20}
CROSS = {"left": EMA, "operator": "crosses-above", "right": SLOW}


class HeldRun:
    """A run that goes on until it is told to stop, or let go."""

    def __init__(self, run: Callable[[BacktestWish, RunProgress], FinishedBacktest]) -> None:
        self._run = run
        self.go_on = threading.Event()
        self.stopped = threading.Event()

    def __call__(self, wish: BacktestWish, progress: RunProgress) -> FinishedBacktest:
        while not self.go_on.wait(0.01):
            if not progress(40, 100):
                self.stopped.set()
                raise Cancelled
        return self._run(wish, progress)


def test_a_run_can_be_given_up_at_once_and_the_window_stays_usable(reached: World) -> None:
    held = HeldRun(reached.services.run)
    reached.close()
    reached.show(replace(reached.services, run=held))
    reached.reach()
    form = reached.view.form_panel
    reached.click(form.button)
    reached.see(lambda: form.progress is not None and "40%" in form.progress.figures.text())
    reached.type(form.assumptions.cash.field, "7000000")
    assert form.button.is_busy
    assert form.progress is not None
    begun = monotonic()
    reached.click(form.progress.cancel_button)
    assert reached.view.run.state.phase is RunPhase.CANCELLED
    assert monotonic() - begun < 0.2
    assert form.progress is None
    assert form.reason.text() == "취소했어요. 앞의 결과는 그대로예요."
    assert held.stopped.wait(5)
    held.go_on.set()
    reached.run()
    assert reached.view.run.state.finished.wish.settings.cash == 7_000_000


def test_an_error_of_a_run_is_told_in_its_place_and_an_earlier_result_stays(
    reached: World, tmp_path: Path, candle_csv: Path
) -> None:
    reached.run()
    form = reached.view.form_panel
    broken = tmp_path / "broken.csv"
    broken.write_text(candle_csv.read_text("utf-8").replace("\n2026-09-06", "\nyesterday", 1), "utf-8")
    reached.choose(form.candles.source, "file")
    reached.answers.append(str(broken))
    reached.click(form.candles.file_button)
    reached.click(form.button)
    reached.see(form.problem.isVisible)
    assert "broken.csv" in form.problem.fact.text() + form.problem.rest.text()
    assert reached.view.run.state.phase is RunPhase.FAILED
    assert reached.view.result.table.isVisible()
    reached.choose(form.candles.source, "stored")
    reached.see(lambda: reached.view.form.why_not() is None)
    reached.run()
    assert not form.problem.isVisible()


def test_the_problems_of_a_strategy_file_are_told_at_once_with_their_places(reached: World, tmp_path: Path) -> None:
    wrong = {"left": {"variable": "rsi", "period": 1_000_000}, "operator": "<", "right": 30}
    path = strategy_file(tmp_path / "wrong.json", entry=with_entry(wrong))
    form = reached.view.form_panel
    reached.answers.append(str(path))
    reached.click(form.strategy.open_button)
    reached.see(form.strategy.problem.isVisible)
    assert "wrong.json" in form.strategy.problem.fact.text()
    assert "period" in form.strategy.problem.rest.text()
    assert form.button.toolTip() == "전략 파일의 문제를 먼저 고치세요."
    strategy_file(path, entry=with_entry(CROSS))
    reached.click(form.strategy.problem.button)
    reached.see(lambda: reached.view.form.why_not() is None)
    assert not form.strategy.problem.isVisible()
    reached.run()
    assert len(reached.view.run.state.finished.report.result.fills) > 10  # type: ignore[union-attr]


def test_a_number_that_cannot_be_used_keeps_the_run_off(reached: World) -> None:
    fee = reached.view.form_panel.assumptions.fee
    reached.type(fee.field, "50")
    assert not reached.view.form_panel.button.isEnabled()
    assert reached.view.form_panel.button.toolTip() == "표시된 값을 바르게 넣으세요."
    reached.type(fee.field, "0.05")
    assert reached.view.form_panel.button.isEnabled()
    assert reached.view.form.assumptions.fee == Decimal("0.05")


# candles that are not there


def test_what_is_unknown_is_told_and_can_be_downloaded(reached: World, stored_folder: AppPaths) -> None:
    form, downloads = reached.view.form_panel, reached.data.downloads
    reached.choose(form.candles.presets, "month")
    reached.see(form.candles.download.isVisible)
    assert "몰라요" in form.candles.note.label.text()
    assert form.button.toolTip() == "기간 안에 모르는 캔들이 있어요. 먼저 내려받으세요."
    assert "2초" in form.candles.download.shown_text()
    form.area.ensureWidgetVisible(form.candles.download)
    reached.click(form.candles.download)
    assert [entry.request.market for entry in downloads.entries] == [BITCOIN]
    progress = DownloadProgress(pages=4, done=1, remaining_seconds=120.0)
    downloads.show(1, DownloadPhase.RUNNING, progress)
    assert "25%" in form.candles.note.label.text()
    assert "약" in form.candles.note.label.text()
    asked = len(downloads.previewed)
    downloads.show(1, DownloadPhase.COMPLETE)
    reached.see(lambda: len(downloads.previewed) > asked)  # what is stored was looked at again
    assert reached.view.form.candles.state.downloads == ()


def test_live_candles_disturb_no_form_that_is_complete(reached: World) -> None:
    changed, candles = reached.settings.operations.changed, reached.view.form.candles
    changed.emit("candles", None)
    assert reached.settings.operations.running() == ()
    assert reached.view.form_panel.button.isEnabled()
    reached.choose(reached.view.form_panel.candles.presets, "year")
    reached.see(reached.view.form_panel.candles.download.isVisible)
    facts, asked = candles.state.facts, len(reached.data.downloads.previewed)
    changed.emit("candles", None)
    assert candles.state.facts is facts  # what was known stands until more is
    reached.see(lambda: len(reached.data.downloads.previewed) > asked)


def test_a_market_without_candles_says_so_and_several_run_together(reached: World) -> None:
    form = reached.view.form_panel
    form.candles.markets.picker.chosen.emit(ETHER)
    reached.see(lambda: reached.view.form.candles.state.facts is not None)
    reached.settle()
    assert "이더리움: 저장된 캔들이 없어요." in form.candles.note.label.text()
    assert form.button.toolTip() == "저장된 캔들이 없어요. 먼저 내려받으세요."
    ether = next(row for row in form.candles.markets.rows if row.market == ETHER)
    reached.click(ether.remove)
    reached.see(lambda: reached.view.form.why_not() is None)
