"""Which study is drawn in which pane: on the price, in one of its own, or with another that counts in the same unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from upbit_auto_trading.component_system.variable import Drawn
from upbit_auto_trading.ui.charts.studies import PRICE_PANE
from upbit_auto_trading.ui.charts.study_lines import BuiltStudy


@dataclass(frozen=True, slots=True)
class StudyPane:
    """A pane of its own: its first study says in which unit it counts."""

    id: str
    studies: tuple[str, ...]
    guides: tuple[float, ...]
    #: seen whatever the values are
    bounds: tuple[float, float] | None
    decimals: int | None


def fit_together(one: BuiltStudy, other: BuiltStudy) -> bool:
    """Of the same unit, or of the same sure bounds."""
    if one.where is not Drawn.OWN_PANE or other.where is not Drawn.OWN_PANE:
        return False
    return one.group == other.group or (one.bounds is not None and one.bounds == other.bounds)


def pane_of(built: BuiltStudy, by_id: Mapping[str, BuiltStudy]) -> str:
    """That of its host, where there is one, it has a pane of its own, and both fit."""
    if built.where is not Drawn.OWN_PANE:
        return PRICE_PANE
    host = by_id.get(built.study.pane)
    if host is None or host.study.id == built.study.id or host.study.pane or not fit_together(built, host):
        return _own_pane(built)
    return _own_pane(host)


def hosts_of(built: BuiltStudy, by_id: Mapping[str, BuiltStudy]) -> tuple[str, ...]:
    """Ids of the studies in whose pane it could be drawn."""
    others = (one for one in by_id.values() if one.study.id != built.study.id)
    return tuple(one.study.id for one in others if pane_of(one, by_id) == _own_pane(one) and fit_together(built, one))


def panes_of(drawn: Iterable[BuiltStudy], by_id: Mapping[str, BuiltStudy]) -> tuple[StudyPane, ...]:
    """Below the price, in the order of their first studies."""
    by_pane: dict[str, list[BuiltStudy]] = {}
    for one in drawn:
        by_pane.setdefault(pane_of(one, by_id), []).append(one)
    return tuple(
        StudyPane(
            pane,
            tuple(one.study.id for one in built),
            tuple(dict.fromkeys(guide for one in built for guide in one.guides)),
            built[0].bounds,
            built[0].decimals,
        )
        for pane, built in by_pane.items()
        if pane != PRICE_PANE
    )


def _own_pane(built: BuiltStudy) -> str:
    return f"study-{built.study.id}"
