"""Threads without widgets; also serves the program without a window."""
