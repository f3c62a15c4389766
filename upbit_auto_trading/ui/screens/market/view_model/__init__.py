"""State of the market screen: the list of markets, and the screener over it."""
