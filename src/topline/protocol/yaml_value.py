"""A YAML file's data as a frozen value, or everything that keeps them from being one."""

import json
import re
from typing import Any, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from topline.protocol.problems import Problem, listed, nearest, shown
from topline.protocol.words import FORMS
from topline.protocol.yaml_file import Loc, Plain, YamlFile

V = TypeVar("V", bound=BaseModel)


def read_value(file: YamlFile, kind: type[V]) -> tuple[V | None, list[Problem]]:
    """Make a value of a file's data, or say what is wrong with them.

    Values are taken strictly: a number is no text and no date, a truth value no number.

    Parameters
    ----------
    file
        From `read_yaml`, with data.
    kind
        Which value.

    Returns
    -------
    value
        None where there are problems.
    problems
        Each with its line, what was found, what is permitted, and the nearest known word.
    """
    try:
        return kind.model_validate_json(json.dumps(file.data), strict=True), []
    except ValidationError as error:
        return None, [_problem(file, kind, details) for details in _told_once(error.errors())]


def _told_once(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out that a list is too short where its items were refused."""
    locs = [details["loc"] for details in errors]
    return [
        details
        for details, loc in zip(errors, locs, strict=True)
        if details["type"] != "too_short"
        or not any(other[: len(loc)] == loc and len(other) > len(loc) for other in locs)
    ]


def _problem(file: YamlFile, kind: type[BaseModel], details: ErrorDetails) -> Problem:
    """Say a validation error in the words of the file."""
    is_key = details["type"] in {"missing", "extra_forbidden"}
    loc = _without_tags(file.data, details["loc"], is_key=is_key)
    if details["type"] == "union_tag_invalid":
        loc = (*loc, "kind")
    found, expected, suggestion = _words(kind, details, loc)
    return Problem(file.path, file.line(loc), loc, found, expected, suggestion)


def _words(kind: type[BaseModel], details: ErrorDetails, loc: Loc) -> tuple[str, str, str | None]:
    """Say what was found, what is permitted, and what may have been meant."""
    context, found = details.get("ctx", {}), shown(details["input"])
    expected, known = details["msg"], list[str]()
    match details["type"]:
        case "extra_forbidden":
            found, known = f"the key {loc[-1]}", _keys(kind, details["loc"][:-1])
        case "missing":
            found, expected = "nothing", f"the key {loc[-1]}"
        case "union_tag_not_found":
            found, expected = "nothing", "the key kind"
        case "union_tag_invalid":
            found, known = shown(context.get("tag")), _permitted(str(context.get("expected_tags")))
        case "literal_error":
            known = _permitted(str(context.get("expected")))
        case other:
            expected = _expected(other, context, expected)
    if known:
        word = str(loc[-1]) if details["type"] == "extra_forbidden" else found.strip("'")
        one_of = "one of " if len(known) > 1 else ""
        return found, f"{one_of}{listed(known, 40)}", nearest(word, known)
    return found, expected, None


_EXPECTED = {
    "value_error": "{error}",
    "string_type": "text; put it in quotes",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
    "dict_type": "keys and values",
    "tuple_type": "a list, each item after a hyphen or in [ ]",
    "too_short": "{min_length} or more",
    "too_long": "{max_length} at most",
}
"""What is permitted, in the words of a file, where pydantic's own are those of a program."""


def _expected(kind: str, context: dict[str, Any], message: str) -> str:
    if kind == "string_pattern_mismatch":
        return FORMS.get(str(context.get("pattern")), message)
    if kind in _EXPECTED:
        return _EXPECTED[kind].format_map(context)
    return message.removeprefix("Input should be ").removeprefix("Input should ")


def _permitted(text: str) -> list[str]:
    """Words of pydantic's list of permitted values: quoted text, or bare numbers."""
    found = re.findall(r"'([^']*)'|(?<![^\s,])(\d[^\s,]*)", text)
    return [quoted or bare for quoted, bare in found]


def _without_tags(data: Plain, loc: Loc, *, is_key: bool) -> Loc:
    """Drop from a location the names of union members, which the file does not hold.

    The last part stays where it names a key that is missing or unknown.
    """
    kept: list[str | int] = []
    here: Plain = data
    for i, part in enumerate(loc):
        inside = _inside(here, part)
        if inside is not _NOTHING:
            here = cast("Plain", inside)
        elif i < len(loc) - 1 or not is_key:
            continue
        kept.append(part)
    return tuple(kept)


_NOTHING = object()


def _inside(here: Plain, part: str | int) -> object:
    """Value one step further into the data, or `_NOTHING`."""
    if isinstance(here, dict) and isinstance(part, str):
        return here.get(part, _NOTHING)
    if isinstance(here, list) and isinstance(part, int) and part < len(here):
        return here[part]
    return _NOTHING


def _keys(kind: type[BaseModel], loc: Loc) -> list[str]:
    """List the keys that the value at a location can have."""
    here: list[object] = [kind]
    for part in loc:
        here = [step for each in here for step in _step(each, part)] or here
    models = [each for each in here if isinstance(each, type) and issubclass(each, BaseModel)]
    return list(
        dict.fromkeys(
            field.alias or name for model in models for name, field in model.model_fields.items()
        )
    )


def _step(kind: object, part: str | int) -> list[object]:
    """Types to be found one step further into a type."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        tag = kind.model_fields.get("kind")
        if tag is not None and part in get_args(tag.annotation):
            return [kind]
        for name, field in kind.model_fields.items():
            if part in {name, field.alias}:
                return _members(field.annotation)
        return []
    arguments = get_args(kind)
    if get_origin(kind) is dict:
        return _members(arguments[1])
    if get_origin(kind) is tuple:
        return _members(arguments[0])
    return []


def _members(kind: object) -> list[object]:
    """Members of a union, through its annotations."""
    if hasattr(kind, "__metadata__"):
        return _members(get_args(kind)[0])
    if get_origin(kind) is Union or type(kind).__name__ == "UnionType":
        return [member for each in get_args(kind) for member in _members(each)]
    return [kind]
