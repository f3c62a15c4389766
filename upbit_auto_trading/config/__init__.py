"""Settings declared once, where user data lies, logging, and the private Python environment."""
