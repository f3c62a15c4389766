"""Programs that draw candles, each in a process and an environment of its own, and asked for the same."""
