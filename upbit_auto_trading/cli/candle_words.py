"""What ``candles`` says: tables, findings, ranges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from upbit_auto_trading.business_logic.domain.coverage import Span
from upbit_auto_trading.business_logic.ports.candle_store import SeriesFacts
from upbit_auto_trading.business_logic.use_cases.check_candles import SeriesCheck
from upbit_auto_trading.business_logic.use_cases.import_candles import ImportReport
from upbit_auto_trading.business_logic.use_cases.read_candles import UnitDifference
from upbit_auto_trading.cli.backup import size_text
from upbit_auto_trading.cli.market_options import shown_moment
from upbit_auto_trading.utils.bilingual_text import Language, Text
from upbit_auto_trading.utils.text_width import padded, text_width

#: of each kind; the rest is counted
MOST_NAMED: Final = 20

_TABLE: Final = (
    Text("거래소", "Exchange"),
    Text("마켓", "Market"),
    Text("단위", "Unit"),
    Text("처음 (KST)", "First (KST)"),
    Text("마지막 (KST)", "Last (KST)"),
    Text("캔들", "Candles"),
    Text("완전함", "Complete"),
    Text("모르는 구간", "Unknown"),
    Text("크기", "Size"),
)
_FIRST_NUMBER: Final = 5
_MORE: Final = Text("… 외 {count}개", "… and {count} more")
_SOUND: Final = Text("{series}: 캔들 {count}개가 온전해요.", "{series}: {count} candles, sound.")
_UNSOUND: Final = Text("{series}: 캔들 {count}개를 확인했어요.", "{series}: {count} candles looked at.")
_IMPOSSIBLE: Final = Text("  있을 수 없는 캔들 {at}: {reason}", "  impossible candle {at}: {reason}")
_JUMP: Final = Text("  앞뒤와 크게 다른 캔들 {at}", "  far from both neighbours {at}")
_DIFFERENCE: Final = Text(
    "  {at} {field}: 저장 {stored}, {finer}로 계산 {derived}",
    "  {at} {field}: stored {stored}, made of {finer} {derived}",
)
_NONE: Final = Text("없음", "none")
_FIELDS: Final = {
    "open": Text("시가", "open"),
    "high": Text("고가", "high"),
    "low": Text("저가", "low"),
    "close": Text("종가", "close"),
    "volume": Text("거래량", "volume"),
    "turnover": Text("거래대금", "turnover"),
    "candle": Text("캔들", "candle"),
}
_REASONS: Final = {
    "not-a-number": Text("숫자가 아니에요", "not a number"),
    "price-not-positive": Text("가격이 0보다 크지 않아요", "a price is not above 0"),
    "volume-negative": Text("거래량이 0보다 작아요", "the volume is below 0"),
    "high-too-low": Text("고가가 시가나 종가보다 낮아요", "the high lies below open or close"),
    "low-too-high": Text("저가가 시가나 종가보다 높아요", "the low lies above open or close"),
    "off-the-grid": Text("그 시각에 열리는 캔들이 없어요", "no candle opens at that time"),
    "in-the-future": Text("아직 오지 않은 시각이에요", "its time has not come yet"),
}
_IMPORTED: Final = Text(
    "{series}: {first}부터 {end}까지 가져왔어요 (새 캔들 {new}개, 바뀐 캔들 {changed}개).",
    "{series}: imported from {first} to {end} ({new} new candles, {changed} changed).",
)
_NO_WHOLE: Final = Text("{series}: 가져올 캔들이 없어요.", "{series}: there is no candle to import.")
_UNFINISHED: Final = Text(
    "아직 끝나지 않은 캔들 {count}개는 넣지 않았어요.", "Candles that have not ended yet were left out: {count}."
)
_KEPT: Final = Text(
    "거래소에서 받은 캔들 {count}개가 파일과 달라 그대로 두었어요. 처음: {first} KST. "
    "파일 값으로 바꾸려면 --replace를 붙이세요.",
    "Candles told by the exchange that differ from the file were kept: {count}, the first at {first} KST. --replace "
    "takes those of the file.",
)
_UNKNOWN: Final = Text("모르는 구간: {start} – {end} KST", "Unknown: {start} – {end} KST")


def lines_of_table(rows: Sequence[SeriesFacts], language: Language) -> list[str]:
    cells = [[title.in_language(language) for title in _TABLE], *(_cells(one) for one in rows)]
    widths = [max(text_width(row[place]) for row in cells) for place in range(len(_TABLE))]
    return [
        "  ".join(
            padded(cell, width, to_the_right=place >= _FIRST_NUMBER)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]


def _cells(one: SeriesFacts) -> list[str]:
    return [
        one.market.exchange,
        one.market.code,
        one.unit.value,
        "–" if one.first_at is None else shown_moment(one.first_at),
        "–" if one.last_at is None else shown_moment(one.last_at),
        f"{one.candles:,}",
        _share(one.completeness),
        str(max(0, len(one.known) - 1)),
        size_text(one.stored_bytes),
    ]


def _share(fraction: float) -> str:
    """100 % is said of what is complete alone."""
    return "100%" if fraction >= 1 else f"{int(fraction * 1000) / 10:.1f}%"


def import_sentences(series: str, report: ImportReport) -> list[Text]:
    if report.span is None:
        said = [_NO_WHOLE.format(series=series)]
    else:
        first, end = shown_moment(report.span.start), shown_moment(report.span.end)
        said = [
            _IMPORTED.format(series=series, first=first, end=end, new=f"{report.new:,}", changed=f"{report.changed:,}")
        ]
    if report.unfinished:
        said.append(_UNFINISHED.format(count=report.unfinished))
    if report.first_kept_at is not None:
        said.append(_KEPT.format(count=f"{report.kept:,}", first=shown_moment(report.first_kept_at)))
    said += [_IMPOSSIBLE.format(at=shown_moment(one.opened_at), reason=_REASONS[one.reason])
             for one in report.refused[:MOST_NAMED]]  # fmt: skip
    return said


def unknown_sentences(spans: Sequence[Span]) -> list[Text]:
    said = [_UNKNOWN.format(start=shown_moment(one.start), end=shown_moment(one.end)) for one in spans[:MOST_NAMED]]
    return [*said, *_rest(len(spans))]


def check_sentences(found: SeriesCheck) -> list[Text]:
    series = f"{found.market} {found.unit.value}"
    head = (_SOUND if found.is_sound else _UNSOUND).format(series=series, count=f"{found.candles:,}")
    impossible = (_IMPOSSIBLE.format(at=shown_moment(one.opened_at), reason=_REASONS[one.reason])
                  for one in found.impossible)  # fmt: skip
    jumps = (_JUMP.format(at=shown_moment(one)) for one in found.jumps)
    differences = (_difference(one) for one in found.differences)
    return [head, *_first(impossible), *_first(jumps), *_first(differences)]


def _difference(one: UnitDifference) -> Text:
    stored, derived = ("–" if value is None else f"{value:.12g}" for value in (one.stored, one.derived))
    return _DIFFERENCE.format(
        at=shown_moment(one.opened_at), field=_FIELDS[one.field], finer=one.finer.value, stored=stored, derived=derived
    )


def _first(said: Iterable[Text]) -> list[Text]:
    every = list(said)
    return [*every[:MOST_NAMED], *_rest(len(every))]


def _rest(count: int) -> list[Text]:
    return [_MORE.format(count=f"{count - MOST_NAMED:,}")] if count > MOST_NAMED else []
