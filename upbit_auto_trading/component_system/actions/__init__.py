"""What a rule does."""
