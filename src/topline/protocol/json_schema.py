"""JSON Schema of the protocol, for completion and checks in editors."""

import json
import sys
from copy import deepcopy

from pydantic.json_schema import JsonSchemaValue

from topline.protocol.likes import LIKE, SECTIONS
from topline.protocol.protocol import Protocol

_SAME = "Another entry of this part: its keys are taken, those written here win."


def schema_text(title: str, schema: JsonSchemaValue) -> str:
    """Return a JSON Schema as text, the same bytes each time.

    Parameters
    ----------
    title
        What the schema is of, such as "Topline claims".
    schema
        As pydantic's `model_json_schema` gives it.

    Examples
    --------
    >>> schema_text("Nothing", {"type": "null"}).splitlines()[2]
    '  "title": "Nothing",'
    """
    draft = "https://json-schema.org/draft/2020-12/schema"
    named = {**schema, "$schema": draft, "title": title}
    return json.dumps(named, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def write_json_schema() -> str:
    """Return the protocol's schema as JSON text.

    Examples
    --------
    >>> '"$schema"' in write_json_schema()
    True
    """
    return schema_text("Topline protocol", _with_likes(Protocol.model_json_schema(by_alias=True)))


def _with_likes(schema: JsonSchemaValue) -> JsonSchemaValue:
    """Permit entries that are like another and therefore need no key but `like`."""
    definitions = schema["$defs"]
    for section in SECTIONS:
        entries = schema["properties"][section]["patternProperties"]
        for pattern, alone in entries.items():
            names = [each["$ref"].rsplit("/", 1)[1] for each in alone["oneOf"]]
            definitions |= {f"{name}Like": _like(definitions[name]) for name in names}
            likes = [{"$ref": f"#/$defs/{name}Like"} for name in names]
            entries[pattern] = {"anyOf": [alone, *likes]}
    return schema


def _like(definition: JsonSchemaValue) -> JsonSchemaValue:
    """Return the definition of a value of which other keys than `like` may be left out."""
    like = deepcopy(definition)
    like["properties"][LIKE] = {"type": "string", "description": _SAME}
    like["required"] = [LIKE]
    like["title"] = f"{definition['title']}, like another"
    return like


if __name__ == "__main__":
    sys.stdout.write(write_json_schema())
