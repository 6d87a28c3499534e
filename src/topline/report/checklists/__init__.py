"""Reporting guidelines as data, filled where the protocol and the run hold the answer."""
