"""The only place where errors become sentences; the command line uses it too, so there is no Qt in here.

Every sentence follows one form: what happened – what it means for money and data – what to do now. Codes,
paths of files and names of classes stand in the details alone. What a user typed or a foreign exception says
is never repeated: either could hold a key. ``InvalidParameter`` has so many reasons that its sentences lie in
``input_sentences``; those of an exchange lie in ``exchange_sentences``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import TypeVar

from upbit_auto_trading.business_logic.domain import errors
from upbit_auto_trading.ui.exchange_sentences import EXCHANGE_SENTENCES
from upbit_auto_trading.ui.input_sentences import input_sentences
from upbit_auto_trading.ui.screen_sentences import screen_sentences
from upbit_auto_trading.utils.bilingual_text import Language, Text
from upbit_auto_trading.utils.korean_time import KST

_NOTHING_CHANGED = Text("바뀐 것은 없어요.", "Nothing was changed.")
_DATA_UNTOUCHED = Text("저장된 자료는 그대로예요.", "What was stored is unchanged.")
_KEYS_UNTOUCHED = Text("키 파일은 건드리지 않았어요.", "The key file was not touched.")


@dataclass(frozen=True, slots=True)
class ErrorMessage:
    """``title`` what happened, ``meaning`` for money and data, ``mend`` what to do; ``details`` for a report."""

    title: Text
    meaning: Text
    mend: Text
    details: str

    def in_language(self, language: Language) -> str:
        """All three sentences in a row."""
        parts = (part.in_language(language) for part in (self.title, self.meaning, self.mend))
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class _Sentences:
    title: Text
    meaning: Text
    mend: Text


_AnyError = TypeVar("_AnyError", bound=BaseException)
_EXPLANATIONS: dict[type[BaseException], Callable[[BaseException], _Sentences]] = {}


def explain(error: BaseException) -> ErrorMessage:
    """The message for any error; one that nobody foresaw is called what it is, a fault of ours."""
    for kind in type(error).__mro__:
        if kind in _EXPLANATIONS:
            sentences = _EXPLANATIONS[kind](error)
            return ErrorMessage(sentences.title, sentences.meaning, sentences.mend, details_of(error))
    return ErrorMessage(_CRASH.title, _CRASH.meaning, _CRASH.mend, details_of(error))


def has_own_sentence(kind: type[BaseException]) -> bool:
    """For the test that every leaf of the tree is answered for."""
    return kind in _EXPLANATIONS


def details_of(error: BaseException) -> str:
    """Names and codes of an error and its causes; no text of a foreign exception, which could quote a secret."""
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None and len(parts) < 10:
        parts.append(_code_of(current))
        current = current.__cause__
    return " ← ".join(parts)


def _code_of(error: BaseException) -> str:
    name = type(error).__name__
    match error:
        case errors.InvalidParameter():
            return f"{name} {error.name} {error.reason} {error.allowed}".rstrip()
        case errors.TradingAppError():
            text = str(error)
            return text if text.startswith(name) else f"{name} {text}".rstrip()
        case OSError() if error.errno is not None:
            return f"{name} {error.errno}"
        case _:
            return f"{name} {getattr(error, 'sqlite_errorname', '')}".rstrip()


def _explains(
    kind: type[_AnyError],
) -> Callable[[Callable[[_AnyError], _Sentences]], Callable[[_AnyError], _Sentences]]:
    def register(explanation: Callable[[_AnyError], _Sentences]) -> Callable[[_AnyError], _Sentences]:
        def checked(error: BaseException) -> _Sentences:
            assert isinstance(error, kind)
            return explanation(error)

        _EXPLANATIONS[kind] = checked
        return explanation

    return register


def _always(kind: type[BaseException], title: Text, meaning: Text, mend: Text) -> None:
    sentences = _Sentences(title, meaning, mend)
    _EXPLANATIONS[kind] = lambda _error: sentences


_CRASH = _Sentences(
    Text("프로그램에서 예상하지 못한 오류가 났어요.", "The program met an unexpected fault of its own."),
    Text(
        "하던 작업만 멈췄고, 저장을 마친 자료는 그대로예요.",
        "Only this task stopped; what had been stored stays stored.",
    ),
    Text(
        "다시 해 보세요. 또 생기면 자세한 내용을 복사해 알려 주세요.",
        "Try again. If it comes back, copy the details and report them.",
    ),
)


@_explains(errors.InvalidParameter)
def _invalid_parameter(error: errors.InvalidParameter) -> _Sentences:
    title, mend = input_sentences(error)
    return _Sentences(title, _NOTHING_CHANGED, mend)


@_explains(errors.InvalidScreen)
def _invalid_screen(error: errors.InvalidScreen) -> _Sentences:
    return _Sentences(*screen_sentences(error.problems))


@_explains(errors.InvalidStrategy)
def _invalid_strategy(error: errors.InvalidStrategy) -> _Sentences:
    from upbit_auto_trading.component_system.strategy_problem_text import strategy_sentences  # not before it is needed

    title, mend = strategy_sentences(error.problems)
    return _Sentences(title, _NOTHING_CHANGED, mend)


@_explains(errors.ExchangeError)
def _of_an_exchange(error: errors.ExchangeError) -> _Sentences:
    return _Sentences(*EXCHANGE_SENTENCES[type(error)](error))


_EXPLANATIONS.update(dict.fromkeys(EXCHANGE_SENTENCES, _EXPLANATIONS[errors.ExchangeError]))


@_explains(errors.WrongPassword)
def _wrong_password(error: errors.WrongPassword) -> _Sentences:
    title = Text("비밀번호가 맞지 않아요.", "The passphrase is wrong.")
    if error.retry_at is None:
        mend = Text(
            "한/영과 대문자 상태를 보고 다시 넣으세요.", "Check the keyboard language and Caps Lock, then try again."
        )
    else:
        mend = Text("{at}(KST)부터 다시 넣을 수 있어요.", "You can try again from {at} KST.").format(
            at=f"{error.retry_at.astimezone(KST):%H:%M:%S}"
        )
    return _Sentences(title, Text("키는 잠긴 채 그대로예요.", "The keys stay locked."), mend)


@_explains(errors.DiskFull)
def _disk_full(error: errors.DiskFull) -> _Sentences:
    return _Sentences(
        Text("디스크에 빈 공간이 모자라요.", "The disk has too little free space."),
        Text(
            "쓰던 것은 되돌렸고, 저장된 자료는 그대로예요.",
            "What was being written was undone; what was stored is unchanged.",
        ),
        Text(
            "{folder} 폴더가 있는 디스크를 비운 뒤 다시 하세요.", "Free space on the disk of {folder}, then try again."
        ).format(folder=_folder(error)),
    )


@_explains(errors.FolderReadOnly)
def _read_only(error: errors.FolderReadOnly) -> _Sentences:
    return _Sentences(
        Text("{folder} 폴더에 쓸 수 없어요.", "The folder {folder} cannot be written.").format(folder=_folder(error)),
        _DATA_UNTOUCHED,
        Text(
            "폴더의 쓰기 권한을 주거나, --data-dir로 다른 폴더를 고르세요.",
            "Allow writing to it, or choose another folder with --data-dir.",
        ),
    )


@_explains(errors.PathUnusable)
def _path_unusable(error: errors.PathUnusable) -> _Sentences:
    return _Sentences(
        Text("{path} 경로는 쓸 수 없어요.", "The path {path} cannot be used.").format(path=error.path),
        _DATA_UNTOUCHED,
        Text(
            "폴더여야 할 곳에 파일이 있거나 이름이 너무 긴지 보고, 다른 곳을 고르세요.",
            "See whether a file stands where a folder belongs, or a name is too long, and choose another place.",
        ),
    )


@_explains(errors.DatabaseBusy)
def _busy(error: errors.DatabaseBusy) -> _Sentences:
    return _Sentences(
        Text("다른 프로그램이 {file} 파일을 쓰고 있어요.", "Another program is using the file {file}.").format(
            file=_file(error)
        ),
        _DATA_UNTOUCHED,
        Text(
            "백신, 동기화, 데이터베이스 프로그램을 닫고 다시 하세요.",
            "Close virus scanners, sync tools or database programs, then try again.",
        ),
    )


@_explains(errors.DriveFailed)
def _drive_failed(error: errors.DriveFailed) -> _Sentences:
    return _Sentences(
        Text("디스크가 {file} 파일에서 오류를 냈어요.", "The drive failed on the file {file}.").format(
            file=_file(error)
        ),
        Text("이번 작업은 저장되지 않았을 수 있어요.", "This piece of work may not have been stored."),
        Text(
            "드라이브 연결과 상태를 보고, 자료를 다른 디스크에 복사해 두세요.",
            "Check the drive and its connection, and copy your data to another disk.",
        ),
    )


@_explains(errors.DatabaseDamaged)
def _damaged(error: errors.DatabaseDamaged) -> _Sentences:
    return _Sentences(
        Text("{file} 파일이 손상됐어요.", "The file {file} is damaged.").format(file=_file(error)),
        Text(
            "지우지 않고 그대로 두었어요. 백업은 영향이 없어요.", "It is kept, not deleted. Backups are not affected."
        ),
        Text("가장 새로운 백업에서 복원하세요.", "Restore the newest backup."),
    )


@_explains(errors.NewerSchema)
def _newer_schema(error: errors.NewerSchema) -> _Sentences:
    return _Sentences(
        Text(
            "{file} 파일은 더 새로운 버전이 만들었어요.", "A newer version of the program wrote the file {file}."
        ).format(file=_file(error)),
        Text(
            "잘못 읽지 않도록 열지 않았어요. 파일은 그대로예요.", "It was not opened, so nothing is misread or changed."
        ),
        Text("최신 버전을 설치하고 다시 시작하세요.", "Install the latest version, then start again."),
    )


_BACKUP_REASONS = {
    "not-found": (
        Text("{file} 파일이 없어요.", "There is no file {file}."),
        Text(
            "backups 폴더에 있는 파일 이름을 다시 확인하세요.",
            "Check the name against the files in the backups folder.",
        ),
    ),
    "not-a-backup": (
        Text("{file} 파일은 이 프로그램의 백업이 아니에요.", "The file {file} is not a backup of this program."),
        Text(
            "backups 폴더의 upbit-autotrader-….zip을 고르세요.",
            "Choose an upbit-autotrader-….zip from the backups folder.",
        ),
    ),
    "damaged": (
        Text("백업 파일 {file}{이/가} 손상됐어요.", "The backup file {file} is damaged."),
        Text("다른 백업을 고르세요.", "Choose another backup."),
    ),
    "newer-version": (
        Text("{file} 백업은 더 새로운 버전이 만들었어요.", "A newer version of the program made the backup {file}."),
        Text("최신 버전을 설치한 뒤 복원하세요.", "Install the latest version, then restore it."),
    ),
    "unexpected-content": (
        Text("{file} 안에 백업에 없어야 할 것이 있어요.", "The file {file} holds what no backup of ours holds."),
        Text("누가 고쳤을 수 있으니 다른 백업을 고르세요.", "Somebody may have changed it: choose another backup."),
    ),
    "too-large": (
        Text("{file} 안의 파일이 비정상적으로 커요.", "The contents of {file} are far too large for a backup."),
        Text("누가 고쳤을 수 있으니 다른 백업을 고르세요.", "Somebody may have changed it: choose another backup."),
    ),
}


@_explains(errors.BackupUnusable)
def _backup_unusable(error: errors.BackupUnusable) -> _Sentences:
    title, mend = _BACKUP_REASONS.get(error.detail, _BACKUP_REASONS["damaged"])
    return _Sentences(
        title.format(file=_file(error)), Text("지금 자료는 그대로예요.", "Your present data is unchanged."), mend
    )


@_explains(errors.NothingToBackUp)
def _nothing_to_back_up(error: errors.NothingToBackUp) -> _Sentences:
    return _Sentences(
        Text("{folder} 폴더에 아직 백업할 자료가 없어요.", "The folder {folder} holds nothing to back up yet.").format(
            folder=error.path
        ),
        Text("잃은 것은 없어요.", "Nothing is lost."),
        Text("프로그램을 한 번 켜거나, --data-dir이 맞는지 보세요.", "Start the program once, or check --data-dir."),
    )


_always(
    errors.VaultMissing,
    Text("저장된 키가 아직 없어요.", "No keys are stored yet."),
    Text("연습과 모의는 키 없이 할 수 있어요.", "Practice and paper trading need none."),
    Text("설정의 키에서 키를 넣으세요.", "Add a key under Settings, Keys."),
)
_always(
    errors.VaultExists,
    Text("키 파일이 이미 있어요.", "There is a key file already."),
    Text("덮어쓰지 않았고, 안에 든 키도 그대로예요.", "It was not overwritten, and its keys are unchanged."),
    Text("잠금을 풀거나, 먼저 키 파일을 따로 치워 두세요.", "Unlock it, or set it aside first."),
)
_always(
    errors.VaultLocked,
    Text("키가 잠겨 있어요.", "The keys are locked."),
    Text("키를 읽지 않았고, 주문도 보내지 않았어요.", "No key was read and no order was sent."),
    Text("설정의 키에서 잠금을 푸세요.", "Unlock them under Settings, Keys."),
)
_always(
    errors.VaultDamaged,
    Text("키 파일이 손상됐거나 누가 고쳤어요.", "The key file is damaged or was changed by somebody."),
    Text("키를 꺼내지 않았고, 파일은 지우지 않았어요.", "No key was taken from it, and it was not deleted."),
    Text(
        "백업에서 복원하거나, 치워 두고 키를 다시 넣으세요.",
        "Restore a backup, or set it aside and enter the keys again.",
    ),
)
_always(
    errors.VaultTruncated,
    Text("키 파일의 끝부분이 없어요.", "The end of the key file is missing."),
    Text("키를 꺼내지 않았고, 파일은 지우지 않았어요.", "No key was taken from it, and it was not deleted."),
    Text(
        "백업에서 복원하거나, 치워 두고 키를 다시 넣으세요.",
        "Restore a backup, or set it aside and enter the keys again.",
    ),
)
_always(
    errors.VaultFromAnotherMachine,
    Text("이 키 파일을 여는 열쇠가 이 PC에 없어요.", "What opens this key file is not on this computer."),
    Text("키는 암호화된 채 그대로예요.", "The keys stay encrypted as they are."),
    Text(
        "원래 PC에서 열거나, 치워 두고 키를 다시 넣으세요.",
        "Open it on the old computer, or set it aside and enter the keys again.",
    ),
)
_always(
    errors.VaultFromNewerVersion,
    Text("키 파일은 더 새로운 버전이 만들었어요.", "A newer version of the program wrote the key file."),
    _KEYS_UNTOUCHED,
    Text("최신 버전을 설치하고 다시 시작하세요.", "Install the latest version, then start again."),
)
_always(
    errors.KeyStoreMissing,
    Text("이 시스템에는 쓸 수 있는 키 저장소가 없어요.", "This system has no key store that can be used."),
    Text("키는 저장하지 않았어요.", "No key was stored."),
    Text("비밀번호로 보호하는 방법을 고르세요.", "Choose protection by a passphrase instead."),
)
_always(
    errors.KeyStoreUnavailable,
    Text("시스템의 키 저장소가 응답하지 않아요.", "The system's key store does not answer."),
    _KEYS_UNTOUCHED,
    Text("키 저장소의 잠금을 푼 뒤 다시 하세요.", "Unlock the key store, then try again."),
)
_always(
    errors.TooBusy,
    Text("기다리는 작업이 너무 많아 받지 않았어요.", "Too much work is waiting, so this was not accepted."),
    Text("시작하지 않았으니 바뀐 것은 없어요.", "It was not begun, so nothing was changed."),
    Text("진행 중인 작업이 끝난 뒤 다시 하세요.", "Try again when the running work has finished."),
)
_always(
    errors.InvariantBroken,
    Text("프로그램이 스스로 잘못된 상태를 찾아 멈췄어요.", "The program found a fault of its own and stopped there."),
    Text("저장된 자료와 열린 주문은 건드리지 않았어요.", "Stored data and open orders were not touched."),
    Text("다시 시작하고, 자세한 내용을 복사해 알려 주세요.", "Start it again, and report the copied details."),
)


@_explains(errors.AnotherInstanceRuns)
def _another_instance(error: errors.AnotherInstanceRuns) -> _Sentences:
    number = "" if error.process_id is None else f" ({error.process_id})"
    return _Sentences(
        Text(
            "이 자료 폴더에서 프로그램이 이미 돌고 있어요{number}.",
            "The program already runs in this data folder{number}.",
        ).format(number=number),
        _NOTHING_CHANGED,
        Text("그 창을 앞으로 불렀어요.", "Its window was brought to the front.")
        if error.came_to_front
        else Text("먼저 그 프로그램을 끝내고 다시 하세요.", "Close that program first, then try again."),
    )


def _file(error: errors.StorageError) -> str:
    return PurePath(error.path).name or error.path


def _folder(error: errors.StorageError) -> str:
    place = PurePath(error.path)
    return str(place.parent if place.suffix else place)
