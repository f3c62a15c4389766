"""What the backtest window knows: the form, the run, and why each fill was made."""
