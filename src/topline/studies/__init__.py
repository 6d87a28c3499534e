"""Bundled studies, one folder each."""
