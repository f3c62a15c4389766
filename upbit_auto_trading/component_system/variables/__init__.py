"""Numbers that change with time: candles, indicators, the position, the purse, the clock."""
