"""The sentences about a user's component files: which line, what, and what would be right."""

from __future__ import annotations

from upbit_auto_trading.component_system.user_components import FileFault, FileState, UserFile
from upbit_auto_trading.utils.bilingual_text import Text

_STATES = {
    FileState.LOADED: Text("{name}: 쓰고 있어요({components}).", "{name}: in use ({components})."),
    FileState.NOT_ALLOWED: Text(
        "{name}: 아직 허용하지 않은 내용이라 실행하지 않았어요.",
        "{name}: not run, as this content has not been allowed.",
    ),
    FileState.BROKEN: Text("{name}: 제외했어요. {fault}", "{name}: set aside. {fault}"),
}
_LINE = Text("{line}번째 줄: ", "Line {line}: ")
_COMPONENT = Text("‘{component}’ 컴포넌트: ", "component “{component}”: ")
_FAULTS = {
    "not-text": Text("글자로 된 파일이 아니거나 너무 커요.", "it is no text file, or too large."),
    "no-python": Text("파이썬 문법이 틀렸어요({detail}).", "it is not valid Python ({detail})."),
    "raised": Text("실행하다가 오류가 났어요({detail}).", "it failed: {detail}."),
    "no-component": Text("컴포넌트가 하나도 없어요.", "it declares no component."),
    "id-taken": Text("같은 id가 이미 있어요.", "another component has this id."),
    "wrong-id": Text(
        "id는 my-average처럼 영어 소문자와 숫자, -로 쓰세요.",
        "write the id in small letters, digits and hyphens: my-average.",
    ),
    "no-title": Text(
        "title에 한국어와 영어 이름을 모두 넣어 주세요.", "its title needs a name in Korean and in English."
    ),
    "not-finished": Text("만들어야 할 것이 빠졌어요: {detail}.", "it lacks: {detail}."),
    "wrong-parameter-name": Text(
        "매개변수 이름 ‘{detail}’{은/는} 쓸 수 없어요.", "a parameter cannot be called “{detail}”."
    ),
    "default-out-of-bounds": Text("기본값이 범위 밖이에요({detail}).", "a default lies outside its bounds ({detail})."),
    "wrong-needs": Text(
        "필요한 캔들 수(own_needs, own_window, back)는 1 이상의 정수여야 해요({detail}).",
        "the candles that it needs (own_needs, own_window, back) must be whole numbers from 1 ({detail}).",
    ),
    "wrong-group": Text("비교 그룹이 없어요.", "it has no comparison group."),
    "wrong-operands": Text(
        "오른쪽 값은 0~2개여야 해요({detail}).", "it must have 0 to 2 operands on the right ({detail})."
    ),
    "no-column": Text(
        "캔들마다 값이 하나인 NumPy 배열을 돌려줘야 해요(돌려준 것: {detail}).",
        "it must answer a NumPy array with a value for each candle, not {detail}.",
    ),
    "wrong-length": Text(
        "값의 수가 캔들 수와 달라요(값, 캔들: {detail}).",
        "it answers another number of values than there are candles: {detail}.",
    ),
    "writes-into-candles": Text(
        "받은 캔들을 고치려고 했어요. 복사해서 쓰세요.", "it writes into the candles that it was given; work on a copy."
    ),
    "not-the-same-twice": Text(
        "같은 캔들로 두 번 계산하면 값이 달라요.", "it answers something else when asked again about the same candles."
    ),
    "not-the-same-searched": Text(
        "한 캔들과 여러 캔들의 값이 달라요({detail}).",
        "it says something else of one candle than of many at once ({detail}).",
    ),
    "known-before-its-needs": Text(
        "{detail}번째 캔들에 벌써 값이 있어요. own_needs보다 빨라요.",
        "it has a value at candle {detail} already, before the candles that it says it needs.",
    ),
    "looks-ahead": Text(
        "미래를 봐요. 뒤의 캔들이 있고 없고에 따라 값이 달라요({detail}).",
        "it looks ahead: later candles change what it said before ({detail}).",
    ),
    "window-too-short": Text(
        "own_window보다 오래된 캔들이 값을 바꿔요({detail}).",
        "candles before its own_window change its value ({detail}).",
    ),
}
REASONS = frozenset(_FAULTS)


def file_sentence(file: UserFile) -> Text:
    fault = Text("", "") if file.fault is None else fault_sentence(file.fault)
    return _STATES[file.state].format(name=file.name, components=", ".join(file.components), fault=fault)


def fault_sentence(fault: FileFault) -> Text:
    parts = [_FAULTS[fault.reason].format(detail=fault.detail)]
    if fault.component:
        parts.insert(0, _COMPONENT.format(component=fault.component))
    if fault.line is not None:
        parts.insert(0, _LINE.format(line=fault.line))
    told = Text("".join(one.ko for one in parts), "".join(one.en for one in parts))
    return Text(told.ko, told.en[:1].upper() + told.en[1:])
