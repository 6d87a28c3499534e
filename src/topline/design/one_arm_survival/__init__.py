"""Designs of one arm with a time-to-event endpoint."""
