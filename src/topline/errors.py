"""Every error Topline raises on purpose; each message says what to do next."""


class ToplineError(Exception):
    """Base of all of them, so that a caller can catch the lot."""


class ProtocolError(ToplineError):
    """The protocol cannot be used; the message lists every problem with its line and path."""


class DataError(ToplineError):
    """The data break a rule; the message names the dataset, the rule and the subjects."""


class UsageError(ToplineError):
    """The call itself is wrong: a folder that is not there, an option that does not exist."""


class ToplineWarning(UserWarning):
    """The output is whole, but somebody has to know something about it."""
