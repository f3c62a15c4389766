"""The session: events in, commands out."""
