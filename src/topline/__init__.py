"""Topline: from an oncology trial's protocol and its patient data to its results."""
