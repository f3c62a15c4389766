"""Each stored key works, may what it has to, and does not end soon."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.exchange_key import KeyFault, Right
from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.business_logic.domain.key_facts import KeyFacts, KeyTrouble
from upbit_auto_trading.business_logic.use_cases.check_keys import KeyState, days_left, judge, missing_right, state_of
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.data_layer.doctor.exchange_facts import ExaminedKey
from upbit_auto_trading.utils.bilingual_text import Text

_REPLACE = Text(
    "거래소에서 새 키를 만들어 설정 > 보안의 ‘키 바꾸기’에 넣으세요.",
    "Create a new key at the exchange and enter it with “Replace” in settings > security.",
)
_REMOVE = Text(
    "거래소에서 이 키를 지우고 출금 권한이 없는 키로 바꾸세요.", "Delete it there; use one that may not withdraw."
)
_LATER = Text("연결과 거래소 공지를 확인하고 다시 점검하세요.", "Check the connection, then run the doctor again.")
_ADDRESS = Text(
    "이 컴퓨터의 인터넷 주소를 찾아 거래소의 키에 등록하세요.",
    "Find out this computer's internet address and register it for the key at the exchange.",
)
_CLOCK = Text("운영체제 설정에서 시각 자동 맞추기를 켜세요.", "Let the system set its clock by itself.")
_FAULTS: dict[KeyFault, tuple[Text, Text]] = {
    KeyFault.UNKNOWN_KEY: (Text("거래소가 이 키를 몰라요.", "The exchange does not know it."), _REPLACE),
    KeyFault.WRONG_SECRET: (Text("Secret Key가 맞지 않아요.", "Its secret key is wrong."), _REPLACE),
    KeyFault.EXPIRED: (Text("유효 기간이 끝났어요.", "It has expired."), _REPLACE),
    KeyFault.RIGHT_MISSING: (Text("필요한 권한이 없어요.", "It lacks a right that is needed."), _REPLACE),
    KeyFault.ADDRESS_NOT_ALLOWED: (
        Text("이 컴퓨터의 IP 주소를 허용하지 않아요.", "It does not allow this computer's address."),
        _ADDRESS,
    ),
    KeyFault.CLOCK_WRONG: (Text("시계가 거래소와 달라 쓸 수 없어요.", "The clock is too far off to use it."), _CLOCK),
    KeyFault.OTHER: (Text("거래소가 이 키를 받지 않아요.", "The exchange refuses it."), _REPLACE),
}
_RIGHTS = {
    Right.VIEW_BALANCES: Text("자산조회", "view assets"),
    Right.VIEW_ORDERS: Text("주문조회", "view orders"),
    Right.MAKE_ORDERS: Text("주문하기", "place orders"),
}


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    if not context.paths.credentials.exists():
        return check.good(Text("저장된 키가 없어요.", "No keys are stored."))
    if context.examine_keys is None:
        return check.good(
            Text(
                "여기서는 묻지 않았어요. 프로그램이 열린 키를 하루에 한 번 확인해요.",
                "Not asked about here. The program checks keys that lie open once a day.",
            )
        )
    examined = context.examine_keys()
    if examined is None:
        return check.good(
            Text(
                "비밀번호로 잠겨 있어 여기서는 확인할 수 없어요. 프로그램에서 잠금을 풀면 확인해요.",
                "Locked by a passphrase, so not checked here. The program checks them when they are unlocked.",
            )
        )
    if not examined:
        return check.good(Text("저장된 키가 없어요.", "No keys are stored."))
    return tuple(finding for one in examined for finding in _finding(check, context, one))


def _finding(check: Check, context: DoctorContext, one: ExaminedKey) -> tuple[HealthFinding, ...]:
    def named(what: Text) -> Text:
        return Text("‘{label}’ 키: {what}", "Key “{label}”: {what}").format(label=one.key.label, what=what)

    if one.found is None:
        return check.good(named(Text("이 버전은 이 거래소를 몰라요.", "This version does not know its exchange.")))
    if isinstance(one.found, KeyTrouble):
        return check.warning(named(Text("지금은 확인할 수 없어요.", "It cannot be checked right now.")), _LATER)
    now = context.clock.now()
    facts = judge(one.key, KeyFacts(one.key.id), one.found, now).facts
    state = state_of(facts, now)
    if state is KeyState.MAY_WITHDRAW:
        return check.broken(named(Text("출금할 수 있는 키예요.", "It may withdraw.")), _REMOVE)
    if facts.fault is not None or state is KeyState.EXPIRED:
        what, mend = _FAULTS[facts.fault or KeyFault.EXPIRED]
        return check.broken(named(what), mend)
    lacking = missing_right(facts)
    if lacking is not None:
        what = Text("‘{right}’ 권한이 없어요.", "It lacks the right “{right}”.").format(right=_RIGHTS[lacking])
        return check.broken(named(what), _REPLACE)
    if state is KeyState.INCOMPLETE:
        return check.warning(named(Text("모두 확인하지는 못했어요.", "Not all of it could be checked.")), _LATER)
    if facts.expires_at is None:
        return check.good(named(Text("잘 돼요.", "It works.")))
    days = days_left(facts.expires_at, now)
    if state is KeyState.EXPIRING:
        what = Text("{days}일 뒤에 끝나요.", "It expires in {days} days.").format(days=days)
        return check.warning(named(what), _REPLACE)
    return check.good(named(Text("잘 돼요. {days}일 남았어요.", "It works, for {days} days more.").format(days=days)))


CHECK = Check("key", Text("API 키", "API keys"), _look)
