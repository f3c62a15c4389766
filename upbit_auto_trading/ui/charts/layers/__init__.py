"""What is painted on the panes of a chart, one module a layer."""
