"""One suite for the port ``Exchange``: every adapter, over real sockets, against an exchange that we serve."""
