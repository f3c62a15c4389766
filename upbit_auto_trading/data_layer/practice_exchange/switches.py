"""What the sheet calls ``[wire]`` or ``[uncertain]``, each as a named switch with its positions.

The first position is the default. A client must do well with every one of them: the contract suite turns them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter


@dataclass(frozen=True, slots=True)
class Switch:
    name: str
    #: of the facts sheet
    section: str
    #: the first is the default
    positions: tuple[str, ...]
    about: str
    #: what the exchange is built with cannot be turned while it runs
    is_fixed: bool = False

    @property
    def default(self) -> str:
        return self.positions[0]


ALL_SWITCHES: tuple[Switch, ...] = (
    # numbers
    Switch("ticker-numbers", "1.1", ("padded", "double"), "8 and 10 decimals, or the shortest double"),
    Switch("candle-numbers", "1.1", ("padded", "double"), "8 decimals, or the shortest double (question 9)"),
    Switch("trade-numbers", "1.1", ("double", "padded"), "the shortest double, or 8 decimals"),
    Switch("book-numbers", "1.1", ("plain", "exponent"), "118449000 or 1.18449E8 in the REST book"),
    Switch("instrument-numbers", "1.1", ("text", "number"), "texts as on the wire, or numbers as documented"),
    Switch("amount-texts", "1.1", ("plain", "point-zero"), '"1" or "1.0" on exchange endpoints'),
    Switch("stream-numbers", "1.1", ("padded", "double"), "8 decimals or doubles in ticker and candle frames"),
    Switch("stream-trade-numbers", "1.1", ("double", "padded"), "doubles or 8 decimals in trade frames"),
    Switch("stream-zero", "1.1", ("0E-8", "padded"), "a zero change in ticker and candle frames"),
    Switch("stream-book-numbers", "1.1", ("exponent", "plain"), "1.18451E8 or 118451000 in book frames"),
    # market data
    Switch("details-spelling", "3.1", ("both", "documented"), "isDetails beside is_details"),
    Switch("code-case", "3", ("any", "upper"), "krw-btc in queries is understood, or not found"),
    Switch("raw-colon", "2.2", ("refused", "taken"), "an unencoded colon in a query"),
    Switch("count-beyond", "3.6", ("clamped", "refused"), "count above the maximum"),
    Switch("book-padding", "3.3", ("zeros", "none"), "thin sides are padded with slots of zero"),
    Switch("book-time", "3.3", ("last-change", "request"), "what the book's timestamp tells"),
    Switch("candle-time", "3.6.6", ("last-trade", "overshoot"), "timestamps up to 54 ms beyond the candle's end"),
    Switch("unit-refusal", "3.6.10", ("unit", "parameter"), "the message for a minute unit that there is not"),
    # authentication
    Switch("check-order", "2.3", ("listed", "scope-first"), "which fault is told first (question 8)"),
    Switch("address-name", "6.2", ("no_authorization_ip", "no_authorization_i_p"), "the older spelling"),
    Switch("key-message", "6.2", ("korean", "english"), "the message of invalid_access_key"),
    Switch("scope-status", "6.2", ("401", "403"), "HTTP status of out_of_scope"),
    # orders
    Switch("self-match-default", "4.3", ("dated", "none", "cancel_maker"), "what no smp_type means (question 1)"),
    Switch("volume-precision", "5.2", ("cut", "refused"), "more than 8 decimals of volume"),
    Switch("amount-exponents", "2.2", ("taken", "refused"), "1e-05 as an amount, as languages print small numbers"),
    Switch("finished-cancel", "4.7", ("404", "400"), "cancel of an order that has ended (question 5)"),
    Switch("cancel-body", "1", ("refused", "taken"), "a single cancel with a body, as pyupbit sends it"),
    Switch("cancel-end", "4.7", ("at-once", "later"), "whether the end of a cancelled order takes its time"),
    Switch("replace-status", "4.8", ("201", "200"), "HTTP status of cancel_and_new"),
    Switch("overload-status", "6.2", ("400", "429"), "HTTP status of too_many_request_order (question 5)"),
    Switch("closed-window", "4.6", ("seven-days", "until-now"), "how far one bound of closed orders reaches"),
    Switch("consent", "0.1", ("given", "missing"), "the one-time consent for BTC and USDT markets"),
    Switch("stable-coin-tick", "5.3", ("1", "0.5"), "KRW-USDT and KRW-USDC from 1,000 (question 2)", is_fixed=True),
    Switch("maintenance-orders", "9", ("kept", "cancelled"), "open BTC and USDT orders in maintenance"),
    # limits
    Switch("limit-body", "7.3", ("text", "json"), "the body of a 429 (question 3)"),
    Switch(
        "block-body", "7.3", ("json", "text", "bare"), "the body of a 418: seconds, minutes or nothing (question 3)"
    ),
    Switch("retry-after", "7.3", ("absent", "present"), "the header Retry-After with 429 and 418 (question 3)"),
    Switch("blocking", "7.3", ("on", "off"), "whether repeated 429s end in a 418"),
    Switch("trade-group", "7.2", ("trade", "crix-trades"), "the wire name of the group (question 4)"),
    Switch("order-minutes", "7.2", ("480", "720"), "the min constant of the order group (question 4)"),
    # the rest
    Switch("quotation-headers", "1", ("captured", "bare"), "etag, caching and limit-by-ip of captures of quotation"),
    Switch("exchange-headers", "1", ("gateway", "bare"), "headers of an old capture of exchange answers"),
    Switch("failure-name", "6.2", ("internal_server_error", "server_error"), "the name in a 500"),
    Switch("wallet-members", "4.9", ("sdk", "more"), "a member and a value nobody documents (question 10)"),
    # streams
    Switch("stream-refusal", "8.1", ("http-401", "frame"), "a bad token at the handshake, or after it (question 6)"),
    Switch("stream-idle", "8.4", ("60", "120"), "seconds of silence until a socket is closed"),
    Switch("stream-ping", "8.4", ("counts", "ignored"), "whether protocol pings keep a socket open (question 7)"),
    Switch("stream-frames", "8.2", ("binary", "text"), "the kind of data frames"),
)

SWITCHES: Mapping[str, Switch] = {switch.name: switch for switch in ALL_SWITCHES}


class Switches:
    """How they stand. Turned while the exchange runs."""

    def __init__(self, positions: Mapping[str, str] | None = None) -> None:
        self._turned: dict[str, str] = {}
        for name, position in (positions or {}).items():
            self._turned[_checked(name, position).name] = position

    def __getitem__(self, name: str) -> str:
        return self._turned.get(name) or SWITCHES[name].default

    def turn(self, name: str, position: str) -> None:
        if _checked(name, position).is_fixed:
            raise InvalidParameter(name, position, "only-at-the-start")
        self._turned[name] = position

    def reset(self) -> None:
        self._turned = {name: position for name, position in self._turned.items() if SWITCHES[name].is_fixed}

    def positions(self) -> dict[str, str]:
        return {name: self[name] for name in SWITCHES}


def _checked(name: str, position: str) -> Switch:
    switch = SWITCHES.get(name)
    if switch is None:
        raise InvalidParameter("switch", name, "unknown", ", ".join(SWITCHES))
    if position not in switch.positions:
        raise InvalidParameter(name, position, "unknown-position", ", ".join(switch.positions))
    return switch
