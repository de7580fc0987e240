"""Read the whole content, and report every file that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from .. import models
from ..errors import ContentError, Problem
from ..library import Library

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything there is, by name."""

    library: Library
    steps: Mapping[str, models.Step]
    tools: Mapping[str, models.Tool]
    skills: Mapping[str, models.Skill]
    entries: Mapping[str, models.Entry]
    methodologies: Mapping[str, models.Methodology]
    overlays: Mapping[str, models.Overlay]
    questions: Mapping[str, models.Question]
    artifacts: models.Artifacts

    @property
    def documents(self) -> tuple[models.Step | models.Tool | models.Skill | models.Entry, ...]:
        """Everything that has a body."""
        return (
            *self.steps.values(),
            *self.tools.values(),
            *self.skills.values(),
            *self.entries.values(),
        )


class _Reader:
    """Reads what it can, and keeps the problems of the rest."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def one(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except ContentError as error:
            self.problems += error.problems
            return None

    def all(self, names: Mapping[str, Any] | tuple[str, ...], read: Callable[[str], T]) -> Any:
        found = {name: self.one(lambda name=name: read(name)) for name in sorted(names)}  # type: ignore[misc]
        return {name: value for name, value in found.items() if value is not None}


def load_content(library: Library) -> tuple[Content | None, tuple[Problem, ...]]:
    """Read every file.

    Returns:
        The content, or `None` and what is wrong where a file cannot be read.
    """
    reader = _Reader()
    for attribute in ("phases", "agents", "renames", "general_rules"):
        reader.one(lambda attribute=attribute: getattr(library, attribute))  # type: ignore[misc]
    artifacts = reader.one(lambda: library.artifacts)
    types = reader.one(lambda: library.project_types) or ()
    reader.all(types, library.rules)
    questions = reader.all(types, library.questions)
    parts = {
        "steps": reader.all(library.step_sources, library.step),
        "tools": reader.all(library.tool_sources, library.tool),
        "skills": reader.all(library.skill_sources, library.skill),
        "entries": reader.all(library.entry_sources, library.entry),
        "methodologies": reader.all(library.methodology_names, library.methodology),
        "overlays": reader.all(types, library.overlay),
    }
    if reader.problems or artifacts is None:
        return None, tuple(dict.fromkeys(reader.problems))
    asked = {question.name: question for group in questions.values() for question in group}
    return Content(library=library, artifacts=artifacts, questions=asked, **parts), ()
