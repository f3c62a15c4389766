"""The looks of a report page: the design tokens as style variables, light and dark by what the reader's system has."""

from __future__ import annotations

from typing import Final

from upbit_auto_trading.ui.design.tokens import DARK, LIGHT, Palette
from upbit_auto_trading.utils.bilingual_text import Language

_USED: Final = (
    "bg0", "bg1", "bg2", "line", "line_strong", "grid", "t1", "t2", "t3", "up", "down", "up_fill", "down_fill",
    "accent", "accent_text", "warning", "control", "chart_background",
)  # fmt: skip
_FONTS: Final = {
    Language.KOREAN: '"Malgun Gothic","Apple SD Gothic Neo","Noto Sans CJK KR","Noto Sans KR","NanumBarunGothic",'
    '"NanumGothic",sans-serif',
    Language.ENGLISH: '"Segoe UI",system-ui,"Noto Sans","DejaVu Sans","Malgun Gothic","Noto Sans CJK KR",sans-serif',
}
_RULES: Final = """
*{box-sizing:border-box}
body{margin:0;background:var(--bg0);color:var(--t1);font-size:13px;line-height:18px;
font-variant-numeric:tabular-nums}
main{max-width:1240px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:22px;line-height:28px;margin:0}
h2{font-size:13px;line-height:18px;margin:0;padding:8px 12px;border-bottom:1px solid var(--line)}
p{margin:4px 0 0;color:var(--t2)}
section{background:var(--bg1);border:1px solid var(--line);border-radius:6px;margin-top:16px;overflow-x:auto}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:0;padding:12px}
dt{color:var(--t2)}dd{margin:0}
ul{margin:0;padding:12px 12px 12px 28px}
.notes li::marker{content:"! ";color:var(--warning);font-weight:bold}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));overflow:hidden}
.card{border:solid var(--line);border-width:0 1px 1px 0;margin:0 -1px -1px 0;padding:12px}
.card b{display:block;font-size:16px;line-height:22px}
.card span{color:var(--t2);font-size:12px;line-height:16px}
.up{color:var(--up)}.down{color:var(--down)}
svg{display:block;width:100%;height:auto;background:var(--chart_background)}
svg text{fill:var(--t3);font-size:11px}
.grid{stroke:var(--grid);stroke-width:1}
.equity{fill:none;stroke:var(--accent);stroke-width:1.5}
.held{fill:none;stroke:var(--control);stroke-width:1.5;stroke-dasharray:7 3}
.fall{fill:var(--down_fill);fill-opacity:.3;stroke:var(--down_fill);stroke-width:1}
.price{fill:none;stroke:var(--t2);stroke-width:1}
.buy{fill:var(--up_fill);stroke:var(--chart_background)}
.sell{fill:var(--down_fill);stroke:var(--chart_background)}
.legend{padding:8px 12px;color:var(--t2);font-size:12px;line-height:16px}
table{border-collapse:collapse;width:100%;font-size:12px;line-height:16px}
th,td{padding:6px 8px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line)}
th{background:var(--bg2);color:var(--t2);font-size:11px}
th.text,td.text{text-align:left}
footer{color:var(--t3);font-size:11px;line-height:15px;margin-top:16px;overflow-wrap:anywhere}
@media print{body{background:none}section{break-inside:avoid}}
"""


def style_sheet(language: Language) -> str:
    return (
        f":root{{color-scheme:light dark;{_variables(LIGHT)}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{_variables(DARK)}}}}}"
        f"body{{font-family:{_FONTS[language]}}}" + _RULES.strip()
    )


def _variables(palette: Palette) -> str:
    return "".join(f"--{name}:{palette.colour(name)};" for name in _USED)
