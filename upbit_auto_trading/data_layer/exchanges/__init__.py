"""One package per exchange."""
