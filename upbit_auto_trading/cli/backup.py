"""``backup [--with-candles]``: one verified file, also beside the running program."""

from __future__ import annotations

from upbit_auto_trading.cli.command import Command, Invocation
from upbit_auto_trading.cli.parsing import BilingualParser
from upbit_auto_trading.cli.progress_line import ProgressLine
from upbit_auto_trading.utils.bilingual_text import Text

_DONE = Text("백업하고 확인했어요: {file} ({size})", "Backed up and checked: {file} ({size})")
_LEFT_OUT = {
    "candles": Text(
        "캔들은 넣지 않았어요. 다시 내려받을 수 있어요(--with-candles로 넣을 수 있어요).",
        "Candles were left out; they can be downloaded again (--with-candles puts them in).",
    ),
    "keys-with-key-file": Text(
        "API 키는 넣지 않았어요. 키 파일로 여는 키는 백업 밖으로 나가지 않아요.",
        "API keys were left out: what a key file opens never goes into a backup.",
    ),
    "keys-unreadable": Text(
        "키 파일을 읽을 수 없어 넣지 않았어요. doctor 명령으로 점검하세요.",
        "The key file could not be read and was left out. Run the doctor command.",
    ),
}


def _add_arguments(parser: BilingualParser) -> None:
    parser.add_switch("--with-candles", Text("캔들도 넣어요 (커질 수 있어요)", "candles too (may become large)"))


def _run(invocation: Invocation) -> int:
    from upbit_auto_trading.composition_root.command_line import workbench

    console, given = invocation.console, invocation.arguments
    work = workbench(given.data_dir)
    progress = ProgressLine(Text("백업 중", "Backing up"), console.language, console.err, work.clock)
    try:
        summary = work.back_up(given.with_candles, progress)
    finally:
        progress.end()
    console.say(_DONE.format(file=work.paths.backups / summary.file_name, size=size_text(summary.size_bytes)))
    for code in summary.left_out:
        console.say(_LEFT_OUT[code])
    return 0


def size_text(size_bytes: int) -> str:
    if size_bytes < 1_000_000:
        return f"{max(1, round(size_bytes / 1_000)):,} kB"
    return f"{size_bytes / 1_000_000:,.1f} MB"


COMMAND = Command(
    "backup",
    Text(
        "설정과 전략을 백업하고, 쓴 뒤에 다시 읽어 확인해요.", "Backs up settings and strategies, and checks the file."
    ),
    _add_arguments,
    _run,
)
