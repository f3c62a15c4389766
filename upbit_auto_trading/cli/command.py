"""What a command is made of."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from upbit_auto_trading.cli.console import Console
from upbit_auto_trading.cli.parsing import BilingualParser
from upbit_auto_trading.utils.bilingual_text import Text


@dataclass(frozen=True, slots=True)
class Invocation:
    arguments: argparse.Namespace
    console: Console


@dataclass(frozen=True, slots=True)
class Command:
    """``run`` returns the exit status; what it needs, it imports itself."""

    name: str
    summary: Text
    add_arguments: Callable[[BilingualParser], None]
    run: Callable[[Invocation], int]
