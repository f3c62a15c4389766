"""Brakes of a strategy: what keeps a decided buy from being made, or makes it smaller."""
