"""Find what a release takes away from the projects of the one before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

_CONFIGURATION = ("_", "guard", "preflight")


def losses(old: Path, new: Path) -> Iterator[str]:
    """Compare two trees of the template, by what their files say and without running them.

    Yields:
        Each step or question that vanished without a row in `content/renames.yml`, each
        choice value that vanished, and each row that did.
    """
    renames = _renames(new)
    for kind, rows in _renames(old).items():
        yield from (
            f"content/renames.yml: the row of `{name}` in `{kind}` is gone; rows stay for good"
            for name in sorted(rows.keys() - renames[kind].keys())
        )
    for name in sorted(_steps(old) - _steps(new) - renames["steps"].keys()):
        yield f"the step `{name}` is gone without a row in content/renames.yml"
    before, after = _choices(old), _choices(new)
    for name in sorted(before.keys() - renames["answers"].keys()):
        if name not in after:
            yield f"the question `{name}` is gone without a row in content/renames.yml"
            continue
        gone = sorted(before[name] - after[name], key=str)
        yield from (f"the choice `{value}` of `{name}` is gone" for value in gone)


def _renames(tree: Path) -> Mapping[str, Mapping[str, Any]]:
    document = _load(tree / "content/renames.yml") or {}
    return {kind: document.get(kind) or {} for kind in ("steps", "answers")}


def _steps(tree: Path) -> set[str]:
    return {path.stem for path in (tree / "content/steps").glob("*/*.md")}


def _choices(tree: Path) -> Mapping[str, set[Any]]:
    """Give each question with its choices; one without choices has none."""
    text = (tree / "copier.yml").read_text("utf-8")
    pages = list(yaml.safe_load_all(re.sub(r"^!include.*$", "", text, flags=re.MULTILINE)))
    pages += map(_load, sorted(tree.glob("content/project-types/*/questions.yml")))
    questions = {
        name: question
        for page in pages
        for name, question in (page or {}).items()
        if not name.startswith(_CONFIGURATION)
    }
    return {name: _values(question, tree) for name, question in questions.items()}


def _values(question: Mapping[str, Any], tree: Path) -> set[Any]:
    choices = question.get("choices") or []
    if isinstance(choices, str):
        return _computed(choices, tree)
    if isinstance(choices, dict):
        return set(choices.values())
    return {choice[1] if isinstance(choice, list) else choice for choice in choices}


def _computed(choices: str, tree: Path) -> set[Any]:
    """Give the choices that a function of the extension lists, from the files it lists."""
    content = tree / "content"
    if "methodology_choices" in choices:
        return {path.stem for path in (content / "methodologies").glob("*.yml")}
    if "agent_choices" in choices:
        return {agent["name"] for agent in _load(content / "agents.yml")}
    assert "type_choices" in choices, f"unknown choices: {choices}"
    return {"none", *_load(content / "project-types/order.yml")}


def _load(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))
