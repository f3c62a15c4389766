"""Clients that others wrote, with nothing changed but their addresses, against the practice exchange."""
