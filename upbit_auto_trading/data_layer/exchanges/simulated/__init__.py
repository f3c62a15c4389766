"""An in-process source of market data."""
