"""The dozen built-in markets of the practice exchange, and as many more as are wanted."""

from __future__ import annotations

from decimal import Decimal

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter
from upbit_auto_trading.business_logic.domain.market import Market
from upbit_auto_trading.business_logic.simulation.counter_noise import CounterNoise
from upbit_auto_trading.business_logic.simulation.market_characters import MarketCharacter

_EXCHANGE = "upbit"


def _character(
    code: str, korean: str, english: str, price: str, turnover: int, trades: str, minute_ppm: int, day_ppm: int,
    common: int, jumps: int = 30, spread: int = 1, is_warned: bool = False,
) -> MarketCharacter:  # fmt: skip
    return MarketCharacter(
        Market(_EXCHANGE, code), korean, english, Decimal(price), Decimal(turnover), Decimal(trades),
        minute_ppm, day_ppm, common, jumps, spread, is_warned,
    )  # fmt: skip


#: turnover in won a day; the names and codes are real, the prices are not
PRACTICE_MARKETS = (
    _character("KRW-BTC", "비트코인", "Bitcoin", "118000000", 230_000_000_000, "300", 300, 15_000, 850, 25, 2),
    _character("KRW-ETH", "이더리움", "Ethereum", "4650000", 190_000_000_000, "200", 500, 24_000, 820, 30),
    _character("KRW-XRP", "리플", "XRP", "3120", 260_000_000_000, "220", 600, 26_000, 750, 40),
    _character("KRW-SOL", "솔라나", "Solana", "248000", 95_000_000_000, "110", 640, 29_000, 760, 35),
    _character("KRW-DOGE", "도지코인", "Dogecoin", "345", 150_000_000_000, "60", 850, 31_000, 720, 45),
    _character("KRW-USDT", "테더", "Tether", "1445", 120_000_000_000, "80", 80, 2_500, 0, 8),
    _character("KRW-ADA", "에이다", "Cardano", "940", 32_000_000_000, "25", 780, 30_000, 720, 35),
    _character("KRW-LINK", "체인링크", "Chainlink", "24800", 18_000_000_000, "14", 800, 31_000, 700, 30, 2),
    _character("KRW-TRX", "트론", "TRON", "412", 9_000_000_000, "8", 380, 17_000, 500, 15),
    _character("KRW-SHIB", "시바이누", "Shiba Inu", "0.0142", 14_000_000_000, "6", 950, 34_000, 680, 50),
    _character("KRW-WAXP", "왁스", "WAX", "28.6", 1_400_000_000, "1", 1_300, 36_000, 450, 60, 2),
    _character("KRW-STRAX", "스트라티스", "Stratis", "57.4", 450_000_000, "0.25", 1_700, 42_000, 350, 80, 4, True),
)
_LARGEST_NUMBER = 100_000


def generated_market(number: int, seed: int) -> MarketCharacter:
    """The n-th market (1 is the first): the dozen, then made-up ones (``KRW-P013``)."""
    if not 1 <= number <= _LARGEST_NUMBER:
        raise InvalidParameter("markets", number, "not-a-market-number", f"1 – {_LARGEST_NUMBER}")
    if number <= len(PRACTICE_MARKETS):
        return PRACTICE_MARKETS[number - 1]
    draws = _Draws(number, seed)
    size = draws.between(0, 8)
    turnover = draws.between(10, 99) * 10**7 * 2**size
    minute_ppm = draws.between(50, 160) * 10
    return MarketCharacter(
        Market(_EXCHANGE, f"KRW-P{number:03d}"),
        f"연습코인 {number}",
        f"Practice coin {number}",
        usual_price=Decimal(draws.between(100, 999)).scaleb(draws.between(-4, 5)),
        day_turnover=Decimal(turnover),
        trades_a_minute=Decimal(draws.between(1, 4) * 2**size) / 10,
        minute_move_ppm=minute_ppm,
        day_move_ppm=minute_ppm * draws.between(30, 50),
        common_permille=draws.between(200, 800),
        jumps_in_100_days=draws.between(10, 90),
        spread_ticks=1 + draws.between(0, 8 - size) // 3,
        is_warned=draws.between(1, 25) == 1,
    )


class _Draws:
    """One whole number after the other, all of the market's own place."""

    def __init__(self, number: int, seed: int) -> None:
        self._words = iter(CounterNoise(seed, "market characters").words(0, number * 4, 4).ravel().tolist())

    def between(self, lowest: int, highest: int) -> int:
        return lowest + next(self._words) % (highest - lowest + 1)
