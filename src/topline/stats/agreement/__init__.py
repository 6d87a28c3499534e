"""Two readers or methods on the same subjects."""
