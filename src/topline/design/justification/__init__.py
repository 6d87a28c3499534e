"""A design in the words and numbers that a protocol needs."""
