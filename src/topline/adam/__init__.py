"""What is analyzed: one file a dataset, its schema and its derivation."""
