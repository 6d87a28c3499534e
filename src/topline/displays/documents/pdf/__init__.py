"""PDF/A by Typst; text goes to it as data, never as code."""
