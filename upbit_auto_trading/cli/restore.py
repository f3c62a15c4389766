"""``restore FILE``: puts a backup in the place of the present files, after backing those up."""

from __future__ import annotations

from pathlib import Path

from upbit_auto_trading.cli.command import Command, Invocation
from upbit_auto_trading.cli.parsing import BilingualParser
from upbit_auto_trading.cli.progress_line import ProgressLine
from upbit_auto_trading.config.app_paths import AppPaths
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.korean_time import KST

_DONE = Text("{made_at} (KST)의 백업으로 복원했어요.", "The backup of {made_at} KST was put in place.")
_WAY_BACK = Text("지금까지의 자료는 여기 있어요: {file}", "What was there before is kept in: {file}")
_NOTHING_BEFORE = Text("백업할 이전 자료가 없었어요.", "There was no earlier data to keep.")
_SET_ASIDE = Text(
    "백업할 수 없던 이전 파일은 {folder}에 옮겨 두었어요.",
    "Earlier files that no backup could hold were moved to {folder}.",
)
_JOURNAL_LATER = Text("보안 기록은 다음 시작 때 남겨요.", "The security journal will be told at the next start.")


def _add_arguments(parser: BilingualParser) -> None:
    parser.add_argument(
        "file", Text("백업 파일, 또는 backups 폴더에 있는 이름", "a backup, or its name in the backups folder")
    )


def _run(invocation: Invocation) -> int:
    from upbit_auto_trading.composition_root.command_line import workbench

    console, given = invocation.console, invocation.arguments
    work = workbench(given.data_dir)
    progress = ProgressLine(Text("복원 중", "Restoring"), console.language, console.err, work.clock)
    try:
        outcome = work.restore(_find(given.file, work.paths), progress)
    finally:
        progress.end()
    report = outcome.report
    console.say(_DONE.format(made_at=f"{report.backup_made_at.astimezone(KST):%Y-%m-%d %H:%M:%S}"))
    if report.before_restore is not None:
        console.say(_WAY_BACK.format(file=work.paths.backups / report.before_restore.file_name))
    elif not report.set_aside:
        console.say(_NOTHING_BEFORE)
    if report.set_aside:
        console.say(_SET_ASIDE.format(folder=work.paths.set_aside))
    if outcome.journal_error is not None:
        console.explain(outcome.journal_error)
        console.note(_JOURNAL_LATER)
    return 0


def _find(name: str, paths: AppPaths) -> Path:
    """A plain name that is not in the current folder means one of the backups."""
    given = Path(name).expanduser()
    listed = paths.backups / name
    return listed if not given.exists() and given.name == name and listed.is_file() else given


COMMAND = Command(
    "restore",
    Text(
        "백업을 복원해요. 지금 자료는 먼저 백업해요.", "Puts a backup in place; what is there now is backed up first."
    ),
    _add_arguments,
    _run,
)
