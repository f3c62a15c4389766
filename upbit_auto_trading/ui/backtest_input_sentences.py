"""The sentences for what a backtest cannot be run with."""

from __future__ import annotations

from upbit_auto_trading.utils.bilingual_text import Text

BACKTEST_FIELDS = {
    "backtest.cash": Text("시작 금액", "starting cash"),
    "backtest.fee": Text("수수료율", "fee"),
    "backtest.slippage": Text("슬리피지", "slippage"),
    "backtest.spread": Text("호가 차이", "spread"),
    "backtest.latency": Text("지연 캔들 수", "latency in candles"),
    "backtest.volume_share": Text("거래량 가운데 체결될 비율", "share of the volume"),
}

BACKTEST_REASONS: dict[str, tuple[Text, Text]] = {
    "impossible-setting": (
        Text("{name}{이/가} 있을 수 없는 값이에요.", "The {name} of the backtest cannot be that."),
        Text("{allowed} 범위의 수를 넣으세요.", "Enter a number within {allowed}."),
    ),
    "unit-not-made": (
        Text(
            "{name}의 캔들로는 전략의 단위를 만들 수 없어요({allowed}).",
            "The candles of {name} do not make those of the strategy ({allowed}).",
        ),
        Text(
            "더 짧은 단위의 캔들을 쓰거나 --unit으로 캔들의 단위를 고르세요.",
            "Use candles of a shorter unit, or choose theirs with --unit.",
        ),
    ),
    "too-few-candles": (
        Text(
            "{name}의 캔들이 이 전략에 모자라요(있는 수 / 필요한 수: {allowed}).",
            "There are too few candles of {name} for this strategy (there / needed: {allowed}).",
        ),
        Text("기간을 늘리거나 단위를 줄이세요.", "Choose a longer time or a shorter unit."),
    ),
    "another-quote": (
        Text(
            "{name}{은/는} {allowed}로 거래되지 않아 함께 돌릴 수 없어요.",
            "One run has one purse, and {name} is not traded in {allowed}.",
        ),
        Text("기준 통화가 같은 마켓만 고르세요.", "Choose markets of one quote currency."),
    ),
    "unknown-candles": (
        Text(
            "{name}의 이 기간에 모르는 캔들이 있어 거래가 없던 때와 구별할 수 없어요.",
            "Some candles of {name} in this time are unknown, which is not the same as no trade.",
        ),
        Text("먼저 이 명령으로 내려받으세요({allowed}).", "Download them first: {allowed}."),
    ),
    "no-such-strategy": (
        Text("{name} 전략 파일을 찾지 못했어요.", "There is no strategy file {name}."),
        Text("파일이나 기본 전략 가운데 하나를 고르세요: {allowed}.", "Give a file, or a built-in one: {allowed}."),
    ),
    "not-text": (
        Text("{name}{은/는} 글로 된 전략 파일이 아니에요.", "The strategy file {name} is no text in UTF-8."),
        Text("UTF-8로 저장된 JSON 파일을 쓰세요.", "Use a JSON file saved as UTF-8."),
    ),
}
