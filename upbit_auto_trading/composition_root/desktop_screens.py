"""The screens of the window: in rail order, made when first shown, fed by the engine and by operations."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSlot
from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.business_logic.domain.errors import DatabaseDamaged
from upbit_auto_trading.business_logic.domain.health import HealthFinding, HealthStatus
from upbit_auto_trading.business_logic.domain.market import LastPrice, Market
from upbit_auto_trading.business_logic.ports.maintenance import BackupSummary
from upbit_auto_trading.composition_root.alerts import watch_price_alerts
from upbit_auto_trading.composition_root.core import ProgramCore
from upbit_auto_trading.composition_root.screen_modules import load_screen
from upbit_auto_trading.ui.appearance import Appearance
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.notices import NoticeAction, NoticeLevel, Notices
from upbit_auto_trading.ui.runtime.exchange_link import Connection
from upbit_auto_trading.ui.runtime.operation import Operation, OperationContext
from upbit_auto_trading.ui.screen import ScreenEntry, no_places
from upbit_auto_trading.ui.screens.dashboard.view_model import DashboardViewModel
from upbit_auto_trading.ui.shell.finder import Findable
from upbit_auto_trading.ui.startup_problem import StartupWay
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:
    from upbit_auto_trading.ui.app_services import AppServices
    from upbit_auto_trading.ui.charts.price_path import PricePath
    from upbit_auto_trading.ui.screens.help.view_model import HelpViewModel
    from upbit_auto_trading.ui.screens.monitor.view_model import MonitorViewModel

#: name, title, icon, shortcut
_SCREENS = (
    ("dashboard", Text("대시보드", "Dashboard"), Icon.DASHBOARD, "screen_dashboard"),
    ("market", Text("시장", "Market"), Icon.MARKET, "screen_market"),
    ("chart", Text("차트", "Chart"), Icon.CHART, "screen_chart"),
    ("backtest", Text("백테스트", "Backtest"), Icon.BACKTEST, "screen_backtest"),
    ("practice", Text("연습", "Practice"), Icon.PRACTICE_SCREEN, "screen_practice"),
    ("monitor", Text("모니터", "Monitor"), Icon.MONITOR, "screen_monitor"),
    ("help", Text("도움말", "Help"), Icon.HELP, "help"),
    ("settings", Text("설정", "Settings"), Icon.SETTINGS, "settings"),
)
_WITH_PLACES = frozenset({"chart", "practice", "monitor", "help", "settings"})
_AT_BOTTOM = frozenset({"help", "settings"})
_PAGE = Text("화면", "Page")
_COMMAND = Text("명령", "Command")
_SETTING = Text("설정", "Setting")
_MARKET = Text("종목", "Market")
_THEME = Text("테마 바꾸기", "Switch theme")
_LANGUAGE = Text("English로 바꾸기", "Switch to Korean (한국어)")
_CHECK = Text("프로그램 점검", "Check the program")
_QUIT = Text("프로그램 끝내기", "Quit the program")
_READING_BACKUPS = Text("백업 목록 읽기", "Reading the list of backups")
_LOADING_CHART = Text("차트 준비", "Preparing the chart")
_HEALTH_BAD = Text("점검에서 문제를 찾았어요", "The check-up found a problem")
_SHOW = Text("모니터에서 보기", "Show in Monitor")
_RESTORE = Text("최근 백업 복원", "Restore newest backup")
_RESTORE_LINE = Text(
    "최근 백업: {made_at}. 손상된 파일은 data/damaged에 남아요.",
    "Newest backup: {made_at}. The damaged file stays in data/damaged.",
)
_FRESH = Text("새 파일로 시작", "Start with a new file")
_FRESH_LINE = Text(
    "{file}{을/를} data/damaged로 옮기고 빈 파일로 시작해요. 지우지 않아요.",
    "{file} is moved to data/damaged, not deleted, and an empty one is made.",
)


class DesktopScreens(QObject):
    def __init__(self, core: ProgramCore, notices: Notices) -> None:
        super().__init__(core)
        self._core = core
        self._notices = notices
        self._services: AppServices | None = None
        self._monitor: MonitorViewModel | None = None
        self._help: HelpViewModel | None = None
        self.dashboard = DashboardViewModel(self)
        self.price_alerts = watch_price_alerts(core, notices, self._show_market)
        #: which shortcuts do something in this version, for the help page
        self.usable_shortcuts: Callable[[], tuple[str, ...]] = tuple
        #: of the window's toasts: they never cover a ticket
        self.keep_free: Callable[[QWidget], None] = lambda _widget: None
        self.entries = self._describe()
        self.ids = tuple(entry.id for entry in self.entries)
        core.engine.prices_changed.connect(self._show_prices)
        core.engine.entries_gate_changed.connect(self.dashboard.show_entry_gate)
        core.operations.changed.connect(self._follow)
        core.exchange.opened.connect(self._keep_markets)

    def use(self, services: AppServices) -> None:
        self._services = services

    @property
    def services(self) -> AppServices:
        if self._services is None:
            raise LookupError("the screens were not given their services")
        return self._services

    def _describe(self) -> tuple[ScreenEntry, ...]:
        """In the order of the rail."""
        make = {
            "dashboard": self._make_dashboard,
            "market": self._make_market,
            "chart": self._make_charts,
            "backtest": self._make_backtest,
            "practice": self._make_practice,
            "monitor": self._make_monitor,
            "help": self._make_help,
            "settings": self._make_settings,
        }
        return tuple(
            ScreenEntry(
                name,
                title,
                icon,
                shortcut,
                make[name],
                _show_place if name in _WITH_PLACES else no_places,
                "start" if name == "help" else name,
                name in _AT_BOTTOM,
                partial(self._load, name),
            )
            for name, title, icon, shortcut in _SCREENS
        )

    # making

    def _load(self, name: str, then: Callable[[], None]) -> None:
        load_screen(name, self._core.operations, self, then)

    def _make_dashboard(self) -> QWidget:
        from upbit_auto_trading.ui.screens.dashboard.view import DashboardView

        return DashboardView(
            self.dashboard, self._notices, self._core.market_names, self._core.opened.clock, self._make_chart
        )

    def _make_chart(self, take: Callable[[PricePath], None]) -> None:
        """NumPy and pyqtgraph load beside the running window, which would otherwise stand still for 200 ms."""

        def load(_context: OperationContext) -> type[PricePath]:
            from upbit_auto_trading.ui.charts.price_path import PricePath

            return PricePath

        operation = Operation(_LOADING_CHART, load)
        self._core.operations.run_in_background(operation, initiator=self, on_success=lambda chart: take(chart()))

    def _make_monitor(self) -> QWidget:
        from upbit_auto_trading.ui.screens.monitor.view import MonitorView

        return MonitorView(self.monitor_model(), self.services)

    def _make_market(self) -> QWidget:
        from upbit_auto_trading.ui.market_views.markets import MarketsViewModel
        from upbit_auto_trading.ui.screens.market.view import MarketView
        from upbit_auto_trading.ui.screens.market.view_model.screener import ScreenerViewModel

        data = self.services.market_data
        markets = MarketsViewModel(data, self.services.layouts, self)
        view = MarketView(markets, ScreenerViewModel(self.services, markets, self), self.services)
        view.market_chosen.connect(lambda market: self._show_market(market.code))
        return view

    def _make_charts(self) -> QWidget:
        from upbit_auto_trading.ui.market_views.markets import CHART_MEMORY, MarketsViewModel
        from upbit_auto_trading.ui.screens.chart.view import ChartView
        from upbit_auto_trading.ui.screens.chart.view_model.alerts import AlertsViewModel
        from upbit_auto_trading.ui.screens.chart.view_model.charts import ChartsViewModel
        from upbit_auto_trading.ui.screens.chart.view_model.drawings import DrawingsViewModel

        services = self.services
        markets = MarketsViewModel(services.market_data, services.layouts, self, name=CHART_MEMORY, with_screener=False)
        alerts = AlertsViewModel(self.price_alerts, services.clock, self._notices, self._name_of, self)
        drawings = DrawingsViewModel(services, self)
        return ChartView(ChartsViewModel(services.layouts, self), markets, drawings, alerts, services)

    def _name_of(self, market: Market) -> Text:
        return self._core.market_names.get(market.code, Text(market.code, market.code))

    def _make_backtest(self) -> QWidget:
        from upbit_auto_trading.composition_root.backtest_screen import backtest_services
        from upbit_auto_trading.ui.screens.backtest.view import BacktestView

        return BacktestView(self.services, backtest_services(self._core.opened.paths, self._core.opened.clock))

    def _make_practice(self) -> QWidget:
        from upbit_auto_trading.ui.screens.practice.view import PracticeView
        from upbit_auto_trading.ui.screens.practice.view_model.practice import PracticeViewModel
        from upbit_auto_trading.ui.screens.practice.view_model.ticket import TicketModel
        from upbit_auto_trading.ui.screens.practice.view_model.world import WorldModel

        core, engine = self._core, self._core.engine
        model = PracticeViewModel(self.services, core.exchange, self)
        model.show_prices({row.last.market: row.last for row in self.dashboard.state.rows})
        model.show_account(engine.account)
        if engine.knows_entries:
            model.show_entry_gate(engine.entries_stopped_at)
        engine.prices_changed.connect(model.take_prices)
        engine.account_changed.connect(model.show_account)
        engine.entries_gate_changed.connect(model.show_entry_gate)
        world = WorldModel(self.services, core.exchange, core.check_candle_file, core.start_practice_over, self)
        view = PracticeView(model, world, TicketModel(self.services, model, self), self.services)
        view.ticket_made.connect(lambda: self.keep_free(view.trade.ticket))
        return view

    def _make_settings(self) -> QWidget:
        from upbit_auto_trading.ui.screens.settings.view import SettingsView

        return SettingsView(self.services)

    def _make_help(self) -> QWidget:
        from upbit_auto_trading.ui.screens.help.view import HelpView
        from upbit_auto_trading.ui.screens.help.view_model import HelpViewModel

        texts = self._core.opened.paths.resources / "texts"
        self._help = HelpViewModel(texts, lambda: self._core.shortcuts.keys, lambda: self.usable_shortcuts(), self)
        return HelpView(self._help)

    def monitor_model(self) -> MonitorViewModel:
        from upbit_auto_trading.ui.screens.monitor.view_model import MonitorViewModel

        if self._monitor is None:
            self._monitor = MonitorViewModel(self.services, self)
            self._monitor.findings_changed.connect(self._take_findings)
        return self._monitor

    # feeding

    def load_first_data(self) -> None:
        """Once the files are open: the first check-up, and what the dashboard says of backups."""
        self.monitor_model().check()
        self._read_backups()

    @pyqtSlot(object)
    def _show_prices(self, prices: tuple[LastPrice, ...]) -> None:
        self.dashboard.show_prices({price.market: price for price in prices})

    @pyqtSlot(object)
    def _keep_markets(self, connection: Connection) -> None:
        self.dashboard.keep_markets(listed.market for listed in connection.markets)

    @pyqtSlot(object)
    def _take_findings(self, findings: tuple[HealthFinding, ...]) -> None:
        self.dashboard.show_health(findings)
        broken = [finding for finding in findings if finding.status is HealthStatus.BROKEN]
        for finding in broken:
            action = NoticeAction(_SHOW, lambda: self.services.navigation.show("monitor/health"))
            self._notices.add(NoticeLevel.ERROR, _HEALTH_BAD, finding.what, action)

    @pyqtSlot(str, object)
    def _follow(self, topic: str, _initiator: object) -> None:
        if topic == "backups":
            self._read_backups()
            self.monitor_model().check_anew()  # "no backup yet" is no longer true

    def _read_backups(self) -> None:
        maintenance = self.services.maintenance

        def show(backups: tuple[BackupSummary, ...]) -> None:
            self.dashboard.show_newest_backup(backups[0] if backups else None)

        operation = Operation(_READING_BACKUPS, lambda _context: maintenance.backups())
        self._core.operations.run_in_background(operation, initiator=self, on_success=show)

    # finding

    def findables(self, appearance: Appearance) -> tuple[Findable, ...]:
        from upbit_auto_trading.config.settings import ALL_SETTINGS
        from upbit_auto_trading.ui.screens.settings.view import setting_place

        navigation = self.services.navigation
        pages = tuple(
            Findable(entry.title, _PAGE, entry.icon, partial(navigation.show, entry.id)) for entry in self.entries
        )
        commands = (
            Findable(_THEME, _COMMAND, Icon.DARK_THEME, appearance.toggle_theme),
            Findable(_LANGUAGE, _COMMAND, Icon.LANGUAGE, appearance.toggle_language),
            Findable(_CHECK, _COMMAND, Icon.REFRESH, lambda: navigation.show("monitor/health"), ("doctor",)),
            Findable(_QUIT, _COMMAND, Icon.QUIT, self._core.stop),
        )
        markets = tuple(
            Findable(name, _MARKET, Icon.MARKET, partial(self._show_market, code), (code, code[4:]))
            for code, name in self._core.market_names.items()
        )
        settings = tuple(
            Findable(setting.title, _SETTING, Icon.SETTINGS, partial(navigation.show, setting_place(setting)))
            for setting in ALL_SETTINGS
        )
        return pages + markets + commands + settings

    def _show_market(self, code: str) -> None:
        self.services.navigation.show(f"chart/{code}")

    # a start that cannot go on

    def start_ways(self, error: BaseException) -> tuple[StartupWay, ...]:
        """Only a damaged file has ways out from here; everything else is mended outside the program."""
        from pathlib import Path

        from upbit_auto_trading.composition_root.command_line import Workbench
        from upbit_auto_trading.composition_root.maintenance import newest_to_restore, restore_between_runs
        from upbit_auto_trading.data_layer.storage.set_aside import set_aside
        from upbit_auto_trading.ui.design import formats

        if not isinstance(error, DatabaseDamaged):
            return ()
        opened = self._core.opened
        bench = Workbench(opened.paths, opened.clock)
        ways: list[StartupWay] = []
        newest = newest_to_restore(bench)
        if newest is not None:
            line = _RESTORE_LINE.format(made_at=formats.full_time(newest.made_at, zone=True))
            ways.append(StartupWay(_RESTORE, line, lambda: restore_between_runs(bench, newest.file_name), True))
        path = Path(error.path)

        def start_fresh() -> None:
            set_aside(path, opened.clock)

        ways.append(StartupWay(_FRESH, _FRESH_LINE.format(file=path.name), start_fresh, newest is None))
        return tuple(ways)


def _show_place(screen: QWidget, place: str) -> None:
    screen.show_place(place)  # type: ignore[attr-defined]  # every screen with places has it
