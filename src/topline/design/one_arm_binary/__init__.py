"""Designs of one arm with a binary endpoint."""
