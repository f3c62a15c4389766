"""Downloads of candles: a few threads fetch pages, one writes them; what is left is known from what is covered."""
