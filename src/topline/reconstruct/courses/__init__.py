"""Dates of patients that give the printed statements on times."""
