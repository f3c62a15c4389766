"""The real program whose user buys on the practice exchange without a pause, to be killed in between.

Says ``ready``, then ``sent NUMBER`` with each order that was taken, and ``bought NUMBER`` once its end was told.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

from PyQt6.QtCore import QObject, pyqtSlot

from tests.whole_program import open_folder
from upbit_auto_trading.business_logic.domain.order import PlacedOrder, market_buy
from upbit_auto_trading.business_logic.engine.own_account import OwnAccount
from upbit_auto_trading.composition_root.crashes import Crashes
from upbit_auto_trading.composition_root.desktop import DesktopProgram, make_application
from upbit_auto_trading.composition_root.start_options import StartOptions
from upbit_auto_trading.ui.runtime.exchange_link import Connection
from upbit_auto_trading.ui.runtime.operation import Operation
from upbit_auto_trading.utils.bilingual_text import Text

FUNDS = Decimal(6_000)
_BUYING = Text("사는 중", "Buying")


class RestlessTrader(QObject):
    def __init__(self, program: DesktopProgram) -> None:
        super().__init__(program)
        self._core = program.core
        self._connection: Connection | None = None
        self._sent: str | None = None
        self._core.exchange.opened.connect(self._begin)
        self._core.engine.account_changed.connect(self._hear)

    @pyqtSlot(object)
    def _begin(self, connection: Connection) -> None:
        self._connection = connection
        print("ready", flush=True)
        self._buy()

    def _buy(self) -> None:
        assert self._connection is not None
        account = self._connection.exchange.account
        assert account is not None
        request = market_buy(f"restless-{uuid4()}", self._connection.markets[0].market, funds=FUNDS)
        self._core.operations.run_in_background(
            Operation(_BUYING, lambda _context: account.place(request)), on_success=self._take
        )

    def _take(self, placed: PlacedOrder) -> None:
        print(f"sent {placed.order_id}", flush=True)
        self._sent = placed.order_id
        self._hear(self._core.engine.account)

    @pyqtSlot(object)
    def _hear(self, account: OwnAccount) -> None:
        number = self._sent
        order = None if number is None else account.orders.get(number) or account.unread.get(number)
        if order is not None and order.state.is_final:
            self._sent = None
            print(f"bought {number}", flush=True)
            self._buy()


def main(folder: Path) -> int:
    app = make_application(sys.argv[:1])
    opened = open_folder(folder)
    program = DesktopProgram(app, opened, StartOptions(), Crashes(opened.paths, opened.clock, opened.log))
    trader = RestlessTrader(program)
    program.start()
    status = app.exec()
    del trader
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
