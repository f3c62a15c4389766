"""The program itself: its window, or only its engine. Qt is loaded after everything that can refuse to start."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from upbit_auto_trading import __version__
from upbit_auto_trading.cli.parsing import ComplainingParser, WrongUsage, folder, refuse_language, refuse_unknown
from upbit_auto_trading.composition_root.start_options import ExitStatus, StartOptions
from upbit_auto_trading.utils.bilingual_text import Language, Text

_NO_DISPLAY = Text(
    ko="화면을 찾을 수 없어서 창을 열지 못했어요. 창 없이 실행하려면 --headless를 붙이세요.",
    en="No display was found, so no window can be opened. Add --headless to run without one.",
)
_QT_LIBRARIES_MISSING = Text(
    ko="창을 여는 데 필요한 시스템 라이브러리가 없어요: {libraries}. Debian과 Ubuntu에서는 이렇게 설치하세요: "
    "sudo apt-get install {packages}",
    en="System libraries needed for a window are missing: {libraries}. On Debian and Ubuntu install them with: "
    "sudo apt-get install {packages}",
)
_NOT_TOGETHER = Text(
    "{first}{과/와} {second}{은/는} 함께 쓸 수 없어요.", "{first} and {second} cannot be used together."
)
_SEE_HELP = Text("옵션: python run_desktop_ui.py --help", "Options: python run_desktop_ui.py --help")
#: each of them is a run of its own kind; of two the one would be ignored without a word
_KINDS_OF_RUN = ("--headless", "--smoke-test", "--gallery", "--start-report")


def build_parser() -> argparse.ArgumentParser:
    parser = ComplainingParser(
        prog="run_desktop_ui.py",
        description="업비트 자동매매 시스템 · Upbit AutoTrader",
        epilog="python -m upbit_auto_trading --help: backup, restore, doctor …",
    )
    parser.add_argument("--version", action="version", version=f"Upbit AutoTrader {__version__}")
    parser.add_argument(
        "--data-dir",
        type=folder,
        metavar="DIR",
        help="모든 사용자 자료를 DIR에 보관 · keep all user data in DIR",
    )
    parser.add_argument("--headless", action="store_true", help="창 없이 엔진만 실행 · run the engine without a window")
    parser.add_argument(
        "--smoke-test", action="store_true", help="모두 한 번 켜 보고 끝냄 · start everything once, then stop"
    )
    parser.add_argument("--lang", metavar="{ko,en}", help="이번 실행의 언어 · language")
    parser.add_argument("--gallery", action="store_true", help="개발용 화면 요소 모음 · all controls, for development")
    parser.add_argument(
        "--start-report",
        type=Path,
        metavar="FILE",
        help="개발용: 창이 쓸 수 있게 되면 걸린 시간을 적고 끝냄 · for development: time the start, then quit",
    )
    return parser


def main(argv: Sequence[str]) -> int:
    try:
        given = _read(argv)
    except WrongUsage as wrong:
        return _complain(wrong, argv)
    options = StartOptions(
        data_dir=given.data_dir,
        headless=given.headless,
        smoke_test=given.smoke_test,
        gallery=given.gallery,
        language=Language(given.lang) if given.lang else None,
        start_report=given.start_report,
    )
    if not options.headless:
        refusal = _why_no_window()
        if refusal is not None:
            status, text = refusal
            print(text.in_language(options.language or Language.KOREAN), file=sys.stderr)
            if options.language is None:
                print(text.en, file=sys.stderr)
            return status
    from upbit_auto_trading.composition_root.program import run_program

    return run_program(options)


def _read(argv: Sequence[str]) -> argparse.Namespace:
    """Raises WrongUsage."""
    given, unknown = build_parser().parse_known_args(list(argv))
    refuse_unknown(unknown)
    refuse_language(given.lang)
    kinds = [name for name in _KINDS_OF_RUN if getattr(given, name.strip("-").replace("-", "_"))]
    if len(kinds) > 1:
        raise WrongUsage(_NOT_TOGETHER.format(first=kinds[0], second=kinds[1]))
    return given


def _complain(wrong: WrongUsage, argv: Sequence[str]) -> int:
    from upbit_auto_trading.cli.console import Console
    from upbit_auto_trading.cli.language import language_for

    Console(language_for(argv)).error(wrong.sentence, _SEE_HELP)
    return ExitStatus.WRONG_USAGE


def _why_no_window() -> tuple[int, Text] | None:
    from upbit_auto_trading.config.virtual_environment import missing_qt_libraries
    from upbit_auto_trading.ui.display_check import has_display

    if not has_display(os.environ):
        return ExitStatus.WRONG_USAGE, _NO_DISPLAY
    missing = missing_qt_libraries()
    if missing:
        libraries, packages = ", ".join(missing), " ".join(missing.values())
        return ExitStatus.COULD_NOT_START, _QT_LIBRARIES_MISSING.format(libraries=libraries, packages=packages)
    return None
