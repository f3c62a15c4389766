"""Balances, terms, keys, wallets, pockets: sheet 4.1, 4.2, 4.9 and 2.4."""

from __future__ import annotations

from typing import Final

from upbit_auto_trading.business_logic.domain.balance import Balance
from upbit_auto_trading.business_logic.domain.market import MarketState
from upbit_auto_trading.data_layer.practice_exchange.accounts_and_keys import (
    MAIN_POCKET,
    account_row,
    empty_account_row,
    key_row,
)
from upbit_auto_trading.data_layer.practice_exchange.call import Answer, Call
from upbit_auto_trading.data_layer.practice_exchange.error_bodies import refused, validation
from upbit_auto_trading.data_layer.practice_exchange.faults import FaultKind
from upbit_auto_trading.data_layer.practice_exchange.number_spelling import kst_text

UNIT: Final = "KRW"
_BID_TYPES = ["best_fok", "best_ioc", "limit", "limit_fok", "limit_ioc", "price"]
_ASK_TYPES = ["best_fok", "best_ioc", "limit", "limit_fok", "limit_ioc", "market"]
_MOST_LISTED: Final = 100


def accounts(call: Call) -> Answer:
    balances = call.world.exchange.balances(call.account_id)
    return Answer([account_row(balance, UNIT, call.forms) for balance in balances])


def order_chance(call: Call) -> Answer:
    market, now = call.traded_market(), call.now
    fees = call.world.exchange.fees(call.account_id, market, now)
    rules = call.world.rules.rules(market, now)
    amount = call.forms.amount
    is_offline = call.fault(FaultKind.MARKET_OFFLINE, market=market.code) is not None
    is_active = call.world.state_of(market) is MarketState.TRADING and not is_offline
    least = amount(rules.minimum_funds)
    most = {} if rules.maximum_funds is None else {"max_total": amount(rules.maximum_funds)}
    rows = {balance.currency: balance for balance in call.world.exchange.balances(call.account_id)}
    return Answer(
        {
            "bid_fee": amount(fees.taker_buy),
            "ask_fee": amount(fees.taker_sell),
            "maker_bid_fee": amount(fees.maker_buy),
            "maker_ask_fee": amount(fees.maker_sell),
            "market": {
                "id": market.code,
                "name": f"{market.base}/{market.quote}",
                "order_types": ["limit"],
                "order_sides": ["ask", "bid"],
                "bid_types": _BID_TYPES,
                "ask_types": _ASK_TYPES,
                "bid": {"currency": market.quote, "min_total": least},
                "ask": {"currency": market.base, "min_total": least},
                **most,
                "state": "active" if is_active else "suspended",
            },
            "bid_account": _row(call, rows, market.quote),
            "ask_account": _row(call, rows, market.base),
        }
    )


def _row(call: Call, rows: dict[str, Balance], currency: str) -> dict[str, object]:
    found = rows.get(currency)
    if found is None:
        return empty_account_row(currency, UNIT, call.forms)
    return account_row(found, UNIT, call.forms)


def api_keys(call: Call) -> Answer:
    """Those of the pocket that asks."""
    keys = [key for key in call.world.keys.values() if key.account_id == call.account_id]
    return Answer([key_row(key) for key in keys])


def transfers(call: Call) -> Answer:
    """Deposits and withdrawals: nothing ever moves in or out, but what is asked must make sense."""
    if call.parameters.many("uuids") and call.parameters.many("txids"):
        raise validation("uuids, txids are mutually exclusive")
    if len(call.parameters.many("uuids")) + len(call.parameters.many("txids")) > _MOST_LISTED:
        raise refused("invalid_parameter")
    call.whole("limit", _MOST_LISTED, _MOST_LISTED)
    call.whole("page", 1, 1_000_000)
    call.choice("order_by", "desc", ("desc", "asc"))
    return Answer([])


def wallet_states(call: Call) -> Answer:
    currencies = dict.fromkeys(listed.market.base for listed in call.world.listed())
    has_more = call.switch("wallet-members") == "more"
    return Answer([_wallet_row(call, currency, has_more=has_more) for currency in currencies])


def _wallet_row(call: Call, currency: str, *, has_more: bool) -> dict[str, object]:
    row: dict[str, object] = {
        "currency": currency,
        "wallet_state": "working",
        "block_state": "normal",
        "block_height": int(call.now.timestamp()) // 600,
        "block_updated_at": f"{call.now:%Y-%m-%dT%H:%M:%S}.{call.now.microsecond // 1000:03d}+00:00",
        "block_elapsed_minutes": 0,
        "net_type": currency,
        "network_name": currency,
    }
    if has_more:
        row |= {"wallet_state": "partly_working", "availability": {"deposit": True, "withdraw": False}}
    return row


def pockets(call: Call) -> Answer:
    return Answer([{"uuid": MAIN_POCKET, "name": call.account_id, "type": "main"}])


def pocket_keys(call: Call) -> Answer:
    keys = [key for key in call.world.keys.values() if key.account_id == call.account_id]
    rows = [{"access_key": key.access_key, "expire_at": kst_text(key.expires_at)} for key in keys]
    return Answer([{"pocket_uuid": MAIN_POCKET, "api_keys": rows}])
