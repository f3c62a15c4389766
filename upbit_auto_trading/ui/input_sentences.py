"""The sentences for what a user typed: one pair (what is wrong, what to enter) per reason code."""

from __future__ import annotations

from decimal import Decimal

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.config.setting import Setting
from upbit_auto_trading.config.settings import SETTINGS_BY_ID
from upbit_auto_trading.ui.backtest_input_sentences import BACKTEST_FIELDS, BACKTEST_REASONS
from upbit_auto_trading.ui.exchange_input_sentences import EXCHANGE_FIELDS, EXCHANGE_REASONS
from upbit_auto_trading.ui.strategy_input_sentences import STRATEGY_REASONS
from upbit_auto_trading.utils.bilingual_text import Text

_NO_BREAK = "\u00a0"
_HANGUL = range(0xAC00, 0xD7A4)

#: what is no setting: the fields of the key form and of our own commands
FIELD_TITLES = (
    {
        "label": Text("이름", "label"),
        "exchange": Text("거래소", "exchange"),
        "access_key": Text("Access Key", "access key"),
        "secret_key": Text("Secret Key", "secret key"),
        "passphrase": Text("비밀번호", "passphrase"),
        "credential_id": Text("키", "key"),
        "screen": Text("저장한 조건", "saved screen"),
        "name": Text("이름", "name"),
        "list": Text("관심 목록", "watch list"),
        "backup.reason": Text("백업 이유", "reason of a backup"),
    }
    | EXCHANGE_FIELDS
    | BACKTEST_FIELDS
)

_NUMBER = Text("1,000처럼 숫자로 넣으세요.", "Enter a number, such as 1,000.")

INPUT_REASONS: dict[str, tuple[Text, Text]] = (
    {
        "not-a-switch": (
            Text("{name}{은/는} 켜기와 끄기만 있어요.", "The setting “{name}” is either on or off."),
            Text("켜거나 끄세요(true 또는 false).", "Switch it on or off (true or false)."),
        ),
        "not-a-number": (
            Text("{name}에 넣은 값이 숫자가 아니에요.", "The value of “{name}” is not a number."),
            _NUMBER,
        ),
        "out-of-bounds": (
            Text("{name}에 넣은 값이 범위를 벗어나요.", "The value of “{name}” is out of bounds."),
            Text("{allowed}의 숫자를 넣으세요.", "Enter {allowed}."),
        ),
        "not-a-text": (
            Text("{name}에는 글자를 넣어야 해요.", "“{name}” must be text."),
            Text("글자로 다시 넣으세요.", "Enter it as text."),
        ),
        "not-a-choice": (
            Text("{name}에 그런 선택은 없어요.", "“{name}” has no such choice."),
            Text("이 가운데 고르세요: {allowed}.", "Choose one of: {allowed}."),
        ),
        "not-a-time": (
            Text("{name}에 넣은 값이 시각이 아니에요.", "The value of “{name}” is not a time of day."),
            Text("09:30처럼 시와 분을 넣으세요.", "Enter hours and minutes, such as 09:30."),
        ),
        "empty": (
            Text("{name}{이/가} 비어 있어요.", "The {name} is empty."),
            Text("{name}{을/를} 넣으세요.", "Enter the {name}."),
        ),
        "required": (
            Text("{name}{이/가} 필요해요.", "A {name} is needed."),
            Text("{name}{을/를} 넣으세요.", "Enter the {name}."),
        ),
        "too-short": (
            Text("{name}{이/가} 너무 짧아요.", "The {name} is too short."),
            Text("{allowed}자 이상 넣으세요.", "Use at least {allowed} characters."),
        ),
        "too-long": (
            Text("{name}{이/가} 너무 길어요.", "The {name} is too long."),
            Text("{allowed}자 이하로 줄이세요.", "Use at most {allowed} characters."),
        ),
        "not-printable": (
            Text(
                "{name}에 쓸 수 없는 글자나 빈칸이 있어요.",
                "The {name} holds characters or spaces that cannot be used.",
            ),
            Text("복사한 값을 지우고 다시 붙여 넣으세요.", "Clear it and paste the copied value again."),
        ),
        "label-taken": (
            Text("같은 이름의 키가 이미 있어요.", "Another key has this label already."),
            Text("다른 이름을 넣으세요.", "Enter another label."),
        ),
        "key-already-stored": (
            Text("이 Access Key는 이미 저장되어 있어요.", "This access key is stored already."),
            Text("목록에 있는 키를 쓰거나 다른 키를 넣으세요.", "Use the key in the list, or enter another."),
        ),
        "looks-like-a-key": (
            Text("{name} 칸에 키를 붙여 넣은 것 같아요.", "The {name} looks like a key."),
            Text(
                "이름에는 ‘주 계정’처럼 알아보기 쉬운 말을 넣으세요.",
                "Enter a word you will recognise, such as “main account”.",
            ),
        ),
        "too-many": (
            Text("저장할 수 있는 키의 수를 넘었어요.", "No more keys can be stored."),
            Text("쓰지 않는 키를 지운 뒤 다시 하세요.", "Remove a key that is not used, then try again."),
        ),
        "unknown": (
            Text("그런 {name}{은/는} 없어요.", "There is no such {name}."),
            Text("목록을 새로 고치고 다시 고르세요.", "Refresh the list and choose again."),
        ),
        "unknown-setting": (
            Text("{name}{이라/라}는 설정은 없어요.", "There is no setting “{name}”."),
            Text(
                "프로그램을 최신 버전으로 맞추고 다시 하세요.",
                "Bring the program to the latest version, then try again.",
            ),
        ),
        "unknown-change": (
            Text("되돌릴 변경 기록을 찾지 못했어요.", "That entry of the change history was not found."),
            Text("변경 기록을 새로 고치고 다시 고르세요.", "Refresh the history and choose again."),
        ),
        "not-a-reason": (
            Text("{name}에 쓸 수 없는 글자가 있어요.", "The {name} holds characters that cannot be used."),
            Text("영문 소문자, 숫자, -만 쓰세요.", "Use small letters, digits and - only."),
        ),
        "not-positive": (
            Text("{name}에 쓸 수 없는 수량이나 금액이에요.", "The amount of “{name}” cannot be used."),
            Text("0보다 큰 수를 넣으세요.", "Enter a number above 0."),
        ),
        "damaged": (
            Text("저장된 상태가 손상되어 읽을 수 없어요.", "The saved state is damaged at “{name}”."),
            Text("이전 파일로 되돌리거나 새로 시작하세요.", "Use an earlier copy of the file, or begin anew."),
        ),
        "newer-version": (
            Text("더 새로운 버전이 저장한 파일이에요.", "The file was saved by a newer version of the program."),
            Text("프로그램을 최신 버전으로 올리세요.", "Update the program."),
        ),
        "no-such-file": (
            Text("{name} 파일이 없어요.", "There is no file {name}."),
            Text("파일의 위치와 이름을 확인하세요.", "Check where the file is and what it is called."),
        ),
        "not-a-candle-file": (
            Text(
                "{name}{은/는} 읽을 수 있는 캔들 파일이 아니에요.", "The file {name} holds no candles that can be read."
            ),
            Text("csv, csv.gz, parquet로 다시 내보내세요.", "Export it again as csv, csv.gz or parquet."),
        ),
        "columns-missing": (
            Text("{name}에 필요한 열이 없어요.", "The file {name} lacks columns that are needed."),
            Text("이 열이 필요해요({allowed}).", "Add these columns: {allowed}."),
        ),
        "row-too-short": (
            Text("{name}행에 칸이 모자라요.", "Row {name} has too few cells."),
            Text("그 행을 채우거나 지우세요.", "Complete that row, or remove it."),
        ),
        "row-not-a-number": (
            Text(
                "{name}행의 {allowed} 값이 쓸 수 있는 숫자가 아니에요.",
                "The {allowed} of row {name} is no usable number.",
            ),
            Text("그 행을 고치거나 지우세요.", "Correct that row, or remove it."),
        ),
        "row-not-a-time": (
            Text("{name}행의 시각을 읽을 수 없어요.", "The time of row {name} cannot be read."),
            Text(
                "2026-11-18T05:20:00Z처럼 쓰거나 유닉스 시각을 넣으세요.",
                "Write it as 2026-11-18T05:20:00Z or as Unix time.",
            ),
        ),
        "in-the-future": (
            Text("{name}행의 시각이 아직 오지 않았어요.", "The time of row {name} has not come yet."),
            Text("파일의 시각이 UTC인지 확인하세요.", "Check that the file’s times are UTC."),
        ),
        "price-not-positive": (
            Text("{name}행의 {allowed} 가격이 0보다 크지 않아요.", "The {allowed} of row {name} is not above 0."),
            Text("그 행을 고치거나 지우세요.", "Correct that row, or remove it."),
        ),
        "volume-negative": (
            Text("{name}행의 거래량이 0보다 작아요.", "The volume of row {name} is below 0."),
            Text("그 행을 고치거나 지우세요.", "Correct that row, or remove it."),
        ),
        "high-too-low": (
            Text("{name}행의 고가가 시가나 종가보다 낮아요.", "The high of row {name} lies below its open or close."),
            Text("그 행을 고치거나 지우세요.", "Correct that row, or remove it."),
        ),
        "low-too-high": (
            Text("{name}행의 저가가 시가나 종가보다 높아요.", "The low of row {name} lies above its open or close."),
            Text("그 행을 고치거나 지우세요.", "Correct that row, or remove it."),
        ),
        "row-contradicts": (
            Text(
                "{name}행은 시각이 같은 {allowed}행과 값이 달라요.",
                "Row {name} differs from row {allowed} of the same time.",
            ),
            Text("맞는 행만 남기세요.", "Keep only the one that is right."),
        ),
        "off-the-grid": (
            Text(
                "{name}행의 시각에 열리는 {allowed} 캔들은 없어요.",
                "No candle of {allowed} opens at the time of row {name}.",
            ),
            Text(
                "--unit과 --exchange를 확인하거나 그 행을 고치세요.",
                "Check --unit and --exchange, or correct that row.",
            ),
        ),
        "candles-of-another-unit": (
            Text("{name}에는 {allowed} 캔들이 있어요.", "The candles of {name} are of {allowed}."),
            Text("단위를 {allowed}로 고치세요.", "Give {allowed} as their unit."),
        ),
        "file-too-large": (
            Text("{name}{은/는} 한 번에 읽기에 너무 커요.", "The file {name} is too large to be read at once."),
            Text("{allowed}행보다 짧은 파일로 나누세요.", "Divide it into files of fewer than {allowed} rows."),
        ),
        "not-a-candle-file-name": (
            Text("{name}{이라/라}는 이름으로는 저장할 수 없어요.", "Candles cannot be saved under the name {name}."),
            Text("이름의 끝을 이 가운데 고르세요: {allowed}.", "It must end in one of: {allowed}."),
        ),
        "another-candle-unit": (
            Text(
                "{name}에는 1분 캔들이 아니라 {allowed} 캔들이 있어요.",
                "The candles of {name} are not of one minute but of {allowed}.",
            ),
            Text("같은 마켓의 1분 캔들 파일을 고르세요.", "Give a file of one-minute candles of that market."),
        ),
        "candles-unusable": (
            Text(
                "{name}의 캔들로는 연습 거래소를 열 수 없어요.",
                "The practice exchange cannot play the candles of {name}.",
            ),
            Text(
                "거래가 있는 1분이나 1초 캔들이 시각 순서로 필요해요.",
                "It needs candles of one minute or one second with trades, in order of time.",
            ),
        ),
        "too-large-to-replay": (
            Text("{name} 값이 너무 커서 재생할 수 없어요.", "A {name} is too large to be replayed."),
            Text("파일이 손상되지 않았는지 확인하세요.", "Check that the file is not damaged."),
        ),
        "not-a-market-number": (
            Text("연습 마켓의 수가 범위를 벗어나요.", "The number of practice markets is out of bounds."),
            Text("{allowed}의 숫자를 넣으세요.", "Enter {allowed}."),
        ),
        "not-replayed": (
            Text("연습 거래소에 그런 마켓은 없어요.", "The practice exchange has no such market."),
            Text("마켓 목록에서 고르세요.", "Choose one of its markets."),
        ),
        "list-full": (
            Text("관심 목록이 가득 찼어요.", "The watch list is full."),
            Text("{allowed}개까지 담을 수 있어요.", "It holds up to {allowed} markets."),
        ),
        "too-many-lists": (
            Text("관심 목록을 더 만들 수 없어요.", "No more watch lists can be made."),
            Text("{allowed}개까지 만들 수 있어요. 하나를 지우세요.", "There can be {allowed}. Delete one first."),
        ),
        "no-such-screen": (
            Text("그런 이름으로 저장한 조건은 없어요.", "There is no saved screen of that name."),
            Text("저장한 조건의 목록을 보고 다시 고르세요.", "Choose one from the list of saved screens."),
        ),
    }
    | EXCHANGE_REASONS
    | BACKTEST_REASONS
    | STRATEGY_REASONS
)
_ANY = (
    Text("{name}에 넣은 값을 쓸 수 없어요.", "The value of “{name}” cannot be used."),
    Text("다른 값을 넣으세요.", "Enter another value."),
)


def input_sentences(error: InvalidParameter) -> tuple[Text, Text]:
    """What is wrong with the input, and what to enter instead. The value itself is not repeated."""
    setting = SETTINGS_BY_ID.get(error.name)
    name = setting.title if setting else FIELD_TITLES.get(error.name, Text(error.name, error.name))
    allowed = _allowed(setting) if setting else Text(error.allowed, error.allowed)
    title, mend = INPUT_REASONS.get(error.reason, _ANY)
    if setting and error.reason == "not-a-number" and allowed.ko:
        mend = INPUT_REASONS["out-of-bounds"][1]
    return title.format(name=name, allowed=allowed), mend.format(name=name, allowed=allowed)


def _allowed(setting: Setting) -> Text:
    if setting.choices:
        return Text(
            ", ".join(choice.label.ko for choice in setting.choices),
            ", ".join(choice.label.en for choice in setting.choices),
        )
    low, high = setting.minimum, setting.maximum
    if low is not None and high is not None:
        return Text(
            f"{_plain(low)}부터 {_with_unit(high, setting.unit.ko)}까지",
            f"a number from {_plain(low)} to {_with_unit(high, setting.unit.en)}",
        )
    if low is not None:
        return Text(f"{_with_unit(low, setting.unit.ko)} 이상", f"{_with_unit(low, setting.unit.en)} or more")
    if high is not None:
        return Text(f"{_with_unit(high, setting.unit.ko)} 이하", f"{_with_unit(high, setting.unit.en)} or less")
    return Text("", "")


def _plain(number: Decimal) -> str:
    return f"{number:,f}"


def _with_unit(number: Decimal, unit: str) -> str:
    """30일, 10%, 200 MB: a Korean unit and the percent sign stand close, others never wrap away."""
    is_close = not unit or unit == "%" or ord(unit[0]) in _HANGUL
    return f"{_plain(number)}{'' if is_close else _NO_BREAK}{unit}"
