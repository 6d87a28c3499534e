"""Inference after a design that could stop early."""
