"""The base of every value read from a protocol: frozen, and with no key that nobody knows."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen record whose fields are checked when it is made; unknown fields are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, use_attribute_docstrings=True
    )
