"""Why candles could not be downloaded, in a sentence: of reading, so that no order comes into it."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.errors import ExchangeError
from upbit_auto_trading.utils.bilingual_text import Text

_FAILED = Text("캔들을 내려받지 못했어요.", "The candles could not be downloaded.")
_CAUSES = {
    "name-not-found": Text(
        "거래소의 주소를 찾지 못했어요. 인터넷 연결과 DNS를 확인해 주세요.",
        "The name of the exchange was not found. Check the internet connection and its DNS.",
    ),
    "refused": Text(
        "연결이 거절되었어요. 방화벽이나 프록시를 확인해 주세요.",
        "The connection was refused. Check the firewall or proxy.",
    ),
    "unreachable": Text(
        "거래소까지 가는 길이 없어요. 인터넷 연결을 확인해 주세요.",
        "There is no way to the exchange. Check the internet connection.",
    ),
    "connect-timeout": Text(
        "연결이 시간 안에 되지 않았어요. 인터넷 연결이나 방화벽을 확인해 주세요.",
        "Connecting took too long. Check the internet connection and the firewall.",
    ),
    "tls": Text(
        "안전한 연결을 만들지 못했어요. 컴퓨터의 시각과 보안 프로그램을 확인해 주세요.",
        "No secure connection could be made. Check this computer's time and its security programs.",
    ),
}
_OTHERWISE = Text(
    "거래소가 알맞게 답하지 않았어요({cause}). 점검 공지를 보고 다시 해 주세요.",
    "The exchange gave no proper answer ({cause}). See its notices, then try again.",
)


def download_sentences(error: ExchangeError) -> tuple[Text, Text]:
    """What failed, and why."""
    return _FAILED, _CAUSES.get(error.detail, _OTHERWISE).format(cause=error.detail)
