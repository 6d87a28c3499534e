"""The JSON Schema in the repository is the model's."""

import json
from pathlib import Path

from topline.audit.json_schema import write_json_schema

WRITTEN = Path("docs/claims.schema.json")


def test_repository_holds_the_schema_of_this_version() -> None:
    assert WRITTEN.read_text(encoding="utf-8") == write_json_schema(), "run `make docs`"


def test_schema_describes_and_refuses() -> None:
    schema = json.loads(write_json_schema())
    assert schema["additionalProperties"] is False
    (claims,) = schema["properties"]["claims"]["patternProperties"].values()
    assert len(claims["discriminator"]["mapping"]) == 17
    assert (
        "so that 0.50 keeps its 0"
        in schema["$defs"]["Percent"]["properties"]["printed"]["description"]
    )
