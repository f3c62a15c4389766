"""What the chart window knows, without widgets."""
