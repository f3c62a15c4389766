"""The screen that is being edited, those that are saved, and what it finds: again whenever prices or candles change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.domain.errors import InvalidScreen
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.domain.market_changes import KnownMarket
from upbit_auto_trading.business_logic.domain.screen import EMPTY_SCREEN, Match, Operator, Screen
from upbit_auto_trading.business_logic.domain.screen_form import ScreenForm
from upbit_auto_trading.business_logic.domain.screen_json import screen_from_json, screen_to_json
from upbit_auto_trading.business_logic.domain.screen_variable import ScreenVariable, UnknownReason
from upbit_auto_trading.business_logic.domain.screen_variables import BY_ID
from upbit_auto_trading.business_logic.ports.downloads import DownloadEntry, DownloadRequest
from upbit_auto_trading.business_logic.use_cases.run_screen import (
    KeptCandles,
    MissingCandles,
    ScreenResult,
    needed_candles,
    run_screen,
)
from upbit_auto_trading.business_logic.use_cases.screen_refresh import Refresh, ScreenRefresh
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.market_data_services import CANDLES_TOPIC
from upbit_auto_trading.ui.market_notices import MARKETS_TOPIC
from upbit_auto_trading.ui.market_views.markets import MarketsViewModel
from upbit_auto_trading.ui.runtime.operation import Operation, OperationContext, StorageOperation
from upbit_auto_trading.ui.screens.market.view_model.saved import SavedScreens
from upbit_auto_trading.utils.bilingual_text import Text

MEMORY = "market-screener"
_SEARCHING = Text("조건 검색", "Running the screener")
_LOADING = Text("지표 준비", "Preparing indicators")
_READING = Text("종목 목록 읽기", "Reading the list of markets")
_EXPORTING = Text("조건 검색 결과 내보내기", "Exporting the screener's result")
_LOOK_EVERY_MS = 1_000


@dataclass(frozen=True, slots=True)
class ScreenerState:
    form: ScreenForm = field(default_factory=lambda: ScreenForm(BY_ID))
    #: None: nothing is asked, or nothing was found out yet
    found: frozenset[Market] | None = None
    judged: int = 0
    unknown: tuple[tuple[UnknownReason, int], ...] = ()
    missing: tuple[MissingCandles, ...] = ()
    is_running: bool = False
    error: Exception | None = None
    #: file and count of what was exported just now
    exported: tuple[str, int] | None = None


class ScreenerViewModel(QObject):
    """Lives in the UI thread; the markets are judged in the background, one run after the other."""

    state_changed = pyqtSignal(object)

    def __init__(self, services: AppServices, markets: MarketsViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._data = services.market_data
        self._markets = markets
        self._known: dict[Market, KnownMarket] = {}
        self._candles: KeptCandles | None = None
        self._refresh = ScreenRefresh(())
        self._result: ScreenResult | None = None
        self._number = 0
        self._is_watched = False
        #: those of strategies too, once they were loaded: they bring NumPy and TA-Lib along
        self._variables: Mapping[str, ScreenVariable] = BY_ID
        self._are_variables_asked = False
        self._state = ScreenerState(ScreenForm(self._variables, self._kept_screen()))
        self.saved = SavedScreens(services, self)
        self.saved.named.connect(self._take_name)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_EVERY_MS)
        self._look.timeout.connect(self._run_if_due)
        markets.rows_changed.connect(self._note_prices)
        services.operations.changed.connect(self._hear_of)
        self._ended = _ended(self._data.downloads.entries)
        self.destroyed.connect(self._data.downloads.on_changed(self._follow_downloads))
        self._begin_anew()

    @property
    def state(self) -> ScreenerState:
        return self._state

    @property
    def proposed_file(self) -> str:
        name = self._state.form.screen.name or "screen"
        return f"{''.join(sign if sign.isalnum() else '-' for sign in name)}.csv"

    def watch(self, is_watched: bool) -> None:
        self._is_watched = is_watched
        if is_watched:
            self._load_variables()
            self._read_known()
            self.saved.load()
            self._look.start()
            self._run_if_due()
        else:
            self._look.stop()

    # edits

    def add(self, variable_id: str) -> None:
        if variable_id in self._state.form.variables:
            self._edit(self._state.form.add(variable_id))

    def remove(self, index: int) -> None:
        self._edit(self._state.form.remove(index))

    def clear(self) -> None:
        self._edit(ScreenForm(self._variables, EMPTY_SCREEN))

    def change_variable(self, index: int, variable_id: str) -> None:
        self._edit(self._state.form.change_variable(index, variable_id))

    def change_setting(self, index: int, name: str, text: str) -> None:
        self._edit(self._state.form.change_setting(index, name, text))

    def change_operator(self, index: int, operator: Operator) -> None:
        self._edit(self._state.form.change_operator(index, operator))

    def change_value(self, index: int, place: int, text: str) -> None:
        self._edit(self._state.form.change_value(index, place, text))

    def change_match(self, match: Match) -> None:
        self._edit(self._state.form.change_match(match))

    def change_quote(self, quote: str) -> None:
        self._edit(self._state.form.change_quote(quote))

    def open(self, screen: Screen) -> None:
        self._edit(ScreenForm(self._variables, screen))

    def _edit(self, form: ScreenForm) -> None:
        self._change(form=form, exported=None, error=None)
        self._services.layouts.write_values(MEMORY, {"screen": screen_to_json(form.screen)})
        self._begin_anew()

    @pyqtSlot(str)
    def _take_name(self, name: str) -> None:
        """Saved, renamed or deleted: the same screen under another name."""
        form = self._state.form.change_name(name)
        self._change(form=form)
        self._services.layouts.write_values(MEMORY, {"screen": screen_to_json(form.screen)})

    def _kept_screen(self) -> Screen:
        try:
            return screen_from_json(str(self._services.layouts.read_values(MEMORY)["screen"]))
        except (KeyError, InvalidScreen):  # nothing kept, or by another version
            return EMPTY_SCREEN

    def _load_variables(self) -> None:
        """Once, when the screener is looked at."""
        if self._are_variables_asked:
            return
        self._are_variables_asked = True
        self._services.operations.run_in_background(
            Operation(_LOADING, lambda _context: self._data.screen_variables()),
            initiator=self,
            on_success=self._take_variables,
            on_failure=lambda error: self._change(error=error),
        )

    def _take_variables(self, variables: Mapping[str, ScreenVariable]) -> None:
        self._variables = variables
        self._change(form=replace(self._state.form, variables=variables))
        self._begin_anew()

    # running

    def _begin_anew(self) -> None:
        """Another screen: what is still being computed of the one before counts no more."""
        self._number += 1
        self._candles = None
        form = self._state.form
        self._refresh = ScreenRefresh(needed_candles(form.screen, self._variables), self._day_start())
        if not form.screen.filters:
            self._result = None
            self._change(found=None, judged=0, unknown=(), missing=(), is_running=False)
        else:
            self._change(is_running=False)
        self._run_if_due()

    def _day_start(self) -> timedelta:
        connection = self._data.link.connection
        return timedelta(0) if connection is None else connection.exchange.capabilities.day_start

    @pyqtSlot()
    def _note_prices(self) -> None:
        self._refresh.prices_changed()

    @pyqtSlot()
    def _run_if_due(self) -> None:
        screen = self._state.form.runnable()
        if screen is None or not screen.filters or self._state.is_running or not self._is_watched:
            return
        now = self._data.market_now()
        listings = self._listings()
        due = self._refresh.due(now)
        if due is Refresh.NOTHING or not listings:
            return
        self._refresh.begun(due, now)
        if due is Refresh.CANDLES:
            self._candles = None
        number, day_start = self._number, self._day_start()
        summaries = tuple(self._data.board.summaries.values())

        kept, open_candles, variables = self._candles, self._data.open_candles, self._variables

        def work(_context: OperationContext) -> tuple[ScreenResult, KeptCandles]:
            with open_candles() as read:
                candles = kept or KeptCandles(read)
                candles.read = read
                result = run_screen(screen, summaries, listings, candles, now, day_start=day_start, variables=variables)
                return result, candles

        def show(answer: tuple[ScreenResult, KeptCandles]) -> None:
            if number == self._number:
                self._candles = answer[1]
                self._show(answer[0])

        def fail(error: Exception) -> None:
            if number == self._number:
                self._change(is_running=False, error=error)

        self._change(is_running=True)
        self._services.operations.run_in_background(
            Operation(_SEARCHING, work), initiator=self, on_success=show, on_failure=fail
        )

    def _show(self, result: ScreenResult) -> None:
        self._result = result
        reasons = Counter(reason for one in result.not_judged for reason in {why for _id, why in one.reasons})
        self._change(
            found=frozenset(row.market for row in result.rows),
            judged=result.looked_at,
            unknown=tuple(sorted(reasons.items(), key=lambda pair: pair[0].value)),
            missing=result.missing,
            is_running=False,
            error=None,
        )

    def _listings(self) -> tuple[KnownMarket, ...]:
        """What was recorded of each market that is listed now; one that was not recorded yet counts from now."""
        now = self._services.clock.now()
        return tuple(
            self._known.get(listed.market) or KnownMarket(listed, now) for listed in self._markets.all_listed()
        )

    def _read_known(self) -> None:
        connection = self._data.link.connection
        if connection is None:
            return
        exchange = connection.exchange.name
        self._services.operations.submit_to_storage(
            StorageOperation(_READING, lambda stores, _context: stores.market_list.markets(exchange)),
            initiator=self,
            on_success=self._take_known,
            on_failure=lambda error: self._change(error=error),
        )

    def _take_known(self, known: tuple[KnownMarket, ...]) -> None:
        self._known = {one.market: one for one in known}
        self._refresh.prices_changed()

    @pyqtSlot(str, object)
    def _hear_of(self, topic: str, _initiator: object) -> None:
        if topic == CANDLES_TOPIC:
            self._refresh.candles_changed()
        elif topic == MARKETS_TOPIC and self._is_watched:
            self._read_known()

    def _follow_downloads(self, entries: tuple[DownloadEntry, ...]) -> None:
        """One that has ended may have brought what was missing."""
        ended = _ended(entries)
        if ended - self._ended:
            self._refresh.candles_changed()
        self._ended = ended

    # what else can be done with the result

    def download_missing(self) -> None:
        """Each missing range is queued; where they are running, settings show how far they are."""
        for missing in self._state.missing:
            for span in missing.spans:
                self._data.downloads.add(DownloadRequest(missing.market, missing.unit, span))
        self._services.navigation.show("settings/market_data/downloads")

    def export(self, path: str) -> None:
        result = self._result
        if result is None:
            return
        self._services.operations.run_in_background(
            Operation(_EXPORTING, lambda _context: self._data.export_screen(path, result)),
            initiator=self,
            on_success=lambda _nothing: self._change(exported=(path, len(result.rows)), error=None),
            on_failure=lambda error: self._change(error=error),
        )

    def _change(self, **changes: object) -> None:
        state = replace(self._state, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)


def _ended(entries: tuple[DownloadEntry, ...]) -> frozenset[int]:
    return frozenset(entry.number for entry in entries if entry.phase.has_ended)
