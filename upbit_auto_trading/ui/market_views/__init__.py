"""What windows of markets share: watch lists, the list of markets, order book, trades, a market's header."""
