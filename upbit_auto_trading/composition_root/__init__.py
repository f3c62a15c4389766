"""Builds every object of the program; alone knows all concrete classes."""
