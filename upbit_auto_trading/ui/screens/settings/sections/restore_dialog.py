"""Before a restore: what is replaced, that the present state is backed up first, and the typed word."""

from __future__ import annotations

from PyQt6.QtWidgets import QWidget

from upbit_auto_trading.business_logic.ports.maintenance import BackupSummary
from upbit_auto_trading.ui.design import formats
from upbit_auto_trading.ui.design.icons import Icon
from upbit_auto_trading.ui.design.tokens import Shell
from upbit_auto_trading.ui.screens.settings.sections.backup_words import reason_words
from upbit_auto_trading.ui.screens.settings.sections.fitting_dialog import FittingDialog
from upbit_auto_trading.ui.screens.settings.sections.pieces import NoticeBox
from upbit_auto_trading.ui.widgets.buttons import Button, ButtonRole
from upbit_auto_trading.ui.widgets.type_to_confirm import TypeToConfirm
from upbit_auto_trading.utils.bilingual_text import Text

WORD = Text("복원", "restore")
_TITLE = Text("{time} 백업으로 되돌릴까요?", "Go back to the backup of {time}?")
_REPLACED = Text(
    "설정과 전략이 그때의 것으로 바뀌어요. 백업에 든 키 파일과 내 부품도 함께 바뀌어요.",
    "Settings and strategies become those of that time, and so do the key file and your own components where the "
    "backup holds them.",
)
_CANDLES = Text("캔들도 그때의 것으로 바뀌어요.", "Candles become those of that time, too.")
_NO_CANDLES = Text("캔들은 백업에 없어서 지금 것이 남아요.", "Candles are not in this backup and stay as they are.")
_KEYS_LEFT_OUT = Text(
    "키는 이 백업에 없어요. 지금 키 파일이 남아요.", "Keys are not in this backup. The present key file stays."
)
_FIRST = Text("지금 상태를 먼저 백업해요", "The present state is backed up first")
_FIRST_REST = Text(
    "마음이 바뀌면 그 백업으로 다시 돌아올 수 있어요. 프로그램은 다시 시작해요.",
    "You can return to that backup if you change your mind. The program starts again.",
)
_ACTION = Text("백업으로 복원하고 다시 시작", "Restore and start again")


class RestoreDialog(FittingDialog):
    def __init__(self, backup: BackupSummary, parent: QWidget | None = None) -> None:
        made_at = formats.full_time(backup.made_at, zone=True)
        super().__init__(_TITLE.format(time=made_at), parent, width=Shell.DIALOG_MOST)
        self.is_confirmed = False
        reason = reason_words(backup.reason)
        self.add_line(Text(f"{reason.ko} · {backup.file_name}", f"{reason.en} · {backup.file_name}"), "table", "t3")
        self.add_line(_REPLACED)
        self.add_line(_CANDLES if backup.with_candles else _NO_CANDLES)
        if any(code.startswith("keys") for code in backup.left_out):
            self.add_line(_KEYS_LEFT_OUT)
        self.add_widget(NoticeBox(_FIRST, _FIRST_REST, "info", Icon.INFO))
        self.word = TypeToConfirm(WORD)
        self.add_widget(self.word)
        self.action = Button(_ACTION, ButtonRole.DANGER, Icon.HISTORY)
        self.action.clicked.connect(self._confirm)
        self.add_button(self.action)
        self.word.matched.connect(self._follow)
        self.word.confirmed.connect(self._confirm)
        self._follow(False)
        self.word.setFocus()

    def _follow(self, matched: bool) -> None:
        reason = Text("‘{word}’{을/를} 먼저 입력하세요.", "Type “{word}” first.").format(word=WORD)
        self.action.set_disabled_reason(None if matched else reason)

    def _confirm(self) -> None:
        if self.word.is_matched:
            self.is_confirmed = True
            self.accept()
