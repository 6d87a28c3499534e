"""Sample sizes, boundaries and operating characteristics, by exact calculation."""
