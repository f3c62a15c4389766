"""The backtest window: a strategy, candles of the past, a run, and what it would have done."""
