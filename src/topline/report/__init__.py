"""Displays to one document in which every number leads back to its rows."""
