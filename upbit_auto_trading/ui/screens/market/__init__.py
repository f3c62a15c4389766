"""All markets of the connected exchange, live, and the screener that finds some of them."""
