"""Rules that linters cannot express, and proofs that every rule bites."""
