"""What ``download`` says before it begins and when it has ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.ports.downloads import DownloadPhase, DownloadPlan
from upbit_auto_trading.cli.market_options import shown_moment
from upbit_auto_trading.data_layer.candle_download.download import DownloadOutcome
from upbit_auto_trading.ui.download_sentences import reason_words
from upbit_auto_trading.utils.bilingual_text import Text

#: of each kind; the rest is counted
_MOST_NAMED: Final = 20
STOPPED: Final = Text(
    "멈췄어요. 받은 캔들은 그대로 있어요. 같은 명령을 다시 실행하면 이어서 받아요.",
    "Stopped. What is stored stays; run it again to go on.",
)
UNKNOWN_MARKET: Final = Text(
    "거래소에 {code} 마켓이 없어요. 마켓 이름을 확인하세요.", "The exchange has no market {code}. Check its name."
)
_NOTHING: Final = Text("끝이 시작보다 뒤여야 해요.", "The range ends before it begins.")
_PLAN: Final = Text(
    "{series}  {span}: 요청 {requests}번, 약 {time}", "{series}  {span}: requests to make: {requests}, about {time}"
)
_COMPLETE: Final = Text("{series}  {span}: 받을 것이 없어요.", "{series}  {span}: nothing to fetch.")
_KNOWN: Final = Text("  이미 있어요: {span}", "  there already: {span}")
_OUT_OF_REACH: Final = Text(
    "  거래소가 보관하지 않아 알 수 없는 구간: {span}", "  not kept by the exchange, stays unknown: {span}"
)
_NOT_YET: Final = Text("  아직 끝나지 않은 구간: {span}", "  has not ended yet: {span}")
_ALTOGETHER: Final = Text("모두 요청 {requests}번, 약 {time}", "Requests altogether: {requests}, about {time}")
_DONE: Final = Text(
    "{series}: 캔들 {candles}개, 거래가 없던 구간 {quiet}개{rate}",
    "{series}: {candles} candles, {quiet} intervals without trades{rate}",
)
_RATE: Final = Text(" · {seconds}초, 1초에 요청 {rate}번", " · {seconds} s, {rate} requests a second")
#: fewer fit into the first second, which says nothing about those that follow
_ENOUGH_FOR_A_RATE: Final = 30
_UNLISTED: Final = Text("  아직 올라오지 않은 구간: {span}", "  not listed yet, stays unknown: {span}")
_FAILED: Final = Text("  받지 못했어요 {span}: {why}{until}", "  not received {span}: {why}{until}")
_REFUSED: Final = Text("  넣지 않았어요 {at}: {why}", "  not stored {at}: {why}")
_UNTIL: Final = Text(" {time}까지 쉬어야 해요.", " It wants silence until {time}.")
_AGAIN: Final = Text(
    "  같은 명령을 다시 실행하면 받지 못한 것만 받아요.", "  Run the command again to fetch only what is missing."
)
DIFFERENT: Final = Text(
    "  {unit} 캔들 {count}개가 더 짧은 캔들로 만든 것과 달라요. candles check 명령이 보여 줘요.",
    "  candles of {unit} that differ from what finer ones make: {count}; the command candles check names them.",
)
_MORE: Final = Text("  … 외 {count}개", "  … and {count} more")
_SECONDS: Final = Text("{count}초", "{count} s")
_MINUTES: Final = Text("{count}분", "{count} min")


def before(plans: Sequence[DownloadPlan], requests_per_second: int) -> Iterator[Text]:
    if not plans:
        yield _NOTHING
    for plan in plans:
        words = _PLAN if plan.requests else _COMPLETE
        time = _time(plan.seconds(requests_per_second))
        span, requests = _span(plan.request.span), f"{plan.requests:,}"
        yield words.format(series=_series(plan), span=span, requests=requests, time=time)
        yield from _listed([_KNOWN.format(span=_span(one)) for one in plan.known])
        if plan.out_of_reach is not None:
            yield _OUT_OF_REACH.format(span=_span(plan.out_of_reach))
        if plan.not_yet is not None:
            yield _NOT_YET.format(span=_span(plan.not_yet))
    if sum(bool(plan.requests) for plan in plans) > 1:
        altogether = sum(plan.requests for plan in plans)
        seconds = sum(plan.seconds(requests_per_second) for plan in plans)
        yield _ALTOGETHER.format(requests=f"{altogether:,}", time=_time(seconds))


def after(plan: DownloadPlan, outcome: DownloadOutcome) -> Iterator[Text]:
    progress = outcome.progress
    yield _DONE.format(
        series=_series(plan),
        candles=f"{progress.candles:,}",
        quiet=f"{progress.without_trades:,}",
        rate=_RATE.format(seconds=f"{outcome.seconds:.1f}", rate=f"{outcome.requests_per_second:.1f}")
        if progress.done >= _ENOUGH_FOR_A_RATE
        else "",
    )
    yield from _listed([_UNLISTED.format(span=_span(one)) for one in progress.unlisted])
    failures = [
        _FAILED.format(
            span=_span(one.span),
            why=reason_words(one.reason),
            until=Text("", "") if one.until is None else _UNTIL.format(time=shown_moment(one.until)),
        )
        for one in progress.failures
    ]
    yield from _listed(failures)
    yield from _listed(
        [_REFUSED.format(at=shown_moment(one.opened_at), why=reason_words(one.reason)) for one in progress.refused]
    )
    if outcome.trouble:
        yield _FAILED.format(span=_series(plan), why=reason_words(outcome.trouble), until=Text("", ""))
    if outcome.phase is DownloadPhase.INCOMPLETE:
        yield _AGAIN


def _listed(lines: Sequence[Text]) -> Iterator[Text]:
    yield from lines[:_MOST_NAMED]
    if len(lines) > _MOST_NAMED:
        yield _MORE.format(count=f"{len(lines) - _MOST_NAMED:,}")


def _series(plan: DownloadPlan) -> str:
    return f"{plan.request.market} {plan.request.unit.value}"


def _span(span: Span) -> str:
    return f"{shown_moment(span.start)} – {shown_moment(span.end)}"


def _time(seconds: float) -> Text:
    if seconds < 60:
        return _SECONDS.format(count=max(1, round(seconds)))
    return _MINUTES.format(count=round(seconds / 60))
