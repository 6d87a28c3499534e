"""Simulated trials that pass through the same analysis as real ones."""
