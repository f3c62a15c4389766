"""Tests of the application; `python -m tests` runs them all."""
