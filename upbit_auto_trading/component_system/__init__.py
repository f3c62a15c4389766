"""What a strategy can be made of."""
