"""What is said where an input about strategies or component files cannot be used."""

from __future__ import annotations

from upbit_auto_trading.utils.bilingual_text import Text

STRATEGY_REASONS: dict[str, tuple[Text, Text]] = {
    "name-taken": (
        Text("같은 이름이 이미 있어요.", "That name is taken already."),
        Text("다른 이름을 넣으세요.", "Enter another name."),
    ),
    "changed-elsewhere": (
        Text(
            "다른 창에서 먼저 저장해서 저장하지 않았어요.", "It was not saved: another window saved it in the meantime."
        ),
        Text(
            "지금 저장된 {allowed}번째 버전을 보고 다시 고치세요.",
            "Look at version {allowed}, which is saved now, and change that.",
        ),
    ),
    "strategy-gone": (
        Text("그 전략은 이제 없어요.", "That strategy is not there any more."),
        Text("전략 목록에서 다시 고르세요.", "Choose one from the list again."),
    ),
    "no-such-version": (
        Text("그런 버전은 없어요.", "There is no such version."),
        Text("버전 기록에서 고르세요.", "Choose one from its history."),
    ),
    "not-in-the-bin": (
        Text("휴지통에 없는 전략은 완전히 지울 수 없어요.", "Only what lies in the bin can be deleted for good."),
        Text("먼저 휴지통으로 옮기세요.", "Move it to the bin first."),
    ),
    "no-such-file": (
        Text("컴포넌트 폴더에 그런 파일이 없어요.", "The folder of components has no such file."),
        Text("이 가운데 고르세요: {allowed}.", "Choose one of: {allowed}."),
    ),
    "note-too-long": (
        Text("메모가 너무 길어요.", "The note is too long."),
        Text("{allowed}자로 줄여 주세요.", "Keep it to {allowed} characters."),
    ),
}
