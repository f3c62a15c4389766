"""How an order is placed."""
