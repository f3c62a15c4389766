"""The words of trading: immutable values, events and errors."""
