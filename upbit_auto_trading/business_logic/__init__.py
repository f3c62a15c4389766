"""Decides; knows no Qt, file, socket, clock, thread or setting."""
