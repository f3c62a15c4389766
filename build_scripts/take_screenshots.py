"""Takes the pictures of docs/images with the real program, offscreen, in a fresh folder of its own.

The keys in them are throw-away keys of a practice exchange, looked at there as Upbit's would be at Upbit.
``python build_scripts/take_screenshots.py docs/images``. Every screen in both themes and languages at 1280×800.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import cast

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PyQt6.QtCore import QEventLoop, QTimer  # noqa: E402 - found through the lines above
from PyQt6.QtGui import QImage  # noqa: E402
from PyQt6.QtWidgets import QApplication  # noqa: E402

from upbit_auto_trading.business_logic.domain.candle import CandleUnit  # noqa: E402
from upbit_auto_trading.business_logic.domain.coverage import Span  # noqa: E402
from upbit_auto_trading.business_logic.domain.exchange_key import NEEDED_RIGHTS, KeyStatus  # noqa: E402
from upbit_auto_trading.business_logic.ports.clock import Clock  # noqa: E402
from upbit_auto_trading.business_logic.ports.credentials import KeySource  # noqa: E402
from upbit_auto_trading.business_logic.ports.downloads import DownloadRequest  # noqa: E402
from upbit_auto_trading.business_logic.ports.stores import Stores  # noqa: E402
from upbit_auto_trading.business_logic.use_cases import keep_keys, manage_credentials  # noqa: E402
from upbit_auto_trading.composition_root.crashes import Crashes  # noqa: E402
from upbit_auto_trading.composition_root.desktop import DesktopProgram, make_application  # noqa: E402
from upbit_auto_trading.composition_root.exchange_keys import UPBIT, ExchangeKeys  # noqa: E402
from upbit_auto_trading.composition_root.opened import open_data_folder  # noqa: E402
from upbit_auto_trading.composition_root.practice import practice_child  # noqa: E402
from upbit_auto_trading.composition_root.start_options import StartOptions  # noqa: E402
from upbit_auto_trading.config.app_paths import find_app_paths, resources_folder  # noqa: E402
from upbit_auto_trading.config.settings import LANGUAGE, PRACTICE_SPEED, THEME  # noqa: E402
from upbit_auto_trading.data_layer.exchanges.upbit.addresses import UpbitAddresses  # noqa: E402
from upbit_auto_trading.data_layer.practice_exchange.control_client import PracticeControl  # noqa: E402
from upbit_auto_trading.data_layer.practice_exchange.process import PracticeAddresses  # noqa: E402
from upbit_auto_trading.data_layer.system_clock import SystemClock  # noqa: E402
from upbit_auto_trading.ui.market_views.markets import SCREENER  # noqa: E402
from upbit_auto_trading.ui.runtime.operation import StorageOperation  # noqa: E402
from upbit_auto_trading.ui.screens.backtest.view import BacktestView  # noqa: E402
from upbit_auto_trading.ui.screens.chart.view import ChartView  # noqa: E402
from upbit_auto_trading.ui.screens.market.view import MarketView  # noqa: E402
from upbit_auto_trading.ui.screens.practice.view import PracticeView  # noqa: E402
from upbit_auto_trading.ui.screens.settings.sections.market_data_page import MarketDataPage  # noqa: E402
from upbit_auto_trading.ui.screens.settings.view import SettingsView  # noqa: E402
from upbit_auto_trading.ui.widgets.later import Later  # noqa: E402
from upbit_auto_trading.utils.bilingual_text import Text  # noqa: E402
from upbit_auto_trading.utils.secret import Secret  # noqa: E402

SIZE = (1280, 800)
SHOWN_MARKET = "KRW-BTC"
PLACES = {
    "dashboard": "dashboard",
    "market": "market",
    "chart": f"chart/{SHOWN_MARKET}",
    "backtest": "backtest",
    "practice": "practice/trade",
    "practice-market": "practice/setup",
    "monitor": "monitor/schedule",
    "settings-appearance": "settings/appearance",
    "settings-market-data": "settings/market_data/downloads",
    "settings-market-data-stored": "settings/market_data/stored",
    "settings-security": "settings/security",
    "help": "help/start",
}
#: label and days left of the keys that are shown
_KEYS = {"매매용": 312, "작년에 만든 키": 6}
#: what is bought in practice, in won
_BUYS = {"KRW-ETH": "800000", "KRW-DOGE": "300000", "KRW-BTC": "2000000"}
_STORING = Text("키 넣기", "Entering keys")
_LARGEST_BYTES = 260_000
#: Qt's word for the strongest compression
_SMALLEST = 0
_LIMIT_MS = 180_000
_POLL_MS = 20
#: so that the path of the price has a shape, and soon
_PRICES_WANTED = 25
_SPEED = "60"
_INDICATORS = ("ema", "bollinger", "rsi")
#: of the screen that is shown
_FILTERS = ("turnover_24h", "change_today")


def wait_until(is_so: Callable[[], object]) -> None:
    loop, poll, limit = QEventLoop(), QTimer(), QTimer()
    seen: list[bool] = []  # what was so a moment ago may pass again: work comes and goes

    def look() -> None:
        if is_so():
            seen.append(True)
            loop.quit()

    poll.setInterval(_POLL_MS)
    poll.timeout.connect(look)
    limit.setSingleShot(True)
    limit.timeout.connect(loop.quit)
    poll.start()
    limit.start(_LIMIT_MS)
    loop.exec()
    if not seen:
        raise SystemExit("The program did not get where the picture is taken.")


def is_whole(program: DesktopProgram) -> bool:
    """Nothing is being read, and all that can be seen is made."""
    places = program.window.findChildren(Later)
    return not program.core.operations.running() and all(place.is_made for place in places if place.isVisible())


def picture(program: DesktopProgram, target: Path) -> None:
    wait_until(lambda: is_whole(program))
    QApplication.processEvents()  # what the answers put into the window takes its room
    program.window.repaint()
    image = program.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    if not image.save(str(target), "PNG", _SMALLEST):
        raise SystemExit(f"{target} cannot be written.")
    if target.stat().st_size > _LARGEST_BYTES:
        raise SystemExit(f"{target} is larger than {_LARGEST_BYTES} bytes.")
    print(target)


def enter_keys(program: DesktopProgram, keys: ExchangeKeys, control: PracticeControl, clock: Clock) -> None:
    rights = [right.value for right in NEEDED_RIGHTS]
    entries: list[tuple[str, Secret, Secret, KeyStatus]] = []
    for label, days in _KEYS.items():
        told = control.add_key(rights=rights, valid_days=days)
        access, secret = Secret(told["access_key"]), Secret(told["secret_key"])
        entries.append((label, access, secret, keys.look_at(UPBIT, access, secret)))

    def store(stores: Stores, _context: object) -> None:
        passphrase = Secret("only for the pictures")
        manage_credentials.create_vault(stores.vault, stores.journal, KeySource.PASSPHRASE, passphrase)
        for label, access, secret, found in entries:
            keep_keys.add_checked(stores, UPBIT, label, access, secret, found, clock.now(), box_is_confirmed=True)

    program.core.operations.submit_to_storage(StorageOperation(_STORING, store, "vault"))


def trade(program: DesktopProgram) -> None:
    """So that the practice account holds something, by the ticket as a user does it."""
    program.navigation.show("practice/trade")
    view = program.window.screen_widget("practice")
    assert isinstance(view, PracticeView)
    for code, funds in _BUYS.items():
        buy(view, code, funds)
    view.trade.ticket.shares[1].click()
    view.trade.tabs.chosen.emit("fills")


def buy(view: PracticeView, code: str, funds: str) -> None:
    model, ticket = view.model, view.trade.ticket
    wait_until(lambda: any(market.code == code for market in model.state.prices))
    wait_until(lambda: model.state.orders is not None and model.state.balances is not None)
    ticket.market.chosen.emit(code)
    ticket.amount.field.setText(funds)
    ticket.amount.field.textEdited.emit(funds)
    wait_until(ticket.send.isEnabled)
    ticket.send.click()
    wait_until(lambda: model.state.free_of(code.partition("-")[2]) > 0)
    wait_until(lambda: not ticket.send.is_busy)


def download(program: DesktopProgram) -> None:
    """So that candles lie there, one download is done and one is under way; and the screener has found something."""
    desk = program.services.market_data
    end = desk.market_now()
    markets = {listed.market.code: listed.market for listed in desk.link.connection.markets}  # type: ignore[union-attr]
    wanted = (
        (SHOWN_MARKET, CandleUnit.HOUR, 20),
        ("KRW-ETH", CandleUnit.MINUTE, 2),
        (SHOWN_MARKET, CandleUnit.MINUTE, 29),
    )
    for code, unit, days in wanted:
        desk.downloads.add(DownloadRequest(markets[code], unit, Span(end - timedelta(days=days), end)))
    wait_until(lambda: sum(entry.phase.has_ended for entry in desk.downloads.entries) == 2)
    program.navigation.show("settings/market_data/downloads")
    page = cast(SettingsView, program.window.screen_widget("settings")).page
    cast(MarketDataPage, page).downloads_model.choose_market(markets["KRW-ETH"])
    program.navigation.show("market")
    view = cast(MarketView, program.window.screen_widget("market"))
    view.model.choose_tab(SCREENER)
    screener = view.screener_model
    for variable in _FILTERS:
        screener.add(variable)
    screener.change_value(0, 0, "100000000")
    screener.change_value(1, 0, "-5")
    wait_until(lambda: screener.state.found is not None)
    view.model.choose_tab("KRW")


def draw_chart(program: DesktopProgram) -> None:
    """With what a trader puts on it."""
    program.navigation.show(f"chart/{SHOWN_MARKET}")
    view = cast(ChartView, program.window.screen_widget("chart"))
    wait_until(lambda: view.grid.current.candles.columns)
    view.indicators.shelf.load()
    wait_until(lambda: view.indicators.shelf.registry is not None)
    for indicator in _INDICATORS:
        view.indicators.models[view.grid.current].add(indicator)
    wait_until(lambda: len(view.grid.current.studies.drawn) == len(_INDICATORS))


def run_backtest(program: DesktopProgram) -> None:
    program.navigation.show("backtest")
    view = cast(BacktestView, program.window.screen_widget("backtest"))
    wait_until(lambda: view.form.candles.state.facts is not None)
    view.form.candles.choose_preset("all")
    wait_until(lambda: view.form.why_not() is None)
    view.form_panel.button.click()
    wait_until(lambda: view.run.state.finished is not None and view.result.chart.data is not None)


def wait_for_book(program: DesktopProgram, name: str) -> None:
    """A market that is watched again shows its book and its trades a moment later."""
    if name == "chart":
        chart = cast(ChartView, program.window.screen_widget("chart"))
        wait_until(lambda: chart.book.canvas.isVisible() and chart.tape.canvas.isVisible())
        wait_until(lambda: chart.grid.current.candles.state.is_live)
    if name == "market":
        side = cast(MarketView, program.window.screen_widget("market")).side
        wait_until(lambda: side.book.canvas.isVisible() and side.tape.canvas.isVisible())


def take_all(program: DesktopProgram, folder: Path) -> None:
    dashboard = program.screens.dashboard
    program.window.resize(*SIZE)
    wait_until(lambda: dashboard.state.findings is not None and dashboard.state.newest_backup is not None)
    wait_until(lambda: any(row.last.market.code == SHOWN_MARKET for row in dashboard.state.rows))
    dashboard.select(next(row.last.market for row in dashboard.state.rows if row.last.market.code == SHOWN_MARKET))
    trade(program)
    download(program)
    draw_chart(program)
    wait_until(lambda: all(entry.phase.has_ended for entry in program.services.market_data.downloads.entries))
    run_backtest(program)
    wait_until(lambda: not program.wiring.toasts.toasts)
    wait_until(lambda: len(dashboard.state.path[0]) >= _PRICES_WANTED)
    for theme, language in product(("dark", "light"), ("ko", "en")):
        program.core.settings.set(THEME, theme)
        program.core.settings.set(LANGUAGE, language)
        wait_until(lambda: not program.slices.is_under_way)
        for name, place in PLACES.items():
            program.navigation.show(place)
            wait_for_book(program, name)
            picture(program, folder / f"{name}-{theme}-{language}.png")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    application = make_application(sys.argv[:1])
    child = practice_child(("--markets", "1"), SystemClock())
    try:
        with tempfile.TemporaryDirectory(prefix="upbit-pictures-") as data:
            run(application, Path(data) / "UpbitAutoTrader", child.start(), folder)
    finally:
        child.stop()


def run(application: QApplication, data: Path, exchange: PracticeAddresses, folder: Path) -> None:
    clock = SystemClock()
    opened = open_data_folder(find_app_paths(data), clock, console=False)
    crashes = Crashes(opened.paths, opened.clock, opened.log)
    keys = ExchangeKeys(resources_folder(), clock, UpbitAddresses(exchange.rest_url, exchange.websocket_url))
    program = DesktopProgram(
        application, opened, StartOptions(), crashes, leave=lambda _status: None, exchange_keys=keys
    )
    program.start()
    try:
        wait_until(lambda: program.core.is_ready)
        wait_until(lambda: program.core.exchange.connection)
        program.core.settings.set(PRACTICE_SPEED, _SPEED)
        enter_keys(program, keys, PracticeControl(exchange.control_url, exchange.control_token), clock)
        take_all(program, folder)
    finally:
        program.core.stop()
        wait_until(lambda: program.core.shutdown.outcome is not None)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python build_scripts/take_screenshots.py FOLDER")
    main(Path(sys.argv[1]))
