"""Synthetic cohorts that give the numbers in print."""
