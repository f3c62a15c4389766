"""Records of the security journal as a user reads them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from upbit_auto_trading.business_logic.ports.credentials import SecurityEvent, SecurityRecord
from upbit_auto_trading.ui.screens.settings.sections.security_words import detail_words, event_words
from upbit_auto_trading.utils.bilingual_text import Text

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def record(event: SecurityEvent, **details: str) -> SecurityRecord:
    return SecurityRecord(1, NOON, event, details, "")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            record(SecurityEvent.LIMIT_CHANGED, setting="data.backup_hours", before="default", after="48"),
            Text("설정 백업 간격 · 이전 24시간 (기본값) · 이후 48시간", ""),
        ),
        (
            record(SecurityEvent.KEY_SOURCE_CHANGED, key_source="passphrase", key_source_before="key-file"),
            Text("여는 방법 비밀번호 · 이전 방법 키 파일", "opens with Passphrase · opened with Key file"),
        ),
        (record(SecurityEvent.VAULT_LOCKED, reason="idle"), Text("이유 오래 쓰지 않음", "reason left alone")),
        (record(SecurityEvent.UNLOCK_FAILED, result="failed", error="NewThing"), Text("이유 NewThing", "")),
        (record(SecurityEvent.LIVE_ARMED, of_later="x"), Text("of_later x", "of_later x")),
        (record(SecurityEvent.ENTRIES_STOPPED), Text("", "")),
        (
            record(SecurityEvent.PERMISSION_CHANGED, permission="make-orders", before="yes", after="no"),
            Text("권한 주문하기 · 이전 있음 · 이후 없음", ""),
        ),
        (
            record(SecurityEvent.ADDRESS_CHANGED, before="allowed", after="not-allowed"),
            Text("이전 허용 · 이후 막힘", "before allowed · after not allowed"),
        ),
        (record(SecurityEvent.KEY_RENAMED, before="yes", after="allowed"), Text("이전 yes · 이후 allowed", "")),
        (
            record(SecurityEvent.PERMISSION_CHANGED, permission="of-later", after="maybe"),
            Text("권한 of-later · 이후 maybe", ""),
        ),
    ],
    ids=lambda value: value.event.value if isinstance(value, SecurityRecord) else "",
)
def test_details_in_words(told: SecurityRecord, expected: Text) -> None:
    words = detail_words(told)
    assert words.ko == expected.ko
    assert not expected.en or words.en == expected.en


def test_a_failed_try_is_called_so_once() -> None:
    failed = record(SecurityEvent.KEY_ADDED, result="failed", error="InvalidParameter")
    assert event_words(failed) == Text("키 추가 실패", "Key added: failed")
    assert event_words(record(SecurityEvent.UNLOCK_FAILED, result="failed")).ko == "잠금 풀기 실패"
