"""The records of the security journal in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from upbit_auto_trading.business_logic.domain.exchange_key import Granted, Right
from upbit_auto_trading.business_logic.ports.credentials import KeySource, SecurityEvent, SecurityRecord
from upbit_auto_trading.business_logic.use_cases.check_keys import ADDRESS_ALLOWED, ADDRESS_REFUSED
from upbit_auto_trading.config.settings import SETTINGS_BY_ID
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.forms.value_words import stored_words
from upbit_auto_trading.ui.key_sentences import RIGHT_NAMES
from upbit_auto_trading.ui.screens.settings.sections.exchange_words import exchange_words
from upbit_auto_trading.ui.screens.settings.sections.key_source_form import SOURCE_NAMES
from upbit_auto_trading.utils.bilingual_text import Text

EVENTS: dict[SecurityEvent, Text] = {
    SecurityEvent.VAULT_CREATED: Text("키 파일 만듦", "Key file created"),
    SecurityEvent.UNLOCK_SUCCEEDED: Text("잠금 풂", "Unlocked"),
    SecurityEvent.UNLOCK_FAILED: Text("잠금 풀기 실패", "Unlocking failed"),
    SecurityEvent.VAULT_LOCKED: Text("잠금", "Locked"),
    SecurityEvent.VAULT_SET_ASIDE: Text("키 파일 치워 둠", "Key file set aside"),
    SecurityEvent.KEY_SOURCE_CHANGED: Text("여는 방법 바꿈", "Way of opening changed"),
    SecurityEvent.KEY_ADDED: Text("키 추가", "Key added"),
    SecurityEvent.KEY_SHOWN: Text("키 보기", "Key shown"),
    SecurityEvent.KEY_RENAMED: Text("키 이름 바꿈", "Key renamed"),
    SecurityEvent.KEY_REPLACED: Text("키 바꿈", "Key replaced"),
    SecurityEvent.KEY_REMOVED: Text("키 삭제", "Key removed"),
    SecurityEvent.PERMISSION_CHANGED: Text("키 권한 바뀜", "Key rights changed"),
    SecurityEvent.ADDRESS_CHANGED: Text("IP 주소 바뀜", "IP address changed"),
    SecurityEvent.LIVE_ARMED: Text("실전 시작", "Live armed"),
    SecurityEvent.OVERRIDE_TYPED: Text("한도 넘기기 입력", "Override typed"),
    SecurityEvent.LIMIT_CHANGED: Text("한도 바꿈", "Limit changed"),
    SecurityEvent.ENTRIES_STOPPED: Text("새 진입 멈춤", "Entries stopped"),
    SecurityEvent.ENTRIES_RESUMED: Text("새 진입 다시 시작", "Entries resumed"),
    SecurityEvent.BACKUP_RESTORED: Text("백업 복원", "Backup restored"),
    SecurityEvent.COMPONENT_ALLOWED: Text("내 부품 허용", "Component allowed"),
}
#: one for each field that the journal takes; a test holds them together
DETAIL_NAMES = {
    "exchange": Text("거래소", "exchange"),
    "label": Text("이름", "label"),
    "access_key_ending": Text("끝자리", "ends"),
    "key_source": Text("여는 방법", "opens with"),
    "key_source_before": Text("이전 방법", "opened with"),
    "reason": Text("이유", "reason"),
    "error": Text("이유", "reason"),
    "retry_at": Text("다시 할 수 있는 시각", "retry at"),
    "file": Text("파일", "file"),
    "before": Text("이전", "before"),
    "after": Text("이후", "after"),
    "setting": Text("설정", "setting"),
    "backup": Text("백업", "backup"),
    "made_at": Text("백업 시각", "made at"),
    "before_restore": Text("복원 전 백업", "backup before it"),
    "component": Text("부품", "component"),
    "market": Text("종목", "market"),
    "session": Text("실행", "session"),
    "strategy": Text("전략", "strategy"),
    "mode": Text("모드", "mode"),
    "permission": Text("권한", "right"),
    "address": Text("주소", "address"),
    "text": Text("입력", "typed"),
    "version": Text("버전", "version"),
}
#: said by the event's own word, or of no use to a reader
LEFT_OUT = frozenset({"result", "credential", "sha256"})
#: failures that a user meets; others are shown by their code, as in the details of an error
_ERRORS = {
    "WrongPassword": Text("비밀번호가 다름", "wrong passphrase"),
    "VaultDamaged": Text("손상된 키 파일", "key file damaged"),
    "VaultTruncated": Text("잘린 키 파일", "key file cut off"),
    "VaultFromAnotherMachine": Text("다른 컴퓨터의 키 파일", "key file of another computer"),
    "VaultFromNewerVersion": Text("더 새로운 버전의 키 파일", "key file of a newer version"),
    "KeyStoreMissing": Text("키 저장소 없음", "no key store"),
    "KeyStoreUnavailable": Text("키 저장소가 응답하지 않음", "key store did not answer"),
    "InvalidParameter": Text("받을 수 없는 입력", "input not accepted"),
    "DiskFull": Text("디스크가 가득 참", "disk full"),
}
_REASONS = {
    "user": Text("직접 잠금", "by hand"),
    "idle": Text("오래 쓰지 않음", "left alone"),
    "stop": Text("프로그램 종료", "program ended"),
}
#: what was, and what is, of an event that has both
_STATES = {
    SecurityEvent.PERMISSION_CHANGED: {
        Granted.YES.value: Text("있음", "granted"),
        Granted.NO.value: Text("없음", "missing"),
    },
    SecurityEvent.ADDRESS_CHANGED: {
        ADDRESS_ALLOWED: Text("허용", "allowed"),
        ADDRESS_REFUSED: Text("막힘", "not allowed"),
    },
}
_FAILED = Text("{event} 실패", "{event}: failed")


def has_failed(record: SecurityRecord) -> bool:
    return record.details.get("result") == "failed"


def event_words(record: SecurityRecord) -> Text:
    event = EVENTS[record.event]
    if has_failed(record) and record.event is not SecurityEvent.UNLOCK_FAILED:
        return _FAILED.format(event=event)
    return event


def detail_words(record: SecurityRecord) -> Text:
    """``거래소 upbit · 이름 매매용``; what a later version adds is shown under its own name."""
    parts = [
        (DETAIL_NAMES.get(name, Text(name, name)), _value_words(name, value, record))
        for name, value in record.details.items()
        if name not in LEFT_OUT and value
    ]
    return Text(
        " · ".join(f"{name.ko} {value.ko}" for name, value in parts),
        " · ".join(f"{name.en} {value.en}" for name, value in parts),
    )


def _value_words(name: str, value: str, record: SecurityRecord) -> Text:
    if name in ("before", "after") and record.event in _STATES:
        return _STATES[record.event].get(value, Text(value, value))
    if name == "permission":
        return next((RIGHT_NAMES[right] for right in Right if right.value == value), Text(value, value))
    return _plain_words(name, value, record.details)


def _plain_words(name: str, value: str, details: Mapping[str, str]) -> Text:
    if name.startswith("key_source"):
        return next((SOURCE_NAMES[source] for source in KeySource if source.value == value), Text(value, value))
    if name == "reason":
        return _REASONS.get(value, Text(value, value))
    if name == "error":
        return _ERRORS.get(value, Text(value, value))
    if name == "exchange":
        return exchange_words(value)
    if name.endswith("_at"):
        return _time_words(value)
    if name == "access_key_ending":
        return Text(f"••••{value}", f"••••{value}")
    setting = SETTINGS_BY_ID.get(details.get("setting", ""))
    if setting is not None and name == "setting":
        return setting.title
    if setting is not None and name in ("before", "after"):
        return stored_words(setting, None if value == "default" else value)
    return Text(value, value)


def _time_words(value: str) -> Text:
    try:
        shown = formats.full_time(datetime.fromisoformat(value), zone=True)
    except ValueError:
        shown = value  # of another version: shown as it stands
    return Text(shown, shown)
