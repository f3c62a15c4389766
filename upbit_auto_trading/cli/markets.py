"""``markets``: the markets of an exchange as they are known, what happened to one, and a look at the list now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from upbit_auto_trading.cli.command import Command, Invocation
from upbit_auto_trading.cli.parsing import BilingualParser, WrongUsage
from upbit_auto_trading.utils.bilingual_text import Text

if TYPE_CHECKING:
    from upbit_auto_trading.business_logic.domain.market_changes import KnownMarket, MarketEvent
    from upbit_auto_trading.composition_root.market_commands import MarketDesk

_EXCHANGE: Final = Text("거래소: upbit(기본) 또는 practice", "exchange: upbit (default) or practice")
_NO_EXCHANGE: Final = Text("--exchange에는 이 가운데 하나를 적어 주세요: {names}.", "--exchange takes one of: {names}.")
_NO_LIST: Final = Text(
    "저장된 종목 목록이 없어요. --sync로 거래소에서 받아 오세요.",
    "No list of markets is stored. Fetch it from the exchange with --sync.",
)
_NOTHING_FOUND: Final = Text("‘{text}’에 맞는 종목이 없어요.", "No market matches “{text}”.")
_NOT_KNOWN: Final = Text("{code}{은/는} 저장된 목록에 없어요.", "{code} is not in the stored list.")
_NO_HISTORY: Final = Text("{code}: 기록된 변화가 없어요.", "{code}: no changes are recorded.")
_SYNCED: Final = Text(
    "종목 {count}개를 확인했어요. 바뀐 것: {changes}.", "{count} markets were looked at. Changes: {changes}."
)
_WARNED: Final = Text("거래 유의", "under warning")
_OVER: Final = Text("거래 지원 종료", "delisted")


def _add_arguments(parser: BilingualParser) -> None:
    add = parser.add_option
    add("--exchange", _EXCHANGE, "NAME")
    add(
        "--search",
        Text("이름, 초성(ㅂㅌ), 코드로 찾아요", "find by name, Korean initials or code"),
        "TEXT",
    )
    add("--history", Text("한 종목에 일어난 일을 보여요", "what happened to one market"), "CODE")
    parser.add_switch("--sync", Text("거래소에 지금 물어봐요", "ask the exchange now"))


def _run(invocation: Invocation) -> int:
    from upbit_auto_trading.composition_root.market_commands import market_desk

    given, console = invocation.arguments, invocation.console
    try:
        exchange = read_exchange(given.exchange)
    except WrongUsage as wrong:
        console.error(wrong.sentence, Text("", ""))
        return 2
    desk = market_desk(given.data_dir)
    if given.sync and not _sync(invocation, desk, exchange):
        return 1
    with desk.stored_list() as stored:
        known = () if stored is None else stored.markets(exchange)
        if stored is None or not known:
            console.error(_NO_LIST, Text("", ""))
            return 1
        if given.history is None:
            return _show(invocation, known)
        code = given.history.strip().upper()
        market = next((one.market for one in known if one.market.code == code), None)
        if market is None:
            console.error(_NOT_KNOWN.format(code=code), Text("", ""))
            return 1
        return _show_history(invocation, code, stored.history(market))


def read_exchange(written: str | None) -> str:
    """Raises WrongUsage."""
    from upbit_auto_trading.composition_root.market_commands import EXCHANGES, UPBIT

    name = written or UPBIT
    if name not in EXCHANGES:
        raise WrongUsage(_NO_EXCHANGE.format(names=", ".join(EXCHANGES)))
    return name


def _sync(invocation: Invocation, desk: MarketDesk, exchange: str) -> bool:
    from upbit_auto_trading.ui.market_notices import doubt_notice

    report = desk.sync(exchange)
    if report.doubt is not None:
        notice = doubt_notice(report.doubt)
        invocation.console.error(notice.title, notice.body)
        return False
    listed = sum(one.is_listed for one in report.markets)
    invocation.console.note(_SYNCED.format(count=listed, changes=len(report.events)))
    return True


def _show(invocation: Invocation, known: tuple[KnownMarket, ...]) -> int:
    from upbit_auto_trading.business_logic.domain.market_search import find_markets

    console, text = invocation.console, invocation.arguments.search
    by_market = {one.market: one for one in known}
    if text is None:
        found = [one for one in known if one.is_listed]
    else:
        found = [by_market[listed.market] for listed in find_markets((one.listed for one in known), text)]
    for one in found:
        console.say(_line(one))
    if not found and text is not None:
        console.error(_NOTHING_FOUND.format(text=text), Text("", ""))
        return 1
    return 0


def _line(known: KnownMarket) -> Text:
    from upbit_auto_trading.cli.market_options import shown_moment
    from upbit_auto_trading.ui.market_words import caution_label

    listed = known.listed
    marks = [_WARNED] if listed.is_warned else []
    marks += [caution_label(value) for value in sorted(caution.value for caution in listed.cautions)]
    if known.delisted_at is not None:
        day = shown_moment(known.delisted_at)[:10]
        marks.append(Text(f"{_OVER.ko} {day}", f"{_OVER.en} {day}"))
    names = f"{listed.market.code:<12}{listed.korean_name} / {listed.english_name}"
    if not marks:
        return Text(names, names)
    return Text(
        f"{names}  [{', '.join(mark.ko for mark in marks)}]", f"{names}  [{', '.join(mark.en for mark in marks)}]"
    )


def _show_history(invocation: Invocation, code: str, events: tuple[MarketEvent, ...]) -> int:
    from upbit_auto_trading.cli.market_options import shown_moment
    from upbit_auto_trading.ui.market_words import event_sentence

    console = invocation.console
    if not events:
        console.say(_NO_HISTORY.format(code=code))
    for event in events:
        console.say(f"{shown_moment(event.happened_at)}  {event_sentence(event).in_language(console.language)}")
    return 0


COMMAND = Command(
    "markets",
    Text("거래소의 종목 목록과 바뀐 것을 보여요.", "Lists the markets of an exchange, and what changed."),
    _add_arguments,
    _run,
)
