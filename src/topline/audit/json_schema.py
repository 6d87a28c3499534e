"""JSON Schema of `claims.yaml`, for completion and checks in editors."""

import sys

from topline.audit.claims import ClaimsFile
from topline.protocol.json_schema import schema_text


def write_json_schema() -> str:
    """Return the schema as JSON text, the same bytes each time.

    Examples
    --------
    >>> '"$schema"' in write_json_schema()
    True
    """
    return schema_text("Topline claims", ClaimsFile.model_json_schema(by_alias=True))


if __name__ == "__main__":
    sys.stdout.write(write_json_schema())
