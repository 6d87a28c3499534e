"""Results to tables, figures and listings as frozen values; computes nothing."""
