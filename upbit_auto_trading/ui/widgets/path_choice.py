"""Asking for a file: the window goes on while the system's dialog is open."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QWidget

from upbit_auto_trading.ui.design.language import tr
from upbit_auto_trading.utils.bilingual_text import Text

#: (parent, title, kinds, take): calls back with the path where one was chosen
ChooseOpen = Callable[[QWidget, Text, Text, Callable[[str], None]], None]
#: (parent, title, kinds, proposed name, take)
ChooseSave = Callable[[QWidget, Text, Text, str, Callable[[str], None]], None]


def choose_open(parent: QWidget, title: Text, kinds: Text, take: Callable[[str], None]) -> None:
    dialog = QFileDialog(parent, tr(title), "", tr(kinds))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    _open(dialog, take)


def choose_save(parent: QWidget, title: Text, kinds: Text, proposed: str, take: Callable[[str], None]) -> None:
    """The dialog itself asks before an existing file is replaced."""
    dialog = QFileDialog(parent, tr(title), proposed, tr(kinds))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    _open(dialog, take)


def _open(dialog: QFileDialog, take: Callable[[str], None]) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(take)
    dialog.open()
