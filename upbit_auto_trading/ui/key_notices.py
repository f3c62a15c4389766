"""What the daily check of a key has to tell: what is wrong, what it means, and how it is mended. No Qt in here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from upbit_auto_trading.business_logic.domain.exchange_key import Granted, KeyFault, Right
from upbit_auto_trading.business_logic.domain.key_facts import ExpiryStage, KeyFacts, KeyTrouble
from upbit_auto_trading.business_logic.ports.credentials import CredentialSummary
from upbit_auto_trading.business_logic.use_cases.check_keys import days_left, missing_right
from upbit_auto_trading.ui.exchange_sentences import EXCHANGE_NAMES, RIGHTS
from upbit_auto_trading.ui.notices import NoticeLevel
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.korean_time import KST


@dataclass(frozen=True, slots=True)
class KeyNotice:
    #: what it is about: the same is not told twice in a run
    kind: str
    level: NoticeLevel
    title: Text
    body: Text
    #: mended by another key alone
    wants_new_key: bool


_NEW_KEY = Text(
    "업비트에서 새 키를 만들고 설정 > 보안의 ‘키 바꾸기’에 넣으세요. 쓰던 것은 멈추지 않아요.",
    "Create a new key at Upbit and enter it with “Replace” in settings > security. Nothing that runs is stopped.",
)


def _after(line: Text) -> Text:
    return Text(f"{line.ko} {_NEW_KEY.ko}", f"{line.en} {_NEW_KEY.en}")


_EXPIRED = Text("‘{label}’ 키의 유효 기간이 끝났어요", "The key “{label}” has expired")
_EXPIRED_LINE = _after(Text("이 키로는 주문도 조회도 할 수 없어요.", "It can neither order nor look at anything."))
_EXPIRING = Text("‘{label}’ 키가 {days}일 뒤에 끝나요", "The key “{label}” expires in {days} days")
_EXPIRING_TODAY = Text("‘{label}’ 키가 하루 안에 끝나요", "The key “{label}” expires within a day")
_EXPIRING_LINE = _after(
    Text("{at}(KST)까지 쓸 수 있고 늘릴 수 없어요.", "It works until {at} KST and cannot be extended.")
)
_MAY_WITHDRAW = Text("‘{label}’ 키로 출금할 수 있어요", "The key “{label}” may withdraw")
_MAY_WITHDRAW_LINE = Text(
    "거래소에서 이 키를 지우고, 출금하기를 비운 새 키로 바꾸세요.",
    "Delete it at the exchange and replace it with one that may not withdraw.",
)
_LACKS = Text("‘{label}’ 키에 ‘{right}’ 권한이 없어요", "The key “{label}” lacks the right “{right}”")
_LACKS_LINE = Text(
    "권한은 나중에 더할 수 없어요. 업비트 Open API 관리에서 ‘{right}’에 체크한 새 키를 만들어 ‘키 바꾸기’에 넣으세요.",
    "Rights cannot be added later. On Upbit's Open API page create a key with “{right}” ticked, then use “Replace”.",
)
_LACKS_SOME = (
    Text("‘{label}’ 키에 필요한 권한이 없어요", "The key “{label}” lacks a right that is needed"),
    Text(
        "자산조회, 주문조회, 주문하기에 체크한 새 키를 만들어 ‘키 바꾸기’에 넣으세요.",
        "Create a key that may view assets, view orders and place orders, then use “Replace”.",
    ),
)
_TROUBLES = {
    KeyTrouble.UNREACHABLE: Text(
        "{name}에 연결하지 못했어요. 인터넷을 확인하세요. 내일, 또는 프로그램을 다시 켤 때 다시 확인해요.",
        "{name} cannot be reached. Check the internet; it is tried again tomorrow and at the next start.",
    ),
    KeyTrouble.LIMITED: Text(
        "{name}의 요청 한도에 걸렸어요. 조금 뒤 ‘지금 확인’을 누르세요.",
        "{name} accepts no more requests for now. Use “Check now” a little later.",
    ),
}
_NOT_CHECKED = Text("‘{label}’ 키를 확인하지 못했어요", "The key “{label}” could not be checked")
_FAULTS: dict[KeyFault, tuple[Text, Text]] = {
    KeyFault.UNKNOWN_KEY: (
        Text("{name}{이/가} ‘{label}’ 키를 몰라요", "{name} does not know the key “{label}”"),
        Text(
            "거래소에서 지운 키일 수 있어요. 새 키를 만들어 ‘키 바꾸기’에 넣으세요.",
            "It may have been deleted there. Create a new key and use “Replace”.",
        ),
    ),
    KeyFault.WRONG_SECRET: (
        Text("‘{label}’ 키의 Secret Key가 맞지 않아요", "The secret key of “{label}” is wrong"),
        Text(
            "‘키 바꾸기’에 Access Key와 Secret Key를 함께 다시 넣으세요.",
            "Enter access key and secret key again with “Replace”.",
        ),
    ),
    KeyFault.ADDRESS_NOT_ALLOWED: (
        Text(
            "‘{label}’ 키가 이 컴퓨터의 IP 주소를 막았어요", "The key “{label}” does not allow this computer's address"
        ),
        Text(
            "인터넷 주소가 바뀌었을 수 있어요. 거래소는 어떤 주소인지 알려 주지 않으니 검색창에 ‘내 IP’를 쳐서 보고, "
            "업비트의 Open API 관리에서 그 주소를 등록하세요.",
            "The internet address may have changed. The exchange does not tell it: search the web for “my IP”, then "
            "register that address on Upbit's Open API page.",
        ),
    ),
    KeyFault.CLOCK_WRONG: (
        Text("이 컴퓨터의 시계가 맞지 않아요", "This computer's clock is wrong"),
        Text(
            "{name}{이/가} ‘{label}’ 키의 요청을 받지 않아요. 시스템의 시각 자동 맞춤을 켜세요.",
            "{name} refuses the requests of the key “{label}”. Turn on automatic time in the system.",
        ),
    ),
    KeyFault.OTHER: (
        Text("{name}{이/가} ‘{label}’ 키를 받지 않아요", "{name} refuses the key “{label}”"),
        Text("업비트의 Open API 관리에서 키의 상태를 확인하세요.", "Look at the key's state on Upbit's Open API page."),
    ),
}
_KEY_STAYS = {
    KeyFault.ADDRESS_NOT_ALLOWED.value,
    KeyFault.CLOCK_WRONG.value,
    KeyFault.OTHER.value,
    *(trouble.value for trouble in KeyTrouble),
}


def key_notices(
    key: CredentialSummary, facts: KeyFacts, warning: ExpiryStage | None, now: datetime
) -> tuple[KeyNotice, ...]:
    """``warning`` as the check found it due: that is told once in the life of a key, the rest once a run."""
    name = EXCHANGE_NAMES.get(key.exchange, Text(key.exchange, key.exchange))
    found = (*_of_rights(facts), *_of_the_end(facts, warning, now), *_of_the_last_try(facts))
    return tuple(
        KeyNotice(
            one.kind,
            one.level,
            one.title.format(label=key.label, name=name, **one.values),
            one.body.format(label=key.label, name=name, **one.values),
            one.kind not in _KEY_STAYS,
        )
        for one in found
    )


@dataclass(frozen=True, slots=True)
class _Said:
    kind: str
    level: NoticeLevel
    title: Text
    body: Text
    values: Mapping[str, object] = field(default_factory=dict)


def _of_rights(facts: KeyFacts) -> Iterator[_Said]:
    if facts.has(Right.WITHDRAW) is Granted.YES:
        yield _Said("may-withdraw", NoticeLevel.ERROR, _MAY_WITHDRAW, _MAY_WITHDRAW_LINE)
    lacking = missing_right(facts)
    if lacking is not None:
        values = {"right": RIGHTS[lacking]}
        yield _Said(f"lacks-{lacking.value}", NoticeLevel.WARNING, _LACKS, _LACKS_LINE, values)


def _of_the_end(facts: KeyFacts, warning: ExpiryStage | None, now: datetime) -> Iterator[_Said]:
    if warning is ExpiryStage.EXPIRED:
        yield _Said("expired", NoticeLevel.ERROR, _EXPIRED, _EXPIRED_LINE)
    elif warning is not None and facts.expires_at is not None:
        level = NoticeLevel.INFO if warning is ExpiryStage.MONTH else NoticeLevel.WARNING
        days = days_left(facts.expires_at, now)
        values = {"days": days, "at": f"{facts.expires_at.astimezone(KST):%Y-%m-%d %H:%M}"}
        title = _EXPIRING if days > 1 else _EXPIRING_TODAY
        yield _Said(f"expires-{warning.value}", level, title, _EXPIRING_LINE, values)


def _of_the_last_try(facts: KeyFacts) -> Iterator[_Said]:
    """An expired key is told of as such."""
    if facts.trouble is not None:
        yield _Said(facts.trouble.value, NoticeLevel.INFO, _NOT_CHECKED, _TROUBLES[facts.trouble])
    elif facts.fault is KeyFault.RIGHT_MISSING:
        yield _Said("lacks-some", NoticeLevel.WARNING, *_LACKS_SOME)
    elif facts.fault in _FAULTS:
        yield _Said(facts.fault.value, NoticeLevel.ERROR, *_FAULTS[facts.fault])
