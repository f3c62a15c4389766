"""The sentences for what is wrong with a screen: where, what, and what would be right. No Qt in here."""

from __future__ import annotations

import re
from collections.abc import Iterable

from upbit_auto_trading.business_logic.domain.screen import ScreenProblem
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("종목 찾기 조건에 고칠 것이 있어요.", "The screen has something to correct.")
_NOTHING_CHANGED = Text("아직 아무것도 바뀌지 않았어요.", "Nothing was changed.")
_ROW = Text("조건 {number}: ", "Filter {number}: ")
_FILTER = re.compile(r"filters\[(\d+)\]")

_OF_VALUES: dict[str, Text] = {
    "not-a-switch": Text("true나 false를 넣어 주세요.", "enter true or false."),
    "not-a-choice": Text("이 가운데 고르세요: {allowed}.", "choose one of: {allowed}."),
    "not-a-number": Text("1,000처럼 숫자를 넣어 주세요.", "enter a number, such as 1,000."),
    "out-of-bounds": Text("{allowed}의 숫자를 넣어 주세요.", "enter a number from {allowed}."),
    "bounds-crossed": Text("작은 값을 먼저 넣으세요({allowed}).", "enter the lower value first: {allowed}."),
    "value-count": Text("값이 {allowed}개 필요해요.", "it takes {allowed} value(s)."),
    "value-missing": Text("값이 없어요. 이렇게 넣으세요({allowed}).", "a value is missing; enter {allowed}."),
    "unknown-variable": Text(
        "‘{found}’{이라/라}는 항목은 없어요. 이 가운데 고르세요: {allowed}.",
        "there is no variable “{found}”. Choose one of: {allowed}.",
    ),
    "operator-not-offered": Text(
        "‘{found}’{은/는} 여기에 쓸 수 없어요. 이 가운데 고르세요: {allowed}.",
        "“{found}” cannot be used here. Choose one of: {allowed}.",
    ),
    "operator-missing": Text(
        "비교하는 말이 없어요. 이 가운데 고르세요: {allowed}.", "a comparison is missing. Choose one of: {allowed}."
    ),
    "unknown-operator": Text(
        "‘{found}’{이라/라}는 비교는 없어요. 이 가운데 고르세요: {allowed}.",
        "there is no comparison “{found}”. Choose one of: {allowed}.",
    ),
    "filter-empty": Text("조건이 비어 있어요(예: {allowed}).", "it is empty; an example is {allowed}."),
}
_OF_THE_WHOLE: dict[str, Text] = {
    "empty": Text("이름을 넣어 주세요.", "enter a name."),
    "too-long": Text("이름은 {allowed}자로 줄여 주세요.", "the name takes {allowed} characters."),
    "control-characters": Text("이름에서 보이지 않는 글자를 빼 주세요.", "remove invisible characters from the name."),
    "too-many": Text("조건은 {allowed}개까지예요.", "it takes {allowed} filters."),
    "not-a-currency": Text(
        "KRW처럼 통화 기호를 대문자로 넣어 주세요.", "enter the code of a currency in capitals, such as KRW."
    ),
    "too-large": Text("파일이 너무 커요.", "the document is too large."),
    "not-json": Text("JSON 형식이 아니에요.", "it is not JSON."),
    "not-an-object": Text("{place} 자리에는 {allowed}{이/가} 와야 해요.", "{place} must be {allowed}."),
    "not-a-list": Text("{place} 자리에는 {allowed}{이/가} 와야 해요.", "{place} must be {allowed}."),
    "not-texts": Text("{place} 자리에는 {allowed}{이/가} 와야 해요.", "{place} must be {allowed}."),
    "not-a-text": Text("{place} 자리에는 글자가 와야 해요.", "{place} must be text."),
    "missing-field": Text("{place} 값이 빠졌어요.", "{place} is missing."),
    "repeated-field": Text("‘{found}’ 값이 두 번 있어요.", "“{found}” stands there twice."),
    "unknown-field": Text("‘{found}’{은/는} 알 수 없는 값이에요.", "“{found}” is not a known field."),
    "unknown-version": Text("version은 {allowed}이어야 해요.", "the version must be {allowed}."),
    "newer-version": Text(
        "더 새로운 버전의 프로그램이 저장했어요. 프로그램을 업데이트해 주세요.",
        "a newer version of the program wrote it; update the program.",
    ),
}
_SENTENCES = _OF_VALUES | _OF_THE_WHOLE
REASONS = frozenset(_SENTENCES)


def problem_sentence(problem: ScreenProblem) -> Text:
    """What is wrong, without where; begins small in English, as it follows a place or a field."""
    place = problem.place or "document"
    return _SENTENCES[problem.reason].format(place=place, found=problem.found, allowed=problem.allowed)


def placed_sentence(problem: ScreenProblem) -> Text:
    """With the number of the filter in front, counted as people do."""
    sentence = problem_sentence(problem)
    row = _FILTER.match(problem.place)
    if row is None:
        return Text(sentence.ko, sentence.en[:1].upper() + sentence.en[1:])
    where = _ROW.format(number=int(row[1]) + 1)
    return Text(where.ko + sentence.ko, where.en + sentence.en)


def screen_sentences(problems: Iterable[ScreenProblem]) -> tuple[Text, Text, Text]:
    """Title, meaning, and how to mend it."""
    placed = [placed_sentence(problem) for problem in problems]
    return _TITLE, _NOTHING_CHANGED, Text(" ".join(one.ko for one in placed), " ".join(one.en for one in placed))
