"""JSON Schema of `truth.yaml`, for completion and checks in editors."""

import json
import sys

from topline.simulate.truth import Truth


def write_json_schema() -> str:
    """Return the schema as JSON text, the same bytes each time.

    Examples
    --------
    >>> '"$schema"' in write_json_schema()
    True
    """
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Truth.model_json_schema(by_alias=True),
        "title": "Topline truth",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(write_json_schema())
