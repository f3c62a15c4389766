"""The backtest window from the first look to a result; the numbers are those of the command."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QLabel, QWidget

from tests.fakes.strategy_texts import strategy_file, with_entry
from tests.ui.screens.backtest.conftest import BITCOIN, RIPPLE, World, command, saved
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.language import language_state
from upbit_auto_trading.utils.bilingual_text import Language

EMA, SLOW = {"variable": "ema", "period": 5}, {"variable": "ema", "period": 20}
CROSS = {"left": EMA, "operator": "crosses-above", "right": SLOW}


def shown_texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_a_run_of_stored_candles_says_what_the_command_says(
    reached: World, stored_folder: AppPaths, tmp_path: Path
) -> None:
    reached.choose_by_keys(reached.view.form_panel.strategy.select, "basic-seven-rules")
    reached.settle()
    reached.run()
    told = command(stored_folder, tmp_path / "command.json", "basic-seven-rules", "--market", "KRW-BTC")
    assert saved(reached, tmp_path / "window.json") == told
    assert told["trades"]
    figures = reached.figures
    assert figures["final_equity"] == f"{told['summary']['final_equity']:,.0f}원"
    assert figures["return"].endswith(formats.signed_percent(told["summary"]["final_equity"] / 10_000_000 - 1))
    assert figures["trades"] == "0"
    assert figures["win_rate"] == formats.NOTHING
    assert reached.view.result.table.rows_model.rowCount() == len(told["trades"])


def test_a_run_of_a_file_with_other_assumptions_says_what_the_command_says(
    reached: World, candle_csv: Path, stored_folder: AppPaths, tmp_path: Path
) -> None:
    form = reached.view.form_panel
    reached.choose(form.candles.source, "file")
    assert form.button.toolTip() == "먼저 캔들 파일을 고르세요."
    reached.answers.append(str(candle_csv))
    reached.click(form.candles.file_button)
    reached.type(form.candles.start_day.field, "2026-09-07")
    reached.type(form.candles.end_day.field, "2026-09-08")
    reached.type(form.assumptions.cash.field, "5000000")
    reached.type(form.assumptions.fee.field, "0.1")
    reached.type(form.assumptions.slippage.field, "0.03")
    reached.click(form.assumptions.more)
    reached.type(form.assumptions.spread.field, "0.02")
    reached.type(form.assumptions.latency.field, "2")
    reached.type(form.assumptions.share.field, "40")
    form.area.ensureWidgetVisible(form.assumptions.touching)
    reached.click(form.assumptions.touching)
    reached.see(lambda: reached.view.form.why_not() is None)
    reached.run()
    told = command(
        stored_folder,
        tmp_path / "command.json",
        *("ema-rsi-atr", "--candles", str(candle_csv), "--from", "2026-09-07", "--to", "2026-09-09"),
        *("--cash", "5000000", "--fee", "0.001", "--slippage", "0.0003", "--spread", "0.0002"),
        *("--latency", "2", "--volume-share", "0.4", "--touching"),
    )
    assert saved(reached, tmp_path / "window.json") == told
    assert told["settings"]["volume_share"] == 0.4
    assert told["trades"]
    form.candles.file_market.chosen.emit(BITCOIN)
    reached.run()
    told = command(
        stored_folder,
        tmp_path / "command.json",
        *("ema-rsi-atr", "--candles", f"KRW-BTC={candle_csv}", "--from", "2026-09-07", "--to", "2026-09-09"),
        *("--cash", "5000000", "--fee", "0.001", "--slippage", "0.0003", "--spread", "0.0002"),
        *("--latency", "2", "--volume-share", "0.4", "--touching"),
    )
    assert saved(reached, tmp_path / "with rules.json") == told
    assert "호가 단위와 최소 주문은 그날의 규칙대로" in reached.view.result.notes.all.text()


@pytest.mark.long
def test_the_page_is_written_in_the_language_of_the_moment(reached: World, tmp_path: Path) -> None:
    reached.run()
    for language, word in ((Language.KOREAN, "가정"), (Language.ENGLISH, "Assumptions")):
        language_state().set_language(language)
        path = tmp_path / f"{language.value}.html"
        reached.answers.append(str(path))
        reached.click(reached.view.result.page_button)
        reached.see(path.exists)
        reached.settle()
        assert str(path) in reached.view.result.saved.text()
        assert word in path.read_text("utf-8")


@pytest.mark.long
def test_a_result_that_cannot_be_written_says_why_in_its_place(reached: World, tmp_path: Path) -> None:
    reached.run()
    reached.answers.append(str(tmp_path / "no such folder" / "out.json"))
    reached.click(reached.view.result.json_button)
    reached.see(reached.view.result.problem.isVisible)
    assert reached.view.result.problem.fact.text()


def test_a_result_says_which_settings_it_had_whatever_the_form_says_since(reached: World) -> None:
    reached.run()
    before, finished = reached.view.result.settings.text(), reached.view.run.state.finished
    assert "10,000,000원" in before
    assert "KRW-BTC" in before
    reached.type(reached.view.form_panel.assumptions.cash.field, "3000000")
    reached.choose_by_keys(reached.view.form_panel.strategy.select, "macd")
    reached.settle()
    assert reached.view.result.settings.text() == before
    assert reached.view.result.name.text() == "EMA·RSI·ATR"
    assert reached.view.run.state.finished is finished
    reached.run()
    assert "3,000,000원" in reached.view.result.settings.text()


@pytest.mark.long
def test_no_word_of_the_result_promises_anything(reached: World) -> None:
    reached.run()
    reached.click(reached.view.result.notes.button)
    for language, wrong in ((Language.KOREAN, ("벌었", "수익을")), (Language.ENGLISH, ("earned", "made you"))):
        language_state().set_language(language)
        told = shown_texts(reached.view)
        assert not [word for word in wrong if word in told]
        assert ("냈을" if language is Language.KOREAN else "would have") in told


def test_an_empty_window_offers_the_reference_strategy(reached: World) -> None:
    reached.choose_by_keys(reached.view.form_panel.strategy.select, "macd")
    empty = reached.view.empty
    assert empty.button is not None
    reached.click(empty.button)
    reached.see_result()
    assert reached.view.result.name.text() == "EMA·RSI·ATR"


@pytest.mark.claims("shortcut:primary_action")
def test_ctrl_enter_runs_the_form_also_while_a_number_is_typed(reached: World) -> None:
    field = reached.view.form_panel.assumptions.cash.field
    field.setFocus()
    field.selectAll()
    reached.qtbot.keyClicks(field, "2000000")
    reached.qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    reached.see_result()
    finished = reached.view.run.state.finished
    assert finished is not None
    assert finished.wish.settings.cash == 2_000_000


@pytest.mark.long
def test_a_strategy_that_never_buys_says_why(reached: World, tmp_path: Path) -> None:
    never = {"left": {"variable": "rsi", "period": 14}, "operator": "<", "right": 0.001}
    reached.answers.append(str(strategy_file(tmp_path / "never.json", entry=with_entry(never))))
    reached.click(reached.view.form_panel.strategy.open_button)
    reached.see(lambda: reached.view.form.why_not() is None)
    reached.run()
    assert reached.view.result.no_trades.isVisible()
    assert "한 번도 사지 않음" in reached.view.result.notes.first.text()


def test_several_markets_share_a_purse_and_the_chart_shows_each(
    reached: World, stored_folder: AppPaths, tmp_path: Path
) -> None:
    reached.view.form_panel.candles.markets.picker.chosen.emit(RIPPLE)
    reached.see(lambda: reached.view.form.why_not() is None and len(reached.view.form.candles.state.facts or ()) == 2)
    reached.run()
    words = ("ema-rsi-atr", "--market", "KRW-BTC", "--market", "KRW-XRP")
    assert saved(reached, tmp_path / "window.json") == command(stored_folder, tmp_path / "command.json", *words)
    result, table = reached.view.result, reached.view.result.table
    trades = reached.view.run.state.finished.report.result.trades  # type: ignore[union-attr]
    assert {trade.market for trade in trades} == {BITCOIN, RIPPLE}
    assert result.market.isVisible()
    reached.choose_by_keys(result.market, "1")
    reached.see(lambda: result.chart.data is not None and result.chart.data.candles.market == RIPPLE)
    reached.settle()
    number = next(place for place, trade in enumerate(trades, 1) if trade.market == BITCOIN)
    table.select_key(number)
    reached.see(lambda: result.chart.data is not None and result.chart.data.candles.market == BITCOIN)
    reached.settle()
    time = result.chart.canvas.time
    assert time.start < trades[number - 1].entry_second < time.end
    assert result.market.current == "0"


# what is kept


def test_the_last_choices_come_back_after_a_restart(reached: World, tmp_path: Path) -> None:
    form = reached.view.form_panel
    path = strategy_file(tmp_path / "own.json", entry=with_entry(CROSS))
    reached.answers.append(str(path))
    reached.click(form.strategy.open_button)
    reached.see(lambda: reached.view.form.why_not() is None)
    reached.type(form.assumptions.cash.field, "1234567")
    reached.click(form.assumptions.more)
    reached.type(form.assumptions.latency.field, "3")
    reached.type(form.candles.start_day.field, "2026-09-07")
    reached.settle()
    reached.run()
    reached.click(reached.view.result.drawdown)
    reached.close()
    view = reached.show()
    reached.see(lambda: view.form.why_not() is None)
    again = view.form_panel
    assert view.form.strategies.state.current is not None
    assert view.form.strategies.state.current.written == str(path)
    assert again.strategy.select.current == str(path)
    assert again.assumptions.cash.value == Decimal(1_234_567)
    assert again.assumptions.latency.isVisible()
    assert again.assumptions.latency.value == Decimal(3)
    assert again.candles.start_day.text() == "2026-09-07"
    assert view.result.drawdown.isChecked()


def test_nothing_of_the_window_is_wider_than_it_may_be(reached: World) -> None:
    reached.run()
    for language in (Language.KOREAN, Language.ENGLISH):
        language_state().set_language(language)
        reached.settle()
        assert reached.view.minimumSizeHint().width() <= 1208
        assert reached.view.minimumSizeHint().height() <= 566
        down = reached.view.result.area.verticalScrollBar()
        assert down is not None
        assert not down.isVisible()
        bar = reached.view.result.table.horizontalScrollBar()
        assert bar is not None
        assert not bar.isVisible()
    assert reached.view.rect().contains(reached.view.result.mapTo(reached.view, QPoint(0, 0)))
