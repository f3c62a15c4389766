"""Market data: what is stored, downloads, what is kept up to date, files, and how long candles are kept."""

from __future__ import annotations

from PyQt6.QtWidgets import QVBoxLayout, QWidget

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.ports.downloads import DownloadEntry
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.forms.setting_form import SettingForm
from upbit_auto_trading.ui.market_picker import market_name
from upbit_auto_trading.ui.screens.settings.sections.candle_file_panels import ExportPanel, ImportPanel
from upbit_auto_trading.ui.screens.settings.sections.data_page import CANDLE_RULES
from upbit_auto_trading.ui.screens.settings.sections.download_form import DownloadForm
from upbit_auto_trading.ui.screens.settings.sections.download_queue import DownloadQueuePanel
from upbit_auto_trading.ui.screens.settings.sections.form_page import FormPlace, settings_of
from upbit_auto_trading.ui.screens.settings.sections.kept_panel import KeptPanel
from upbit_auto_trading.ui.screens.settings.sections.page import SectionPage
from upbit_auto_trading.ui.screens.settings.sections.stored_panel import StoredPanel
from upbit_auto_trading.ui.screens.settings.view_model.candle_downloads import DownloadFormState, DownloadsViewModel
from upbit_auto_trading.ui.screens.settings.view_model.candle_files import FilesViewModel
from upbit_auto_trading.ui.screens.settings.view_model.kept_candles import KeptViewModel
from upbit_auto_trading.ui.screens.settings.view_model.market_data import StoredViewModel
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.ui.widgets.tabs import Tabs
from upbit_auto_trading.utils.bilingual_text import Text

STORED, DOWNLOADS, KEPT, FILES, RULES = "stored", "downloads", "kept", "files", "rules"
TABS = (
    (STORED, Text("보관", "Stored")),
    (DOWNLOADS, Text("내려받기", "Downloads")),
    (KEPT, Text("최신 유지", "Kept up to date")),
    (FILES, Text("파일", "Files")),
    (RULES, Text("보관 규칙", "Rules")),
)
_LINE = Text(
    "백테스트와 차트가 쓰는 캔들이에요. 모두 이 컴퓨터에 있어요.",
    "The candles that charts and backtests use. All of them are on this computer.",
)
_RULES = Text("캔들 보관 규칙", "How long candles are kept")


class MarketDataPage(SectionPage):
    column_width = 1040

    def __init__(self, services: AppServices, title: Text, parent: QWidget | None = None) -> None:
        super().__init__(title, _LINE, parent)
        data = services.market_data
        self._services = services
        self.stored_model = StoredViewModel(services, self)
        self.downloads_model = DownloadsViewModel(data.downloads, data.link, data.market_now, self)
        self.tabs = Tabs(TABS)
        self.kept_model = KeptViewModel(services, self)
        self.files_model = FilesViewModel(services, self)
        self._stored = Later(lambda: StoredPanel(self.stored_model, self._name_of, services.layouts))
        self._download_form = Later(lambda: DownloadForm(self.downloads_model))
        self._queue = Later(lambda: DownloadQueuePanel(self.downloads_model, self._name_of))
        self._kept = Later(lambda: KeptPanel(self.kept_model, self._name_of, data.market_now))
        self._import = Later(lambda: ImportPanel(self.files_model))
        self._export = Later(lambda: ExportPanel(self.files_model, data.market_now))
        rules = (setting for setting in settings_of("data") if setting.id.startswith(CANDLE_RULES))
        self._rules = FormPlace(rules, services.settings, _RULES)
        self._parts: dict[str, QWidget] = {}
        self.add(self.tabs)
        self._add_part(STORED, self._stored)
        self._add_part(DOWNLOADS, self._download_form, self._queue)
        self._add_part(KEPT, self._kept)
        self._add_part(FILES, self._import, self._export)
        self._add_part(RULES, self._rules)
        self.finish()
        self._connect()
        self.show_part(STORED)

    def _connect(self) -> None:
        self.tabs.chosen.connect(self._choose)
        self._stored.made.connect(lambda: self.stored.empty.action.connect(lambda: self._choose(DOWNLOADS)))
        self.downloads_model.stored_more.connect(self.stored_model.load)
        self.downloads_model.entries_changed.connect(self._count)
        self._count(self.downloads_model.entries)
        self.downloads_model.state_changed.connect(self._offer)
        for place in (self._kept, self._import, self._export):
            place.made.connect(lambda: self._offer(self.downloads_model.state))

    @property
    def stored(self) -> StoredPanel:
        return self._stored.content

    @property
    def download_form(self) -> DownloadForm:
        return self._download_form.content

    @property
    def queue(self) -> DownloadQueuePanel:
        return self._queue.content

    @property
    def kept(self) -> KeptPanel:
        return self._kept.content

    @property
    def import_panel(self) -> ImportPanel:
        return self._import.content

    @property
    def export_panel(self) -> ExportPanel:
        return self._export.content

    @property
    def form(self) -> SettingForm:
        return self._rules.form

    def _offer(self, offer: DownloadFormState) -> None:
        """Markets and units of the connected exchange are the same for all forms."""
        for place in (self._kept, self._import, self._export):
            if place.is_made:
                place.content.show_offer(offer)

    def _add_part(self, name: str, *widgets: QWidget) -> None:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XL)
        for widget in widgets:
            column.addWidget(widget)
        self._parts[name] = part
        self.add(part)

    def _name_of(self, market: Market) -> str:
        connection = self._services.market_data.link.connection
        markets = () if connection is None else connection.markets
        return market_name(next((one for one in markets if one.market == market), None), market)

    # places

    def load(self) -> None:
        self.stored_model.load()
        self.kept_model.load()
        self.downloads_model.plan_again()

    def show_part(self, part: str) -> None:
        name = part.partition("/")[0]
        if name not in self._parts:
            return
        self.tabs.set_current(name)
        for known, widget in self._parts.items():
            widget.setVisible(known == name)

    def _choose(self, part: str) -> None:
        """By way of the navigation, so that "back" knows it."""
        self.show_part(part)
        self._services.navigation.show(f"settings/market_data/{part}")

    def _count(self, entries: tuple[DownloadEntry, ...]) -> None:
        open_ones = sum(not entry.phase.has_ended for entry in entries)
        self.tabs.set_count(DOWNLOADS, open_ones or None)
