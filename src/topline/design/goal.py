"""What a design shall tell apart, and with which errors; nonsense is refused in one sentence."""

from dataclasses import dataclass
from math import isfinite
from typing import NoReturn

from topline.errors import UsageError


def refuse(sentence: str) -> NoReturn:
    """Refuse what cannot be, in a sentence that says what is possible instead.

    Raises
    ------
    UsageError
        Always.
    """
    raise UsageError(sentence)


def require_share(name: str, value: float, such_as: str) -> None:
    """Refuse a value that is not strictly between 0 and 1.

    Raises
    ------
    UsageError
        The value is 0, 1, outside or not a number.
    """
    if not (isfinite(value) and 0 < value < 1):
        refuse(f"{name} is {value:g}; take a number above 0 and below 1, such as {such_as}")


def require_count(name: str, value: int, least: int, most: int | None = None) -> None:
    """Refuse a count outside its range.

    Raises
    ------
    UsageError
        The count is below `least` or above `most`.
    """
    if value < least:
        refuse(f"{name} is {value}; take at least {least}")
    if most is not None and value > most:
        refuse(f"{name} is {value}; take at most {most}")


def require_positive(name: str, value: float, such_as: str) -> None:
    """Refuse a value that is not above 0.

    Raises
    ------
    UsageError
        The value is 0, negative, infinite or not a number.
    """
    if not (isfinite(value) and value > 0):
        refuse(f"{name} is {value:g}; take a number above 0, such as {such_as}")


def require_errors(alpha: float, power: float) -> None:
    """Refuse a type I error or a power that no test can have, and a power below alpha.

    Raises
    ------
    UsageError
        One of the two is not a probability, or power is not above alpha.
    """
    require_share("alpha", alpha, "0.05")
    require_share("power", power, "0.9")
    if power <= alpha:
        refuse(f"power is {power:g} and alpha {alpha:g}; power has to be above alpha, such as 0.9")


@dataclass(frozen=True, slots=True)
class Goal:
    """Two rates that a one-arm trial shall tell apart, and the errors it may make.

    Examples
    --------
    >>> Goal(null=0.25, alternative=0.5, alpha=0.1, power=0.9).beta
    0.1
    """

    null: float
    """Rate that would yield no further interest."""
    alternative: float
    """Rate that would."""
    alpha: float
    """Largest probability of success under the null, one-sided."""
    power: float
    """Smallest probability of success under the alternative."""

    def __post_init__(self) -> None:
        """Refuse what cannot be told apart."""
        require_share("the null rate", self.null, "0.25")
        require_share("the alternative rate", self.alternative, "0.5")
        if self.alternative <= self.null:
            refuse(
                f"the alternative rate is {self.alternative:g} and the null rate {self.null:g}; "
                f"the alternative has to lie above the null and below 1"
            )
        require_errors(self.alpha, self.power)

    @property
    def beta(self) -> float:
        """Largest probability of no success under the alternative."""
        return round(1 - self.power, 12)

    @property
    def words(self) -> str:
        """The goal as part of a sentence."""
        return (
            f"{self.null:g} from {self.alternative:g} with a one-sided alpha of {self.alpha:g} "
            f"and a power of {self.power:g}"
        )
