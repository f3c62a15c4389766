"""Returns, drawdown and the comparison of runs."""
