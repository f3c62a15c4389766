"""What the markets of the in-process source are called; a real exchange tells these itself."""

from __future__ import annotations

from upbit_auto_trading.utils.bilingual_text import Text

MARKET_NAMES: dict[str, Text] = {
    "KRW-BTC": Text("비트코인", "Bitcoin"),
    "KRW-ETH": Text("이더리움", "Ethereum"),
    "KRW-XRP": Text("엑스알피(리플)", "XRP (Ripple)"),
    "KRW-SOL": Text("솔라나", "Solana"),
    "KRW-DOGE": Text("도지코인", "Dogecoin"),
}
