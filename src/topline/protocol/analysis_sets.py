"""Analysis sets: which subjects an analysis rests on, and why others are left out."""

from topline.protocol.words import Expression, Text, Variable
from topline.values import Value


class Exclusion(Value):
    """One reason to be outside the set."""

    where: Expression
    """Condition over ADSL; the first that holds is the subject's reason."""
    reason: Text


class AnalysisSet(Value):
    """Subjects for whom a condition over ADSL holds."""

    label: Text
    where: Expression
    """Condition over ADSL variables, those of earlier sets included."""
    flag: Variable
    """ADSL variable that holds Y for members, such as SAFFL."""
    exclusions: tuple[Exclusion, ...] = ()
    """Reasons listed for those who are not in the set."""
