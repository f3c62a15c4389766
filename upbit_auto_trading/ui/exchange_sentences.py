"""The sentences for what goes wrong between us and an exchange: what happened, what it means for money, what to do.

The exchange's own words and codes are never repeated; they stand in the details.
"""

from __future__ import annotations

from collections.abc import Callable

from upbit_auto_trading.business_logic.domain import errors
from upbit_auto_trading.business_logic.domain.exchange_key import KeyFault, Right
from upbit_auto_trading.ui.order_refusal_sentences import order_refusal
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.korean_time import KST

Sentences = tuple[Text, Text, Text]

#: for other screens too; an exchange of a later version is called by its own name
EXCHANGE_NAMES = {
    "upbit": Text("업비트", "Upbit"),
    "practice": Text("연습 거래소", "The practice exchange"),
    "simulated": Text("모의 거래소", "The simulated exchange"),
}
#: neither the internet nor an exchange's notices have to do with it
_OF_THIS_COMPUTER = "practice"
_BY_ITSELF = Text(
    "저절로 다시 시도해요. 계속되면 자세한 내용을 복사해 알려 주세요.",
    "It is tried again by itself. If that goes on, copy the details and report them.",
)
_NO_ORDER = Text("주문은 보내지 않았어요.", "No order was sent.")
_NO_SUCH_ORDER = Text("주문은 들어가지 않았어요.", "The order does not exist.")
_NOTHING_HAPPENED = Text("계좌와 주문은 그대로예요.", "Balances and orders are unchanged.")
_KEY_NOT_USED = Text("이 키로는 주문하지 않아요.", "No order is sent with this key.")
_LATEST = Text(
    "프로그램이 최신인지 보고, 자세한 내용을 복사해 알려 주세요.",
    "Check that the program is up to date, then copy the details and report them.",
)

_KEY_FAULTS: dict[KeyFault, tuple[Text, Text]] = {
    KeyFault.UNKNOWN_KEY: (
        Text("{name}{이/가} 이 키를 몰라요.", "{name} does not know this key."),
        Text("Access Key를 다시 붙여 넣거나 새 키를 만드세요.", "Paste the access key again, or create a new key."),
    ),
    KeyFault.WRONG_SECRET: (
        Text("Secret Key가 Access Key와 맞지 않아요.", "The secret key does not belong to the access key."),
        Text("두 키를 함께 다시 등록하세요.", "Enter both keys again."),
    ),
    KeyFault.EXPIRED: (
        Text("키의 유효 기간이 끝났어요.", "The key has expired."),
        Text("거래소에서 새 키를 만들어 등록하세요.", "Create a new key at the exchange and enter it."),
    ),
    KeyFault.ADDRESS_NOT_ALLOWED: (
        Text("이 컴퓨터의 IP 주소가 키에 등록되어 있지 않아요.", "The key does not allow this computer's IP address."),
        Text("거래소의 키 설정에 지금 IP 주소를 넣으세요.", "Add the present IP address to the key at the exchange."),
    ),
    KeyFault.CLOCK_WRONG: (
        Text("이 컴퓨터의 시계가 거래소와 달라요.", "This computer's clock differs from the exchange's."),
        Text("시스템의 시각 자동 맞춤을 켜고 다시 하세요.", "Turn on automatic time in the system, then try again."),
    ),
    KeyFault.OTHER: (
        Text("{name}{이/가} 이 키를 받지 않았어요.", "{name} refused this key."),
        Text("거래소에서 키의 상태를 확인하세요.", "Check the state of the key at the exchange."),
    ),
}
_RIGHTS = {
    Right.VIEW_BALANCES: Text("자산 조회", "view assets"),
    Right.VIEW_ORDERS: Text("주문 조회", "view orders"),
    Right.MAKE_ORDERS: Text("주문하기", "place orders"),
    Right.WITHDRAW: Text("출금하기", "withdraw"),
}
_RIGHT_MISSING = Text("이 키에는 필요한 권한이 없어요.", "This key lacks a right that is needed.")
_GRANT = Text(
    "‘{right}’ 권한이 있는 키를 새로 만들어 등록하세요.", "Create a key with the right “{right}” and enter it."
)
_GRANT_NEEDED = Text(
    "자산 조회, 주문 조회, 주문하기 권한을 준 키를 쓰세요.",
    "Use a key that may view assets, view orders and place orders.",
)


def _unavailable(error: errors.ExchangeError) -> Sentences:
    title = _named("{name}에 연결하지 못했어요.", "{name} cannot be reached.", error)
    if error.exchange == _OF_THIS_COMPUTER:
        return title, _NO_ORDER, _BY_ITSELF
    return (
        title,
        _NO_ORDER,
        Text(
            "인터넷과 거래소 점검 공지를 보고 다시 하세요.",
            "Check the internet and the exchange's notices, then try again.",
        ),
    )


def _limited(error: errors.ExchangeError) -> Sentences:
    assert isinstance(error, errors.RateLimited)
    return (
        _named("{name}의 요청 한도를 다 썼어요.", "{name} accepts no more requests for now.", error),
        _NO_ORDER,
        Text("{at}(KST)부터 다시 할 수 있어요.", "You can try again from {at} KST.").format(
            at=f"{error.until.astimezone(KST):%H:%M:%S}"
        ),
    )


def _request_refused(error: errors.ExchangeError) -> Sentences:
    title = _named("{name}{이/가} 이 요청을 받지 않았어요.", "{name} refused this request.", error)
    return title, _NOTHING_HAPPENED, _LATEST


def _market_unknown(error: errors.ExchangeError) -> Sentences:
    return (
        _named("{name}에 그런 종목이 없어요.", "{name} has no such market.", error),
        _NO_ORDER,
        Text(
            "거래가 끝난 종목인지 보고 다른 종목을 고르세요.",
            "See whether its trading has ended, and choose another market.",
        ),
    )


def _order_not_found(error: errors.ExchangeError) -> Sentences:
    return (
        _named("{name}에 그런 미체결 주문이 없어요.", "{name} has no such open order.", error),
        Text("이미 체결되었거나 취소된 주문이에요.", "It was filled or cancelled before."),
        Text("주문 목록을 새로 고쳐 결과를 확인하세요.", "Refresh the list of orders and look at its result."),
    )


def _order_refused(error: errors.ExchangeError) -> Sentences:
    known = order_refusal(error.detail)
    if known is not None:
        return known[0], _NO_SUCH_ORDER, known[1]
    return (
        _named("{name}{이/가} 주문을 거절했어요.", "{name} refused the order.", error),
        _NO_SUCH_ORDER,
        Text("가격, 수량과 주문 가능 금액을 확인하세요.", "Check price, quantity and the amount available for orders."),
    )


def _not_supported(error: errors.ExchangeError) -> Sentences:
    return (
        _named("{name}에는 이 기능이 없어요.", "{name} cannot do this.", error),
        _NOTHING_HAPPENED,
        Text("다른 주문 방식이나 거래소를 고르세요.", "Choose another kind of order or another exchange."),
    )


def _key_rejected(error: errors.ExchangeError) -> Sentences:
    assert isinstance(error, errors.KeyRejected)
    if error.fault is KeyFault.RIGHT_MISSING:
        mend = _GRANT_NEEDED if error.right is None else _GRANT.format(right=_RIGHTS[error.right])
        return _RIGHT_MISSING, _KEY_NOT_USED, mend
    title, mend = _KEY_FAULTS[error.fault]
    return _named(title.ko, title.en, error), _KEY_NOT_USED, mend


def _outcome_unknown(error: errors.ExchangeError) -> Sentences:
    return (
        _named("{name}의 응답을 받지 못했어요.", "{name} did not answer.", error),
        Text("주문이 들어갔는지 확인하고 있어요.", "Whether the order arrived is being checked; it is not sent again."),
        Text("결과가 나올 때까지 다시 주문하지 마세요.", "Do not order again until the result is known."),
    )


EXCHANGE_SENTENCES: dict[type[errors.ExchangeError], Callable[[errors.ExchangeError], Sentences]] = {
    errors.ExchangeUnavailable: _unavailable,
    errors.RateLimited: _limited,
    errors.RequestRefused: _request_refused,
    errors.MarketUnknown: _market_unknown,
    errors.OrderNotFound: _order_not_found,
    errors.OrderRefused: _order_refused,
    errors.NotSupported: _not_supported,
    errors.KeyRejected: _key_rejected,
    errors.OutcomeUnknown: _outcome_unknown,
}


def _named(ko: str, en: str, error: errors.ExchangeError) -> Text:
    return Text(ko, en).format(name=EXCHANGE_NAMES.get(error.exchange, Text(error.exchange, f"“{error.exchange}”")))
