"""What a position of a switch changes necessarily: tests of the suite that must end otherwise where it stands so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.contract.exchange.positions import Positions
from upbit_auto_trading.business_logic.domain.errors import OrderRefused, RequestRefused
from upbit_auto_trading.business_logic.domain.order import SelfMatch


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the test does not end with this error, which says this, it fails."""

    switch: str
    position: str
    test: str
    why: str
    error: type[BaseException]
    #: a regular expression
    says: str
    #: of the test's parameters; none: whatever they are
    case: Mapping[str, object] = field(default_factory=dict)

    def is_of(self, test: str, parameters: Mapping[str, object], turned: Positions) -> bool:
        stands_so = turned.get(self.switch) == self.position
        return stands_so and self.test == test and all(parameters.get(name) == of for name, of in self.case.items())


DIFFERENCES: tuple[Difference, ...] = (
    *(
        Difference(
            "finished-cancel", "400", "test_what_has_ended_or_never_was_cannot_be_cancelled",
            "the answer does not tell what is wrong with the request", RequestRefused, "invalid_parameter",
            {"ends": ends},
        )
        for ends in ("cancelled", "filled")
    ),
    Difference(
        "finished-cancel", "400", "test_what_has_ended_cannot_be_replaced",
        "the answer does not tell what is wrong with the request", OrderRefused, "invalid_parameter",
    ),
    Difference(
        "consent", "missing", "test_all_of_a_scope_and_nothing_else",
        "no order is taken outside the KRW markets", OrderRefused, "thirdparty_agreement_required",
    ),
    Difference(
        "candle-time", "overshoot", "test_seconds_hold_the_trades_of_their_second",
        "the last trade seems to be later than it was", AssertionError, "last_traded_at",
    ),
    Difference(
        "self-match-default", "none", "test_what_happens_where_we_would_trade_with_ourselves",
        "before there was prevention by default, there was no word for none", OrderRefused, "validation_error",
        {"choice": SelfMatch.ALLOW},
    ),
)  # fmt: skip


def difference_of(test: str, parameters: Mapping[str, object], turned: Positions) -> Difference | None:
    return next((one for one in DIFFERENCES if one.is_of(test, parameters, turned)), None)
