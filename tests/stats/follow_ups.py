"""Short ways to write subjects of whom some left for a reason."""

import numpy as np
from hypothesis import strategies as st

from topline.stats.survival.informative_censoring import FollowUp


def follow_up(text: str) -> FollowUp:
    """Read days as on paper, such as "6 6+ 7?": a plus is a censoring, a question mark leaving."""
    words = text.split()
    return FollowUp(
        np.array([int(word.rstrip("+?")) for word in words], np.int64),
        np.array([word[-1] not in "+?" for word in words], np.bool_),
        np.array([word.endswith("?") for word in words], np.bool_),
    )


def made_of(rows: list[tuple[int, str]]) -> FollowUp:
    """Make subjects of days and ends: "" the event, "+" censored, "?" left."""
    return follow_up(" ".join(f"{day}{end}" for day, end in rows))


patients = st.lists(
    st.tuples(st.integers(0, 8), st.sampled_from(["", "", "+", "?"])), min_size=1, max_size=14
)
