"""A stop that follows the price up."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import Part
from upbit_auto_trading.component_system import declaration as declare
from upbit_auto_trading.component_system.declaration import variable_use
from upbit_auto_trading.component_system.management import management_block
from upbit_auto_trading.component_system.part_writing import level
from upbit_auto_trading.utils.bilingual_text import Text


class TrailingStop(
    management_block.ManagementBlock,
    id="trailing-stop",
    title=Text("추적 손절", "Trailing stop"),
    help=Text(
        "첫 체결 뒤의 최고가에서 정한 만큼 내리면 모두 팔아요. 캔들 안에서도 지켜봐요.",
        "Sells all once the price falls so far from its highest since the first fill; watched inside candles too.",
    ),
):
    by = declare.choice(
        "percent",
        Text("재는 방법", "Measured in"),
        {"percent": Text("비율", "percent"), "atr": Text("ATR", "ATR")},
        help=Text(
            "ATR은 첫 매수를 결정한 캔들의 값이에요.", "The ATR is that of the candle that decided the first buy."
        ),
    )
    percent = management_block.percent(
        3,
        Text("하락", "Fall"),
        Text("최고가에서 이만큼 내리면 팔아요.", "Below the highest; when measured in percent."),
    )
    times = declare.number(
        3, Text("ATR 배수", "Times ATR"), 0.1, 50, help=Text("ATR로 잴 때 곱해요.", "When measured in ATR.")
    )
    period = management_block.atr_period()
    activation = management_block.percent(
        0,
        Text("시작 수익", "Starts at a profit of"),
        Text(
            "평균 단가에서 이 수익을 한 번 본 뒤부터 지켜봐요.",
            "Counts once this profit on the average price was seen.",
        ),
        least=0,
        most=1000,
    )

    def part(self) -> Part:
        activation = float(self.activation)
        if self.by == "percent":
            trailing = level(
                "trailing-percent", percent=float(self.percent), activation=activation, measured_from="average"
            )
        else:
            atr = variable_use("atr", period=self.period)
            trailing = level(
                "trailing-distance",
                distance=atr,
                times=float(self.times),
                activation=activation,
                measured_from="average",
            )
        return Part(self.declaration.title, (), (trailing,))
