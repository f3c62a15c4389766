"""``components``: Python files of one's own in data/components/: look at them, allow them to run, forbid them."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from upbit_auto_trading.cli.command import Command, Invocation
from upbit_auto_trading.cli.parsing import BilingualParser
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:
    from upbit_auto_trading.component_system.user_components import UserFile
    from upbit_auto_trading.composition_root.user_components import ComponentDesk

_WORKS: Final = ("list", "show", "allow", "forbid")
_NO_WORK: Final = Text("이 가운데 하나를 적어 주세요: {names}.", "Say one of: {names}.")
_FILE_MISSING: Final = Text("{work}에는 파일 이름이 필요해요.", "{work} needs the name of a file.")
_FILE_TOO_MANY: Final = Text("list에는 파일 이름을 적지 않아요.", "list takes no file.")
_NO_FILES: Final = Text("{folder}에 컴포넌트 파일(.py)이 없어요.", "There are no component files (.py) in {folder}.")
_NO_TEXT: Final = Text("{name}: 글자로 된 파일이 아니에요.", "{name} is no text file.")
_SHOWN: Final = Text(
    "{name}: 읽어 보고 믿을 수 있으면 허용하세요: components allow {name}\n"
    "허용한 파일은 이 프로그램과 똑같은 권한으로 실행돼요. 내용이 바뀌면 다시 물어봐요.\nSHA-256 {fingerprint}",
    "{name}: once you have read and trust it: components allow {name}\n"
    "An allowed file runs with all rights of this program. When its content changes, it must be allowed again.\n"
    "SHA-256 {fingerprint}",
)
_ALLOWED: Final = Text(
    "{name}: 이 내용을 허용했어요. SHA-256 {fingerprint}", "{name}: this content is allowed. SHA-256 {fingerprint}"
)
_FORBIDDEN: Final = Text("{name}: 이제 실행하지 않아요.", "{name}: it is not run any more.")
_WAS_NOT_ALLOWED: Final = Text("{name}: 허용한 적이 없는 내용이에요.", "{name}: this content was not allowed.")


def _add_arguments(parser: BilingualParser) -> None:
    parser.add_argument(
        "work",
        Text(
            "list: 상태 보기, show: 내용 읽기, allow: 지금 내용을 허용, forbid: 금지",
            "list: their states, show: read one, allow: let its present content run, forbid: no longer",
        ),
    )
    parser.add_optional_argument("file", Text("data/components/ 안의 파일 이름", "name of a file in data/components/"))


def _run(invocation: Invocation) -> int:
    from upbit_auto_trading.composition_root.user_components import component_desk

    given, console = invocation.arguments, invocation.console
    wrong = _wrong_usage(given.work, given.file)
    if wrong is not None:
        console.error(wrong, Text("", ""))
        return 2
    desk = component_desk(given.data_dir)
    if given.work == "list":
        return _list(invocation, desk)
    return {"show": _show, "allow": _allow, "forbid": _forbid}[given.work](invocation, desk)


def _wrong_usage(work: str, file: str | None) -> Text | None:
    if work not in _WORKS:
        return _NO_WORK.format(names=", ".join(_WORKS))
    if work == "list":
        return None if file is None else _FILE_TOO_MANY
    return _FILE_MISSING.format(work=work) if file is None else None


def _list(invocation: Invocation, desk: ComponentDesk) -> int:
    from upbit_auto_trading.component_system.user_component_text import file_sentence

    files = desk.loaded().files
    if not files:
        invocation.console.say(_NO_FILES.format(folder=desk.paths.components))
    for file in files:
        invocation.console.say(file_sentence(file))
    return 1 if any(file.fault is not None for file in files) else 0


def _show(invocation: Invocation, desk: ComponentDesk) -> int:
    source = desk.source(invocation.arguments.file)
    if source.text is None:
        invocation.console.error(_NO_TEXT.format(name=source.name), Text("", ""))
        return 1
    for number, line in enumerate(source.text.splitlines(), 1):
        invocation.console.say(f"{number:5}  {_visible(line)}".rstrip())
    invocation.console.note(_SHOWN.format(name=source.name, fingerprint=source.fingerprint))
    return 0


def _allow(invocation: Invocation, desk: ComponentDesk) -> int:
    from upbit_auto_trading.component_system.user_component_text import file_sentence

    source = desk.source(invocation.arguments.file)
    desk.allow(source)
    invocation.console.note(_ALLOWED.format(name=source.name, fingerprint=source.fingerprint))
    file = _of(source.name, desk)
    invocation.console.say(file_sentence(file))
    return 0 if file.fault is None else 1


def _of(name: str, desk: ComponentDesk) -> UserFile:
    return next(file for file in desk.loaded().files if file.name == name)


def _forbid(invocation: Invocation, desk: ComponentDesk) -> int:
    source = desk.source(invocation.arguments.file)
    if not desk.forbid(source):
        invocation.console.error(_WAS_NOT_ALLOWED.format(name=source.name), Text("", ""))
        return 1
    invocation.console.say(_FORBIDDEN.format(name=source.name))
    return 0


def _visible(line: str) -> str:
    """What a terminal would obey or hide (colours, letters that run backwards) is spelt out: what is read is run."""
    return "".join(one if one == "\t" or unicodedata.category(one)[0] != "C" else f"\\u{ord(one):04x}" for one in line)


COMMAND = Command(
    "components",
    Text("내가 만든 컴포넌트 파일을 읽고 허용해요.", "Reads and allows component files of your own."),
    _add_arguments,
    _run,
)
