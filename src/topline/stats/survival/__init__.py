"""Times to an event by counting days: curves, their tests, means, competing risks."""
