"""Components with every kind of parameter, so that files can be judged without those of the program."""

from __future__ import annotations

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.business_logic.domain.strategy_definition import ComponentKind, Use
from upbit_auto_trading.business_logic.ports.strategy import Columns
from upbit_auto_trading.component_system.declaration import (
    Component,
    choice,
    conditions,
    duration,
    levels,
    number,
    numbers,
    rules,
    sizing,
    style,
    switch,
    text,
    variable,
    variable_use,
    whole,
)
from upbit_auto_trading.component_system.registry import Registry
from upbit_auto_trading.component_system.variable import COUNT, PRICE, CandleVariable
from upbit_auto_trading.utils.bilingual_text import Text


def _text(name: str) -> Text:
    return Text(f"{name} (ko)", name)


class _Candles(CandleVariable):
    @property
    def own_needs(self) -> int:
        return 1

    def compute(self, columns: Columns) -> Floats:
        return columns.close


class Close(_Candles, id="close", title=_text("Close"), group=PRICE):
    pass


class Mean(_Candles, id="mean", title=_text("Mean")):
    period = whole(20, _text("Period"), 2, 500)
    source = variable("close", _text("Source"))


class Fired(_Candles, id="times-fired", title=_text("Times fired"), group=COUNT):
    rule = text("", _text("Rule"))


class Above(Component, id=">", title=_text("Above")):
    kind = ComponentKind.OPERATOR


class About(Component, id="about", title=_text("About")):
    kind = ComponentKind.OPERATOR
    tolerance = number(0.5, _text("Tolerance"), 0, 100)


class Between(Component, id="between", title=_text("Between")):
    kind = ComponentKind.OPERATOR


class Rising(Component, id="rising", title=_text("Rising")):
    kind = ComponentKind.OPERATOR
    candles = whole(3, _text("Candles"), 1, 100)


class ShareOfCash(Component, id="share-of-cash", title=_text("Share of cash")):
    kind = ComponentKind.SIZING
    percent = number(95, _text("Share"), 0.1, 100)


class MarketStyle(Component, id="market", title=_text("Market")):
    kind = ComponentKind.STYLE


class StopDistance(Component, id="stop-distance", title=_text("Stop at a distance")):
    kind = ComponentKind.LEVEL
    distance = variable(None, _text("Distance"))
    times = number(2, _text("Times"), 0.1, 20)


class Buy(Component, id="buy", title=_text("Buy")):
    kind = ComponentKind.ACTION
    size = sizing(None, _text("Size"))
    style = style(Use(ComponentKind.STYLE, "market"), _text("Style"))
    levels = levels(_text("Levels"))


class Sell(Component, id="sell", title=_text("Sell")):
    kind = ComponentKind.ACTION
    percent = number(100, _text("Share"), 1, 100)
    of = choice("held", _text("Of"), {"held": _text("Held"), "bought": _text("Bought")})


class SwitchRules(Component, id="switch-rules", title=_text("Switch rules")):
    kind = ComponentKind.ACTION
    rules = rules(_text("Rules"))
    on = switch(False, _text("On"))


class StagedExit(Component, id="staged-exit", title=_text("Staged exit")):
    kind = ComponentKind.BLOCK
    steps = numbers((3, 6), _text("Steps"), 0.1, 1_000)
    wait = duration("1d", _text("Wait"))
    only_when = conditions(_text("Only when"))


class MostPositions(Component, id="max-positions", title=_text("Most positions")):
    kind = ComponentKind.RISK_RULE
    count = whole(5, _text("Count"), 1, 100)


COMPONENTS = (
    Close, Mean, Fired, Above, About, Between, Rising, ShareOfCash, MarketStyle, StopDistance, Buy, Sell, SwitchRules,
    StagedExit, MostPositions,
)  # fmt: skip
CLOSE = variable_use("close")


def small_registry(*, without: str = "") -> Registry:
    return Registry(one for one in COMPONENTS if one.declaration.id != without)
