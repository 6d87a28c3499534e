"""Regression of hazards: likelihood, penalty, limits, selection, proportionality."""
