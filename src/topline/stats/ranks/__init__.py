"""Tests on ranks, exact with ties, and the shifts behind them."""
