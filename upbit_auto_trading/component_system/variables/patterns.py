"""Candlestick patterns, as TA-Lib finds them: 100 where one points up, −100 where one points down, 0 where there is
none, 80 where two bodies only touch, 200 where one was confirmed. One class each, made from a table of names."""

from __future__ import annotations

from types import new_class
from typing import Any

import numpy as np

from upbit_auto_trading.business_logic.domain.candle_series import Floats
from upbit_auto_trading.component_system.declaration import number
from upbit_auto_trading.component_system.variable import PATTERN, Drawn
from upbit_auto_trading.component_system.variables.categories import PATTERNS
from upbit_auto_trading.component_system.variables.indicator import TaLib
from upbit_auto_trading.utils.bilingual_text import Text

#: exchanges write at most eight decimals; among whole numbers, bodies that are as long as one another are equal
_STEPS = 1e8

#: how far the last candle must reach into the first, of those that ask
PENETRATION = {
    "CDLABANDONEDBABY": 0.3,
    "CDLDARKCLOUDCOVER": 0.5,
    "CDLEVENINGDOJISTAR": 0.3,
    "CDLEVENINGSTAR": 0.3,
    "CDLMATHOLD": 0.5,
    "CDLMORNINGDOJISTAR": 0.3,
    "CDLMORNINGSTAR": 0.3,
}

#: TA-Lib's function, id, Korean, English
TABLE = (
    ("CDL2CROWS", "two-crows", "두 마리 까마귀", "Two crows"),
    ("CDL3BLACKCROWS", "three-black-crows", "흑삼병", "Three black crows"),
    ("CDL3INSIDE", "three-inside", "상승·하락 잉태 확인형", "Three inside up or down"),
    ("CDL3LINESTRIKE", "three-line-strike", "삼선 반격형", "Three-line strike"),
    ("CDL3OUTSIDE", "three-outside", "상승·하락 장악 확인형", "Three outside up or down"),
    ("CDL3STARSINSOUTH", "three-stars-in-the-south", "남쪽의 세 별", "Three stars in the south"),
    ("CDL3WHITESOLDIERS", "three-white-soldiers", "적삼병", "Three white soldiers"),
    ("CDLABANDONEDBABY", "abandoned-baby", "버려진 아기", "Abandoned baby"),
    ("CDLADVANCEBLOCK", "advance-block", "상승 저지형", "Advance block"),
    ("CDLBELTHOLD", "belt-hold", "샅바형", "Belt hold"),
    ("CDLBREAKAWAY", "breakaway", "이탈형", "Breakaway"),
    ("CDLCLOSINGMARUBOZU", "closing-marubozu", "종가 마루보즈", "Closing marubozu"),
    ("CDLCONCEALBABYSWALL", "concealing-baby-swallow", "숨은 아기 제비", "Concealing baby swallow"),
    ("CDLCOUNTERATTACK", "counterattack", "반격형", "Counterattack"),
    ("CDLDARKCLOUDCOVER", "dark-cloud-cover", "먹구름형", "Dark cloud cover"),
    ("CDLDOJI", "doji", "도지", "Doji"),
    ("CDLDOJISTAR", "doji-star", "도지 별", "Doji star"),
    ("CDLDRAGONFLYDOJI", "dragonfly-doji", "잠자리 도지", "Dragonfly doji"),
    ("CDLENGULFING", "engulfing", "장악형", "Engulfing"),
    ("CDLEVENINGDOJISTAR", "evening-doji-star", "저녁 도지 별", "Evening doji star"),
    ("CDLEVENINGSTAR", "evening-star", "저녁 별", "Evening star"),
    ("CDLGAPSIDESIDEWHITE", "gap-side-by-side-white", "갭 나란히형", "Side-by-side white lines after a gap"),
    ("CDLGRAVESTONEDOJI", "gravestone-doji", "비석 도지", "Gravestone doji"),
    ("CDLHAMMER", "hammer", "망치형", "Hammer"),
    ("CDLHANGINGMAN", "hanging-man", "교수형", "Hanging man"),
    ("CDLHARAMI", "harami", "잉태형", "Harami"),
    ("CDLHARAMICROSS", "harami-cross", "십자 잉태형", "Harami cross"),
    ("CDLHIGHWAVE", "high-wave", "높은 파도형", "High-wave candle"),
    ("CDLHIKKAKE", "hikkake", "히카케", "Hikkake"),
    ("CDLHIKKAKEMOD", "hikkake-modified", "수정 히카케", "Modified hikkake"),
    ("CDLHOMINGPIGEON", "homing-pigeon", "집비둘기형", "Homing pigeon"),
    ("CDLIDENTICAL3CROWS", "identical-three-crows", "동일 흑삼병", "Identical three crows"),
    ("CDLINNECK", "in-neck", "인넥형", "In-neck"),
    ("CDLINVERTEDHAMMER", "inverted-hammer", "역망치형", "Inverted hammer"),
    ("CDLKICKING", "kicking", "차기형", "Kicking"),
    ("CDLKICKINGBYLENGTH", "kicking-by-length", "차기형(긴 쪽 기준)", "Kicking, by the longer marubozu"),
    ("CDLLADDERBOTTOM", "ladder-bottom", "사다리 바닥", "Ladder bottom"),
    ("CDLLONGLEGGEDDOJI", "long-legged-doji", "긴 다리 도지", "Long-legged doji"),
    ("CDLLONGLINE", "long-line", "긴 캔들", "Long line"),
    ("CDLMARUBOZU", "marubozu", "마루보즈", "Marubozu"),
    ("CDLMATCHINGLOW", "matching-low", "동일 저점형", "Matching low"),
    ("CDLMATHOLD", "mat-hold", "매트 홀드", "Mat hold"),
    ("CDLMORNINGDOJISTAR", "morning-doji-star", "샛별 도지", "Morning doji star"),
    ("CDLMORNINGSTAR", "morning-star", "샛별형", "Morning star"),
    ("CDLONNECK", "on-neck", "온넥형", "On-neck"),
    ("CDLPIERCING", "piercing", "관통형", "Piercing"),
    ("CDLRICKSHAWMAN", "rickshaw-man", "인력거꾼", "Rickshaw man"),
    ("CDLRISEFALL3METHODS", "three-methods", "상승·하락 삼법", "Rising or falling three methods"),
    ("CDLSEPARATINGLINES", "separating-lines", "갈림길형", "Separating lines"),
    ("CDLSHOOTINGSTAR", "shooting-star", "유성형", "Shooting star"),
    ("CDLSHORTLINE", "short-line", "짧은 캔들", "Short line"),
    ("CDLSPINNINGTOP", "spinning-top", "팽이형", "Spinning top"),
    ("CDLSTALLEDPATTERN", "stalled", "멈춤형", "Stalled pattern"),
    ("CDLSTICKSANDWICH", "stick-sandwich", "샌드위치형", "Stick sandwich"),
    ("CDLTAKURI", "takuri", "긴 잠자리 도지", "Takuri"),
    ("CDLTASUKIGAP", "tasuki-gap", "타스키 갭", "Tasuki gap"),
    ("CDLTHRUSTING", "thrusting", "찌르기형", "Thrusting"),
    ("CDLTRISTAR", "tristar", "삼별형", "Tristar"),
    ("CDLUNIQUE3RIVER", "unique-three-river", "특이 삼천형", "Unique three river"),
    ("CDLUPSIDEGAP2CROWS", "upside-gap-two-crows", "상승 갭 두 까마귀", "Upside gap two crows"),
    ("CDLXSIDEGAP3METHODS", "gap-three-methods", "갭 삼법", "Gap three methods"),
)


class Pattern(TaLib):
    """A sign on the candle that completes it."""

    @property
    def own_window(self) -> int:
        """Hikkake remembers for three candles; means of ranges reach ten back."""
        return self.own_needs + 30

    def calculate(self, *inputs: Floats) -> Floats:
        steps = (np.rint(one * _STEPS) for one in inputs)
        found = np.asarray(self.called(*steps), dtype=np.float64)
        found[: self.own_needs - 1] = np.nan
        return found


def _declared(function: str, pattern_id: str, korean: str, english: str) -> type:
    body: dict[str, Any] = {"__module__": __name__, "__doc__": english}
    arguments = {}
    if function in PENETRATION:
        body["penetration"] = number(PENETRATION[function], Text("침투 비율", "Penetration"), 0.0, 1.0)
        arguments = {"penetration": "penetration"}
    says: dict[str, Any] = {
        "id": f"pattern-{pattern_id}",
        "title": Text(korean, english),
        "help": Text(
            f"{korean} 캔들 패턴이에요. 상승 신호면 100, 하락 신호면 −100, 없으면 0이에요. "
            "겨우 닿은 장악형과 잉태형은 80, 확인된 히카케는 200이에요.",
            f"{english}: 100 where it points up, −100 where it points down, 0 where there is none. An engulfing or "
            "harami that only touches tells 80, a hikkake that was confirmed 200.",
        ),
        "category": PATTERNS,
        "group": PATTERN,
        "drawn": Drawn.MARKS,
        "function": function,
        "takes": ("open", "high", "low", "close"),
        "arguments": arguments,
    }
    name = english.title().replace(" ", "").replace("-", "").replace(",", "")
    return new_class(name, (Pattern,), says, lambda made: made.update(body))


globals().update({one.__name__: one for one in (_declared(*row) for row in TABLE)})
