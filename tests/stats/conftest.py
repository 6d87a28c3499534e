"""Property tests give the same verdict each time, on a busy machine too."""

from hypothesis import settings

settings.register_profile("topline", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("topline")
