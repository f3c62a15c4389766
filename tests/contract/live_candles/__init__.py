"""Live candles against the practice exchange, over real sockets and into a real database."""
