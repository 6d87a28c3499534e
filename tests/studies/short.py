"""The bundled study with few displays, where a test wants a whole run but not every number."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from topline.protocol.yaml_file import read_yaml
from topline.studies import study_folder

Plan = dict[str, Any]


def short_protocol(kept: Callable[[Plan], bool]) -> str:
    """Return the bundled protocol with some displays, and the analyses that those print."""
    plan = cast("Plan", read_yaml(study_folder("cabotem") / "protocol.yaml").data)
    plan["displays"] = [display for display in plan["displays"] if kept(display)]
    shown = {name for display in plan["displays"] for name in _analyses(display)}
    shown |= {plan["analyses"][name].get("like") for name in shown if name in plan["analyses"]}
    plan["analyses"] = {name: a for name, a in plan["analyses"].items() if name in shown}
    return yaml.safe_dump(plan, sort_keys=False, allow_unicode=True)


def short_study(folder: Path) -> Path:
    """Copy the bundled study with its flow of patients and its baseline table alone."""
    study = Path(shutil.copytree(study_folder("cabotem"), folder / "study"))
    text = short_protocol(lambda display: display["number"] in {"Figure 1", "Table 1"})
    (study / "protocol.yaml").write_text(text, encoding="utf-8")
    return study


def _analyses(display: Mapping[str, Any]) -> list[str]:
    one = [display[key] for key in ("analysis", "values") if key in display]
    return [*one, *display.get("analyses", ())]
