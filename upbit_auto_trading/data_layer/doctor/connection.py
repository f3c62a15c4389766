"""The exchange can be reached, soon enough, and its clock agrees with ours."""

from __future__ import annotations

from datetime import timedelta

from upbit_auto_trading.business_logic.domain.errors import ExchangeError, RateLimited
from upbit_auto_trading.business_logic.domain.health import HealthFinding, HealthStatus
from upbit_auto_trading.data_layer.doctor.check import Check
from upbit_auto_trading.data_layer.doctor.context import DoctorContext
from upbit_auto_trading.utils.bilingual_text import Text
from upbit_auto_trading.utils.korean_time import KST

_SLOW_SECONDS = 2.0
#: its answers tell whole seconds, and take their time
_CLOCK_SLACK_SECONDS = 3.0
_NOT_ASKED = Text("인터넷에 연결하지 않고 점검했어요.", "Checked without using the internet.")
_CHECK_THE_INTERNET = Text(
    "인터넷 연결, 방화벽과 거래소 공지를 확인하세요. 연습은 인터넷 없이도 돼요.",
    "Check the internet, the firewall and the exchange's notices. Practice works without them.",
)
_BLOCKED = Text("업비트가 {until}까지 요청을 받지 않아요.", "Upbit takes no requests until {until}.")
_WAIT = Text(
    "그때까지 기다리세요. 업비트에 묻는 다른 프로그램도 살피세요.",
    "Wait until then, and look for other programs that ask Upbit.",
)
_CLOCK_TITLE = Text("거래소 시각", "Time of the exchange")
_SET_THE_CLOCK = Text("운영체제 설정에서 시각 자동 맞추기를 켜세요.", "Let the system set its clock by itself.")


def _look(check: Check, context: DoctorContext) -> tuple[HealthFinding, ...]:
    if context.reach_exchange is None:
        return check.good(_NOT_ASKED)
    try:
        reached = context.reach_exchange()
    except RateLimited as error:
        until = f"{error.until.astimezone(KST):%H:%M:%S} KST"
        return check.warning(_BLOCKED.format(until=until), _WAIT)
    except ExchangeError as error:
        what = Text("업비트에 연결하지 못했어요({code}).", "Upbit cannot be reached ({code}).")
        return check.warning(what.format(code=error.detail or type(error).__name__), _CHECK_THE_INTERNET)
    seconds = f"{reached.seconds:.1f}"
    if reached.seconds > _SLOW_SECONDS:
        what = Text("업비트의 답이 늦어요({seconds}초).", "Upbit answers slowly ({seconds} s).")
        findings = check.warning(what.format(seconds=seconds), _CHECK_THE_INTERNET)
    else:
        what = Text("업비트가 {seconds}초 만에 답했어요.", "Upbit answered within {seconds} s.")
        findings = check.good(what.format(seconds=seconds))
    return (*findings, _clock(check, reached.clock_difference))


def _clock(check: Check, difference: timedelta | None) -> HealthFinding:
    identifier = f"{check.id}.clock"
    if difference is None:
        what = Text("거래소의 시각을 알 수 없었어요.", "The exchange's time could not be learnt.")
        return HealthFinding(identifier, _CLOCK_TITLE, HealthStatus.GOOD, what)
    seconds = abs(difference.total_seconds())
    if seconds > _CLOCK_SLACK_SECONDS:
        what = Text("시계가 거래소와 {seconds}초 달라요.", "The clock differs from the exchange's by {seconds} s.")
        what = what.format(seconds=f"{seconds:.0f}")
        return HealthFinding(identifier, _CLOCK_TITLE, HealthStatus.WARNING, what, _SET_THE_CLOCK)
    what = Text("거래소의 시계와 같아요.", "It agrees with the exchange's clock.")
    return HealthFinding(identifier, _CLOCK_TITLE, HealthStatus.GOOD, what)


CHECK = Check("connection", Text("거래소 연결", "Connection to the exchange"), _look)
