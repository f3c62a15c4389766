"""Our backtest against engines that others wrote, and against a plain loop, trade by trade."""
