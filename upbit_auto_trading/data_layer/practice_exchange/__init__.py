"""The built-in exchange, served over loopback; shares no code with the adapters in exchanges/."""
