"""The first screen: what the market does now, whether everything is well, what happened last."""
