"""What is wrong with a stored key, and the way to mend it: the same words in the settings and behind the bell.

Upbit tells neither a key's rights nor the address that it saw. Rights cannot be changed afterwards and an end cannot
be put off: most ways to mend are a new key.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from upbit_auto_trading.business_logic.domain.exchange_key import KeyFault, Right
from upbit_auto_trading.business_logic.domain.key_facts import KeyFacts, KeyTrouble
from upbit_auto_trading.business_logic.use_cases.check_keys import KeyState, missing_right
from upbit_auto_trading.utils.bilingual_text import Text

#: as they stand on Upbit's page; the page is Korean only
RIGHT_NAMES = {
    Right.VIEW_BALANCES: Text("자산조회", "자산조회 (view assets)"),
    Right.VIEW_ORDERS: Text("주문조회", "주문조회 (view orders)"),
    Right.MAKE_ORDERS: Text("주문하기", "주문하기 (place orders)"),
    Right.WITHDRAW: Text("출금하기", "출금하기 (withdraw)"),
}
RIGHT_USES = {
    Right.VIEW_BALANCES: Text("잔고와 주문 가능 금액을 읽어요.", "Reads balances and what is available for orders."),
    Right.VIEW_ORDERS: Text("보낸 주문의 체결과 취소를 확인해요.", "Follows fills and cancels of the orders sent."),
    Right.MAKE_ORDERS: Text("주문을 내고 취소해요.", "Places and cancels orders."),
    Right.WITHDRAW: Text("이 프로그램은 쓰지 않아요.", "This program never uses it."),
}


@dataclass(frozen=True, slots=True)
class KeyProblem:
    """``is_grave``: nothing can be traded with this key, or it is a danger."""

    title: Text
    rest: Text
    is_grave: bool = True


def _joined(first: Text, second: Text) -> Text:
    return Text(f"{first.ko} {second.ko}", f"{first.en} {second.en}")


#: where a new key is entered
_WITH_REPLACE = Text("‘키 바꾸기’로", "with “Replace key”")
_HERE = Text("여기에", "here")
_NEW_KEY = Text(
    "업비트 PC 웹의 마이페이지 → Open API 관리에서 새 키를 만들고 {where} 넣으세요.",
    "Create a new key on upbit.com → My page → Open API management, and enter it {where}.",
)
_ENDS = Text(
    "끝나면 이 키로는 조회도 주문도 할 수 없어요. 기간은 늘릴 수 없어요.",
    "After that it can neither read nor trade, and its time cannot be extended.",
)
_ENDED = Text("이 키로는 조회도 주문도 할 수 없어요.", "It can neither read nor trade.")
_FAULTS = {
    KeyFault.UNKNOWN_KEY: KeyProblem(
        Text("업비트가 이 키를 몰라요", "Upbit does not know this key"),
        _joined(
            Text(
                "업비트에서 지웠거나 Access Key가 잘못 들어갔어요. 키가 남아 있으면 다시 붙여 넣으세요.",
                "It was deleted at Upbit, or the access key is wrong. If it still exists, paste it again.",
            ),
            _NEW_KEY,
        ),
    ),
    KeyFault.WRONG_SECRET: KeyProblem(
        Text("Secret Key가 Access Key와 맞지 않아요", "The secret key does not belong to the access key"),
        Text(
            "두 키를 함께 {where} 다시 넣으세요. Secret Key는 만들 때만 보여서, 잃어버렸다면 새 키가 필요해요.",
            "Enter both again {where}. Upbit shows a secret key only once: if it is lost, create a new key.",
        ),
    ),
    KeyFault.ADDRESS_NOT_ALLOWED: KeyProblem(
        Text("이 컴퓨터의 인터넷 주소가 키에 없어요", "The key does not allow this computer's internet address"),
        Text(
            "인터넷 주소(IP)는 통신사가 바꿀 수 있고, 업비트는 어떤 주소를 봤는지 알려 주지 않아요. 브라우저에서 "
            "‘내 IP 주소’를 검색해 나온 IPv4 주소를 업비트의 Open API 관리에서 이 키에 넣은 뒤 다시 확인하세요.",
            "Providers may change an internet (IP) address, and Upbit does not tell which one it saw. Search the web "
            "for “my IP address”, add that IPv4 address to this key under Open API management, then check again.",
        ),
    ),
    KeyFault.CLOCK_WRONG: KeyProblem(
        Text("이 컴퓨터의 시계가 업비트와 달라요", "This computer's clock differs from Upbit's"),
        Text(
            "시계가 맞기 전에는 주문도 거절돼요. 시스템 설정에서 시각 자동 맞춤을 켜고 다시 확인하세요.",
            "Orders are refused until it is right. Turn on automatic time in the system, then check again.",
        ),
    ),
    KeyFault.OTHER: KeyProblem(
        Text("업비트가 이 키를 받지 않았어요", "Upbit refused this key"),
        Text(
            "업비트의 Open API 관리에서 키의 상태를 확인하세요. 문제가 없다면 잠시 뒤 다시 확인하세요.",
            "Look at the key under Open API management at Upbit. If nothing is wrong there, check again later.",
        ),
    ),
}
_MISSING = Text("‘{right}’ 권한이 없어요", "The right {right} is missing")
_WITH_RIGHTS = Text(
    "키의 권한은 나중에 바꿀 수 없어요. 업비트 PC 웹의 마이페이지 → Open API 관리에서 자산조회, 주문조회, 주문하기를 "
    "체크해 새 키를 만들고 {where} 넣으세요.",
    "Rights cannot be changed later. On upbit.com → My page → Open API management, tick 자산조회, 주문조회 and "
    "주문하기 for a new key, and enter it {where}.",
)
_LOSSES = {
    Right.VIEW_BALANCES: Text("잔고를 읽지 못해 얼마를 주문할지 몰라요.", "Without it balances cannot be read."),
    Right.VIEW_ORDERS: Text(
        "보낸 주문이 체결됐는지 알 수 없어요.", "Without it nobody knows whether an order was filled."
    ),
    Right.MAKE_ORDERS: Text("주문을 내거나 취소할 수 없어요.", "Without it no order is placed or cancelled."),
}
_LACKING = Text("이 키에는 필요한 권한이 없어요", "This key lacks a right that is needed")
_EXPIRING = Text("{days}일 뒤에 키가 끝나요", "The key expires in {days} days")
_EXPIRING_TODAY = Text("하루 안에 키가 끝나요", "The key expires within a day")
_STATES = {
    KeyState.EXPIRED: KeyProblem(Text("키의 유효 기간이 끝났어요", "The key has expired"), _joined(_ENDED, _NEW_KEY)),
    KeyState.MAY_WITHDRAW: KeyProblem(
        Text("이 키로 출금할 수 있어요", "This key can withdraw money"),
        _joined(
            Text(
                "누가 훔치면 돈이 빠져나갈 수 있어요. 업비트에서 이 키를 지우세요.",
                "Whoever steals it can take the money. Delete this key at Upbit.",
            ),
            _NEW_KEY,
        ),
    ),
    KeyState.INCOMPLETE: KeyProblem(
        Text("일부 권한을 확인하지 못했어요", "Some rights could not be checked"),
        Text("업비트가 다 답하지 않았어요. 잠시 뒤 다시 확인하세요.", "Upbit did not answer all. Check again later."),
        is_grave=False,
    ),
}
TROUBLES = {
    KeyTrouble.UNREACHABLE: KeyProblem(
        Text("업비트에 연결하지 못해 확인하지 못했어요", "Upbit could not be reached, so the key was not checked"),
        Text(
            "인터넷 연결과 업비트의 점검 공지를 보고 다시 확인하세요.",
            "See whether the internet works and whether Upbit is under maintenance, then check again.",
        ),
        is_grave=False,
    ),
    KeyTrouble.LIMITED: KeyProblem(
        Text("요청이 많아 업비트가 답하지 않았어요", "Upbit accepts no more requests for now"),
        Text("키는 확인하지 못했어요. 잠시 뒤 다시 확인하세요.", "The key was not checked. Check again in a while."),
        is_grave=False,
    ),
}


#: a key in a word or two, by what a check of it is called in the table of runs
STATE_NAMES = {
    KeyState.NOT_CHECKED.value: Text("확인 전", "not checked"),
    KeyState.GOOD.value: Text("쓸 수 있음", "usable"),
    KeyState.EXPIRING.value: Text("곧 끝남", "ends soon"),
    KeyState.EXPIRED.value: Text("기간 끝남", "expired"),
    KeyState.RIGHT_MISSING.value: Text("권한 부족", "right missing"),
    KeyState.MAY_WITHDRAW.value: Text("출금 가능", "can withdraw"),
    KeyState.REFUSED.value: Text("거절됨", "refused"),
    KeyState.INCOMPLETE.value: Text("일부만 확인", "partly checked"),
    KeyTrouble.UNREACHABLE.value: Text("연결 안 됨", "not reached"),
    KeyTrouble.LIMITED.value: Text("요청 한도", "limit of requests"),
    "not supported": Text("확인할 수 없는 거래소", "exchange not supported"),
    "gone": Text("그사이 지우거나 바꿈", "removed or replaced meanwhile"),
}


def key_problem(
    facts: KeyFacts, state: KeyState, days_left: int | None, *, is_stored: bool = True
) -> KeyProblem | None:
    """None where there is nothing to do: it is good, or was not checked yet."""
    problem = _problem(facts, state, days_left)
    if problem is None:
        return None
    where = _WITH_REPLACE if is_stored else _HERE
    return replace(problem, rest=problem.rest.format(where=where))


def _problem(facts: KeyFacts, state: KeyState, days_left: int | None) -> KeyProblem | None:
    if state is KeyState.REFUSED and facts.fault is not None and facts.fault is not KeyFault.RIGHT_MISSING:
        return _FAULTS.get(facts.fault, _FAULTS[KeyFault.OTHER])
    if state in (KeyState.RIGHT_MISSING, KeyState.REFUSED):
        return _without(missing_right(facts))
    if state is KeyState.EXPIRING:
        title = _EXPIRING_TODAY if days_left is None or days_left <= 1 else _EXPIRING.format(days=days_left)
        return KeyProblem(title, _joined(_ENDS, _NEW_KEY), is_grave=False)
    return _STATES.get(state)


def _without(right: Right | None) -> KeyProblem:
    if right is None or right not in _LOSSES:
        return KeyProblem(_LACKING, _NEW_KEY)
    return KeyProblem(_MISSING.format(right=RIGHT_NAMES[right]), _joined(_LOSSES[right], _WITH_RIGHTS))
