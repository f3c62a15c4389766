"""What ready-made management parts share."""

from __future__ import annotations

from typing import Any

from upbit_auto_trading.business_logic.domain.strategy_definition import ParameterValue, Use
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system import part_writing
from upbit_auto_trading.component_system.block import BlockComponent, PartKind
from upbit_auto_trading.utils.bilingual_text import Text

PERCENT = Text("%", "%")


class ManagementBlock(BlockComponent):
    part_kind = PartKind.MANAGEMENT


def percent(default: float, label: Text, help: Text, *, least: float = 0.01, most: float = 99) -> Any:
    return declare.number(default, label, least, most, unit=PERCENT, help=help)


def style() -> Any:
    return declare.style(
        part_writing.style("market"),
        Text("주문 방식", "Order style"),
        help=Text("주문을 어떻게 낼지 정해요.", "How the order is placed."),
    )


def atr_period() -> Any:
    return declare.whole(
        14,
        Text("ATR 기간", "ATR period"),
        2,
        200,
        unit=Text("캔들", "candles"),
        help=Text("ATR로 잴 때 써요.", "Used where distances are in ATR."),
    )


def sell(style: Use, **parameters: ParameterValue) -> Use:
    return part_writing.action("sell", **parameters, style=style)
