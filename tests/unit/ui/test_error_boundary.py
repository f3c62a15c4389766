"""Every error has its sentences, in both languages, in the form that the design language asks for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import upbit_auto_trading
from upbit_auto_trading.business_logic.domain import errors
from upbit_auto_trading.business_logic.domain.errors import InvalidParameter, TradingAppError
from upbit_auto_trading.business_logic.domain.exchange_key import KeyFault, Right
from upbit_auto_trading.business_logic.domain.screen import ScreenProblem
from upbit_auto_trading.business_logic.domain.strategy_definition import StrategyProblem
from upbit_auto_trading.config.setting import InvalidValue
from upbit_auto_trading.config.settings import ALL_SETTINGS, BACKUP_SIZE_LIMIT, LOG_DAYS_KEPT, TEXT_SCALE, THEME
from upbit_auto_trading.ui.error_boundary import explain, has_own_sentence
from upbit_auto_trading.ui.input_sentences import INPUT_REASONS
from upbit_auto_trading.ui.order_refusal_sentences import ORDER_REFUSALS
from upbit_auto_trading.ui.screen_sentences import REASONS as SCREEN_REASONS
from upbit_auto_trading.utils.bilingual_text import Language, Text

_LONGEST_KOREAN_SENTENCE = 45
_BACKUP_REASONS = ("not-found", "not-a-backup", "damaged", "newer-version", "unexpected-content", "too-large")


def leaves(kind: type[TradingAppError] = TradingAppError) -> Iterator[type[TradingAppError]]:
    children = kind.__subclasses__()
    if not children:
        yield kind
    for child in children:
        yield from leaves(child)


_EXAMPLES: dict[type[TradingAppError], TradingAppError] = {
    errors.InvalidScreen: errors.InvalidScreen((ScreenProblem("filters[0].values[0]", "not-a-number", "x"),)),
    errors.InvalidStrategy: errors.InvalidStrategy((StrategyProblem("entry.rules", "no-entry-rule"),)),
    errors.WrongPassword: errors.WrongPassword(),
    errors.AnotherInstanceRuns: errors.AnotherInstanceRuns("data", 4711),
    errors.TooBusy: errors.TooBusy(),
}


def example_of(kind: type[TradingAppError]) -> TradingAppError:
    if kind is errors.InvalidParameter:
        return errors.InvalidParameter("appearance.text_scale", 200, "out-of-bounds", "90 … 130")
    if kind in _EXAMPLES:
        return _EXAMPLES[kind]
    if issubclass(kind, errors.StorageError):
        return kind("data/settings.sqlite3", "damaged")
    if kind is errors.RateLimited:
        return errors.RateLimited("upbit", datetime(2026, 11, 21, 3, 0, 5, tzinfo=UTC))
    if kind is errors.KeyRejected:
        return errors.KeyRejected("upbit", KeyFault.EXPIRED)
    if issubclass(kind, errors.ExchangeError):
        return kind("upbit", "some_code")
    return kind("detail")


def examples() -> list[TradingAppError]:
    of_leaves = [example_of(kind) for kind in leaves()]
    of_backups: list[TradingAppError] = [errors.BackupUnusable("a/b.zip", reason) for reason in _BACKUP_REASONS]
    of_inputs: list[TradingAppError] = [InvalidParameter("label", None, reason, "8") for reason in INPUT_REASONS]
    waiting: list[TradingAppError] = [errors.WrongPassword(datetime(2026, 11, 21, 3, 0, 5, tzinfo=UTC))]
    of_keys: list[TradingAppError] = [errors.KeyRejected("upbit", fault) for fault in KeyFault]
    of_rights: list[TradingAppError] = [errors.KeyRejected("upbit", KeyFault.RIGHT_MISSING, right) for right in Right]
    others: list[TradingAppError] = [errors.RequestRefused("upbit", "code"), errors.ExchangeUnavailable("kraken")]
    of_orders: list[TradingAppError] = [errors.OrderRefused("upbit", code) for code in ORDER_REFUSALS]
    of_screens: list[TradingAppError] = [
        errors.InvalidScreen((ScreenProblem("filters[0]", reason, "x", "8"),)) for reason in sorted(SCREEN_REASONS)
    ]
    return of_leaves + of_screens + of_backups + of_inputs + waiting + of_keys + of_rights + of_orders + others


def reasons_in_the_package() -> set[str]:
    """The third argument of each InvalidParameter, InvalidValue and of the settings' own short form."""
    found = set()
    for file in Path(upbit_auto_trading.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = {"InvalidParameter": 2, "InvalidValue": 2, "_invalid": 1}.get(name)
            if place is not None and len(node.args) > place:
                reason = node.args[place]
                if isinstance(reason, ast.Constant) and isinstance(reason.value, str):
                    found.add(reason.value)
    return found


@pytest.mark.parametrize("kind", list(leaves()), ids=lambda kind: kind.__name__)
def test_each_leaf_of_the_tree_has_its_own_sentences(kind: type[TradingAppError]) -> None:
    assert has_own_sentence(kind), f"{kind.__name__} needs an entry in ui/error_boundary.py"


def test_each_reason_code_that_the_package_uses_has_its_own_sentences() -> None:
    reasons = reasons_in_the_package()

    assert len(reasons) >= 12, reasons
    assert reasons <= set(INPUT_REASONS), f"without a sentence: {sorted(reasons - set(INPUT_REASONS))}"


@pytest.mark.parametrize("error", examples(), ids=str)
def test_sentences_keep_to_the_form(error: TradingAppError) -> None:
    message = explain(error)

    for part in (message.title, message.meaning, message.mend):
        assert part.ko
        assert part.en
        assert not re.search(r"[{}]|을\(를\)|이\(가\)|은\(는\)", part.ko + part.en), "a placeholder was left"
        for sentence in re.split(r"(?<=요\.)\s", part.ko):
            assert re.search(r"요\.$|요\([^)]+\)\.$|고르세요: .+\.$|요 ?\(\d+\)\.$", sentence), f"해요체: {sentence}"
            assert len(sentence) <= _LONGEST_KOREAN_SENTENCE, f"{len(sentence)} letters: {sentence}"
        assert part.en.endswith(".")
        assert part.en[0].isupper() or part.en[0] == "“"
        assert not re.search(r"n't|'re|'ll|'ve|!", part.en), "no contractions, no exclamation marks"
        assert not re.search(r"안전해요|죄송|!", part.ko)
        assert type(error).__name__ not in part.ko + part.en, "codes belong in the details"
    assert type(error).__name__ in message.details


def test_an_error_nobody_foresaw_is_called_a_fault_of_ours_and_quotes_nothing() -> None:
    message = explain(KeyError("sk-very-secret"))

    assert "예상하지 못한" in message.title.ko
    assert message.details == "KeyError"


def test_causes_are_named_in_the_details_without_their_words() -> None:
    error = errors.DiskFull("data/settings.sqlite3")
    error.__cause__ = OSError(28, "No space left: sk-very-secret")

    assert explain(error).details == "DiskFull: data/settings.sqlite3 ← OSError 28"


def test_what_was_typed_is_never_repeated() -> None:
    message = explain(InvalidParameter("label", "AKIA-SECRET", "looks-like-a-key"))

    assert "AKIA-SECRET" not in message.in_language(Language.KOREAN) + message.details


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        (
            TEXT_SCALE,
            Decimal(200),
            Text(
                "글자 크기에 넣은 값이 범위를 벗어나요. 90부터 130%까지의 숫자를 넣으세요.",
                "Enter a number from 90 to 130%.",
            ),
        ),
        (
            LOG_DAYS_KEPT,
            Decimal(0),
            Text("1부터 365일까지의 숫자를 넣으세요.", "Enter a number from 1 to 365\u00a0days."),
        ),
        (BACKUP_SIZE_LIMIT, "much", Text("50부터 100,000\u00a0MB까지의 숫자", "from 50 to 100,000\u00a0MB")),
        (THEME, "pink", Text("이 가운데 고르세요: 어둡게, 밝게, 시스템.", "Choose one of: Dark, Light, System.")),
    ],
    ids=lambda value: getattr(value, "id", None),
)
def test_a_refused_setting_names_title_bounds_and_unit(setting: object, value: object, expected: Text) -> None:
    with pytest.raises(InvalidValue) as refused:
        setting.check(value)  # type: ignore[attr-defined]
    error = InvalidParameter(refused.value.setting_id, value, refused.value.reason, refused.value.allowed)
    message = explain(error)

    korean = f"{message.title.ko} {message.mend.ko}"
    assert expected.ko in korean
    assert setting.title.ko in korean  # type: ignore[attr-defined]
    assert expected.en in message.mend.en


@pytest.mark.parametrize("setting", ALL_SETTINGS, ids=lambda setting: setting.id)
def test_every_setting_can_be_refused_in_words(setting: object) -> None:
    with pytest.raises(InvalidValue) as refused:
        setting.check(object())  # type: ignore[attr-defined]
    error = InvalidParameter(refused.value.setting_id, "", refused.value.reason, refused.value.allowed)

    assert setting.title.ko in explain(error).title.ko  # type: ignore[attr-defined]


def test_an_exchange_is_named_in_each_language_and_its_own_words_stay_in_the_details() -> None:
    refused = explain(errors.OrderRefused("upbit", "a_name_of_tomorrow", "주문가능한 금액(KRW)이 부족합니다."))

    assert refused.title == Text("업비트가 주문을 거절했어요.", "Upbit refused the order.")
    assert "부족합니다" not in refused.in_language(Language.KOREAN) + refused.details
    assert "a_name_of_tomorrow" in refused.details
    assert explain(errors.ExchangeUnavailable("kraken")).title.en == "“kraken” cannot be reached."


@pytest.mark.parametrize(
    ("code", "what", "mend"),
    [
        ("insufficient_funds_bid", "not enough available", "smaller"),
        ("insufficient_funds_ask", "not enough available", "smaller"),
        ("under_min_total_bid", "below the exchange's minimum", "Raise"),
        ("over_krw_funds_bid", "above the exchange's maximum", "Split"),
        ("invalid_price_ask", "tick", "Round"),
        ("invalid_volume_bid", "decimals", "8 decimals"),
        ("notfoundmarket", "no such market", "trading has ended"),
        ("create_bid_error", "do not fit together", "up to date"),
    ],
)
def test_a_refused_order_says_why_by_its_code(code: str, what: str, mend: str) -> None:
    message = explain(errors.OrderRefused("upbit", code))
    assert what in message.title.en
    assert mend in message.mend.en
    assert message.meaning.en == "The order does not exist."
    assert code in message.details


def test_a_key_without_a_right_says_which() -> None:
    message = explain(errors.KeyRejected("upbit", KeyFault.RIGHT_MISSING, Right.MAKE_ORDERS))

    assert message.mend == Text(
        "‘주문하기’ 권한이 있는 키를 새로 만들어 등록하세요.",
        "Create a key with the right “place orders” and enter it.",
    )


def test_a_limit_says_from_when_in_korean_time() -> None:
    message = explain(errors.RateLimited("upbit", datetime(2026, 11, 21, 3, 0, 5, tzinfo=UTC)))

    assert message.mend.en == "You can try again from 12:00:05 KST."


def test_a_slowed_down_passphrase_says_from_when_in_korean_time() -> None:
    message = explain(errors.WrongPassword(datetime(2026, 11, 21, 3, 0, 5, tzinfo=UTC)))

    assert "12:00:05" in message.mend.ko
    assert "12:00:05 KST" in message.mend.en


def test_each_problem_of_a_screen_has_its_own_sentence() -> None:
    """Reasons of values are those of settings, so that both say the same."""
    found = set()
    for file in Path(upbit_auto_trading.__file__).parent.rglob("screen*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            if name in ("ScreenProblem", "_note") and isinstance(node, ast.Call) and len(node.args) > 1:
                found |= {one.value for one in ast.walk(node.args[1]) if isinstance(one, ast.Constant)}
    found.discard(None)
    assert len(found) >= 20
    assert found <= SCREEN_REASONS
