"""WHETHER THE NUMBERS ARE RIGHT, HERE. Known answers recomputed on the user's own machine."""
