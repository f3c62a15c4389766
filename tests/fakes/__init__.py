"""Hand-written fakes of our ports."""
