"""For each kind of claim, every method that could have given it."""
