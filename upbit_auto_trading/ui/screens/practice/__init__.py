"""Practice: an exchange of one's own, with money that does not exist."""
