"""How figures look, as far as the trial decides it."""

from topline.protocol.words import Variable
from topline.values import Value


class Appearance(Value):
    """What the theme cannot know of itself: colours belong to a variable's values, in all figures.

    Values take the theme's colours in the order of the protocol's levels, arms in their order;
    responses have colours of their own.
    """

    ordered: tuple[Variable, ...] = ()
    """Variables whose values rise, such as a tumor grade: their colours go from light to dark."""
