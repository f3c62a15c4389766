"""How much is bought."""
