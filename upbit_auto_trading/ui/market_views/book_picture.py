"""Everything that an order book shows at a moment, and what it says of a row in full. No widgets in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.language import current_language, tr
from upbit_auto_trading.ui.market_views.book_levels import BookRow, BookRows
from upbit_auto_trading.utils.bilingual_text import Text

_ASK = Text("매도", "Ask")
_BID = Text("매수", "Bid")
_ROW = Text("{side} {price} · 잔량 {quantity}", "{side} {price} · depth {quantity}")
_TOTAL = Text("여기까지 {quantity} · {funds}", "up to here {quantity} · {funds}")
_OWN = Text("내 주문 {quantity}", "own orders {quantity}")
_CUT = Text("거래소가 보낸 호가까지만 더했어요.", "Only what the exchange sent is added up.")


@dataclass(frozen=True, slots=True)
class BookPicture:
    """Everything that the rows show."""

    market: Market
    rows: BookRows = field(default_factory=BookRows)
    tick: Decimal | None = None
    last: Decimal | None = None
    previous_close: Decimal | None = None
    #: (is_ask, price of the row): quantity
    own: Mapping[tuple[bool, Decimal], Decimal] = field(default_factory=dict)
    is_stale: bool = False
    #: the row that holds the last price
    last_row: tuple[bool, Decimal] | None = None

    def words_of(self, row: BookRow) -> str:
        """Exact quantity, what lies up to here, own orders."""
        language, base = current_language(), self.market.base
        lines = [
            tr(_ROW).format(
                side=tr(_ASK if row.is_ask else _BID),
                price=formats.with_unit(formats.price(row.price, self.tick), self.market.quote, language),
                quantity=formats.quantity(row.quantity, base, language),
            ),
            tr(_TOTAL).format(
                quantity=formats.quantity(row.total, base, language),
                funds=formats.compact(row.funds, language, currency=self.market.quote),
            ),
        ]
        own = self.own.get((row.is_ask, row.price))
        if own is not None:
            lines.append(tr(_OWN).format(quantity=formats.quantity(own, base, language)))
        if row.is_cut:
            lines.append(tr(_CUT))
        return "\n".join(lines)
