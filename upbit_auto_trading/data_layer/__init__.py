"""Translates and remembers; never decides."""
