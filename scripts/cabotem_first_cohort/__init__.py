"""Write the reconstructed SDTM of the bundled study: seeded, from published numbers alone."""
