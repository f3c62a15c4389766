"""What the run assumes: cash, fee and slippage; the rest is folded away."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.language import Words
from upbit_auto_trading.ui.design.tokens import Space
from upbit_auto_trading.ui.screens.backtest.view_model.form import FormModel
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole, ButtonSize
from upbit_auto_trading.ui.widgets.label import Label
from upbit_auto_trading.ui.widgets.number_input import NumberInput
from upbit_auto_trading.ui.widgets.toggles import Switch
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("가정", "Assumptions")
_WON = Text("원", "KRW")
_MORE, _LESS = Text("더 보기", "More"), Text("접기", "Less")
_CASH = Text("시작 금액", "Starting cash")
_FEE, _SLIPPAGE = Text("수수료", "Fee"), Text("슬리피지", "Slippage")
_SPREAD, _LATENCY = Text("호가 차이", "Spread"), Text("지연", "Latency")
_SHARE = Text("거래량 제한", "Volume share")
_FEE_HINT = Text("비우면 마켓 규칙", "Empty: the market’s own")
_SHARE_HINT = Text("비우면 제한 없음", "Empty: any quantity")
_SPREAD_HINT = Text("시장가는 절반을 내요", "A market order pays half")
_CANDLES = Text("캔들", "candles")
_TOUCHING = Text("지정가에 닿으면 체결", "Limit orders fill on touch")
_PERCENT: Final = "%"
_MOST_PERCENT: Final = Decimal(10)
_HUNDREDTH: Final = Decimal("0.01")


class AssumptionBox(QWidget):
    def __init__(self, model: FormModel) -> None:
        super().__init__()
        self._model = model
        self.cash = NumberInput(
            _WON, step=Decimal(1_000_000), minimum=Decimal(1), maximum=Decimal(10) ** 15, decimals=0, hint="",
            required=True, name=_CASH,
        )  # fmt: skip
        self.fee = _percent(_FEE, _FEE_HINT, required=False)
        self.slippage = _percent(_SLIPPAGE, "")
        self.spread = _percent(_SPREAD, _SPREAD_HINT)
        self.latency = NumberInput(
            _CANDLES, minimum=Decimal(0), maximum=Decimal(1_000), decimals=0, hint="", required=True, name=_LATENCY
        )
        self.share = NumberInput(
            _PERCENT, minimum=Decimal("0.000001"), maximum=Decimal(100), hint=_SHARE_HINT, name=_SHARE
        )
        self.touching = Switch(_TOUCHING, model.assumptions.touching)
        self.more = Button(_MORE, ButtonRole.QUIET, Icon.DOWN, size=ButtonSize.SMALL)
        self.fields = {
            "cash": self.cash,
            "fee": self.fee,
            "slippage": self.slippage,
            "spread": self.spread,
            "latency": self.latency,
            "volume_share": self.share,
        }
        self._arrange()
        for name, field in self.fields.items():
            field.set_value(getattr(model.assumptions, name))
            self._follow(name, field)
        self.touching.toggled.connect(lambda on: model.assume(touching=on))
        self.more.clicked.connect(lambda: self._fold(not model.is_more_open))
        self._fold(model.is_more_open)

    def _follow(self, name: str, field: NumberInput) -> None:
        field.committed.connect(lambda value: self._model.assume(**{name: value}))
        field.field.editingFinished.connect(lambda: self._model.mark_wrong(name, field.has_error))
        field.typed.connect(lambda _value: self._model.mark_wrong(name, field.has_error))

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Label(_TITLE, "table", "t2"))
        head.addStretch(1)
        head.addWidget(self.more)
        self.folded = QWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addLayout(_titled(_CASH, self.cash))
        column.addLayout(_beside((_FEE, self.fee), (_SLIPPAGE, self.slippage)))
        folded = QVBoxLayout(self.folded)
        folded.setContentsMargins(0, 0, 0, 0)
        folded.setSpacing(Space.S)
        folded.addLayout(_beside((_SPREAD, self.spread), (_LATENCY, self.latency)))
        folded.addLayout(_titled(_SHARE, self.share))
        folded.addWidget(self.touching)
        column.addWidget(self.folded)

    def _fold(self, is_open: bool) -> None:
        self._model.set_more_open(is_open)
        self.folded.setVisible(is_open)
        self.more.set_text(_LESS if is_open else _MORE)
        self.more.set_icon(Icon.UP if is_open else Icon.DOWN)

    def commit(self) -> None:
        """What is still being typed counts."""
        for field in self.fields.values():
            field.commit()


def _percent(name: Text, hint: Words, *, required: bool = True) -> NumberInput:
    return NumberInput(
        _PERCENT, step=_HUNDREDTH, minimum=Decimal(0), maximum=_MOST_PERCENT, hint=hint, required=required, name=name
    )


def _titled(title: Text, field: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(Space.XXS)
    column.addWidget(Label(title, "caption", "t3"))
    column.addWidget(field)
    return column


def _beside(*fields: tuple[Text, QWidget]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(Space.S)
    grid.setVerticalSpacing(Space.XXS)
    for place, (title, field) in enumerate(fields):
        grid.addWidget(Label(title, "caption", "t3"), 0, place)
        grid.addWidget(field, 1, place, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(place, 1)
    return grid
