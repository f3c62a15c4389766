"""Prices that guard a position inside candles: stops, targets, trailing levels."""
