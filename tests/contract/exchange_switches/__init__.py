"""Our client against each position of each switch of the practice exchange: it must understand the same."""
