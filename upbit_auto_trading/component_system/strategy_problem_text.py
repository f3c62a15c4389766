"""The sentences for what is wrong with a strategy: where, what, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable

from upbit_auto_trading.business_logic.domain.strategy_definition import StrategyProblem
from upbit_auto_trading.component_system.declaration import ComparisonGroup
from upbit_auto_trading.component_system.strategy_file_text import OF_FILES, OF_TRIALS
from upbit_auto_trading.utils.bilingual_text import Text

_TITLE = Text("전략에 고칠 것이 있어요.", "The strategy has something to correct.")
_MORE = Text(" 그 밖에 {count}개가 더 있어요.", " There are {count} more.")
#: more are not told in one message; the list of problems has them all
_MOST_TOLD = 20

_NEAREST = Text(" 혹시 ‘{nearest}’{이에요/예요}?", " Did you mean “{nearest}”?")
_INSIDE = Text(" (블록 안의 {inside})", " (inside the block, at {inside})")
_OR_A_NUMBER = Text(
    " ‘{left}’{은/는} {allowed}의 숫자와 비교할 수 있어요.", " “{left}” compares with a number from {allowed}."
)

_OF_COMPONENTS: dict[str, Text] = {
    "unknown-component": Text("‘{found}’{이라/라}는 {kind_ko}{은/는} 없어요.", "there is no {kind_en} “{found}”."),
    "unknown-parameter": Text(
        "‘{component}’에 ‘{found}’{이라/라}는 값은 없어요. 쓸 수 있는 값: {allowed_or_none}.",
        "“{component}” has no “{found}”. It takes: {allowed_or_none}.",
    ),
    "parameter-missing": Text("‘{component}’에는 ‘{found}’ 값이 필요해요.", "“{component}” needs “{found}”."),
    "out-of-bounds": Text(
        "{found}{은/는} 범위 밖이에요. {allowed}의 값을 넣어 주세요.", "{found} is out of bounds; enter {allowed}."
    ),
    "not-a-duration": Text(
        "‘{found}’{은/는} 길이가 아니에요. {allowed}처럼 쓰세요.", "“{found}” is no length of time; write {allowed}."
    ),
    "not-a-sizing": Text("‘{found}’ 대신 크기를 정하는 방법이 와야 해요.", "it must be a sizing, not “{found}”."),
    "not-a-style": Text("‘{found}’ 대신 주문 방식이 와야 해요.", "it must be an order style, not “{found}”."),
    "not-a-level": Text("‘{found}’ 대신 손절이나 목표가 와야 해요.", "it must be a stop or a target, not “{found}”."),
    "wrong-length": Text(
        "{found}개가 있어요. {allowed}개를 넣어 주세요.", "there are {found} of them; enter {allowed}."
    ),
    "wrong-group": Text(
        "‘{found}’{은/는} {group_ko}{이라/라} 여기에 쓸 수 없어요.",
        "“{found}” is of the group {group_en}, which does not fit here.",
    ),
    "state-not-allowed": Text(
        "‘{found}’{은/는} 포지션이나 자금의 값이라 여기에 쓸 수 없어요.",
        "“{found}” tells of the position or the purse, which cannot be used here.",
    ),
    "adapted-source": Text(
        "다른 변수 안의 ‘{found}’에는 unit, ago, times, plus를 쓸 수 없어요.",
        "“{found}” stands inside another variable, where unit, ago, times and plus cannot be used.",
    ),
    "state-has-no-history": Text(
        "‘{found}’{은/는} 포지션이나 자금의 값이라 unit과 ago를 쓸 수 없어요.",
        "“{found}” tells of the position or the purse, which has no unit and no past.",
    ),
    "unit-not-coarser": Text(
        "{found}{은/는} 전략의 {strategy}{을/를} 묶어 만들 수 없어요. 쓸 수 있는 단위: {allowed_or_none}.",
        "candles of {found} cannot be made of the strategy's {strategy}. Possible are: {allowed_or_none}.",
    ),
    "times-zero": Text("0을 곱하면 언제나 같은 값이에요.", "times 0 is always the same."),
}
_OF_CONDITIONS: dict[str, Text] = {
    "group-empty": Text("‘{found}’ 묶음에 조건이 없어요.", "the group “{found}” holds no condition."),
    "operand-count": Text(
        "‘{operator}’의 오른쪽에는 값이 {allowed}개 와야 하는데 {found}개예요.",
        "“{operator}” takes {allowed} value(s) on the right, not {found}.",
    ),
    "not-comparable": Text(
        "‘{left}’{은/는} {left_group_ko}, ‘{found}’{은/는} {right_group_ko}{이라/라} 비교할 수 없어요.",
        "“{left}” is of the group {left_group_en} and “{found}” of the group {right_group_en}, "
        "so they cannot be compared.",
    ),
    "bounds-crossed": Text(
        "{found} 사이는 없어요. 작은 값을 먼저 쓰세요.", "nothing lies between {found}; write the lower one first."
    ),
    "state-has-no-past": Text(
        "‘{operator}’{은/는} 앞 캔들을 보는데 ‘{found}’에는 지난 값이 없어요.",
        "“{operator}” looks at earlier candles, and of “{found}” none are kept.",
    ),
    "no-position-yet": Text(
        "진입할 때는 포지션이 없어서 ‘{found}’{을/를} 쓸 수 없어요.",
        "an entry has no position yet, so “{found}” says nothing.",
    ),
    "contradiction": Text(
        "‘{found}’{과/와} ‘{other}’({other_place}){은/는} 함께 맞을 수 없어요. 규칙 ‘{rule}’{은/는} 움직이지 않아요.",
        "“{found}” and “{other}” ({other_place}) can never hold together, so the rule “{rule}” would never act.",
    ),
    "never-true": Text(
        "‘{found}’{은/는} 맞을 수 없어서 규칙 ‘{rule}’{이/가} 한 번도 움직이지 않아요.",
        "“{found}” can never hold, so the rule “{rule}” would never act.",
    ),
    "fires-less-often": Text(
        "규칙 ‘{other_rule}’{은/는} {allowed}번만 움직이므로 ‘{found}’{은/는} 맞을 수 없고, "
        "규칙 ‘{rule}’{은/는} 한 번도 움직이지 않아요.",
        "the rule “{other_rule}” acts {allowed} times at most, so “{found}” can never hold, and the rule “{rule}” "
        "would never act.",
    ),
}
_OF_RULES: dict[str, Text] = {
    "no-entry-rule": Text("켜져 있는 진입 규칙이 없어요.", "there is no enabled entry rule."),
    "too-many-parts": Text(
        "관리 부분이 {found}개예요. {allowed}개까지예요.", "there are {found} management parts; {allowed} are possible."
    ),
    "part-empty": Text("규칙도 손절·목표도 없어요.", "it holds no rule, stop or target."),
    "block-in-wrong-part": Text(
        "‘{found}’ 블록은 여기에 쓸 수 없어요. 쓸 수 있는 블록: {allowed_or_none}.",
        "the block “{found}” does not belong here. Possible are: {allowed_or_none}.",
    ),
    "role-not-in-part": Text(
        "‘{found}’ 역할은 이 부분에 쓸 수 없어요. 쓸 수 있는 역할: {allowed}.",
        "the role “{found}” does not belong in this part. Possible are: {allowed}.",
    ),
    "action-not-for-role": Text(
        "‘{role}’ 규칙은 ‘{found}’{을/를} 할 수 없어요. 할 수 있는 것: {allowed_or_none}.",
        "a rule of the role “{role}” cannot “{found}”. It can: {allowed_or_none}.",
    ),
    "rule-id-repeated": Text(
        "규칙 ‘{found}’{이/가} {other}에도 있어요. 이름은 하나씩만 쓰세요.",
        "there is a rule “{found}” at {other} already; each needs an id of its own.",
    ),
    "unknown-rule": Text(
        "‘{found}’{이라/라}는 규칙은 없어요. 있는 규칙: {allowed_or_none}.",
        "there is no rule “{found}”. There are: {allowed_or_none}.",
    ),
    "strength-of-no-entry": Text(
        "순서를 정하는 세기는 진입 규칙에만 써요.", "only entries are served by their strength."
    ),
    "stop-missing": Text(
        "‘{found}’{은/는} 손절까지의 거리로 크기를 정하는데 손절이 없어요.",
        "“{found}” sizes by the distance to a stop, and there is none.",
    ),
    "targets-over-whole": Text(
        "목표의 매도 비율을 더하면 {found}%예요. {allowed}%까지예요.",
        "the shares of the targets add up to {found} %; {allowed} % is the whole.",
    ),
}
_OF_STRATEGIES = _OF_COMPONENTS | _OF_CONDITIONS | _OF_RULES
_SENTENCES: dict[str, Text] = OF_FILES | OF_TRIALS | _OF_STRATEGIES
#: of checks; those of reading a file are ``OF_FILES``
CHECKED_REASONS = frozenset(_OF_STRATEGIES) | {
    "not-a-number", "not-a-whole-number", "not-finite", "not-a-list", "not-a-switch", "not-a-choice", "not-a-text",
    "too-long", "not-a-variable", "not-a-group", "too-deep",
}  # fmt: skip
REASONS = frozenset(_SENTENCES)

_KINDS = {
    "variable": Text("변수", "variable"),
    "operator": Text("비교", "comparison"),
    "action": Text("동작", "action"),
    "sizing": Text("크기", "sizing"),
    "style": Text("주문 방식", "order style"),
    "level": Text("손절·목표", "stop or target"),
    "risk": Text("위험 규칙", "risk rule"),
    "block": Text("블록", "block"),
}
_NO_NAME = Text("없음", "none")


def problem_sentence(problem: StrategyProblem) -> Text:
    """What is wrong and what would be right, without where; begins small in English, as it follows a place."""
    names = dict(problem.names)
    template = _SENTENCES[problem.reason]
    if problem.nearest:
        template = _joined(template, _NEAREST)
    if problem.reason == "not-comparable" and problem.allowed.strip("…"):
        template = _joined(template, _OR_A_NUMBER)
    if "inside" in names:
        template = _joined(template, _INSIDE)
    said: dict[str, object] = {
        "place": problem.place,
        "found": problem.found,
        "allowed": problem.allowed,
        "allowed_or_none": problem.allowed or _NO_NAME,
        "nearest": problem.nearest,
    }
    return template.format(**said, **names, **_translated(names))


def _translated(names: dict[str, str]) -> dict[str, str]:
    """Kinds of components and comparison groups in words, for each language, so that particles fit them."""
    found: dict[str, str] = {}
    for name, value in names.items():
        text = _KINDS.get(value) if name == "kind" else _group_title(value) if name.endswith("group") else None
        if text is not None:
            found |= {f"{name}_ko": text.ko, f"{name}_en": text.en}
    return found


def _group_title(group_id: str) -> Text:
    from upbit_auto_trading.component_system import variable  # with NumPy: not before it is needed

    titles = {one.id: one.title for one in vars(variable).values() if isinstance(one, ComparisonGroup)}
    return titles.get(group_id, Text(group_id, group_id))


def _joined(first: Text, second: Text) -> Text:
    return Text(first.ko + second.ko, first.en + second.en)


def placed_sentence(problem: StrategyProblem) -> Text:
    """With its place in the file in front."""
    sentence = problem_sentence(problem)
    if not problem.place:
        return Text(sentence.ko, sentence.en[:1].upper() + sentence.en[1:])
    return Text(f"‘{problem.place}’: {sentence.ko}", f"“{problem.place}”: {sentence.en}")


def strategy_sentences(problems: Iterable[StrategyProblem]) -> tuple[Text, Text]:
    """Title, and how to mend it."""
    placed = [placed_sentence(problem) for problem in problems]
    told, more = placed[:_MOST_TOLD], len(placed) - _MOST_TOLD
    sentences = Text(" ".join(one.ko for one in told), " ".join(one.en for one in told))
    return _TITLE, sentences if more <= 0 else _joined(sentences, _MORE.format(count=more))
