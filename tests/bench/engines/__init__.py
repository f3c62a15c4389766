"""Engines as processes that run a year of candles whenever they are asked to, each in its own environment."""
