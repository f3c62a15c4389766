"""What the practice screen knows and can be asked for."""
