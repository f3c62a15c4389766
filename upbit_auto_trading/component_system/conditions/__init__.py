"""Comparisons of a variable with a constant or another variable."""
