"""The sentences for what is wrong with the form of a strategy file; see ``strategy_problem_text`` for its meaning.

A place stands in front of each; in English they begin small.
"""

from __future__ import annotations

from upbit_auto_trading.utils.bilingual_text import Text

#: what is found when a strategy is tried before it is saved
OF_TRIALS: dict[str, Text] = {
    "looks-ahead": Text(
        "‘{found}’{이/가} 미래를 봐요. 뒤의 캔들이 앞의 값을 바꿔요.",
        "“{found}” looks ahead: later candles change what it said before.",
    ),
    "warm-up-too-short": Text(
        "‘{found}’{은/는} 캔들 {candles}개보다 오래된 캔들이 값을 바꿔요.",
        "“{found}” is changed by candles older than the {candles} that it says it needs.",
    ),
}
OF_FILES: dict[str, Text] = {
    "not-json": Text(
        "JSON 형식이 아니에요({line}번째 줄 {column}번째 글자: {found}).",
        "it is not JSON (line {line}, column {column}: {found}).",
    ),
    "too-large": Text("파일이 너무 커요({allowed}자까지).", "the file is too large; it takes {allowed} characters."),
    "too-deep": Text("너무 깊이 들어가요({allowed}단계까지).", "it is nested too deeply; {allowed} levels are read."),
    "not-finite": Text("쓸 수 있는 숫자가 아니에요.", "it is no number that can be used."),
    "not-unicode": Text("깨진 글자가 있어요.", "it holds a broken character."),
    "repeated-field": Text("‘{found}’ 값이 두 번 있어요.", "“{found}” stands there twice."),
    "unknown-field": Text(
        "‘{found}’{은/는} 알 수 없는 값이에요. 쓸 수 있는 값: {allowed}.",
        "“{found}” is not a known field. Known are: {allowed}.",
    ),
    "missing-field": Text("꼭 있어야 하는 값이에요.", "it must be there."),
    "wrong-format": Text(
        "전략 파일이 아니에요. format은 {allowed}이어야 해요.", "it is no strategy file: the format must be {allowed}."
    ),
    "newer-version": Text(
        "더 새로운 버전의 프로그램이 저장했어요. 프로그램을 업데이트해 주세요.",
        "a newer version of the program wrote it; update the program.",
    ),
    "unknown-version": Text("version은 {allowed}이어야 해요.", "the version must be {allowed}."),
    "not-an-object": Text("‘{found}’ 대신 {allowed}{이/가} 와야 해요.", "it must be {allowed}, not “{found}”."),
    "not-a-list": Text("‘{found}’ 대신 {allowed}{이/가} 와야 해요.", "it must be {allowed}, not “{found}”."),
    "not-a-text": Text("‘{found}’ 대신 글자가 와야 해요.", "it must be text, not “{found}”."),
    "not-a-switch": Text("true나 false여야 해요.", "it must be true or false."),
    "not-a-number": Text("‘{found}’ 대신 숫자가 와야 해요.", "it must be a number, not “{found}”."),
    "not-a-whole-number": Text("‘{found}’ 대신 정수가 와야 해요.", "it must be a whole number, not “{found}”."),
    "not-a-choice": Text("이 가운데 고르세요: {allowed}.", "choose one of: {allowed}."),
    "not-a-variable": Text("변수가 와야 해요(예: {allowed}).", "it must be a variable, such as {allowed}."),
    "not-an-operand": Text(
        "숫자나 변수가 와야 해요(예: {allowed}).", "it must be a number or a variable, such as {allowed}."
    ),
    "not-a-group": Text(
        "조건의 묶음이 와야 해요: {allowed} 가운데 하나.", "it must be a group of conditions: one of {allowed}."
    ),
    "not-a-market": Text(
        "‘{found}’{은/는} 종목이 아니에요. {allowed}처럼 쓰세요.", "“{found}” is no market; write it as {allowed}."
    ),
    "not-an-id": Text(
        "‘{found}’{은/는} 쓸 수 없어요. {allowed}처럼 영어 소문자와 숫자, -로 쓰세요.",
        "“{found}” cannot be used; write small letters, digits and hyphens, as in {allowed}.",
    ),
    "empty": Text("비어 있어요. 글자를 넣어 주세요.", "it is empty; enter a text."),
    "too-long": Text("{allowed}자로 줄여 주세요.", "it takes {allowed} characters."),
    "too-many": Text("{allowed}개까지예요.", "it takes {allowed}."),
    "control-characters": Text("보이지 않는 글자를 빼 주세요.", "remove invisible characters."),
    "repeated": Text("‘{found}’{이/가} 두 번 있어요.", "“{found}” stands there twice."),
}
