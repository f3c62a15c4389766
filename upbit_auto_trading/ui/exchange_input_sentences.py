"""The sentences for what was asked of an exchange, ours for practice included, in a form that it cannot take."""

from __future__ import annotations

from upbit_auto_trading.utils.bilingual_text import Text

EXCHANGE_FIELDS = {
    "price": Text("가격", "price"),
    "market": Text("마켓", "market"),
    "candles": Text("캔들", "candles"),
    "grouping": Text("모아보기 단위", "grouping"),
    "order": Text("주문", "order"),
    "client_order_id": Text("주문 식별자", "order identifier"),
    "time_in_force": Text("주문 조건", "time in force"),
    "websocket_url": Text("실시간 주소", "stream address"),
    "state": Text("상태 파일", "state file"),
    "speed": Text("속도", "speed"),
    "probability": Text("확률", "probability"),
    "body": Text("요청", "request"),
    "time": Text("시각", "time"),
}
_CHOOSE_FROM = Text("이 가운데 고르세요: {allowed}.", "Choose one of: {allowed}.")
_LATEST = Text(
    "프로그램을 최신 버전으로 맞추고 다시 하세요.", "Bring the program to the latest version, then try again."
)

EXCHANGE_REASONS: dict[str, tuple[Text, Text]] = {
    "another-exchange": (
        Text("이 마켓은 다른 거래소의 것이에요.", "This market belongs to another exchange."),
        Text("이 거래소의 마켓을 고르세요.", "Choose a market of this exchange."),
    ),
    "negative": (
        Text("{name}{이/가} 0보다 작아요.", "The {name} is below 0."),
        Text("0 이상의 수를 넣으세요.", "Enter a number that is not below 0."),
    ),
    "no-candles": (
        Text("이 마켓에는 그 기간의 캔들이 없어요.", "This market has no candles in that time."),
        Text("기간을 늘리거나 다른 마켓을 고르세요.", "Choose a longer time or another market."),
    ),
    "ends-before-it-begins": (
        Text("기간의 끝이 처음보다 뒤가 아니에요.", "The end of the range is not later than its start."),
        Text("끝을 처음보다 뒤로 고르세요.", "Choose an end that is later than the start."),
    ),
    "nothing-stored": (
        Text("{name}의 {allowed} 캔들이 저장되어 있지 않아요.", "No {allowed} candles of {name} are stored."),
        Text(
            "먼저 download 명령으로 내려받거나 candles import로 가져오세요.",
            "Download them first with the command download, or bring them in with candles import.",
        ),
    ),
    "stored-in-part": (
        Text(
            "{name}의 저장된 캔들에 모르는 구간({allowed} KST)이 있어요.",
            "Some of the stored candles of {name} are unknown, first {allowed} KST.",
        ),
        Text(
            "download 명령으로 그 구간을 내려받거나 다른 기간을 고르세요.",
            "Download that range with the command download, or choose another time.",
        ),
    ),
    "before-all-candles": (
        Text("내장 마켓에는 그때의 캔들이 없어요.", "The built-in markets have no candles of that time."),
        Text(
            "2017년 10월 26일이나 그 뒤의 시각을 고르거나, 내장 마켓 없이 여세요.",
            "Choose 26 October 2017 or later, or serve without built-in markets.",
        ),
    ),
    "nothing-to-trade": (
        Text("거래할 마켓이 하나도 없어요.", "There is no market to trade."),
        Text(
            "--markets를 1 이상으로 하거나 --candles로 캔들 파일을 주세요.",
            "Give --markets of 1 or more, or a candle file with --candles.",
        ),
    ),
    "after-all-candles": (
        Text(
            "연습 시장은 그렇게 먼 미래까지 가지 않아요.", "The practice market does not go that far into the future."
        ),
        Text("{allowed}까지의 시각을 고르세요.", "Choose a time up to {allowed}."),
    ),
    "no-candles-at-start": (
        Text("{name}의 캔들은 시작 시각에 걸쳐 있지 않아요.", "The candles of {name} do not cover the start."),
        Text(
            "첫 캔들과 마지막 캔들 사이의 시각을 고르거나 시작을 정하지 마세요.",
            "Choose a time between its first and last candle, or leave the start out.",
        ),
    ),
    "no-rules": (
        Text("이 마켓의 거래 규칙을 아직 몰라요.", "The rules of this market are not known."),
        Text("다른 마켓을 고르거나 프로그램을 최신으로 맞추세요.", "Choose another market, or update the program."),
    ),
    "not-a-key": (
        Text("{name}에 넣은 값은 키의 모양이 아니에요.", "The {name} does not look like a key."),
        Text(
            "거래소가 보여 준 값을 빈칸 없이 그대로 붙여 넣으세요.",
            "Paste what the exchange shows, whole and without spaces.",
        ),
    ),
    "of-practice-exchange": (
        Text(
            "연습 거래소의 키라서 실제 거래소에서는 못 써요.",
            "This is a key of the practice exchange; a real exchange does not take it.",
        ),
        Text("실제 거래소에서 만든 키를 넣으세요.", "Enter a key that was made at the real exchange."),
    ),
    "may-withdraw": (
        Text("이 키로 출금할 수 있어서 받지 않았어요.", "This key may withdraw, so it was not accepted."),
        Text("출금 권한이 없는 키를 새로 만들어 넣으세요.", "Create a key without the right to withdraw."),
    ),
    "withdraw-box-not-confirmed": (
        Text("출금하기를 비웠는지 확인하지 않았어요.", "The empty withdraw box was not confirmed."),
        Text(
            "거래소의 키 화면을 보고 확인란에 체크하세요.", "Look at the key's page at the exchange, then tick the box."
        ),
    ),
    "key-not-accepted": (
        Text("거래소가 새 키를 받지 않아 바꾸지 않았어요.", "The exchange did not accept it; nothing was replaced."),
        Text("결과에 적힌 대로 키를 고친 뒤 다시 하세요.", "Mend the key as the result says, then try again."),
    ),
    "not-a-state-file": (
        Text("연습 거래소가 저장한 파일이 아니에요.", "This is not a file that the practice exchange saved."),
        Text("다른 파일을 고르거나 새로 시작하세요.", "Choose another file, or begin anew."),
    ),
    "not-an-address": (
        Text("거래소의 주소로 쓸 수 없어요.", "This cannot be the address of an exchange."),
        Text("https나 wss로 시작하는 주소를 넣으세요.", "Enter an address that begins with https or wss."),
    ),
    "not-encrypted": (
        Text("암호화하지 않는 주소는 쓰지 않아요.", "An address without encryption is not used."),
        Text("wss로 시작하는 주소를 넣으세요.", "Enter an address that begins with wss."),
    ),
    "not-an-amount": (
        Text("{name}에 쓸 수 없는 수예요.", "The number of “{name}” cannot be used."),
        Text("거래소가 받는 크기의 수를 넣으세요.", "Enter a number of a size that the exchange accepts."),
    ),
    "not-sendable": (
        Text("{name}에 거래소로 보낼 수 없는 글자가 있어요.", "The {name} holds signs that cannot be sent."),
        Text("빈칸 없이 영문, 숫자, -, _만 쓰세요.", "Use letters, digits, - and _ only, without spaces."),
    ),
    "not-for-best-price": (
        Text("최유리 주문에는 이 조건을 쓸 수 없어요.", "A best-price order cannot have this condition."),
        Text("IOC나 FOK 가운데 고르세요.", "Choose either immediate-or-cancel or fill-or-kill."),
    ),
    "one-of-two-ids": (
        Text("주문을 가리키는 번호가 하나여야 해요.", "An order is named by exactly one of its two numbers."),
        _LATEST,
    ),
    "not-offered": (
        Text("이 마켓에는 그런 {name}{이/가} 없어요.", "This market has no such {name}."),
        Text("마켓이 알려 주는 값 가운데 고르세요.", "Choose one of those that the market offers."),
    ),
    "out-of-range": (
        Text("{name} 값이 범위를 벗어나요.", "The value of “{name}” is out of range."),
        Text("이 범위에서 고르세요: {allowed}.", "Choose from this range: {allowed}."),
    ),
    "not-json": (
        Text("{name}{이/가} JSON이 아니에요.", "The {name} is not JSON."),
        Text("JSON 객체 하나로 보내세요.", "Send one JSON object."),
    ),
    "not-an-object": (
        Text("{name}{이/가} JSON 객체가 아니에요.", "The {name} is not a JSON object."),
        Text("JSON 객체 하나로 보내세요.", "Send one JSON object."),
    ),
    "not-standing": (
        Text("시장이 저절로 흐르고 있어요.", "The market is running by itself."),
        Text("멈추거나 한 걸음씩 방식으로 바꾼 뒤 하세요.", "Pause it, or go in lock-step, then try again."),
    ),
    "only-at-the-start": (
        Text("{name}{은/는} 시작할 때만 정할 수 있어요.", "“{name}” can be chosen at the start only."),
        Text("연습 거래소를 그 값으로 다시 시작하세요.", "Start the practice exchange anew with it."),
    ),
    "unknown-choice": (Text("{name}에 그런 선택은 없어요.", "“{name}” has no such choice."), _CHOOSE_FROM),
    "unknown-field": (Text("{name}{이라/라}는 칸은 없어요.", "There is no field “{name}”."), _CHOOSE_FROM),
    "unknown-kind": (Text("그런 고장은 없어요.", "There is no such fault."), _CHOOSE_FROM),
    "unknown-position": (
        Text("{name}{은/는} 그 위치로 바꿀 수 없어요.", "“{name}” has no such position."),
        _CHOOSE_FROM,
    ),
    "without-zone": (
        Text("{name}에 시간대가 없어요.", "The {name} has no time zone."),
        Text("2026-11-18T05:20:00Z처럼 쓰세요.", "Write it as 2026-11-18T05:20:00Z."),
    ),
    "wrong-type": (
        Text("{name}의 값이 다른 종류예요.", "The value of “{name}” is of another kind."),
        Text("설명서에 적힌 종류의 값을 보내세요.", "Send a value of the kind that the manual names."),
    ),
}
