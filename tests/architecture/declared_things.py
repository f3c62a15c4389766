"""Everything that the program offers or promises by declaration, each under the name by which a test claims it."""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterator
from typing import Any

from tests.architecture.source_tree import package_modules
from upbit_auto_trading import cli
from upbit_auto_trading.business_logic.domain.errors import TradingAppError
from upbit_auto_trading.business_logic.ports.credentials import SecurityEvent
from upbit_auto_trading.business_logic.use_cases.periodic_jobs import periodic_jobs
from upbit_auto_trading.cli import desktop
from upbit_auto_trading.cli.parsing import BilingualParser, add_common_options
from upbit_auto_trading.composition_root.desktop import DesktopProgram
from upbit_auto_trading.config.settings import ALL_SETTINGS
from upbit_auto_trading.data_layer.doctor.registry import ALL_CHECKS
from upbit_auto_trading.ui.notices import NoticeLevel
from upbit_auto_trading.ui.runtime.shutdown import EndReason
from upbit_auto_trading.utils.bilingual_text import Language, Text

#: declared because the journal's format is frozen; nothing produces them yet. As soon as something does, a test has
#: to claim them, and they leave this list.
EVENTS_OF_LATER_ISSUES = {
    SecurityEvent.LIVE_ARMED: "with live trading: nothing can be armed before",
    SecurityEvent.OVERRIDE_TYPED: "with live trading: there is no limit to override before",
    SecurityEvent.COMPONENT_ALLOWED: "issue 5: components of users are loaded there",
}
#: the declaration itself, and the words for it: neither produces an event or an error
_NOT_PRODUCING = ("ports/credentials.py", "sections/security_words.py", "ui/error_boundary.py", "domain/errors.py")


def declared_without_a_window() -> Iterator[str]:
    yield from (f"setting:{setting.id}" for setting in ALL_SETTINGS)
    yield from (f"command:{name}" for name in cli.commands())
    yield from (f"option:{name}" for name in _options(desktop.build_parser()))
    yield from _options_of_commands()
    yield from (f"job:{job.id}" for job in periodic_jobs(_never_used()))
    yield from (f"check:{check.id}" for check in ALL_CHECKS)
    yield from (f"notice:{level.value}" for level in NoticeLevel)
    yield from (f"end:{reason.value}" for reason in EndReason)
    yield from (f"event:{event.value}" for event in SecurityEvent if event not in EVENTS_OF_LATER_ISSUES)
    yield from (f"error:{leaf.__name__}" for leaf in error_leaves())


def declared_by_the_window(program: DesktopProgram) -> Iterator[str]:
    yield from (f"shortcut:{name}" for name in program.core.shortcuts.usable)
    yield from (f"screen:{name}" for name in program.screens.ids)
    found = program.screens.findables(program.appearance)
    yield from (f"finder:{kind}" for kind in {item.kind.en for item in found})
    yield from (f"finder:Command:{item.title.en}" for item in found if item.kind.en == "Command")


def error_leaves(kind: type[TradingAppError] = TradingAppError) -> Iterator[type[TradingAppError]]:
    children = [child for child in kind.__subclasses__() if child.__module__ == TradingAppError.__module__]
    if not children:
        yield kind
    for child in children:
        yield from error_leaves(child)


def raised_in_the_package() -> set[str]:
    """Names that are called, or stand in a table or tuple from which one is chosen to be raised."""
    return {name for name, _at in _produced_names()}


def produced_events() -> dict[SecurityEvent, str]:
    """Each event that some code names outside its declaration and its words, and where."""
    found: dict[SecurityEvent, str] = {}
    for module in package_modules():
        if module.path.endswith(_NOT_PRODUCING):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == SecurityEvent.__name__:
                found[SecurityEvent[node.attr]] = module.at(node)
    return found


def _produced_names() -> Iterator[tuple[str, str]]:
    for module in package_modules():
        if module.path.endswith(_NOT_PRODUCING):
            continue
        for node in ast.walk(module.tree):
            named = [node.func] if isinstance(node, ast.Call) else []
            named += node.values if isinstance(node, ast.Dict) else []
            named += [node.exc] if isinstance(node, ast.Raise) and node.exc is not None else []
            named += [node.body, node.orelse] if isinstance(node, ast.IfExp) else []
            yield from ((name.id, module.at(node)) for name in named if isinstance(name, ast.Name))


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from (name for name in action.option_strings if name.startswith("--"))


def _options_of_commands() -> Iterator[str]:
    common = BilingualParser("any", Text("", ""), Language.ENGLISH)
    add_common_options(common)
    yield from (f"option:COMMAND {name}" for name in _options(common._parser))
    for command in cli.commands().values():
        parser = BilingualParser(command.name, command.summary, Language.ENGLISH)
        command.add_arguments(parser)
        yield from (f"option:{command.name} {name}" for name in _options(parser._parser))


def _never_used() -> Any:
    """The jobs are only listed; those that are not wrapped are looked up."""

    class NoWork:
        check_journal = staticmethod(lambda: "")
        check_keys = staticmethod(lambda: "")
        clean_up_candles = staticmethod(lambda: "")

    return NoWork()
