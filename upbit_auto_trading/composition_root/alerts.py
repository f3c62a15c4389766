"""Price alerts of the whole program: fed by engine and exchange, told behind the bell and by a toast.

Without a window they are watched all the same: said on the console, and kept for the bell of the next window.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from PyQt6.QtCore import QObject, pyqtSlot

from upbit_auto_trading.business_logic.engine.price_alerts import AlertFired
from upbit_auto_trading.composition_root.core import ProgramCore
from upbit_auto_trading.config.logging_setup import log_event
from upbit_auto_trading.ui.error_boundary import explain
from upbit_auto_trading.ui.kept_notices import KeptNotice, keep_notice, take_notices
from upbit_auto_trading.ui.notices import NoticeAction, NoticeLevel, Notices
from upbit_auto_trading.ui.price_alert_notices import alert_notice
from upbit_auto_trading.ui.runtime.operation import StorageOperation
from upbit_auto_trading.ui.runtime.price_alert_watch import PriceAlertWatch
from upbit_auto_trading.utils.bilingual_text import Text

_LOGGER = logging.getLogger(__name__)
_SHOW_CHART = Text("차트 보기", "Show the chart")
_NOT_SAVED = Text("가격 알림을 저장하지 못했어요", "The price alert was not saved")
_NOT_SAVED_LINE = Text(
    "{why} 지금은 작동하지만, 다시 시작하면 이전 상태로 돌아가요.",
    "{why} It works for now, but a restart brings back what was saved before.",
)
_NOT_READ = Text("가격 알림을 읽지 못했어요", "The price alerts were not read")
_NOT_READ_LINE = Text("{why} 저장한 알림이 울리지 않아요.", "{why} Alerts that were saved will not sound.")
_SAID = Text("{title}. {line}", "{title}. {line}")
_KEEPING = Text("알림 남기기", "Keeping a notice")
_TELLING = Text("창 없이 실행할 때의 알림 읽기", "Reading what happened without a window")
ShowChart = Callable[[str], None]
#: level, title, line, and the code of the market whose chart shows more (empty: none)
Tell = Callable[[NoticeLevel, Text, Text, str], None]


class AlertNotices(QObject):
    """Puts what the watch has to say into words."""

    def __init__(self, watch: PriceAlertWatch, tell: Tell, name_of: Callable[[str], Text]) -> None:
        super().__init__(watch)
        self._told = tell
        self._name_of = name_of
        watch.fired.connect(self._tell)
        watch.not_saved.connect(self._tell_not_saved)
        watch.not_read.connect(self._tell_not_read)

    @pyqtSlot(object)
    def _tell(self, fired: AlertFired) -> None:
        """A warning: it stays until it was read, also where notices of success are switched off. Somebody asked for
        it."""
        code = fired.alert.market.code
        title, line = alert_notice(fired, self._name_of(code))
        self._told(NoticeLevel.WARNING, title, line, code)

    @pyqtSlot(object)
    def _tell_not_saved(self, error: Exception) -> None:
        self._told(NoticeLevel.ERROR, _NOT_SAVED, _NOT_SAVED_LINE.format(why=explain(error).title), "")

    @pyqtSlot(object)
    def _tell_not_read(self, error: Exception) -> None:
        self._told(NoticeLevel.ERROR, _NOT_READ, _NOT_READ_LINE.format(why=explain(error).title), "")


def behind_the_bell(notices: Notices, show_chart: ShowChart | None) -> Tell:
    """``show_chart`` is asked with the code of a market; None: there is no chart to be shown."""

    def tell(level: NoticeLevel, title: Text, line: Text, code: str) -> None:
        action = None if show_chart is None or not code else _way_to_chart(show_chart, code)
        notices.add(level, title, line, action)

    return tell


def _way_to_chart(show_chart: ShowChart, code: str) -> NoticeAction:
    return NoticeAction(_SHOW_CHART, lambda: show_chart(code))


def watch_price_alerts(core: ProgramCore, notices: Notices, show_chart: ShowChart | None) -> PriceAlertWatch:
    """Made with the window; it begins once the files are open. What happened without one is told first."""

    def tell_kept(kept: tuple[KeptNotice, ...]) -> None:
        for one in kept:
            action = None if show_chart is None or not one.market else _way_to_chart(show_chart, one.market)
            notices.add(one.level, one.title, one.body, action, one.happened_at)

    def read_kept() -> None:
        work = StorageOperation(_TELLING, lambda stores, _context: take_notices(stores.ui_state))
        core.operations.submit_to_storage(work, initiator=core, on_success=tell_kept)

    core.ready.connect(read_kept)
    return _watch(core, behind_the_bell(notices, show_chart))


def watch_price_alerts_without_a_window(core: ProgramCore, say: Callable[[Text], None]) -> PriceAlertWatch:
    """The same watch: each is said at once, written into the log, and kept for the bell of the next window."""

    def tell(level: NoticeLevel, title: Text, line: Text, code: str) -> None:
        notice = KeptNotice(core.opened.clock.now(), level, title, line, code)
        log_event(_LOGGER, logging.INFO, "told without a window", kind=level.value, market=code or None)
        say(_SAID.format(title=title, line=line))
        work = StorageOperation(_KEEPING, lambda stores, _context: keep_notice(stores.ui_state, notice))
        core.operations.submit_to_storage(work, initiator=core)

    return _watch(core, tell)


def _watch(core: ProgramCore, tell: Tell) -> PriceAlertWatch:
    watch = PriceAlertWatch(core.operations, core.opened.clock, core)

    def name_of(code: str) -> Text:
        return core.market_names.get(code, Text(code, code))

    AlertNotices(watch, tell, name_of)
    core.engine.prices_passed.connect(watch.take_prices)
    core.engine.market_told.connect(watch.take_news)
    core.exchange.opened.connect(watch.take_connection)
    core.ready.connect(watch.load)
    return watch
