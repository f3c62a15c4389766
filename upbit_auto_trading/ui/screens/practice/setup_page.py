"""What the practice market is made of: play money, candles of each market, starting over, and the way in for others."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.design.language import tr
from upbit_auto_trading.ui.design.tokens import Shell
from upbit_auto_trading.ui.screens.practice import tables
from upbit_auto_trading.ui.screens.practice.setup_panels import (
    SOURCES_LEAST,
    AccessPanel,
    MoneyPanel,
    OverPanel,
    SourcesPanel,
)
from upbit_auto_trading.ui.screens.practice.view_model.practice import PracticeViewModel
from upbit_auto_trading.ui.screens.practice.view_model.world import SourceRow, WorldModel
from upbit_auto_trading.ui.widgets.later import Later
from upbit_auto_trading.utils.bilingual_text import Text

_FILE_TITLE = Text("{name} 캔들 파일 고르기", "Choose a candle file for {name}")
_FILE_KINDS = Text("캔들 파일 (*.csv *.csv.gz *.parquet)", "Candle files (*.csv *.csv.gz *.parquet)")

#: asks for a file, and calls back with its path where one was chosen
ChoosePath = Callable[[QWidget, str, Callable[[str], None]], None]


def choose_with_dialog(parent: QWidget, title: str, take: Callable[[str], None]) -> None:
    """The window goes on while the dialog is open."""
    dialog = QFileDialog(parent, title, "", tr(_FILE_KINDS))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(take)
    dialog.open()


class SetupPage(QScrollArea):
    """Scrolls by itself where it has little room: the page beside it need not."""

    def __init__(
        self,
        model: PracticeViewModel,
        world: WorldModel,
        services: AppServices,
        choose_path: ChoosePath = choose_with_dialog,
    ) -> None:
        super().__init__()
        self._world = world
        self._choose_path = choose_path
        self._money = Later(lambda: MoneyPanel(model))
        self._over = Later(lambda: OverPanel(world, services))
        self._sources = Later(self._make_sources)
        self._access = Later(lambda: AccessPanel(world))
        self._sources.setMinimumHeight(SOURCES_LEAST)
        self._arrange()

    def _arrange(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(Shell.GUTTER)
        left.addWidget(self._money)
        left.addWidget(self._over)
        left.addStretch(1)
        right.addWidget(self._sources, 1)
        right.addWidget(self._access)
        body = QWidget()
        body.setProperty("plain", "true")
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Shell.GUTTER)
        row.addLayout(left, 1)
        row.addLayout(right, 1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(body)

    @property
    def money_panel(self) -> MoneyPanel:
        return self._money.content

    @property
    def over_panel(self) -> OverPanel:
        return self._over.content

    @property
    def sources_panel(self) -> SourcesPanel:
        return self._sources.content

    @property
    def access_panel(self) -> AccessPanel:
        return self._access.content

    def _make_sources(self) -> SourcesPanel:
        panel = SourcesPanel(self._world)
        panel.table.action.connect(self._act)
        return panel

    def _act(self, row: SourceRow, action: str) -> None:
        code = row.listed.market.code
        if action == tables.USE_BUILT_IN:
            self._world.choose_built_in(code)
            return
        name = tr(Text(row.listed.korean_name, row.listed.english_name))
        title = tr(_FILE_TITLE.format(name=name))
        self._choose_path(self, title, lambda path: self._world.choose_file(code, path))
