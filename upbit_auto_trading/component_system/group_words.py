"""What groups of conditions are called, and what they mean where a value is unknown."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.strategy_definition import GroupKind
from upbit_auto_trading.utils.bilingual_text import Text

GROUP_TITLES: dict[GroupKind, Text] = {
    GroupKind.ALL: Text("모두 맞아야 함", "all of"),
    GroupKind.ANY: Text("하나라도 맞으면 됨", "any of"),
    GroupKind.NONE: Text("하나도 맞지 않아야 함", "none of"),
}
GROUP_HELP: dict[GroupKind, Text] = {
    GroupKind.ALL: Text(
        "모든 조건이 맞을 때 맞아요. 값이 아직 없는 조건은 맞지 않은 것으로 봐요.",
        "Holds where every condition holds. One whose value is not there yet does not hold.",
    ),
    GroupKind.ANY: Text(
        "조건이 하나라도 맞을 때 맞아요. 값이 아직 없는 조건은 맞지 않은 것으로 봐요.",
        "Holds where at least one condition holds. One whose value is not there yet does not hold.",
    ),
    GroupKind.NONE: Text(
        "조건이 하나도 맞지 않을 때 맞아요. 값이 아직 없는 조건도 맞지 않은 것이라, 모두 값이 없으면 이 묶음은 맞아요.",
        "Holds where no condition holds. One whose value is not there yet does not hold either, so the group holds "
        "where none has a value.",
    ),
}
