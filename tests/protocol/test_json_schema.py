"""The JSON Schema in the repository is the model's, and tells editors what a key means."""

import json
from pathlib import Path

from topline.protocol.json_schema import write_json_schema

WRITTEN = Path("docs/protocol.schema.json")


def test_repository_holds_the_schema_of_this_version() -> None:
    assert WRITTEN.read_text(encoding="utf-8") == write_json_schema(), "run `make docs`"


def test_schema_describes_and_refuses() -> None:
    schema = json.loads(write_json_schema())
    assert schema["additionalProperties"] is False
    drug = schema["$defs"]["Drug"]["properties"]
    assert "from the starting dose down" in drug["levels"]["description"]
    assert schema["$defs"]["Cycle"]["properties"]["length"]["examples"] == ["28 days"]


def test_an_entry_like_another_needs_no_other_key() -> None:
    schema = json.loads(write_json_schema())
    for section, name in (("endpoints", "TimeToEvent"), ("analyses", "Survival")):
        (entries,) = schema["properties"][section]["patternProperties"].values()
        alone, *likes = entries["anyOf"]
        assert {"$ref": f"#/$defs/{name}"} in alone["oneOf"]
        assert {"$ref": f"#/$defs/{name}Like"} in likes
        like, whole = schema["$defs"][f"{name}Like"], schema["$defs"][name]
        assert like["required"] == ["like"]
        assert set(like["properties"]) == {*whole["properties"], "like"}
        assert "like" not in whole["properties"]
