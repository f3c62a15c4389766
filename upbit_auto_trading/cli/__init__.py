"""One module per command; this one finds it, chooses the language and turns errors into sentences.

Without a command the program itself starts (``cli.desktop``). Exit statuses: 0 done, 1 failed with a sentence,
2 wrong usage. Nothing but the chosen command is imported, so that each answers quickly and none needs a display.
"""

from __future__ import annotations

from collections.abc import Sequence

from upbit_auto_trading import __version__
from upbit_auto_trading.business_logic.domain.errors import TradingAppError
from upbit_auto_trading.business_logic.ports.maintenance import Cancelled
from upbit_auto_trading.cli.command import Command, Invocation
from upbit_auto_trading.cli.console import Console
from upbit_auto_trading.cli.language import language_for
from upbit_auto_trading.cli.parsing import BilingualParser, WrongUsage, add_common_options, split_command
from upbit_auto_trading.utils.bilingual_text import Text

DONE, FAILED, WRONG_USAGE = 0, 1, 2

_OVERVIEW = Text(
    "명령을 쓰지 않으면 프로그램 창이 열려요. 창의 옵션: python run_desktop_ui.py --help",
    "Without a command the window opens. Its options: python run_desktop_ui.py --help",
)
_UNKNOWN = Text("{name}{이라/라}는 명령은 없어요.", "There is no command {name}.")
_SEE_HELP = Text("쓸 수 있는 명령: {names}.", "Commands: {names}.")
_STOPPED = Text("멈췄어요. 바뀐 것은 없어요.", "Stopped. Nothing was changed.")


def commands() -> dict[str, Command]:
    """By name, in the order of the overview; each is light until it runs."""
    from upbit_auto_trading.cli import (
        backtest,
        backup,
        candles,
        check,
        components,
        doctor,
        download,
        markets,
        practice_exchange,
        restore,
        screen,
    )

    return {
        command.name: command
        for command in (
            backtest.COMMAND,
            check.COMMAND,
            components.COMMAND,
            practice_exchange.COMMAND,
            download.COMMAND,
            markets.COMMAND,
            screen.COMMAND,
            backup.COMMAND,
            restore.COMMAND,
            doctor.COMMAND,
            candles.COMMAND,
        )
    }


def main(argv: Sequence[str]) -> int:
    name, rest = split_command(argv)
    if name is None:
        return _without_command(rest)
    console = Console(language_for(argv))
    known = commands()
    if name not in known:
        console.error(_UNKNOWN.format(name=name), _SEE_HELP.format(names=", ".join(known)))
        return WRONG_USAGE
    return _run(known[name], rest, console)


def _without_command(argv: Sequence[str]) -> int:
    if "--version" in argv:
        print(f"Upbit AutoTrader {__version__}")
        return DONE
    if "--help" in argv or "-h" in argv:
        _print_overview(Console(language_for(argv)))
        return DONE
    from upbit_auto_trading.cli import desktop

    return desktop.main(argv)


def _run(command: Command, argv: Sequence[str], console: Console) -> int:
    parser = BilingualParser(command.name, command.summary, console.language)
    command.add_arguments(parser)
    add_common_options(parser)
    try:
        given = parser.parse(argv)
    except WrongUsage as wrong:
        console.error(wrong.sentence, Text("", ""))
        console.note(parser.format_usage().rstrip())
        return WRONG_USAGE
    if given.help:
        console.say(parser.format_help().rstrip())
        return DONE
    return _carry_out(command, Invocation(given, console))


def _carry_out(command: Command, invocation: Invocation) -> int:
    console = invocation.console
    console.shows_tracebacks = bool(invocation.arguments.debug)
    console.explain_crashes()
    try:
        return command.run(invocation)
    except TradingAppError as error:
        console.explain(error)
        return FAILED
    except (Cancelled, KeyboardInterrupt):
        console.error(_STOPPED, Text("", ""))
        return FAILED


def _print_overview(console: Console) -> None:
    language = console.language
    console.say("python -m upbit_auto_trading COMMAND [--help]\n")
    for command in commands().values():
        console.say(f"  {command.name:<19}{command.summary.in_language(language)}")
    console.say("\n" + _OVERVIEW.in_language(language))
