"""argparse in the language of the user: its own words are English, so headings and complaints are ours."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from upbit_auto_trading.utils.bilingual_text import Language, Text

#: options, of the commands and of the window, that are followed by a value
_WITH_VALUE = frozenset({"--data-dir", "--lang", "--start-report"})
_USAGE = Text("사용법: ", "Usage: ")
_ARGUMENTS = Text("받는 값", "Arguments")
_OPTIONS = Text("옵션", "Options")
_MISUSED = Text("명령을 이해하지 못했어요: {problem}.", "The command was not understood: {problem}.")
_UNKNOWN_OPTION = Text("모르는 값이 있어요: {names}.", "Not understood: {names}.")
_NEEDS_VALUE = Text("{name} 뒤에 값이 필요해요.", "{name} needs a value.")
#: how argparse puts it; another wording in a later Python ends in the general sentence
_WITHOUT_VALUE = re.compile(r"argument (\S+): expected one argument")
_MISSING = Text("{name}{이/가} 빠졌어요.", "{name} is missing.")
_EMPTY_FOLDER = Text("--data-dir 뒤의 폴더 이름이 비어 있어요.", "The folder after --data-dir has no name.")


class WrongUsage(Exception):
    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


def split_command(argv: Sequence[str]) -> tuple[str | None, list[str]]:
    """The command, wherever it stands among the options, and everything else."""
    is_value = False
    for index, word in enumerate(argv):
        if is_value:
            is_value = False
        elif word.startswith("-"):
            is_value = word in _WITH_VALUE
        else:
            return word, [*argv[:index], *argv[index + 1 :]]
    return None, list(argv)


class BilingualParser:
    """The little of argparse that our commands use."""

    def __init__(self, name: str, summary: Text, language: Language) -> None:
        self._language = language
        self._required: list[str] = []
        self._takes_minus: set[str] = set()
        self._many: str | None = None
        self._optional: list[str] = []
        self._parser = ComplainingParser(
            prog=f"python -m upbit_auto_trading {name}",
            description=summary.in_language(language),
            formatter_class=_formatter(_USAGE.in_language(language)),
            add_help=False,
            allow_abbrev=False,
        )
        self._arguments = self._parser.add_argument_group(_ARGUMENTS.in_language(language))
        self._options = self._parser.add_argument_group(_OPTIONS.in_language(language))

    def add_argument(self, name: str, explanation: Text) -> None:
        """A value that must be given. argparse sees it as optional, so that the complaint is ours."""
        self._required.append(name)
        self._arguments.add_argument(
            name, nargs="?", help=explanation.in_language(self._language), metavar=name.upper()
        )

    def add_optional_argument(self, name: str, explanation: Text) -> None:
        """A value that only some uses of the command take."""
        self._optional.append(name)
        self._arguments.add_argument(
            name, nargs="?", help=explanation.in_language(self._language), metavar=name.upper()
        )

    def add_many(self, name: str, explanation: Text) -> None:
        """The last argument: one value or several, wherever they stand among the options."""
        self._many = name
        self._arguments.add_argument(
            name, nargs="*", help=explanation.in_language(self._language), metavar=name.upper(), default=[]
        )

    def add_switch(self, name: str, explanation: Text) -> None:
        self._options.add_argument(name, action="store_true", help=explanation.in_language(self._language))

    def add_option(
        self,
        name: str,
        explanation: Text,
        metavar: str,
        kind: Callable[[str], Any] = str,
        *,
        takes_minus: bool = False,
    ) -> None:
        """``takes_minus``: its value may begin with a minus, which argparse would take for another option."""
        if takes_minus:
            self._takes_minus.add(name)
        self._options.add_argument(name, help=explanation.in_language(self._language), metavar=metavar, type=kind)

    def add_repeated(self, name: str, explanation: Text, metavar: str) -> None:
        """An option that may be given several times; a list, empty without it."""
        self._options.add_argument(
            name, help=explanation.in_language(self._language), metavar=metavar, action="append", default=[]
        )

    def add_help(self, explanation: Text) -> None:
        self._options.add_argument("-h", "--help", action="store_true", help=explanation.in_language(self._language))

    def parse(self, argv: Sequence[str]) -> argparse.Namespace:
        """Raises WrongUsage."""
        given, unknown = self._parser.parse_known_intermixed_args(list(self._with_minus(argv)))
        if given.help:
            return given
        if self._many is not None:  # argparse takes those that stand together, and leaves the others
            given.__dict__[self._many] += [word for word in unknown if not word.startswith("-")]
            unknown = [word for word in unknown if word.startswith("-")]
        refuse_unknown(unknown)
        for name in self._required:
            if getattr(given, name) is None:
                raise WrongUsage(_MISSING.format(name=name.upper()))
        if self._many is not None and not getattr(given, self._many):
            raise WrongUsage(_MISSING.format(name=self._many.upper()))
        refuse_language(given.lang)
        return given

    def _with_minus(self, argv: Sequence[str]) -> Iterator[str]:
        words = iter(argv)
        for word in words:
            value = next(words, None) if word in self._takes_minus else None
            if value is None:
                yield word
            elif value.startswith("--"):  # another option: the complaint is argparse's
                yield from (word, value)
            else:
                yield f"{word}={value}"

    def format_usage(self) -> str:
        self._describe_usage()
        return self._parser.format_usage()

    def format_help(self) -> str:
        self._describe_usage()
        return self._parser.format_help()

    def _describe_usage(self) -> None:
        words = [
            self._parser.prog,
            *(name.upper() for name in self._required),
            *(f"[{name.upper()}]" for name in self._optional),
            *([] if self._many is None else [f"{self._many.upper()} …"]),
            f"[{_OPTIONS.in_language(self._language)}]",
        ]
        self._parser.usage = " ".join(words)


def add_common_options(parser: BilingualParser) -> None:
    parser.add_option(
        "--data-dir",
        Text("자료 폴더 (기본: 프로그램 옆)", "folder of all user data (default: beside the program)"),
        "DIR",
        folder,
    )
    parser.add_option("--lang", Text("이번 실행의 언어: ko 또는 en", "language of this run: ko or en"), "LANG")
    parser.add_switch(
        "--debug", Text("오류가 나면 개발자용 내용까지 보여요", "on a fault, also show what developers need")
    )
    parser.add_help(Text("이 도움말을 보여요", "show this help"))


def folder(text: str) -> Path:
    """An empty name, as of a variable that a script forgot to set, would silently mean the current folder."""
    if not text.strip():
        raise WrongUsage(_EMPTY_FOLDER)
    return Path(text)


def refuse_unknown(words: Sequence[str]) -> None:
    if words:
        raise WrongUsage(_UNKNOWN_OPTION.format(names=" ".join(words)))


def refuse_language(given: str | None) -> None:
    if given is not None and given not in {language.value for language in Language}:
        raise WrongUsage(_MISUSED.format(problem=f"--lang {given} (ko, en)"))


class ComplainingParser(argparse.ArgumentParser):
    """Complains by raising; argparse would print English and exit."""

    def error(self, message: str) -> NoReturn:
        lone_option = _WITHOUT_VALUE.match(message)
        if lone_option:
            raise WrongUsage(_NEEDS_VALUE.format(name=lone_option[1]))
        raise WrongUsage(_MISUSED.format(problem=message))


def _formatter(usage: str) -> type[argparse.HelpFormatter]:
    class Formatter(argparse.HelpFormatter):
        def add_usage(
            self,
            given_usage: str | None,
            actions: Iterable[argparse.Action],
            groups: Iterable[Any],
            prefix: str | None = None,
        ) -> None:
            super().add_usage(given_usage, actions, groups, usage if prefix is None else prefix)

    return Formatter
