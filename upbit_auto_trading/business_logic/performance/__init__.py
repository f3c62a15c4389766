"""What a run was worth: returns, drawdowns and figures about trades, from its equity and its trades alone."""
