"""Smallest sets of claims that cannot all be true, proven by the constraint solver."""
