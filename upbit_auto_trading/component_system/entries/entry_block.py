"""What every ready-made entry has: its signal, and how much is bought in which way."""

from __future__ import annotations

from typing import Any

from upbit_auto_trading.business_logic.domain.strategy_definition import NO_LIMITS, Group, Limits, Part, Role, Rule
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system import part_writing
from upbit_auto_trading.component_system.block import BlockComponent, PartKind
from upbit_auto_trading.utils.bilingual_text import Text


class EntryBlock(BlockComponent):
    """One rule that buys."""

    part_kind = PartKind.ENTRY

    def entry(self, rule_id: str, name: Text, when: Group, limits: Limits = NO_LIMITS) -> Part:
        buy = part_writing.action("buy", size=self.size, style=self.style, levels=self.levels)
        return Part(self.declaration.title, (Rule(rule_id, Role.ENTRY, when, buy, name, limits),))

    # each entry declares the three at its end, so that its own parameters come first in forms
    size: Any
    style: Any
    levels: Any


def size() -> Any:
    return declare.sizing(
        part_writing.sizing("share-of-cash"),
        Text("크기", "Size"),
        help=Text("얼마나 살지 정해요.", "How much is bought."),
    )


def style() -> Any:
    return declare.style(
        part_writing.style("market"),
        Text("주문 방식", "Order style"),
        help=Text("주문을 어떻게 낼지 정해요.", "How the order is placed."),
    )


def levels() -> Any:
    return declare.levels(
        Text("손절·목표 가격", "Stops and targets"),
        help=Text(
            "첫 체결부터 포지션을 지키는 가격이에요. 관리 부품의 가격과 함께 써도 돼요.",
            "Prices that guard the position from its first fill on, beside those of management parts.",
        ),
    )


def source() -> Any:
    return declare.variable(
        "close", Text("기준 값", "Source"), help=Text("지표를 계산할 변수예요.", "What the indicator is computed from.")
    )


def period(default: int, label: Text = Text("기간", "Period"), most: int = 500) -> Any:
    return declare.whole(
        default,
        label,
        2,
        most,
        unit=Text("캔들", "candles"),
        help=Text("지표를 계산할 캔들 수예요.", "Candles from which the indicator is computed."),
    )
