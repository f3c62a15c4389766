"""The encrypted key file: readable, private, and what opens it is at hand."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.errors import (
    KeyStoreMissing,
    KeyStoreUnavailable,
    VaultError,
    VaultFromNewerVersion,
)
from upbit_auto_trading.business_logic.domain.health import HealthFinding
from upbit_auto_trading.business_logic.ports.credentials import KeySource
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.utils.bilingual_text import Text

_WHERE = {
    KeySource.SYSTEM_KEY_STORE: Text(
        "시스템 키 저장소({name})로 열어요.", "Opened by the system's key store ({name})."
    ),
    KeySource.PASSPHRASE: Text("비밀번호로 열어요.", "Opened by a passphrase."),
    KeySource.KEY_FILE: Text("옆에 있는 키 파일로 열어요.", "Opened by the key file beside it."),
}
_ENTER_AGAIN = Text(
    "백업에서 복원하거나, 설정의 키에서 치워 두고 다시 넣으세요.",
    "Restore a backup, or set it aside under Settings, Keys and enter the keys again.",
)


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    path = context.paths.credentials
    if not path.exists():
        return check.good(Text("저장된 키가 없어요. 연습은 키 없이 돼요.", "No keys are stored; practice needs none."))
    try:
        source = context.key_source()
    except VaultFromNewerVersion:
        return check.broken(
            Text("더 새로운 버전이 만든 키 파일이에요.", "The key file was written by a newer version."),
            Text("최신 버전을 설치하세요.", "Install the latest version."),
        )
    except VaultError as error:
        what = Text("키 파일이 손상됐어요({code}).", "The key file is damaged ({code}).")
        return check.broken(what.format(code=type(error).__name__), _ENTER_AGAIN)
    key_file = path.with_suffix(".key")
    others_may_read = [each.name for each in (path, key_file) if each.exists() and not context.is_owner_only(each)]
    if others_may_read:
        return check.broken(
            Text("다른 사용자도 읽을 수 있어요: {names}.", "Other users may read: {names}.").format(
                names=", ".join(others_may_read)
            ),
            Text("파일 권한을 본인만 읽도록 바꾸세요(chmod 600).", "Let only yourself read them (chmod 600)."),
        )
    return _look_at_source(check, context, source)


def _look_at_source(check: Check, context: DoctorContext, source: KeySource | None) -> tuple[HealthFinding, ...]:
    name = ""
    if source is KeySource.SYSTEM_KEY_STORE:
        try:
            name = context.key_store_name()
        except KeyStoreMissing:
            return check.broken(
                Text("여는 데 필요한 시스템 키 저장소가 없어요.", "The system's key store that opens it is missing."),
                _ENTER_AGAIN,
            )
        except KeyStoreUnavailable:
            return check.warning(
                Text("시스템 키 저장소가 응답하지 않아요.", "The system's key store does not answer."),
                Text("키 저장소의 잠금을 풀고 다시 점검하세요.", "Unlock it and run the doctor again."),
            )
    if source is KeySource.KEY_FILE and not context.paths.credentials.with_suffix(".key").exists():
        return check.broken(
            Text("여는 데 필요한 키 파일이 없어요.", "The key file that opens it is missing."), _ENTER_AGAIN
        )
    if source is None:
        return check.good(Text("저장된 키가 없어요.", "No keys are stored."))
    return check.good(_WHERE[source].format(name=name))


CHECK = Check("key-file", Text("키 파일", "Key file"), _look)
