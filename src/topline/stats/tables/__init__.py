"""Counts: tests of tables, odds ratios, differences and ratios of proportions."""
