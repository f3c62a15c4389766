"""Builds any form from a declaration."""
