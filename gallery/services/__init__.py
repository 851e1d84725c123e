"""Writes: each function is one transaction, and nothing here talks to an engine."""
