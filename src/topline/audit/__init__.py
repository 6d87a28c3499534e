"""Reported numbers: which method reproduces each, and which cannot all be true."""
