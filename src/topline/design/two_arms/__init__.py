"""Designs of two randomised arms."""
