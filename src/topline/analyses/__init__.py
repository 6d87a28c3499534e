"""Analysis datasets to result rows, each with the trace to the rows it rests on."""
