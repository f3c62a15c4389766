"""Which strategy is to be run: a built-in one, or a file that was chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PyQt6.QtCore import QObject, pyqtSignal

from upbit_auto_trading.ui.backtest_services import BacktestServices, StrategyOffer
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.runtime.operation import Operation
from upbit_auto_trading.ui.runtime.operations import Operations
from upbit_auto_trading.utils.bilingual_text import Text

#: what an empty window offers to run
REFERENCE = "ema-rsi-atr"
_KEPT = "backtest.strategies"
_MOST_RECENT = 6
_READING_BUILT_IN = Text("기본 전략 읽기", "Reading the built-in strategies")
_READING = Text("전략 읽기", "Reading the strategy")


@dataclass(frozen=True, slots=True)
class StrategiesState:
    built_in: tuple[StrategyOffer, ...] = ()
    #: files that were read lately, the newest first
    recent: tuple[StrategyOffer, ...] = ()
    current: StrategyOffer | None = None
    is_reading: bool = True
    #: why a file could not be used, and which
    error: Exception | None = None
    refused: str = ""

    @property
    def offers(self) -> tuple[StrategyOffer, ...]:
        return (*self.recent, *self.built_in)


class StrategiesModel(QObject):
    state_changed = pyqtSignal(object)

    def __init__(
        self,
        services: BacktestServices,
        operations: Operations,
        layouts: LayoutMemory,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._operations, self._layouts = services, operations, layouts
        self._state = StrategiesState()
        self._asked = 0

    @property
    def state(self) -> StrategiesState:
        return self._state

    def start(self) -> None:
        """Once the window is there: the built-in ones, the files of last time, and what was chosen then."""
        kept = self._layouts.read_values(_KEPT)
        files = [path for path in kept.get("recent", []) if isinstance(path, str)][:_MOST_RECENT]
        wanted = kept.get("current") or REFERENCE

        def read(_context: object) -> tuple[tuple[StrategyOffer, ...], tuple[StrategyOffer, ...]]:
            return self._services.built_in(), tuple(_readable(files, self._services.read_strategy))

        def take(found: tuple[tuple[StrategyOffer, ...], tuple[StrategyOffer, ...]]) -> None:
            built_in, recent = found
            offers = {one.written: one for one in (*recent, *built_in)}
            current = offers.get(wanted) or offers.get(REFERENCE)
            self._change(built_in=built_in, recent=recent, current=self._state.current or current, is_reading=False)

        self._operations.run_in_background(
            Operation(_READING_BUILT_IN, read), initiator=self, on_success=take, on_failure=self._fail
        )

    def choose(self, written: str) -> None:
        offer = next((one for one in self._state.offers if one.written == written), None)
        if offer is not None:
            self._change(current=offer, error=None, refused="")
            self._keep()

    def open_file(self, path: str) -> None:
        """Read at once, so that its problems are told before anything is run."""
        self._asked += 1
        number = self._asked
        self._change(is_reading=True, error=None, refused="")

        def take(offer: StrategyOffer) -> None:
            if number == self._asked:
                others = [one for one in self._state.recent if one.written != offer.written]
                recent = (offer, *others)[:_MOST_RECENT]
                self._change(recent=recent, current=offer, is_reading=False)
                self._keep()

        def fail(error: Exception) -> None:
            if number == self._asked:
                self._change(is_reading=False, error=error, refused=path)

        operation = Operation(_READING, lambda _context: self._services.read_strategy(path))
        self._operations.run_in_background(operation, initiator=self, on_success=take, on_failure=fail)

    def read_again(self) -> None:
        """The file that was refused, after it was mended."""
        if self._state.refused:
            self.open_file(self._state.refused)

    def _fail(self, error: Exception) -> None:
        self._change(is_reading=False, error=error)

    def _keep(self) -> None:
        current = self._state.current
        self._layouts.write_values(
            _KEPT,
            {
                "current": None if current is None else current.written,
                "recent": [one.written for one in self._state.recent],
            },
        )

    def _change(self, **changes: object) -> None:
        state = replace(self._state, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)


def _readable(files: list[str], read: Callable[[str], StrategyOffer]) -> list[StrategyOffer]:
    """What was moved away or broken since is not offered any more."""
    from upbit_auto_trading.business_logic.domain.errors import TradingAppError

    found = []
    for path in files:
        try:
            found.append(read(path))
        except TradingAppError:
            continue
    return found
