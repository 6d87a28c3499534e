"""Results paragraphs: sentences filled from result rows, each number with the ids it came from."""
