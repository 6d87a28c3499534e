"""Characteristics of patients that add up to the numbers in print."""
