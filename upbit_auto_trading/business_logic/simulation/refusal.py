"""Why the virtual exchange says no. Whoever serves it translates the codes into its own words."""

from __future__ import annotations

from enum import Enum


class RefusalCode(Enum):
    INSUFFICIENT_FUNDS = "insufficient-funds"
    UNDER_MINIMUM = "under-minimum"
    OVER_MAXIMUM = "over-maximum"
    OFF_TICK = "off-tick"
    #: nothing is left of it once it is cut to the step, or it has more digits than anybody's amount
    BAD_QUANTITY = "bad-quantity"
    CLIENT_ID_USED = "client-id-used"
    MARKET_UNKNOWN = "market-unknown"
    #: also: not open yet, or open for cancels alone
    MARKET_HALTED = "market-halted"
    ORDER_NOT_FOUND = "order-not-found"
    #: a market order beyond the visible levels, or a best-price order where there is no price
    BOOK_TOO_THIN = "book-too-thin"
    POST_ONLY_SELF_MATCH = "post-only-self-match"
    #: kind, side, time in force and amounts do not fit together
    KIND_NOT_ALLOWED = "kind-not-allowed"


class Refused(Exception):
    """Nothing was changed."""

    def __init__(self, code: RefusalCode) -> None:
        super().__init__(code.value)
        self.code = code
