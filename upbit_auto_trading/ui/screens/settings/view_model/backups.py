"""State of the section "data and backup": folder, sizes, the list of backups, a backup or a restore under way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from upbit_auto_trading.business_logic.ports.maintenance import BackupSummary
from upbit_auto_trading.config.app_paths import AppPaths, FolderChoice
from upbit_auto_trading.ui.app_services import AppServices
from upbit_auto_trading.ui.error_boundary import ErrorMessage, explain
from upbit_auto_trading.ui.runtime.operation import (
    Operation,
    OperationContext,
    OperationHandle,
    Progress,
)
from upbit_auto_trading.ui.screens.settings.view_model.folder_sizes import FolderSizes, measure_folders
from upbit_auto_trading.utils.bilingual_text import Text

TOPIC = "backups"
WHY_THIS_FOLDER = {
    FolderChoice.BESIDE_PROGRAM: Text(
        "프로그램 옆 폴더예요. 프로그램 폴더째 옮기면 자료도 함께 가요.",
        "Beside the program: move the program folder and the data goes with it.",
    ),
    FolderChoice.GIVEN: Text(
        "시작할 때 --data-dir로 고른 폴더예요. 다음에도 같은 폴더를 알려 줘야 해요.",
        "Chosen with --data-dir at this start. The next start needs the same folder again.",
    ),
    FolderChoice.PER_USER: Text(
        "프로그램 폴더에 쓸 수 없어서 내 계정의 폴더를 써요. 이 컴퓨터의 다른 사용자와 나누지 않아요.",
        "The program folder cannot be written, so this is a folder of your account, not shared with other users.",
    ),
}
MAKING = Text("백업하는 중", "Backing up")
CHECKING = Text("백업을 확인하는 중", "Checking the backup")
PREPARING = Text("복원을 준비하는 중", "Preparing the restore")
_LISTING = Text("백업 목록 읽기", "Reading the list of backups")
_MEASURING = Text("폴더 크기 재기", "Measuring the folders")


@dataclass(frozen=True, slots=True)
class RunningWork:
    title: Text
    progress: Progress = field(default_factory=Progress)


@dataclass(frozen=True, slots=True)
class BackupsState:
    folder: Path
    why: Text
    sizes: FolderSizes | None = None
    #: ``None`` while they are being read for the first time
    backups: tuple[BackupSummary, ...] | None = None
    #: the list could not be read
    list_error: ErrorMessage | None = None
    running: RunningWork | None = None
    #: the last backup or restore did not work; said until the next try
    error: ErrorMessage | None = None
    #: made just now
    made: BackupSummary | None = None
    #: verified, and waiting for the typed word
    to_restore: BackupSummary | None = None
    is_starting_again: bool = False


class BackupsViewModel(QObject):
    state_changed = pyqtSignal(object)

    def __init__(self, services: AppServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._handle: OperationHandle | None = None
        self._state = BackupsState(services.paths.user_root, WHY_THIS_FOLDER[services.paths.choice])
        services.operations.changed.connect(self._hear_of)

    @property
    def state(self) -> BackupsState:
        return self._state

    def load(self) -> None:
        """Reads the list and the sizes; what is shown stays until the new is there."""
        self._services.operations.run_in_background(
            Operation(_LISTING, lambda _context: self._services.maintenance.backups()),
            initiator=self,
            on_success=lambda backups: self._change(backups=backups, list_error=None),
            on_failure=lambda error: self._change(list_error=explain(error)),
        )
        paths = self._services.paths
        self._services.operations.run_in_background(
            Operation(_MEASURING, lambda context: measure(paths, context)),
            initiator=self,
            on_success=lambda sizes: self._change(sizes=sizes),
            on_failure=lambda _error: self._change(sizes=None),  # a size is a courtesy; the list tells of the fault
        )

    def open_folder(self) -> None:
        self._services.open_folder(str(self._state.folder))

    def make_backup(self, with_candles: bool) -> None:
        if self._state.running is not None:
            return
        self._change(running=RunningWork(MAKING), error=None, made=None)
        self._handle = self._services.operations.run_in_background(
            Operation(
                MAKING,
                lambda context: self._services.maintenance.make_backup(with_candles, context.keep_going),
                TOPIC,
            ),
            initiator=self,
            on_success=self._show_made,
            on_failure=self._show_failure,
            on_cancelled=self._forget_running,
            on_progress=self._show_progress,
        )

    def cancel(self) -> None:
        if self._handle is not None:
            self._handle.cancel()

    def choose_for_restore(self, file_name: str) -> None:
        """Verifies the file in the background; then :attr:`BackupsState.to_restore` asks for the typed word."""
        if self._state.running is not None:
            return
        self._change(running=RunningWork(CHECKING), error=None, made=None, to_restore=None)
        self._handle = self._services.operations.run_in_background(
            Operation(
                CHECKING,
                lambda context: self._services.maintenance.check_backup(file_name, context.keep_going),
            ),
            initiator=self,
            on_success=lambda backup: self._change(running=None, to_restore=backup),
            on_failure=self._show_failure,
            on_cancelled=self._forget_running,
            on_progress=self._show_progress,
        )

    def put_off_restore(self) -> None:
        self._change(to_restore=None)

    def restore(self) -> None:
        """The word was typed: prepare, then start again; the files are exchanged at that start."""
        backup = self._state.to_restore
        if backup is None:
            return
        name = backup.file_name
        self._change(running=RunningWork(PREPARING), to_restore=None)
        self._handle = self._services.operations.run_in_background(
            Operation(PREPARING, lambda _context: self._services.maintenance.prepare_restore(name)),
            initiator=self,
            on_success=lambda _nothing: self._start_again(),
            on_failure=self._show_failure,
            on_cancelled=self._forget_running,
            on_progress=self._show_progress,
        )

    def _start_again(self) -> None:
        self._change(running=None, is_starting_again=True)
        self._services.start_again()

    def _show_made(self, backup: BackupSummary) -> None:
        self._handle = None
        self._change(running=None, made=backup)
        self.load()

    def _show_failure(self, error: Exception) -> None:
        self._handle = None
        self._change(running=None, error=explain(error))

    def _forget_running(self) -> None:
        self._handle = None
        self._change(running=None)

    def _show_progress(self, progress: Progress) -> None:
        if self._state.running is not None:
            self._change(running=replace(self._state.running, progress=progress))

    @pyqtSlot(str, object)
    def _hear_of(self, topic: str, initiator: object) -> None:
        if topic == TOPIC and initiator is not self and self._state.backups is not None:
            self.load()

    def _change(self, **changes: object) -> None:
        state = replace(self._state, **changes)  # type: ignore[arg-type]  # names are checked by replace itself
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)


def measure(paths: AppPaths, context: OperationContext) -> FolderSizes:
    return measure_folders(paths, context.check_cancelled)
