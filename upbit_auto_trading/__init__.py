"""Upbit AutoTrader: build a strategy, prove it, rehearse it, then let it trade.

This module stays readable for every Python since 2.7, because the bootstrap imports it before it
can say that a Python is too old.
"""

__version__ = "0.1.0"
