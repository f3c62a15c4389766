"""The form as a whole: what it assumes, what it asks to be run, and why it cannot be yet."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.backtest_services import BacktestServices, BacktestWish
from upbit_auto_trading.ui.layout_memory import LayoutMemory
from upbit_auto_trading.ui.screens.backtest.view_model.candle_choice import FILE, CandleChoice
from upbit_auto_trading.ui.screens.backtest.view_model.strategies import REFERENCE, StrategiesModel, StrategiesState
from upbit_auto_trading.utils.bilingual_text import Text

_KEPT: Final = "backtest.assumptions"
_READING = Text("전략을 읽고 있어요.", "The strategy is being read.")
_NO_STRATEGY = Text("먼저 전략을 고르세요.", "Choose a strategy first.")
_BROKEN = Text("전략 파일의 문제를 먼저 고치세요.", "Mend the strategy file first.")
_NO_FILE = Text("먼저 캔들 파일을 고르세요.", "Choose a candle file first.")
_NO_MARKET = Text("먼저 종목을 고르세요.", "Choose a market first.")
_QUOTES = Text("기준 통화가 같은 종목만 함께 돌릴 수 있어요.", "Choose markets of one quote currency.")
_RANGE = Text("기간을 바르게 넣으세요.", "Correct the range first.")
_LOOKING = Text("저장된 캔들을 확인하고 있어요.", "Looking at what is stored.")
_NOT_LOOKED = Text("저장된 캔들을 읽지 못했어요.", "The stored candles could not be read.")
_EMPTY = Text("저장된 캔들이 없어요. 먼저 내려받으세요.", "No candles are stored. Download them first.")
_UNKNOWN = Text(
    "기간 안에 모르는 캔들이 있어요. 먼저 내려받으세요.", "Some candles of the range are unknown. Download them first."
)
_NUMBERS = Text("표시된 값을 바르게 넣으세요.", "Correct the marked numbers first.")


@dataclass(frozen=True, slots=True)
class Assumptions:
    """As typed: percents are percents. None: the market's own, or no limit."""

    cash: Decimal | None = Decimal(10_000_000)
    fee: Decimal | None = None
    slippage: Decimal | None = Decimal(0)
    spread: Decimal | None = Decimal(0)
    latency: Decimal | None = Decimal(0)
    volume_share: Decimal | None = None
    touching: bool = False


class FormModel(QObject):
    #: something of it is other than it was: strategy, candles, assumptions, whether it can be run
    state_changed = pyqtSignal()

    def __init__(self, services: AppServices, backtests: BacktestServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._layouts = services.layouts
        self.strategies = StrategiesModel(backtests, services.operations, services.layouts, self)
        self.candles = CandleChoice(services, backtests, self)
        self._assumptions, self._is_more_open = _restored(services.layouts)
        self._wrong: frozenset[str] = frozenset()
        self._used: object = None
        self.strategies.state_changed.connect(self._follow_strategy)
        self.candles.state_changed.connect(self._tell)

    def start(self) -> None:
        self.candles.start()
        self.strategies.start()

    # what is assumed

    @property
    def assumptions(self) -> Assumptions:
        return self._assumptions

    @property
    def is_more_open(self) -> bool:
        return self._is_more_open

    def set_more_open(self, is_open: bool) -> None:
        self._is_more_open = is_open
        self._keep()

    def assume(self, **changes: Any) -> None:
        assumptions = replace(self._assumptions, **changes)
        if assumptions != self._assumptions:
            self._assumptions = assumptions
            self._keep()
            self.state_changed.emit()

    def mark_wrong(self, name: str, is_wrong: bool) -> None:
        """A field shows what cannot be used: its last good value does not count silently."""
        wrong = self._wrong | {name} if is_wrong else self._wrong - {name}
        if wrong != self._wrong:
            self._wrong = wrong
            self.state_changed.emit()

    # what it asks for

    def why_not(self) -> Text | None:
        """The first reason why nothing can be run."""
        return self._why_no_strategy() or self._why_no_candles() or (_NUMBERS if self._wrong else None)

    @property
    def is_finding_out(self) -> bool:
        """Whether it can be run is not known yet, and will be by itself."""
        return self.why_not() in (_READING, _LOOKING)

    def _why_no_strategy(self) -> Text | None:
        state = self.strategies.state
        if state.is_reading:
            return _READING
        if state.error is not None:
            return _BROKEN
        return _NO_STRATEGY if state.current is None else None

    def _why_no_candles(self) -> Text | None:
        state = self.candles.state
        if state.from_error is not None or state.to_error is not None:
            return _RANGE
        if state.source == FILE:
            return _NO_FILE if state.file is None else None
        if not state.markets:
            return _NO_MARKET
        if len({market.quote for market in state.markets}) > 1:
            return _QUOTES
        if state.facts_error is not None:
            return _NOT_LOOKED
        if state.facts is None:
            return _LOOKING
        return _EMPTY if state.is_empty else None if state.is_complete else _UNKNOWN

    def wish(self) -> BacktestWish | None:
        """None where something is missing: ``why_not`` says what."""
        from upbit_auto_trading.business_logic.domain.backtest import BacktestSettings

        strategy, candles, assumed = self.strategies.state.current, self.candles.state, self._assumptions
        if strategy is None or self.why_not() is not None:
            return None
        settings = BacktestSettings(
            cash=float(assumed.cash or 0),
            fee=None if assumed.fee is None else _share(assumed.fee),
            slippage=_share(assumed.slippage),
            spread=_share(assumed.spread),
            latency=int(assumed.latency or 0),
            volume_share=None if assumed.volume_share is None else _share(assumed.volume_share),
            touching_fills=assumed.touching,
        )
        is_file = candles.source == FILE
        return BacktestWish(
            strategy.written,
            settings,
            () if is_file else candles.markets,
            candles.file if is_file else None,
            candles.file_market if is_file else None,
            start=candles.start,
            end=candles.end,
        )

    def use_reference(self) -> None:
        """What an empty window offers."""
        self.strategies.choose(REFERENCE)

    # following

    @pyqtSlot(object)
    def _follow_strategy(self, state: StrategiesState) -> None:
        if state.current is not None and state.current != self._used:
            self._used = state.current
            self.candles.use_strategy(state.current.unit, state.current.markets)
        self.state_changed.emit()

    @pyqtSlot()
    def _tell(self) -> None:
        self.state_changed.emit()

    def _keep(self) -> None:
        values: dict[str, Any] = {"more": self._is_more_open, "touching": self._assumptions.touching}
        for name in _NUMBERED:
            value = getattr(self._assumptions, name)
            values[name] = None if value is None else str(value)
        self._layouts.write_values(_KEPT, values)


_NUMBERED: Final = tuple(one.name for one in fields(Assumptions) if one.name != "touching")


def _restored(layouts: LayoutMemory) -> tuple[Assumptions, bool]:
    kept = layouts.read_values(_KEPT)
    known: dict[str, Any] = {}
    for name in _NUMBERED:
        if name not in kept:
            continue
        try:
            known[name] = None if kept[name] is None else Decimal(str(kept[name]))
        except InvalidOperation:
            continue
    return Assumptions(**known, touching=kept.get("touching") is True), kept.get("more") is True


def _share(percent: Decimal | None) -> float:
    """Exact in decimals, so that 0.05 % is the 0.0005 that the command is given."""
    return float((percent or Decimal(0)) / 100)
