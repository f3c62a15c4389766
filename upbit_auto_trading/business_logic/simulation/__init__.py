"""Deterministic markets and fills."""
