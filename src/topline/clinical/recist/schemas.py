"""Frames in and out of RECIST: plain column names, one lesion, one assessment or one subject a row.

Sections are those of Eisenhauer EA et al. (2009), European Journal of Cancer 45: 228-247.
"""

import dataframely as dy
import polars as pl

ROLES = ("target", "non-target", "new", "none")
STATES = (
    "PRESENT",
    "ABSENT",
    "TOO SMALL",
    "NOT EVALUATED",
    "UNEQUIVOCAL PROGRESSION",
    "EQUIVOCAL",
    "UNEQUIVOCAL",
    "MERGED",
    "SPLIT",
    "INCREASED",
)
RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD", "NED", "PD", "NE")
IMMUNE_RESPONSES = ("iCR", "iPR", "iSD", "NON-iCR/NON-iUPD", "NED", "iUPD", "iCPD", "NE")


def one_of(
    terms: tuple[str, ...],
    *,
    nullable: bool = False,
    primary_key: bool = False,
    description: str | None = None,
) -> dy.String:
    """Return a text column that holds these terms only; the rule's name lists them."""
    return dy.String(
        nullable=nullable,
        primary_key=primary_key,
        description=description,
        check={f"one of {', '.join(terms)}": lambda column: column.is_in(terms)},
    )


class Measurements(dy.Schema):
    """Lesions as read: one row a subject, assessment and lesion.

    `role` "none" keeps an assessment that has no lesion to name: nothing found, or, with the state
    NOT EVALUATED, no imaging. A tumour marker can be given as a non-target lesion: PRESENT while
    above normal, ABSENT once normal (4.3.3). INCREASED is a non-target or new lesion that is there
    and larger than at the last assessment; only iRECIST asks.
    """

    subject = dy.String(primary_key=True)
    assessment = dy.Int64(
        primary_key=True, min=0, description="order within the subject; 0 is the baseline"
    )
    role = one_of(ROLES, primary_key=True)
    lesion = dy.String(primary_key=True)
    date = dy.Date()
    nodal = dy.Bool(description="lymph node: the diameter is the short axis")
    diameter_mm = dy.Float64(nullable=True, min=0)
    state = one_of(STATES, nullable=True, description="null where the diameter says it all")

    @dy.rule()
    def absent_or_not_evaluated_has_no_diameter(cls) -> pl.Expr:
        """ABSENT goes with 0 mm or no diameter, NOT EVALUATED with none."""
        absent = (pl.col("state") == "ABSENT") & (pl.col("diameter_mm") > 0)
        unseen = (pl.col("state") == "NOT EVALUATED") & pl.col("diameter_mm").is_not_null()
        return ~(absent | unseen).fill_null(value=False)

    @dy.rule()
    def state_suits_role(cls) -> pl.Expr:
        """Say progression of non-target lesions only, certainty of new ones, nothing of "none"."""
        role, state = pl.col("role"), pl.col("state")
        progression = (state != "UNEQUIVOCAL PROGRESSION") | (role == "non-target")
        certain = (state != "UNEQUIVOCAL") | (role == "new")
        doubtful = (state != "EQUIVOCAL") | role.is_in(["new", "non-target"])
        increased = (state != "INCREASED") | role.is_in(["new", "non-target"])
        no_lesion = (state == "NOT EVALUATED") | (role != "none")
        return (progression & certain & doubtful & increased & no_lesion).fill_null(value=True)

    @dy.rule()
    def new_lesions_come_after_baseline(cls) -> pl.Expr:
        """Call a lesion of the baseline target or non-target."""
        return (pl.col("role") != "new") | (pl.col("assessment") > 0)


class Assessments(dy.Schema):
    """One row a subject and assessment, baseline included; its response and the reason for it."""

    subject = dy.String(primary_key=True)
    assessment = dy.Int64(primary_key=True, min=0)
    date = dy.Date(description="of the response, as the criteria date it")
    first_date = dy.Date(description="earliest lesion of the assessment")
    last_date = dy.Date(description="latest lesion of the assessment")
    sum_mm = dy.Float64(nullable=True, min=0, description="all target lesions; null if one lacks")
    measured_mm = dy.Float64(
        nullable=True, min=0, description="the target lesions that were measured"
    )
    baseline_mm = dy.Float64(nullable=True, min=0)
    nadir_mm = dy.Float64(
        nullable=True, min=0, description="smallest complete sum before, baseline included"
    )
    nadir_date = dy.Date(nullable=True)
    change_from_baseline_percent = dy.Float64(nullable=True)
    change_from_nadir_percent = dy.Float64(nullable=True)
    change_from_nadir_mm = dy.Float64(nullable=True)
    lesions_expected = dy.Int64(min=0, description="target lesions of the baseline")
    lesions_evaluated = dy.Int64(min=0)
    target_response = dy.String(nullable=True, description="null without target lesions")
    non_target_response = dy.String(nullable=True, description="null without non-target lesions")
    new_lesion = one_of(("YES", "NO", "EQUIVOCAL"))
    response = one_of(RESPONSES, nullable=True, description="null at baseline")
    reason = dy.String(nullable=True, description="null if no reasons were asked for")


class ImmuneAssessments(dy.Schema):
    """One row a subject and assessment, baseline included; its response by iRECIST."""

    subject = dy.String(primary_key=True)
    assessment = dy.Int64(primary_key=True, min=0)
    date = dy.Date(description="of the response; of progression, the first part that shows it")
    first_date = dy.Date()
    last_date = dy.Date()
    sum_mm = dy.Float64(nullable=True, min=0, description="as in Assessments")
    measured_mm = dy.Float64(nullable=True, min=0)
    baseline_mm = dy.Float64(nullable=True, min=0)
    nadir_mm = dy.Float64(nullable=True, min=0)
    new_lesions_mm = dy.Float64(nullable=True, min=0, description="new lesions that were measured")
    new_lesions_so_far = dy.Int64(min=0, description="certain new lesions up to now")
    target_response = dy.String(nullable=True)
    non_target_response = dy.String(nullable=True)
    new_lesion = one_of(("YES", "NO", "EQUIVOCAL"))
    recist_response = one_of(RESPONSES, nullable=True, description="by RECIST 1.1")
    response = one_of(IMMUNE_RESPONSES, nullable=True, description="null at baseline")
    unconfirmed_since = dy.Date(
        nullable=True, description="first iUPD, where progression is not yet reset or is confirmed"
    )
    reason = dy.String()


class ImmuneResponses(dy.Schema):
    """Responses by iRECIST to choose the best from; `ImmuneAssessments` has these columns."""

    subject = dy.String(primary_key=True)
    assessment = dy.Int64(primary_key=True, min=0)
    date = dy.Date()
    response = one_of(IMMUNE_RESPONSES, nullable=True, description="null at baseline")

    @dy.rule()
    def response_follows_baseline(cls) -> pl.Expr:
        """Every assessment after baseline has a response; the baseline has none."""
        return (pl.col("assessment") == 0) == pl.col("response").is_null()


class Responses(dy.Schema):
    """Responses to choose the best from, derived or reported; `Assessments` has these columns."""

    subject = dy.String(primary_key=True)
    assessment = dy.Int64(primary_key=True, min=0)
    date = dy.Date()
    response = one_of(RESPONSES, nullable=True, description="null at baseline")

    @dy.rule()
    def response_follows_baseline(cls) -> pl.Expr:
        """Every assessment after baseline has a response; the baseline has none."""
        return (pl.col("assessment") == 0) == pl.col("response").is_null()


class Subjects(dy.Schema):
    """Subjects to summarise, with the time in which responses count."""

    subject = dy.String(primary_key=True)
    start_date = dy.Date(description="first treatment or randomization")
    end_date = dy.Date(nullable=True, description="data cut or new anticancer therapy")


class BestResponses(dy.Schema):
    """One row a subject: best overall response, its dates and its reason."""

    subject = dy.String(primary_key=True)
    best_response = one_of((*RESPONSES, "MISSING"))
    best_response_date = dy.Date(nullable=True, description="first assessment that gives it")
    first_response_date = dy.Date(
        nullable=True, description="first CR or PR, confirmed if that is required"
    )
    first_complete_response_date = dy.Date(nullable=True)
    confirmation_date = dy.Date(
        nullable=True, description="first assessment that confirms the first response"
    )
    first_stable_disease_date = dy.Date(
        nullable=True, description="first CR, PR, SD or NON-CR/NON-PD that is late enough for SD"
    )
    progression_date = dy.Date(nullable=True)
    last_evaluable_date = dy.Date(nullable=True, description="last counted response but NE")
    assessments_counted = dy.Int64(min=0)
    assessments_not_counted = dy.Int64(min=0)
    reason = dy.String()


class ImmuneBestResponses(dy.Schema):
    """One row a subject: best overall response by iRECIST, its dates and its reason."""

    subject = dy.String(primary_key=True)
    best_response = one_of((*IMMUNE_RESPONSES, "MISSING"))
    best_response_date = dy.Date(nullable=True, description="first assessment that gives it")
    first_response_date = dy.Date(nullable=True, description="first iCR or iPR that counts")
    first_complete_response_date = dy.Date(nullable=True)
    confirmation_date = dy.Date(nullable=True, description="of the first response, if required")
    first_stable_disease_date = dy.Date(nullable=True)
    progression_date = dy.Date(
        nullable=True, description="first iUPD of a progression that was not reset (iPFS)"
    )
    confirmed_progression_date = dy.Date(nullable=True, description="first iCPD")
    last_evaluable_date = dy.Date(nullable=True)
    assessments_counted = dy.Int64(min=0)
    assessments_not_counted = dy.Int64(min=0)
    reason = dy.String()


class BaselineLesions(dy.Schema):
    """Lesions chosen as targets at baseline."""

    subject = dy.String(primary_key=True)
    lesion = dy.String(primary_key=True)
    organ = dy.String(nullable=True, description="null where it was not recorded")
    nodal = dy.Bool()
    chest_xray = dy.Bool(description="measured on a chest X-ray")
    diameter_mm = dy.Float64(nullable=True, min=0)


class BaselineFindings(dy.Schema):
    """Breaches of the rules for target lesions: one row a subject, lesion or organ, and rule."""

    subject = dy.String(primary_key=True)
    rule = dy.String(primary_key=True)
    where = dy.String(primary_key=True, description="lesion or organ; 'all' for the subject")
    found = dy.String()
    expected = dy.String()
